//! The store, and importing into it: what sources say becomes records, and records become albums.
//!
//! ```
//! use gatefold_catalog::catalog::{Access, Catalog};
//! use gatefold_catalog::import;
//! use gatefold_types::progress::Silent;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let table = folder.path().join("albums.csv");
//! std::fs::write(&table, "artist,album,year\nLow,Trust,2002\nCan,Future Days,1973\n")?;
//! let mut catalog = Catalog::open(&folder.path().join("data"), Access::Write)?;
//! let report = import::run(&mut catalog, &table, &Silent)?;
//! assert_eq!((report.imported, report.unchanged), (2, 0));
//! assert_eq!(import::run(&mut catalog, &table, &Silent)?.unchanged, 2, "a second time there is nothing to do");
//! # Ok(())
//! # }
//! ```
#![warn(missing_docs)]

pub mod catalog;
pub mod import;

pub(crate) use gatefold_covers::cover;
pub(crate) use gatefold_demo as demo;
pub(crate) use gatefold_types::{album, edit, progress, report, sets, wire};
