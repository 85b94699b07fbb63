//! Assessment of a generative model: one table of figures, on covers that it never learned from, beside references that anyone
//! can make again.
//!
//! All distances between pictures are taken in the embedding of EfficientNet-Lite0 ([`efficientnet`]), which takes no part in any
//! loss of a generator.

mod composites;
mod covers;
mod interpolation;
mod recommendation;
mod reconstruction;
mod samples;

use crate::TrainError;
use crate::metrics::kid::kid;
use crate::metrics::{Embeddings, MetricError};
pub use covers::Covers;
use gatefold_models::dcgan;
use gatefold_models::efficientnet::{self, EfficientNetLite0};
use gatefold_models::{Generator, ModelError, Order};
use gatefold_types::progress::Progress;
use gatefold_types::recipe::{Kind, Parent, Recipe};
use gatefold_types::report::{ModelReport, ReplicaKid};
use image::RgbImage;
pub use recommendation::{Subjects as GraphSubjects, recommendation};
use std::path::PathBuf;

/// Pictures made or looked at between two looks at the progress.
const AT_ONCE: usize = 32;

/// Why a model could not be measured.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum AssessError {
    #[error("{path} cannot be read: {reason}")]
    Table { path: PathBuf, reason: String },
    #[error("{found} covers are too few to measure on: at least {needed} are needed")]
    TooFew { found: usize, needed: usize },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Metric(#[from] MetricError),
    #[error(transparent)]
    Training(#[from] TrainError),
    #[error("a {0} has no latents of covers: name a VAE")]
    NoLatents(String),
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
    #[error("the reference components cannot be found: {0}")]
    Components(String),
    #[error("cancelled")]
    Cancelled,
}

/// How much is made.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Amount {
    /// Sets of five parents.
    pub sets: usize,
    /// Samples, of the model and of the DCGAN.
    pub samples: usize,
    /// Pairs between which is interpolated, in nine steps.
    pub pairs: usize,
    /// Components of the reference PCA.
    pub components: usize,
}

impl Default for Amount {
    fn default() -> Self {
        Self { sets: 500, samples: 1000, pairs: 200, components: 512 }
    }
}

/// What is measured, and with what.
pub struct Subjects<'a> {
    /// The model.
    pub model: &'a Generator,
    /// What it is called in the report.
    pub name: String,
    /// A DCGAN trained on as many pictures.
    pub dcgan: Option<dcgan::Generator>,
    /// An autoencoder, whose latents are averaged for comparison.
    pub autoencoder: Option<&'a Generator>,
    /// The yardstick.
    pub yardstick: &'a EfficientNetLite0,
}

/// Pictures through the yardstick, a few at a time.
struct Looking<'a> {
    yardstick: &'a EfficientNetLite0,
    progress: &'a dyn Progress,
}

impl Looking<'_> {
    fn at(&self, pictures: &[RgbImage]) -> Result<Embeddings, AssessError> {
        let mut all = Embeddings { dims: efficientnet::DIMS, values: Vec::new() };
        for some in pictures.chunks(AT_ONCE) {
            if self.progress.cancelled() {
                return Err(AssessError::Cancelled);
            }
            all.values.extend(self.yardstick.embed(some)?.values);
            self.progress.advance(some.len() as u64);
        }
        Ok(all)
    }
}

/// Measures everything. `covers` are those that the model may have learned from and those that it did not.
///
/// # Errors
/// See [`AssessError`].
pub fn assess(
    subjects: &Subjects<'_>,
    covers: &Covers,
    amount: Amount,
    progress: &dyn Progress,
) -> Result<ModelReport, AssessError> {
    let unseen = &covers.unseen;
    let needed = composites::PARENTS + 1;
    if unseen.len() < needed {
        return Err(AssessError::TooFew { found: unseen.len(), needed });
    }
    let looking = Looking { yardstick: subjects.yardstick, progress };
    progress.stage("Reconstructing", unseen.len() as u64);
    let reconstruction = reconstruction::measure(subjects, covers, amount.components, progress)?;

    progress.stage("Looking at real covers", (unseen.len() + covers.fitted.len()) as u64);
    let real = looking.at(unseen)?;
    let fitted = looking.at(&covers.fitted)?;
    let composites = composites::measure(subjects, unseen, &real, amount.sets, &looking)?;
    let samples = samples::measure(subjects, unseen, (&real, &fitted), amount.samples, &looking)?;
    let interpolation = interpolation::measure(subjects, unseen, &real, amount.pairs, &looking)?;
    let value = |made: &Embeddings| -> Result<f64, AssessError> { Ok(kid(&real, made)?.value) };
    let replica = value(&looking.at(&reconstruction.whole_pictures)?)?;
    Ok(ModelReport {
        model: subjects.name.clone(),
        hash: subjects.model.info().hash,
        covers: unseen.len() as u64,
        numbers: reconstruction.whole.numbers,
        psnr: reconstruction.whole.psnr,
        ssim: reconstruction.whole.ssim,
        rough: reconstruction.coarse,
        pca: reconstruction.pca,
        plain: reconstruction.plain,
        kid: ReplicaKid {
            samples: samples.kid,
            dcgan: samples.dcgan,
            composites: composites.kid,
            pixel_average: composites.pixel_kid,
            code_average: composites.code_kid,
            middle: interpolation.middle,
            crossfade: interpolation.crossfade,
            reconstructions: replica,
        },
        parent_rank: composites.rank,
        replace_one: composites.replace_one,
        ms_ssim: samples.ms_ssim,
        too_near: samples.too_near,
        interpolation_p95: interpolation.p95,
        random_rank: composites.random_rank,
    })
}

/// Orders of a generator, `AT_ONCE` pictures at a time, one picture list each.
fn made(
    model: &Generator,
    orders: Vec<Order>,
    progress: &dyn Progress,
) -> Result<Vec<Vec<RgbImage>>, AssessError> {
    let mut all = Vec::with_capacity(orders.len());
    let together = (AT_ONCE / orders.first().map_or(1, |order| order.recipe.pictures() as usize)).max(1);
    for some in orders.chunks(together) {
        if progress.cancelled() {
            return Err(AssessError::Cancelled);
        }
        for result in model.make(some) {
            all.push(result?);
        }
        progress.advance(some.len() as u64);
    }
    Ok(all)
}

/// An order of this kind from these covers, all of weight 1.
fn order(kind: Kind, covers: Vec<RgbImage>, seed: u64) -> Order {
    let parent = |i: usize| Parent { id: gatefold_types::album::AlbumId(i as u64), weight: 1.0 };
    let parents = (0..covers.len()).map(parent).collect();
    Order { recipe: Recipe { seed, ..Recipe::new(kind, parents) }, parents: covers, attributes: Vec::new() }
}

/// How far apart two pictures are in the yardstick's features.
fn distance(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from((a - b) * (a - b))).sum::<f64>().sqrt()
}

/// The mean of pictures, pixel by pixel, by weight.
fn blended(pictures: &[(&RgbImage, f32)]) -> RgbImage {
    let whole: f32 = pictures.iter().map(|(_, weight)| weight).sum::<f32>().max(f32::MIN_POSITIVE);
    let (width, height) = pictures.first().map_or((1, 1), |(picture, _)| picture.dimensions());
    let mut sums = vec![0.0_f32; width as usize * height as usize * 3];
    for (picture, weight) in pictures {
        for (sum, value) in sums.iter_mut().zip(picture.as_raw()) {
            *sum += f32::from(*value) * weight / whole;
        }
    }
    let bytes = sums.into_iter().map(|sum| sum.round() as u8).collect();
    RgbImage::from_raw(width, height, bytes).unwrap_or_else(|| RgbImage::new(width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blend_is_the_mean_by_weight() {
        let grey = |v: u8| RgbImage::from_pixel(2, 2, image::Rgb([v; 3]));
        let (a, b) = (grey(10), grey(110));
        assert_eq!(blended(&[(&a, 3.0), (&b, 1.0)]), grey(35));
    }
}
