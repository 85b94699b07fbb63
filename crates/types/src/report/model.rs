//! What `gatefold evaluate-model` reports.

use serde::{Deserialize, Serialize};

/// How like their covers reconstructions are, on average.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Likeness {
    /// PSNR, decibels.
    pub psnr: f64,
    /// SSIM.
    pub ssim: f64,
}

/// The same, with the size of the code.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CodeLikeness {
    /// Numbers in the code.
    pub numbers: u64,
    /// PSNR, decibels.
    pub psnr: f64,
    /// SSIM.
    pub ssim: f64,
}

/// Kernel Inception Distances from real covers, in EfficientNet-Lite0's features. A reference that was not to be had is
/// null.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub struct ReplicaKid {
    /// Samples of the model.
    pub samples: f64,
    /// Samples of the DCGAN.
    pub dcgan: Option<f64>,
    /// Covers made of five.
    pub composites: f64,
    /// Means of five covers, pixel by pixel.
    pub pixel_average: f64,
    /// Means of five codes of a plain autoencoder.
    pub code_average: Option<f64>,
    /// Middles of interpolations.
    pub middle: f64,
    /// Means of two covers, pixel by pixel.
    pub crossfade: f64,
    /// Reconstructions: nothing that the decoder paints can be expected to come nearer.
    pub reconstructions: f64,
}

/// Shares of all covers that are nearer to a composite than its parents are, means over sets of five.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ParentRank {
    /// The median parent's.
    pub median: f64,
    /// The worst parent's.
    pub worst: f64,
    /// The median parent's, of the pixel average.
    pub pixel_median: f64,
    /// The worst parent's, of the pixel average.
    pub pixel_worst: f64,
}

/// Mean MS-SSIM between pairs.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Sameness {
    /// Of samples.
    pub samples: f64,
    /// Of real covers.
    pub real: f64,
}

/// How good a model is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ModelReport {
    /// What was measured.
    pub model: String,
    /// Its hash.
    pub hash: String,
    /// Covers measured on, which the model never saw.
    pub covers: u64,
    /// Numbers of the whole code.
    pub numbers: u64,
    /// PSNR of reconstructions from it, decibels.
    pub psnr: f64,
    /// SSIM of reconstructions from it.
    pub ssim: f64,
    /// The same from the rough code alone.
    pub rough: CodeLikeness,
    /// The same from principal components.
    pub pca: CodeLikeness,
    /// The same from the plain autoencoder whose codes are averaged; null where there is none.
    pub plain: Option<CodeLikeness>,
    /// Distances from real covers.
    pub kid: ReplicaKid,
    /// Whether composites keep all their parents.
    pub parent_rank: ParentRank,
    /// The median parent's rank seen from a cover that has nothing to do with the set: what chance gives.
    pub random_rank: f64,
    /// How far a composite moves when one parent is replaced, as a share of the distance of unrelated composites.
    pub replace_one: f64,
    /// How like each other samples are, and real covers.
    pub ms_ssim: Sameness,
    /// Share of samples that are nearer to a training cover than unseen covers are (first percentile).
    pub too_near: f64,
    /// 95th percentile, over interpolations, of the largest step over the mean step.
    pub interpolation_p95: f64,
}
