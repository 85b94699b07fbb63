//! The map as it travels to the browser: a manifest in JSON and one file of binary columns.
//!
//! Columns are little-endian and stand one after the other, so that the browser uses them as they come:
//! a header of four `u32` (magic, version, albums n, edges m), then `id: u64[n]`, `x: f32[n]`, `y: f32[n]`,
//! `slot: u32[n]`, `plays: f32[n]`, `degree: u32[n]`, `colour: u32[n]` (0x00RRGGBB), `a: u32[m]`, `b: u32[m]`,
//! `similarity: f32[m]`, `year: i16[n]`, `genre: u8[n]`, `said: u8[n]`, `doubt: u8[n]`.

use serde::{Deserialize, Serialize};

/// First word of a columns file: “GFMC”.
pub const MAGIC: u32 = u32::from_le_bytes(*b"GFMC");
/// Version of the layout of columns.
pub const VERSION: u32 = 2;
/// Slot of an album without a cover.
pub const NO_SLOT: u32 = u32::MAX;
/// Genre number of an album without a genre.
pub const NO_GENRE: u8 = u8::MAX;
/// Year of an album whose year is not known.
pub const NO_YEAR: i16 = i16::MIN;

/// From this doubt on (of 255) a line to another genre is called doubtful.
pub const DOUBTFUL: u8 = 51;

/// A way to lay albums out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// What is alike stands together (UMAP).
    #[default]
    Similarity,
    /// Neighbours pull, all others push (ForceAtlas2).
    Force,
    /// An island for each genre.
    Genre,
    /// By year, from left to right.
    Timeline,
    /// A grid in which colours flow into each other.
    Colour,
    /// The plane of the first two principal components of looks; covers are as large as they are popular.
    Plane,
}

impl Layout {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Similarity, Self::Force, Self::Genre, Self::Timeline, Self::Colour, Self::Plane];

    /// Its name in addresses and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Similarity => "similarity",
            Self::Force => "force",
            Self::Genre => "genre",
            Self::Timeline => "timeline",
            Self::Colour => "colour",
            Self::Plane => "plane",
        }
    }

    /// The layout of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == name)
    }
}

/// One level of detail: square thumbnails in square sheets. Cover `slot` stands in sheet
/// `slot / (columns²)`, at row-major place `slot % columns²`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Level {
    /// Pixels across a thumbnail.
    pub size: u32,
    /// Thumbnails across a sheet.
    pub columns: u32,
    /// Number of sheets.
    pub sheets: u32,
}

/// What the page needs to know before it fetches anything large.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Manifest {
    /// Hash of the build; part of every address below it.
    pub build: String,
    /// Number of albums.
    pub albums: u32,
    /// Number of edges.
    pub edges: u32,
    /// Genre names by number; the columns hold the numbers.
    pub genres: Vec<String>,
    /// Albums per genre, same order.
    pub genre_counts: Vec<u32>,
    /// Levels of detail, coarse first.
    pub levels: Vec<Level>,
    /// Smallest and largest x and y: `[x0, y0, x1, y1]`.
    pub bounds: [f32; 4],
    /// Typical distance between neighbours on the map, for the size of a cover.
    pub spacing: f32,
    /// Whether this is the demo catalogue.
    pub demo: bool,
}

/// The columns, decoded. All album columns have one length, all edge columns another.
#[derive(Clone, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct Columns {
    pub id: Vec<u64>,
    pub x: Vec<f32>,
    pub y: Vec<f32>,
    /// Place in the sheets, or [`NO_SLOT`].
    pub slot: Vec<u32>,
    /// Plays; 0 when not known.
    pub plays: Vec<f32>,
    pub degree: Vec<u32>,
    /// 0x00RRGGBB: the cover's mean colour.
    pub colour: Vec<u32>,
    /// Edges by index of the album in these columns.
    pub a: Vec<u32>,
    pub b: Vec<u32>,
    pub similarity: Vec<f32>,
    /// Year of release, or [`NO_YEAR`].
    pub year: Vec<i16>,
    /// Index into [`Manifest::genres`], or [`NO_GENRE`].
    pub genre: Vec<u8>,
    /// The genre that the forest finds the likeliest for the cover, likewise.
    pub said: Vec<u8>,
    /// By how much the forest finds that genre likelier than the album's own: the difference of the probabilities, 255
    /// standing for 1. 0 where it agrees, or where there is nothing to compare.
    pub doubt: Vec<u8>,
}

/// Why bytes are not a columns file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// Not ours at all.
    #[error(
        "these bytes are not a map: reload the page, and build the catalogue again if that does not help"
    )]
    NotAMap,
    /// Another version.
    #[error("the map has version {0}, this page reads version {VERSION}: reload the page")]
    Version(u32),
    /// Too short or too long.
    #[error("the map is {found} bytes long where {expected} were announced: reload the page")]
    Length {
        /// Bytes that the header announces.
        expected: usize,
        /// Bytes that came.
        found: usize,
    },
}

macro_rules! put {
    ($out:ident, $column:expr) => {
        for value in $column {
            $out.extend_from_slice(&value.to_le_bytes());
        }
    };
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize, T>(&mut self, n: usize, from: fn([u8; N]) -> T) -> Vec<T> {
        let (head, tail) = self.0.split_at(n * N);
        self.0 = tail;
        let mut word = [0; N];
        head.chunks_exact(N)
            .map(|chunk| {
                word.copy_from_slice(chunk);
                from(word)
            })
            .collect()
    }
}

const HEADER: usize = 16;

fn length(n: usize, m: usize) -> usize {
    HEADER + n * (8 + 6 * 4 + 2 + 3) + m * 12
}

impl Columns {
    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let (n, m) = (self.id.len(), self.a.len());
        let mut out = Vec::with_capacity(length(n, m));
        put!(out, [MAGIC, VERSION, n as u32, m as u32]);
        put!(out, &self.id);
        put!(out, &self.x);
        put!(out, &self.y);
        put!(out, &self.slot);
        put!(out, &self.plays);
        put!(out, &self.degree);
        put!(out, &self.colour);
        put!(out, &self.a);
        put!(out, &self.b);
        put!(out, &self.similarity);
        put!(out, &self.year);
        put!(out, &self.genre);
        put!(out, &self.said);
        put!(out, &self.doubt);
        out
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// When the bytes are of another kind, version or length.
    pub fn decode(bytes: &[u8]) -> Result<Self, ColumnsError> {
        if bytes.len() < HEADER {
            return Err(ColumnsError::NotAMap);
        }
        let mut reader = Reader(bytes);
        let header = reader.take(4, u32::from_le_bytes);
        if header[0] != MAGIC {
            return Err(ColumnsError::NotAMap);
        }
        if header[1] != VERSION {
            return Err(ColumnsError::Version(header[1]));
        }
        let (n, m) = (header[2] as usize, header[3] as usize);
        let expected = length(n, m);
        if bytes.len() != expected {
            return Err(ColumnsError::Length { expected, found: bytes.len() });
        }
        Ok(Self {
            id: reader.take(n, u64::from_le_bytes),
            x: reader.take(n, f32::from_le_bytes),
            y: reader.take(n, f32::from_le_bytes),
            slot: reader.take(n, u32::from_le_bytes),
            plays: reader.take(n, f32::from_le_bytes),
            degree: reader.take(n, u32::from_le_bytes),
            colour: reader.take(n, u32::from_le_bytes),
            a: reader.take(m, u32::from_le_bytes),
            b: reader.take(m, u32::from_le_bytes),
            similarity: reader.take(m, f32::from_le_bytes),
            year: reader.take(n, i16::from_le_bytes),
            genre: reader.take(n, u8::from_le_bytes),
            said: reader.take(n, u8::from_le_bytes),
            doubt: reader.take(n, u8::from_le_bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Columns {
        Columns {
            id: vec![1, u64::MAX],
            x: vec![0.5, -1.0],
            y: vec![2.0, 3.0],
            slot: vec![0, NO_SLOT],
            plays: vec![9.0, 0.0],
            degree: vec![1, 1],
            colour: vec![0x0012_3456, 0],
            a: vec![0],
            b: vec![1],
            similarity: vec![0.25],
            year: vec![1999, NO_YEAR],
            genre: vec![3, NO_GENRE],
            said: vec![4, NO_GENRE],
            doubt: vec![90, 0],
        }
    }

    #[test]
    fn columns_survive_their_bytes() {
        assert_eq!(Columns::decode(&two().encode()), Ok(two()));
    }

    #[test]
    fn a_cut_file_is_refused_rather_than_read() {
        let bytes = two().encode();
        for n in 0..bytes.len() {
            assert!(Columns::decode(&bytes[..n]).is_err(), "{n}");
        }
    }
}
