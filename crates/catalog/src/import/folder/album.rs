//! An album's folder: which of its pictures is the cover, and what its name says.

use super::scan::{Folder, Picture, is_part};
use super::{At, Walk, entry};
use crate::catalog::text::fold;
use crate::import::file_name::{self, Named};
use crate::import::names::{self, Shows};
use crate::import::record::{Entry, Instead};
use crate::report::Skipped;

/// Where in an album's folder a picture lies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Place {
    Own,
    Disc,
    Scans,
}

/// How sure it is that a picture is the cover: the smallest is the surest.
type Rank = (bool, bool, Place, u8);

impl Walk {
    /// An album's folder, and albums in it.
    pub(super) fn album<'f>(&mut self, folder: &'f Folder, at: &At<'f>) {
        let name = if at.years { folder.name.replacen(' ', " - ", 1) } else { folder.name.clone() };
        let named = file_name::album(&name, at.artist(), at.dashed);
        let mut pictures: Vec<(&Picture, Place)> = Vec::new();
        self.collect(folder, Place::Own, &mut pictures);
        let music = folder.has_music();
        let mut ranked: Vec<(Rank, &Picture)> = pictures
            .iter()
            .filter_map(|&(picture, place)| Some((rank(picture, place, music, &named)?, picture)))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let cover = ranked.first().map(|(_, picture)| *picture);
        let is_cover = |picture: &Picture| cover.is_some_and(|cover| std::ptr::eq(cover, picture));
        let of_its_own = |picture: &Picture, place: Place| {
            let other = !music && place == Place::Own && is_other_album(picture, &named);
            (other || folder.is_of_a_track(picture)) && !is_cover(picture)
        };
        let mut others = Vec::new();
        let mut entries = Vec::new();
        for &(picture, place) in pictures.iter().filter(|(picture, _)| !is_cover(picture)) {
            entries.push(match cover {
                _ if of_its_own(picture, place) => {
                    entry(picture, at.facts(file_name::parse(picture.stem()), picture.stem()), None)
                }
                Some(cover) => {
                    others.push(picture.key.clone());
                    let name = relative(cover, folder);
                    Entry::Skipped(Skipped::beside(&picture.label, &name))
                }
                None => Entry::skipped(
                    &picture.label,
                    "it is called like the back, a disc or a booklet, and no cover lies beside it: call the cover cover.jpg",
                ),
            });
        }
        if let Some(cover) = cover {
            let mut album = entry(cover, at.facts(named, &folder.name), Some(others));
            if let Entry::Album(record, _) = &mut album {
                let rest = ranked.iter().skip(1).map(|(_, picture)| picture);
                record.instead = rest
                    .filter(|picture| picture.fault.is_none())
                    .map(|picture| Instead { path: picture.path.clone(), label: picture.label.clone() })
                    .collect();
            }
            self.entries.push(album);
        }
        self.entries.extend(entries);
        if music && pictures.is_empty() {
            let above = at.above.iter().copied().chain([folder.name.as_str()]);
            self.coverless.push(above.collect::<Vec<_>>().join("/"));
        }
        folder.folders.iter().filter(|below| !is_part(below)).for_each(|below| self.node(below, at));
    }

    /// All pictures of an album, and what is left out below it.
    fn collect<'f>(&mut self, folder: &'f Folder, place: Place, pictures: &mut Vec<(&'f Picture, Place)>) {
        self.entries.extend(folder.skipped.iter().cloned().map(Entry::Skipped));
        pictures.extend(folder.pictures.iter().map(|picture| (picture, place)));
        for disc in folder.discs() {
            self.collect(disc, place.max(Place::Disc), pictures);
        }
        for below in folder.folders.iter().filter(|below| names::disc(&below.name).is_none()) {
            // Within a disc's folder or among scans, everything belongs to the album.
            if place != Place::Own || is_part(below) {
                self.collect(below, Place::Scans, pictures);
            }
        }
    }
}

/// Whether, and how surely, a picture is an album's cover.
fn rank(picture: &Picture, place: Place, music: bool, named: &Named) -> Option<Rank> {
    let stem = picture.stem();
    let by_name = match picture.shows() {
        Shows::Front(rank) => rank,
        Shows::Copy(rank) if music || rank > 0 => 40 + rank,
        Shows::Other if names::says_front(stem) == Some(true) => 31,
        // Without music, only what is called like a cover tells of its folder.
        _ if !music => return None,
        Shows::Part => return None,
        Shows::Copy(rank) => 40 + rank,
        Shows::Other if is_named_like(stem, named) => 30,
        Shows::Other if names::says_front(stem).is_some() => return None,
        Shows::Other if place == Place::Own => 50,
        Shows::Other => 60,
    };
    Some((!picture.is_readable(), by_name >= 30, place, by_name))
}

/// Whether a picture is called like its album.
fn is_named_like(stem: &str, named: &Named) -> bool {
    let title = |text: &str| named.title.as_deref().is_some_and(|title| fold(title) == fold(text));
    // `Artist - Album - CD` is not the cover, unless the album is called so.
    let part = names::says_front(stem) == Some(false)
        && named.title.as_deref().is_none_or(|title| !fold(stem).ends_with(&fold(title)));
    !part && (title(stem) || file_name::parse(stem).title.as_deref().is_some_and(title))
}

/// Whether a picture without music names another album than its folder.
fn is_other_album(picture: &Picture, named: &Named) -> bool {
    let other = file_name::parse(picture.stem());
    let differs = |own: &Option<String>, others: &Option<String>| match (own, others) {
        (Some(own), Some(others)) => fold(own) != fold(others),
        _ => true,
    };
    other.artist.is_some()
        && names::says_front(picture.stem()).is_none()
        && (differs(&other.title, &named.title) || differs(&other.artist, &named.artist))
}

/// A cover's path below its album's folder.
fn relative(cover: &Picture, folder: &Folder) -> String {
    if folder.pictures.iter().any(|picture| std::ptr::eq(picture, cover)) {
        return cover.name.clone();
    }
    // The disc's folder, too.
    let mut parts: Vec<&str> = cover.label.rsplit('/').take(2).collect();
    parts.reverse();
    parts.join("/")
}
