//! One tree: grown on a bootstrap sample of binned rows, asked with plain numbers.

use super::histogram::{Binned, Bins, Histogram};
use ndarray::ArrayView1;
use rand::RngCore;
use rand_chacha::ChaCha8Rng;

/// What a forest's trees are grown from.
pub(super) struct Ground<'a> {
    pub bins: &'a Bins,
    pub binned: &'a Binned,
    /// Class of each row, below `kinds`.
    pub classes: &'a [u32],
    /// Number of classes.
    pub kinds: usize,
    /// Features looked at in each split.
    pub max_features: usize,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Node {
    /// Up to `threshold` go to the next node, others to node `right`.
    Split { feature: u32, right: u32, threshold: f32 },
    /// Where the leaf's class frequencies begin.
    Leaf { frequencies: u32 },
}

/// A grown tree. Nodes stand in depth-first order: a split's left child is the node after it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub frequencies: Vec<f32>,
}

impl Tree {
    /// Grows until every leaf is pure, or its rows cannot be told apart.
    pub fn grow(ground: &Ground<'_>, mut rng: ChaCha8Rng) -> Self {
        let n = ground.binned.rows();
        let weights = bootstrap(n, &mut rng);
        let rows = (0..n as u32).filter(|&row| weights[row as usize] > 0).collect();
        let counts = |row: usize| u64::from(weights[row]);
        // With two classes one counter holds both: all rows below, those of class 1 above.
        let packed = (0..n)
            .map(|row| if ground.classes[row] == 1 { counts(row) << 32 | counts(row) } else { counts(row) })
            .collect();
        let grower = Grower {
            ground,
            rng,
            rows,
            weights,
            packed,
            features: (0..ground.binned.features()).collect(),
            histogram: Histogram::new(if ground.kinds == 2 { 1 } else { ground.kinds }),
            tree: Tree { nodes: Vec::new(), frequencies: Vec::new() },
        };
        grower.run()
    }

    /// Class frequencies of the leaf that `row` falls into.
    pub fn frequencies(&self, row: ArrayView1<'_, f32>, kinds: usize) -> &[f32] {
        let mut at = 0;
        loop {
            match self.nodes[at] {
                Node::Split { feature, right, threshold } => {
                    at = if row[feature as usize] <= threshold { at + 1 } else { right as usize };
                }
                Node::Leaf { frequencies } => return &self.frequencies[frequencies as usize..][..kinds],
            }
        }
    }
}

/// How often each of `n` rows is drawn when `n` are drawn with replacement: the first that a tree's generator is used
/// for, so that who has the generator knows which rows the tree never saw.
pub(super) fn bootstrap(n: usize, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let mut weights = vec![0_u32; n];
    for _ in 0..n {
        weights[below(rng, n)] += 1;
    }
    weights
}

/// A whole number below `n`, uniform to one part in 2³².
fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u64::from(rng.next_u32()) * n as u64) >> 32) as usize
}

/// A place to split: bins `0..=bin` of `feature` go left.
#[derive(Clone, Copy)]
struct Cut {
    feature: usize,
    bin: u8,
    /// Grows as the Gini impurity that is left falls; comparable within one node.
    purity: f64,
}

struct Grower<'a> {
    ground: &'a Ground<'a>,
    rng: ChaCha8Rng,
    /// Rows drawn at least once; each node owns a stretch.
    rows: Vec<u32>,
    /// How often each row was drawn.
    weights: Vec<u32>,
    packed: Vec<u64>,
    /// All features, in an order that chance changes.
    features: Vec<usize>,
    histogram: Histogram,
    tree: Tree,
}

impl Grower<'_> {
    fn run(mut self) -> Tree {
        // (stretch of rows, the split whose right child this is)
        let mut open = vec![(0, self.rows.len(), None)];
        while let Some((start, end, parent)) = open.pop() {
            let here = self.tree.nodes.len() as u32;
            if let Some(parent) = parent
                && let Node::Split { right, .. } = &mut self.tree.nodes[parent as usize]
            {
                *right = here;
            }
            let counts = self.counts(start, end);
            let pure = counts.iter().filter(|&&count| count > 0).count() == 1;
            match if pure { None } else { self.best_cut(start, end, &counts) } {
                Some(cut) => {
                    let middle = self.part(start, end, cut);
                    let threshold = self.ground.bins.edge(cut.feature, cut.bin);
                    self.tree.nodes.push(Node::Split { feature: cut.feature as u32, right: 0, threshold });
                    open.push((middle, end, Some(here)));
                    open.push((start, middle, None));
                }
                None => {
                    let total = counts.iter().sum::<u64>() as f32;
                    let frequencies = self.tree.frequencies.len() as u32;
                    self.tree.frequencies.extend(counts.iter().map(|&count| count as f32 / total));
                    self.tree.nodes.push(Node::Leaf { frequencies });
                }
            }
        }
        self.tree
    }

    /// Rows of each class, as often as they were drawn.
    fn counts(&self, start: usize, end: usize) -> Vec<u64> {
        let mut counts = vec![0; self.ground.kinds];
        for &row in &self.rows[start..end] {
            counts[self.ground.classes[row as usize] as usize] += u64::from(self.weights[row as usize]);
        }
        counts
    }

    /// The best cut among a random choice of features. As scikit-learn does, features on which all rows agree count
    /// as looked at, but the search goes on until one was found on which they do not. `None`: there is none.
    fn best_cut(&mut self, start: usize, end: usize, counts: &[u64]) -> Option<Cut> {
        let mut best: Option<Cut> = None;
        for looked in 0..self.features.len() {
            if looked >= self.ground.max_features && best.is_some() {
                break;
            }
            let chosen = looked + below(&mut self.rng, self.features.len() - looked);
            self.features.swap(looked, chosen);
            let feature = self.features[looked];
            let cut = if self.ground.kinds == 2 {
                self.cut_of_two(feature, start, end, counts)
            } else {
                self.cut_of_many(feature, start, end, counts)
            };
            if let Some(cut) = cut
                && best.is_none_or(|best| cut.purity > best.purity)
            {
                best = Some(cut);
            }
        }
        best
    }

    /// The best cut on one feature between two classes.
    fn cut_of_two(&mut self, feature: usize, start: usize, end: usize, counts: &[u64]) -> Option<Cut> {
        let column = self.ground.binned.column(feature);
        for &row in &self.rows[start..end] {
            self.histogram.add(column[row as usize], 0, self.packed[row as usize]);
        }
        let (total, ones) = ((counts[0] + counts[1]) as f64, counts[1] as f64);
        // The best cut so far: the bins on its sides, and its gain as a fraction, which needs no division to compare.
        let (mut best, mut over, mut under) = (None, -1.0, 1.0);
        let (mut left, mut before) = (0_u64, None);
        self.histogram.drain(|bin, counts| {
            let here = counts[0];
            let (all, of_one) = (here & 0xffff_ffff, here >> 32);
            let class = if of_one == 0 { Some(0) } else { (of_one == all).then_some(1) };
            if let Some((last, last_class)) = before
                // Between two bins of the same class alone no cut is the best one: Gini impurity is concave.
                && (class.is_none() || class != last_class)
            {
                let (n, l1) = ((left & 0xffff_ffff) as f64, (left >> 32) as f64);
                // Between two classes the gain in purity is this variance between the sides.
                let apart = l1 * total - ones * n;
                let (o, u) = (apart * apart, n * (total - n));
                if o * under > over * u {
                    (best, over, under) = (Some((last, bin)), o, u);
                }
            }
            before = Some((bin, class));
            left += here;
        });
        best.map(|(last, bin)| Cut { feature, bin: halfway(last, bin), purity: over / under })
    }

    /// The best cut on one feature between any number of classes.
    fn cut_of_many(&mut self, feature: usize, start: usize, end: usize, counts: &[u64]) -> Option<Cut> {
        let column = self.ground.binned.column(feature);
        for &row in &self.rows[start..end] {
            let class = self.ground.classes[row as usize] as usize;
            self.histogram.add(column[row as usize], class, u64::from(self.weights[row as usize]));
        }
        let total: u64 = counts.iter().sum();
        let mut search = Search::new(feature);
        let mut left = vec![0_u64; counts.len()];
        self.histogram.drain(|bin, here| {
            search.visit(bin, || {
                let n: u64 = left.iter().sum();
                let squares =
                    |sides: &mut dyn Iterator<Item = u64>| sides.map(|c| (c * c) as f64).sum::<f64>();
                squares(&mut left.iter().copied()) / n as f64
                    + squares(&mut left.iter().zip(counts).map(|(l, c)| c - l)) / (total - n) as f64
            });
            left.iter_mut().zip(here).for_each(|(left, here)| *left += here);
        });
        search.best
    }

    /// Moves the rows that go left before the others; returns where those begin.
    fn part(&mut self, start: usize, end: usize, cut: Cut) -> usize {
        let column = self.ground.binned.column(cut.feature);
        let mut middle = start;
        for i in start..end {
            if column[self.rows[i] as usize] <= cut.bin {
                self.rows.swap(i, middle);
                middle += 1;
            }
        }
        middle
    }
}

/// The last bin on the left of a cut between two touched bins: empty ones between them are shared out, as a threshold
/// halfway would.
fn halfway(before: u8, bin: u8) -> u8 {
    ((u16::from(before) + u16::from(bin) - 1) / 2) as u8
}

/// Goes over a feature's touched bins in order and keeps the best place between two of them.
struct Search {
    feature: usize,
    before: Option<u8>,
    best: Option<Cut>,
}

impl Search {
    fn new(feature: usize) -> Self {
        Self { feature, before: None, best: None }
    }

    /// `purity` of cutting between the bin visited before and this one.
    #[inline]
    fn visit(&mut self, bin: u8, purity: impl FnOnce() -> f64) {
        if let Some(before) = self.before {
            let purity = purity();
            if self.best.is_none_or(|best| purity > best.purity) {
                self.best = Some(Cut { feature: self.feature, bin: halfway(before, bin), purity });
            }
        }
        self.before = Some(bin);
    }
}
