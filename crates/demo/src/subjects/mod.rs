//! Things that covers show, as outlines around the origin, or in light and shade.

pub mod face;
pub mod music;
pub mod nature;
pub mod things;
