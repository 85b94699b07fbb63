//! Tables: a header, then one album per row.
//!
//! What parts the cells and where the header is, [`header`] finds; which letters the bytes stand for, [`letters`]; and
//! what numbers mean is decided by all of them together ([`survey`]). A row's cover is
//!
//! - the file in its first cell for files that is not empty (`file`, `path`, `image`, …): a row whose file cannot be
//!   used is left out, with the reason;
//! - else the file where a program says to have put it (`FileLoc`), if it is there;
//! - else none, when the row gives only a link to the web, or a file of music: then artist and title make it an album
//!   all the same.

use super::ImportError;
use super::cells;
use super::facts::{FactsOf, Unread};
use super::file_name;
use super::find_file::{FindError, Finder};
use super::header::{self, Header, HeaderError};
use super::letters::{Input, Letters};
use super::place::PlaceError;
use super::record::{Cover, Entry, Record};
use super::rows::{self, Row, Rows};
use super::survey::{Survey, is_link};
use crate::catalog::text;
use crate::report::ImportReport;
use gatefold_types::formula;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Endings of files of music.
const MUSIC: [&str; 18] = [
    "mp3", "flac", "m4a", "m4b", "m4p", "mp4", "ogg", "oga", "opus", "wav", "aac", "wma", "aiff", "aif",
    "ape", "wv", "mpc", "dsf",
];

/// A table whose header was understood.
pub(super) struct Table {
    path: PathBuf,
    /// The folder it lies in, canonical: its files are there.
    root: PathBuf,
    letters: Letters,
    header: Header,
    survey: Survey,
    unread: Unread,
}

/// What is remembered from row to row.
struct Reading<'a> {
    rows: Rows<Input>,
    finder: Finder<'a>,
    keys: HashSet<String>,
    /// How often keys that were there came again.
    repeats: HashMap<String, u64>,
}

impl Table {
    /// Reads the header of the file at a canonical path, and goes over its rows.
    pub(super) fn open(path: &Path) -> Result<Self, ImportError> {
        let unreadable = |source| ImportError::Unreadable { path: path.to_owned(), source };
        let letters = Letters::of(path)?;
        let mut header = header::read(&letters, path).map_err(|e| match e {
            HeaderError::Io(source) => unreadable(source),
            HeaderError::Strange(columns) => ImportError::NoColumns { path: path.to_owned(), columns },
            HeaderError::Stacked(above, below) => {
                ImportError::StackedHeader { path: path.to_owned(), above, below }
            }
        })?;
        let survey = Survey::of(&letters, path, &mut header).map_err(unreadable)?;
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self { path: path.to_owned(), root, letters, header, survey, unread: Unread::default() })
    }

    /// Number of rows below the header.
    pub(super) fn count(&self) -> u64 {
        self.survey.rows
    }

    /// Its rows as records, one by one.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = Entry> + Send + '_, ImportError> {
        let unreadable = |source| ImportError::Unreadable { path: self.path.clone(), source };
        let mut rows = header::rows(&self.letters, &self.path, self.header.separator).map_err(unreadable)?;
        for _ in 0..self.header.rows {
            rows.next().map_err(unreadable)?;
        }
        let finder = Finder::new(&self.root, &self.letters);
        let mut reading = Reading { rows, finder, keys: HashSet::new(), repeats: HashMap::new() };
        let mut over = false;
        Ok(std::iter::from_fn(move || {
            if over {
                return None;
            }
            match reading.rows.next() {
                // Below the last row that holds anything, spreadsheets may have empty ones without end.
                Ok(row) => row
                    .filter(|row| row.line <= self.survey.last_line)
                    .map(|row| self.entry(row, &mut reading)),
                Err(e) => {
                    over = true;
                    Some(Entry::skipped(
                        self.file_name(),
                        format!("the rest of the file could not be read: {e}"),
                    ))
                }
            }
        }))
    }

    /// Says in a report what of the table was not used or not understood, once its rows have been read.
    pub(super) fn tell(&self, report: &mut ImportReport) {
        report.unused_columns = self.header.columns.unused();
        report.notes = self.letters.notes(&self.file_name());
        report.notes.extend(self.unread.notes(&self.header.columns.names));
    }

    fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn entry(&self, mut row: Row, reading: &mut Reading<'_>) -> Entry {
        let place = format!("{} row {}", self.file_name(), row.number);
        let place = if row.line == row.number { place } else { format!("{place} (line {})", row.line) };
        if let Some(fault) = row.fault {
            return Entry::skipped(place, fault);
        }
        let columns = &self.header.columns;
        let mut cells = rows::cells(&row.bytes, self.header.separator, &self.letters);
        let (found, wanted) = (cells.len(), columns.width);
        let too_few = found < columns.named;
        let too_many = cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if too_few || too_many {
            // Perhaps a forgotten quotation mark swallowed the next rows: they get another chance.
            reading.rows.give_up(&mut row);
            let word = if too_few { "too few" } else { "too many" };
            let reason = format!(
                "it has {word} cells, {found} where the header has {}: is a separator missing or unquoted?",
                columns.named
            );
            let mut files = columns.file.iter().filter_map(|column| cells.get(*column));
            return Entry::skipped(label(&place, &files.find_map(|cell| cells::text(cell))), reason);
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Entry::skipped(place, "the row is empty");
        }
        if cells.iter().map(|cell| cell.trim()).eq(self.header.line.iter().map(|name| name.trim())) {
            return Entry::skipped(place, "it is the header again: were several tables joined?");
        }
        for (column, cell) in cells.iter_mut().enumerate() {
            if !columns.file.contains(&column)
                && let Some(bare) = formula::unguarded(cell).map(str::to_owned)
            {
                *cell = bare;
            }
        }
        match self.record(&place, &cells, reading) {
            Ok(record) => Entry::Record(Box::new(record)),
            Err((name, reason)) => Entry::skipped(label(&place, &name), reason),
        }
    }

    /// A row as a record, or what it is called and why it is none.
    fn record(
        &self,
        place: &str,
        cells: &[String],
        reading: &mut Reading<'_>,
    ) -> Result<Record, (Option<String>, String)> {
        let row = FactsOf { columns: &self.header.columns, survey: &self.survey, cells };
        let mut facts = row.facts(&self.unread);
        let joined = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>().join(" – ");
        let names = joined(facts.artist.iter().chain(&facts.title).chain(&facts.track).collect());
        let (cover, name) = match self.cover(cells, &mut reading.finder) {
            Ok(found) => found,
            Err((file, reason)) => return Err((Some(file), reason)),
        };
        let id = row.first(&self.header.columns.id);
        let natural = match (&name, &id) {
            (Some(name), _) => {
                facts.key = stem(name).to_owned();
                name.clone()
            }
            (None, _) if facts.title.is_none() && facts.track.is_none() => {
                let reason =
                    "it names neither a cover's file nor an album: fill in `file`, or artist and album";
                return Err((Some(names).filter(|names| !names.is_empty()), reason.to_owned()));
            }
            (None, Some(id)) => {
                facts.key.clone_from(id);
                format!("id:{id}")
            }
            (None, None) => {
                // Tracks of one album are one album.
                let album = match &facts.title {
                    Some(title) => joined(facts.artist.iter().chain([title]).collect()),
                    None => names.clone(),
                };
                let key = format!("name:{}", text::fold(&album));
                facts.key = album;
                key
            }
        };
        if let (Some(name), None, None, None) = (&name, &facts.artist, &facts.title, &facts.track) {
            let named = file_name::parse(stem(name));
            (facts.artist, facts.title) = (named.artist, named.title);
            facts.year = facts.year.or(named.year);
        }
        let repeats = reading.keys.contains(&natural);
        let key = reading.key(natural, &names);
        let label = label(place, &name.or(Some(names)).filter(|name| !name.is_empty()));
        Ok(Record { key, label, facts, cover, instead: Vec::new(), repeats })
    }

    /// A row's cover and the file's name, or the file and why it cannot be used.
    fn cover(
        &self,
        cells: &[String],
        finder: &mut Finder<'_>,
    ) -> Result<(Cover, Option<String>), (String, String)> {
        let columns = &self.header.columns;
        let first = |columns: &[usize]| columns.iter().find_map(|column| cells::text(&cells[*column]));
        let mut linked = first(&columns.link).is_some();
        for column in &columns.file {
            let cell = cells[*column].trim();
            if is_link(cell) {
                linked = true;
            } else if cells::text(cell).is_some() && !is_music(cell) {
                return match finder.find(cell) {
                    Ok((path, name)) => Ok((Cover::File(path), Some(name))),
                    Err(e) => Err((cell.to_owned(), e.to_string())),
                };
            }
        }
        if let Some(cell) = first(&columns.place)
            && !is_link(&cell)
            && !is_music(&cell)
        {
            return match finder.find(&cell) {
                Ok((path, name)) => Ok((Cover::File(path), Some(name))),
                // The picture is elsewhere, and the row says where.
                Err(FindError::Place(PlaceError::Missing)) if linked => Ok((Cover::None, None)),
                Err(e) => Err((cell, e.to_string())),
            };
        }
        Ok((Cover::None, None))
    }
}

impl Reading<'_> {
    /// A record's own key. One that was there is told apart by names, and if need be by a number.
    fn key(&mut self, natural: String, names: &str) -> String {
        if self.keys.insert(natural.clone()) {
            return natural;
        }
        let named = format!("{natural}#{}", text::fold(names));
        if self.keys.insert(named.clone()) {
            return named;
        }
        let number = self.repeats.entry(named.clone()).or_insert(2);
        loop {
            *number += 1;
            let key = format!("{named}#{number}");
            if self.keys.insert(key.clone()) {
                return key;
            }
        }
    }
}

fn is_music(cell: &str) -> bool {
    let ending = cell.trim().rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    MUSIC.contains(&ending.as_str())
}

fn label(place: &str, name: &Option<String>) -> String {
    match name {
        Some(name) => format!("{place}: {name}"),
        None => place.to_owned(),
    }
}

fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_makes_the_reader_stumble() {
        let pieces: [&[u8]; 16] = [
            b"artist",
            b"album",
            b",",
            b";",
            b"\n",
            b"\r\n",
            b"\"",
            b"\0",
            b"\xe9",
            "\u{e9}".as_bytes(),
            b"sep=;\n",
            b"1.234",
            b"file,artist\n",
            b"['a",
            b"\xff\xfe",
            b"12/3",
        ];
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().canonicalize().unwrap().join("t.csv");
        let (mut seed, mut read) = (7_u64, 0);
        for _ in 0..500 {
            let mut table = Vec::new();
            for _ in 0..24 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                table.extend_from_slice(pieces[(seed >> 60) as usize]);
            }
            std::fs::write(&path, &table).unwrap();
            match Table::open(&path) {
                Ok(table) => {
                    read += 1;
                    assert!(table.entries().unwrap().count() < 100);
                    table.tell(&mut ImportReport::default());
                }
                // A refusal is an answer too.
                Err(e) => assert!(e.to_string().len() > 20, "{e}"),
            }
        }
        assert!(read > 25, "most tables were refused");
    }

    #[test]
    fn keys_do_not_depend_on_how_often_names_come_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().canonicalize().unwrap().join("t.csv");
        std::fs::write(&path, format!("artist,album,track\n{}", "A,B,x\nA,B,y\n".repeat(3))).unwrap();
        let table = Table::open(&path).unwrap();
        let key = |entry| match entry {
            Entry::Record(record) => record.key,
            Entry::Album(..) => panic!("a table has no folders"),
            Entry::Skipped(skipped) => panic!("{skipped:?}"),
        };
        let keys: Vec<String> = table.entries().unwrap().map(key).collect();
        let names = ["", "#a b y", "#a b x", "#a b y#3", "#a b x#3", "#a b y#4"];
        assert_eq!(keys, names.map(|end| format!("name:a b{end}")));
    }
}
