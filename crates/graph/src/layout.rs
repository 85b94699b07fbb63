//! Positions from neighbours: covers that are alike attract each other, all others repel.
//!
//! UMAP's graph and its stochastic descent (McInnes, Healy and Melville, 2018, algorithms 1–5) with the kernel
//! 1/(1 + d²), whose gradients need no powers. It runs on one thread on purpose: each step sees the one before it, so
//! that the same neighbours always give the same map.

use super::neighbours::Neighbours;
use ndarray::ArrayView2;

/// Passes over a map that starts from nothing.
const EPOCHS: u32 = 200;
/// Passes when most albums are where they were.
const EPOCHS_AGAIN: u32 = 60;
/// Passes when all albums stand somewhere, but for other reasons.
const EPOCHS_BENT: u32 = 100;
/// Covers that repel for each that attracts.
const REPELLING: u32 = 5;
/// Longest step in one dimension.
const LONGEST: f32 = 4.0;
/// Half the width of the map at the start, in the kernel's units.
const EXTENT: f32 = 10.0;
/// Share of new albums up to which the others stay exactly where they were.
const FEW: f32 = 0.2;

/// Where covers stand before they are moved.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// Nothing is known: the first two columns of their features.
    Fresh(ArrayView2<'a, f32>),
    /// Where each stood on the former map, in that map's units with a spacing of 1; `None` for new ones.
    Former(&'a [Option<[f32; 2]>]),
    /// Where each stands now, in the same units: all move to where other neighbours draw them.
    Bent(&'a [[f32; 2]]),
}

/// Whether so many known positions of `n` are worth starting from.
pub fn worth_keeping(known: usize, n: usize) -> bool {
    2 * known >= n && known > 0
}

/// A position for each vector of `neighbours`, in no particular units after a fresh start, else in the former map's.
/// Albums that were on the former map stay there when few are new; else they move a little.
pub fn layout(neighbours: &Neighbours, start: Start<'_>) -> Vec<[f32; 2]> {
    let lines = fuzzy(neighbours);
    match start {
        Start::Fresh(features) => {
            let mut at = principal_plane(features);
            descend(&mut at, &lines, EPOCHS, 1.0, |_| true);
            draw_in(&mut at);
            at
        }
        Start::Bent(places) => {
            let known: Vec<Option<[f32; 2]>> = places.iter().copied().map(Some).collect();
            let unit = kernel_units(&known);
            let mut at: Vec<[f32; 2]> = places.iter().map(|p| p.map(|x| x * unit)).collect();
            descend(&mut at, &lines, EPOCHS_BENT, 1.0, |_| true);
            draw_in(&mut at);
            at.into_iter().map(|p| p.map(|x| x / unit)).collect()
        }
        Start::Former(former) => {
            let unit = kernel_units(former);
            let mut at = begin_beside(neighbours, former, unit);
            let new = former.iter().filter(|f| f.is_none()).count();
            if new > 0 {
                let few = (new as f32) <= FEW * former.len() as f32;
                descend(&mut at, &lines, EPOCHS_AGAIN, 0.3, |i| !few || former[i].is_none());
            }
            at.iter()
                .zip(former)
                .map(|(&p, &f)| {
                    let moved = p.map(|x| x / unit);
                    match f {
                        // Not even rounding moves an album when nothing asks it to.
                        Some(f) if (f[0] - moved[0]).hypot(f[1] - moved[1]) < 1e-3 => f,
                        _ => moved,
                    }
                })
                .collect()
        }
    }
}

/// How many of the kernel's units make one of the former map's: the map as a whole should be as wide as [`EXTENT`]
/// says, grown with the square root of what it holds beyond the usual.
fn kernel_units(former: &[Option<[f32; 2]>]) -> f32 {
    let known: Vec<[f32; 2]> = former.iter().flatten().copied().collect();
    let n = known.len().max(1) as f32;
    let mean = [0, 1].map(|c| known.iter().map(|p| p[c]).sum::<f32>() / n);
    let square: f32 = known.iter().map(|p| (p[0] - mean[0]).powi(2) + (p[1] - mean[1]).powi(2)).sum();
    let radius = (square / n).sqrt();
    if radius > 0.0 { 0.7 * EXTENT / radius } else { 1.0 }
}

/// New albums begin at the mean of those of their neighbours that have a place, else beside the middle.
fn begin_beside(neighbours: &Neighbours, former: &[Option<[f32; 2]>], unit: f32) -> Vec<[f32; 2]> {
    (0..former.len())
        .map(|i| {
            if let Some(p) = former[i] {
                return p.map(|x| x * unit);
            }
            let (mut sum, mut weight) = ([0.0; 2], 0.0);
            if i < neighbours.len() {
                for (j, similarity) in neighbours.of(i) {
                    if let Some(p) = former[j as usize] {
                        let w = similarity + 1e-3;
                        sum = [sum[0] + w * p[0], sum[1] + w * p[1]];
                        weight += w;
                    }
                }
            }
            let nudge = golden(i, 0.01);
            let middle = if weight > 0.0 { sum.map(|s| s / weight * unit) } else { [0.0; 2] };
            [middle[0] + nudge[0], middle[1] + nudge[1]]
        })
        .collect()
}

/// A short step whose direction depends on the number alone.
pub(super) fn golden(i: usize, length: f32) -> [f32; 2] {
    // The golden angle never repeats a direction.
    let angle = (i as f64 * 2.399_963_229_728_653) as f32;
    [length * angle.cos(), length * angle.sin()]
}

fn principal_plane(features: ArrayView2<'_, f32>) -> Vec<[f32; 2]> {
    let (n, dims) = features.dim();
    let column = |c: usize, i: usize| if c < dims { features[[i, c]] } else { 0.0 };
    let most = (0..2)
        .map(|c| (0..n).map(|i| column(c, i).abs()).fold(0.0f32, f32::max))
        .fold(f32::MIN_POSITIVE, f32::max);
    (0..n)
        .map(|i| {
            let nudge = golden(i, 0.01);
            [0, 1].map(|c| EXTENT * column(c, i) / most + nudge[c])
        })
        .collect()
}

/// One attraction: who, whom, how strong 0–1.
type Line = (u32, u32, f32);

/// Draws islands in that drifted far out, where nothing held them: a map is looked at as a whole, and empty water
/// only makes its covers small. Beyond a quarter more than the radius that holds nearly all covers, distances count
/// a quarter.
fn draw_in(at: &mut [[f32; 2]]) {
    let median = |c: usize| {
        let mut all: Vec<f32> = at.iter().map(|p| p[c]).collect();
        all.sort_by(f32::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(0.0)
    };
    let middle = [median(0), median(1)];
    let mut radii: Vec<f32> = at.iter().map(|p| (p[0] - middle[0]).hypot(p[1] - middle[1])).collect();
    radii.sort_by(f32::total_cmp);
    let coast = 1.25 * radii.get(radii.len() * 19 / 20).copied().unwrap_or(0.0);
    for p in at {
        let d = [p[0] - middle[0], p[1] - middle[1]];
        let radius = d[0].hypot(d[1]);
        if radius > coast {
            let scale = (coast + 0.25 * (radius - coast)) / radius;
            *p = [middle[0] + scale * d[0], middle[1] + scale * d[1]];
        }
    }
}

/// UMAP's fuzzy graph, both directions of each line listed, in a fixed order.
fn fuzzy(neighbours: &Neighbours) -> Vec<Line> {
    let mut directed: Vec<Line> = Vec::with_capacity(2 * neighbours.index.len());
    for i in 0..neighbours.len() {
        let distances: Vec<f32> = neighbours.of(i).map(|(_, s)| 1.0 - s).collect();
        for ((j, similarity), weight) in neighbours.of(i).zip(memberships(&distances)) {
            // Those that have nothing in common stand in a list only because it has so many places.
            if similarity <= 0.0 {
                continue;
            }
            let (low, high) = (j.min(i as u32), j.max(i as u32));
            directed.push((low, high, weight));
        }
    }
    directed.sort_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
    let mut lines: Vec<Line> = Vec::with_capacity(directed.len());
    for (a, b, w) in directed {
        match lines.last_mut() {
            // Either says so: w + w' − w·w'.
            Some(last) if (last.0, last.1) == (a, b) => last.2 += w - last.2 * w,
            _ => lines.push((a, b, w)),
        }
    }
    let mirrored: Vec<Line> = lines.iter().map(|&(a, b, w)| (b, a, w)).collect();
    lines.extend(mirrored);
    lines.sort_by_key(|&(a, b, _)| (a, b));
    lines
}

/// How much each neighbour belongs, given its distance: the nearest fully, and all together log₂ k.
fn memberships(distances: &[f32]) -> Vec<f32> {
    let target = (distances.len() as f32).log2().max(1.0);
    let nearest = distances.iter().copied().fold(f32::INFINITY, f32::min);
    let sum = |sigma: f32| distances.iter().map(|d| (-(d - nearest) / sigma).exp()).sum::<f32>();
    let (mut low, mut high) = (1e-6f32, 1e3f32);
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if sum(middle) < target { low = middle } else { high = middle }
    }
    let sigma = (low * high).sqrt();
    distances.iter().map(|d| (-(d - nearest) / sigma).exp()).collect()
}

/// UMAP's descent. Only covers for which `moves` says so are moved.
fn descend(at: &mut [[f32; 2]], lines: &[Line], epochs: u32, speed: f32, moves: impl Fn(usize) -> bool) {
    let n = at.len() as u64;
    let strongest = lines.iter().map(|l| l.2).fold(0.0f32, f32::max);
    if n < 2 || strongest <= 0.0 {
        return;
    }
    // A line of full strength pulls in every pass, weaker ones as much less often.
    let every: Vec<f32> = lines.iter().map(|l| strongest / l.2.max(1e-6)).collect();
    let mut due = every.clone();
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for epoch in 1..=epochs {
        let step = speed * (1.0 - (epoch - 1) as f32 / epochs as f32);
        for (&(a, b, _), (due, every)) in lines.iter().zip(due.iter_mut().zip(&every)) {
            if *due > epoch as f32 {
                continue;
            }
            *due += every;
            let (i, j) = (a as usize, b as usize);
            if moves(i) {
                let mut p = at[i];
                let d = [p[0] - at[j][0], p[1] - at[j][1]];
                let pull = -2.0 / (1.0 + d[0] * d[0] + d[1] * d[1]);
                p = moved(p, d, pull, step);
                for _ in 0..REPELLING {
                    let other = (random(&mut state) % n) as usize;
                    if other == i {
                        continue;
                    }
                    let d = [p[0] - at[other][0], p[1] - at[other][1]];
                    let square = d[0] * d[0] + d[1] * d[1];
                    let push = 2.0 / ((0.001 + square) * (1.0 + square));
                    p = moved(p, d, push, step);
                }
                at[i] = p;
            }
        }
    }
}

#[inline]
fn moved(p: [f32; 2], d: [f32; 2], force: f32, step: f32) -> [f32; 2] {
    [0, 1].map(|c| p[c] + step * (force * d[c]).clamp(-LONGEST, LONGEST))
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
#[inline]
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NEIGHBOURS, neighbours};
    use ndarray::Array2;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Three directions with some noise: number i belongs to group i mod 3.
    fn groups(n: usize) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        Array2::from_shape_fn((n, 6), |(i, j)| f32::from(u8::from(j == i % 3)) + rng.gen_range(-0.2..0.2))
    }

    fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
        (a[0] - b[0]).hypot(a[1] - b[1])
    }

    #[test]
    fn groups_end_up_apart_and_the_same_every_time() {
        let vectors = groups(240);
        let near = neighbours(vectors.view(), NEIGHBOURS);
        let at = layout(&near, Start::Fresh(vectors.view()));
        assert_eq!(at, layout(&near, Start::Fresh(vectors.view())));
        for i in 0..240 {
            let mut order: Vec<usize> = (0..240).filter(|&j| j != i).collect();
            order.sort_by(|&a, &b| distance(at[i], at[a]).total_cmp(&distance(at[i], at[b])));
            let same = order[..5].iter().filter(|&&j| j % 3 == i % 3).count();
            assert!(same >= 3, "{i}: {same}");
        }
    }

    #[test]
    fn a_new_album_leaves_the_others_where_they_were() {
        let vectors = groups(240);
        let near = neighbours(vectors.view(), NEIGHBOURS);
        let before = layout(&near, Start::Fresh(vectors.view()));
        let mut former: Vec<Option<[f32; 2]>> = before.iter().copied().map(Some).collect();
        former[30] = None;
        let after = layout(&near, Start::Former(&former));
        for i in (0..240).filter(|&i| i != 30) {
            assert_eq!(after[i], before[i]);
        }
        let nearest = (0..240)
            .filter(|&i| i != 30)
            .min_by(|&a, &b| distance(after[a], after[30]).total_cmp(&distance(after[b], after[30])))
            .unwrap();
        assert_eq!(nearest % 3, 0);
    }

    #[test]
    fn one_and_two_covers_have_a_place_too() {
        for n in [1, 2, 3] {
            let vectors = groups(n);
            let near = neighbours(vectors.view(), NEIGHBOURS);
            let at = layout(&near, Start::Fresh(vectors.view()));
            assert_eq!(at.len(), n);
            assert!(at.iter().flatten().all(|x| x.is_finite()));
        }
    }
}
