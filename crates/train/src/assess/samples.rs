//! Assessment of samples: KID, MS-SSIM between samples, and how near they come to training covers.

use super::{AT_ONCE, AssessError, Looking, Subjects, made, order};
use crate::metrics::Embeddings;
use crate::metrics::distance::too_near;
use crate::metrics::kid::kid;
use crate::metrics::ms_ssim::ms_ssim;
use candle_core::{Device, Tensor};
use gatefold_models::dcgan;
use gatefold_models::grid;
use gatefold_nn::layers::Statistics;
use gatefold_types::recipe::Kind;
use gatefold_types::report::Sameness;
use image::RgbImage;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// Pairs over which MS-SSIM is averaged.
const PAIRS: usize = 1000;

/// What was found.
pub(super) struct Samples {
    pub kid: f64,
    pub dcgan: Option<f64>,
    pub ms_ssim: Sameness,
    pub too_near: f64,
}

pub(super) fn measure(
    subjects: &Subjects<'_>,
    covers: &[RgbImage],
    (real, fitted): (&Embeddings, &Embeddings),
    count: usize,
    looking: &Looking<'_>,
) -> Result<Samples, AssessError> {
    looking.progress.stage("Making samples", count as u64);
    let orders = (0..count as u64).map(|seed| order(Kind::Sample, Vec::new(), seed)).collect();
    let samples: Vec<RgbImage> =
        made(subjects.model, orders, looking.progress)?.into_iter().flatten().collect();
    let of_dcgan =
        subjects.dcgan.as_ref().map(|dcgan| drawn(dcgan, count, subjects.model.size())).transpose()?;
    looking.progress.stage("Looking at samples", 2 * count as u64);
    let own = looking.at(&samples)?;
    let dcgan = match of_dcgan {
        Some(pictures) => Some(kid(real, &looking.at(&pictures)?)?.value),
        None => None,
    };
    Ok(Samples {
        kid: kid(real, &own)?.value,
        dcgan,
        ms_ssim: Sameness { samples: sameness(&samples)?, real: sameness(covers)? },
        too_near: too_near(fitted, real, &own)?,
    })
}

/// Pictures of a DCGAN, brought to `size` pixels.
fn drawn(dcgan: &dcgan::Generator, count: usize, size: u32) -> Result<Vec<RgbImage>, AssessError> {
    let noise = dcgan.config().noise;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut pictures = Vec::with_capacity(count);
    while pictures.len() < count {
        let n = AT_ONCE.min(count - pictures.len());
        let values: Vec<f32> = (0..n * noise).map(|_| StandardNormal.sample(&mut rng)).collect();
        let input = Tensor::from_vec(values, (n, noise), &Device::Cpu)?;
        let made = grid::pictures(&dcgan.forward(&input, Statistics::Running)?)?;
        pictures.extend(made.into_iter().map(|picture| {
            image::imageops::resize(&picture, size, size, image::imageops::FilterType::CatmullRom)
        }));
    }
    Ok(pictures)
}

/// Mean MS-SSIM between pairs drawn at random.
fn sameness(pictures: &[RgbImage]) -> Result<f64, AssessError> {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let n = pictures.len();
    let mut pair = || {
        let a = rng.gen_range(0..n);
        let b = (a + rng.gen_range(1..n.max(2))) % n;
        (a, b)
    };
    let pairs: Vec<(usize, usize)> = (0..PAIRS).map(|_| pair()).collect();
    let all = pairs.par_iter().map(|&(a, b)| ms_ssim(&pictures[a], &pictures[b]));
    Ok(all.collect::<Result<Vec<_>, _>>()?.iter().sum::<f64>() / PAIRS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_the_same_and_noise_is_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut noise =
            || RgbImage::from_fn(64, 64, |_, _| image::Rgb([rng.r#gen(), rng.r#gen(), rng.r#gen()]));
        let one = noise();
        assert!(sameness(&vec![one; 4]).unwrap() > 0.999);
        let several: Vec<RgbImage> = (0..4).map(|_| noise()).collect();
        assert!(sameness(&several).unwrap() < 0.3);
    }
}
