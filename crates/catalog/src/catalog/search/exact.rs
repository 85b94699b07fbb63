//! Words as they are contained in an album's text.

use super::Text;

/// How well an album answers folded words, 0 best; `None` when a word is contained nowhere.
pub(super) fn rank(text: &Text, words: &str) -> Option<u32> {
    let fields = [text.title.as_str(), text.artist.as_str(), text.rest.as_str()];
    if !words.split(' ').all(|word| fields.iter().any(|field| field.contains(word))) {
        return None;
    }
    let names = &fields[..2];
    let is = |a: &str, b: &str| words.strip_prefix(a).and_then(|rest| rest.strip_prefix(' ')) == Some(b);
    if names.contains(&words) || is(&text.artist, &text.title) || is(&text.title, &text.artist) {
        return Some(0);
    }
    if names.iter().any(|name| name.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '))) {
        return Some(1);
    }
    if names.iter().any(|name| name.starts_with(words)) {
        return Some(2);
    }
    let every = |fits: fn(&str, &str) -> bool, fields: &[&str]| {
        words
            .split(' ')
            .all(|word| fields.iter().any(|field| field.split(' ').any(|candidate| fits(candidate, word))))
    };
    let whole = |candidate: &str, word: &str| candidate == word;
    let begins = |candidate: &str, word: &str| candidate.starts_with(word);
    let rank = match () {
        () if every(whole, names) => 3,
        () if every(begins, names) => 4,
        () if every(whole, &fields) => 5,
        () if every(begins, &fields) => 6,
        () => 7,
    };
    Some(rank)
}
