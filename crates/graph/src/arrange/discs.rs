//! Discs beside each other: none overlaps another, and each is as near as can be to where it would like to be.

use super::room::distance;
use crate::layout::golden;

/// Rounds in which discs are drawn to their places and together, ever less.
const ROUNDS: usize = 300;
/// Rounds in which they are only pushed apart.
const LAST: usize = 200;
/// How far a disc is drawn to where it would like to be, at first.
const WISH: f32 = 0.1;
/// How far it is drawn to the middle, at first and at last.
const TOGETHER: [f32; 2] = [0.02, 0.04];
/// Share of their hull that packed discs fill, roughly.
const FILLED: f32 = 0.7;

/// Centres of discs of these radii that do not overlap, mean by area near (0, 0). `wish` says where the centres would
/// like to be, in any units: only how they lie to each other counts.
pub(super) fn pack(radius: &[f32], wish: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let n = radius.len();
    let area: Vec<f32> = radius.iter().map(|r| r * r).collect();
    let wish = to_scale(&area, wish);
    let mut at = wish.clone();
    for round in 0..ROUNDS {
        let heat = 1.0 - round as f32 / ROUNDS as f32;
        let together = heat * TOGETHER[0] + (1.0 - heat) * TOGETHER[1];
        for i in 0..n {
            at[i] = [0, 1].map(|c| at[i][c] + heat * WISH * (wish[i][c] - at[i][c]) - together * at[i][c]);
        }
        push_apart(&mut at, radius, &area);
    }
    for _ in 0..LAST {
        if !push_apart(&mut at, radius, &area) {
            break;
        }
    }
    // What then still overlaps by a hair makes everything that much wider.
    let mut wider = 1.0f32;
    for i in 0..n {
        for j in 0..i {
            wider = wider.max((radius[i] + radius[j]) / distance(at[i], at[j]).max(f32::MIN_POSITIVE));
        }
    }
    at.iter().map(|p| p.map(|x| x * wider)).collect()
}

/// Wishes about their mean by area, as far apart as the discs are when packed.
fn to_scale(area: &[f32], wish: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let all = area.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let mean = [0, 1].map(|c| wish.iter().zip(area).map(|(w, a)| w[c] * a).sum::<f32>() / all);
    let square: f32 =
        wish.iter().zip(area).map(|(w, a)| a * ((w[0] - mean[0]).powi(2) + (w[1] - mean[1]).powi(2))).sum();
    let far = (square / all).sqrt();
    // The root mean square radius of a disc is its radius / √2.
    let hull = (0.5 * all / FILLED).sqrt();
    let scale = if far > 0.0 { hull / far } else { 0.0 };
    wish.iter()
        .enumerate()
        .map(|(i, w)| {
            let nudge = golden(i, 1e-3 * hull);
            [0, 1].map(|c| (w[c] - mean[c]) * scale + nudge[c])
        })
        .collect()
}

/// One pass over all pairs; whether any overlapped. The larger of two moves less.
fn push_apart(at: &mut [[f32; 2]], radius: &[f32], area: &[f32]) -> bool {
    let mut any = false;
    for i in 0..at.len() {
        for j in 0..i {
            let apart = distance(at[i], at[j]);
            let overlap = radius[i] + radius[j] - apart;
            if overlap <= 1e-4 * radius[i].min(radius[j]) {
                continue;
            }
            any = true;
            let away = match apart > 0.0 {
                true => [0, 1].map(|c| (at[i][c] - at[j][c]) / apart),
                false => golden(i, 1.0),
            };
            let share = area[j] / (area[i] + area[j]).max(f32::MIN_POSITIVE);
            for c in 0..2 {
                at[i][c] += overlap * share * away[c];
                at[j][c] -= overlap * (1.0 - share) * away[c];
            }
        }
    }
    any
}

/// Where a further disc touches the others from outside, such that all together stay as small as can be: of
/// all directions the one in which it comes nearest to (0, 0), among equals the one downwards.
pub(super) fn beside(radius: &[f32], at: &[[f32; 2]], further: f32) -> [f32; 2] {
    const DIRECTIONS: usize = 72;
    let mut best = ([0.0; 2], f32::INFINITY);
    for k in 0..DIRECTIONS {
        let angle = std::f32::consts::TAU * (k as f32 / DIRECTIONS as f32 + 0.25);
        let u = [angle.cos(), angle.sin()];
        let mut out = 0.0f32;
        for (p, r) in at.iter().zip(radius) {
            // The larger t with |t·u − p| = r + further.
            let along = u[0] * p[0] + u[1] * p[1];
            let off = (r + further).powi(2) - (p[0] * p[0] + p[1] * p[1] - along * along);
            if off > 0.0 {
                out = out.max(along + off.sqrt());
            }
        }
        if out < best.1 {
            best = (u.map(|x| x * out * (1.0 + 1e-6)), out);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn discs(n: usize) -> (Vec<f32>, Vec<[f32; 2]>) {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        let radius = (0..n).map(|i| 40.0 / (1.0 + i as f32)).collect();
        (radius, (0..n).map(|_| [rng.r#gen(), rng.r#gen()]).collect())
    }

    #[test]
    fn no_two_overlap() {
        for n in [0, 1, 2, 3, 20, 150] {
            let (radius, wish) = discs(n);
            let at = pack(&radius, &wish);
            for i in 0..n {
                for j in 0..i {
                    let apart = distance(at[i], at[j]);
                    assert!(apart >= 0.9999 * (radius[i] + radius[j]), "{n}: {i} {j} {apart}");
                }
            }
        }
    }

    #[test]
    fn they_lie_close_together() {
        let (radius, wish) = discs(40);
        let at = pack(&radius, &wish);
        let hull = at.iter().zip(&radius).map(|(p, r)| p[0].hypot(p[1]) + r).fold(0.0, f32::max);
        let filled = radius.iter().map(|r| r * r).sum::<f32>() / (hull * hull);
        assert!(filled > 0.45, "{filled}");
    }

    #[test]
    fn equal_wishes_are_no_trouble() {
        let at = pack(&[1.0; 9], &[[5.0, 5.0]; 9]);
        assert!(at.iter().flatten().all(|x| x.is_finite() && x.abs() < 6.0), "{at:?}");
    }

    #[test]
    fn discs_that_want_to_be_near_are() {
        // Two bunches of wishes, left and right.
        let wish: Vec<[f32; 2]> =
            (0..12).map(|i| [(i % 2) as f32 * 10.0 + 0.1 * i as f32, 0.3 * i as f32]).collect();
        let at = pack(&[1.0; 12], &wish);
        assert!((0..12).all(|i| (at[i][0] > 0.0) == (i % 2 == 1)), "{at:?}");
    }

    #[test]
    fn one_more_touches_from_outside() {
        let (radius, wish) = discs(20);
        let at = pack(&radius, &wish);
        let further = beside(&radius, &at, 5.0);
        let gap = at
            .iter()
            .zip(&radius)
            .map(|(&p, r)| distance(p, further) - r - 5.0)
            .fold(f32::INFINITY, f32::min);
        assert!((-1e-2..1e-2).contains(&gap), "{gap}");
        assert_eq!(beside(&[], &[], 5.0), [0.0; 2]);
    }
}
