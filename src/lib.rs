//! The engine of Gatefold: albums, pixels, numbers, models.
//!
//! Without the `engine` feature only plain data remains ([`album`], [`curve`], [`edit`], [`finishing`], [`map`], [`progress`],
//! [`recipe`], [`report`], [`sets`], [`threshold`], [`wire`], [`xml`]): that is all the browser build sees. With it come the store, the importers, the
//! features, the graph, the forest and the models. Nothing here knows HTTP, pages or command lines.
#![warn(missing_docs)]

pub mod album;
pub mod curve;
pub mod edit;
pub mod finishing;
pub mod map;
pub mod mixture;
pub mod progress;
pub mod recipe;
pub mod report;
pub mod sets;
pub mod threshold;
pub mod wire;
pub mod xml;

#[cfg(feature = "engine")]
pub mod assess;
#[cfg(feature = "engine")]
pub mod build;
#[cfg(feature = "engine")]
pub mod catalog;
#[cfg(feature = "engine")]
pub mod cover;
#[cfg(feature = "engine")]
pub mod demo;
#[cfg(feature = "engine")]
pub mod doctor;
#[cfg(feature = "engine")]
pub mod explore;
#[cfg(feature = "engine")]
pub mod export;
#[cfg(feature = "engine")]
pub mod features;
#[cfg(feature = "engine")]
pub mod finish;
#[cfg(feature = "engine")]
pub mod genre;
#[cfg(feature = "engine")]
pub mod graph;
#[cfg(feature = "engine")]
pub mod import;
#[cfg(feature = "engine")]
pub mod model;
#[cfg(feature = "engine")]
pub mod train;
#[cfg(feature = "engine")]
pub mod whole;
