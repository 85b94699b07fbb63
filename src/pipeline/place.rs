//! Where each album stands on the map and in the sheets, starting from the former map where there is one.

use super::covers::Covers;
use super::files::{LayoutFile, VectorsFile};
use super::sheets;
use crate::album::{Album, CoverHash};
use crate::catalog::text;
use crate::graph::{self, Anchor, Start};
use crate::map::{Columns, NO_SLOT};
use ndarray::Array2;
use std::collections::{BTreeMap, HashMap};

pub(super) fn place(
    albums: &[Album],
    covers: &Covers,
    vectors: &VectorsFile,
    near: &graph::Neighbours,
    former: Option<&LayoutFile>,
) -> LayoutFile {
    let former = former.map(Former::new).unwrap_or_default();
    let mut cover = vec![0; albums.len()];
    for (i, hash) in covers.rows() {
        cover[i as usize] = mark(hash);
    }
    let members = Members::of(albums.len(), covers, near);
    let known: Vec<Option<[f32; 2]>> =
        members.album.iter().map(|&i| former.stood(albums[i as usize].id.0, cover[i as usize])).collect();
    let again = graph::worth_keeping(known.iter().flatten().count(), members.album.len());

    let mut of_members = match again {
        true => graph::layout(&members.near, Start::Former(&known)),
        false => graph::layout(&members.near, Start::Fresh(members.vectors(covers, vectors).view())),
    };
    // A single cover has no neighbours at all, and so no row.
    of_members.resize(members.album.len(), [0.0; 2]);
    if !again {
        graph::fit_scale(&mut of_members);
    }
    graph::spread(&mut of_members);

    let mut at = vec![[0.0; 2]; albums.len()];
    for (&i, p) in members.album.iter().zip(of_members) {
        at[i as usize] = p;
    }
    if !members.others.is_empty() {
        let mut anchors = anchors(albums, &members.others);
        if again || members.album.is_empty() {
            for (i, anchor) in &mut anchors {
                if let Some(p) = former.stood(albums[*i as usize].id.0, 0) {
                    *anchor = Anchor::Former(p);
                }
            }
        }
        graph::place_coverless(&mut at, &anchors);
        graph::spread(&mut at);
    }
    let slots_before: Vec<Option<u32>> = albums
        .iter()
        .zip(&cover)
        .map(|(album, &mark)| if again && mark != 0 { former.slot(album.id.0) } else { None })
        .collect();
    let slot = sheets::slots(&at, &cover, &slots_before);
    LayoutFile { id: albums.iter().map(|a| a.id.0).collect(), cover, at, slot }
}

/// The places that a map's columns tell of, whose albums and covers are these.
pub(super) fn again(covers: &Covers, columns: &Columns) -> LayoutFile {
    let mut cover = vec![0; columns.id.len()];
    for (i, hash) in covers.rows() {
        cover[i as usize] = mark(hash);
    }
    let at = columns.x.iter().zip(&columns.y).map(|(x, y)| [*x, *y]).collect();
    LayoutFile { id: columns.id.clone(), cover, at, slot: columns.slot.clone() }
}

/// The albums that are laid out by their neighbours: those that have a cover or are like any other.
struct Members {
    album: Vec<u32>,
    /// Numbered as the members are.
    near: graph::Neighbours,
    /// The numbers of all other albums.
    others: Vec<u32>,
}

impl Members {
    fn of(albums: usize, covers: &Covers, near: &graph::Neighbours) -> Self {
        let mut is_member = vec![false; albums];
        for &i in &covers.album {
            is_member[i as usize] = true;
        }
        for (i, is_member) in is_member.iter_mut().enumerate().take(near.len()) {
            *is_member |= near.of(i).any(|(_, similarity)| similarity > 0.0);
        }
        let all = || 0..albums as u32;
        let album: Vec<u32> = all().filter(|&i| is_member[i as usize]).collect();
        let mut number = vec![0; albums];
        for (n, &i) in (0..).zip(&album) {
            number[i as usize] = n;
        }
        let mut own = graph::Neighbours { k: near.k, ..graph::Neighbours::default() };
        for &i in album.iter().filter(|&&i| (i as usize) < near.len()) {
            for (j, similarity) in near.of(i as usize) {
                // Who is like nobody fills lists that have more places than there are likes.
                own.index.push(number[j as usize]);
                own.similarity.push(similarity);
            }
        }
        Self { album, near: own, others: all().filter(|&i| !is_member[i as usize]).collect() }
    }

    /// A row for each member; of zeros where it has no cover.
    fn vectors(&self, covers: &Covers, vectors: &VectorsFile) -> Array2<f32> {
        let mut rows = Array2::zeros((self.album.len(), vectors.vectors.ncols()));
        for (&i, vector) in covers.album.iter().zip(vectors.vectors.rows()) {
            if let Ok(row) = self.album.binary_search(&i) {
                rows.row_mut(row).assign(&vector);
            }
        }
        rows
    }
}

/// A cover in short; never 0.
pub(super) fn mark(hash: &CoverHash) -> u64 {
    u64::from_str_radix(hash.0.get(..16).unwrap_or_default(), 16).unwrap_or(u64::MAX).max(1)
}

/// The former map by album.
#[derive(Default)]
struct Former(HashMap<u64, (u64, [f32; 2], u32)>);

impl Former {
    fn new(file: &LayoutFile) -> Self {
        let rest = file.cover.iter().zip(&file.at).zip(&file.slot);
        Self(file.id.iter().zip(rest).map(|(&id, ((&cover, &at), &slot))| (id, (cover, at, slot))).collect())
    }

    /// Where the album stood, if it had the same cover (0 for none) then.
    fn stood(&self, id: u64, mark: u64) -> Option<[f32; 2]> {
        self.0.get(&id).filter(|f| f.0 == mark).map(|f| f.1)
    }

    fn slot(&self, id: u64) -> Option<u32> {
        self.0.get(&id).map(|f| f.2).filter(|&slot| slot != NO_SLOT)
    }
}

/// Where albums without a cover belong: beside the same artist's, else beside one that the source calls similar, else on
/// the rim. Those on the rim come first, so that others can stand beside them.
fn anchors(albums: &[Album], coverless: &[u32]) -> Vec<(u32, Anchor)> {
    let mut artists: HashMap<String, u32> = HashMap::new();
    let mut names: HashMap<String, u32> = HashMap::new();
    let is_coverless = |i: u32| coverless.binary_search(&i).is_ok();
    // An album with a cover is the better company.
    let mut order: Vec<u32> = (0..albums.len() as u32).collect();
    order.sort_by_key(|&i| is_coverless(i));
    for i in order {
        let album = &albums[i as usize];
        if let Some(artist) = &album.artist {
            artists.entry(text::fold(artist)).or_insert(i);
            if let Some(title) = &album.title {
                names.entry(text::names(artist, title)).or_insert(i);
            }
        }
    }
    let mut genres: BTreeMap<&str, u16> = BTreeMap::new();
    for genre in albums.iter().filter_map(|a| a.genre.as_ref()) {
        genres.entry(genre.as_str()).or_insert(0);
    }
    for (number, of) in genres.values_mut().zip(0..) {
        *number = of;
    }
    let mut rim = Vec::new();
    let mut beside = Vec::new();
    for &i in coverless {
        let album = &albums[i as usize];
        let mate = album.artist.as_ref().and_then(|artist| artists.get(&text::fold(artist))).copied();
        let similar =
            || album.similar.iter().find_map(|s| names.get(&text::names(&s.artist, &s.album))).copied();
        // Only one that stands somewhere by itself: a cover, or an earlier one on the rim.
        match mate.filter(|&m| m != i).or_else(similar).filter(|&other| other != i) {
            Some(other) if !is_coverless(other) || on_rim(&rim, other) => {
                beside.push((i, Anchor::Beside(other)))
            }
            _ => {
                let genre = album.genre.as_ref().and_then(|g| genres.get(g.as_str())).copied();
                rim.push((i, Anchor::Rim(genre.unwrap_or(u16::MAX))));
            }
        }
    }
    rim.extend(beside);
    rim
}

fn on_rim(rim: &[(u32, Anchor)], i: u32) -> bool {
    rim.binary_search_by_key(&i, |r| r.0).is_ok()
}
