//! Nearest real cover of a generated one, by correlation of small pictures; a build's covers are prepared once.

use gatefold::catalog::{Catalog, CatalogError};
use gatefold::near_duplicates::Look;
use gatefold::report::AlbumLine;
use gatefold::resemblance::Resemblance;
use gatefold::wire::Resembles;
use image::RgbImage;

/// A catalogue's covers, ready to be compared with.
pub struct Compared {
    albums: Vec<AlbumLine>,
    resemblance: Resemblance,
}

impl Compared {
    /// Reads them.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn read(catalog: &Catalog) -> Result<Self, CatalogError> {
        let albums: Vec<_> = catalog.albums()?.into_iter().filter(|album| album.cover.is_some()).collect();
        let hashes: Vec<_> = albums.iter().filter_map(|album| album.cover.clone()).collect();
        let derived = catalog.derived_many(&hashes)?;
        let both: Vec<_> = albums.iter().zip(&derived).filter_map(|(a, d)| Some((a, d.as_ref()?))).collect();
        let looks: Vec<Look<'_>> =
            both.iter().map(|(_, d)| Look { dhash: d.dhash, pixels: &d.pixels }).collect();
        Ok(Self {
            resemblance: Resemblance::of(&looks),
            albums: both.iter().map(|(album, _)| AlbumLine::from(*album)).collect(),
        })
    }

    /// The cover that a picture resembles most; none in a catalogue without covers.
    pub fn nearest(&self, picture: &RgbImage) -> Option<Resembles> {
        let found = self.resemblance.nearest(picture)?;
        let album = self.albums.get(found.index)?.clone();
        Some(Resembles { album, similarity: found.similarity, too_near: found.too_near })
    }
}
