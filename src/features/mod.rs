//! From a cover to a vector.
