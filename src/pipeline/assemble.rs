//! The last step: what the page and the server read, and the name of it all.

use super::covers::Covers;
use super::files::{LayoutFile, LooksFile, Near};
use super::folder::Folder;
use super::record::{Maker, Record};
use super::{BuildError, sheets};
use crate::album::Album;
use crate::catalog::text;
use crate::genre::opinion::Opinions;
use crate::graph::{self, EdgeList};
use crate::map::{Columns, Manifest, NO_GENRE, NO_SLOT, NO_YEAR};
use std::collections::{BTreeMap, HashMap};

/// The files that the page fetches, and the record.
pub(super) const COLUMNS: &str = "columns.bin";
pub(super) const LABELS: &str = "labels.json";
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const RECORD: &str = "build.json";
pub(super) const CLUSTERS: &str = "clusters.json";

/// Colour of an album that has no cover.
const PLAIN: u32 = 0x0077_726b;

/// Writes the files; returns the build's hash, over everything that is in it.
#[allow(clippy::too_many_arguments)]
pub(super) fn write(
    folder: &Folder,
    albums: &[Album],
    covers: &Covers,
    looks: &LooksFile,
    neighbours: &graph::Neighbours,
    places: &LayoutFile,
    opinions: &Opinions,
    record: &Record,
    demo: bool,
) -> Result<String, BuildError> {
    let kin = kin(albums, &like_nobody(albums.len(), neighbours), &covers.coverless());
    let all: Vec<u32> = (0..neighbours.len() as u32).collect();
    let mut edges = graph::edges(neighbours, &all);
    edges.extend(kin.iter().copied());
    edges.sort_by_key(|&(a, b, _)| (a, b));
    let near = near(albums.len(), neighbours, &kin);
    let (genres, numbers) = genres(albums);
    let columns = columns(albums, covers, looks, places, &edges, opinions, &numbers);
    let clusters = clusters(albums.len(), covers, looks);
    let labels: Vec<(String, &str)> =
        albums.iter().map(|a| (a.display_title(), a.display_artist())).collect();
    let slots = places.slot.iter().filter(|&&s| s != NO_SLOT).max().map_or(0, |&s| s + 1);
    let mut manifest = Manifest {
        build: String::new(),
        albums: albums.len() as u32,
        edges: edges.len() as u32,
        genre_counts: genres.iter().map(|g| g.1).collect(),
        genres: genres.into_iter().map(|g| g.0).collect(),
        levels: sheets::levels(slots),
        bounds: bounds(&places.at),
        spacing: graph::spacing(&places.at),
        demo,
    };
    let (columns, labels) = (columns.encode(), json(&labels));
    let (clusters, record_json) = (json(&clusters), json(record));
    let mut name = Maker::new("build");
    for part in [&columns, &labels, &clusters, &record_json, &json(&manifest)] {
        name.part(part);
    }
    manifest.build = name.name();
    folder.write(COLUMNS, &columns)?;
    folder.write(LABELS, &labels)?;
    folder.write(CLUSTERS, &clusters)?;
    near.write(folder)?;
    folder.write(RECORD, &record_json)?;
    folder.write(MANIFEST, &json(&manifest))?;
    Ok(manifest.build)
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data with text keys can be written as JSON")
}

/// Albums that have nothing in common with any other.
fn like_nobody(albums: usize, neighbours: &graph::Neighbours) -> Vec<u32> {
    let liked = |i: u32| {
        (i as usize) < neighbours.len() && neighbours.of(i as usize).any(|(_, similarity)| similarity > 0.0)
    };
    (0..albums as u32).filter(|&i| !liked(i)).collect()
}

/// Albums `alone` are joined to one of the same artist's: the next with a cover, else the next at all.
fn kin(albums: &[Album], alone: &[u32], coverless: &[u32]) -> EdgeList {
    let mut artists: HashMap<String, Vec<u32>> = HashMap::new();
    for (album, i) in albums.iter().zip(0..) {
        if let Some(artist) = &album.artist {
            artists.entry(text::fold(artist)).or_default().push(i);
        }
    }
    let mut edges = Vec::new();
    for &i in alone {
        let Some(artist) = &albums[i as usize].artist else { continue };
        let mates = artists.get(&text::fold(artist)).map_or(&[][..], Vec::as_slice);
        let others = || mates.iter().copied().filter(|&m| m != i);
        let with_cover = others().find(|m| coverless.binary_search(m).is_err());
        if let Some(mate) = with_cover.or_else(|| others().next()) {
            // Nothing was compared: the line says only that they belong together.
            edges.push((i.min(mate), i.max(mate), 0.0));
        }
    }
    edges.sort_by_key(|&(a, b, _)| (a, b));
    edges.dedup_by_key(|&mut (a, b, _)| (a, b));
    edges
}

/// Neighbours by album: those that it has something in common with, nearest first, then kin.
fn near(albums: usize, neighbours: &graph::Neighbours, kin: &EdgeList) -> Near {
    let mut joined: Vec<Vec<u32>> = vec![Vec::new(); albums];
    for &(a, b, _) in kin {
        joined[a as usize].push(b);
        joined[b as usize].push(a);
    }
    let mut near = Near { starts: vec![0], lists: Vec::new() };
    for i in 0..albums {
        if i < neighbours.len() {
            near.lists.extend(neighbours.of(i).filter(|near| near.1 > 0.0));
        }
        near.lists.extend(joined[i].iter().map(|&j| (j, 0.0)));
        near.starts.push(near.lists.len() as u32);
    }
    near
}

/// Genre names with their counts, most common first, and the number of each.
fn genres(albums: &[Album]) -> (Vec<(String, u32)>, HashMap<String, u8>) {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for genre in albums.iter().filter_map(|a| a.genre.as_ref()) {
        *counts.entry(genre.as_str()).or_default() += 1;
    }
    let mut genres: Vec<(String, u32)> = counts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    genres.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    // A byte holds the number; rarer genres than that have none on the map.
    genres.truncate(usize::from(NO_GENRE));
    let numbers = genres.iter().zip(0..).map(|((name, _), number)| (name.clone(), number)).collect();
    (genres, numbers)
}

fn columns(
    albums: &[Album],
    covers: &Covers,
    looks: &LooksFile,
    places: &LayoutFile,
    edges: &EdgeList,
    opinions: &Opinions,
    numbers: &HashMap<String, u8>,
) -> Columns {
    let n = albums.len();
    let mut degree = vec![0; n];
    for &(a, b, _) in edges {
        degree[a as usize] += 1;
        degree[b as usize] += 1;
    }
    let mut colour = vec![PLAIN; n];
    for (&i, &[r, g, b]) in covers.album.iter().zip(&looks.mean) {
        colour[i as usize] = u32::from_be_bytes([0, r, g, b]);
    }
    let (said, doubt) = said(albums, covers, opinions, numbers);
    Columns {
        id: albums.iter().map(|a| a.id.0).collect(),
        x: places.at.iter().map(|p| p[0]).collect(),
        y: places.at.iter().map(|p| p[1]).collect(),
        slot: places.slot.clone(),
        plays: albums.iter().map(|a| a.plays.unwrap_or(0) as f32).collect(),
        degree,
        colour,
        a: edges.iter().map(|e| e.0).collect(),
        b: edges.iter().map(|e| e.1).collect(),
        similarity: edges.iter().map(|e| e.2).collect(),
        year: albums
            .iter()
            .map(|a| a.year.and_then(|year| i16::try_from(year).ok()).unwrap_or(NO_YEAR))
            .collect(),
        genre: albums
            .iter()
            .map(|a| a.genre.as_ref().and_then(|g| numbers.get(g.as_str())).copied().unwrap_or(NO_GENRE))
            .collect(),
        said,
        doubt,
    }
}

/// The likeliest genre of each album's cover, and by how much it is likelier than the album's own.
fn said(
    albums: &[Album],
    covers: &Covers,
    opinions: &Opinions,
    numbers: &HashMap<String, u8>,
) -> (Vec<u8>, Vec<u8>) {
    let (mut said, mut doubt) = (vec![NO_GENRE; albums.len()], vec![0; albums.len()]);
    for (&i, row) in covers.album.iter().zip(opinions.rows.rows()) {
        let Some(best) = (0..row.len()).reduce(|best, j| if row[j] > row[best] { j } else { best }) else {
            continue;
        };
        let i = i as usize;
        said[i] = numbers.get(opinions.genres[best].as_str()).copied().unwrap_or(NO_GENRE);
        let own = albums[i].genre.as_ref().and_then(|own| opinions.genres.binary_search(own).ok());
        if let Some(own) = own {
            doubt[i] = (255.0 * (row[best] - row[own])).round() as u8;
        }
    }
    (said, doubt)
}

/// Cluster of each album; one without a cover is alone.
fn clusters(albums: usize, covers: &Covers, looks: &LooksFile) -> Vec<u32> {
    let mut next = looks.cluster.iter().max().map_or(0, |&c| c + 1);
    let mut clusters = vec![u32::MAX; albums];
    for (&i, &cluster) in covers.album.iter().zip(&looks.cluster) {
        clusters[i as usize] = cluster;
    }
    for cluster in clusters.iter_mut().filter(|c| **c == u32::MAX) {
        *cluster = next;
        next += 1;
    }
    clusters
}

fn bounds(at: &[[f32; 2]]) -> [f32; 4] {
    let mut bounds = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for &[x, y] in at {
        bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
    }
    if at.is_empty() { [0.0; 4] } else { bounds }
}
