//! What ARCHITECTURE.md says of who may name whom, read off the manifests.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each part with the parts that it may name. A part names only what stands above it.
const PARTS: [(&str, &[&str]); 18] = [
    ("gatefold-unify", &[]),
    ("gatefold-types", &[]),
    ("gatefold-files", &[]),
    ("gatefold-linalg", &["gatefold-unify"]),
    ("gatefold-nn", &["gatefold-unify"]),
    ("gatefold-graph", &["gatefold-unify", "gatefold-types", "gatefold-linalg"]),
    ("gatefold-covers", &["gatefold-unify", "gatefold-types", "gatefold-linalg"]),
    ("gatefold-demo", &["gatefold-types"]),
    ("gatefold-finish", &["gatefold-types"]),
    ("gatefold-genre", &["gatefold-unify", "gatefold-types", "gatefold-linalg", "gatefold-covers"]),
    (
        "gatefold-catalog",
        &["gatefold-unify", "gatefold-types", "gatefold-files", "gatefold-covers", "gatefold-demo"],
    ),
    (
        "gatefold-models",
        &[
            "gatefold-unify",
            "gatefold-types",
            "gatefold-files",
            "gatefold-linalg",
            "gatefold-nn",
            "gatefold-covers",
        ],
    ),
    (
        "gatefold-train",
        &[
            "gatefold-unify",
            "gatefold-types",
            "gatefold-files",
            "gatefold-linalg",
            "gatefold-nn",
            "gatefold-graph",
            "gatefold-covers",
            "gatefold-models",
        ],
    ),
    (
        "gatefold",
        &[
            "gatefold-unify",
            "gatefold-types",
            "gatefold-files",
            "gatefold-models",
            "gatefold-train",
            "gatefold-graph",
            "gatefold-covers",
            "gatefold-demo",
            "gatefold-finish",
            "gatefold-genre",
            "gatefold-catalog",
        ],
    ),
    ("gatefold-app", &["gatefold-types"]),
    ("gatefold-page", &["gatefold-app"]),
    ("gatefold-server", &["gatefold", "gatefold-app"]),
    ("xtask", &["gatefold-files"]),
];
/// What computes: none of the server's business.
const NUMERIC: [&str; 9] = [
    "candle-core",
    "candle-nn",
    "gemm",
    "linfa",
    "linfa-reduction",
    "linfa-trees",
    "ndarray",
    "petgraph",
    "faer",
];
/// Lines of a source file.
const LONGEST: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Manifests by their package's name, with the packages that each needs to be built; those that only its tests need are left out.
fn needs() -> BTreeMap<String, Vec<String>> {
    let mut folders: Vec<PathBuf> =
        ["", "app", "page", "server", "xtask"].iter().map(|f| root().join(f)).collect();
    folders.extend(fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()));
    let read = |folder: PathBuf| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let (mut section, mut name, mut needed) = (String::new(), None, Vec::new());
        for line in text.lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                section = header.trim_matches(['[', ']']).to_owned();
                if let Some((_, one)) = section.rsplit_once("dependencies.") {
                    needed.push(one.to_owned());
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let (key, value) = (key.trim(), value.trim());
            if section == "package" && key == "name" {
                name = Some(value.trim_matches('"').to_owned());
            }
            let builds = section == "dependencies"
                || (section.starts_with("target.") && section.ends_with(".dependencies"));
            if builds && !line.starts_with('#') {
                // A package may go by another name here.
                let own = value.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
                needed.push(own.unwrap_or(key).to_owned());
            }
        }
        (name.unwrap(), needed)
    };
    folders.into_iter().map(read).collect()
}

#[test]
fn every_part_names_only_parts_that_stand_above_it() {
    let needs = needs();
    let known: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    for (place, (name, allowed)) in PARTS.iter().enumerate() {
        for part in *allowed {
            assert!(
                known[..place].contains(part),
                "the table itself lets {name} name {part}, which stands below it"
            );
        }
        let needed = needs.get(*name).unwrap_or_else(|| panic!("there is no package {name}"));
        for part in needed.iter().filter(|part| part.starts_with("gatefold")) {
            assert!(allowed.contains(&part.as_str()), "{name} names {part}");
        }
    }
    for name in needs.keys() {
        assert!(known.contains(&name.as_str()), "{name} is not in the table: say what it may name");
    }
}

#[test]
fn the_server_and_the_page_reach_nothing_that_computes() {
    let needs = needs();
    for part in ["gatefold-types", "gatefold-app", "gatefold-page", "gatefold-server"] {
        for package in &needs[part] {
            assert!(!NUMERIC.contains(&package.as_str()), "{part} names {package}");
        }
    }
}

#[test]
fn no_source_file_is_long() {
    let mut open = vec![root().to_owned()];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap()) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let built =
                ["target", "runs", "node_modules", "site"].contains(&name.as_str()) || name.starts_with('.');
            if entry.file_type().unwrap().is_dir() && !built {
                open.push(path);
            } else if name.ends_with(".rs") {
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                assert!(lines <= LONGEST, "{} has {lines} lines: does it hold one thing?", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 500, "only {seen} source files were found");
}
