//! What an evaluation is about: albums of the chosen genres that have a cover, and the covers' bytes.

use super::{EvaluationError, seeds};
use crate::album::{Album, AlbumId, Genre};
use crate::build::Built;
use crate::catalog::Catalog;
use crate::graph::{Look, clusters};
use crate::report::EvaluationSettings;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Covers read from the catalogue at a time: they come with thumbnails that are let go again.
const READ_AT_ONCE: usize = 512;
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
    let numbers = match built_clusters(catalog, &subjects)? {
        Some(numbers) => numbers,
        None => {
            let look = |(pixels, &dhash)| Look { dhash, pixels };
            clusters(&pixels.iter().map(Vec::as_slice).zip(&hashes).map(look).collect::<Vec<_>>())
        }
    };
    subjects.iter_mut().zip(numbers).for_each(|(subject, number)| subject.cluster = number);
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
