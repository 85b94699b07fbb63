//! Layers, tape and optimisers on Candle: what every network here is made of and learns with.
#![warn(missing_docs)]

mod fused;
pub mod layers;
pub mod optimiser;
pub mod rmsprop;
