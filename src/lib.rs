//! The engine of Gatefold, put together: a catalogue's way from covers to a map, walking the map, evaluation, export, models.
//!
//! The parts are crates of their own and are re-exported here under their names, which is what programs outside use.
//! Nothing here knows HTTP, pages or command lines.
#![warn(missing_docs)]

pub mod doctor;
pub mod evaluation;
pub mod explore;
pub mod export;
pub mod pipeline;
pub mod training;

pub use gatefold_catalog::{catalog, import};
pub use gatefold_covers::{cover, near_duplicates, resemblance};
pub use gatefold_demo as demo;
pub use gatefold_files as whole;
pub use gatefold_finish as finish;
pub use gatefold_graph as graph;
pub use gatefold_models as models;
pub use gatefold_train::{self as train, assess};
pub use gatefold_types::{
    album, curve, each_operation, edit, finishing, map, mixture, operations, progress, recipe, report, sets,
    text, threshold, wire, xml,
};

/// From a cover to a vector: descriptors that are computed from one cover, principal components, the encoder.
pub mod features {
    pub use gatefold_covers::features::*;
    pub use gatefold_models::learned;
}

/// How well a cover predicts its genre.
pub mod genre {
    pub use crate::evaluation::{EvaluateError, Networks, evaluate, offered};
    pub use gatefold_genre::*;
}
