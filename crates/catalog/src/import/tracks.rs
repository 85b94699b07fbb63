//! Tables of tracks: what an album's rows say of it together.
//!
//! Plays of an album are those of its tracks; each track counts once, however often it stands in the table. Albums whose
//! rows name the same first artist, and other guests, are one album by what their artists have in common.

use super::facts::{FactsOf, Unread};
use crate::catalog::{Facts, text};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

/// Albums of a table of tracks.
#[derive(Debug, Default)]
pub(super) struct Tracks(HashMap<u64, Together>);

/// What an album's rows say together.
#[derive(Debug, Default)]
struct Together {
    /// The artists that all rows begin with.
    artists: Vec<String>,
    guests: bool,
    /// Plays of each track.
    plays: HashMap<u64, u64>,
    listeners: Option<u64>,
}

impl Tracks {
    /// Whether a table's rows are tracks of albums.
    pub(super) fn are_in(columns: &super::columns::Columns) -> bool {
        !columns.track.is_empty() && !columns.title.is_empty()
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: FactsOf<'_>) {
        // What is not understood is remembered when the row is read for good.
        let unread = Unread::default();
        let columns = row.columns;
        let Some(title) = row.first(&columns.title) else { return };
        let artists = artists(row);
        let Some(key) = key(&artists, &title, row.year(&unread)) else { return };
        let album =
            self.0.entry(key).or_insert_with(|| Together { artists: artists.clone(), ..Together::default() });
        let same =
            album.artists.iter().zip(&artists).take_while(|(a, b)| text::fold(a) == text::fold(b)).count();
        album.guests |= same < album.artists.len() || same < artists.len();
        album.artists.truncate(same);
        if columns.plays_are_tracks()
            && let Some(plays) = row.count(&columns.plays, &unread)
        {
            let track = hash(&text::fold(&row.first(&columns.track).unwrap_or_default()));
            let known = album.plays.entry(track).or_default();
            *known = plays.max(*known);
        }
        album.listeners = album.listeners.max(row.count(&columns.listeners, &unread));
    }

    /// Lets a row's facts say what all rows of its album say.
    pub(super) fn complete(&self, row: FactsOf<'_>, facts: &mut Facts) {
        let Some(title) = &facts.title else { return };
        let album = key(&artists(row), title, facts.year).and_then(|key| self.0.get(&key));
        let Some(album) = album else { return };
        if album.guests && !album.artists.is_empty() {
            facts.artist = Some(album.artists.join(", "));
        }
        if !album.plays.is_empty() {
            facts.plays = Some(album.plays.values().fold(0, |sum: u64, plays| sum.saturating_add(*plays)));
        }
        facts.listeners = album.listeners.or(facts.listeners);
    }
}

/// A row's artists: several where its column is for several.
fn artists(row: FactsOf<'_>) -> Vec<String> {
    match row.artist() {
        Some(artist) if row.is_by_several() => artist.split(", ").map(str::to_owned).collect(),
        artist => artist.into_iter().collect(),
    }
}

fn key(artists: &[String], title: &str, year: Option<i32>) -> Option<u64> {
    Some(hash(&(text::fold(artists.first()?), text::fold(title), year)))
}

fn hash(thing: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

/// What rows of albums say of albums that were there before: how many give other numbers, and the first of them.
#[derive(Debug, Default)]
pub(super) struct Again {
    numbers: HashMap<u64, u64>,
    pub(super) others: u64,
    pub(super) first: String,
}

impl Again {
    /// Looks at a row.
    pub(super) fn see(&mut self, facts: &Facts, label: &str) {
        if facts.title.is_none() {
            return;
        }
        let folded = |text: &Option<String>| text.as_deref().map(text::fold);
        let key = hash(&(folded(&facts.artist), folded(&facts.title), facts.year));
        let popularity = facts.popularity.map(f32::to_bits);
        let numbers = hash(&(facts.plays, facts.listeners, popularity));
        if *self.numbers.entry(key).or_insert(numbers) != numbers {
            self.others += 1;
            if self.first.is_empty() {
                label.clone_into(&mut self.first);
            }
        }
    }

    /// A sentence, where there is something to say.
    pub(super) fn note(&self) -> Option<String> {
        let label = &self.first;
        match self.others {
            0 => None,
            1 => Some(format!(
                "one row tells of an album again, with other numbers ({label}): what came first counts"
            )),
            n => Some(format!(
                "{n} rows tell of albums again, with other numbers (the first is {label}): what came first counts"
            )),
        }
    }
}
