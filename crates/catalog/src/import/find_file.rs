//! Finds the file that a cell of a table means.
//!
//! A table that was written on Windows or a Mac names files in another case, or with accents as letters of their own,
//! and is right there. Where no file has the very name, the one file that differs in nothing else is meant; where
//! several do, the reason names them. Names may be encoded as in addresses, or be in an old code page on the disk.
//! Where a file may lie is [`place`]'s to say.

use super::letters::Letters;
use super::place::{self, PlaceError};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// Why there is no file to take.
#[derive(Debug, thiserror::Error)]
pub(super) enum FindError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("{0} files are called so but for capitals or accents ({1}): write the name as it is on the disk")]
    Several(usize, String),
    #[error("it is an address of a file ({0}:…): write its path relative to the folder of the CSV file")]
    Address(String),
}

/// Names in a folder, by what they are but for case and composition.
type Names = HashMap<String, Vec<OsString>>;

/// Finds files under a folder, whose listings it remembers.
pub(super) struct Finder<'a> {
    root: &'a Path,
    letters: &'a Letters,
    folders: HashMap<PathBuf, Names>,
}

impl<'a> Finder<'a> {
    /// A finder under a canonical folder, for cells in these letters.
    pub(super) fn new(root: &'a Path, letters: &'a Letters) -> Self {
        Self { root, letters, folders: HashMap::new() }
    }

    /// The file that `cell` names, and its name in its usual spelling (`a/b.jpg`).
    pub(super) fn find(&mut self, cell: &str) -> Result<(PathBuf, String), FindError> {
        if let Some(scheme) = scheme(cell) {
            return Err(FindError::Address(scheme.to_owned()));
        }
        let missing = match place::locate(self.root, cell) {
            Err(PlaceError::Missing) => PlaceError::Missing,
            found => return Ok(found?),
        };
        for spelling in spellings(cell) {
            if let Some(found) = self.by_any_case(&spelling)? {
                return Ok(found);
            }
        }
        Err(missing.into())
    }

    /// The one file whose path differs from `cell` in case and composition alone.
    fn by_any_case(&mut self, cell: &str) -> Result<Option<(PathBuf, String)>, FindError> {
        let mut path = self.root.to_owned();
        let mut names: Vec<String> = Vec::new();
        for part in cell.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
            // Whoever climbs writes names as they are.
            if part == ".." {
                return Ok(None);
            }
            let same = path.join(part);
            if same.symlink_metadata().is_ok() {
                path = same;
                names.push(part.to_owned());
                continue;
            }
            // What lies elsewhere is not even listed.
            if !path.canonicalize().is_ok_and(|real| real.starts_with(self.root)) {
                return Err(PlaceError::LeadsOut.into());
            }
            let letters = self.letters;
            let found = self.folder(&path).get(&folded(part)).map(Vec::as_slice).unwrap_or_default();
            let [name] = found else {
                if found.is_empty() {
                    return Ok(None);
                }
                let listed: Vec<String> = found.iter().take(3).map(|name| text(name, letters)).collect();
                return Err(FindError::Several(found.len(), listed.join(", ")));
            };
            let name = name.clone();
            names.push(text(&name, letters));
            path.push(name);
        }
        if names.is_empty() {
            return Ok(None);
        }
        place::inside(self.root, &path)?;
        Ok(Some((path, names.join("/"))))
    }

    fn folder(&mut self, path: &Path) -> &Names {
        let letters = self.letters;
        self.folders.entry(path.to_owned()).or_insert_with(|| {
            let mut names = Names::new();
            // A folder that cannot be listed has nothing to offer.
            for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
                let name = entry.file_name();
                names.entry(folded(&text(&name, letters))).or_default().push(name);
            }
            names.values_mut().for_each(|same| same.sort());
            names
        })
    }
}

/// Other ways in which a cell may be meant, the likeliest first.
fn spellings(cell: &str) -> Vec<String> {
    let mut spellings = vec![cell.trim().to_owned()];
    let decoded = percent_encoding::percent_decode_str(cell.trim()).decode_utf8();
    if let Ok(decoded) = decoded
        && decoded != cell.trim()
        && !decoded.contains('\0')
    {
        spellings.push(decoded.into_owned());
    }
    if cell.contains("&amp;") {
        spellings.push(cell.trim().replace("&amp;", "&"));
    }
    spellings
}

/// `file` of `file:///a.jpg`
fn scheme(cell: &str) -> Option<&str> {
    let (scheme, _) = cell.trim().split_once("://").or_else(|| cell.trim().split_once(":/"))?;
    let word = scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    word.then_some(scheme)
}

/// Lower case, composed, without the blanks and dots at the end that Windows leaves out.
fn folded(name: &str) -> String {
    let composed: String = name.nfc().flat_map(char::to_lowercase).nfc().collect();
    composed.trim_end_matches([' ', '.']).trim_start().to_owned()
}

/// A file's name as text; one that is no UTF-8 is in the table's letters, if anything.
fn text(name: &OsStr, letters: &Letters) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        letters.text(name.as_bytes())
    }
    #[cfg(not(unix))]
    {
        let _ = letters;
        name.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with some files, and a finder's answer for a cell.
    struct Disk(tempfile::TempDir);

    impl Disk {
        fn with(names: &[&str]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            for name in names {
                let path = dir.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, b"x").unwrap();
            }
            Self(dir)
        }

        fn find(&self, cell: &str) -> Result<String, String> {
            let table = self.0.path().join("table.csv");
            std::fs::write(&table, b"file\nFr\xfch.jpg\n").unwrap();
            let letters = Letters::of(&table).unwrap();
            let root = self.0.path().canonicalize().unwrap();
            let found = Finder::new(&root, &letters).find(cell);
            found.map(|(_, name)| name).map_err(|e| e.to_string())
        }
    }

    #[test]
    fn a_name_in_another_case_or_composition_is_found_and_called_as_on_the_disk() {
        let disk = Disk::with(&[
            "Covers/One.JPG",
            "Covers/Ágætis.jpg",
            "Covers/Cafe\u{301}.png",
            "Covers/a b&c.jpg",
        ]);
        for (cell, name) in [
            ("covers/one.jpg", "Covers/One.JPG"),
            ("COVERS\\ONE.jpg", "Covers/One.JPG"),
            (" covers/one.jpg ", "Covers/One.JPG"),
            ("covers/A\u{301}GÆTIS.JPG", "Covers/Ágætis.jpg"),
            ("Covers/Café.png", "Covers/Cafe\u{301}.png"),
            ("Covers/a%20b%26c.jpg", "Covers/a b&c.jpg"),
            ("covers/a b&amp;c.JPG", "Covers/a b&c.jpg"),
        ] {
            assert_eq!(disk.find(cell).as_deref(), Ok(name), "{cell}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_very_name_is_taken_first_and_of_several_that_fit_none() {
        let disk = Disk::with(&["a.jpg", "A.jpg", "b/x.jpg"]);
        assert_eq!(disk.find("A.jpg").as_deref(), Ok("A.jpg"));
        let reason = disk.find("A.JPG").unwrap_err();
        assert!(reason.contains("2 files") && reason.contains("A.jpg, a.jpg"), "{reason}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_in_an_old_code_page_on_the_disk_is_found() {
        use std::os::unix::ffi::OsStrExt as _;
        let disk = Disk::with(&[]);
        std::fs::write(disk.0.path().join(std::ffi::OsStr::from_bytes(b"Fr\xfch.jpg")), b"x").unwrap();
        assert_eq!(disk.find("Früh.jpg").as_deref(), Ok("Früh.jpg"));
    }

    #[test]
    fn what_is_not_there_or_elsewhere_is_said() {
        let disk = Disk::with(&["covers/a.jpg"]);
        for (cell, words) in [
            ("covers/b.jpg", "no such file"),
            ("covers/../covers/A.JPG", "no such file"),
            ("D:\\Covers\\a.jpg", "absolute"),
            ("../A.jpg", "climbs out"),
            ("file:///covers/a.jpg", "address of a file (file:"),
            ("file:/covers/a.jpg", "address of a file"),
            ("Covers", "not a file"),
        ] {
            let reason = disk.find(cell).unwrap_err();
            assert!(reason.contains(words), "{cell}: {reason}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_is_not_followed_in_any_case() {
        let disk = Disk::with(&["in/a.jpg"]);
        let outside = Disk::with(&["b.jpg"]);
        std::os::unix::fs::symlink(outside.0.path(), disk.0.path().join("Up")).unwrap();
        assert!(disk.find("up/B.JPG").unwrap_err().contains("leads out"));
    }
}
