//! The blocks that every network is made of. Each is checked against finite differences.

pub mod activation;
pub mod batch_norm;
pub mod conv;
pub mod loss;
pub mod norm;
pub mod params;
pub mod raw;
mod slices;
pub mod tape;
pub mod upsample;
mod vectors;

pub use activation::{leaky, tanh};
pub use batch_norm::{BatchNorm, Statistics};
pub use conv::{Conv, conv_transpose2d, conv2d};
pub use loss::squared_error;
pub use norm::NormSilu;
pub use params::{Params, normal};
pub use tape::Tape;
pub use upsample::{UpConv, upsample_conv2d};
