//! Folders of covers: a sub-folder is a genre, whatever lies deeper in it.
//!
//! A first level of `train`, `val` and `test` is a split, and the level below it the genre. Hidden files and folders
//! are passed over, and so is what is clearly no picture: a file counts when its name ends like a picture's or its
//! first bytes are a picture's. What counts and cannot be read is left out with its reason.

use super::place;
use super::record::{Cover, Entry, Record};
use super::{ImportError, file_name};
use crate::album::Genre;
use crate::catalog::Facts;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Endings of pictures, those included that are not read: their owner should hear of it.
const PICTURES: [&str; 22] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "bmp", "dib", "tif", "tiff", "avif", "heic",
    "heif", "jxl", "jp2", "svg", "psd", "ico", "tga", "pnm",
];
/// Endings of files that lie beside covers, and are not even looked into.
const OTHERS: [&str; 26] = [
    "txt", "csv", "tsv", "json", "jsonl", "md", "npy", "npz", "html", "xml", "yaml", "yml", "toml", "db",
    "ini", "nfo", "log", "cue", "m3u", "m3u8", "mp3", "flac", "ogg", "m4a", "wav", "pdf",
];
/// Names of covers in music libraries: there the folder says which album it is.
const PLAIN_NAMES: [&str; 6] = ["cover", "folder", "front", "album", "albumart", "artwork"];
/// Names of splits.
const SPLITS: [&str; 7] = ["train", "training", "val", "valid", "validation", "test", "testing"];
/// Folders in folders that are followed.
const DEPTH: usize = 32;

/// The canonical root and all its pictures, in the order of their names.
///
/// # Errors
/// [`ImportError::Unreadable`] when the folder itself cannot be read.
pub(super) fn entries(root: &Path) -> Result<(PathBuf, Vec<Entry>), ImportError> {
    let fault = |source| ImportError::Unreadable { path: root.to_owned(), source };
    let root = root.canonicalize().map_err(fault)?;
    fs::read_dir(&root).map_err(fault)?;
    let mut entries = Vec::new();
    walk(&root, &mut Vec::new(), &mut entries);
    Ok((root, entries))
}

fn walk(root: &Path, folders: &mut Vec<String>, entries: &mut Vec<Entry>) {
    let folder = folders.iter().fold(root.to_owned(), |path, name| path.join(name));
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    let unreadable =
        |e: std::io::Error| Entry::skipped(folders.join("/"), format!("this folder could not be read: {e}"));
    match fs::read_dir(&folder) {
        Err(e) => return entries.push(unreadable(e)),
        Ok(list) => {
            for item in list {
                match item {
                    Ok(item) => found.push((item.file_name().to_string_lossy().into_owned(), item.path())),
                    Err(e) => entries.push(unreadable(e)),
                }
            }
        }
    }
    found.sort_unstable();
    for (name, path) in found {
        if name.starts_with('.') || name == "__MACOSX" {
            continue;
        }
        let label = folders.iter().chain([&name]).map(String::as_str).collect::<Vec<_>>().join("/");
        let Ok(kind) = fs::symlink_metadata(&path).map(|m| m.file_type()) else {
            entries.push(Entry::skipped(label, "it vanished while it was being looked at"));
            continue;
        };
        if kind.is_dir() {
            if folders.len() >= DEPTH {
                entries.push(Entry::skipped(label, "this folder lies too deep: import it by itself"));
                continue;
            }
            folders.push(name);
            walk(root, folders, entries);
            folders.pop();
        } else if kind.is_symlink() && path.is_dir() {
            let reason =
                "it is a link to a folder, and such links are not followed: import that folder by itself";
            entries.push(Entry::skipped(label, reason));
        } else if is_picture(&name, &path) {
            entries.push(entry(root, folders, &name, path, label));
        }
    }
}

fn entry(root: &Path, folders: &[String], name: &str, path: PathBuf, label: String) -> Entry {
    if path.to_str().is_none() {
        return Entry::skipped(label, "its name is not UTF-8: rename it");
    }
    if let Err(e) = place::inside(root, &path) {
        return Entry::skipped(label, e);
    }
    let facts = facts(folders, name);
    Entry::Record(Box::new(Record {
        key: label.clone(),
        label,
        facts,
        cover: Cover::File(path),
        repeats: false,
    }))
}

/// What folders and name say.
fn facts(folders: &[String], name: &str) -> Facts {
    let (split, folders) = match folders {
        [split, rest @ ..] if SPLITS.contains(&split.to_lowercase().as_str()) => {
            (Some(split.to_lowercase()), rest)
        }
        folders => (None, folders),
    };
    let genre = folders.first().and_then(|name| Genre::new(name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // The genre's own folder names no album.
    let albums = folders.get(1..).unwrap_or_default();
    let (named, key) = match albums {
        [.., album] if PLAIN_NAMES.contains(&stem.to_lowercase().as_str()) => {
            let mut named = file_name::parse(album);
            if let (None, [.., artist, album]) = (&named.title, albums) {
                named = file_name::parse(&format!("{artist} - {album}"));
            }
            (named, album.as_str())
        }
        _ => (file_name::parse(stem), stem),
    };
    Facts {
        artist: named.artist,
        title: named.title,
        year: named.year,
        genres: genre.iter().cloned().collect(),
        genre,
        key: key.to_owned(),
        collection: split,
        ..Facts::default()
    }
}

fn is_picture(name: &str, path: &Path) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    if PICTURES.contains(&ending) {
        return true;
    }
    if OTHERS.contains(&ending) || !path.is_file() {
        return false;
    }
    let mut begin = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut begin));
    read.is_ok() && image::guess_format(&begin).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str) -> Facts {
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        let name = parts.pop().unwrap();
        facts(&parts, &name)
    }

    fn genre(path: &str) -> Option<String> {
        said(path).genre.map(|genre| genre.to_string())
    }

    #[test]
    fn the_first_folder_is_the_genre() {
        assert_eq!(genre("Hip-Hop/x.jpg").as_deref(), Some("rap"));
        assert_eq!(genre("jazz/Blue Note/1960/x.jpg").as_deref(), Some("jazz"));
        assert_eq!(genre("unlabelled/x.jpg"), None);
        assert_eq!(genre("x.jpg"), None);
    }

    #[test]
    fn splits_are_no_genres() {
        let facts = said("Train/reggae/TRAAA__b1a2__c3d4.jpg");
        assert_eq!(facts.genre, Genre::new("reggae"));
        assert_eq!(facts.collection.as_deref(), Some("train"));
        assert_eq!((facts.key.as_str(), facts.artist), ("TRAAA__b1a2__c3d4", None));
        assert_eq!(genre("test/x.jpg"), None);
    }

    #[test]
    fn a_plain_name_is_explained_by_its_folder() {
        let facts = said("rock/Low - Trust (2002)/cover.jpg");
        assert_eq!((facts.artist.as_deref(), facts.title.as_deref()), (Some("Low"), Some("Trust")));
        assert_eq!((facts.year, facts.key.as_str()), (Some(2002), "Low - Trust (2002)"));
        let facts = said("rock/Low/Trust/Folder.jpg");
        assert_eq!((facts.artist.as_deref(), facts.title.as_deref()), (Some("Low"), Some("Trust")));
        assert_eq!(said("rock/cover.jpg").artist, None);
    }

    #[test]
    fn hidden_and_other_files_are_passed_over_and_pictures_found_whatever_their_name() {
        let dir = tempfile::tempdir().unwrap();
        let png = crate::catalog::testing::png(1);
        fs::create_dir_all(dir.path().join("rock/.git")).unwrap();
        for name in ["rock/.git/a.jpg", ".hidden.jpg", "notes.txt", "rock/data.npy", "odd.bin"] {
            fs::write(dir.path().join(name), b"no picture").unwrap();
        }
        for name in ["rock/text.JPG", "rock/b.heic"] {
            fs::write(dir.path().join(name), b"no picture").unwrap();
        }
        fs::write(dir.path().join("rock/without-ending"), &png).unwrap();
        fs::write(dir.path().join("a.part"), &png).unwrap();
        let (_, entries) = entries(dir.path()).unwrap();
        let keys: Vec<&str> = entries
            .iter()
            .map(|entry| match entry {
                Entry::Record(record) => record.key.as_str(),
                Entry::Skipped(skipped) => panic!("{skipped:?}"),
            })
            .collect();
        assert_eq!(keys, ["a.part", "rock/b.heic", "rock/text.JPG", "rock/without-ending"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_left_out_with_a_reason() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("in");
        fs::create_dir(&root).unwrap();
        fs::write(dir.path().join("out.jpg"), b"x").unwrap();
        symlink(dir.path().join("out.jpg"), root.join("a.jpg")).unwrap();
        symlink(dir.path(), root.join("b")).unwrap();
        symlink(root.join("nowhere"), root.join("c.jpg")).unwrap();
        let (_, entries) = entries(&root).unwrap();
        let reasons: Vec<&str> = entries
            .iter()
            .map(|entry| match entry {
                Entry::Skipped(skipped) => skipped.reason.as_str(),
                Entry::Record(record) => panic!("{}", record.key),
            })
            .collect();
        assert!(reasons[0].contains("leads out"), "{reasons:?}");
        assert!(reasons[1].contains("link to a folder"), "{reasons:?}");
        assert!(reasons[2].contains("no such file"), "{reasons:?}");
    }
}
