//! Nearest neighbours by comparing everything with everything: exact, and up to some 10⁵ covers quicker than any
//! index, because it is one matrix product. Beyond that an index takes over ([`super::lists`]).

use super::links::Links;
use super::lists::neighbours_by_lists;
use gatefold_linalg::dense::gemm_into;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, s};
use rayon::prelude::*;

/// Rows that one task compares with everything.
const ROWS: usize = 128;
/// Columns of a tile: 128 × 1,024 similarities stay in the processor's cache.
const COLUMNS: usize = 1_024;

/// Up to so many vectors all are compared with all.
pub const EXACT: usize = 120_000;

/// The neighbours of each of a set of vectors, nearest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Neighbours {
    /// Neighbours of each vector; fewer than asked for only where there are no more.
    pub k: usize,
    /// `n × k` indices.
    pub index: Vec<u32>,
    /// `n × k` similarities, 0–1: the cosine of the angle between two vectors, 0 where it is negative. Vectors
    /// of the same cover have 1; unrelated covers 0 to 0.3.
    pub similarity: Vec<f32>,
}

impl Neighbours {
    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.index.len().checked_div(self.k).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Neighbours of vector `i`, nearest first.
    pub fn of(&self, i: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = i * self.k..(i + 1) * self.k;
        self.index[range.clone()].iter().copied().zip(self.similarity[range].iter().copied())
    }
}

/// The `k` vectors (rows) at the smallest angle from each, itself left out. Among equals the lower index wins, so
/// that the answer does not depend on threads. Exact up to [`EXACT`] vectors; beyond that a few are missed.
pub fn neighbours(vectors: ArrayView2<'_, f32>, k: usize) -> Neighbours {
    if vectors.ncols() == 0 {
        return Neighbours::default();
    }
    neighbours_of_rows(unit_rows(vectors).view(), None, k)
}

/// As [`neighbours_of_unit`]; by an index where there are more than [`EXACT`] rows.
pub(super) fn neighbours_of_rows(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    k: usize,
) -> Neighbours {
    let find = if unit.nrows() > EXACT { neighbours_by_lists } else { neighbours_of_unit };
    find(unit, links, k)
}

/// The same of rows whose products are similarities, and of links besides: those between two vectors add to their
/// product what is alike in them times both vectors' scales.
pub(super) fn neighbours_of_unit(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    k: usize,
) -> Neighbours {
    let n = unit.nrows();
    let k = k.min(n.saturating_sub(1));
    if k == 0 {
        return Neighbours::default();
    }
    let mut index = vec![0u32; n * k];
    let mut similarity = vec![0f32; n * k];
    let scratch = || (vec![0f32; ROWS * COLUMNS], vec![0f32; if links.is_some() { n } else { 0 }]);
    index.par_chunks_mut(ROWS * k).zip(similarity.par_chunks_mut(ROWS * k)).enumerate().for_each_init(
        scratch,
        |(tile, sums), (block, (index, similarity))| {
            let rows = index.len() / k;
            let first = block * ROWS;
            let mine = unit.slice(s![first..first + rows, ..]);
            let linked = |r: usize, sums: &mut Vec<f32>| {
                links.map_or_else(Vec::new, |(links, _)| links.alike(first + r, sums))
            };
            let linked: Vec<Vec<(u32, f32)>> = (0..rows).map(|r| linked(r, sums)).collect();
            let mut linked: Vec<&[(u32, f32)]> = linked.iter().map(Vec::as_slice).collect();
            let mut best: Vec<Best> = (0..rows).map(|_| Best::new(k)).collect();
            for start in (0..n).step_by(COLUMNS) {
                let width = COLUMNS.min(n - start);
                let tile = &mut tile[..rows * width];
                if unit.ncols() == 0 {
                    tile.fill(0.0);
                } else {
                    let others = unit.slice(s![start..start + width, ..]);
                    let view = ArrayViewMut2::from_shape((rows, width), &mut *tile).expect("cut to size");
                    gemm_into(view, 0.0, mine, others.t());
                }
                if let Some((_, scale)) = links {
                    for (r, (row, linked)) in tile.chunks_exact_mut(width).zip(&mut linked).enumerate() {
                        let own = scale[first + r];
                        while let Some((&(j, alike), rest)) = linked.split_first()
                            && (j as usize) < start + width
                        {
                            row[j as usize - start] += own * scale[j as usize] * alike;
                            *linked = rest;
                        }
                    }
                }
                for (r, (row, best)) in tile.chunks_exact(width).zip(&mut best).enumerate() {
                    best.offer(row, start, first + r);
                }
            }
            for ((best, index), similarity) in
                best.iter().zip(index.chunks_exact_mut(k)).zip(similarity.chunks_exact_mut(k))
            {
                for (place, &(s, j)) in best.found.iter().enumerate() {
                    index[place] = j;
                    similarity[place] = s.clamp(0.0, 1.0);
                }
            }
        },
    );
    Neighbours { k, index, similarity }
}

/// The best so far, best first.
pub(super) struct Best {
    k: usize,
    found: Vec<(f32, u32)>,
    /// What a newcomer must exceed.
    worst: f32,
}

impl Best {
    pub(super) fn new(k: usize) -> Self {
        Self { k, found: Vec::with_capacity(k + 1), worst: f32::NEG_INFINITY }
    }

    /// Takes in similarities to `start…`, of which `own` is the vector itself.
    pub(super) fn offer(&mut self, row: &[f32], start: usize, own: usize) {
        for (chunk, at) in row.chunks(16).zip((start..).step_by(16)) {
            // Most chunks hold nobody: one comparison for sixteen.
            let most = chunk.iter().fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
            if most <= self.worst {
                continue;
            }
            for (&s, j) in chunk.iter().zip(at..) {
                if s > self.worst && j != own {
                    self.insert(s, j as u32);
                }
            }
        }
    }

    /// Similarity and place, best first.
    pub(super) fn found(&self) -> &[(f32, u32)] {
        &self.found
    }

    fn insert(&mut self, s: f32, j: u32) {
        let place = self.found.partition_point(|&(other, _)| other >= s);
        self.found.insert(place, (s, j));
        self.found.truncate(self.k);
        if self.found.len() == self.k {
            self.worst = self.found[self.k - 1].0;
        }
    }
}

/// Rows of length 1. A row of zeros stays: it is like nothing.
fn unit_rows(vectors: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut unit = vectors.as_standard_layout().into_owned();
    for mut row in unit.rows_mut() {
        let norm = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        if norm > 0.0 {
            row /= norm;
        }
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(n: usize, dims: usize) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        Array2::from_shape_fn((n, dims), |_| rng.gen_range(-1.0..1.0))
    }

    #[test]
    fn they_are_those_that_a_plain_search_finds() {
        let vectors = random(1_500, 8);
        let found = neighbours(vectors.view(), 5);
        let unit = unit_rows(vectors.view());
        for i in (0..1_500).step_by(37) {
            let mut all: Vec<(f32, usize)> =
                (0..1_500).filter(|&j| j != i).map(|j| (unit.row(i).dot(&unit.row(j)), j)).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            for (place, (j, s)) in found.of(i).enumerate() {
                assert!((s - all[place].0).abs() < 1e-5);
                assert!((all[place].0 - unit.row(i).dot(&unit.row(j as usize))).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn nobody_is_its_own_neighbour_and_small_sets_have_fewer() {
        assert!(neighbours(random(1, 4).view(), 10).is_empty());
        let three = neighbours(random(3, 4).view(), 10);
        assert_eq!((three.k, three.len()), (2, 3));
        for i in 0..3 {
            assert!(three.of(i).all(|(j, _)| j as usize != i));
        }
    }

    #[test]
    fn a_vector_of_zeros_is_like_nothing() {
        let mut vectors = random(20, 4);
        vectors.row_mut(3).fill(0.0);
        assert!(neighbours(vectors.view(), 4).of(3).all(|(_, s)| s == 0.0));
    }

    #[test]
    fn equal_vectors_are_fully_alike() {
        let mut vectors = random(20, 4);
        let copy = vectors.row(2).to_owned();
        vectors.row_mut(9).assign(&copy);
        let (j, s) = neighbours(vectors.view(), 4).of(2).next().unwrap();
        assert_eq!(j, 9);
        assert!(s > 0.999_99);
    }
}
