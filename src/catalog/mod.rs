//! The store: SQLite and covers in the data directory.

use crate::album::{Album, AlbumId, CoverHash};
use crate::cover::Derived;
use crate::report::{AlbumList, EvaluationReport};
use crate::wire::{AlbumQuery, EvaluationLine, EvaluationRun, Generated};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How a catalogue is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reads only; works beside a writer. The catalogue must exist.
    Read,
    /// Creates what is missing and holds the directory's lock until dropped.
    Write,
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum CatalogError {
    #[error("{0}")]
    Other(String),
}

type Result<T> = std::result::Result<T, CatalogError>;

/// A data directory's catalogue.
pub struct Catalog {}

#[allow(unused_variables, missing_docs, clippy::todo)]
impl Catalog {
    pub fn open(dir: &Path, access: Access) -> Result<Self> {
        todo!()
    }
    /// Whether `dir` holds a catalogue.
    pub fn exists(dir: &Path) -> bool {
        todo!()
    }
    pub fn dir(&self) -> &Path {
        todo!()
    }
    pub fn len(&self) -> Result<u64> {
        todo!()
    }
    pub fn is_empty(&self) -> Result<bool> {
        todo!()
    }
    /// All albums by ascending id.
    pub fn albums(&self) -> Result<Vec<Album>> {
        todo!()
    }
    pub fn album(&self, id: AlbumId) -> Result<Option<Album>> {
        todo!()
    }
    pub fn find(&self, query: &AlbumQuery) -> Result<AlbumList> {
        todo!()
    }
    /// Albums per genre.
    pub fn genres(&self) -> Result<BTreeMap<String, u64>> {
        todo!()
    }
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        todo!()
    }
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<()> {
        todo!()
    }
    /// Where the cover's file lies (content-addressed, as imported).
    pub fn cover_path(&self, hash: &CoverHash) -> PathBuf {
        todo!()
    }
    pub fn cover(&self, hash: &CoverHash) -> Result<Vec<u8>> {
        todo!()
    }
    /// What was derived from a cover, if it was derived by the present [`crate::cover::VERSION`].
    pub fn derived(&self, hash: &CoverHash) -> Result<Option<Derived>> {
        todo!()
    }
    /// The same for many at once, in the order asked.
    pub fn derived_many(&self, hashes: &[CoverHash]) -> Result<Vec<Option<Derived>>> {
        todo!()
    }
    pub fn put_derived(&mut self, derived: &[(CoverHash, Derived)]) -> Result<()> {
        todo!()
    }
    /// Keeps a generated cover with its PNG files, one per frame; for an interpolation the strip comes last.
    pub fn put_generated(&mut self, generated: &Generated, pngs: &[Vec<u8>]) -> Result<()> {
        todo!()
    }
    pub fn generated(&self, id: &str) -> Result<Option<Generated>> {
        todo!()
    }
    pub fn generated_png(&self, id: &str, frame: u32) -> Result<Option<Vec<u8>>> {
        todo!()
    }
    /// Newest first.
    pub fn generated_list(&self, limit: u32) -> Result<Vec<Generated>> {
        todo!()
    }
    /// Keeps an evaluation; returns its run id (16 hexadecimal digits).
    pub fn put_evaluation(&mut self, report: &EvaluationReport) -> Result<String> {
        todo!()
    }
    pub fn evaluation(&self, run: &str) -> Result<Option<EvaluationRun>> {
        todo!()
    }
    /// Newest first.
    pub fn evaluations(&self) -> Result<Vec<EvaluationLine>> {
        todo!()
    }
}
