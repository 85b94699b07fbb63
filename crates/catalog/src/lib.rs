//! The store, and importing into it: what sources say becomes records, and records become albums.
#![warn(missing_docs)]

pub mod catalog;
pub mod import;

pub(crate) use gatefold_covers::cover;
pub(crate) use gatefold_demo as demo;
pub(crate) use gatefold_types::{album, edit, progress, report, sets, wire};
