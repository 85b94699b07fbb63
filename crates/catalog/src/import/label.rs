//! The demo label as a source: its albums' facts at once, each cover drawn when it is needed.

use super::record::{Cover, Entry, Record};
use crate::album::Genre;
use crate::catalog::Facts;
use crate::demo::{self, DemoAlbum};
use image::codecs::jpeg::JpegEncoder;
use std::sync::Arc;

/// Pixels across a drawn cover.
const SIDE: u32 = 512;
/// JPEG quality of a drawn cover: its letters must stay crisp.
const QUALITY: u8 = 90;

/// The label's albums as records.
pub(super) fn entries(seed: u64, albums: u32) -> impl Iterator<Item = Entry> + Send {
    let label = demo::label(seed, albums).into_iter().map(Arc::new);
    label.enumerate().map(move |(number, album)| Entry::Record(Box::new(record(number, &album))))
}

fn record(number: usize, album: &Arc<DemoAlbum>) -> Record {
    let genre = Genre::new(&album.genre.to_string());
    let facts = Facts {
        artist: Some(album.artist.clone()),
        title: Some(album.title.clone()),
        genres: genre.iter().cloned().collect(),
        genre,
        year: Some(album.year),
        plays: Some(album.plays),
        listeners: Some(album.listeners),
        key: number.to_string(),
        collection: Some("demo".to_owned()),
        ..Facts::default()
    };
    let label = format!("demo album {number} ({} – {})", album.artist, album.title);
    let drawn = Arc::clone(album);
    let cover = Cover::Drawn(Box::new(move || draw(&drawn)));
    Record { key: number.to_string(), label, facts, cover, instead: Vec::new(), repeats: false }
}

fn draw(album: &DemoAlbum) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&album.draw(SIDE))
        .map_err(|e| format!("its cover could not be written as JPEG: {e}"))?;
    Ok(bytes)
}
