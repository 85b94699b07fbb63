//! The binary files of a build that the server reads; the page's own is in [`crate::map`]. Little-endian columns
//! behind a header of four `u32`: kind, version, and two sizes.

use super::folder::Folder;
use super::{BuildError, VERSION};
use crate::album::AlbumId;
use crate::graph;
use ndarray::Array2;

/// Vectors of the covers.
pub(super) const VECTORS: &str = "features.bin";
/// What brought learned vectors onto their scale, JSON.
pub(super) const STANDARD: &str = "standard.json";
/// Colours of the covers, as vectors.
pub(super) const PALETTES: &str = "palettes.bin";
/// Mean colour and near-duplicate cluster of the covers.
pub(super) const LOOKS: &str = "looks.bin";
/// Neighbours of the covers.
pub(super) const NEIGHBOURS: &str = "neighbours.bin";
/// What the forest makes of each cover.
pub(super) const OPINIONS: &str = "opinions.bin";
/// The forest that judges covers that are not in the catalogue.
pub(super) const FOREST: &str = "forest.bin";
/// Position and slot of the albums.
pub(super) const LAYOUT: &str = "layout.bin";
/// Neighbours of the albums, for walking.
pub(super) const NEAR: &str = "near.bin";

/// Where a file is read from.
pub(super) trait Source {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, BuildError>;
    fn damaged(&self, name: &str) -> BuildError;
}

impl Source for Folder {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        self.read(name)
    }
    fn damaged(&self, name: &str) -> BuildError {
        BuildError::Damaged(self.path(name))
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn new(kind: &[u8; 4], n: usize, m: usize) -> Self {
        let mut out = kind.to_vec();
        for number in [VERSION, n as u32, m as u32] {
            out.extend(number.to_le_bytes());
        }
        Self(out)
    }

    fn u32s(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.0.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    }

    fn u64s(&mut self, numbers: impl IntoIterator<Item = u64>) {
        self.0.extend(numbers.into_iter().flat_map(u64::to_le_bytes));
    }

    fn f32s(&mut self, numbers: impl IntoIterator<Item = f32>) {
        self.0.extend(numbers.into_iter().flat_map(f32::to_le_bytes));
    }
}

/// Hands out columns; `None` when the bytes do not suffice.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn header(&mut self, kind: &[u8; 4]) -> Option<(usize, usize)> {
        let (head, rest) = self.0.split_at_checked(4)?;
        self.0 = rest;
        let numbers = self.u32s(3)?;
        (head == kind && numbers[0] == VERSION).then_some((numbers[1] as usize, numbers[2] as usize))
    }

    fn column<const N: usize, T>(&mut self, n: usize, from: fn([u8; N]) -> T) -> Option<Vec<T>> {
        let (head, rest) = self.0.split_at_checked(n.checked_mul(N)?)?;
        self.0 = rest;
        Some(head.as_chunks::<N>().0.iter().map(|&bytes| from(bytes)).collect())
    }

    fn u32s(&mut self, n: usize) -> Option<Vec<u32>> {
        self.column(n, u32::from_le_bytes)
    }

    fn u64s(&mut self, n: usize) -> Option<Vec<u64>> {
        self.column(n, u64::from_le_bytes)
    }

    fn f32s(&mut self, n: usize) -> Option<Vec<f32>> {
        self.column(n, f32::from_le_bytes)
    }

    /// Nothing may be left over.
    fn end<T>(&self, done: T) -> Option<T> {
        self.0.is_empty().then_some(done)
    }
}

fn load<T>(
    source: &impl Source,
    name: &str,
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, BuildError> {
    let bytes = source.bytes(name)?;
    read(&mut Reader(&bytes)).ok_or_else(|| source.damaged(name))
}

/// One vector per cover.
pub(super) struct VectorsFile {
    pub ids: Vec<AlbumId>,
    pub vectors: Array2<f32>,
}

impl VectorsFile {
    pub(super) fn dims(&self) -> u32 {
        self.vectors.ncols() as u32
    }

    pub(super) fn write(&self, folder: &Folder, name: &str) -> Result<(), BuildError> {
        let mut out = Writer::new(b"GFVE", self.vectors.nrows(), self.vectors.ncols());
        out.u64s(self.ids.iter().map(|id| id.0));
        out.f32s(self.vectors.iter().copied());
        folder.write(name, &out.0)
    }

    pub(super) fn read(source: &impl Source, name: &str) -> Result<Self, BuildError> {
        load(source, name, |file| {
            let (n, dims) = file.header(b"GFVE")?;
            let ids = file.u64s(n)?.into_iter().map(AlbumId).collect();
            let numbers = file.f32s(n.checked_mul(dims)?)?;
            let vectors = Array2::from_shape_vec((n, dims), numbers).ok()?;
            file.end(Self { ids, vectors })
        })
    }
}

/// What is known of each cover besides its vector.
pub(super) struct LooksFile {
    pub mean: Vec<[u8; 3]>,
    pub cluster: Vec<u32>,
}

impl LooksFile {
    pub(super) fn write(&self, folder: &Folder) -> Result<(), BuildError> {
        let mut out = Writer::new(b"GFLO", self.mean.len(), 0);
        out.u32s(self.cluster.iter().copied());
        out.0.extend(self.mean.as_flattened());
        folder.write(LOOKS, &out.0)
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, BuildError> {
        load(source, LOOKS, |file| {
            let (n, _) = file.header(b"GFLO")?;
            let cluster = file.u32s(n)?;
            let mean = file.column::<3, _>(n, |rgb| rgb)?;
            file.end(Self { mean, cluster })
        })
    }
}

/// Covers × genres: the probability of each, said by trees that never saw the cover. The genres' names stand in the
/// record.
pub(super) struct OpinionsFile {
    pub ids: Vec<AlbumId>,
    pub rows: Array2<f32>,
}

impl OpinionsFile {
    pub(super) fn write(&self, folder: &Folder) -> Result<(), BuildError> {
        let mut out = Writer::new(b"GFOP", self.rows.nrows(), self.rows.ncols());
        out.u64s(self.ids.iter().map(|id| id.0));
        out.f32s(self.rows.iter().copied());
        folder.write(OPINIONS, &out.0)
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, BuildError> {
        load(source, OPINIONS, |file| {
            let (n, genres) = file.header(b"GFOP")?;
            let ids = file.u64s(n)?.into_iter().map(AlbumId).collect();
            let rows = Array2::from_shape_vec((n, genres), file.f32s(n.checked_mul(genres)?)?).ok()?;
            file.end(Self { ids, rows })
        })
    }
}

pub(super) fn write_neighbours(folder: &Folder, near: &graph::Neighbours) -> Result<(), BuildError> {
    let mut out = Writer::new(b"GFNE", near.len(), near.k);
    out.u32s(near.index.iter().copied());
    out.f32s(near.similarity.iter().copied());
    folder.write(NEIGHBOURS, &out.0)
}

pub(super) fn read_neighbours(source: &impl Source) -> Result<graph::Neighbours, BuildError> {
    load(source, NEIGHBOURS, |file| {
        let (n, k) = file.header(b"GFNE")?;
        let cells = n.checked_mul(k)?;
        let (index, similarity) = (file.u32s(cells)?, file.f32s(cells)?);
        let inside = index.iter().all(|&i| (i as usize) < n);
        inside.then_some(())?;
        file.end(graph::Neighbours { k, index, similarity })
    })
}

/// Where each album stands, by ascending id.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct LayoutFile {
    pub id: Vec<u64>,
    /// First 8 bytes of the cover's hash, 0 for none: an album whose cover changed is placed anew.
    pub cover: Vec<u64>,
    pub at: Vec<[f32; 2]>,
    /// Place in the sheets, or [`crate::map::NO_SLOT`].
    pub slot: Vec<u32>,
}

impl LayoutFile {
    pub(super) fn write(&self, folder: &Folder) -> Result<(), BuildError> {
        let mut out = Writer::new(b"GFLA", self.id.len(), 0);
        out.u64s(self.id.iter().copied());
        out.u64s(self.cover.iter().copied());
        out.f32s(self.at.iter().flatten().copied());
        out.u32s(self.slot.iter().copied());
        folder.write(LAYOUT, &out.0)
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, BuildError> {
        load(source, LAYOUT, |file| {
            let (n, _) = file.header(b"GFLA")?;
            let (id, cover) = (file.u64s(n)?, file.u64s(n)?);
            let at = file.f32s(n.checked_mul(2)?)?.as_chunks::<2>().0.to_vec();
            let slot = file.u32s(n)?;
            file.end(Self { id, cover, at, slot })
        })
    }
}

/// Neighbours of each album, nearest first, as lists one behind the other.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Near {
    /// List `i` is `lists[starts[i]..starts[i + 1]]`.
    pub starts: Vec<u32>,
    pub lists: Vec<(u32, f32)>,
}

impl Near {
    pub(super) fn of(&self, i: u32) -> &[(u32, f32)] {
        let i = i as usize;
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.lists[from as usize..to as usize],
            _ => &[],
        }
    }

    pub(super) fn write(&self, folder: &Folder) -> Result<(), BuildError> {
        let mut out = Writer::new(b"GFNR", self.starts.len(), self.lists.len());
        out.u32s(self.starts.iter().copied());
        out.u32s(self.lists.iter().map(|l| l.0));
        out.f32s(self.lists.iter().map(|l| l.1));
        folder.write(NEAR, &out.0)
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, BuildError> {
        load(source, NEAR, |file| {
            let (n, m) = file.header(b"GFNR")?;
            let starts = file.u32s(n)?;
            let lists: Vec<(u32, f32)> = file.u32s(m)?.into_iter().zip(file.f32s(m)?).collect();
            let sound = starts.is_sorted()
                && starts.last().is_none_or(|&last| last as usize == m)
                && lists.iter().all(|l| (l.0 as usize) + 1 < n);
            sound.then_some(())?;
            file.end(Self { starts, lists })
        })
    }
}
