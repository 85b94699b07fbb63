//! What must hold before anything is pushed.

use crate::run::{self, Run};
use crate::{browser, licences, npm, site, wasm};
use anyhow::Result;

/// Formatting, clippy with warnings as errors for the native and the browser build, licences.
pub fn lint(page_only: bool) -> Result<()> {
    run::cargo().args(["fmt", "--all", "--check"]).run_to_end()?;
    licences::check()?;
    wasm::Toolchain::find()?.clippy()?;
    if page_only {
        return Ok(());
    }
    run::cargo()
        .args(["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"])
        .run_to_end()
}

/// Builds the real page and runs every test; those of the program start the binary that cargo makes for them, which
/// is the one that ships. One profile and one selection of packages for all: the dependencies compile once.
pub fn test(no_browser: bool) -> Result<()> {
    let browser = !no_browser && browser::ensure()?;
    if browser {
        npm::AXE.ensure()?;
    }
    // The page first: the binary that the tests start has it inside.
    site::build()?;
    let mut cargo = run::cargo();
    cargo.args(["test", "--release", "--workspace", "--no-fail-fast"]);
    if !browser {
        cargo.env("GATEFOLD_NO_BROWSER", "1");
    }
    cargo.run_to_end()
}
