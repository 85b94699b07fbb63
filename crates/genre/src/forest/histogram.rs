//! Features as bins: at most 256 values each, so that a split is found by counting instead of sorting.

use ndarray::ArrayView2;

/// Bins per feature; a bin's number is a byte.
pub(super) const MAX_BINS: usize = 256;

/// Where each feature is cut into bins, learned from the training rows alone.
pub(super) struct Bins {
    /// Ascending upper edges per feature: bin `b` holds what is at most `edges[b]` and above `edges[b - 1]`.
    edges: Vec<Vec<f32>>,
}

impl Bins {
    /// Cuts each column of `records` so that every bin holds about equally many rows; where a column has no more
    /// than 256 different values, each has its own bin and nothing is lost.
    pub fn of(records: ArrayView2<'_, f32>) -> Self {
        let edges = records.columns().into_iter().map(|column| edges(column.to_vec())).collect();
        Self { edges }
    }

    /// The value up to which bins `0..=bin` of `feature` reach.
    pub fn edge(&self, feature: usize, bin: u8) -> f32 {
        self.edges[feature][usize::from(bin)]
    }

    /// Bin of every value of `records`.
    pub fn sort(&self, records: ArrayView2<'_, f32>) -> Binned {
        let rows = records.nrows();
        let mut bins = Vec::with_capacity(records.len());
        for (column, edges) in records.columns().into_iter().zip(&self.edges) {
            bins.extend(column.iter().map(|&x| edges.partition_point(|&edge| edge < x) as u8));
        }
        Binned { rows, bins }
    }
}

/// Upper edges of a column's bins; the last bin has none.
fn edges(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let n = values.len();
    let distinct = 1 + values.windows(2).filter(|w| w[0] < w[1]).count();
    let mut edges = Vec::new();
    let mut next = 1;
    for i in 1..n {
        let (below, above) = (values[i - 1], values[i]);
        if below == above {
            continue;
        }
        if distinct <= MAX_BINS || i * MAX_BINS >= next * n {
            edges.push(between(below, above));
            next = i * MAX_BINS / n + 1;
        }
    }
    edges
}

/// Halfway from `below` up to `above`, never `above` itself.
fn between(below: f32, above: f32) -> f32 {
    let middle = below / 2.0 + above / 2.0;
    if middle < above && middle >= below { middle } else { below }
}

/// Bins of some rows, feature after feature.
pub(super) struct Binned {
    rows: usize,
    bins: Vec<u8>,
}

impl Binned {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.bins.len().checked_div(self.rows).unwrap_or(0)
    }

    /// Bins of one feature, row by row.
    pub fn column(&self, feature: usize) -> &[u8] {
        &self.bins[feature * self.rows..(feature + 1) * self.rows]
    }
}

/// Counts per bin that remembers which bins it touched, so that a node of few rows costs little.
pub(super) struct Histogram {
    counts: Vec<u64>,
    width: usize,
    touched: [u64; MAX_BINS / 64],
}

impl Histogram {
    /// Empty, with `width` counters a bin.
    pub fn new(width: usize) -> Self {
        Self { counts: vec![0; MAX_BINS * width], width, touched: [0; MAX_BINS / 64] }
    }

    /// Adds to one counter of a bin.
    #[inline]
    pub fn add(&mut self, bin: u8, counter: usize, count: u64) {
        let bin = usize::from(bin);
        self.touched[bin / 64] |= 1 << (bin % 64);
        self.counts[bin * self.width + counter] += count;
    }

    /// Visits the touched bins in order, and forgets them.
    #[inline]
    pub fn drain(&mut self, mut visit: impl FnMut(u8, &[u64])) {
        for (word, touched) in self.touched.iter_mut().enumerate() {
            while *touched != 0 {
                let bin = word * 64 + touched.trailing_zeros() as usize;
                *touched &= *touched - 1;
                let counts = &mut self.counts[bin * self.width..(bin + 1) * self.width];
                visit(bin as u8, counts);
                counts.fill(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn few_values_each_have_their_bin_and_edges_lie_halfway() {
        let records = array![[1.0_f32], [2.0], [2.0], [4.0]];
        let bins = Bins::of(records.view());
        assert_eq!(bins.edges[0], [1.5, 3.0]);
        assert_eq!(bins.sort(records.view()).column(0), [0, 1, 1, 2]);
        assert_eq!(bins.sort(array![[-9.0_f32], [1.5], [9.0]].view()).column(0), [0, 0, 2]);
    }

    #[test]
    fn many_values_share_256_even_bins() {
        let records = Array2::from_shape_fn((5000, 1), |(r, _)| ((r * 7919) % 5000) as f32);
        let bins = Bins::of(records.view());
        assert!(bins.edges[0].len() <= 255 && bins.edges[0].len() >= 250, "{}", bins.edges[0].len());
        let mut sizes = [0; MAX_BINS];
        bins.sort(records.view()).column(0).iter().for_each(|&b| sizes[usize::from(b)] += 1);
        assert!(sizes.iter().filter(|&&s| s > 0).all(|&s| (15..=40).contains(&s)), "{sizes:?}");
    }

    #[test]
    fn neighbouring_floats_are_still_told_apart() {
        let above = f32::from_bits(1.0_f32.to_bits() + 1);
        let records = array![[1.0_f32], [above]];
        assert_eq!(Bins::of(records.view()).sort(records.view()).column(0), [0, 1]);
    }

    #[test]
    fn a_drained_histogram_is_empty() {
        let mut histogram = Histogram::new(2);
        histogram.add(200, 1, 3);
        histogram.add(7, 0, 1);
        let mut seen = Vec::new();
        histogram.drain(|bin, counts| seen.push((bin, counts.to_vec())));
        assert_eq!(seen, [(7, vec![1, 0]), (200, vec![0, 3])]);
        histogram.drain(|bin, _| panic!("bin {bin} was kept"));
    }
}
