//! Seeds for everything drawn at random: SplitMix64's finaliser, so that each draw depends on seed, purpose and index alone.

/// A number that depends on all three; SplitMix64's finaliser (Steele et al. 2014).
pub(crate) fn mix(seed: u64, purpose: u64, index: u64) -> u64 {
    let mut z = seed ^ purpose.rotate_left(32) ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
