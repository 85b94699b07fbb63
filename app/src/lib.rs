//! Gatefold's page, for the server (`ssr`) and the browser (`hydrate`).

#[cfg(feature = "ssr")]
pub mod backend;
pub mod map;
