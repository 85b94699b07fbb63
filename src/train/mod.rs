//! Training: loaders, loops, checkpoints, measures.

pub mod metrics;
