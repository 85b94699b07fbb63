//! What must hold before anything is pushed.

use crate::needs::{self, Consent, Need};
use crate::run::{self, Run};
use crate::site::{self, Build};
use crate::tools::{DENY, SHEAR, TAPLO, TYPOS};
use crate::{browser, npm, wasm};
use anyhow::{Result, ensure};

/// Formatting, spelling, dependencies; then clippy and documentation with warnings as errors, for the native and the browser
/// build.
pub fn lint(page_only: bool, consent: Consent) -> Result<()> {
    needs::ensure(&[&wasm::Compiler, &DENY, &SHEAR, &TYPOS, &TAPLO], consent)?;
    sources()?;
    wasm::Toolchain::find()?.clippy()?;
    if page_only {
        return Ok(());
    }
    // What xtask stands on is compiled in its own profile; for the others it would be compiled once more.
    let clippy = |selected: &[&str]| {
        run::cargo().arg("clippy").args(selected).args(["--all-targets", "--", "-D", "warnings"]).run_to_end()
    };
    clippy(&["--workspace", "--exclude", "xtask"])?;
    clippy(&["--profile", "xtask", "--package", "xtask"])?;
    // After clippy, in its profile: what the packages stand on is checked once for both. Two binaries and a library share a
    // name, so libraries alone.
    run::cargo()
        // Module docs name what is inside; who reads them has the sources.
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--lib",
            "--exclude",
            "gatefold-page",
            "--exclude",
            "xtask",
        ])
        .run_to_end()
}

/// What is read and not compiled: seconds.
fn sources() -> Result<()> {
    run::cargo().args(["fmt", "--all", "--check"]).run_to_end()?;
    TAPLO.command().env("RUST_LOG", "warn").args(["fmt", "--check"]).run_to_end()?;
    TYPOS.command().run_to_end()?;
    SHEAR.command().args(["--exclude", "gatefold-unify"]).run_to_end()?;
    let deny = ["--workspace", "--locked"];
    DENY.command().args(deny).args(["check", "licenses", "bans", "sources"]).run_to_end()?;
    // The list of known faults is a repository that some machines cannot reach.
    if DENY.command().args(deny).args(["fetch", "db"]).succeeds() {
        DENY.command().args(deny).args(["check", "--disable-fetch", "advisories"]).run_to_end()
    } else {
        eprintln!("\n*** NOT CHECKED: the list of dependencies' known faults cannot be fetched here ***\n");
        Ok(())
    }
}

/// Where real covers lie beside a checkout for development.
const SHARED: &str = "../shared/covers";

/// Builds the page and runs every test in the development profile: those of the program start the binary that cargo makes for
/// them, which reads the page from `target/site`. What is not there to test with is named, and not tested.
pub fn test(no_browser: bool, consent: Consent) -> Result<()> {
    let mut wanted: Vec<&dyn Need> = vec![&wasm::Compiler, &npm::BINARYEN];
    if !no_browser {
        wanted.extend([&browser::Browser as &dyn Need, &npm::AXE]);
    }
    needs::ensure(&wanted, consent)?;
    site::build(Build::Release)?;

    let mut failed = Vec::new();
    let mut test = |arguments: &[&str]| {
        let run = run::cargo().arg("test").args(arguments).run_to_end();
        failed.extend(run.err().map(|error| error.to_string()));
    };
    test(&["--workspace", "--exclude", "xtask", "--no-fail-fast"]);
    test(&["--profile", "xtask", "--package", "xtask"]);
    let axe = npm::AXE.present()?;
    match (no_browser, browser::Browser.present()? && axe) {
        (false, true) => test(&["--package", "gatefold-server", "--test", "browser", "--", "--ignored"]),
        _ => eprintln!("\n*** NOT RUN: the tests in a browser ***\n"),
    }
    if run::root().join(SHARED).is_dir() {
        test(&["--package", "gatefold", "--test", "engine", "--", "--ignored", "::real::"]);
    } else {
        eprintln!(
            "\n*** NOT RUN: the tests with real covers, which lie in {SHARED} where there are any ***\n"
        );
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}
