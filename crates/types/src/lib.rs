//! Plain data: albums, recipes, reports and what page and server say to each other.
//!
//! Nothing here depends on a heavy library, so that the page compiles without the engine and the engine without the page.
//! `report` and `wire` are the JSON that other programs rely on: fields are added, never renamed.
//!
//! ```
//! use gatefold_types::album::AlbumId;
//! use gatefold_types::recipe::{Kind, Parent, Recipe};
//!
//! let parents = [1, 2].map(|id| Parent { id: AlbumId(id), weight: 1.0 }).to_vec();
//! let recipe = Recipe::new(Kind::Average, parents);
//! assert!(recipe.check().is_ok());
//!
//! let refusal = Recipe::new(Kind::Average, Vec::new()).check().unwrap_err();
//! assert!(refusal.to_string().contains("at least two albums"));
//! ```
#![warn(missing_docs)]

pub mod album;
pub mod album_table;
pub mod curve;
pub mod edit;
pub mod finishing;
pub mod formula;
pub mod map;
pub mod mixture;
pub mod oklab;
pub mod operations;
pub mod progress;
pub mod recipe;
pub mod report;
pub mod sets;
// The page gets its texts from the engine; without the tables of Unicode its module is smaller.
#[cfg(not(target_arch = "wasm32"))]
pub mod text;
pub mod threshold;
pub mod wire;
pub mod xml;
