//! A folder and all below it, as far as it can matter for albums.

use super::discs;
use crate::catalog::path_text;
use crate::import::names::{self, Hidden, Shows};
use crate::import::{data_dir, place};
use crate::report::Skipped;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Folders in folders that are followed.
const DEPTH: usize = 32;

/// A folder.
#[derive(Default)]
pub(super) struct Folder {
    /// Its name, as a person reads it.
    pub name: String,
    /// Its pictures, by name.
    pub pictures: Vec<Picture>,
    /// Stems of its files with music, in lower case.
    pub music: HashSet<String>,
    /// Folders in it, by name; those of systems, and hidden ones, are left out.
    pub folders: Vec<Folder>,
    /// What is left out of it, with the reason.
    pub skipped: Vec<Skipped>,
    /// Whether it is on no disk, but stands for an album whose discs lie side by side.
    pub is_joined: bool,
}

/// A picture, by its name or its first bytes.
pub(super) struct Picture {
    /// Its name, as a person reads it.
    pub name: String,
    /// Its path below the folder that is imported, from which it can be found again.
    pub key: String,
    /// The same, as a person reads it.
    pub label: String,
    pub path: PathBuf,
    /// Why it cannot be used.
    pub fault: Option<String>,
}

impl Picture {
    /// Its name without the ending.
    pub(super) fn stem(&self) -> &str {
        names::parted(&self.name).0
    }

    /// What its name says that it shows.
    pub(super) fn shows(&self) -> Shows {
        names::shows(self.stem())
    }

    /// Whether pictures of its kind are read.
    pub(super) fn is_readable(&self) -> bool {
        let (_, ending) = names::parted(&self.name);
        self.fault.is_none() && (names::is_readable(&ending) || !names::is_picture(&ending))
    }
}

impl Folder {
    /// Reads a folder; `root` must be canonical.
    pub(super) fn read(root: &Path) -> Self {
        let name = root.file_name().map(path_text::shown).unwrap_or_default();
        let mut folder = Self { name, ..Self::default() };
        Reader { root }.read(root, "", "", 0, &mut folder);
        discs::join(&mut folder);
        folder
    }

    /// Folders of its discs, in their order.
    pub(super) fn discs(&self) -> Vec<&Self> {
        let mut discs: Vec<(u32, &Self)> =
            self.folders.iter().filter_map(|folder| Some((names::disc(&folder.name)?, folder))).collect();
        discs.sort_by_key(|(number, _)| *number);
        discs.into_iter().map(|(_, folder)| folder).collect()
    }

    /// Whether it holds music, on discs or not.
    pub(super) fn has_music(&self) -> bool {
        !self.music.is_empty() || self.discs().iter().any(|disc| !disc.music.is_empty())
    }

    /// Whether a picture in it, or on one of its discs, is called like a cover.
    pub(super) fn has_front(&self) -> bool {
        // A player's copies are called as nothing else is; `cover 2` may be one of many covers.
        let front = |picture: &Picture| matches!(picture.shows(), Shows::Front(_) | Shows::Copy(1..));
        // `Artist - Album - Front` is, where its back lies beside it.
        let named = |folder: &Self, front: bool| {
            let says = |picture: &&Picture| {
                picture.shows() == Shows::Other && names::says_front(picture.stem()) == Some(front)
            };
            folder.pictures.iter().filter(says).count()
        };
        let sides = |folder: &Self| named(folder, true) == 1 && named(folder, false) > 0;
        let own = |folder: &Self| folder.pictures.iter().any(front) || sides(folder);
        own(self) || self.discs().iter().any(|disc| own(disc))
    }

    /// Whether it is an album's folder by what lies in it.
    pub(super) fn is_album(&self) -> bool {
        // Pictures that are called like files with music tell of those.
        self.has_front()
            || self.has_music() && !self.pictures.iter().any(|picture| self.is_of_a_track(picture))
    }

    /// Whether a picture is called like a file with music beside it, and not like a cover.
    pub(super) fn is_of_a_track(&self, picture: &Picture) -> bool {
        picture.shows() == Shows::Other && self.music.contains(&picture.stem().to_lowercase())
    }

    /// Folders in it that are albums of their own, or hold some: all but, in an album's folder, its discs and scans.
    pub(super) fn others(&self) -> impl Iterator<Item = &Self> {
        let album = self.is_album();
        self.folders.iter().filter(move |folder| !album || !is_part(folder))
    }

    /// Whether there is a picture in it or somewhere below.
    fn has_pictures(&self) -> bool {
        !self.pictures.is_empty() || self.folders.iter().any(Self::has_pictures)
    }
}

/// Whether a folder in an album's folder belongs to that album.
pub(super) fn is_part(folder: &Folder) -> bool {
    names::disc(&folder.name).is_some() || names::is_scans(&folder.name)
}

struct Reader<'r> {
    root: &'r Path,
}

impl Reader<'_> {
    /// Reads the folder at `path`, whose key and label below the root these are.
    fn read(&self, path: &Path, key: &str, label: &str, depth: usize, folder: &mut Folder) {
        let mut found: Vec<(OsString, PathBuf, std::io::Result<FileType>)> = Vec::new();
        let unreadable = |e: std::io::Error| Skipped {
            source: label.to_owned(),
            reason: format!("this folder could not be read: {e}"),
        };
        match fs::read_dir(path) {
            Err(e) => return folder.skipped.push(unreadable(e)),
            Ok(list) => {
                for item in list {
                    match item {
                        Ok(item) => found.push((item.file_name(), item.path(), item.file_type())),
                        Err(e) => folder.skipped.push(unreadable(e)),
                    }
                }
            }
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (os_name, path, kind) in found {
            let name = path_text::shown(&os_name);
            let key = joined(key, &path_text::to_text(&os_name));
            let label = joined(label, &name);
            let mut skip = |reason: String| folder.skipped.push(Skipped { source: label.clone(), reason });
            let Ok(kind) = kind else {
                skip("it vanished while it was being looked at".to_owned());
                continue;
            };
            if kind.is_dir() {
                if names::is_system(&name) {
                    continue;
                }
                if data_dir::is_data_dir(&path) {
                    skip(
                        "it is a data directory of Gatefold, and holds copies of covers: it is passed over"
                            .to_owned(),
                    );
                } else if depth >= DEPTH {
                    skip("this folder lies too deep: import it by itself".to_owned());
                } else {
                    let mut below = Folder { name: name.clone(), ..Folder::default() };
                    self.read(&path, &key, &label, depth + 1, &mut below);
                    if names::hidden(&name) != Hidden::Unsure {
                        folder.folders.push(below);
                    } else if below.has_pictures() {
                        skip(
                            "the dot in front of its name hides this folder: rename it if it holds albums"
                                .to_owned(),
                        );
                    }
                }
            } else if names::hidden(&name) == Hidden::System {
                // Nobody misses it.
            } else if kind.is_symlink() && path.is_dir() {
                skip(
                    "it is a link to a folder, and such links are not followed: import that folder by itself"
                        .to_owned(),
                );
            } else if is_picture(&name, &path, kind) {
                if names::hidden(&name) == Hidden::Unsure {
                    skip("the dot in front of its name hides it: rename it if it is a cover".to_owned());
                    continue;
                }
                // A file in a folder that was reached without links lies inside.
                let fault = match kind.is_file() {
                    true => None,
                    false => place::inside(self.root, &path).err().map(|e| e.to_string()),
                };
                folder.pictures.push(Picture { name, key, label, path, fault });
            } else {
                let (stem, ending) = names::parted(&name);
                if names::is_music(&ending) {
                    folder.music.insert(stem.to_lowercase());
                }
            }
        }
    }
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
}

fn is_picture(name: &str, path: &Path, kind: FileType) -> bool {
    let (_, ending) = names::parted(name);
    if names::is_picture(&ending) {
        return true;
    }
    // Hidden files have the ending of a picture or are none.
    let regular = || if kind.is_symlink() { path.is_file() } else { kind.is_file() };
    if names::is_other(&ending) || name.starts_with('.') || !regular() {
        return false;
    }
    let mut begin = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut begin));
    read.is_ok() && image::guess_format(&begin).is_ok()
}
