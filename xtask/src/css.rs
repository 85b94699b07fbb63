//! The style sheet: `style/*.css`, one file per concern, joined in the order of their names.

use crate::run;
use anyhow::{Context, Result};
use std::fs;

/// All style files as one.
pub fn joined() -> Result<String> {
    let folder = run::root().join("style");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "css"))
        .collect();
    files.sort();
    let mut out = String::new();
    for file in files {
        out += &fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        out.push('\n');
    }
    Ok(out)
}
