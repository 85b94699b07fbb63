//! Tools that npm fetches into `target/`: axe-core, which the browser tests look with, and Binaryen, which makes the page
//! smaller. Neither becomes a part of Gatefold.

use crate::needs::{self, Need};
use crate::run::{self, Run};
use anyhow::Result;
use std::path::PathBuf;

/// Debian's packages for npm.
const NPM: [&str; 2] = ["nodejs", "npm"];

/// Something that npm has.
pub struct Tool {
    /// Name and version.
    package: &'static str,
    /// The file of it that is used, below the folder in `target/` that has the package's name.
    file: &'static str,
    /// What wants it.
    wanted_by: &'static str,
}

/// Looks for what shuts people out of a page; under the MPL-2.0.
pub const AXE: Tool = Tool {
    package: "axe-core@4.10.3",
    file: "target/axe/node_modules/axe-core/axe.min.js",
    wanted_by: "the tests of accessibility",
};
/// Makes modules smaller; under Apache-2.0.
pub const BINARYEN: Tool = Tool {
    package: "binaryen@123.0.0",
    file: "target/binaryen/node_modules/binaryen/bin/wasm-opt",
    wanted_by: "a page as small as it can be",
};

impl Tool {
    /// Where it is.
    pub fn path(&self) -> PathBuf {
        run::root().join(self.file)
    }

    fn folder(&self) -> &'static str {
        self.file.split("/node_modules/").next().unwrap_or(self.file)
    }
}

impl Need for Tool {
    fn wanted_by(&self) -> String {
        self.wanted_by.into()
    }

    fn present(&self) -> Result<bool> {
        Ok(self.path().is_file())
    }

    fn brings(&self) -> Vec<String> {
        let mut lines = if has_npm() { Vec::new() } else { needs::apt_line(&NPM) };
        if has_npm() || !lines.is_empty() {
            lines.push(format!("npm: {} into {}", self.package, self.folder()));
        }
        lines
    }

    fn install(&self) -> Result<()> {
        if !has_npm() {
            run::apt_install(&NPM)?;
        }
        let quiet = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
        let mut npm = run::command("npm");
        npm.args(["install", "--prefix", self.folder()]).args(quiet).arg(self.package).run_to_end()
    }

    fn by_hand(&self) -> String {
        format!("install npm, which fetches {} into {}", self.package, self.folder())
    }

    fn optional(&self) -> bool {
        true
    }
}

fn has_npm() -> bool {
    run::command("npm").arg("--version").succeeds()
}
