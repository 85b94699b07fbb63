//! A compiler for the browser. Three ways, in this order: the target that rustup has (or can get), Debian's
//! compiler with the standard library's source, or a sentence that says what to install.

use crate::needs::{self, Need};
use crate::npm;
use crate::run::{self, Run};
use crate::site::Build;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
/// What ships.
const PROFILE: &str = "wasm-release";
/// For development and a first look.
const QUICK: &str = "wasm-quick";
/// What the compiler uses of WebAssembly, and every browser with WebGL2 understands: Binaryen has to be told, and writes what
/// no browser reads when it is told of more.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// Debian's packages: compiler, cargo, the standard library's source, linter, linker.
const DEBIAN: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld"];

/// How the page is compiled on this machine.
pub enum Toolchain {
    /// The toolchain in use has the target.
    Rustup,
    /// Debian's compiler builds the standard library from source.
    Debian {
        /// A linker that writes wasm.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// The one that this machine has; [`Compiler`] brings one.
    pub fn find() -> Result<Self> {
        if rustup_has_target()? {
            return Ok(Self::Rustup);
        }
        if debian_is_there() {
            return Ok(Self::Debian { linker: linker()? });
        }
        bail!("no compiler for the browser: {}", Compiler.by_hand())
    }

    /// Compiles the page; returns the wasm file before wasm-bindgen.
    pub fn build(&self, build: Build) -> Result<PathBuf> {
        let profile = match build {
            Build::Quick => QUICK,
            Build::Release => PROFILE,
        };
        let mut cargo = self.cargo();
        cargo.args(["rustc", "--package", "gatefold-page", "--lib"]);
        // Relocations say which function and which constant needs which: without them nobody could cut the module.
        self.rest(&mut cargo, profile).args(["--", "-Clink-arg=--emit-relocs"]).run_to_end()?;
        Ok(target_dir().join(TARGET).join(profile).join("gatefold_page.wasm"))
    }

    /// Checks the page without building it.
    pub fn check(&self) -> Result<()> {
        let mut cargo = self.cargo();
        cargo.args(["check", "--package", "gatefold-page"]);
        self.rest(&mut cargo, PROFILE).run_to_end()
    }

    /// Clippy over the page as the browser gets it, warnings as errors.
    pub fn clippy(&self) -> Result<()> {
        let mut cargo = match self {
            Self::Rustup => run::cargo(),
            Self::Debian { .. } => {
                let mut cargo = self.cargo();
                // Debian's cargo finds its own cargo-clippy only when no other toolchain shadows it.
                cargo.env("PATH", format!("/usr/bin:{}", std::env::var("PATH").unwrap_or_default()));
                cargo
            }
        };
        // With the page's one dependent, as it is built: the library alone would be checked without its features.
        cargo.args([
            "clippy",
            "--package",
            "gatefold-page",
            "--package",
            "gatefold-app",
            "--package",
            "gatefold-types",
        ]);
        self.rest(&mut cargo, PROFILE);
        cargo.args(["--", "-D", "warnings"]).run_to_end()
    }

    fn cargo(&self) -> Command {
        match self {
            Self::Rustup => run::cargo(),
            Self::Debian { linker } => {
                let mut cargo = run::command("/usr/bin/cargo");
                // rustup puts its own compiler into the environment of what it starts.
                for name in
                    ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC_WRAPPER", "RUSTDOC", "RUSTFLAGS", "LD_LIBRARY_PATH"]
                {
                    cargo.env_remove(name);
                }
                cargo
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                cargo
            }
        }
    }

    fn rest<'a>(&self, cargo: &'a mut Command, profile: &str) -> &'a mut Command {
        cargo.args(["--target", TARGET]);
        cargo.arg("--target-dir").arg(target_dir()).args(["--profile", profile]);
        if matches!(self, Self::Debian { .. }) {
            cargo.arg("-Zbuild-std=std,panic_abort");
        }
        cargo
    }
}

/// A compiler for the browser, whichever way it can be had.
pub struct Compiler;

impl Need for Compiler {
    fn wanted_by(&self) -> String {
        "the page, which runs in the browser".into()
    }

    fn present(&self) -> Result<bool> {
        Ok(rustup_has_target()? || debian_is_there())
    }

    fn brings(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if run::command("rustup").arg("--version").succeeds() {
            lines.push(format!("rustup: the target {TARGET}"));
        }
        for line in needs::apt_line(&DEBIAN) {
            lines.push(if lines.is_empty() {
                line
            } else {
                format!("or, where rustup cannot get it, {line}")
            });
        }
        lines
    }

    fn install(&self) -> Result<()> {
        let added = run::command("rustup").args(["target", "add", TARGET]).succeeds() && rustup_has_target()?;
        if added || !run::can_apt() { Ok(()) } else { run::apt_install(&DEBIAN) }
    }

    fn by_hand(&self) -> String {
        format!(
            "`rustup target add {TARGET}`, or on Debian `sudo apt-get install {}`, then this command again",
            DEBIAN.join(" ")
        )
    }

    fn optional(&self) -> bool {
        false
    }
}

/// Makes a module that ships smaller with Binaryen's `wasm-opt`. Without it the module stays as it is, and works.
pub fn shrink(module: &Path, build: Build) -> Result<()> {
    if build == Build::Quick || !npm::BINARYEN.present()? {
        return Ok(());
    }
    let small = module.with_extension("small");
    run::command("node")
        .arg(npm::BINARYEN.path())
        .arg("-Oz")
        .args(FEATURES)
        .arg(module)
        .arg("-o")
        .arg(&small)
        .run_to_end()?;
    Ok(fs::rename(small, module)?)
}

/// Apart from the server's, so that neither build waits for the other or throws its work away.
fn target_dir() -> PathBuf {
    run::root().join("target/wasm")
}

fn sysroot() -> Result<PathBuf> {
    Ok(run::command("rustc").args(["--print", "sysroot"]).read()?.into())
}

fn rustup_has_target() -> Result<bool> {
    let sysroot = sysroot().context("no Rust compiler was found: install one from https://rustup.rs")?;
    Ok(sysroot.join("lib/rustlib").join(TARGET).exists())
}

fn debian_is_there() -> bool {
    ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust/library/std"]
        .iter()
        .all(|p| Path::new(p).exists())
}

fn linker() -> Result<PathBuf> {
    let own = sysroot()?.join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    let debian = PathBuf::from("/usr/bin/wasm-ld");
    // Ours first: Debian 12's leaves empty data out of a module with relocations, which then cannot be cut.
    match [own, debian].into_iter().find(|path| path.exists()) {
        Some(linker) => Ok(linker),
        None => bail!("no linker for wasm was found: run `apt-get install lld`"),
    }
}
