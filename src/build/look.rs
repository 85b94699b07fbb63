//! Which features say what a cover looks like: chosen per catalogue, `pixels` unless told otherwise.

use super::BuildError;
use super::covers::Covers;
use super::judge::Projection;
use crate::catalog::{Catalog, CatalogError};
use crate::cover::{self, Derived};
use crate::features::learned::{self, Learned};
use crate::features::measures::Standard;
use crate::features::{self, PixelRows};
use crate::progress::Progress;
use ndarray::{Array2, Axis};
use rayon::prelude::*;

/// Key in the catalogue's meta data that names the features.
const CHOSEN: &str = "look";
/// What a catalogue's look may be called.
pub const LOOKS: [&str; 2] = [features::NAME, learned::NAME];
/// Covers embedded between two looks at the progress.
const AT_ONCE: usize = 256;

/// Remembers which features the catalogue's next builds use.
///
/// # Errors
/// When there are no such features, or the catalogue cannot be written.
pub fn choose_look(catalog: &mut Catalog, name: &str) -> Result<(), BuildError> {
    if !LOOKS.contains(&name) {
        return Err(BuildError::UnknownLook(name.to_owned()));
    }
    if name == learned::NAME {
        encoder()?;
    }
    Ok(catalog.set_meta(CHOSEN, name)?)
}

/// The features of a build.
pub(super) enum Look {
    Pixels,
    Learned(Box<Learned>),
}

fn encoder() -> Result<Learned, BuildError> {
    let failed = |reason: String| BuildError::Encoder(reason);
    learned::built_in()
        .map_err(|error| failed(error.to_string()))?
        .ok_or_else(|| failed("this build of Gatefold contains none".to_owned()))
}

impl Look {
    pub(super) fn of(catalog: &Catalog) -> Result<Self, BuildError> {
        Self::named(catalog.meta(CHOSEN)?.as_deref().unwrap_or(features::NAME))
    }

    /// The one of that name.
    pub(super) fn named(name: &str) -> Result<Self, BuildError> {
        match name {
            learned::NAME => Ok(Self::Learned(Box::new(encoder()?))),
            _ => Ok(Self::Pixels),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Pixels => features::NAME,
            Self::Learned(_) => learned::NAME,
        }
    }

    /// Name, and what the vectors depend on besides the covers.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Pixels => features::NAME.to_owned(),
            Self::Learned(learned) => format!("{} {}", learned::NAME, learned.hash()),
        }
    }

    /// A vector for each row of `covers`, and what gives other covers theirs; `pixels` are the rows' pixels. Columns have
    /// mean 0 and unit variance, so that a comparison by angle sees all of them.
    pub(super) fn vectors(
        &self,
        catalog: &Catalog,
        covers: &Covers,
        pixels: &[u8],
        progress: &dyn Progress,
    ) -> Result<(Array2<f32>, Projection), BuildError> {
        match self {
            _ if covers.len() == 0 => Ok((Array2::zeros((0, 0)), Projection::default())),
            Self::Pixels => {
                let (vectors, pca) = features::pixels(PixelRows::new(pixels, super::covers::PIXEL_BYTES))?;
                Ok((vectors, Projection::of_pca(&pca)))
            }
            Self::Learned(learned) => embedded(learned, catalog, covers, progress),
        }
    }

    /// The vector of a cover that is not in the catalogue.
    pub(super) fn vector(&self, cover: &Derived, projection: &Projection) -> Result<Vec<f32>, BuildError> {
        let row = match self {
            Self::Pixels => cover.pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect(),
            Self::Learned(learned) => {
                let failed = |error: String| BuildError::Encoder(error);
                let thumbnail = cover::decode(&cover.thumbnail, cover::THUMBNAIL_SIDE);
                let thumbnail = thumbnail.map_err(|error| failed(error.to_string()))?;
                learned
                    .embed(&[thumbnail])
                    .map_err(|error| failed(error.to_string()))?
                    .into_raw_vec_and_offset()
                    .0
            }
        };
        Ok(projection.apply(row))
    }
}

fn embedded(
    learned: &Learned,
    catalog: &Catalog,
    covers: &Covers,
    progress: &dyn Progress,
) -> Result<(Array2<f32>, Projection), BuildError> {
    let damaged = || CatalogError::Damaged("a thumbnail that is missing or cannot be read".to_owned());
    progress.stage("Looking at covers", covers.len() as u64);
    let mut all = Array2::zeros((covers.len(), learned.dims()));
    for (hashes, mut rows) in covers.hash.chunks(AT_ONCE).zip(all.axis_chunks_iter_mut(Axis(0), AT_ONCE)) {
        if progress.cancelled() {
            return Err(BuildError::Cancelled);
        }
        let thumbnails = hashes.iter().map(|hash| catalog.thumbnail(hash)).collect::<Result<Vec<_>, _>>()?;
        let pictures = thumbnails
            .par_iter()
            .map(|jpeg| {
                let jpeg = jpeg.as_ref().ok_or_else(damaged)?;
                cover::decode(jpeg, cover::THUMBNAIL_SIDE).map_err(|_| damaged())
            })
            .collect::<Result<Vec<_>, CatalogError>>()?;
        let vectors = learned.embed(&pictures).map_err(|error| BuildError::Encoder(error.to_string()))?;
        rows.assign(&vectors);
        progress.advance(hashes.len() as u64);
    }
    let standard = standardise(&mut all);
    Ok((all, Projection { standard, axes: Array2::zeros((0, 0)) }))
}

/// Mean 0 and unit variance for each column; one that never changes becomes 0.
fn standardise(rows: &mut Array2<f32>) -> Standard {
    let standard = Standard::of(rows.rows().into_iter().filter_map(|row| row.to_slice()));
    rows.rows_mut().into_iter().filter_map(|row| row.into_slice()).for_each(|row| standard.apply(row));
    standard
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn columns_are_standardised_and_constant_ones_silenced() {
        let mut rows = array![[1.0, 5.0], [3.0, 5.0]];
        standardise(&mut rows);
        assert_eq!(rows, array![[-1.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn a_look_that_there_is_not_is_said_so() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), crate::catalog::Access::Write).unwrap();
        let error = choose_look(&mut catalog, "smell").unwrap_err();
        assert_eq!(error.to_string(), "a map cannot be made of “smell”: choose pixels or learned");
        choose_look(&mut catalog, "pixels").unwrap();
        assert_eq!(Look::of(&catalog).unwrap().name(), "pixels");
    }
}
