//! Evaluations as files for other programs: tables, and curves as pictures.

mod roc_svg;
mod tables;

pub use roc_svg::roc_svg;
pub use tables::{pairs_csv, scores_csv};
