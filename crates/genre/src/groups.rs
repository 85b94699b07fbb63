//! Which covers must stay on one side of a fold: the same picture, nearly the same, or the same artist.

use super::subject::Subject;
use gatefold_types::text::fold;
use petgraph::unionfind::UnionFind;
use std::collections::HashMap;

/// A group's number for each subject. Two subjects have the same number when a chain of shared near-duplicate
/// clusters and shared artists leads from one to the other. Unknown artists are nobody's: such subjects are joined
/// by their pictures only.
pub fn groups(subjects: &[&Subject]) -> Vec<u32> {
    let mut sets = UnionFind::<usize>::new(subjects.len());
    let mut clusters = HashMap::new();
    let mut artists = HashMap::new();
    for (i, subject) in subjects.iter().enumerate() {
        let first = *clusters.entry(subject.cluster).or_insert(i);
        sets.union(first, i);
        if let Some(artist) = subject.artist.as_deref().and_then(artist_key) {
            let first = *artists.entry(artist).or_insert(i);
            sets.union(first, i);
        }
    }
    // Numbered from 0 by their first member.
    let mut numbers = HashMap::new();
    sets.into_labeling()
        .into_iter()
        .map(|label| {
            let next = numbers.len() as u32;
            *numbers.entry(label).or_insert(next)
        })
        .collect()
}

/// An artist's name without what spellings differ in: case, accents, punctuation, a leading “the”. `None` for names
/// that stand for nobody in particular.
pub fn artist_key(name: &str) -> Option<String> {
    let folded = fold(name);
    let key = folded.strip_prefix("the ").unwrap_or(&folded);
    match key {
        ""
        | "unknown"
        | "unknown artist"
        | "various"
        | "various artists"
        | "va"
        | "v a"
        | "soundtrack"
        | "original soundtrack" => None,
        _ => Some(key.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_types::album::{AlbumId, Genre};

    fn subject(cluster: u32, artist: Option<&str>) -> Subject {
        Subject {
            id: AlbumId(0),
            genre: Genre::new("rock").unwrap(),
            artist: artist.map(str::to_owned),
            cluster,
            source: None,
            seen: false,
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
