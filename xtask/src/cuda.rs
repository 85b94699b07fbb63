//! Building for CUDA on a machine without a toolkit: NVIDIA's compiler, headers and libraries come as Python wheels.

use crate::needs::Need;
use crate::run::{self, Run};
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The wheels, versions that were seen to fit together.
const WHEELS: [&str; 8] = [
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
    "nvidia-cuda-cccl==13.0.85",
    "nvidia-cuda-nvrtc==13.0.88",
    "nvidia-cublas==13.0.2.14",
    "nvidia-curand",
];
/// Libraries that are linked by their plain names.
const LIBRARIES: [&str; 5] = ["cublas", "cublasLt", "curand", "nvrtc", "cudart"];

/// The driver's library.
const DRIVER: &str = "libcuda.so.1";
/// What stands in for it where there is none.
const NO_DRIVER: &str = include_str!("no_driver.c");

/// NVIDIA's compiler, from a toolkit or as wheels.
pub struct Compiler;

impl Need for Compiler {
    fn wanted_by(&self) -> String {
        "the build for CUDA".into()
    }

    fn present(&self) -> Result<bool> {
        Ok(has_toolkit() || home().join("bin/nvcc").exists())
    }

    fn brings(&self) -> Vec<String> {
        vec![format!("pip: {} into .cuda (2 GB)", WHEELS.join(" "))]
    }

    fn install(&self) -> Result<()> {
        run::command("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
            .arg(folder())
            .args(WHEELS)
            .run_to_end()
    }

    fn by_hand(&self) -> String {
        "Python's pip, to fetch NVIDIA's compiler; or the CUDA toolkit, so that nvcc is on the PATH".into()
    }

    fn optional(&self) -> bool {
        false
    }
}

fn folder() -> PathBuf {
    run::root().join(".cuda")
}

fn home() -> PathBuf {
    folder().join("nvidia/cu13")
}

fn has_toolkit() -> bool {
    run::command("nvcc").arg("--version").succeeds()
}

/// Adds the feature and, where `nvcc` is not on the PATH, the folder and flags that stand in for a toolkit.
pub fn prepare(cargo: &mut Command) -> Result<()> {
    cargo.args(["--features", "cuda"]);
    if std::env::var_os("CUDA_COMPUTE_CAP").is_none() {
        cargo.env("CUDA_COMPUTE_CAP", "90");
    }
    if has_toolkit() {
        return Ok(());
    }
    let home = home();
    link(&home)?;
    let library = home.join("lib");
    // RUSTFLAGS replaces what .cargo/config.toml asks for, so that is said again.
    let flags = format!(
        "-C target-cpu=x86-64-v2 --cfg erase_components -L {0} -L {0}/stubs -C link-arg=-Wl,--unresolved-symbols=ignore-all {1}",
        library.display(),
        std::env::var("RUSTFLAGS").unwrap_or_default()
    );
    let path = format!("{}:{}", home.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    cargo.env("CUDA_HOME", &home).env("CUDA_PATH", &home).env("RUSTFLAGS", flags.trim()).env("PATH", path);
    Ok(())
}

/// Lets a binary find NVIDIA's libraries where they came as wheels; where a toolkit is installed, the system knows.
/// The driver's own library is never among them: that is the machine's.
pub fn run_with(command: &mut Command) {
    let library = home().join("lib");
    if library.is_dir() {
        let known = std::env::var("LD_LIBRARY_PATH").unwrap_or_default();
        let mut folders = library.display().to_string();
        if !has_driver(&known) {
            folders = format!("{folders}:{}", library.join("stubs").display());
        }
        command.env("LD_LIBRARY_PATH", format!("{folders}:{known}").trim_end_matches(':'));
    }
}

/// Whether the dynamic linker would find NVIDIA's driver.
fn has_driver(known: &str) -> bool {
    let named = known.split(':').any(|folder| !folder.is_empty() && Path::new(folder).join(DRIVER).exists());
    let listed = ["ldconfig", "/sbin/ldconfig"]
        .iter()
        .any(|ldconfig| run::command(ldconfig).arg("-p").read().is_ok_and(|list| list.contains(DRIVER)));
    named || listed
}

/// Plain names for versioned libraries, and a driver library to link against.
fn link(home: &Path) -> Result<()> {
    let library = home.join("lib");
    for name in LIBRARIES {
        let plain = library.join(format!("lib{name}.so"));
        if plain.exists() {
            continue;
        }
        let prefix = format!("lib{name}.so.");
        let versioned = fs::read_dir(&library)
            .with_context(|| format!("{} cannot be read", library.display()))?
            .filter_map(|entry| entry.ok().map(|entry| entry.file_name()))
            .find(|file| file.to_string_lossy().starts_with(&prefix))
            .with_context(|| format!("{} has no {prefix}*: remove .cuda and try again", library.display()))?;
        symlink(versioned, plain)?;
    }
    let stubs = library.join("stubs");
    fs::create_dir_all(&stubs)?;
    let source = stubs.join("no_driver.c");
    if fs::read_to_string(&source).is_ok_and(|text| text == NO_DRIVER) && stubs.join(DRIVER).exists() {
        return Ok(());
    }
    gatefold_files::write(&source, NO_DRIVER.as_bytes())?;
    run::command("cc")
        .args(["-shared", "-fPIC", "-O1", "-w", &format!("-Wl,-soname,{DRIVER}"), "-o"])
        .arg(stubs.join(DRIVER))
        .arg(&source)
        .run_to_end()
        .context("a C compiler is needed: install gcc")?;
    let plain = stubs.join("libcuda.so");
    if plain.symlink_metadata().is_ok() {
        fs::remove_file(&plain)?;
    }
    symlink(DRIVER, plain)?;
    Ok(())
}
