//! Tools that npm fetches into `target/`: axe-core, which the browser tests look with, and Binaryen, which makes the page
//! smaller. Neither becomes a part of Gatefold.

use crate::run::{self, Run};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Something that npm has.
pub struct Tool {
    /// Name and version.
    package: &'static str,
    /// The file of it that is used, below the folder in `target/` that has the package's name.
    file: &'static str,
    /// Whose lack it is, as the beginning of a sentence.
    needed_by: &'static str,
}

/// Looks for what shuts people out of a page; under the MPL-2.0.
pub const AXE: Tool = Tool {
    package: "axe-core@4.10.3",
    file: "target/axe/node_modules/axe-core/axe.min.js",
    needed_by: "the tests of accessibility",
};
/// Makes modules smaller; under Apache-2.0.
pub const BINARYEN: Tool = Tool {
    package: "binaryen@123.0.0",
    file: "target/binaryen/node_modules/binaryen/bin/wasm-opt",
    needed_by: "a page as small as it can be",
};

impl Tool {
    /// Where it is.
    pub fn path(&self) -> PathBuf {
        run::root().join(self.file)
    }

    /// Makes sure that it is there, and npm where it has to be fetched. Where it cannot be had this says so loudly; it is an
    /// error where nobody is looking (`CI=true`).
    pub fn ensure(&self) -> Result<bool> {
        if self.path().is_file() {
            return Ok(true);
        }
        let has_npm = || run::command("npm").arg("--version").succeeds();
        if !has_npm() && run::can_apt() {
            eprintln!("npm is missing: installing it to fetch {}", self.package);
            if let Err(error) = run::apt_install(&["nodejs", "npm"]) {
                eprintln!("{error}");
            }
        }
        let folder = self.file.split("/node_modules/").next().unwrap_or(self.file);
        if has_npm() {
            let quiet = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
            let mut npm = run::command("npm");
            npm.args(["install", "--prefix", folder]).args(quiet).arg(self.package);
            if let Err(error) = npm.run_to_end() {
                eprintln!("{error}");
            }
        }
        if self.path().is_file() {
            return Ok(true);
        }
        let sentence =
            format!("{} needs {} in {folder}, which `npm` fetches there", self.needed_by, self.package);
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            bail!("{sentence}");
        }
        eprintln!("\n*** {sentence} ***\n");
        Ok(false)
    }
}
