//! What a search found, and how each find looks in the list.

use super::cover::Cover;
use super::genre_tag::GenreTag;
use crate::api::Answer;
use crate::explore::Explore;
use crate::text;
use gatefold::report::{AlbumLine, AlbumList};
use leptos::prelude::*;

/// Something that can be chosen.
#[derive(Clone, PartialEq, Debug)]
pub enum Hit {
    /// A genre and its number of albums.
    Genre(String, u64),
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
    /// Genres whose name contains the words, then albums, then the offer to light all of them.
    pub fn new(query: String, answer: Answer<AlbumList>, explore: &Explore) -> Self {
        let list = match answer {
            Ok(list) => list,
            Err(error) => return Self { query, hits: Vec::new(), note: error.to_string() },
        };
        explore.remember(&list.albums);
        let mut hits: Vec<Hit> = genres(&query, explore).into_iter().take(3).collect();
        let n = list.albums.len();
        hits.extend(list.albums.into_iter().map(Hit::Album));
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

/// One line of the list.
#[component]
pub fn OptionRow(
    /// What it is.
    hit: Hit,
) -> impl IntoView {
    match hit {
        Hit::Genre(name, count) => view! {
            <GenreTag name />
            <span class="search-facts">{format!("genre · {}", text::counted(count, "album", "albums"))}</span>
        }
        .into_any(),
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
