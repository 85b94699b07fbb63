//! What a selection is made of beside the whole: genre by genre.

use crate::map::MapData;
use gatefold::album::AlbumId;
use gatefold::map::NO_GENRE;

/// What albums without a genre are called.
pub const UNTAGGED: &str = "no genre";

/// A genre's part of a selection and of the catalogue.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// The genre.
    pub name: String,
    /// Chosen albums of it.
    pub chosen: u32,
    /// All albums of it.
    pub all: u32,
    /// Its part of the selection, 0–1.
    pub of_selection: f64,
    /// Its part of the catalogue, 0–1.
    pub of_catalogue: f64,
}

/// Genres that the selection has, the most frequent first, and then those it lacks, by their number in the catalogue.
pub fn shares(data: &MapData, selected: &[AlbumId]) -> Vec<Share> {
    let genres = &data.manifest.genres;
    // The last place is for those without one.
    let place =
        |genre: u8| if genre == NO_GENRE { genres.len() } else { usize::from(genre).min(genres.len()) };
    let mut counts = vec![(0_u32, 0_u32); genres.len() + 1];
    for genre in &data.columns.genre {
        counts[place(*genre)].1 += 1;
    }
    let known: Vec<u32> = selected.iter().filter_map(|id| data.index(*id)).collect();
    for index in &known {
        counts[place(data.columns.genre[*index as usize])].0 += 1;
    }
    let part = |n: u32, of: usize| if of == 0 { 0.0 } else { f64::from(n) / of as f64 };
    let names = genres.iter().map(String::as_str).chain([UNTAGGED]);
    let share = |(name, (chosen, all)): (&str, (u32, u32))| Share {
        name: name.to_owned(),
        chosen,
        all,
        of_selection: part(chosen, known.len()),
        of_catalogue: part(all, data.len()),
    };
    let mut shares: Vec<Share> =
        names.zip(counts).map(share).filter(|share| share.chosen > 0 || share.all > 0).collect();
    shares.sort_by(|a, b| b.chosen.cmp(&a.chosen).then(b.all.cmp(&a.all)).then_with(|| a.name.cmp(&b.name)));
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::map::{Columns, Manifest};

    fn data() -> MapData {
        let manifest =
            Manifest { genres: vec!["rock".into(), "pop".into(), "jazz".into()], ..Manifest::default() };
        let genre = vec![0, 0, 1, 2, 2, 2, NO_GENRE, 0];
        let columns = Columns { id: (0..8).collect(), genre, ..Columns::default() };
        MapData::new(manifest, columns)
    }

    #[test]
    fn shares_are_of_the_selection_and_of_the_whole() {
        let ids = [0, 1, 2, 6].map(AlbumId);
        let found = shares(&data(), &ids);
        let said: Vec<(&str, u32, u32)> =
            found.iter().map(|share| (share.name.as_str(), share.chosen, share.all)).collect();
        assert_eq!(said, [("rock", 2, 3), (UNTAGGED, 1, 1), ("pop", 1, 1), ("jazz", 0, 3)]);
        assert_eq!((found[0].of_selection, found[0].of_catalogue), (0.5, 0.375));
        assert!((found.iter().map(|share| share.of_selection).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn albums_that_the_map_does_not_know_do_not_count() {
        let found = shares(&data(), &[AlbumId(0), AlbumId(99)]);
        assert_eq!((found[0].name.as_str(), found[0].of_selection), ("rock", 1.0));
        assert!(shares(&data(), &[]).iter().all(|share| share.of_selection == 0.0));
    }
}
