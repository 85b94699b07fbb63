//! Gatefold's page, for the server (`ssr`) and the browser (`hydrate`).
//!
//! [`fn@shell`] is the document, [`App`] what is in it, [`api`] how pages read and write, [`map`] the canvas.

#![recursion_limit = "256"]

mod address;
pub mod api;
mod app;
mod browser;
mod catalogue;
mod choosing;
mod chosen;
mod comparison;
mod components;
#[cfg(feature = "ssr")]
pub mod door;
mod error;
mod evaluation_fields;
mod explore;
mod features;
pub mod filter;
mod filtering;
mod follow;
#[cfg(fuzzing)]
pub mod fuzzing;
mod genre_shares;
mod history;
pub mod map;
mod method;
mod modules;
mod outward;
pub mod palette;
mod panels;
mod rebuild;
mod routes;
mod scored;
mod shell;
mod spelling;
pub mod studio;
mod text;
mod whereabouts;

pub use app::App;
pub use error::PageError;
pub use shell::shell;

/// Takes over the page that the server rendered, once its module is there. Without it the page stands as it is: it can be read,
/// and its links lead to pages that are whole.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    match modules::fetch(&browser::path()).await {
        Ok(()) => leptos::mount::hydrate_body(App),
        Err(_) => browser::say(&PageError::Unreachable.to_string()),
    }
}
