//! What must hold before anything is pushed.

use crate::run::{self, Run};
use crate::{browser, licences, site, wasm};
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

/// Builds the real program, then runs every test against it. One profile for all: the dependencies compile once.
pub fn test(no_browser: bool) -> Result<()> {
    let browser = !no_browser && browser::ensure()?;
    site::build()?;
    site::server(false)?;
    let mut cargo = run::cargo();
    cargo.args(["test", "--release", "--workspace", "--no-fail-fast"]);
    if browser {
        cargo.env("GATEFOLD_BROWSER", "1");
    }
    cargo.run_to_end()
}
