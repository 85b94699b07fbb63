//! `cargo xtask dist`: the program as an archive that runs on a machine without Rust, and its checksum.
//!
//! Page, weights and fonts are inside the binary. Beside it lie README and licences, those of everything that is linked included.
//! The same sources give the same archive: its entries are in the order of their names and carry no date.

use crate::run::{self, Run};
use crate::site::{self, Build};
use crate::try_out;
use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What goes into the archive as it lies in the repository.
const PAPERS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
/// The licences of the fonts.
const FONTS: &str = "assets/fonts/licences";

/// Builds page and program, packs them, and, if asked, tries out what was packed.
pub fn dist(check: bool) -> Result<()> {
    site::build(Build::Release)?;
    let binary = stripped()?;
    let name =
        format!("gatefold-{}-{}-{}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH, std::env::consts::OS);
    let folder = run::root().join("target/dist");
    fs::create_dir_all(&folder)?;
    let archive = folder.join(format!("{name}.tar.gz"));
    gatefold_files::write_with(&archive, |out| pack(&name, &contents(&binary)?, out))
        .with_context(|| format!("{} cannot be written", archive.display()))?;
    let sum = checksum(&archive)?;
    let line = format!("{sum}  {name}.tar.gz\n");
    gatefold_files::write(&folder.join(format!("{name}.tar.gz.sha256")), line.as_bytes())?;
    eprintln!("{}: {} MB, sha256 {sum}", archive.display(), fs::metadata(&archive)?.len() / 1_000_000);
    if check {
        try_out::try_out(&archive, &name)?;
    }
    Ok(())
}

/// The program in release, without symbols.
fn stripped() -> Result<PathBuf> {
    run::cargo()
        .args(["rustc", "--release", "--package", "gatefold-server", "--bin", "gatefold"])
        .args(["--", "-Cstrip=symbols"])
        .run_to_end()?;
    Ok(run::target().join("release/gatefold"))
}

/// A file of the archive: its bytes, and whether it is a program.
struct Entry {
    bytes: Vec<u8>,
    program: bool,
}

/// Everything in the archive, by its path there.
fn contents(binary: &Path) -> std::io::Result<BTreeMap<String, Entry>> {
    let paper = |bytes| Entry { bytes, program: false };
    let mut out =
        BTreeMap::from([("gatefold".to_owned(), Entry { bytes: fs::read(binary)?, program: true })]);
    for name in PAPERS {
        out.insert(name.to_owned(), paper(fs::read(run::root().join(name))?));
    }
    for file in fs::read_dir(run::root().join(FONTS))? {
        let file = file?;
        let name = format!("LICENSES/fonts/{}", file.file_name().to_string_lossy());
        out.insert(name, paper(fs::read(file.path())?));
    }
    let others = third_party().map_err(std::io::Error::other)?;
    out.insert("LICENSES/third-party.txt".to_owned(), paper(others.into_bytes()));
    Ok(out)
}

fn pack(name: &str, contents: &BTreeMap<String, Entry>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(out, Compression::best()));
    for (path, entry) in contents {
        let mut header = tar::Header::new_gnu();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(if entry.program { 0o755 } else { 0o644 });
        archive.append_data(&mut header, format!("{name}/{path}"), entry.bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()
}

/// The SHA-256 of a file, in hexadecimal digits.
pub fn checksum(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// What is linked into program and page, with the licences that their packages carry, each text once.
fn third_party() -> Result<String> {
    let linked: BTreeSet<_> = tree("gatefold-server", None)?
        .into_iter()
        .chain(tree("gatefold-page", Some("wasm32-unknown-unknown"))?)
        .collect();
    let metadata = run::cargo().args(["metadata", "--format-version", "1", "--locked"]).read()?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut out = String::from("Packages that are linked into Gatefold, and their licences.\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let name = format!("{} {}", text("name"), text("version"));
        // What has no source is Gatefold's own.
        if package["source"].is_null() || !linked.contains(&name) {
            continue;
        }
        writeln!(out, "{name}: {}  {}", text("license"), text("repository"))?;
        let folder = Path::new(text("manifest_path")).parent().unwrap_or(Path::new("."));
        for licence in licences_in(folder)? {
            texts.entry(licence).or_default().push(name.clone());
        }
    }
    if texts.is_empty() {
        bail!("no package carries its licence: the list would be empty");
    }
    for (licence, packages) in texts {
        write!(out, "\n{}\n{}\n\n{}\n", "-".repeat(78), packages.join(", "), licence.trim_end())?;
    }
    Ok(out)
}

/// “name version” of everything that a package links.
fn tree(package: &str, target: Option<&str>) -> Result<BTreeSet<String>> {
    let mut cargo = run::cargo();
    cargo.args(["tree", "--locked", "--package", package, "--edges", "normal", "--prefix", "none"]);
    if let Some(target) = target {
        cargo.args(["--target", target]);
    }
    let named = |line: &str| {
        let mut words = line.split_whitespace();
        Some(format!("{} {}", words.next()?, words.next()?.trim_start_matches('v')))
    };
    Ok(cargo.read()?.lines().filter_map(named).collect())
}

/// The texts of a package's licences, in the order of their files' names.
fn licences_in(folder: &Path) -> Result<Vec<String>> {
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|begin| name.starts_with(begin))
            && path.is_file()
    };
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(is_licence)
        .collect();
    files.sort();
    files.iter().map(|file| Ok(String::from_utf8_lossy(&fs::read(file)?).into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(contents: &BTreeMap<String, Entry>) -> Vec<u8> {
        let mut out = Vec::new();
        pack("here", contents, &mut out).unwrap();
        out
    }

    #[test]
    fn an_archive_holds_what_was_packed_and_is_the_same_each_time() {
        let contents = BTreeMap::from([
            ("gatefold".to_owned(), Entry { bytes: vec![7; 100], program: true }),
            ("LICENSES/a".to_owned(), Entry { bytes: b"free".to_vec(), program: false }),
        ]);
        let archive = packed(&contents);
        assert_eq!(archive, packed(&contents));
        let mut seen = Vec::new();
        for entry in tar::Archive::new(flate2::read::GzDecoder::new(archive.as_slice())).entries().unwrap() {
            let entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            seen.push((path, entry.header().mode().unwrap(), entry.size()));
        }
        assert_eq!(
            seen,
            [("here/LICENSES/a".to_owned(), 0o644, 4), ("here/gatefold".to_owned(), 0o755, 100)]
        );
    }

    #[test]
    fn the_packages_that_are_linked_bring_their_licences() {
        let text = third_party().unwrap();
        assert!(text.contains("candle-core ") && text.contains("web-sys "), "program and page");
        assert!(!text.contains("wasm-bindgen-cli-support "), "what only builds is not linked");
        assert!(text.contains("Permission is hereby granted"));
    }
}
