//! Small albums for the store's own tests.

use super::{Batch, Catalog, CoverFile, Facts, NewRecord};
use crate::album::AlbumId;
use crate::cover::Derived;

pub(crate) fn named(artist: &str, title: &str) -> Facts {
    Facts {
        artist: Some(artist.to_owned()),
        title: Some(title.to_owned()),
        key: title.to_owned(),
        ..Facts::default()
    }
}

/// Puts one record of the source `test`.
pub(crate) fn put(catalog: &mut Catalog, key: &str, facts: &Facts, cover: Option<&[u8]>) -> AlbumId {
    put_from(catalog, "test", key, facts, cover)
}

pub(crate) fn put_from(
    catalog: &mut Catalog,
    source: &str,
    key: &str,
    facts: &Facts,
    cover: Option<&[u8]>,
) -> AlbumId {
    let dir = catalog.dir().to_owned();
    let source = catalog.source("folder", source).unwrap();
    let batch: Batch<'_> = catalog.batch().unwrap();
    let cover = cover.map(|bytes| CoverFile::write(&dir, bytes).unwrap());
    let record = NewRecord { key, facts, fingerprint: [0; 32], stamp: None, cover: cover.as_ref() };
    let id = batch.put(&source, &record, true).unwrap().album;
    batch.commit().unwrap();
    id
}

/// A picture of 2×2 pixels, each `shade` another one.
pub(crate) fn png(shade: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(2, 2, image::Rgb([shade, 0, 255 - shade]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub(crate) fn derived(dhash: u64) -> Derived {
    Derived {
        width: 300,
        height: 200,
        pixels: vec![7; 12_288],
        thumbnail: vec![1, 2, 3],
        mean: [1, 2, 3],
        palette: vec![[1, 2, 3], [4, 5, 6]],
        dhash,
    }
}
