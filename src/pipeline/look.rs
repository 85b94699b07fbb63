//! Which features say what a cover looks like: chosen per catalogue; unless told otherwise `learned`, where this program
//! has an encoder inside, else `pixels`.

use super::BuildError;
use super::covers::PIXEL_BYTES;
use crate::catalog::Catalog;
use crate::cover::{self, Derived};
use crate::features::learned::{self, Learned};
use crate::features::measures::{self, Standard};
use crate::features::{self, PixelRows};
use ndarray::Array2;
use std::rc::Rc;

/// Key in the catalogue's meta data that names the features.
const CHOSEN: &str = "look";
/// What a catalogue's look may be called.
pub const LOOKS: [&str; 2] = [features::NAME, learned::NAME];

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
        let usual = if learned::is_built_in() { learned::NAME } else { features::NAME };
        Self::named(catalog.meta(CHOSEN)?.as_deref().unwrap_or(usual))
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

    /// A vector for each row of `covers`, and what brought them onto their scale. Columns have mean 0 and unit
    /// variance, so that a comparison by angle sees all of them.
    pub(super) fn vectors(&self, covers: &Seen<'_>) -> Result<(Array2<f32>, Option<Standard>), BuildError> {
        match self {
            _ if covers.pixels.is_empty() => Ok((Array2::zeros((0, 0)), None)),
            Self::Pixels => {
                let (vectors, pca) = features::pixels(PixelRows::new(covers.pixels, PIXEL_BYTES))?;
                let scale = pca.scales();
                Ok((vectors, Some(Standard { mean: vec![0.0; scale.len()], scale })))
            }
            Self::Learned(learned) => {
                let mut vectors = learned
                    .of_measures((covers.measured)()?.view())
                    .map_err(|error| BuildError::Encoder(error.to_string()))?;
                let standard = standardise(&mut vectors);
                Ok((vectors, Some(standard)))
            }
        }
    }

    /// The vector of a picture that is not in the catalogue, as a build made those of its covers: `standard` is what it
    /// kept, `covers` are its covers' pixels, to which components of pixels are fitted again.
    pub(super) fn of_picture(
        &self,
        picture: &Derived,
        standard: Option<&Standard>,
        covers: impl FnOnce() -> Result<Vec<u8>, BuildError>,
    ) -> Result<Vec<f32>, BuildError> {
        match (self, standard) {
            (Self::Learned(learned), Some(standard)) => {
                let thumbnail = cover::decode(&picture.thumbnail, cover::THUMBNAIL_SIDE)
                    .map_err(|error| BuildError::Encoder(error.to_string()))?;
                let vectors = learned
                    .of_measures(measures::of_each(&[thumbnail]).view())
                    .map_err(|error| BuildError::Encoder(error.to_string()))?;
                let mut vector = vectors.row(0).to_vec();
                standard.apply(&mut vector);
                Ok(vector)
            }
            _ => {
                let covers = covers()?;
                let (_, pca) = features::pixels(PixelRows::new(&covers, PIXEL_BYTES))?;
                let scores = pca.transform_rows(&PixelRows::new(&picture.pixels, PIXEL_BYTES));
                Ok(scores.row(0).iter().zip(pca.scales()).map(|(x, scale)| x * scale).collect())
            }
        }
    }
}

/// What there is to be seen of a build's covers.
pub(super) struct Seen<'a> {
    /// Pixels of each, one after the other.
    pub pixels: &'a [u8],
    /// What is measured on each, when it is asked for.
    pub measured: &'a dyn Fn() -> Result<Rc<Array2<f32>>, BuildError>,
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
