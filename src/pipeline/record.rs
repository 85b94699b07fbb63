//! What a build was made from: one hash per stage. A stage whose hash is that of the former build is not made again.

use super::VERSION;
use super::covers::Covers;
use super::look::Look;
use super::sheets;
use crate::album::{Album, Genre};
use crate::genre::opinion;
use crate::mixture::Mixture;
use crate::report::FeatureInfo;
use crate::{cover, features, graph};
use serde::{Deserialize, Serialize};

/// BLAKE3 of everything a stage was made from, 32 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Key(String);

/// The record that stands in each build.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub version: u32,
    /// Of all albums and all versions: equal means that there is nothing to do.
    pub inputs: Key,
    pub features: Key,
    pub neighbours: Key,
    pub layout: Key,
    pub opinions: Key,
    /// The genres that the opinions are about.
    pub opinion_genres: Vec<Genre>,
    /// Of each sheet, per level.
    pub sheets: Vec<Vec<Key>>,
    pub info: FeatureInfo,
}

/// Collects what a stage is made from; parts cannot run into each other.
pub(super) struct Maker(blake3::Hasher);

impl Maker {
    pub(super) fn new(stage: &str) -> Self {
        let mut maker = Self(blake3::Hasher::new());
        maker.part(stage.as_bytes());
        maker.number(VERSION.into());
        maker
    }

    pub(super) fn part(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    pub(super) fn key(&self) -> Key {
        Key(self.0.finalize().to_hex()[..32].to_owned())
    }

    /// A build's own name.
    pub(super) fn name(&self) -> String {
        self.0.finalize().to_hex()[..16].to_owned()
    }
}

impl Key {
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(super) fn of_inputs(content: &str, demo: bool, look: &Look) -> Self {
        let mut maker = Maker::new("inputs");
        maker.part(content.as_bytes());
        maker.part(look.key().as_bytes());
        let parts = [cover::VERSION, features::VERSION, graph::VERSION, opinion::VERSION, sheets::VERSION];
        for version in parts.into_iter().chain([u32::from(demo)]) {
            maker.number(version.into());
        }
        maker.key()
    }

    pub(super) fn of_features(albums: &[Album], covers: &Covers, look: &Look) -> Self {
        let mut maker = Maker::new(&look.key());
        maker.number(features::VERSION.into());
        maker.number(features::HANDMADE_VERSION.into());
        maker.number(cover::VERSION.into());
        // Near-duplicates are found beside the features.
        maker.number(graph::VERSION.into());
        for (row, hash) in covers.rows() {
            maker.number(albums[row as usize].id.0);
            maker.part(hash.0.as_bytes());
        }
        maker.key()
    }

    /// Neighbours come from covers, years and links, not from tags.
    pub(super) fn of_neighbours(
        features: &Self,
        opinions: &Self,
        albums: &[Album],
        links: &[(u32, u32)],
    ) -> Self {
        let mut maker = Maker::new("neighbours");
        maker.number(graph::VERSION.into());
        maker.number(graph::NEIGHBOURS as u64);
        maker.part(Mixture::USUAL.to_string().as_bytes());
        maker.part(features.bytes());
        maker.part(opinions.bytes());
        for album in albums {
            maker.number(album.id.0);
            maker.number(album.year.map_or(u64::MAX, |year| i64::from(year).cast_unsigned()));
        }
        for &(a, b) in links {
            maker.number(u64::from(a) << 32 | u64::from(b));
        }
        maker.key()
    }

    pub(super) fn of_opinions(vectors: &Self, albums: &[Album], covers: &Covers) -> Self {
        let mut maker = Maker::new("opinions");
        maker.number(opinion::VERSION.into());
        maker.number(features::HANDMADE_VERSION.into());
        maker.part(vectors.bytes());
        for (row, _) in covers.rows() {
            let album = &albums[row as usize];
            maker.part(album.genre.as_ref().map_or("", |genre| genre.as_str()).as_bytes());
            maker.part(album.artist.as_deref().unwrap_or_default().as_bytes());
        }
        maker.key()
    }

    /// Albums that are like no other are placed by their names and genres.
    pub(super) fn of_layout(neighbours: &Self, albums: &[Album], covers: &Covers) -> Self {
        let mut maker = Maker::new("layout");
        maker.part(neighbours.bytes());
        let coverless = covers.coverless();
        maker.number(coverless.len() as u64);
        if !coverless.is_empty() {
            // They may stand beside any album, so all names count.
            for album in albums {
                maker.number(album.id.0);
                maker.part(album.artist.as_deref().unwrap_or_default().as_bytes());
                maker.part(album.title.as_deref().unwrap_or_default().as_bytes());
            }
            for i in coverless {
                let album = &albums[i as usize];
                maker.number(i.into());
                maker.part(album.genre.as_ref().map_or("", |g| g.as_str()).as_bytes());
                for similar in &album.similar {
                    maker.part(similar.artist.as_bytes());
                    maker.part(similar.album.as_bytes());
                }
            }
        }
        maker.key()
    }
}
