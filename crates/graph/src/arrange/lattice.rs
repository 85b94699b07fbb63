//! Points of a square lattice for albums to stand on, and who stands where, so that what is near on another map stays
//! near.

use std::collections::BTreeMap;

/// Passes over all pairs in search of two that had better change places.
const PASSES: usize = 40;
/// Steps between sites whose albums are compared, half of them: the others are the same pairs the other way round.
const STEPS: [[i32; 2]; 6] = [[1, 0], [0, 1], [1, 1], [1, -1], [2, 0], [0, 2]];

/// The `n` points of a square lattice of side 1 that make the roundest disc about (0, 0).
pub(super) fn disc(n: usize) -> Vec<[f32; 2]> {
    // The middle of a disc may be a point, a gap between two, or one between four.
    let mut found = [[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]].map(|offset| disc_about(n, offset));
    found.sort_by(|a, b| radius(a).total_cmp(&radius(b)));
    let [best, ..] = found;
    best
}

/// Distance from (0, 0) to the furthest corner of a cover on one of them; 0 where there are none.
pub(super) fn radius(sites: &[[f32; 2]]) -> f32 {
    sites.iter().map(corner).fold(0.0, f32::max)
}

fn corner(site: &[f32; 2]) -> f32 {
    (site[0].abs() + 0.5).hypot(site[1].abs() + 0.5)
}

fn disc_about(n: usize, offset: [f32; 2]) -> Vec<[f32; 2]> {
    let reach = (n as f32 / std::f32::consts::PI).sqrt().ceil() as i32 + 2;
    let mut points: Vec<[f32; 2]> = (-reach..=reach)
        .flat_map(|y| (-reach..=reach).map(move |x| [x as f32 + offset[0], y as f32 + offset[1]]))
        .collect();
    points
        .sort_by(|a, b| corner(a).total_cmp(&corner(b)).then(a[1].atan2(a[0]).total_cmp(&b[1].atan2(b[0]))));
    points.truncate(n);
    points
}

/// For each point the number of the site that it gets; both are equally many.
///
/// Sites and points are halved together along the longer side of the sites, until one is left of each. Then two
/// neighbours change places wherever they stand the other way round than their points do: each time the sum of
/// squared distances between points and sites becomes less, in the manner of a linear assignment but with neighbours
/// only.
pub(super) fn assign(points: &[[f32; 2]], sites: &[[f32; 2]]) -> Vec<u32> {
    let n = points.len().min(sites.len());
    let mut of_points: Vec<u32> = (0..n as u32).collect();
    let mut of_sites = of_points.clone();
    // Whose point stands on a site.
    let mut holder = vec![0u32; n];
    halve(points, sites, &mut of_points, &mut of_sites, &mut holder);
    exchange(points, sites, &mut holder);
    let mut site = vec![0u32; n];
    for (s, &p) in (0..).zip(&holder) {
        site[p as usize] = s;
    }
    site
}

fn halve(points: &[[f32; 2]], sites: &[[f32; 2]], p: &mut [u32], s: &mut [u32], holder: &mut [u32]) {
    if s.len() <= 1 {
        if let (Some(&p), Some(&s)) = (p.first(), s.first()) {
            holder[s as usize] = p;
        }
        return;
    }
    let extent = [0, 1].map(|c| {
        let of = s.iter().map(|&i| sites[i as usize][c]);
        of.clone().fold(f32::NEG_INFINITY, f32::max) - of.fold(f32::INFINITY, f32::min)
    });
    let along = usize::from(extent[1] > extent[0]);
    let half = s.len() / 2;
    for (of, places) in [(&mut *p, points), (&mut *s, sites)] {
        of.select_nth_unstable_by(half, |&a, &b| {
            let (x, y) = (places[a as usize], places[b as usize]);
            x[along].total_cmp(&y[along]).then(x[1 - along].total_cmp(&y[1 - along])).then(a.cmp(&b))
        });
    }
    let (p_low, p_high) = p.split_at_mut(half);
    let (s_low, s_high) = s.split_at_mut(half);
    halve(points, sites, p_low, s_low, holder);
    halve(points, sites, p_high, s_high, holder);
}

fn exchange(points: &[[f32; 2]], sites: &[[f32; 2]], holder: &mut [u32]) {
    // Twice, so that half steps are whole numbers.
    let key = |s: [f32; 2]| s.map(|x| (2.0 * x).round() as i32);
    let number: BTreeMap<[i32; 2], usize> =
        sites.iter().take(holder.len()).enumerate().map(|(i, &s)| (key(s), i)).collect();
    let pairs: Vec<(usize, usize)> = (0..holder.len())
        .flat_map(|i| STEPS.map(|step| (i, step)))
        .filter_map(|(i, step)| {
            let [x, y] = key(sites[i]);
            number.get(&[x + 2 * step[0], y + 2 * step[1]]).map(|&j| (i, j))
        })
        .collect();
    for _ in 0..PASSES {
        let mut changed = false;
        for &(i, j) in &pairs {
            let (p, q) = (points[holder[i] as usize], points[holder[j] as usize]);
            let along = [0, 1].map(|c| (q[c] - p[c]) * (sites[j][c] - sites[i][c]));
            if along[0] + along[1] < 0.0 {
                holder.swap(i, j);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrange::room::{closest, distance};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_disc_is_as_round_as_its_number_allows() {
        for n in [1, 2, 4, 5, 12, 100, 1_000] {
            let sites = disc(n);
            assert_eq!(sites.len(), n);
            assert!(n < 2 || closest(&sites) == 1.0);
            let least = (n as f32 / std::f32::consts::PI).sqrt();
            assert!(radius(&sites) < least + 0.8, "{n}: {} {least}", radius(&sites));
        }
        assert!(disc(0).is_empty());
    }

    #[test]
    fn each_gets_a_site_of_its_own() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for n in [0, 1, 2, 3, 50, 333] {
            let points: Vec<[f32; 2]> = (0..n).map(|_| [rng.r#gen(), rng.r#gen()]).collect();
            let mut sites = assign(&points, &disc(n));
            sites.sort_unstable();
            assert!(sites.iter().copied().eq(0..n as u32));
        }
    }

    #[test]
    fn who_stood_on_the_sites_already_stays() {
        let sites = disc(500);
        let stretched: Vec<[f32; 2]> = sites.iter().map(|s| s.map(|x| 7.0 * x + 100.0)).collect();
        assert!(assign(&stretched, &sites).iter().copied().eq(0..500));
    }

    #[test]
    fn neighbours_stay_neighbours_far_more_often_than_by_chance() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        // Three heaps of unequal size.
        let points: Vec<[f32; 2]> = (0..600)
            .map(|i| {
                let (x, r) = [(0.0, 1.0), (30.0, 8.0), (70.0, 3.0)][i % 7 % 3];
                [x + rng.gen_range(-r..r), rng.gen_range(-r..r)]
            })
            .collect();
        let sites = disc(600);
        let site = assign(&points, &sites);
        let placed: Vec<[f32; 2]> = site.iter().map(|&s| sites[s as usize]).collect();
        let nearest = |of: &[[f32; 2]], i: usize| {
            let mut order: Vec<usize> = (0..600).filter(|&j| j != i).collect();
            order.sort_by(|&a, &b| distance(of[i], of[a]).total_cmp(&distance(of[i], of[b])));
            order.truncate(8);
            order
        };
        let mut kept = 0;
        for i in 0..600 {
            let before = nearest(&points, i);
            kept += nearest(&placed, i).iter().filter(|j| before.contains(j)).count();
        }
        let share = kept as f32 / (8.0 * 600.0);
        // 0.485 without exchange.
        assert!(share > 0.52, "{share}");
    }
}
