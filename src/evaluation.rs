//! The catalogue's albums evaluated: which of them, their covers as features, and the folds of [`gatefold_genre`].

use crate::catalog::{Catalog, CatalogError};
use crate::cover;
use crate::features::{Handmade, learned, vectors};
use crate::pipeline::Built;
use gatefold_covers::{Look, clusters};
use gatefold_genre::{
    EFFICIENTNET, EvaluationError, FEATURES, Material, PIXELS, Records, Subject, check, evaluate_subjects,
    seeds,
};
use gatefold_models::efficientnet::{self, EfficientNetLite0};
use gatefold_models::{DeviceChoice, device};
use gatefold_types::album::Album;
#[cfg(test)]
use gatefold_types::album::{AlbumId, Genre};
use gatefold_types::progress::Progress;
use gatefold_types::report::{EvaluationReport, EvaluationSettings, PairScores};
use image::RgbImage;
use ndarray::{Array2, Axis, concatenate};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Covers read from the catalogue at a time: they come with thumbnails that are let go again.
const READ_AT_ONCE: usize = 512;
/// Pixels across of the covers that EfficientNet looks at.
const LARGE: u32 = 256;

/// Why a catalogue cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The question or the covers do not allow it.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// The catalogue cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Files of networks that features need and that are not built in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Networks<'a> {
    /// EfficientNet-Lite0's weights, for the features of that name.
    pub teacher: Option<&'a Path>,
    /// An encoder of one's own in place of the one built in, for the `learned` features.
    pub encoder: Option<&'a Path>,
}

/// Evaluates the catalogue's albums as `settings` say: the report, and each pair's scores in the report's order. Reads
/// only; a build is used if there is one, for its clusters of near-duplicates.
pub fn evaluate(
    catalog: &Catalog,
    settings: &EvaluationSettings,
    networks: Networks<'_>,
    progress: &dyn Progress,
) -> Result<(EvaluationReport, Vec<PairScores>), EvaluateError> {
    let started = Instant::now();
    check(settings, &catalog.genres()?)?;
    progress.stage("reading covers", 0);
    let material = choose(catalog, settings, networks, progress)?;
    let (mut report, scores) = evaluate_subjects(&material, settings, progress)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok((report, scores))
}

/// Chooses the settings' genres from the catalogue, at most `per_genre` of each by chance of the seed. Each genre's
/// choice is its own: other genres do not change it. The settings must have been checked ([`check`]).
pub fn choose(
    catalog: &Catalog,
    settings: &EvaluationSettings,
    networks: Networks<'_>,
    progress: &dyn Progress,
) -> Result<Material, EvaluateError> {
    let mut albums: Vec<Album> = catalog.albums()?;
    albums.retain(|album| album.cover.is_some() && album.genre.is_some());
    albums.sort_by_key(|album| album.id);
    let learned = match networks.encoder {
        Some(file) => learned::from_file(file).map(Some),
        None => learned::built_in(),
    };
    let learned = learned.map_err(|error| EvaluationError::Encoder(error.to_string()))?;
    if settings.unseen && learned.is_none() {
        return Err(EvaluationError::NoEncoder.into());
    }
    let saw = |dhash| learned.as_ref().is_some_and(|learned| learned.saw(dhash));
    if settings.unseen {
        let covers: Vec<_> = albums.iter().filter_map(|album| album.cover.clone()).collect();
        let hashes = catalog.dhashes(&covers)?;
        let mut hashes = hashes.into_iter();
        albums.retain(|_| hashes.next().flatten().is_some_and(|dhash| !saw(dhash)));
    }
    let mut subjects = Vec::new();
    let (mut pixels, mut hashes, mut thumbnails, mut covers) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for some in sample(&albums, settings).chunks(READ_AT_ONCE) {
        let of_albums: Vec<_> = some.iter().filter_map(|album| album.cover.clone()).collect();
        for ((album, cover), derived) in some.iter().zip(&of_albums).zip(catalog.derived_many(&of_albums)?) {
            let (Some(derived), Some(genre)) = (derived, album.genre.clone()) else { continue };
            subjects.push(Subject {
                id: album.id,
                genre,
                artist: album.artist.clone(),
                cluster: 0,
                source: album.collection.clone(),
                seen: saw(derived.dhash),
            });
            pixels.push(derived.pixels);
            hashes.push(derived.dhash);
            thumbnails.push(derived.thumbnail);
            covers.push(catalog.cover_path(cover));
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
    let failed = |error: &dyn std::fmt::Display| EvaluationError::Embedding(error.to_string());
    progress.stage("looking at covers", 0);
    let read = |jpeg: &Vec<u8>| cover::decode(jpeg, cover::THUMBNAIL_SIDE).map_err(|error| failed(&error));
    let pictures: Vec<RgbImage> = thumbnails.par_iter().map(read).collect::<Result<_, _>>()?;
    let named = Some(vectors(Handmade::Named, &pictures));
    if settings.features == PIXELS {
        return Ok(Material { subjects, records: Records::Pixels(pixels), named });
    }
    let (mut names, mut parts) = (Vec::new(), Vec::new());
    for part in settings.features.split('+') {
        let rows = match (part, Handmade::of_name(part)) {
            (_, Some(kind)) => {
                names.extend(kind.names());
                vectors(kind, &pictures)
            }
            (learned::NAME, _) => {
                let learned = learned.as_ref().ok_or(EvaluationError::NoEncoder)?;
                learned.embed(&pictures).map_err(|error| failed(&error))?
            }
            (EFFICIENTNET, _) => {
                by_teacher(networks.teacher.ok_or(EvaluationError::NoTeacher)?, &covers, progress)?
            }
            _ => return Err(EvaluationError::UnknownFeatures(part.to_owned()).into()),
        };
        if Handmade::of_name(part).is_none() {
            names.extend((1..=rows.ncols()).map(|i| format!("{part} {i}")));
        }
        parts.push(rows);
    }
    let views: Vec<_> = parts.iter().map(Array2::view).collect();
    let rows = concatenate(Axis(1), &views).map_err(|error| failed(&error))?;
    Ok(Material { subjects, records: Records::Vectors { names, rows }, named })
}

/// Features that this build can use without being given a file.
pub fn offered() -> Vec<String> {
    let here = |name: &str| name != EFFICIENTNET && (name != learned::NAME || learned::is_built_in());
    FEATURES.into_iter().filter(|name| here(name)).map(str::to_owned).collect()
}

/// EfficientNet-Lite0's numbers of whole covers.
fn by_teacher(
    weights: &Path,
    covers: &[PathBuf],
    progress: &dyn Progress,
) -> Result<Array2<f32>, EvaluationError> {
    let failed = |error: &dyn std::fmt::Display| EvaluationError::Embedding(error.to_string());
    let cpu = device(DeviceChoice::Cpu).map_err(|error| failed(&error))?;
    let network = EfficientNetLite0::load(weights, &cpu).map_err(|error| failed(&error))?;
    progress.stage("looking at covers", covers.len() as u64);
    let mut values = Vec::with_capacity(covers.len() * efficientnet::DIMS);
    for some in covers.chunks(READ_AT_ONCE / 8) {
        if progress.cancelled() {
            return Err(EvaluationError::Cancelled);
        }
        let read = |path: &PathBuf| {
            let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
            cover::decode(&bytes, LARGE).map_err(|error| failed(&error))
        };
        let pictures = some.par_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        values.extend(network.embed(&pictures).map_err(|error| failed(&error))?.values);
        progress.advance(some.len() as u64);
    }
    Array2::from_shape_vec((covers.len(), efficientnet::DIMS), values).map_err(|error| failed(&error))
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
fn built_clusters(catalog: &Catalog, subjects: &[Subject]) -> Result<Option<Vec<u32>>, EvaluateError> {
    // A build of an earlier version cannot be read, and is as good as none.
    let Ok(Some(built)) = Built::open(catalog) else { return Ok(None) };
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
