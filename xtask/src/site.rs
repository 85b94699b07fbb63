//! The page's files in `target/site`, and the server that embeds them.

use crate::run::{self, Run};
use crate::{css, cuda, split, wasm};
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the page's script and module are called.
const NAME: &str = "gatefold";

/// Compiles the page and puts everything that the server embeds into `target/site`.
pub fn build() -> Result<()> {
    let wasm = wasm::Toolchain::find()?.build()?;
    let site = run::root().join("target/site");
    let package = site.join("pkg");
    // Written beside and swapped in, so that a server built meanwhile sees all of one page.
    let fresh = run::root().join("target/site-next");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(fresh.join("pkg"))?;
    let split = split::split(&wasm, &fresh.join("pkg"), NAME)?;
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
    wasm::shrink(&fresh.join("pkg/gatefold_bg.wasm"))?;
    fs::write(fresh.join("pkg/gatefold.css"), css::joined()?)?;
    copy(&run::root().join("public"), &fresh)?;
    compress(&fresh)?;
    if same(&fresh, &site)? {
        fs::remove_dir_all(&fresh)?;
    } else {
        if site.exists() {
            fs::remove_dir_all(&site)?;
        }
        fs::rename(&fresh, &site)?;
    }
    let size = |name: String| fs::metadata(package.join(name)).map(|meta| meta.len() / 1000).unwrap_or(0);
    let compressed = |file: &String| size(format!("{file}.wasm.br"));
    let main = format!("{NAME}_bg");
    eprintln!("page: {} kB of wasm, {} kB compressed", size(format!("{main}.wasm")), compressed(&main));
    for (part, files) in &split.parts {
        let sum: u64 = files.iter().map(compressed).sum();
        eprintln!("{part}: {sum} kB compressed, in {} files", files.len());
    }
    Ok(())
}

/// Compiles the server in release, page and weights inside; returns the binary.
pub fn server(cuda: bool) -> Result<PathBuf> {
    let mut cargo = run::cargo();
    cargo.args(["build", "--release", "--package", "gatefold-server"]);
    let mut target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), PathBuf::from);
    if cuda {
        // Its flags differ for every crate: in one folder each build would throw away the other's work.
        target.push("cuda");
        cargo.arg("--target-dir").arg(&target);
        cuda::prepare(&mut cargo)?;
    }
    cargo.run_to_end()?;
    Ok(target.join("release/gatefold"))
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
            fs::write(path.with_extension(format!("{extension}.br")), packed)?;
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
