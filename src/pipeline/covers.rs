//! Which albums have a cover that can be used, and what was derived from it.

use super::BuildError;
use crate::album::{Album, AlbumId, CoverHash};
use crate::catalog::{Catalog, CatalogError};
use crate::cover::{self, CoverError, Derived, Wish};
use crate::features::measures;
use crate::progress::Progress;
use gatefold_covers::Look;
use ndarray::{Array2, Axis};
use rayon::prelude::*;

/// Bytes of [`Derived::pixels`].
pub(super) const PIXEL_BYTES: usize = (cover::PIXELS_SIDE * cover::PIXELS_SIDE * 3) as usize;
/// Covers read before they are derived together, so that only so many files are in memory.
const AT_ONCE: usize = 128;

/// Derives what the import did not: covers of an older version of [`cover::VERSION`], or of an import that was
/// interrupted. Returns how many. A cover that cannot be used leaves its album without one on the map; the import
/// has said why.
///
/// # Errors
/// When the catalogue cannot be read or written, or it was cancelled.
pub fn derive_missing(catalog: &mut Catalog, progress: &dyn Progress) -> Result<u64, BuildError> {
    let missing = catalog.underived()?;
    if missing.is_empty() {
        return Ok(0);
    }
    progress.stage("Covers", missing.len() as u64);
    let mut decoded = 0;
    for hashes in missing.chunks(AT_ONCE) {
        if progress.cancelled() {
            return Err(BuildError::Cancelled);
        }
        let mut files = Vec::with_capacity(hashes.len());
        for hash in hashes {
            match catalog.cover(hash) {
                Ok(bytes) => files.push((hash, bytes)),
                Err(e @ (CatalogError::DamagedCover(_) | CatalogError::File { .. })) => tracing::warn!("{e}"),
                Err(e) => return Err(e.into()),
            }
        }
        let over = || progress.cancelled();
        let derived: Vec<(CoverHash, Derived)> = files
            .into_par_iter()
            .filter_map(|(hash, bytes)| match cover::derive_while(&bytes, Wish::until(&over)) {
                Ok(derived) => Some((hash.clone(), derived)),
                Err(CoverError::GivenUp) => None,
                Err(e) => {
                    tracing::warn!("the cover {} is left out: {e}", hash.0);
                    None
                }
            })
            .collect();
        decoded += derived.len() as u64;
        catalog.put_derived(&derived)?;
        progress.advance(hashes.len() as u64);
        // Some may have been given up.
        if progress.cancelled() {
            return Err(BuildError::Cancelled);
        }
    }
    Ok(decoded)
}

/// The albums that have a usable cover, in the order of all albums. Each is a row of every matrix of the build.
pub(super) struct Covers {
    /// Number of the album of each row, rising.
    pub album: Vec<u32>,
    /// Its cover.
    pub hash: Vec<CoverHash>,
    albums: u32,
}

impl Covers {
    pub(super) fn of(catalog: &Catalog, albums: &[Album]) -> Result<Self, BuildError> {
        let usable = catalog.derived_covers()?;
        let (album, hash) = (0..)
            .zip(albums)
            .filter_map(|(i, album)| Some((i, album.cover.clone().filter(|hash| usable.contains(hash))?)))
            .unzip();
        Ok(Self { album, hash, albums: albums.len() as u32 })
    }

    pub(super) fn len(&self) -> usize {
        self.album.len()
    }

    /// Album number and cover of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, &CoverHash)> {
        self.album.iter().copied().zip(&self.hash)
    }

    /// The numbers of the albums that have no row.
    pub(super) fn coverless(&self) -> Vec<u32> {
        let mut rows = self.album.iter().copied().peekable();
        (0..self.albums).filter(|i| rows.next_if_eq(i).is_none()).collect()
    }

    pub(super) fn ids(&self, albums: &[Album]) -> Vec<AlbumId> {
        self.album.iter().map(|&i| albums[i as usize].id).collect()
    }

    /// Reads what features and near-duplicates are made from.
    pub(super) fn pixels(&self, catalog: &Catalog, progress: &dyn Progress) -> Result<Pixels, BuildError> {
        let mut pixels = Pixels {
            bytes: Vec::with_capacity(self.len() * PIXEL_BYTES),
            mean: Vec::with_capacity(self.len()),
            dhash: Vec::with_capacity(self.len()),
        };
        for hash in &self.hash {
            if progress.cancelled() {
                return Err(BuildError::Cancelled);
            }
            let derived =
                catalog.derived(hash)?.filter(|d| d.pixels.len() == PIXEL_BYTES).ok_or_else(|| {
                    CatalogError::Damaged("derived data of a cover that are not whole".to_owned())
                })?;
            pixels.bytes.extend_from_slice(&derived.pixels);
            pixels.mean.push(derived.mean);
            pixels.dhash.push(derived.dhash);
        }
        Ok(pixels)
    }

    /// Everything that can be measured by hand on each ([`measures::of_each`]), in a row each.
    pub(super) fn measured(
        &self,
        catalog: &Catalog,
        progress: &dyn Progress,
    ) -> Result<Array2<f32>, BuildError> {
        let damaged = || CatalogError::Damaged("a thumbnail that is missing or cannot be read".to_owned());
        progress.stage("Looking at covers", self.len() as u64);
        let mut all = Array2::zeros((self.len(), measures::dims()));
        for (hashes, mut rows) in self.hash.chunks(AT_ONCE).zip(all.axis_chunks_iter_mut(Axis(0), AT_ONCE)) {
            if progress.cancelled() {
                return Err(BuildError::Cancelled);
            }
            let thumbnails =
                hashes.iter().map(|hash| catalog.thumbnail(hash)).collect::<Result<Vec<_>, _>>()?;
            let pictures = thumbnails
                .par_iter()
                .map(|jpeg| {
                    let jpeg = jpeg.as_ref().ok_or_else(damaged)?;
                    cover::decode(jpeg, cover::THUMBNAIL_SIDE).map_err(|_| damaged())
                })
                .collect::<Result<Vec<_>, CatalogError>>()?;
            rows.assign(&measures::of_each(&pictures));
            progress.advance(hashes.len() as u64);
        }
        Ok(all)
    }
}

/// Pixels of all rows, one after the other.
pub(super) struct Pixels {
    pub bytes: Vec<u8>,
    pub mean: Vec<[u8; 3]>,
    dhash: Vec<u64>,
}

impl Pixels {
    pub(super) fn looks(&self) -> impl Iterator<Item = Look<'_>> {
        let pixels = self.bytes.chunks_exact(PIXEL_BYTES);
        self.dhash.iter().zip(pixels).map(|(&dhash, pixels)| Look { dhash, pixels })
    }
}
