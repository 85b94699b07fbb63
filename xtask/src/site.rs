//! The page's files in `target/site`, and the server that embeds them.

use crate::needs::Need;
use crate::run::{self, Run};
use crate::{css, cuda, npm, split, wasm};
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the page's script and module are called.
const NAME: &str = "gatefold";
/// How many kilobytes the map may make a browser fetch before it runs.
const MOST_FETCHED: u64 = 450;

/// How page and server are built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// In minutes on two cores: for development, and for a first look.
    Quick,
    /// What ships.
    Release,
}

/// Compiles the page and puts everything that the server embeds into `target/site`.
pub fn build(build: Build) -> Result<()> {
    let wasm = wasm::Toolchain::find()?.build(build)?;
    let site = run::root().join("target/site");
    // Written beside and swapped in, so that a server built meanwhile sees all of one page.
    let fresh = run::root().join("target/site-next");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(fresh.join("pkg"))?;
    let split = split::split(&wasm, &fresh.join("pkg"), NAME, build)?;
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(&split.main)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_producers_section(true)
                .remove_name_section(true)
                // The parts call into the main module through its table.
                .keep_lld_exports(true)
                .out_name(NAME)
                .generate(fresh.join("pkg"))
        })
        .map_err(|error| {
            anyhow!("wasm-bindgen could not make the page's module from {}: {error}", split.main.display())
        })?;
    wasm::shrink(&fresh.join("pkg/gatefold_bg.wasm"), build)?;
    gatefold_files::write(&fresh.join("pkg/gatefold.css"), css::joined()?.as_bytes())?;
    copy(&run::root().join("public"), &fresh)?;
    // Browsers on this machine take it as it is, and the highest level takes longer than all else.
    if build == Build::Release {
        compress(&fresh)?;
    }
    if same(&fresh, &site)? {
        fs::remove_dir_all(&fresh)?;
    } else {
        if site.exists() {
            fs::remove_dir_all(&site)?;
        }
        fs::rename(&fresh, &site)?;
    }
    report(&split.parts, build)
}

/// Says what weighs how much.
fn report(parts: &BTreeMap<String, Vec<String>>, build: Build) -> Result<()> {
    let package = run::root().join("target/site/pkg");
    let size = |name: String| fs::metadata(package.join(name)).map(|meta| meta.len() / 1000).unwrap_or(0);
    let main = format!("{NAME}_bg");
    let whole = size(format!("{main}.wasm"));
    if build == Build::Quick {
        eprintln!("page: {whole} kB of wasm, built quickly");
        return Ok(());
    }
    let compressed = |file: &String| size(format!("{file}.wasm.br"));
    let fetched = compressed(&main);
    eprintln!("page: {whole} kB of wasm, {fetched} kB compressed");
    for (part, files) in parts {
        let sum: u64 = files.iter().map(compressed).sum();
        eprintln!("{part}: {sum} kB compressed, in {} files", files.len());
    }
    // Without Binaryen it is larger, and whoever built it has been told.
    ensure!(
        fetched <= MOST_FETCHED || !npm::BINARYEN.present()?,
        "the page's module may have {MOST_FETCHED} kB compressed: look for what the map does not need at once"
    );
    Ok(())
}

/// Compiles the server; returns the binary. What ships has page and weights inside; a quick build reads the page from
/// `target/site` while it runs.
pub fn server(build: Build, cuda: bool) -> Result<PathBuf> {
    let mut cargo = run::cargo();
    cargo.args(["build", "--package", "gatefold-server"]);
    let folder = match build {
        Build::Quick => "debug",
        Build::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    let mut target = run::target();
    if cuda {
        // Its flags differ for every crate: in one folder each build would throw away the other's work.
        target.push("cuda");
        cargo.arg("--target-dir").arg(&target);
        cuda::prepare(&mut cargo)?;
    }
    cargo.run_to_end()?;
    Ok(target.join(folder).join("gatefold"))
}

/// Every file below `folder`, relative to it, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push(relative.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(&file);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

/// Puts a Brotli-compressed twin beside every file that gains from it.
fn compress(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !matches!(extension, "wasm" | "js" | "css" | "svg" | "json" | "txt") {
            continue;
        }
        let path = folder.join(&file);
        let plain = fs::read(&path)?;
        let mut packed = Vec::new();
        brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22).write_all(&plain)?;
        if packed.len() < plain.len() {
            gatefold_files::write(&path.with_extension(format!("{extension}.br")), &packed)?;
        }
    }
    Ok(())
}

/// Whether two folders hold the same files; an unchanged page must not make the server compile again.
fn same(a: &Path, b: &Path) -> Result<bool> {
    let names = files(a)?;
    if names != files(b)? {
        return Ok(false);
    }
    for name in names {
        if fs::read(a.join(&name))? != fs::read(b.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}
