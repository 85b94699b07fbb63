//! From a cover to a vector.
//!
//! `pixels` features are the cover itself at 64×64, as 64 numbers: scores on the principal components of all
//! covers of the catalogue. They know colour and where it lies, nothing of what is shown.
//!
//! Hand-made features ([`Handmade`]) are computed from one thumbnail alone: `palette` knows colour, `form` what is left
//! without it, `named` a few things that sentences are made of. Learned features (`gatefold-models`) are what a small network sees.

mod colour;
pub mod form;
pub mod measures;
pub mod named;
pub mod palette;
mod planes;
mod vectors;

pub use gatefold_linalg::{Pca, PcaError, PcaParams, PcaValidParams, PixelRows, Rows};
pub use vectors::{Handmade, VERSION as HANDMADE_VERSION, vectors};

use ndarray::Array2;

/// Name of the features, as commands and reports say it.
pub const NAME: &str = "pixels";
/// Version of how `pixels` features are made; a change makes builds anew.
pub const VERSION: u32 = 1;
/// Numbers per cover.
pub const DIMS: usize = 64;
/// Seed of the sketch from which the components are found.
const SEED: u64 = 0x6761_7465;

/// `pixels` features of a set of covers: one row of [`DIMS`] numbers each (fewer where there are fewer covers
/// than four times that), each column with unit variance; and the components, to make other covers' with
/// ([`Pca::scales`] is what columns were multiplied by).
///
/// Unit variance is what makes a comparison by angle see form as well as brightness: the first component, how
/// light a cover is, otherwise outweighs the others. On eigenfaces the same measure, there called Mahalanobis
/// cosine, did best (Moon and Phillips, 2001); on covers it leaves the fewest that are nobody's neighbour.
///
/// # Errors
/// When there is nothing to fit or it was cancelled.
pub fn pixels(covers: PixelRows<'_>) -> Result<(Array2<f32>, Pca), PcaError> {
    // With as many columns of unit variance as covers, every cover is as far from every other: a small collection
    // gets a quarter.
    let components = DIMS.min((covers.rows() / 4).max(2));
    let params = PcaParams::new(components).seed(SEED);
    let pca = params.fit_rows(&covers)?;
    let mut scores = pca.transform_rows(&covers);
    for (mut column, scale) in scores.columns_mut().into_iter().zip(pca.scales()) {
        column.mapv_inplace(|x| x * scale);
    }
    Ok((scores, pca))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_covers_have_no_components_but_no_nan_either() {
        let bytes = [7u8; 30 * 48];
        let scores = pixels(PixelRows::new(&bytes, 48)).unwrap().0;
        assert!(scores.iter().all(|&x| x == 0.0 || x.abs() < 1e-3), "{scores}");
        let one = pixels(PixelRows::new(&bytes[..48], 48)).unwrap().0;
        assert_eq!(one.dim(), (1, 1));
    }
}
