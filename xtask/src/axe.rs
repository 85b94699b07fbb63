//! axe-core for the browser tests: it looks for what shuts people out of a page. Fetched by npm, never a part of Gatefold.

use crate::run::{self, Run};
use anyhow::{Result, bail};

/// What is fetched: axe-core is under the MPL-2.0.
const PACKAGE: &str = "axe-core@4.10.3";
/// Where to, below the workspace's root; the tests look there.
const FOLDER: &str = "target/axe";

/// Makes sure that axe-core is there, and npm where it has to be fetched. Where it cannot be had this says so loudly;
/// it is an error where nobody is looking (`CI=true`).
pub fn ensure() -> Result<()> {
    if present() {
        return Ok(());
    }
    let has_npm = || run::command("npm").arg("--version").succeeds();
    if !has_npm() && run::can_apt() {
        eprintln!("npm is missing: installing it to fetch axe-core for the browser tests");
        if let Err(error) = run::apt_install(&["nodejs", "npm"]) {
            eprintln!("{error}");
        }
    }
    if has_npm() {
        let mut npm = run::command("npm");
        npm.args([
            "install",
            "--prefix",
            FOLDER,
            "--no-save",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            PACKAGE,
        ]);
        if let Err(error) = npm.run_to_end() {
            eprintln!("{error}");
        }
    }
    if present() {
        return Ok(());
    }
    let sentence =
        format!("the tests of accessibility need {PACKAGE} in {FOLDER}, which `npm` fetches there");
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        bail!("{sentence}");
    }
    eprintln!("\n*** THE TESTS OF ACCESSIBILITY DO NOT RUN: {sentence} ***\n");
    Ok(())
}

fn present() -> bool {
    run::root().join(FOLDER).join("node_modules/axe-core/axe.min.js").is_file()
}
