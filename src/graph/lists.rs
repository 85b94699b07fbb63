//! Nearest neighbours among very many vectors: an inverted file (Sivic & Zisserman 2003, “Video Google”; Jégou et al. 2011,
//! “Product quantization for nearest neighbor search”, section IV). Vectors are dealt to the nearest of some centres, and
//! compared with those of the centres around their own. Comparing all with all grows with the square of their number,
//! this with its power of one and a half; a few neighbours are missed.

use super::links::Links;
use super::neighbours::{Best, Neighbours};
use crate::features::linalg::gemm_into;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, s};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Centres per root of the number of vectors.
const CENTRES: f64 = 2.0;
/// Vectors that centres are found from, for each centre.
const TAUGHT: usize = 48;
/// Times that centres are moved to the middle of their vectors.
const ROUNDS: usize = 8;
/// Lists that a list is compared with, itself included.
const PROBED: usize = 40;
/// Rows compared at once.
const ROWS: usize = 128;

/// Vectors by their nearest centre.
struct Lists {
    centres: Array2<f32>,
    /// Rising numbers of each centre's vectors; those of length 0 are in none.
    members: Vec<Vec<u32>>,
}

/// As [`super::neighbours`] of rows of length 1 or 0, with links as there; not exact. The same on every run.
pub(super) fn neighbours_by_lists(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    k: usize,
) -> Neighbours {
    let n = unit.nrows();
    let k = k.min(n.saturating_sub(1));
    if k == 0 {
        return Neighbours::default();
    }
    let lists = Lists::of(unit);
    let near = lists.around();
    let mut blocks: Vec<(usize, &[u32])> = Vec::new();
    for (list, members) in lists.members.iter().enumerate() {
        blocks.extend(members.chunks(ROWS).map(|rows| (list, rows)));
    }
    let in_lists = blocks.into_par_iter().flat_map_iter(|(list, rows)| {
        let mut candidates: Vec<u32> =
            near[list].iter().flat_map(|&l| lists.members[l].iter().copied()).collect();
        candidates.sort_unstable();
        compared(unit, links, rows, &candidates, k)
    });
    let mut found: Vec<Option<Vec<(f32, u32)>>> = vec![None; n];
    for (row, best) in in_lists.collect::<Vec<_>>() {
        found[row as usize] = Some(best);
    }
    let (mut index, mut similarity) = (Vec::with_capacity(n * k), Vec::with_capacity(n * k));
    let alone = (0..n).into_par_iter().zip(found).map(|(i, found)| {
        // A vector of length 0 has links at most.
        let mut best = match found {
            Some(best) => best,
            None => {
                compared(unit, links, &[i as u32], &[], k).pop().map(|(_, best)| best).unwrap_or_default()
            }
        };
        // What is like nothing has the first ones for neighbours, as where all are compared.
        let mut next = 0_u32;
        while best.len() < k {
            if next as usize != i && best.iter().all(|&(_, j)| j != next) {
                best.push((0.0, next));
            }
            next += 1;
        }
        best
    });
    for best in alone.collect::<Vec<_>>() {
        index.extend(best.iter().map(|&(_, j)| j));
        similarity.extend(best.iter().map(|&(s, _)| s.clamp(0.0, 1.0)));
    }
    Neighbours { k, index, similarity }
}

/// The best of the candidates (rising) and of what is linked, for each of some rows.
fn compared(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    rows: &[u32],
    candidates: &[u32],
    k: usize,
) -> Vec<(u32, Vec<(f32, u32)>)> {
    let numbers = |some: &[u32]| some.iter().map(|&i| i as usize).collect::<Vec<usize>>();
    let mut tile = Array2::<f32>::zeros((rows.len(), candidates.len()));
    if unit.ncols() > 0 && !candidates.is_empty() {
        let mine = unit.select(Axis(0), &numbers(rows));
        let others = unit.select(Axis(0), &numbers(candidates));
        gemm_into(tile.view_mut(), 0.0, mine.view(), others.t());
    }
    let mut sums = vec![0.0; if links.is_some() { unit.nrows() } else { 0 }];
    let each = rows.iter().zip(tile.rows_mut()).map(|(&row, mut products)| {
        let mut beside: Vec<(f32, u32)> = Vec::new();
        if let Some((links, scale)) = links {
            let own = scale[row as usize];
            for (j, alike) in links.alike(row as usize, &mut sums) {
                let adds = own * scale[j as usize] * alike;
                match candidates.binary_search(&j) {
                    Ok(place) => products[place] += adds,
                    Err(_) if j != row => {
                        beside.push((unit.row(row as usize).dot(&unit.row(j as usize)) + adds, j));
                    }
                    Err(_) => {}
                }
            }
        }
        let own = candidates.binary_search(&row).unwrap_or(usize::MAX);
        let mut best = Best::new(k);
        if let Some(products) = products.as_slice() {
            best.offer(products, 0, own);
        }
        let mut found: Vec<(f32, u32)> =
            best.found().iter().map(|&(s, place)| (s, candidates[place as usize])).chain(beside).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(k);
        (row, found)
    });
    each.collect()
}

impl Lists {
    fn of(unit: ArrayView2<'_, f32>) -> Self {
        let lengthy: Vec<usize> =
            (0..unit.nrows()).into_par_iter().filter(|&i| unit.row(i).iter().any(|x| *x != 0.0)).collect();
        let count = ((CENTRES * (lengthy.len() as f64).sqrt()) as usize).clamp(1, lengthy.len().max(1));
        let mut rng = ChaCha8Rng::seed_from_u64(0x6c69_7374);
        let taught = lengthy.len().min(count * TAUGHT);
        let mut chosen: Vec<usize> =
            sample(&mut rng, lengthy.len(), taught).into_iter().map(|at| lengthy[at]).collect();
        let mut centres = unit.select(Axis(0), &chosen[..count.min(chosen.len())]);
        chosen.sort_unstable();
        let lesson = unit.select(Axis(0), &chosen);
        for _ in 0..ROUNDS {
            let nearest = nearest(lesson.view(), centres.view());
            let mut sums = Array2::<f32>::zeros(centres.raw_dim());
            for (row, &centre) in lesson.rows().into_iter().zip(&nearest) {
                let mut sum = sums.row_mut(centre as usize);
                sum += &row;
            }
            for (mut centre, sum) in centres.rows_mut().into_iter().zip(sums.rows()) {
                let length = sum.dot(&sum).sqrt();
                // A centre that nobody chose stays where it is.
                if length > 0.0 {
                    centre.assign(&(&sum / length));
                }
            }
        }
        let mut members = vec![Vec::new(); centres.nrows()];
        let all = unit.select(Axis(0), &lengthy);
        for (&row, centre) in lengthy.iter().zip(nearest(all.view(), centres.view())) {
            members[centre as usize].push(row as u32);
        }
        Self { centres, members }
    }

    /// For each list those that it is compared with: the nearest centres' lists, its own first.
    fn around(&self) -> Vec<Vec<usize>> {
        let of = |i: usize| {
            let products = self.centres.dot(&self.centres.row(i));
            let mut order: Vec<usize> = (0..self.centres.nrows()).collect();
            order.sort_by(|&a, &b| {
                (b == i).cmp(&(a == i)).then(products[b].total_cmp(&products[a])).then(a.cmp(&b))
            });
            order.truncate(PROBED);
            order
        };
        (0..self.centres.nrows()).into_par_iter().map(of).collect()
    }
}

/// The nearest centre of each row.
fn nearest(rows: ArrayView2<'_, f32>, centres: ArrayView2<'_, f32>) -> Vec<u32> {
    let starts: Vec<usize> = (0..rows.nrows()).step_by(ROWS).collect();
    let block = |start: usize| {
        let some = rows.slice(s![start..rows.nrows().min(start + ROWS), ..]);
        let mut tile = Array2::<f32>::zeros((some.nrows(), centres.nrows()));
        gemm_into(tile.view_mut(), 0.0, some, centres.t());
        let most = |row: ArrayView1<'_, f32>| {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            best.map_or(0, |(place, _)| place as u32)
        };
        tile.rows().into_iter().map(most).collect::<Vec<u32>>()
    };
    starts.into_par_iter().flat_map_iter(block).collect()
}

#[cfg(test)]
mod tests {
    use super::super::neighbours::neighbours_of_unit;
    use super::*;
    use rand::Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Vectors in a hundred heaps, as covers are; every fiftieth is of length 0.
    fn heaps(n: usize) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut normal = || -> f32 { StandardNormal.sample(&mut rng) };
        let middles = Array2::from_shape_fn((100, 24), |_| normal());
        let mut all = Array2::from_shape_fn((n, 24), |(i, j)| middles[(i * 7 % 100, j)] + 0.8 * normal());
        for (i, mut row) in all.rows_mut().into_iter().enumerate() {
            let length = if i % 50 == 0 { f32::INFINITY } else { row.dot(&row).sqrt() };
            row /= length;
        }
        all
    }

    fn shared(a: &Neighbours, b: &Neighbours, i: usize) -> usize {
        a.of(i).filter(|(j, _)| b.of(i).any(|(other, _)| other == *j)).count()
    }

    #[test]
    fn nearly_all_neighbours_are_found_and_their_similarities_are_right() {
        let all = heaps(6_000);
        let (listed, exact) =
            (neighbours_by_lists(all.view(), None, 10), neighbours_of_unit(all.view(), None, 10));
        assert_eq!((listed.k, listed.len()), (10, 6_000));
        let found: usize = (0..6_000).map(|i| shared(&listed, &exact, i)).sum();
        assert!(found as f64 > 0.95 * 60_000.0, "{found} of 60000");
        for (j, s) in listed.of(77) {
            assert!((s - all.row(77).dot(&all.row(j as usize)).max(0.0)).abs() < 1e-5);
        }
        assert_eq!(listed, neighbours_by_lists(all.view(), None, 10));
    }

    #[test]
    fn what_is_linked_is_found_wherever_it_lies() {
        let all = heaps(3_000);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let pairs: Vec<(u32, u32)> =
            (0..4_000).map(|_| (rng.gen_range(0..3_000), rng.gen_range(0..3_000))).collect();
        let links = Links::of(3_000, &pairs);
        let scale = ndarray::Array1::from_elem(3_000, 1.0);
        let of = Some((&links, scale.view()));
        let (listed, exact) = (neighbours_by_lists(all.view(), of, 6), neighbours_of_unit(all.view(), of, 6));
        let found: usize = (0..3_000).map(|i| shared(&listed, &exact, i)).sum();
        assert!(found as f64 > 0.93 * 18_000.0, "{found} of 18000");
        // One of length 0: whom it is linked with, and then the first.
        let linked = (0..3_000).step_by(50).find(|&i| links.knows(i)).unwrap();
        assert_eq!(listed.of(linked).next().map(|(j, _)| j), exact.of(linked).next().map(|(j, _)| j));
    }

    #[test]
    fn few_and_empty_sets_are_answered() {
        assert!(neighbours_by_lists(heaps(1).view(), None, 5).is_empty());
        let zeros = Array2::<f32>::zeros((4, 3));
        let found = neighbours_by_lists(zeros.view(), None, 2);
        assert_eq!(found.index, [1, 2, 0, 2, 0, 1, 0, 1]);
        assert!(found.similarity.iter().all(|s| *s == 0.0));
    }
}
