//! What one source says of one album.

use crate::album::{Album, AlbumId, AlbumName, AudioFeatures, CoverHash, Genre};
use crate::catalog::text::{fold, names};
use serde::{Deserialize, Serialize};

/// Everything that a source can say of an album, its cover aside. The fields are those of [`Album`].
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // see Album
pub struct Facts {
    pub artist: Option<String>,
    pub title: Option<String>,
    pub track: Option<String>,
    pub genre: Option<Genre>,
    pub genres: Vec<Genre>,
    pub year: Option<i32>,
    pub plays: Option<u64>,
    pub listeners: Option<u64>,
    pub popularity: Option<f32>,
    pub audio: Option<AudioFeatures>,
    pub similar: Vec<AlbumName>,
    pub key: String,
    pub collection: Option<String>,
}

impl Facts {
    /// What is known of an album.
    pub fn of(album: &Album) -> Self {
        let album = album.clone();
        Self {
            artist: album.artist,
            title: album.title,
            track: album.track,
            genre: album.genre,
            genres: album.genres,
            year: album.year,
            plays: album.plays,
            listeners: album.listeners,
            popularity: album.popularity,
            audio: album.audio,
            similar: album.similar,
            key: album.key,
            collection: album.collection,
        }
    }

    /// The album of which this is all that is known.
    pub fn into_album(self, id: AlbumId, cover: Option<CoverHash>) -> Album {
        Album {
            id,
            artist: self.artist,
            title: self.title,
            track: self.track,
            genre: self.genre,
            genres: self.genres,
            year: self.year,
            plays: self.plays,
            listeners: self.listeners,
            popularity: self.popularity,
            audio: self.audio,
            similar: self.similar,
            cover,
            key: self.key,
            collection: self.collection,
        }
    }

    /// Whether both name artist and title, and the same ones.
    pub fn same_names(&self, other: &Self) -> bool {
        match (self.both_names(), other.both_names()) {
            (Some(own), Some(others)) => own == others,
            _ => false,
        }
    }

    /// Whether no other year is said of one than of the other: editions of one title are albums of their own.
    pub fn same_year(&self, other: &Self) -> bool {
        agree(self.year, other.year)
    }

    /// Whether both could be said of one album whose covers are the same: artist, title and year decide where both name
    /// artist and title; otherwise nothing that both say may differ.
    pub fn agrees(&self, other: &Self) -> bool {
        if let (Some(own), Some(others)) = (self.both_names(), other.both_names()) {
            return own == others && self.same_year(other);
        }
        let texts = [(&self.artist, &other.artist), (&self.title, &other.title), (&self.track, &other.track)];
        texts.into_iter().all(|(own, others)| match (own, others) {
            (Some(own), Some(others)) => fold(own) == fold(others),
            _ => true,
        }) && agree(self.year, other.year)
            && agree(self.genre.as_ref(), other.genre.as_ref())
    }

    /// Takes over what is not known yet.
    pub fn fill_from(&mut self, other: &Self) {
        let Self { artist, title, track, genre, genres, year, plays, listeners, .. } = self;
        fill(artist, &other.artist);
        fill(title, &other.title);
        fill(track, &other.track);
        fill(genre, &other.genre);
        fill(year, &other.year);
        fill(plays, &other.plays);
        fill(listeners, &other.listeners);
        fill(&mut self.popularity, &other.popularity);
        fill(&mut self.audio, &other.audio);
        fill(&mut self.collection, &other.collection);
        if genres.is_empty() {
            genres.clone_from(&other.genres);
        }
        if self.similar.is_empty() {
            self.similar.clone_from(&other.similar);
        }
    }

    /// Artist and title folded for comparison, where both are known.
    pub(in crate::catalog) fn both_names(&self) -> Option<String> {
        Some(names(self.artist.as_ref()?, self.title.as_ref()?))
    }
}

fn fill<T: Clone>(known: &mut Option<T>, other: &Option<T>) {
    if known.is_none() {
        known.clone_from(other);
    }
}

fn agree<T: PartialEq>(own: Option<T>, others: Option<T>) -> bool {
    match (own, others) {
        (Some(own), Some(others)) => own == others,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing::named;

    #[test]
    fn names_decide_where_both_know_them() {
        let (mut a, b) = (named("Björk", "Homogenic"), named("BJORK", "Homogenic"));
        (a.year, a.genre) = (Some(1997), Genre::new("pop"));
        assert!(a.agrees(&b) && a.same_names(&b));
        let b = Facts { genre: Genre::new("electronic"), year: Some(1997), ..b };
        assert!(a.agrees(&b));
        assert!(!a.agrees(&named("Björk", "Post")));
    }

    #[test]
    fn editions_of_different_years_are_different_albums() {
        let edition = |year| Facts { year, ..named("Björk", "Homogenic") };
        assert!(!edition(Some(1997)).agrees(&edition(Some(2011))));
        assert!(edition(Some(1997)).agrees(&edition(None)));
        assert!(edition(Some(1997)).same_names(&edition(Some(2011))), "though they are called the same");
    }

    #[test]
    fn without_names_nothing_may_contradict() {
        let anonymous = |genre, year| Facts { genre: Genre::new(genre), year, ..Facts::default() };
        assert!(anonymous("rock", None).agrees(&anonymous("rock", Some(1990))));
        assert!(anonymous("", None).agrees(&anonymous("rock", None)));
        assert!(!anonymous("rock", None).agrees(&anonymous("pop", None)));
        assert!(!anonymous("", Some(1990)).agrees(&anonymous("", Some(1991))));
        assert!(anonymous("", None).agrees(&named("A", "B")));
        assert!(!anonymous("", None).same_names(&anonymous("", None)));
    }

    #[test]
    fn what_is_known_is_not_overwritten() {
        let mut first = Facts { year: Some(1990), ..named("A", "B") };
        first.fill_from(&Facts { year: Some(2000), plays: Some(3), ..named("A", "b") });
        assert_eq!((first.year, first.plays), (Some(1990), Some(3)));
        assert_eq!(first.title.as_deref(), Some("B"));
    }
}
