//! What a table's row says of its album.

use super::cells;
use super::columns::{AUDIO, Columns};
use super::genres::{genres, main_genre};
use super::numbers;
use super::survey::Survey;
use crate::album::{AudioFeatures, Genre};
use crate::catalog::Facts;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Columns of numbers or dates with cells that were not understood: how many, and the first of them.
#[derive(Debug, Default)]
pub(super) struct Unread(Mutex<BTreeMap<usize, (u64, String)>>);

/// Letters of a cell that are quoted.
const QUOTED: usize = 40;

impl Unread {
    fn add(&self, column: usize, cell: &str) {
        // Counters are whole whatever happened to another thread.
        let mut columns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, _) =
            columns.entry(column).or_insert_with(|| (0, cell.trim().chars().take(QUOTED).collect()));
        *count += 1;
    }

    /// A sentence for each column.
    pub(super) fn notes(&self, names: &[String]) -> Vec<String> {
        let columns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let note = |(column, (count, cell)): (&usize, &(u64, String))| {
            let name = names.get(*column).map_or("", String::as_str);
            match count {
                1 => format!("one cell of column {name} was not understood and stays unknown: “{cell}”"),
                n => format!(
                    "{n} cells of column {name} were not understood and stay unknown, such as “{cell}”"
                ),
            }
        };
        columns.iter().map(note).collect()
    }
}

/// A row.
#[derive(Clone, Copy)]
pub(super) struct FactsOf<'a> {
    pub columns: &'a Columns,
    pub survey: &'a Survey,
    pub cells: &'a [String],
}

impl<'a> FactsOf<'a> {
    /// Everything that the row says, the key aside.
    pub(super) fn facts(self, unread: &Unread) -> Facts {
        let columns = self.columns;
        let own = columns.is_own();
        let lists: Vec<(usize, Vec<Genre>)> = columns
            .genres
            .iter()
            .filter_map(|&column| Some((column, genres(self.cells.get(column)?))))
            .collect();
        let named = match self.all(&columns.genre).into_iter().find(|cell| cells::text(cell).is_some()) {
            // There, a cell is one genre, whatever its name.
            Some(cell) if own => Genre::new(cell).into_iter().collect(),
            Some(cell) => genres(cell),
            None => Vec::new(),
        };
        // A column for the one genre decides, even by saying nothing: then none or several fit.
        let genre = match columns.genre.as_slice() {
            [] => lists.iter().find_map(|(column, list)| match columns.is_of_tags(*column) {
                true => main_genre(list),
                false => list.first().cloned(),
            }),
            _ => named.first().cloned(),
        };
        let tags: Vec<Genre> = lists.into_iter().flat_map(|(_, list)| list).collect();
        let mut all = if named.iter().all(|genre| tags.contains(genre)) { Vec::new() } else { named };
        for tag in tags {
            if !all.contains(&tag) {
                all.push(tag);
            }
        }
        Facts {
            artist: self.artist(),
            title: self.first(&columns.title),
            track: self.first(&columns.track),
            genre,
            genres: all,
            year: self.year(unread),
            plays: self.count(&columns.plays, unread),
            listeners: self.count(&columns.listeners, unread),
            popularity: self.read(&columns.popularity, unread, |column, cell| {
                numbers::measure(cell, 0.0, 100.0, self.survey.marks(column))
            }),
            audio: self.audio(),
            similar: self.all(&columns.similar).into_iter().flat_map(cells::similar).collect(),
            key: String::new(),
            collection: self.first(&columns.collection),
        }
    }

    /// The first text in some columns.
    pub(super) fn first(self, columns: &[usize]) -> Option<String> {
        let text = if self.columns.is_own() { cells::own_text } else { cells::text };
        columns.iter().filter_map(|column| self.cells.get(*column)).find_map(|cell| text(cell))
    }

    fn all(self, columns: &[usize]) -> Vec<&'a str> {
        columns.iter().filter_map(|column| self.cells.get(*column)).map(String::as_str).collect()
    }

    /// Whether its artist stands in a column for several.
    pub(super) fn is_by_several(self) -> bool {
        let columns = self.columns;
        let says = |column: &&usize| self.cells.get(**column).is_some_and(|cell| cells::text(cell).is_some());
        columns.artist.iter().find(says).is_some_and(|column| columns.is_for_several(*column))
    }

    pub(super) fn year(self, unread: &Unread) -> Option<i32> {
        self.read(&self.columns.year, unread, |_, cell| cells::year(cell))
    }

    pub(super) fn artist(self) -> Option<String> {
        if self.columns.is_own() {
            return self.first(&self.columns.artist);
        }
        let mut columns = self.columns.artist.iter();
        let one = columns
            .find_map(|&column| cells::artists(self.cells.get(column)?, self.columns.is_for_several(column)));
        let parts = || {
            let parts = self.all(&self.columns.artist_parts?);
            cells::text(&parts.join(" "))
        };
        one.or_else(parts)
    }

    pub(super) fn count(self, columns: &[usize], unread: &Unread) -> Option<u64> {
        self.read(columns, unread, |column, cell| numbers::count(cell, self.survey.marks(column)))
    }

    /// The first cell that is understood; those before it are remembered.
    fn read<T>(
        self,
        columns: &[usize],
        unread: &Unread,
        read: impl Fn(usize, &str) -> Option<T>,
    ) -> Option<T> {
        columns.iter().find_map(|&column| {
            let cell = self.cells.get(column)?;
            let found = read(column, cell);
            if found.is_none() && says_something(cell) {
                unread.add(column, cell);
            }
            found
        })
    }

    fn audio(self) -> Option<AudioFeatures> {
        let mut figures = [None; 9];
        let columns = self.columns;
        let places = columns.audio.into_iter().zip(columns.percent);
        for ((figure, (column, percent)), (_, low, high)) in figures.iter_mut().zip(places).zip(AUDIO) {
            let Some((column, cell)) = column.and_then(|column| Some((column, self.cells.get(column)?)))
            else {
                continue;
            };
            let factor = if percent { 100.0 } else { 1.0 };
            let marks = self.survey.marks(column);
            *figure =
                numbers::measure(cell, low * factor, high * factor, marks).map(|number| number / factor);
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
        let level = columns.audio_level.and_then(|column| self.cells.get(column));
        let of_artist = level.is_some_and(|cell| cell.trim() == "artist");
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
}

/// Whether a cell that is no number or date means to be one: a nought for an unknown year and a dash do not.
fn says_something(cell: &str) -> bool {
    cells::text(cell).is_some_and(|text| text.chars().any(|c| c.is_alphanumeric() && c != '0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The genre, and all genres, of a cell in a column of this name.
    fn genres_of(column: &str, cell: &str) -> (Option<String>, Vec<String>) {
        let columns = Columns::of(&["artist".to_owned(), "album".to_owned(), column.to_owned()]);
        let cells = ["A".to_owned(), "B".to_owned(), cell.to_owned()];
        let row = FactsOf { columns: &columns, survey: &Survey::default(), cells: &cells };
        let facts = row.facts(&Unread::default());
        let text = |genre: &Genre| genre.to_string();
        (facts.genre.as_ref().map(text), facts.genres.iter().map(text).collect())
    }

    #[test]
    fn a_column_for_genres_is_read_as_one_for_the_genre() {
        for (cell, found) in [
            ("synthwave", &["synthwave"][..]),
            ("vapor twitch, fog step", &["vapor twitch", "fog step"]),
            ("indie rock, shoegaze", &["indie rock", "shoegaze"]),
            ("Folk / Country", &["folk", "country"]),
            ("Country > Folk", &["country", "folk"]),
            ("Funk / Soul", &["funk / soul"]),
            ("", &[]),
        ] {
            let found: Vec<String> = found.iter().map(|name| (*name).to_owned()).collect();
            let wanted = (found.first().cloned(), found);
            assert_eq!(genres_of("Genre", cell), wanted, "{cell}");
            assert_eq!(genres_of("Genres", cell), wanted, "{cell}");
        }
    }

    #[test]
    fn of_peoples_tags_the_first_that_is_a_genre_is_the_genre() {
        let (genre, all) = genres_of("tags", "albums I own, metal");
        assert_eq!((genre.as_deref(), all.len()), (Some("metal"), 2));
    }
}
