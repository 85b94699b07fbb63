//! What a build and its catalogue know of albums, in the numbers that neighbours of any mixture are made from.

use super::covers::{Covers, PIXEL_BYTES};
use super::files::{PALETTES, STANDARD, VECTORS, VectorsFile};
use super::look::Look;
use super::{BuildError, Built};
use crate::album::Album;
use crate::catalog::{Catalog, text};
use crate::cover::Derived;
use crate::features::measures::Standard;
use crate::features::{self, PixelRows};
use crate::graph::Known;
use crate::progress::{Progress, Silent};
use ndarray::{Array2, Axis};
use std::collections::HashMap;

/// What is known of a build's albums, numbered as in its columns.
pub struct Facts {
    albums: usize,
    rows: Vec<u32>,
    look: Array2<f32>,
    standard: Option<Standard>,
    palette: Array2<f32>,
    genre: Array2<f32>,
    years: Vec<Option<i32>>,
    links: Vec<(u32, u32)>,
}

impl Facts {
    /// Of a build whose albums are `albums`; those that were removed since then are known by their cover alone.
    ///
    /// # Errors
    /// When files of the build are missing or damaged.
    pub fn of(built: &Built, albums: &[Album]) -> Result<Self, BuildError> {
        let files = &built.files;
        let (vectors, palettes) = (VectorsFile::read(files, VECTORS)?, VectorsFile::read(files, PALETTES)?);
        let damaged = || BuildError::Damaged(files.dir().to_owned());
        let rows: Option<Vec<u32>> = vectors.ids.iter().map(|&id| built.index(id)).collect();
        let same = vectors.ids == palettes.ids && vectors.ids == built.opinions.ids;
        let rows = rows.filter(|_| same).ok_or_else(damaged)?;
        let n = built.columns.id.len();
        let by_id: HashMap<u64, &Album> = albums.iter().map(|album| (album.id.0, album)).collect();
        let present: Vec<Option<&Album>> = built.columns.id.iter().map(|id| by_id.get(id).copied()).collect();
        Ok(Self {
            albums: n,
            rows,
            look: vectors.vectors,
            standard: standard(built)?,
            palette: palettes.vectors,
            genre: built.opinions.rows.clone(),
            years: present.iter().map(|album| album.and_then(|album| album.year)).collect(),
            links: links(&present),
        })
    }

    /// The album of each row, the map's features, and what brought these onto their scale, where that was kept.
    pub(crate) fn into_look(self) -> (Vec<u32>, Array2<f32>, Option<Standard>) {
        (self.rows, self.look, self.standard)
    }

    /// The same, to be looked at.
    pub fn known(&self) -> Known<'_> {
        Known {
            albums: self.albums,
            rows: &self.rows,
            look: self.look.view(),
            palette: self.palette.view(),
            genre: self.genre.view(),
            years: &self.years,
            links: &self.links,
        }
    }
}

/// What brought a build's vectors onto their scale; none where there are no covers, or an earlier version built it.
fn standard(built: &Built) -> Result<Option<Standard>, BuildError> {
    built.files.json(STANDARD)
}

/// Pairs of albums of which a source calls one similar to the other, by their artists' and titles' names.
pub(super) fn links(albums: &[Option<&Album>]) -> Vec<(u32, u32)> {
    let mut names: HashMap<String, u32> = HashMap::new();
    for (i, album) in (0..).zip(albums) {
        if let Some(Album { artist: Some(artist), title: Some(title), .. }) = album {
            names.entry(text::names(artist, title)).or_insert(i);
        }
    }
    let mut links = Vec::new();
    for (i, album) in (0..).zip(albums) {
        let similar = album.iter().flat_map(|album| &album.similar);
        let found = similar.filter_map(|s| names.get(&text::names(&s.artist, &s.album)).copied());
        links.extend(found.filter(|&j| j != i).map(|j| (i, j)));
    }
    links
}

/// Principal components of the pixels of a build's covers, a row for each of [`Known::rows`]: what neighbours are
/// compared with.
///
/// # Errors
/// When the catalogue cannot be read, or it was cancelled.
pub fn pixel_components(
    catalog: &Catalog,
    built: &Built,
    progress: &dyn Progress,
) -> Result<Array2<f32>, BuildError> {
    let albums = catalog.albums()?;
    let covers = Covers::of(catalog, &albums)?;
    let ids = VectorsFile::read(&built.files, VECTORS)?.ids;
    if covers.ids(&albums) != ids {
        return Err(BuildError::Outdated);
    }
    if covers.len() == 0 {
        return Ok(Array2::zeros((0, 0)));
    }
    let pixels = covers.pixels(catalog, progress)?;
    let (vectors, _) = features::pixels(PixelRows::new(&pixels.bytes, PIXEL_BYTES))?;
    debug_assert_eq!(vectors.len_of(Axis(0)), ids.len());
    Ok(vectors)
}

/// The vector of a picture that is not in the catalogue, as a build made those of its covers.
///
/// # Errors
/// When the build's files or the catalogue cannot be read, or the covers changed since.
pub fn vector_of(catalog: &Catalog, built: &Built, picture: &Derived) -> Result<Vec<f32>, BuildError> {
    let standard = standard(built)?;
    let covers = || {
        let albums = catalog.albums()?;
        let covers = Covers::of(catalog, &albums)?;
        Ok(covers.pixels(catalog, &Silent)?.bytes)
    };
    Look::named(&built.features.name)?.of_picture(picture, standard.as_ref(), covers)
}
