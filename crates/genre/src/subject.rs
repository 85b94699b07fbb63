//! What an evaluation is about: albums with a genre and a cover, and what is known of the covers.

use super::records::Records;
use gatefold_types::album::{AlbumId, Genre};
use ndarray::Array2;

/// An album in an evaluation.
#[derive(Clone, PartialEq, Debug)]
pub struct Subject {
    /// Which album.
    pub id: AlbumId,
    /// What it is tagged with.
    pub genre: Genre,
    /// Who made it, if known.
    pub artist: Option<String>,
    /// Near-duplicate cluster: subjects with equal numbers show the same picture.
    pub cluster: u32,
    /// The collection that its cover comes from, if known.
    pub source: Option<String>,
    /// Whether the encoder of the `learned` features was trained on this picture.
    pub seen: bool,
}

/// Subjects and what is known of their covers, in the same order.
pub struct Material {
    /// The albums, by ascending id.
    pub subjects: Vec<Subject>,
    /// What a forest may see of each.
    pub records: Records,
    /// Named features of each ([`gatefold_covers::features::Handmade::Named`]), of which sentences are made; `None` where there are no pictures.
    pub named: Option<Array2<f32>>,
}
