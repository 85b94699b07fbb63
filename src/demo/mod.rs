//! An invented record label, drawn from a seed.
