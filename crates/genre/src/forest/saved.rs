//! A forest as bytes: little-endian, a header (kind, version, trees, classes, features, seed), then tree after tree its
//! nodes and the different leaves. Most leaves are pure, so that few are different.

use super::Forest;
use super::tree::{Node, Tree};
use std::collections::HashMap;

const KIND: u32 = u32::from_le_bytes(*b"GFFO");
const VERSION: u32 = 1;
/// Stands for the feature of a leaf.
const LEAF: u32 = u32::MAX;

impl Forest<usize> {
    /// The forest's bytes; [`Forest::from_bytes`] reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kinds = self.classes.len();
        let mut out = Vec::new();
        let mut words = vec![KIND, VERSION, self.trees.len() as u32, kinds as u32, self.features as u32];
        words.extend([self.seed as u32, (self.seed >> 32) as u32]);
        words.extend(self.classes.iter().map(|&class| class as u32));
        for tree in &self.trees {
            let mut leaves: Vec<u32> = Vec::new();
            let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
            words.push(tree.nodes.len() as u32);
            for node in &tree.nodes {
                match *node {
                    Node::Split { feature, right, threshold } => {
                        words.extend([feature, right, threshold.to_bits()])
                    }
                    Node::Leaf { frequencies } => {
                        let bits: Vec<u32> = tree.frequencies[frequencies as usize..][..kinds]
                            .iter()
                            .map(|x| x.to_bits())
                            .collect();
                        let next = leaves.len() as u32;
                        let at = *known.entry(bits).or_insert_with_key(|bits| {
                            leaves.extend(bits);
                            next
                        });
                        words.extend([LEAF, at, 0]);
                    }
                }
            }
            words.push(leaves.len() as u32);
            words.extend(leaves);
        }
        out.extend(words.into_iter().flat_map(u32::to_le_bytes));
        out
    }

    /// Reads what [`Forest::to_bytes`] wrote; `None` where the bytes are no forest, or not a whole one. What is read can
    /// be asked without harm, whatever the bytes were.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return None;
        }
        let mut words = words.iter().map(|&word| u32::from_le_bytes(word));
        let mut next = || words.next();
        if (next()?, next()?) != (KIND, VERSION) {
            return None;
        }
        let (count, kinds, features) = (next()?, next()? as usize, next()? as usize);
        let seed = u64::from(next()?) | u64::from(next()?) << 32;
        let classes: Vec<usize> =
            (0..kinds).map(|_| next().map(|word| word as usize)).collect::<Option<_>>()?;
        let mut trees = Vec::new();
        for _ in 0..count {
            let length = next()?;
            let mut nodes = Vec::new();
            for _ in 0..length {
                let (feature, second, third) = (next()?, next()?, next()?);
                nodes.push(match feature {
                    LEAF => Node::Leaf { frequencies: second },
                    feature => Node::Split { feature, right: second, threshold: f32::from_bits(third) },
                });
            }
            let frequencies: Vec<f32> =
                (0..next()?).map(|_| next().map(f32::from_bits)).collect::<Option<_>>()?;
            trees.push(Tree { nodes, frequencies });
        }
        let whole = |tree: &Tree| {
            let n = tree.nodes.len();
            n > 0
                && tree.nodes.iter().enumerate().all(|(i, node)| match *node {
                    // Every step leads further on, so that every way ends.
                    Node::Split { feature, right, .. } => {
                        (feature as usize) < features && i + 1 < n && (i + 1..n).contains(&(right as usize))
                    }
                    Node::Leaf { frequencies } => frequencies as usize + kinds <= tree.frequencies.len(),
                })
        };
        (next().is_none() && kinds > 0 && !trees.is_empty() && trees.iter().all(whole)).then_some(Self {
            trees,
            classes,
            features,
            seed,
            parallel: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ForestParams;
    use super::*;
    use crate::testing::noise;
    use linfa::Dataset;
    use linfa::traits::Fit;

    fn grown() -> (Forest<usize>, ndarray::Array2<f64>) {
        let x = noise(200, 5, 1);
        let y = x
            .rows()
            .into_iter()
            .map(|row| 3 * usize::from(row[0] + row[1] > 0.0))
            .collect::<ndarray::Array1<_>>();
        (ForestParams::default().trees(12).seed(u64::MAX - 3).fit(&Dataset::new(x.clone(), y)).unwrap(), x)
    }

    #[test]
    fn a_forest_that_was_saved_says_the_same() {
        let (forest, x) = grown();
        let read = Forest::from_bytes(&forest.to_bytes()).unwrap();
        assert_eq!(read.classes(), [0, 3]);
        assert_eq!(read.probabilities(&x), forest.probabilities(&x));
        assert_eq!(read.out_of_bag(&x), forest.out_of_bag(&x));
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_refused_or_harmless() {
        let (forest, x) = grown();
        let bytes = forest.to_bytes();
        for n in (0..bytes.len()).step_by(7) {
            assert!(Forest::from_bytes(&bytes[..n]).is_none(), "{n}");
        }
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 0x81;
            if let Some(forest) = Forest::from_bytes(&changed)
                && forest.features == 5
            {
                forest.probabilities(&x.slice(ndarray::s![..1, ..]));
            }
        }
    }
}
