//! A finished build, as the server uses it.

use super::assemble::{CLUSTERS, COLUMNS, LABELS, MANIFEST, RECORD};
use super::files::{LayoutFile, Near, OpinionsFile, Source as _, VECTORS, VectorsFile};
use super::record::Record;
use super::stored::Stored;
use super::{BuildError, CURRENT, VERSION, sheets};
use crate::album::{AlbumId, Genre};
use crate::catalog::Catalog;
use crate::graph;
use crate::map::{Columns, Manifest};
use crate::report::FeatureInfo;
use ndarray::{Array2, ArrayView1};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A finished build, read-only, whole. Albums are numbered as in the columns.
pub struct Built {
    /// Hash of what it was made from.
    pub hash: String,
    /// The manifest for the page.
    pub manifest: Manifest,
    /// The map's columns.
    pub columns: Columns,
    /// Which features.
    pub features: FeatureInfo,
    /// Near-duplicate cluster of each album (equal number = the same picture).
    pub clusters: Vec<u32>,
    pub(super) files: Stored,
    pub(super) record: Record,
    near: Near,
    pub(super) opinions: OpinionsFile,
    /// For each album its place in `lines`, as starts.
    lines_of: Vec<u32>,
    /// Lines of the map by album, each listed at both ends: the other end and the similarity.
    lines: Vec<(u32, f32)>,
}

impl Built {
    /// The catalogue's present build; `None` before the first.
    ///
    /// # Errors
    /// When files of it are missing or damaged.
    pub fn open(catalog: &Catalog) -> Result<Option<Self>, BuildError> {
        match catalog.meta(CURRENT)? {
            Some(hash) => Self::read(&super::place_of(catalog.dir(), &hash), hash).map(Some),
            None => Ok(None),
        }
    }

    fn read(dir: &Path, hash: String) -> Result<Self, BuildError> {
        let files = Stored::open(dir)?;
        let record: Record = files.json(RECORD)?;
        let manifest: Manifest = files.json(MANIFEST)?;
        let clusters: Vec<u32> = files.json(CLUSTERS)?;
        let columns = Columns::decode(&files.bytes(COLUMNS)?).map_err(|_| files.damaged(COLUMNS))?;
        let layout = LayoutFile::read(&files)?;
        let near = Near::read(&files)?;
        let opinions = OpinionsFile::read(&files)?;
        let n = columns.id.len();
        let sound = record.version == VERSION
            && manifest.build == hash
            && columns.id == layout.id
            && opinions.rows.ncols() == record.opinion_genres.len()
            && opinions.ids.is_sorted()
            && columns.id.is_sorted()
            && (clusters.len(), near.starts.len()) == (n, n + 1)
            && columns.a.iter().chain(&columns.b).all(|&i| (i as usize) < n);
        if !sound {
            return Err(BuildError::Damaged(dir.to_owned()));
        }
        let (lines_of, lines) = both_ends(&columns);
        let features = record.info.clone();
        Ok(Self {
            hash,
            manifest,
            columns,
            features,
            clusters,
            files,
            record,
            near,
            opinions,
            lines_of,
            lines,
        })
    }

    /// What the forest makes of an album's cover: genres with their probability, the likeliest first; said by trees that
    /// never saw the cover. Empty for an album without a cover, and where the catalogue has too few covers of two
    /// genres.
    pub fn opinion(&self, id: AlbumId) -> Vec<(Genre, f32)> {
        let Ok(row) = self.opinions.ids.binary_search(&id) else { return Vec::new() };
        let mut all: Vec<(Genre, f32)> = self
            .record
            .opinion_genres
            .iter()
            .cloned()
            .zip(self.opinions.rows.row(row).iter().copied())
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }

    /// The same as numbers, one for each of [`Self::opinion_genres`]; none for an album without a cover.
    pub fn opinion_row(&self, id: AlbumId) -> Option<ArrayView1<'_, f32>> {
        self.opinions.ids.binary_search(&id).ok().map(|row| self.opinions.rows.row(row))
    }

    /// The genres that opinions are about.
    pub fn opinion_genres(&self) -> &[Genre] {
        &self.record.opinion_genres
    }

    /// Albums whose cover looks like another genre than they are tagged with: the album, that genre, its probability
    /// and that of the tag; the surest first. `tag` says what an album is tagged with.
    pub fn surprises(&self, tag: impl Fn(AlbumId) -> Option<Genre>) -> Vec<(AlbumId, Genre, f32, f32)> {
        let genres = &self.record.opinion_genres;
        let mut all = Vec::new();
        for (row, &id) in self.opinions.ids.iter().enumerate() {
            let row = self.opinions.rows.row(row);
            let Some(tagged) = tag(id).and_then(|tag| genres.binary_search(&tag).ok()) else { continue };
            let likeliest = (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best });
            if likeliest != tagged {
                all.push((id, genres[likeliest].clone(), row[likeliest], row[tagged]));
            }
        }
        all.sort_by(|a, b| (b.2 - b.3).total_cmp(&(a.2 - a.3)).then(a.0.cmp(&b.0)));
        all
    }

    /// Number of an album in the columns.
    pub fn index(&self, id: AlbumId) -> Option<u32> {
        self.columns.id.binary_search(&id.0).ok().map(|i| i as u32)
    }

    /// Neighbours of album number `i` by the usual mixture, nearest first, with similarity 0–1. At the end of an album that
    /// is like nobody stand albums by the same artist, with similarity 0: nothing was compared.
    pub fn neighbours(&self, i: u32) -> &[(u32, f32)] {
        self.near.of(i)
    }

    /// Up to `n` albums breadth-first from `i`, `i` first, and the edges (a, b, similarity) among them: the map's own
    /// and those on which they were reached; each once, `a < b`.
    pub fn nearest(&self, i: u32, n: usize) -> (Vec<u32>, Vec<(u32, u32, f32)>) {
        let (reached, ways) = graph::breadth_first(self.columns.id.len(), i, n, |i| self.near.of(i));
        let mut inside = vec![false; self.columns.id.len()];
        for &album in &reached {
            inside[album as usize] = true;
        }
        let on_map = reached.iter().flat_map(|&a| {
            self.lines_at(a)
                .iter()
                .filter(|l| inside[l.0 as usize])
                .map(move |&(b, similarity)| (a, b, similarity))
        });
        let edges: BTreeMap<(u32, u32), f32> = ways
            .into_iter()
            .chain(on_map)
            .map(|(a, b, similarity)| ((a.min(b), a.max(b)), similarity))
            .collect();
        (reached, edges.into_iter().map(|((a, b), similarity)| (a, b, similarity)).collect())
    }

    /// The map's lines at album number `i`: the other end and the similarity.
    pub fn lines_at(&self, i: u32) -> &[(u32, f32)] {
        let i = i as usize;
        match (self.lines_of.get(i), self.lines_of.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.lines[from as usize..to as usize],
            _ => &[],
        }
    }

    /// The features of all albums that have a cover: their ids and one row each.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn vectors(&self) -> Result<(Vec<AlbumId>, Array2<f32>), BuildError> {
        let file = VectorsFile::read(&self.files, VECTORS)?;
        Ok((file.ids, file.vectors))
    }

    /// File of a thumbnail sheet.
    pub fn sheet(&self, level: usize, sheet: u32) -> Option<PathBuf> {
        let known = self.manifest.levels.get(level).is_some_and(|l| sheet < l.sheets);
        known.then(|| self.files.dir().join(sheets::name(level, sheet as usize)))
    }

    /// The columns file, as sent to the page.
    pub fn columns_file(&self) -> PathBuf {
        self.files.dir().join(COLUMNS)
    }

    /// Reads one of the files that are sent to the page, and sees that it is what was written.
    ///
    /// # Errors
    /// [`BuildError::Gone`] when a later build took this one's place, [`BuildError::Damaged`].
    pub fn read_file(&self, path: &Path) -> Result<Vec<u8>, BuildError> {
        let dir = self.files.dir();
        let name = path.strip_prefix(dir).ok().and_then(Path::to_str);
        let name = name.ok_or_else(|| BuildError::Damaged(path.to_owned()))?;
        // A page may ask for many at once while a build is put away.
        self.files.bytes(name).map_err(|error| if dir.is_dir() { error } else { BuildError::Gone })
    }

    /// The labels file for the page: JSON array of `[title, artist]` in column order.
    pub fn labels_file(&self) -> PathBuf {
        self.files.dir().join(LABELS)
    }
}

/// Edges by album, strongest first.
fn both_ends(columns: &Columns) -> (Vec<u32>, Vec<(u32, f32)>) {
    let mut ends: Vec<(u32, u32, f32)> = Vec::with_capacity(2 * columns.a.len());
    for ((&a, &b), &similarity) in columns.a.iter().zip(&columns.b).zip(&columns.similarity) {
        ends.push((a, b, similarity));
        ends.push((b, a, similarity));
    }
    ends.sort_by(|x, y| x.0.cmp(&y.0).then(y.2.total_cmp(&x.2)).then(x.1.cmp(&y.1)));
    let mut starts = vec![0u32; columns.id.len() + 1];
    for &(a, _, _) in &ends {
        starts[a as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    (starts, ends.into_iter().map(|(_, b, similarity)| (b, similarity)).collect())
}
