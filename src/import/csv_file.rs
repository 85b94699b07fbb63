//! Tables: a header, then one album per row.
//!
//! Cells are parted by comma, semicolon, tab or `|`, whichever makes most sense of the header. Rows that are not
//! UTF-8 are read as Windows-1252, which spreadsheets write. A row's cover is
//!
//! - the file in its first cell for files that is not empty (`file`, `path`, `image`, …): a row whose file cannot be
//!   used is left out, with the reason;
//! - else the file where a program says to have put it (`FileLoc`), if it is there;
//! - else none, when the row gives only a link to the web: then artist and title make it an album all the same.

use super::cells;
use super::columns::{AUDIO, Columns};
use super::place;
use super::record::{Cover, Entry, Record};
use super::rows::{Row, Rows};
use super::{ImportError, file_name};
use crate::album::{AudioFeatures, Genre};
use crate::catalog::{Facts, text};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

/// Separators that programs write, the usual one first.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// A table whose header was understood.
pub(super) struct Table {
    path: PathBuf,
    /// The folder it lies in, canonical: its files are there.
    root: PathBuf,
    separator: u8,
    columns: Columns,
}

impl Table {
    /// Reads the header of the file at a canonical path.
    pub(super) fn open(path: &Path) -> Result<Self, ImportError> {
        let fault = |why: String| ImportError::NotATable { path: path.to_owned(), why };
        let mut input = reader(path)?;
        let begin = input.fill_buf().map_err(|source| unreadable(path, source))?;
        if begin.is_empty() {
            return Err(fault("is empty: a CSV file needs a header and rows below it".to_owned()));
        }
        if image::guess_format(begin).is_ok() {
            return Err(fault("is a picture: name the folder that it lies in, or a CSV file".to_owned()));
        }
        if begin.starts_with(&[0xff, 0xfe]) || begin.starts_with(&[0xfe, 0xff]) {
            return Err(fault("is UTF-16: save it as “CSV UTF-8” and import that".to_owned()));
        }
        if begin.contains(&0) {
            return Err(fault("is not a text file: name a folder of covers or a CSV file".to_owned()));
        }
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        let mut best: Option<(u8, Columns)> = None;
        let mut names = Vec::new();
        for separator in SEPARATORS {
            input.rewind().map_err(|source| unreadable(path, source))?;
            let mut rows = rows(input, path, separator)?;
            let header = rows.next().map_err(|source| unreadable(path, source))?;
            input = rows.into_input();
            let header = header.map(|row| cells_of(&row.bytes, separator)).unwrap_or_default();
            let columns = Columns::of(&header);
            if best.as_ref().is_none_or(|(_, best)| columns.understood() > best.understood()) {
                best = Some((separator, columns));
                names = header;
            }
        }
        match best {
            Some((separator, columns)) if columns.suffice() => {
                Ok(Self { path: path.to_owned(), root, separator, columns })
            }
            _ => {
                let listed: String = names.join(", ").chars().take(200).collect();
                Err(fault(format!(
                    "has no column for a cover's file (`file`) or an album's title (`album`); its columns are: {listed}"
                )))
            }
        }
    }

    /// Number of rows below the header.
    pub(super) fn count(&self) -> Result<u64, ImportError> {
        let mut rows = self.rows()?;
        let mut count = 0;
        while rows.next().map_err(|source| unreadable(&self.path, source))?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Its rows as records, one by one.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = Entry> + Send + '_, ImportError> {
        let mut rows = self.rows()?;
        let mut keys = HashSet::new();
        let mut failed = false;
        Ok(std::iter::from_fn(move || {
            if failed {
                return None;
            }
            match rows.next() {
                Ok(row) => row.map(|row| self.entry(row, &mut rows, &mut keys)),
                Err(e) => {
                    failed = true;
                    Some(Entry::skipped(
                        self.file_name(),
                        format!("the rest of the file could not be read: {e}"),
                    ))
                }
            }
        }))
    }

    fn rows(&self) -> Result<Rows<BufReader<File>>, ImportError> {
        let mut rows = rows(reader(&self.path)?, &self.path, self.separator)?;
        rows.next().map_err(|source| unreadable(&self.path, source))?;
        Ok(rows)
    }

    fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn entry(&self, mut row: Row, rows: &mut Rows<BufReader<File>>, keys: &mut HashSet<String>) -> Entry {
        let place = format!("{} row {}", self.file_name(), row.number);
        let place = if row.line == row.number { place } else { format!("{place} (line {})", row.line) };
        if let Some(fault) = row.fault {
            return Entry::skipped(place, fault);
        }
        let cells = cells_of(&row.bytes, self.separator);
        let (found, wanted) = (cells.len(), self.columns.width);
        let too_few = found < self.columns.named;
        let too_many = cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if too_few || too_many {
            // Perhaps a forgotten quotation mark swallowed the next rows: they get another chance.
            rows.give_up(&mut row);
            let word = if too_few { "too few" } else { "too many" };
            let reason = format!(
                "it has {word} cells, {found} where the header has {}: is a separator missing or unquoted?",
                self.columns.named
            );
            return Entry::skipped(label(&place, &self.first(&cells, &self.columns.file)), reason);
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Entry::skipped(place, "the row is empty");
        }
        match self.record(&place, &cells, keys) {
            Ok(record) => Entry::Record(Box::new(record)),
            Err((name, reason)) => Entry::skipped(label(&place, &name), reason),
        }
    }

    /// A row as a record, or what it is called and why it is none.
    fn record(
        &self,
        place: &str,
        cells: &[String],
        keys: &mut HashSet<String>,
    ) -> Result<Record, (Option<String>, String)> {
        let mut facts = self.facts(cells);
        let names = facts.artist.iter().chain(&facts.title).chain(&facts.track);
        let names = names.cloned().collect::<Vec<_>>().join(" – ");
        let (cover, name) = match self.cover(cells) {
            Ok(found) => found,
            Err((file, reason)) => return Err((Some(file), reason)),
        };
        let id = self.first(cells, &self.columns.id);
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
                facts.key.clone_from(&names);
                format!("name:{}", text::fold(&names))
            }
        };
        if let (Some(name), None, None, None) = (&name, &facts.artist, &facts.title, &facts.track) {
            let named = file_name::parse(stem(name));
            (facts.artist, facts.title) = (named.artist, named.title);
            facts.year = facts.year.or(named.year);
        }
        // A key that was there is told apart by names, and if need be by a number.
        let repeats = keys.contains(&natural);
        let mut key = natural.clone();
        let mut number = 1;
        while !keys.insert(key.clone()) {
            number += 1;
            key = match number {
                2 => format!("{natural}#{}", text::fold(&names)),
                _ => format!("{natural}#{}#{number}", text::fold(&names)),
            };
        }
        let label = label(place, &name.or(Some(names)).filter(|name| !name.is_empty()));
        Ok(Record { key, label, facts, cover, repeats })
    }

    /// A row's cover and the file's name, or the file and why it cannot be used.
    fn cover(&self, cells: &[String]) -> Result<(Cover, Option<String>), (String, String)> {
        let mut linked = !self.columns.link.is_empty() && self.first(cells, &self.columns.link).is_some();
        for column in &self.columns.file {
            let cell = cells[*column].trim();
            if is_link(cell) {
                linked = true;
            } else if cells::text(cell).is_some() {
                return match place::locate(&self.root, cell) {
                    Ok((path, name)) => Ok((Cover::File(path), Some(name))),
                    Err(e) => Err((cell.to_owned(), e.to_string())),
                };
            }
        }
        if let Some(cell) = self.first(cells, &self.columns.place)
            && !is_link(&cell)
        {
            return match place::locate(&self.root, &cell) {
                Ok((path, name)) => Ok((Cover::File(path), Some(name))),
                // The picture is elsewhere, and the row says where.
                Err(place::PlaceError::Missing) if linked => Ok((Cover::None, None)),
                Err(e) => Err((cell, e.to_string())),
            };
        }
        Ok((Cover::None, None))
    }

    fn facts(&self, cells: &[String]) -> Facts {
        let columns = &self.columns;
        let text = |of: &[usize]| self.first(cells, of);
        let all = |of: &[usize]| of.iter().map(|column| cells[*column].as_str()).collect::<Vec<_>>();
        let tags: Vec<Genre> = all(&columns.genres).into_iter().flat_map(cells::genres).collect();
        // A column for the one genre decides, even by saying nothing: then none or several fit.
        let genre = match columns.genre.first() {
            Some(&column) => cells::genres(&cells[column]).into_iter().next(),
            None => cells::main_genre(&tags),
        };
        let genres = if tags.is_empty() { genre.iter().cloned().collect() } else { tags };
        Facts {
            artist: text(&columns.artist),
            title: text(&columns.title),
            track: text(&columns.track),
            genre,
            genres,
            year: all(&columns.year).into_iter().find_map(cells::year),
            plays: all(&columns.plays).into_iter().find_map(cells::count),
            listeners: all(&columns.listeners).into_iter().find_map(cells::count),
            popularity: all(&columns.popularity).into_iter().find_map(|c| cells::within(c, 0.0, 100.0)),
            audio: self.audio(cells),
            similar: all(&columns.similar).into_iter().flat_map(cells::similar).collect(),
            key: String::new(),
            collection: text(&columns.collection),
        }
    }

    fn audio(&self, cells: &[String]) -> Option<AudioFeatures> {
        let mut figures = [None; 9];
        for ((figure, column), (_, low, high)) in figures.iter_mut().zip(self.columns.audio).zip(AUDIO) {
            *figure = column.and_then(|column| cells::within(&cells[column], low, high));
        }
        if figures.iter().all(Option::is_none) {
            return None;
        }
        let [
            danceability,
            energy,
            loudness,
            speechiness,
            acousticness,
            instrumentalness,
            liveness,
            valence,
            tempo,
        ] = figures;
        let of_artist = self.columns.audio_level.is_some_and(|column| cells[column].trim() == "artist");
        Some(AudioFeatures {
            danceability,
            energy,
            loudness,
            speechiness,
            acousticness,
            instrumentalness,
            liveness,
            valence,
            tempo,
            of_artist,
        })
    }

    /// The first text in some columns. Rows that are too short have been left out by now, or have no text there.
    fn first(&self, cells: &[String], columns: &[usize]) -> Option<String> {
        columns.iter().filter_map(|column| cells.get(*column)).find_map(|cell| cells::text(cell))
    }
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

fn is_link(cell: &str) -> bool {
    let begin = cell.get(..8).unwrap_or(cell).to_ascii_lowercase();
    begin.starts_with("http://") || begin.starts_with("https://") || begin.starts_with("//")
}

fn reader(path: &Path) -> Result<BufReader<File>, ImportError> {
    let fault = |source| unreadable(path, source);
    let file = File::open(path).map_err(fault)?;
    if !file.metadata().map_err(fault)?.is_file() {
        let why = "is neither a file nor a folder".to_owned();
        return Err(ImportError::NotATable { path: path.to_owned(), why });
    }
    Ok(BufReader::with_capacity(1 << 16, file))
}

fn rows(
    mut input: BufReader<File>,
    path: &Path,
    separator: u8,
) -> Result<Rows<BufReader<File>>, ImportError> {
    let fault = |source| unreadable(path, source);
    // The byte order mark that some programs put in front of UTF-8.
    if input.fill_buf().map_err(fault)?.starts_with(b"\xef\xbb\xbf") {
        input.read_exact(&mut [0; 3]).map_err(fault)?;
    }
    Rows::new(input, separator).map_err(fault)
}

fn unreadable(path: &Path, source: std::io::Error) -> ImportError {
    ImportError::Unreadable { path: path.to_owned(), source }
}

/// The cells of one row.
fn cells_of(row: &[u8], separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(row.len().clamp(64, 1 << 16))
        .from_reader(row);
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(decode).collect(),
        // A slice of memory can always be read, and a flexible reader refuses no row.
        Ok(false) | Err(_) => Vec::new(),
    }
}

/// UTF-8, else Windows-1252.
fn decode(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => cell.iter().map(|&byte| windows_1252(byte)).collect(),
    }
}

/// Windows-1252 is Latin-1 but for 0x80 to 0x9f (the WHATWG Encoding Standard's index; what it leaves to control
/// characters is `\u{fffd}` here).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}
