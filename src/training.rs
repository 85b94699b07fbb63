//! Training data from a catalogue: the files of its covers, and covers with their genres. Trainers know pictures and files
//! only ([`gatefold_train`]); this is the one place where they meet the store.

use crate::catalog::{Catalog, CatalogError};
use crate::cover::{self, CoverError};
use gatefold_train::distillation::{LabelledCover, SIDE};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Why a catalogue's covers cannot be learned from.
#[derive(Debug, thiserror::Error)]
pub enum TrainingDataError {
    /// The catalogue cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A thumbnail in the catalogue cannot be read.
    #[error(transparent)]
    Cover(#[from] CoverError),
}

/// The files of the catalogue's covers, each once, in the order of their hashes.
///
/// # Errors
/// When the catalogue cannot be read.
pub fn cover_files(catalog: &Catalog) -> Result<Vec<PathBuf>, CatalogError> {
    let mut hashes: Vec<_> = catalog.albums()?.into_iter().filter_map(|album| album.cover).collect();
    hashes.sort();
    hashes.dedup();
    Ok(hashes.iter().map(|hash| catalog.cover_path(hash)).collect())
}

/// The catalogue's covers, each once, with the genre of the first album that has one. What could not be read at import
/// has nothing derived from it and is left out.
///
/// # Errors
/// When the catalogue or a thumbnail in it cannot be read.
pub fn labelled_covers(catalog: &Catalog) -> Result<Vec<LabelledCover>, TrainingDataError> {
    let mut genre_of = BTreeMap::new();
    for album in catalog.albums()? {
        if let Some(cover) = album.cover {
            let genre = genre_of.entry(cover).or_insert(None);
            *genre = genre.take().or(album.genre);
        }
    }
    let (hashes, genres): (Vec<_>, Vec<_>) = genre_of.into_iter().unzip();
    let derived = catalog.derived_many(&hashes)?;
    let thumbnails: Vec<_> =
        derived.par_iter().map(|d| d.as_ref().map(|d| cover::decode(&d.thumbnail, SIDE))).collect();
    let mut covers = Vec::with_capacity(hashes.len());
    for (((hash, genre), derived), thumbnail) in hashes.iter().zip(genres).zip(derived).zip(thumbnails) {
        if let (Some(derived), Some(thumbnail)) = (derived, thumbnail) {
            covers.push(LabelledCover {
                genre,
                dhash: derived.dhash,
                pixels: derived.pixels,
                thumbnail: thumbnail?,
                file: catalog.cover_path(hash),
            });
        }
    }
    Ok(covers)
}
