//! Running other programs, with errors that name what was run.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program that runs in the workspace's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a [`Command`] can do besides.
pub trait Run {
    /// Runs it with this program's own output; an exit code other than 0 is an error.
    fn run_to_end(&mut self) -> Result<()>;
    /// Runs it and returns its standard output, trimmed.
    fn read(&mut self) -> Result<String>;
    /// Whether it can be started and ends with 0; its output is thrown away.
    fn succeeds(&mut self) -> bool;
}

impl Run for Command {
    fn run_to_end(&mut self) -> Result<()> {
        let line = describe(self);
        eprintln!("$ {line}");
        let status = self.status().with_context(|| format!("`{line}` could not be started"))?;
        if !status.success() {
            bail!("`{line}` ended with {status}");
        }
        Ok(())
    }

    fn read(&mut self) -> Result<String> {
        let line = describe(self);
        let output = self
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("`{line}` could not be started"))?;
        if !output.status.success() {
            bail!("`{line}` ended with {}", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn succeeds(&mut self) -> bool {
        self.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Whether this process may install system packages: root on a machine with apt.
pub fn can_apt() -> bool {
    Path::new("/usr/bin/apt-get").exists() && command("id").arg("-u").read().is_ok_and(|id| id == "0")
}

/// Installs Debian packages; the caller has asked [`can_apt`].
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let install = |packages: &[&str]| {
        command("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages)
            .run_to_end()
    };
    if install(packages).is_ok() {
        return Ok(());
    }
    command("apt-get").arg("update").run_to_end()?;
    install(packages)
}
