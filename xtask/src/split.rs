//! Cuts the page's module where the page says so (`wasm_split`): the main module, and one for each part that is fetched later,
//! with those that several parts share.

use crate::site::Build;
use crate::wasm;
use anyhow::{Context, Result, anyhow};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What fetches the parts; the main module's script imports it.
const LOADER: &str = "./__wasm_split.js";

/// A module that was cut.
pub struct Split {
    /// What wasm-bindgen has to see next.
    pub main: PathBuf,
    /// The files that each part needs, those that it shares included, without `.wasm`.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// Puts the parts of `wasm` into `package`, made smaller, beside the script that fetches them. The main module's script will be
/// `{name}.js`.
pub fn split(wasm: &Path, package: &Path, name: &str, build: Build) -> Result<Split> {
    let whole = fs::read(wasm).with_context(|| format!("{} cannot be read", wasm.display()))?;
    let main = wasm.with_extension("main.wasm");
    let script = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = package;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = &script;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("{} could not be cut into its parts: {error:#}", wasm.display()))?;
    for part in &parts.split_modules {
        wasm::shrink(part, build)?;
    }
    Ok(Split { main, parts: parts.prefetch_map.into_iter().collect() })
}
