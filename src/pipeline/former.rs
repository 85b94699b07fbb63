//! The build that is there already, as far as its files are what was written: what a new one may take over.

use super::assemble::{CLUSTERS, COLUMNS, LABELS, MANIFEST, RECORD};
use super::files::{self, LAYOUT, LayoutFile, Source as _};
use super::record::{Key, Record};
use super::stored::Stored;
use super::{BuildError, CURRENT, VERSION, sheets};
use crate::catalog::Catalog;
use crate::map::Columns;
use crate::whole::{Mark, Seal};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that every build has, besides its sheets and, where there are genres to tell apart, the forest.
const ALWAYS: [&str; 13] = [
    RECORD,
    MANIFEST,
    COLUMNS,
    LABELS,
    CLUSTERS,
    LAYOUT,
    files::VECTORS,
    files::STANDARD,
    files::PALETTES,
    files::LOOKS,
    files::NEIGHBOURS,
    files::OPINIONS,
    files::NEAR,
];

/// A build that is there.
pub(super) struct Former {
    pub dir: PathBuf,
    /// The files that are what was written.
    pub whole: Seal,
    /// Where albums stood, so that a new map resembles it.
    pub layout: Option<LayoutFile>,
    /// Those that are missing, or hold something else; of an earlier version's build, which vouched for none, empty.
    pub damaged: Vec<String>,
    /// Whether there was a list of them.
    pub is_sealed: bool,
    record: Option<Record>,
}

impl Former {
    /// The catalogue's present build, looked at file by file; `None` before the first. Reads all of them.
    ///
    /// # Errors
    /// The catalogue's.
    pub(super) fn of(catalog: &Catalog) -> Result<Option<Self>, BuildError> {
        Ok(catalog.meta(CURRENT)?.map(|hash| Self::read(&super::place_of(catalog.dir(), &hash))))
    }

    fn read(dir: &Path) -> Self {
        let (whole, mut damaged, listed) = match Seal::read(dir) {
            Ok(Some(seal)) => {
                let (whole, damaged) = seal.checked(dir);
                (whole, damaged, true)
            }
            // Builds of earlier versions have no list. What agrees with another file is what was written.
            Ok(None) if dir.is_dir() => (agreeing(dir), Vec::new(), false),
            Ok(None) => (Seal::default(), vec![String::new()], false),
            Err(_) => (agreeing(dir), vec![Seal::NAME.to_owned()], false),
        };
        let record = whole.mark(RECORD).and_then(|_| fs::read(dir.join(RECORD)).ok());
        let record = record.and_then(|json| serde_json::from_slice(&json).ok());
        let record = record.filter(|record: &Record| record.version == VERSION);
        if let Some(record) = record.as_ref().filter(|_| listed) {
            damaged.extend(expected(record).into_iter().filter(|name| whole.mark(name).is_none()));
            damaged.sort();
            damaged.dedup();
        }
        let layout = whole.mark(LAYOUT).and_then(|_| LayoutFile::read(&Stored::of(dir, whole.clone())).ok());
        Self { dir: dir.to_owned(), whole, layout, damaged, is_sealed: listed, record }
    }

    /// Whether all of it is there and was made from just this.
    pub(super) fn serves(&self, inputs: &Key) -> bool {
        self.is_sealed
            && self.damaged.is_empty()
            && self.record.as_ref().is_some_and(|record| record.inputs == *inputs)
    }

    /// The map's columns, where they are whole.
    pub(super) fn columns(&self) -> Option<Columns> {
        Columns::decode(&Stored::of(&self.dir, self.whole.clone()).bytes(COLUMNS).ok()?).ok()
    }

    /// Its record, where a stage's files can be taken over: `same` says whether it was made from the same.
    pub(super) fn offers(&self, names: &[&str], same: impl FnOnce(&Record) -> bool) -> Option<&Record> {
        let there = names.iter().all(|name| self.whole.mark(name).is_some());
        self.record.as_ref().filter(|record| there && same(record))
    }
}

/// What a build with such a record holds.
fn expected(record: &Record) -> Vec<String> {
    let mut names: Vec<String> = ALWAYS.map(str::to_owned).into();
    if !record.opinion_genres.is_empty() {
        names.push(files::FOREST.to_owned());
    }
    for (level, sheets) in record.sheets.iter().enumerate() {
        names.extend((0..sheets.len()).map(|sheet| sheets::name(level, sheet)));
    }
    names
}

/// Of a build without a list: the places, where the map's columns say the same, and the record that says what they were
/// made from. Everything else is made anew.
fn agreeing(dir: &Path) -> Seal {
    let agreeing = || {
        let stored = Stored::unsealed(dir);
        let layout = LayoutFile::read(&stored).ok()?;
        let columns = Columns::decode(&fs::read(dir.join(COLUMNS)).ok()?).ok()?;
        let at = columns.x.iter().zip(&columns.y).map(|(x, y)| [*x, *y]);
        let same = columns.id == layout.id && columns.slot == layout.slot && at.eq(layout.at.iter().copied());
        same.then_some(())?;
        let mark = |name: &str| Some((name.to_owned(), Mark::of(&fs::read(dir.join(name)).ok()?)));
        [LAYOUT, RECORD].into_iter().map(mark).collect::<Option<BTreeMap<_, _>>>()
    };
    agreeing().map_or_else(Seal::default, Seal::new)
}
