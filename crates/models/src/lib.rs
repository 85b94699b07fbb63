//! Models on Candle and what is done with their latents: variational autoencoder, latent flow, DCGAN, encoder, upscaler,
//! EfficientNet-Lite0, and [`Generator`], which makes pictures of recipes.
//!
//! Networks, their files and their use; learning them is `gatefold-train`'s. Nothing here knows a catalogue: covers come in
//! as pictures.
#![warn(missing_docs)]

pub mod carry;
pub mod codes;
pub mod condition;
pub mod critic;
pub mod dcgan;
pub mod device;
pub mod efficientnet;
mod efficientnet_cpu;
pub mod embeddings;
pub mod encoder;
pub mod enlarge;
pub mod error;
pub mod exposure;
pub mod flow;
mod generator;
pub mod grid;
pub mod latent;
pub mod latent_model;
pub mod learned;
pub mod mixing;
pub mod patches;
mod pyramid;
mod residual;
pub mod second;
pub mod testing;
pub mod tone;
pub mod vae;
pub mod weights;
pub mod wishes;

pub use device::{DeviceChoice, device, device_name};
pub use error::ModelError;
pub use generator::{Generator, Order};
