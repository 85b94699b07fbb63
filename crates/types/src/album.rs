//! Albums as plain data: what the catalogue knows of one, without saying how it knows.

mod genre;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Names an album for good: sixteen hexadecimal digits, made from where it was first imported from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlbumId(pub u64);

impl fmt::Display for AlbumId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for AlbumId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AlbumId({self})")
    }
}

/// A text that is not an album id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not an album id: sixteen hexadecimal digits are expected, as `gatefold albums` prints them"
)]
pub struct NotAnAlbumId(pub String);

impl FromStr for AlbumId {
    type Err = NotAnAlbumId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match u64::from_str_radix(text, 16) {
            Ok(id) if valid => Ok(Self(id)),
            _ => Err(NotAnAlbumId(text.to_owned())),
        }
    }
}

impl Serialize for AlbumId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AlbumId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for AlbumId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AlbumId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9a-fA-F]{16}$",
            "description": "Names an album for good: sixteen hexadecimal digits."
        })
    }
}

pub use genre::Genre;

/// The BLAKE3 hash of a cover's file as it was imported, 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Debug)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct CoverHash(pub String);

/// What an audio analysis says of an album or of its artist. Units as streaming services give them.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[allow(missing_docs)] // the names are the services' own
pub struct AudioFeatures {
    /// 0–1
    pub danceability: Option<f32>,
    /// 0–1
    pub energy: Option<f32>,
    /// decibels, −60…0
    pub loudness: Option<f32>,
    /// 0–1
    pub speechiness: Option<f32>,
    /// 0–1
    pub acousticness: Option<f32>,
    /// 0–1
    pub instrumentalness: Option<f32>,
    /// 0–1
    pub liveness: Option<f32>,
    /// 0–1
    pub valence: Option<f32>,
    /// beats per minute
    pub tempo: Option<f32>,
    /// Whether the numbers are the artist's mean rather than the album's own.
    #[serde(default)]
    pub of_artist: bool,
}

/// Another album, named as a source names it; it need not be in the catalogue.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumName {
    /// Artist as written by the source.
    pub artist: String,
    /// Title as written by the source.
    pub album: String,
}

/// Everything the catalogue knows of one album.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Album {
    /// Its name for good.
    pub id: AlbumId,
    /// `None` when no source says who made it.
    pub artist: Option<String>,
    /// The title; `None` when no source says it.
    #[serde(rename = "album")]
    pub title: Option<String>,
    /// A track of it, where that is all a source knows.
    pub track: Option<String>,
    /// The one genre it counts as.
    pub genre: Option<Genre>,
    /// All genres or tags that a source gives, in the source's order.
    #[serde(default)]
    pub genres: Vec<Genre>,
    /// Year of release.
    pub year: Option<i32>,
    /// How often it (or, failing that, its artist) was played.
    pub plays: Option<u64>,
    /// How many people listened to it (or to its artist).
    pub listeners: Option<u64>,
    /// 0–100, as a streaming service gives it.
    pub popularity: Option<f32>,
    /// What was measured of its sound.
    pub audio: Option<AudioFeatures>,
    /// Albums that a source calls similar.
    #[serde(default)]
    pub similar: Vec<AlbumName>,
    /// The cover; `None` for an album known without one.
    pub cover: Option<CoverHash>,
    /// What to call it when neither artist nor title is known: the source's own key (file stem, id).
    pub key: String,
    /// A source's word for where it comes from (CSV column `source`), kept for source checks.
    pub collection: Option<String>,
}

impl Album {
    /// What people read as the album's name: title, else track, else genre and key; always one line.
    pub fn display_title(&self) -> String {
        let name = match (self.title.as_ref().or(self.track.as_ref()), &self.genre) {
            (Some(title), _) => title.clone(),
            (None, Some(genre)) => format!("{genre} · {}", self.key),
            (None, None) => self.key.clone(),
        };
        // A key is what a file is called, and that may be anything.
        if name.contains(char::is_control) {
            name.replace(['\n', '\r', '\t'], " ").replace(char::is_control, "")
        } else {
            name
        }
    }

    /// What people read as the artist.
    pub fn display_artist(&self) -> &str {
        self.artist.as_deref().unwrap_or("Unknown artist")
    }
}

/// Two albums that are neighbours.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Edge {
    /// One album.
    pub a: AlbumId,
    /// The other album.
    pub b: AlbumId,
    /// How alike they are, 0–1; 1 means the same.
    pub similarity: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn album_id_survives_its_text() {
        let id = AlbumId(0x00ab_0000_0000_0001);
        assert_eq!(id.to_string(), "00ab000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"00ab000000000001\"");
    }

    #[test]
    fn album_id_refuses_what_it_did_not_print() {
        for text in ["", "1", "+0ab000000000001", "zzzzzzzzzzzzzzzz", "00ab0000000000011"] {
            assert!(text.parse::<AlbumId>().is_err(), "{text}");
        }
    }
}
