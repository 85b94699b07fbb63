//! What a search found, and how each find looks in the list.

use super::cover::Cover;
use super::genre_tag::GenreTag;
use crate::api::Answer;
use crate::explore::Explore;
use crate::spelling;
use crate::text;
use gatefold::report::{AlbumLine, AlbumList};
use leptos::prelude::*;

/// Suggestions at most; the offer to light all comes on top.
const MOST: usize = 5;
/// Genres and artists among them at most, each.
const MOST_NAMES: usize = 2;

/// Something that can be chosen.
#[derive(Clone, PartialEq, Debug)]
pub enum Hit {
    /// First and last year, and how many albums are of these.
    Years(i16, i16, u64),
    /// A genre and its number of albums.
    Genre(String, u64),
    /// An artist and the number of their albums, where the map's albums have come.
    Artist(String, Option<u64>),
    /// An album.
    Album(AlbumLine),
    /// All albums that answer these words, and how many.
    All(String, u64),
}

/// What answers some words.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Hits {
    /// The words; empty when nothing was asked.
    pub query: String,
    /// Finds in the order in which they are listed.
    pub hits: Vec<Hit>,
    /// How many, or why none.
    pub note: String,
}

impl Hits {
    /// Years, genres and artists that are meant, then albums, then the offer to light all of them.
    pub fn new(query: String, answer: Answer<AlbumList>, explore: &Explore) -> Self {
        let list = match answer {
            Ok(list) => list,
            Err(error) => return Self { query, hits: Vec::new(), note: error.to_string() },
        };
        explore.remember(&list.albums);
        let mut hits: Vec<Hit> = years(&query, explore).into_iter().collect();
        hits.extend(genres(&query, explore).into_iter().take(MOST_NAMES));
        hits.extend(artists(&query, &list.albums, explore).into_iter().take(MOST_NAMES));
        let n = list.albums.len();
        let room = MOST.saturating_sub(hits.len());
        hits.extend(list.albums.into_iter().take(room).map(Hit::Album));
        if n > 1 {
            hits.push(Hit::All(query.clone(), list.total));
        }
        let note = match list.total {
            0 if hits.is_empty() => {
                format!("Nothing answers “{query}”. Try fewer letters, or an artist's name.")
            }
            total => text::counted(total, "album", "albums"),
        };
        Self { query, hits, note }
    }

    /// What Enter chooses: the active find, else all, else the only one.
    pub fn on_enter(&self, active: Option<usize>) -> Option<Hit> {
        match active {
            Some(number) => self.hits.get(number).cloned(),
            None => self.hits.last().cloned(),
        }
    }
}

/// The years that words mean: `1977`, `1970s`, `70s`, `1970-1985`.
pub fn years_of(words: &str) -> Option<(i16, i16)> {
    let year = |text: &str| {
        let digits = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<i16>().ok().filter(|_| digits)
    };
    let words = words.trim();
    if let Some(decade) = words.strip_suffix('s') {
        let first = match decade.trim_start_matches(['\'', '’']) {
            short if short.len() == 2 => 1900 + short.parse::<i16>().ok()?,
            long => year(long)?,
        };
        return (first % 10 == 0).then_some((first, first + 9));
    }
    match words.split_once(['-', '–']) {
        Some((from, to)) => Some((year(from.trim())?, year(to.trim())?)).filter(|(from, to)| from <= to),
        None => year(words).map(|year| (year, year)),
    }
}

fn years(query: &str, explore: &Explore) -> Option<Hit> {
    let (from, to) = years_of(query)?;
    let n = explore.of_years(from, to).len() as u64;
    (n > 0).then_some(Hit::Years(from, to, n))
}

fn genres(query: &str, explore: &Explore) -> Vec<Hit> {
    let words = query.to_lowercase();
    explore.data.with_untracked(|data| {
        let Some(data) = data else { return Vec::new() };
        let manifest = &data.manifest;
        let all = manifest.genres.iter().zip(&manifest.genre_counts);
        let fitting = all.filter(|(name, _)| name.contains(&words));
        fitting.map(|(name, count)| Hit::Genre(name.clone(), u64::from(*count))).collect()
    })
}

/// Artists of several albums, among those of the albums found, that the words mean.
fn artists(query: &str, albums: &[AlbumLine], explore: &Explore) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (name, found) in meant(query, albums).into_iter().take(MOST_NAMES) {
        let known = explore.of_artist(&name).len() as u64;
        match known {
            0 if found > 1 => hits.push(Hit::Artist(name, None)),
            0 | 1 => {}
            n => hits.push(Hit::Artist(name, Some(n))),
        }
    }
    hits
}

/// Artists that the words mean, in the order of the albums, each with its number of albums among these.
fn meant(query: &str, albums: &[AlbumLine]) -> Vec<(String, usize)> {
    let mut names: Vec<(String, usize)> = Vec::new();
    for artist in albums.iter().filter_map(|line| line.artist.as_ref()) {
        match names.iter_mut().find(|(name, _)| name == artist) {
            Some((_, n)) => *n += 1,
            None if spelling::means(query, artist) => names.push((artist.clone(), 1)),
            None => {}
        }
    }
    names
}

/// What years are called.
pub fn named(from: i16, to: i16) -> String {
    match to - from {
        0 => from.to_string(),
        9 if from % 10 == 0 => format!("{from}s"),
        _ => format!("{from}–{to}"),
    }
}

/// One line of the list.
#[component]
pub fn OptionRow(
    /// What it is.
    hit: Hit,
) -> impl IntoView {
    match hit {
        Hit::Years(from, to, count) => {
            let facts = format!("{} · {}", if from == to { "year" } else { "years" }, albums(count));
            view! {
                <span class="search-name">{named(from, to)}</span>
                <span class="search-facts">{facts}</span>
            }
            .into_any()
        }
        Hit::Genre(name, count) => view! {
            <GenreTag name />
            <span class="search-facts">{format!("genre · {}", albums(count))}</span>
        }
        .into_any(),
        Hit::Artist(name, count) => {
            let facts = count.map_or_else(|| "artist".to_owned(), |n| format!("artist · {}", albums(n)));
            view! {
                <span class="search-name">{name}</span>
                <span class="search-facts">{facts}</span>
            }
            .into_any()
        }
        Hit::Album(line) => {
            let facts = text::facts(&line);
            view! {
                <Cover id=line.id title=String::new() has_cover=line.has_cover />
                <span class="search-title">{line.title}</span>
                <span class="search-facts">{facts}</span>
            }
            .into_any()
        }
        Hit::All(_, total) => {
            view! { <span class="search-all">{format!("Light all {} on the map", text::count(total))}</span> }
                .into_any()
        }
    }
}

fn albums(n: u64) -> String {
    text::counted(n, "album", "albums")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::AlbumId;

    #[test]
    fn enter_without_an_arrow_takes_all_or_the_only_one() {
        let all = Hit::All("a".into(), 9);
        let genre = Hit::Genre("jazz".into(), 4);
        let hits = Hits { query: "a".into(), hits: vec![genre.clone(), all.clone()], note: String::new() };
        assert_eq!(hits.on_enter(None), Some(all));
        assert_eq!(hits.on_enter(Some(0)), Some(genre));
        assert_eq!(hits.on_enter(Some(7)), None);
        assert_eq!(Hits::default().on_enter(None), None);
    }

    #[test]
    fn years_and_decades_are_understood() {
        assert_eq!(years_of(" 1977 "), Some((1977, 1977)));
        assert_eq!(years_of("1970s"), Some((1970, 1979)));
        assert_eq!(years_of("’80s"), Some((1980, 1989)));
        assert_eq!(years_of("1970-1985"), Some((1970, 1985)));
        for words in ["1977s", "77", "19777", "1985-1970", "songs", "s", "1970-", "ab-cd", "é0s"] {
            assert_eq!(years_of(words), None, "{words}");
        }
        assert_eq!([named(1977, 1977), named(1970, 1979), named(1971, 1980)], ["1977", "1970s", "1971–1980"]);
    }

    #[test]
    fn artists_are_offered_when_they_are_meant() {
        let line = |artist: &str, title: &str| AlbumLine {
            id: AlbumId(1),
            artist: Some(artist.to_owned()),
            album: Some(title.to_owned()),
            genre: None,
            year: None,
            title: title.to_owned(),
            has_cover: false,
        };
        let albums = [
            line("Metallica", "Master of Puppets"),
            line("Other", "Metallica Songs"),
            line("Metallica", "Metallica"),
        ];
        assert_eq!(meant("metalica", &albums), [("Metallica".to_owned(), 2)]);
        assert_eq!(meant("puppets", &albums), []);
    }
}
