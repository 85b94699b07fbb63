//! Training: loaders, loops, checkpoints.
