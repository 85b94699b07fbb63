//! Precision and recall of a generator: how many made pictures look real, how many real ones could have been made.
//!
//! Kynkäänniemi et al. 2019, “Improved precision and recall metric for assessing generative models”: each set's
//! manifold is the union of balls that reach each member's k-th nearest other member; k = 3 as in the paper.

use super::{Embeddings, MetricError};

const K: usize = 3;

/// Both shares, 0–1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PrecisionRecall {
    /// Share of made pictures inside the real manifold.
    pub precision: f64,
    /// Share of real pictures inside the made manifold.
    pub recall: f64,
}

/// Squared distance of each row to its k-th nearest other row.
fn radii(e: &Embeddings) -> Vec<f32> {
    let n = e.len();
    let distances = e.squared_distances(e);
    (0..n)
        .map(|i| {
            let mut row: Vec<f32> = (0..n).filter(|&j| j != i).map(|j| distances[i * n + j]).collect();
            *row.select_nth_unstable_by(K - 1, f32::total_cmp).1
        })
        .collect()
}

/// Precision and recall of `made` against `real`.
///
/// # Errors
/// When either set has no k-th neighbour.
pub fn precision_recall(real: &Embeddings, made: &Embeddings) -> Result<PrecisionRecall, MetricError> {
    let fewest = real.len().min(made.len());
    if fewest <= K {
        return Err(MetricError::TooFew { found: fewest, needed: K + 1 });
    }
    let covered = |centres: &Embeddings, points: &Embeddings| {
        let radii = radii(centres);
        let distances = points.squared_distances(centres);
        let inside = |row: &[f32]| row.iter().zip(&radii).any(|(d, r)| d <= r);
        distances.chunks_exact(centres.len()).filter(|row| inside(row)).count() as f64 / points.len() as f64
    };
    Ok(PrecisionRecall { precision: covered(real, made), recall: covered(made, real) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(from: f32, n: usize) -> Embeddings {
        Embeddings { dims: 1, values: (0..n).map(|i| from + i as f32).collect() }
    }

    #[test]
    fn a_generator_of_half_the_real_line_is_precise_and_recalls_half() {
        let result = precision_recall(&line(0.0, 40), &line(0.0, 20)).unwrap();
        assert_eq!(result.precision, 1.0);
        // the last made ball reaches three further
        assert!((0.5..=0.6).contains(&result.recall), "{result:?}");
    }

    #[test]
    fn far_pictures_are_neither() {
        let result = precision_recall(&line(0.0, 10), &line(1000.0, 10)).unwrap();
        assert_eq!((result.precision, result.recall), (0.0, 0.0));
    }
}
