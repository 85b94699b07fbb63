//! A browser for the tests: Chromium and its driver, installed by apt where that is possible.

use crate::run;
use anyhow::{Result, bail};

/// Makes sure that Chromium and chromedriver can be started. Where they cannot be had this says so loudly; it is
/// an error where nobody is looking (`CI=true`).
///
/// Returns whether the browser tests can run.
pub fn ensure() -> Result<bool> {
    if present() {
        return Ok(true);
    }
    if run::can_apt() {
        eprintln!("Chromium is missing: installing it for the browser tests");
        if let Err(error) = run::apt_install(&["chromium", "chromium-driver", "fonts-liberation"]) {
            eprintln!("{error}");
        }
    }
    if present() {
        return Ok(true);
    }
    let sentence = "the browser tests need `chromium` and `chromedriver` on the PATH (Debian: apt-get install chromium chromium-driver)";
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        bail!("{sentence}");
    }
    eprintln!("\n*** THE BROWSER TESTS DO NOT RUN: {sentence} ***\n");
    Ok(false)
}

fn present() -> bool {
    use run::Run;
    ["chromium", "chromedriver"].iter().all(|program| run::command(program).arg("--version").succeeds())
}
