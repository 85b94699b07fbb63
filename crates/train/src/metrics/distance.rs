//! Nearest-neighbour distances of generated pictures from training covers, which show copies.

use super::{Embeddings, MetricError};

/// The training cover nearest to each made picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nearest {
    /// Row in the training set.
    pub index: usize,
    /// Euclidean distance between embeddings.
    pub distance: f32,
}

/// For each made picture the training cover nearest to it.
///
/// # Errors
/// When there is no training cover.
pub fn nearest(training: &Embeddings, made: &Embeddings) -> Result<Vec<Nearest>, MetricError> {
    if training.is_empty() {
        return Err(MetricError::TooFew { found: 0, needed: 1 });
    }
    let distances = made.squared_distances(training);
    let best = |row: &[f32]| {
        let (index, square) = row
            .iter()
            .copied()
            .enumerate()
            .fold((0, f32::INFINITY), |best, next| if next.1 < best.1 { next } else { best });
        Nearest { index, distance: square.sqrt() }
    };
    Ok(distances.chunks_exact(training.len()).map(best).collect())
}

/// Share of made pictures nearer to a training cover than the first percentile of what unseen real covers are.
///
/// # Errors
/// When any of the three sets is empty.
pub fn too_near(training: &Embeddings, unseen: &Embeddings, made: &Embeddings) -> Result<f64, MetricError> {
    if unseen.is_empty() || made.is_empty() {
        return Err(MetricError::TooFew { found: 0, needed: 1 });
    }
    let mut usual: Vec<f32> = nearest(training, unseen)?.iter().map(|n| n.distance).collect();
    usual.sort_by(f32::total_cmp);
    let limit = usual[usual.len() / 100];
    let near = nearest(training, made)?.iter().filter(|n| n.distance < limit).count();
    Ok(near as f64 / made.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_found_and_originals_are_not() {
        let set = |values: &[f32]| Embeddings { dims: 1, values: values.to_vec() };
        let training = set(&[0.0, 10.0, 20.0]);
        let unseen = set(&[5.0, 15.0, 24.0]);
        assert_eq!(nearest(&training, &set(&[10.0])).unwrap()[0], Nearest { index: 1, distance: 0.0 });
        assert_eq!(too_near(&training, &unseen, &set(&[10.0, 5.0])).unwrap(), 0.5);
    }
}
