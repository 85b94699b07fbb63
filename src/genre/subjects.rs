//! What an evaluation is about: albums of the chosen genres that have a cover, and the covers' bytes.

use super::groups::DisjointSets;
use super::{EvaluationError, seeds};
use crate::album::{Album, AlbumId, Genre};
use crate::build::Built;
use crate::catalog::Catalog;
use crate::report::EvaluationSettings;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Covers read from the catalogue at a time: they come with thumbnails that are let go again.
const READ_AT_ONCE: usize = 512;
/// Covers whose 64-bit difference hashes differ in more bits are not near-duplicates.
const HASH_BITS: u32 = 10;
/// Mean difference of bytes up to which two covers of like hashes are the same picture, recompressed or re-cut.
/// The hash alone would join all plain dark covers.
const BYTE_DIFFERENCE: u64 = 12;

/// An album in an evaluation.
#[derive(Clone, PartialEq, Debug)]
pub struct Subject {
    /// Which album.
    pub id: AlbumId,
    /// What it is tagged with.
    pub genre: Genre,
    /// Who made it, if known.
    pub artist: Option<String>,
    /// Near-duplicate cluster: subjects with equal numbers show the same picture.
    pub cluster: u32,
}

/// Subjects and what is known of their covers, in the same order.
pub struct Material {
    /// The albums, by ascending id.
    pub subjects: Vec<Subject>,
    /// 64×64 RGB of each.
    pub pixels: Vec<Vec<u8>>,
}

/// Chooses the settings' genres from the catalogue, at most `per_genre` of each by chance of the seed. Each genre's
/// choice is its own: other genres do not change it. The settings must have been checked ([`super::check`]).
pub fn choose(catalog: &Catalog, settings: &EvaluationSettings) -> Result<Material, EvaluationError> {
    let mut albums: Vec<Album> = catalog.albums()?;
    albums.retain(|album| album.cover.is_some() && album.genre.is_some());
    albums.sort_by_key(|album| album.id);
    let chosen = sample(&albums, settings);
    let mut subjects = Vec::new();
    let mut pixels = Vec::new();
    let mut hashes = Vec::new();
    for some in chosen.chunks(READ_AT_ONCE) {
        let covers: Vec<_> = some.iter().filter_map(|album| album.cover.clone()).collect();
        for (album, derived) in some.iter().zip(catalog.derived_many(&covers)?) {
            if let (Some(derived), Some(genre)) = (derived, album.genre.clone()) {
                subjects.push(Subject { id: album.id, genre, artist: album.artist.clone(), cluster: 0 });
                pixels.push(derived.pixels);
                hashes.push(derived.dhash);
            }
        }
    }
    let clusters = match built_clusters(catalog, &subjects)? {
        Some(clusters) => clusters,
        None => near_duplicates(&pixels, &hashes),
    };
    subjects.iter_mut().zip(clusters).for_each(|(subject, cluster)| subject.cluster = cluster);
    Ok(Material { subjects, pixels })
}

/// The settings' share of each genre's albums, by ascending id.
fn sample<'a>(albums: &'a [Album], settings: &EvaluationSettings) -> Vec<&'a Album> {
    let mut chosen = Vec::new();
    for genre in &settings.genres {
        let mut of_genre: Vec<&Album> =
            albums.iter().filter(|album| album.genre.as_ref() == Some(genre)).collect();
        if let Some(most) = settings.per_genre {
            let mut rng =
                ChaCha8Rng::seed_from_u64(seeds::derive(settings.seed, "sample", &[genre.as_str()], 0));
            of_genre.shuffle(&mut rng);
            of_genre.truncate(most as usize);
        }
        chosen.extend(of_genre);
    }
    chosen.sort_by_key(|album| album.id);
    chosen
}

/// Clusters as the catalogue's build found them; `None` where there is no build, or it is older than a subject.
fn built_clusters(catalog: &Catalog, subjects: &[Subject]) -> Result<Option<Vec<u32>>, EvaluationError> {
    let Some(built) = Built::open(catalog)? else { return Ok(None) };
    Ok(subjects
        .iter()
        .map(|subject| built.clusters.get(built.index(subject.id)? as usize).copied())
        .collect())
}

/// Clusters by difference hash and bytes, for a catalogue without a build.
fn near_duplicates(pixels: &[Vec<u8>], hashes: &[u64]) -> Vec<u32> {
    let pairs: Vec<(usize, usize)> = (0..hashes.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            (0..i).filter_map(move |j| {
                let close = (hashes[i] ^ hashes[j]).count_ones() <= HASH_BITS;
                (close && alike(&pixels[i], &pixels[j])).then_some((i, j))
            })
        })
        .collect();
    let mut sets = DisjointSets::new(hashes.len());
    pairs.into_iter().for_each(|(i, j)| sets.join(i, j));
    sets.numbers()
}

fn alike(a: &[u8], b: &[u8]) -> bool {
    let sum: u64 = a.iter().zip(b).map(|(&x, &y)| u64::from(x.abs_diff(y))).sum();
    sum <= BYTE_DIFFERENCE * a.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genre::testing::bytes;

    fn album(id: u64, genre: &str) -> Album {
        Album {
            id: AlbumId(id),
            artist: None,
            title: None,
            track: None,
            genre: Genre::new(genre),
            genres: Vec::new(),
            year: None,
            plays: None,
            listeners: None,
            popularity: None,
            audio: None,
            similar: Vec::new(),
            cover: None,
            key: id.to_string(),
            collection: None,
        }
    }

    fn settings(genres: &[&str], per_genre: u32) -> EvaluationSettings {
        EvaluationSettings {
            genres: genres.iter().filter_map(|g| Genre::new(g)).collect(),
            per_genre: Some(per_genre),
            ..Default::default()
        }
    }

    #[test]
    fn a_genres_choice_does_not_depend_on_the_others() {
        let albums: Vec<Album> = (0..90).map(|i| album(i, ["rock", "pop", "jazz"][i as usize % 3])).collect();
        let rock = |genres: &[&str]| -> Vec<AlbumId> {
            let chosen = sample(&albums, &settings(genres, 12));
            chosen.iter().filter(|a| a.genre == Genre::new("rock")).map(|a| a.id).collect()
        };
        assert_eq!(rock(&["rock", "pop"]).len(), 12);
        assert_eq!(rock(&["rock", "pop"]), rock(&["jazz", "rock"]));
    }

    #[test]
    fn a_recompressed_cover_is_a_near_duplicate_and_a_dark_one_is_not() {
        let mut pixels = bytes(3, 300, 1);
        pixels.push(pixels[0].iter().map(|&b| b.saturating_add(3)).collect());
        assert_eq!(near_duplicates(&pixels, &[0, 0, 0, 3]), [0, 1, 2, 0]);
        // Alike in bytes, but of another structure.
        assert_eq!(near_duplicates(&pixels, &[0, 0, 0, u64::MAX]), [0, 1, 2, 3]);
    }
}
