//! Albums without a cover: nothing can be seen of them, so they stand beside albums that they belong to, or around
//! the rim in order of their genres.

use super::layout::golden;

/// Where an album without a cover belongs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    /// Beside this album: the same artist's, or one that a source calls similar.
    Beside(u32),
    /// Where it stood before.
    Former([f32; 2]),
    /// On the rim, with others of its genre number; those without a genre have the highest.
    Rim(u16),
}

/// Gives positions to the albums of `anchors` (album number, where to); those of all others must be set. An album may
/// be anchored to one that itself has no cover, if that comes first in `anchors` or is on the rim.
///
/// The rim is a ring around everything, as wide as its albums need at one unit each: the whole disc when there
/// is no cover at all. Genres are sectors of it.
pub fn place_coverless(at: &mut [[f32; 2]], anchors: &[(u32, Anchor)]) {
    let mut placed = vec![true; at.len()];
    for &(i, _) in anchors {
        placed[i as usize] = false;
    }
    let known: Vec<[f32; 2]> = at.iter().zip(&placed).filter(|(_, p)| **p).map(|(&p, _)| p).collect();
    let middle = match known.len() {
        0 => [0.0; 2],
        n => [0, 1].map(|c| known.iter().map(|p| p[c]).sum::<f32>() / n as f32),
    };
    let inner = known.iter().map(|p| (p[0] - middle[0]).hypot(p[1] - middle[1])).fold(0.0f32, f32::max);
    let inner = if known.is_empty() { 0.0 } else { inner + 1.5 };

    let mut rim: Vec<(u16, u32)> = anchors
        .iter()
        .filter_map(|&(i, a)| if let Anchor::Rim(genre) = a { Some((genre, i)) } else { None })
        .collect();
    rim.sort_unstable();
    let n = rim.len() as f32;
    for (rank, &(_, i)) in rim.iter().enumerate() {
        // An even fill of the ring: angles in order of genre, radii by the golden ratio so that area is shared evenly.
        let angle = std::f32::consts::TAU * (rank as f32 + 0.5) / n;
        let share = (rank as f64 * 0.618_033_988_749_895).fract() as f32;
        let radius = (inner * inner + n / std::f32::consts::PI * share).sqrt();
        at[i as usize] = [middle[0] + radius * angle.cos(), middle[1] + radius * angle.sin()];
    }
    for &(i, anchor) in anchors {
        match anchor {
            Anchor::Former(p) => at[i as usize] = p,
            Anchor::Beside(other) => {
                let nudge = golden(i as usize, 0.6);
                let beside = at[other as usize];
                at[i as usize] = [beside[0] + nudge[0], beside[1] + nudge[1]];
            }
            Anchor::Rim(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rim_lies_outside_and_a_companion_beside() {
        let mut at = vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [0.0; 2], [0.0; 2]];
        place_coverless(&mut at, &[(3, Anchor::Beside(1)), (4, Anchor::Rim(0))]);
        assert!((at[3][0] - 4.0).hypot(at[3][1]) < 1.0);
        let middle = [4.0 / 3.0, 4.0 / 3.0];
        assert!((at[4][0] - middle[0]).hypot(at[4][1] - middle[1]) > 3.0);
    }

    #[test]
    fn a_catalogue_without_covers_fills_a_disc_by_genre() {
        let n = 400u32;
        let mut at = vec![[0.0; 2]; n as usize];
        let anchors: Vec<(u32, Anchor)> = (0..n).map(|i| (i, Anchor::Rim((i % 4) as u16))).collect();
        place_coverless(&mut at, &anchors);
        let radius = at.iter().map(|p| p[0].hypot(p[1])).fold(0.0, f32::max);
        assert!((8.0..14.0).contains(&radius), "{radius}");
        // Genre 0 is the first quarter of the turn.
        assert!((0..n as usize).step_by(4).all(|i| at[i][0] >= -1e-3 && at[i][1] >= -1e-3));
    }
}
