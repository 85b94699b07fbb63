//! Words as people misspell them.

use super::{Hit, Text};
use std::collections::HashMap;

/// How much worse than the best an album may answer and still be listed. A letter costs 2.
const TOLERANCE: u32 = 2;

/// Compares an album's words with those of a query, each pair of words once.
pub(super) struct Speller {
    words: Vec<String>,
    /// All words of the query in one: `black pink` means `blackpink`.
    joined: Option<String>,
    /// What each word met so far costs against each word of the query and against all in one.
    met: HashMap<String, Vec<Option<u32>>>,
}

impl Speller {
    /// For folded words.
    pub(super) fn new(words: &str) -> Self {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let joined = (words.len() > 1).then(|| words.concat());
        Self { words, joined, met: HashMap::new() }
    }

    /// What it costs to take an album's words for the query's; `None` when they are too different.
    pub(super) fn rank(&mut self, text: &Text) -> Option<u32> {
        let mut best = vec![None; self.words.len() + 1];
        let fields = [text.title.as_str(), text.artist.as_str(), text.rest.as_str()];
        for candidate in fields.iter().flat_map(|field| field.split(' ')) {
            self.compare(candidate, 0, &mut best);
        }
        // `AC/DC` is looked for as `acdc`.
        for name in [&text.title, &text.artist] {
            if name.contains(' ') {
                self.compare(&name.replace(' ', ""), 1, &mut best);
            }
        }
        let joined = best.pop().flatten();
        let parts = best.into_iter().sum::<Option<u32>>();
        match (parts, joined) {
            (Some(parts), Some(joined)) => Some(parts.min(joined)),
            (parts, joined) => parts.or(joined),
        }
    }

    fn compare(&mut self, candidate: &str, extra: u32, best: &mut [Option<u32>]) {
        if candidate.is_empty() {
            return;
        }
        if !self.met.contains_key(candidate) {
            let wanted = self.words.iter().chain(&self.joined);
            let costs = wanted.map(|word| cost(word, candidate)).collect();
            self.met.insert(candidate.to_owned(), costs);
        }
        for (best, cost) in best.iter_mut().zip(&self.met[candidate]) {
            if let Some(cost) = cost.map(|cost| cost + extra)
                && best.is_none_or(|best| cost < best)
            {
                *best = Some(cost);
            }
        }
    }
}

/// Leaves those that answer about as well as the best one.
pub(super) fn keep_best(hits: &mut Vec<Hit>) {
    if let Some(best) = hits.iter().map(|hit| hit.rank).min() {
        hits.retain(|hit| hit.rank <= best + TOLERANCE);
    }
}

/// What it costs to take `candidate` for `word`: 2 for each letter that is wrong, missing, too many or exchanged
/// with its neighbour; 1 when only the candidate's beginning was typed. `None` when that is too much.
fn cost(word: &str, candidate: &str) -> Option<u32> {
    if word == candidate {
        return Some(0);
    }
    if candidate.contains(word) {
        return Some(1);
    }
    let letters = word.chars().count();
    // As many wrong letters as search engines commonly forgive (Elasticsearch's AUTO: none to 2, one to 5), and
    // one more in long words.
    let allowed = match letters {
        0..=2 => return None,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    if (letters_of(word) & !letters_of(candidate)).count_ones() > allowed {
        return None;
    }
    let whole = distance(word, candidate, allowed).map(|d| 2 * d);
    let beginning = candidate
        .char_indices()
        .nth(letters)
        .and_then(|(end, _)| distance(word, &candidate[..end], allowed))
        .map(|d| 2 * d + 1);
    match (whole, beginning) {
        (Some(whole), Some(beginning)) => Some(whole.min(beginning)),
        (whole, beginning) => whole.or(beginning),
    }
}

/// Which of 32 classes of letters occur, a bit each. A letter that a candidate lacks altogether has to be changed, so
/// that most candidates need no closer look.
fn letters_of(text: &str) -> u32 {
    text.chars().fold(0, |found, letter| found | 1 << (letter as u32 & 31))
}

/// Letters to change, at most `allowed`.
fn distance(a: &str, b: &str, allowed: u32) -> Option<u32> {
    let difference = a.chars().count().abs_diff(b.chars().count());
    if difference > allowed as usize {
        return None;
    }
    u32::try_from(strsim::osa_distance(a, b)).ok().filter(|d| *d <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_costs_the_same_wherever_it_is() {
        for slip in ["metalica", "mettallica", "metallcia", "netallica"] {
            assert_eq!(cost(slip, "metallica"), Some(2), "{slip}");
        }
        assert_eq!(cost("metallica", "metallica"), Some(0));
        assert_eq!(cost("beatles", "metallica"), None);
    }

    #[test]
    fn short_words_forgive_little() {
        assert_eq!(cost("u2", "u1"), None);
        assert_eq!(cost("abab", "abba"), Some(2));
        assert_eq!(cost("acab", "abba"), None);
    }

    #[test]
    fn what_is_passed_over_unread_is_too_different_anyway() {
        let words =
            ["metallica", "metalica", "radiohead", "beyonce", "sigur", "björk", "abba", "queen", "東京事変"];
        for (word, candidate) in words.iter().flat_map(|a| words.map(|b| (*a, b))) {
            let lacking = (letters_of(word) & !letters_of(candidate)).count_ones() as usize;
            let ends = candidate.char_indices().map(|(end, _)| end).chain([candidate.len()]);
            let nearest = ends.map(|end| strsim::osa_distance(word, &candidate[..end])).min();
            assert!(nearest.is_some_and(|nearest| nearest >= lacking), "{word} for {candidate}");
        }
    }

    #[test]
    fn one_of_a_hundred_thousand_albums_is_found_by_misspelt_words() {
        let syllables = ["ka", "lo", "mi", "ren", "tas", "ul", "vor", "zen", "bri", "do"];
        let word = |mut n: usize| {
            let mut word = String::new();
            while word.len() < 7 {
                word.push_str(syllables[n % 10]);
                n = n / 10 + 7 * n % 11;
            }
            word
        };
        let texts: Vec<Text> = (0..100_000)
            .map(|n| Text {
                artist: format!("{} {}", word(n / 3), word(n)),
                title: format!("{} {}", word(7 * n), word(n / 2)),
                rest: "rock 1977".to_owned(),
            })
            .chain([Text {
                artist: "metallica".into(),
                title: "master of puppets".into(),
                rest: String::new(),
            }])
            .collect();
        let mut speller = Speller::new("metalica pupets");
        let found: Vec<usize> = (0..texts.len()).filter(|i| speller.rank(&texts[*i]).is_some()).collect();
        assert_eq!(found, [100_000]);
    }

    #[test]
    fn a_beginning_may_be_misspelt_too() {
        assert_eq!(cost("metalik", "metallica"), Some(5));
        assert_eq!(cost("radoi", "radiohead"), Some(3));
    }
}
