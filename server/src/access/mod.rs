//! Admission: which names a server answers to, and who may ask it.

pub mod admission;
pub mod host;
