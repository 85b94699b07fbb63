//! Tables: a header, then one album per row.
//!
//! What parts the cells and where the header is, [`header`] finds; which letters the bytes stand for, [`super::letters`]; and
//! what numbers mean is decided by all of them together ([`super::survey`]). A row's cover is
//!
//! - the file in its first cell for files that is not empty (`file`, `path`, `image`, …): a row whose file cannot be
//!   used is left out, with the reason;
//! - else the file where a program says to have put it (`FileLoc`), if it is there;
//! - else none, when the row gives only a link to the web, or a file of music: then artist and title make it an album
//!   all the same.

use super::ImportError;
use super::cells;
use super::coverless::Coverless;
use super::facts::{FactsOf, Unread};
use super::file_name;
use super::find_file::{FindError, Finder};
use super::header::{self, Header, HeaderError};
use super::letters::{Input, Letters};
use super::place::PlaceError;
use super::record::{Cover, Entry, Record};
use super::rows::{self, Row, Rows};
use super::survey::{Survey, is_link};
use super::tracks::{Again, Tracks};
use crate::album::CoverHash;
use crate::catalog::text;
use crate::report::ImportReport;
use gatefold_types::formula;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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
    coverless: Coverless,
    /// Of a table of tracks.
    tracks: Option<Tracks>,
    again: Mutex<Again>,
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
    /// Reads the header of the file at a canonical path, and goes over its rows, until `stopped` says so.
    pub(super) fn open(path: &Path, stopped: &dyn Fn() -> bool) -> Result<Self, ImportError> {
        let unreadable = |source| ImportError::Unreadable { path: path.to_owned(), source };
        let letters = Letters::of(path)?;
        let mut header = header::read(&letters, path).map_err(|e| match e {
            HeaderError::Io(source) => unreadable(source),
            HeaderError::Strange(columns) => ImportError::NoColumns { path: path.to_owned(), columns },
            HeaderError::Stacked(above, below) => {
                ImportError::StackedHeader { path: path.to_owned(), above, below }
            }
        })?;
        let survey = Survey::of(&letters, path, &mut header, stopped).map_err(unreadable)?;
        let survey = survey.ok_or(ImportError::Cancelled(0))?;
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        let mut table = Self {
            path: path.to_owned(),
            root,
            letters,
            header,
            survey,
            unread: Unread::default(),
            coverless: Coverless::default(),
            tracks: None,
            again: Mutex::default(),
        };
        if Tracks::are_in(&table.header.columns) {
            table.tracks = Some(table.tracks(stopped)?);
        }
        Ok(table)
    }

    /// Goes over the rows of a table of tracks.
    fn tracks(&self, stopped: &dyn Fn() -> bool) -> Result<Tracks, ImportError> {
        let unreadable = |source| ImportError::Unreadable { path: self.path.clone(), source };
        let mut tracks = Tracks::default();
        let mut rows = header::rows(&self.letters, &self.path, self.header.separator).map_err(unreadable)?;
        for _ in 0..self.header.rows {
            rows.next().map_err(unreadable)?;
        }
        while let Some(row) = rows.next().map_err(unreadable)? {
            if stopped() {
                return Err(ImportError::Cancelled(0));
            }
            if row.fault.is_none() && row.line <= self.survey.last_line {
                let cells = rows::cells(&row.bytes, self.header.separator, &self.letters);
                tracks.add(FactsOf { columns: &self.header.columns, survey: &self.survey, cells: &cells });
            }
        }
        Ok(tracks)
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
        report.notes.extend(self.again.lock().unwrap_or_else(PoisonError::into_inner).note());
    }

    /// Says in a report how many of its albums came without a cover, and why; `is_there` says which covers the catalogue has.
    pub(super) fn tell_of_covers(&self, is_there: &dyn Fn(&CoverHash) -> bool, report: &mut ImportReport) {
        let columns = &self.header.columns;
        let pictures = self.survey.pictures.and_then(|column| columns.names.get(column));
        self.coverless.tell(columns, pictures.map(String::as_str), is_there, report);
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
        match &self.tracks {
            Some(tracks) => tracks.complete(row, &mut facts),
            // Counters are whole whatever happened to another thread.
            None => self.again.lock().unwrap_or_else(PoisonError::into_inner).see(&facts, place),
        }
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
        if matches!(cover, Cover::None) && !repeats {
            self.coverless.add(&self.header.columns, cells);
        }
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
mod tests;
