//! The browser's module: [`gatefold_app`] linked as a `cdylib`, so that the server's half of it is an ordinary library.
#[cfg(target_arch = "wasm32")]
pub use gatefold_app::hydrate;
