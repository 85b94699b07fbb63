//! Room and a middle: what every arrangement owes its albums.

use crate::spread;

/// Two albums stand at least this far apart, in units of one cover, where an arrangement promises room.
pub const LEAST: f32 = 0.85;
/// How much wider a crowd becomes that pushing alone did not dissolve.
const WIDER: f32 = 1.06;
/// Times that it may become wider: together about tenfold.
const TIMES: usize = 40;
/// Times that those are pushed that should not become wider.
const PATIENCE: usize = 4;

/// Pushes albums apart until no two are nearer than [`LEAST`], and makes everything wider where that is not enough.
pub(super) fn make_room(at: &mut [[f32; 2]]) {
    spread(at);
    for _ in 0..TIMES {
        if closest(at) >= LEAST {
            return;
        }
        for p in at.iter_mut() {
            *p = p.map(|x| x * WIDER);
        }
        spread(at);
    }
}

/// The same for albums most of which had room before and should stay where they were: they are pushed for longer
/// first.
pub(super) fn keep_room(at: &mut [[f32; 2]]) {
    for _ in 0..PATIENCE {
        if closest(at) >= LEAST {
            return;
        }
        spread(at);
    }
    if closest(at) < LEAST {
        make_room(at);
    }
}

/// Distance of the two albums nearest to each other; infinite where that is more than one unit.
pub(super) fn closest(at: &[[f32; 2]]) -> f32 {
    let [low, high] = bounds(at);
    // Along the longer side, so that few share a stripe.
    let along = usize::from(high[1] - low[1] > high[0] - low[0]);
    let mut order: Vec<[f32; 2]> = at.iter().map(|p| [p[along], p[1 - along]]).collect();
    order.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut least = f32::INFINITY;
    for (i, a) in order.iter().enumerate() {
        let reach = least.min(1.0);
        for b in order[i + 1..].iter().take_while(|b| b[0] - a[0] <= reach) {
            least = least.min((b[0] - a[0]).hypot(b[1] - a[1]));
        }
    }
    if least <= 1.0 { least } else { f32::INFINITY }
}

/// The smallest box around all positions, its lower and its upper corner; (0, 0) twice where there are none.
pub(super) fn bounds(at: &[[f32; 2]]) -> [[f32; 2]; 2] {
    let Some(&first) = at.first() else { return [[0.0; 2]; 2] };
    at.iter().fold([first; 2], |[low, high], p| {
        [[low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])]]
    })
}

/// The mean position.
pub(super) fn mean(at: &[[f32; 2]]) -> [f32; 2] {
    let n = at.len().max(1) as f64;
    [0, 1].map(|c| (at.iter().map(|p| f64::from(p[c])).sum::<f64>() / n) as f32)
}

/// Moves everything so that `origin` becomes (0, 0).
pub(super) fn centre_on(at: &mut [[f32; 2]], origin: [f32; 2]) {
    for p in at {
        *p = [p[0] - origin[0], p[1] - origin[1]];
    }
}

/// Positions that can be computed with: what is no number counts as 0.
pub(super) fn finite(at: &[[f32; 2]]) -> Vec<[f32; 2]> {
    at.iter().map(|p| p.map(|x| if x.is_finite() { x.clamp(-1e12, 1e12) } else { 0.0 })).collect()
}

pub(super) fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_closest_pair_is_that_of_all_pairs() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for (width, height) in [(5.0, 5.0), (60.0, 1.0), (1.0, 60.0)] {
            let at: Vec<[f32; 2]> =
                (0..60).map(|_| [rng.gen_range(0.0..width), rng.gen_range(0.0..height)]).collect();
            let plain = (0..60)
                .flat_map(|i| (0..i).map(move |j| (i, j)))
                .map(|(i, j)| distance(at[i], at[j]))
                .fold(f32::INFINITY, f32::min);
            assert_eq!(closest(&at), plain);
        }
        assert_eq!(closest(&[[0.0; 2], [1.5, 0.0]]), f32::INFINITY);
    }

    #[test]
    fn the_densest_heap_gets_room() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut at: Vec<[f32; 2]> =
            (0..800).map(|_| [rng.gen_range(0.0..1.0), rng.gen_range(0.0..1.0)]).collect();
        make_room(&mut at);
        assert!(closest(&at) >= LEAST, "{}", closest(&at));
    }
}
