//! Which covers must stay on one side of a fold: the same picture, nearly the same, or the same artist.

use super::subjects::Subject;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A group's number for each subject. Two subjects have the same number when a chain of shared near-duplicate
/// clusters and shared artists leads from one to the other. Unknown artists are nobody's: such subjects are joined
/// by their pictures only.
pub fn groups(subjects: &[&Subject]) -> Vec<u32> {
    let mut sets = DisjointSets::new(subjects.len());
    let mut clusters = HashMap::new();
    let mut artists = HashMap::new();
    for (i, subject) in subjects.iter().enumerate() {
        let first = *clusters.entry(subject.cluster).or_insert(i);
        sets.join(first, i);
        if let Some(artist) = subject.artist.as_deref().and_then(artist_key) {
            let first = *artists.entry(artist).or_insert(i);
            sets.join(first, i);
        }
    }
    sets.numbers()
}

/// An artist's name without what spellings differ in: case, accents, punctuation, a leading “the”. `None` for names
/// that stand for nobody in particular.
pub fn artist_key(name: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let folded: String =
        name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let folded = folded.replace('&', " and ");
    for word in folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '/')) {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if !word.is_empty() {
            words.push(word);
        }
    }
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    let key = if words.is_empty() {
        // A name of signs alone (“!!!”) is still a name.
        name.trim().to_owned()
    } else {
        words.join(" ")
    };
    match key.as_str() {
        ""
        | "unknown"
        | "unknown artist"
        | "various"
        | "various artists"
        | "va"
        | "v a"
        | "divers"
        | "soundtrack"
        | "original soundtrack" => None,
        _ => Some(key),
    }
}

/// Union-find with path halving.
pub(super) struct DisjointSets {
    parents: Vec<usize>,
}

impl DisjointSets {
    /// `n` sets of one each.
    pub fn new(n: usize) -> Self {
        Self { parents: (0..n).collect() }
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.parents[i] != i {
            self.parents[i] = self.parents[self.parents[i]];
            i = self.parents[i];
        }
        i
    }

    /// Makes one set of the sets of `a` and `b`; the smaller root stays, so that numbers do not depend on order.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// The sets, numbered from 0 by their first member.
    pub fn numbers(mut self) -> Vec<u32> {
        let mut numbers = HashMap::new();
        (0..self.parents.len())
            .map(|i| {
                let next = numbers.len() as u32;
                *numbers.entry(self.root(i)).or_insert(next)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumId, Genre};

    fn subject(cluster: u32, artist: Option<&str>) -> Subject {
        Subject {
            id: AlbumId(0),
            genre: Genre::new("rock").unwrap(),
            artist: artist.map(str::to_owned),
            cluster,
        }
    }

    #[test]
    fn pictures_and_artists_chain() {
        let subjects = [
            subject(1, Some("Björk")),
            subject(2, Some("BJORK")),
            subject(2, None),
            subject(3, None),
            subject(4, None),
        ];
        let references: Vec<&Subject> = subjects.iter().collect();
        assert_eq!(groups(&references), [0, 0, 0, 1, 2]);
    }

    #[test]
    fn compilations_are_not_one_artist() {
        let subjects = [subject(1, Some("Various Artists")), subject(2, Some("various  artists"))];
        let references: Vec<&Subject> = subjects.iter().collect();
        assert_eq!(groups(&references), [0, 1]);
    }

    #[test]
    fn spellings_of_an_artist_agree() {
        for (a, b) in [
            ("The Beatles", "beatles"),
            ("Motörhead", "MOTORHEAD"),
            ("AC/DC", "AC-DC"),
            ("Simon & Garfunkel", "Simon and Garfunkel"),
            ("Guns N' Roses", "Guns n Roses"),
        ] {
            assert_eq!(artist_key(a), artist_key(b), "{a}");
        }
        assert_ne!(artist_key("!!!"), None);
        assert_ne!(artist_key("The The"), artist_key("The Who"));
    }
}
