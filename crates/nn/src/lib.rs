//! Layers, tape and optimisers on Candle: what every network here is made of and learns with.
//!
//! ```
//! use candle_core::{Device, Tensor, Var};
//! use gatefold_nn::optimiser::{Adam, AdamSettings};
//! use std::collections::BTreeMap;
//!
//! let x = Var::new(&[5.0_f32], &Device::Cpu)?;
//! let mut adam = Adam::new(BTreeMap::from([("x".to_owned(), x.clone())]), AdamSettings::default())?;
//! for _ in 0..200 {
//!     let loss = (x.as_tensor() - Tensor::new(&[2.0_f32], &Device::Cpu)?)?.sqr()?.sum_all()?;
//!     adam.step(&loss.backward()?, 0.1, 100.0)?;
//! }
//! assert!((x.as_tensor().to_vec1::<f32>()?[0] - 2.0).abs() < 0.1);
//! # Ok::<(), candle_core::Error>(())
//! ```
#![warn(missing_docs)]

mod fused;
pub mod layers;
pub mod optimiser;
pub mod rmsprop;
