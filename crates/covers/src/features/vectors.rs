//! Hand-made features of many covers.

use super::{form, named, palette};
use image::RgbImage;
use ndarray::Array2;
use rayon::prelude::*;

/// Version of how hand-made features are computed; a change makes what was kept of them stale.
pub const VERSION: u32 = 1;

/// Features that somebody thought of, rather than fitted to a catalogue: a cover's numbers depend on that cover alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Handmade {
    /// Which colours, and how much of each.
    Palette,
    /// Edges, texture, layout, writing; no colour.
    Form,
    /// A few that can be said in words.
    Named,
}

impl Handmade {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Palette, Self::Form, Self::Named];

    /// As commands and reports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Palette => "palette",
            Self::Form => "form",
            Self::Named => "named",
        }
    }

    /// The features of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Numbers per cover.
    pub fn dims(self) -> usize {
        match self {
            Self::Palette => palette::DIMS,
            Self::Form => form::DIMS,
            Self::Named => named::DIMS,
        }
    }

    /// What each number is called; [`Handmade::dims`] of them.
    pub fn names(self) -> Vec<String> {
        match self {
            Self::Palette => palette::names(),
            Self::Form => form::names(),
            Self::Named => named::names(),
        }
    }

    /// One cover's numbers; 128×128 pixels need no scaling.
    pub fn features(self, cover: &RgbImage) -> Vec<f32> {
        match self {
            Self::Palette => palette::features(cover),
            Self::Form => form::features(cover),
            Self::Named => named::features(cover),
        }
    }
}

/// Covers × [`Handmade::dims`]: each cover's numbers in the order of [`Handmade::names`], on all threads. Columns are
/// on scales of their own: standardise them before comparing rows by distance or angle.
pub fn vectors(kind: Handmade, covers: &[RgbImage]) -> Array2<f32> {
    let rows: Vec<Vec<f32>> = covers.par_iter().map(|cover| kind.features(cover)).collect();
    Array2::from_shape_vec((covers.len(), kind.dims()), rows.concat())
        .expect("every cover has as many numbers as its kind of features says")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn every_cover_has_its_row() {
        let covers: Vec<RgbImage> =
            (0..5).map(|i| RgbImage::from_fn(128, 128, |x, y| Rgb([(x * i + y) as u8; 3]))).collect();
        for kind in Handmade::ALL {
            let rows = vectors(kind, &covers);
            assert_eq!(rows.dim(), (5, kind.dims()));
            assert_eq!(kind.names().len(), kind.dims());
            for (row, cover) in rows.rows().into_iter().zip(&covers) {
                assert_eq!(row.to_vec(), kind.features(cover), "{kind:?}");
            }
        }
    }

    #[test]
    fn no_covers_are_no_rows() {
        assert_eq!(vectors(Handmade::Palette, &[]).dim(), (0, palette::DIMS));
    }

    #[test]
    fn names_of_features_lead_back_to_them() {
        for kind in Handmade::ALL {
            assert_eq!(Handmade::of_name(kind.name()), Some(kind));
        }
        assert_eq!(Handmade::of_name("pixels"), None);
    }
}
