//! Folders of covers and music libraries.
//!
//! A folder of the first level is a genre, or an artist where the folders below say so ([`first_level`]). In
//! collections of covers each picture is an album, named as its file is. In music libraries a folder is an album: it holds
//! music, or a picture that is called like a cover, and its name says title and year; discs and scans below it belong to
//! it, and its other pictures are left out. A first level of `train`, `val` and `test` is a split, and the level below it the
//! genre.
//!
//! Passed over are folders of systems and servers, data directories of Gatefold, what a dot hides, and what is clearly
//! no picture: a file counts when its name ends like a picture's or its first bytes are a picture's. What counts and cannot
//! be read is left out with its reason.

mod album;
mod discs;
mod first_level;
mod scan;
#[cfg(test)]
mod tests;

use super::ImportError;
use super::names::{self, Shelf, Shows};
use super::record::{Cover, Entry, Record};
use super::{cells, file_name};
use crate::album::Genre;
use crate::catalog::Facts;
use crate::catalog::text::fold;
use crate::report::FirstLevel;
use first_level::Role;
use scan::{Folder, Picture};
use std::fs;
use std::path::Path;

/// What a folder yields.
pub(super) struct Found {
    /// Its records, in the order of their names, and what was left out.
    pub entries: Vec<Entry>,
    /// How its folders were read.
    pub first_level: Option<FirstLevel>,
    /// Albums with music and without any picture, by their folders.
    pub coverless: Vec<String>,
}

/// What lies in a folder, whose path must be canonical.
///
/// # Errors
/// [`ImportError::Unreadable`] when the folder itself cannot be read.
pub(super) fn entries(root: &Path) -> Result<Found, ImportError> {
    fs::read_dir(root).map_err(|source| ImportError::Unreadable { path: root.to_owned(), source })?;
    Ok(found(&Folder::read(root)))
}

fn found(root: &Folder) -> Found {
    let mut walk = Walk { entries: Vec::new(), coverless: Vec::new() };
    let (roles, first_level) = first_level::roles(root);
    let at = At::default();
    // Somebody names an album's folder itself. Without music it is a folder of covers, whatever they are called.
    if root.has_music() && root.has_front() && !root.others().any(Folder::is_album) {
        walk.album(root, &at);
        return Found { entries: walk.entries, first_level: None, coverless: walk.coverless };
    }
    walk.loose(root, &at);
    for (folder, role) in root.folders.iter().zip(roles) {
        match role {
            Role::Split => {
                let collection = Some(folder.name.to_lowercase());
                let at = At { collection, ..At::default() };
                walk.loose(folder, &at);
                folder.folders.iter().for_each(|genre| walk.shelf(genre, &at.genre(&genre.name)));
            }
            Role::Genre => walk.shelf(folder, &at.genre(&folder.name)),
            Role::Artist => walk.node(folder, &At { by_artist: true, ..At::default() }),
            Role::Album => walk.album(folder, &at),
        }
    }
    Found { entries: walk.entries, first_level, coverless: walk.coverless }
}

/// What the folders above a folder say.
#[derive(Clone, Default)]
struct At<'f> {
    genre: Option<Genre>,
    collection: Option<String>,
    /// Names of the folders between the genre and this one.
    above: Vec<&'f str>,
    /// Whether the folders of the first level are artists.
    by_artist: bool,
    /// Whether albums here usually have their artist in their names.
    dashed: bool,
    /// Whether the names of all albums here begin with a year and a blank.
    years: bool,
}

impl<'f> At<'f> {
    fn genre(&self, name: &str) -> Self {
        // `A` and `1990s` are no genres.
        let genre = match names::is_shelf(name) {
            Some(Shelf::Order) => None,
            _ => cells::text(name).and_then(|name| Genre::new(&name)),
        };
        Self { genre, ..self.clone() }
    }

    fn below(&self, folder: &'f Folder) -> Self {
        let mut at = self.clone();
        at.above.push(&folder.name);
        at
    }

    /// The artist whose folder this is in.
    fn artist(&self) -> Option<&'f str> {
        let last = |shelf: Option<Shelf>| {
            self.above.iter().rev().copied().find(|name| names::is_shelf(name) == shelf)
        };
        // `Various/Soundtracks`
        let various = self.above.iter().position(|name| names::is_various(name));
        if let Some(at) = various
            && self.above[at..].iter().all(|name| names::is_various(name) || names::is_shelf(name).is_some())
        {
            return Some(self.above[at]);
        }
        last(None).or_else(|| last(Some(Shelf::Kind)))
    }

    fn facts(&self, named: file_name::Named, key: &str) -> Facts {
        Facts {
            artist: named.artist,
            title: named.title,
            year: named.year,
            genres: self.genre.iter().cloned().collect(),
            genre: self.genre.clone(),
            // It is shown where there is no title: on one line.
            key: cells::text(key).unwrap_or_else(|| key.to_owned()),
            collection: self.collection.clone(),
            ..Facts::default()
        }
    }
}

struct Walk {
    entries: Vec<Entry>,
    coverless: Vec<String>,
}

impl Walk {
    /// A folder that may be an album.
    fn node<'f>(&mut self, folder: &'f Folder, at: &At<'f>) {
        if is_album(folder) { self.album(folder, at) } else { self.shelf(folder, &at.below(folder)) }
    }

    /// A folder that is no album: its pictures are, and its folders may be. `at` is how it looks inside.
    fn shelf<'f>(&mut self, folder: &'f Folder, at: &At<'f>) {
        self.loose(folder, at);
        let albums = || folder.folders.iter().filter(|below| below.is_album());
        let various = at.above.last().is_some_and(|name| names::is_various(name));
        let usual = !at.by_artist && albums().all(|album| file_name::is_dashed(&album.name));
        let years = albums().count() > 1 && albums().all(|album| file_name::begins_with_year(&album.name));
        let at = At { dashed: various || usual, years, ..at.clone() };
        folder.folders.iter().for_each(|below| self.node(below, &at));
    }

    /// Pictures that lie in a folder one by one.
    fn loose(&mut self, folder: &Folder, at: &At<'_>) {
        self.entries.extend(folder.skipped.iter().cloned().map(Entry::Skipped));
        let above_albums = holds_albums(folder);
        for picture in &folder.pictures {
            let of_folder = picture.shows() != Shows::Other || fold(picture.stem()) == fold(&folder.name);
            if above_albums && of_folder {
                let reason = "it lies above folders of albums and shows none of them";
                self.entries.push(Entry::skipped(&picture.label, reason));
                continue;
            }
            let stem = picture.stem();
            let named = match at.artist().filter(|_| at.by_artist) {
                Some(artist) => file_name::album(stem, Some(artist), false),
                None => file_name::parse(stem),
            };
            self.entries.push(entry(picture, at.facts(named, stem), None));
        }
    }
}

/// Whether a folder is an album rather than an artist with some music of no album.
fn is_album(folder: &Folder) -> bool {
    let below = folder.others().filter(|below| below.is_album()).count();
    let named =
        || file_name::is_dashed(&folder.name) || file_name::album(&folder.name, None, false).year.is_some();
    folder.is_album()
        && (below == 0 || folder.has_music() && (named() || below <= 2 && folder.music.len() > 2))
}

fn holds_albums(folder: &Folder) -> bool {
    folder.folders.iter().any(|below| below.is_album() || holds_albums(below))
}

/// A picture as a record; of an album's cover, `others` are the keys of pictures that belong to the same album.
fn entry(picture: &Picture, facts: Facts, others: Option<Vec<String>>) -> Entry {
    if let Some(fault) = &picture.fault {
        return Entry::skipped(&picture.label, fault);
    }
    let record = Record {
        key: picture.key.clone(),
        label: picture.label.clone(),
        facts,
        cover: Cover::File(picture.path.clone()),
        instead: Vec::new(),
        repeats: false,
    };
    match others {
        Some(others) => Entry::Album(Box::new(record), others),
        None => Entry::Record(Box::new(record)),
    }
}
