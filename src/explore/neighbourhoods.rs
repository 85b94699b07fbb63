//! The communities of a map, with names that say what their albums have in common.

use std::collections::BTreeMap;

/// Share of a community's albums that a genre must have to be part of its name.
const COMMON: f32 = 0.2;
/// How much more common than on the whole map it must be.
const TELLING: f32 = 1.25;

/// What a community is called by: words for each album, or none where nothing is known.
pub struct Words {
    /// Genre of each album.
    pub genre: Vec<Option<String>>,
    /// Name of the colour of each cover.
    pub colour: Vec<Option<String>>,
}

/// Names for communities (`community[i]` is album i's, numbered from 0), such as “jazz and soul in dark blue”: the genres
/// that are common among its albums and more so than on the whole map, at most two, and the colour that is. Two of one
/// name are told apart by a number.
pub fn names(community: &[u32], words: &Words) -> Vec<String> {
    let count = community.iter().max().map_or(0, |&last| last as usize + 1);
    let genres = telling(community, count, &words.genre);
    let colours = telling(community, count, &words.colour);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    genres
        .into_iter()
        .zip(colours)
        .map(|(genres, colours)| {
            let colour = colours.first().map(|colour| format!(" in {colour}")).unwrap_or_default();
            let name = match (genres.first(), genres.get(1)) {
                (Some(one), Some(other)) => format!("{one} and {other}{colour}"),
                (Some(one), None) => format!("{one}{colour}"),
                (None, _) => format!("many genres{colour}"),
            };
            let times = seen.entry(name.clone()).or_default();
            *times += 1;
            if *times > 1 { format!("{name} ({times})") } else { name }
        })
        .collect()
}

/// For each community the words that are common in it and more so than elsewhere, the most telling first.
fn telling(community: &[u32], count: usize, words: &[Option<String>]) -> Vec<Vec<String>> {
    let mut of: Vec<BTreeMap<&str, f32>> = vec![BTreeMap::new(); count];
    let mut whole: BTreeMap<&str, f32> = BTreeMap::new();
    for (&community, word) in community.iter().zip(words) {
        if let Some(word) = word {
            *of[community as usize].entry(word).or_default() += 1.0;
            *whole.entry(word).or_default() += 1.0;
        }
    }
    let all: f32 = whole.values().sum();
    of.into_iter()
        .map(|counts| {
            let known: f32 = counts.values().sum();
            let mut found: Vec<(f32, &str)> = counts
                .into_iter()
                .filter_map(|(word, n)| {
                    let (share, usual) = (n / known, whole.get(word)? / all);
                    let telling = share >= COMMON && (share >= TELLING * usual || usual > 0.7);
                    telling.then(|| (share * (share / usual).ln_1p(), word))
                })
                .collect();
            found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
            found.into_iter().take(2).map(|(_, word)| word.to_owned()).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(of: &[&str]) -> Vec<Option<String>> {
        of.iter().map(|word| (!word.is_empty()).then(|| (*word).to_owned())).collect()
    }

    #[test]
    fn a_community_is_called_by_what_is_more_common_in_it_than_elsewhere() {
        let community = [0, 0, 0, 0, 1, 1, 1, 1];
        let genre = words(&["jazz", "jazz", "rock", "jazz", "rock", "rock", "rock", ""]);
        let colour = words(&["blue", "blue", "blue", "red", "red", "green", "white", "black"]);
        let names = names(&community, &Words { genre, colour });
        assert_eq!(names[0], "jazz in blue");
        assert!(names[1].starts_with("rock"), "{}", names[1]);
    }

    #[test]
    fn two_of_one_name_are_told_apart_and_nothing_known_is_said() {
        let nothing = Words { genre: vec![None; 4], colour: vec![None; 4] };
        assert_eq!(names(&[0, 0, 1, 1], &nothing), ["many genres", "many genres (2)"]);
        assert!(names(&[], &Words { genre: vec![], colour: vec![] }).is_empty());
    }
}
