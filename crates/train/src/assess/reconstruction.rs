//! Assessment of reconstructions: PSNR and SSIM from coarse latents, from all latents and from principal components.

use super::{AT_ONCE, AssessError, Covers, Subjects};
use crate::metrics::similarity;
use crate::vae::reconstructed;
use candle_core::Device;
use gatefold_linalg::PcaParams;
use gatefold_linalg::PixelRows;
use gatefold_models::Generator;
use gatefold_models::latent_model::LatentModel;
use gatefold_types::progress::Progress;
use gatefold_types::report::{CodeLikeness, Likeness};
use image::RgbImage;
use rayon::prelude::*;

/// PSNR of a picture that comes back exactly, instead of infinity.
const EXACT: f64 = 60.0;

/// What was found.
pub(super) struct Reconstruction {
    /// From the latent.
    pub whole: CodeLikeness,
    /// From the coarse latent alone.
    pub coarse: CodeLikeness,
    /// From principal components.
    pub pca: CodeLikeness,
    /// From the plain autoencoder's latent, if there is one.
    pub plain: Option<CodeLikeness>,
    /// What comes back from latents.
    pub whole_pictures: Vec<RgbImage>,
}

pub(super) fn measure(
    subjects: &Subjects<'_>,
    covers: &Covers,
    components: usize,
    progress: &dyn Progress,
) -> Result<Reconstruction, AssessError> {
    let config = latent_model(subjects.model)?.vae.config();
    let through = |model: &Generator, with_fine: bool| -> Result<Vec<RgbImage>, AssessError> {
        let mut all = Vec::with_capacity(covers.unseen.len());
        for some in covers.unseen.chunks(AT_ONCE) {
            if progress.cancelled() {
                return Err(AssessError::Cancelled);
            }
            all.extend(reconstructed(&latent_model(model)?.vae, some, with_fine, &Device::Cpu)?);
        }
        Ok(all)
    };
    let whole_pictures = through(subjects.model, true)?;
    let whole = fidelity(config.numbers() + config.fine_numbers(), &covers.unseen, &whole_pictures)?;
    let coarse = fidelity(config.numbers(), &covers.unseen, &through(subjects.model, false)?)?;
    let plain = match subjects.autoencoder {
        Some(plain) => {
            let own = latent_model(plain)?.vae.config();
            Some(fidelity(own.numbers() + own.fine_numbers(), &covers.unseen, &through(plain, true)?)?)
        }
        None => None,
    };
    progress.advance(covers.unseen.len() as u64);
    let (numbers, pictures) = by_components(covers, components)?;
    let pca = fidelity(numbers, &covers.unseen, &pictures)?;
    Ok(Reconstruction { whole, coarse, pca, plain, whole_pictures })
}

/// The parts of a model that has latents of covers.
fn latent_model(model: &Generator) -> Result<&LatentModel, AssessError> {
    model.latent_model().ok_or_else(|| AssessError::NoLatents(model.info().name))
}

fn fidelity(numbers: usize, covers: &[RgbImage], made: &[RgbImage]) -> Result<CodeLikeness, AssessError> {
    let Likeness { psnr, ssim } = likeness(covers, made)?;
    Ok(CodeLikeness { numbers: numbers as u64, psnr, ssim })
}

/// Means over pairs.
fn likeness(covers: &[RgbImage], made: &[RgbImage]) -> Result<Likeness, AssessError> {
    let each = |(cover, made): (&RgbImage, &RgbImage)| -> Result<[f64; 2], AssessError> {
        Ok([similarity::psnr(cover, made)?.min(EXACT), similarity::ssim(cover, made)?])
    };
    let all = covers.par_iter().zip(made).map(each).collect::<Result<Vec<_>, _>>()?;
    let mean = |k: usize| all.iter().map(|pair| pair[k]).sum::<f64>() / all.len().max(1) as f64;
    Ok(Likeness { psnr: mean(0), ssim: mean(1) })
}

/// Covers through principal components of the fitted ones and back; how many there were, and the pictures.
fn by_components(covers: &Covers, components: usize) -> Result<(usize, Vec<RgbImage>), AssessError> {
    let failed = |error: gatefold_linalg::PcaError| AssessError::Components(error.to_string());
    let Some(first) = covers.unseen.first() else { return Ok((0, Vec::new())) };
    let dims = first.as_raw().len();
    let bytes = |pictures: &[RgbImage]| pictures.iter().flat_map(|p| p.as_raw().iter().copied()).collect();
    let (fitted, unseen): (Vec<u8>, Vec<u8>) = (bytes(&covers.fitted), bytes(&covers.unseen));
    let pca = PcaParams::new(components).fit_rows(&PixelRows::new(&fitted, dims)).map_err(failed)?;
    let scores = pca.transform_rows(&PixelRows::new(&unseen, dims));
    let mut values = scores.dot(&pca.components);
    values += &pca.mean;
    let (width, height) = first.dimensions();
    let picture = |row: ndarray::ArrayView1<'_, f32>| {
        let bytes = row.iter().map(|value| (value * 255.0).round().clamp(0.0, 255.0) as u8).collect();
        RgbImage::from_raw(width, height, bytes).unwrap_or_else(|| RgbImage::new(width, height))
    };
    Ok((pca.components.nrows(), values.rows().into_iter().map(picture).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn as_many_components_as_covers_differ_by_bring_them_back() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut cover =
            |_| RgbImage::from_fn(16, 16, |_, _| image::Rgb([rng.r#gen(), rng.r#gen(), rng.r#gen()]));
        let all: Vec<RgbImage> = (0..6).map(&mut cover).collect();
        let covers = Covers { fitted: all.clone(), unseen: all };
        let (numbers, back) = by_components(&covers, 5).unwrap();
        assert_eq!(numbers, 5);
        assert!(likeness(&covers.unseen, &back).unwrap().psnr > 45.0);
        let (_, fewer) = by_components(&covers, 1).unwrap();
        assert!(likeness(&covers.unseen, &fewer).unwrap().psnr < 40.0);
    }
}
