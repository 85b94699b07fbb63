//! Models on Candle and what is done with their latents: variational autoencoder, latent flow, DCGAN, encoder, upscaler,
//! EfficientNet-Lite0, and [`Generator`], which makes pictures of recipes.
//!
//! Networks, their files and their use; learning them is `gatefold-train`'s. Nothing here knows a catalogue: covers come in
//! as pictures.
#![warn(missing_docs)]

pub mod aggregate_posterior;
pub mod attributes;
pub mod blend;
pub mod color_grade;
pub mod condition;
pub mod critic;
pub mod dcgan;
pub mod device;
pub mod efficientnet;
mod efficientnet_cpu;
pub mod embeddings;
pub mod encoder;
pub mod error;
pub mod flow;
mod generator;
pub mod grid;
pub mod latent;
pub mod latent_flow;
mod latent_generator;
pub mod latent_model;
pub mod learned;
pub mod mixing;
pub mod patches;
mod pyramid;
mod residual;
pub mod sampler;
pub mod testing;
pub mod upscaler;
pub mod vae;
pub mod weights;

pub use candle_core::Device;
pub use device::{DeviceChoice, device, device_name};
pub use error::ModelError;
pub use generator::{Generator, Order};
