//! Invents artists and titles by casting words in moulds.

mod vocabulary;

use super::Style;
use rand::Rng;
use vocabulary::{FIRST, LAST, words};

/// One of the alternatives in a list divided by `|`.
fn one<'a>(rng: &mut impl Rng, list: &'a str) -> &'a str {
    let count = list.split('|').count();
    list.split('|').nth(rng.gen_range(0..count)).unwrap_or(list)
}

/// Fills a mould: `%a` an adjective, `%n` a thing, `%s` several things, `%p` a place or time, `%f` and `%l` a person's
/// names, `%d` a digit.
fn cast(rng: &mut impl Rng, style: Style, mould: &str) -> String {
    let w = words(style);
    let mut out = String::new();
    let mut chars = mould.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let list = match chars.next() {
            Some('a') => w.a,
            Some('n') => w.n,
            Some('s') => w.s,
            Some('p') => w.p,
            Some('f') => FIRST,
            Some('l') => LAST,
            _ => "1|2|3|4|5|6|7|8|9",
        };
        let mut word = one(rng, list);
        for _ in 0..4 {
            if out.contains(word) {
                word = one(rng, list);
            }
        }
        out.push_str(word);
    }
    out
}

/// An artist's name for a genre.
pub(super) fn artist(rng: &mut impl Rng, style: Style) -> String {
    let mould = one(rng, words(style).artists);
    cast(rng, style, mould)
}

/// An album's title for a genre.
pub(super) fn title(rng: &mut impl Rng, style: Style) -> String {
    let mould = one(rng, words(style).titles);
    cast(rng, style, mould)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use std::collections::HashSet;

    #[test]
    fn each_genre_can_name_hundreds_of_artists_and_albums() {
        for style in Style::ALL {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let artists: HashSet<String> = (0..1000).map(|_| artist(&mut rng, style)).collect();
            let titles: HashSet<String> = (0..1000).map(|_| title(&mut rng, style)).collect();
            assert!(artists.len() > 300, "{style:?}: {}", artists.len());
            assert!(titles.len() > 300, "{style:?}: {}", titles.len());
        }
    }

    #[test]
    fn every_mould_is_filled() {
        for style in Style::ALL {
            let mut rng = ChaCha8Rng::seed_from_u64(2);
            for _ in 0..500 {
                for name in [artist(&mut rng, style), title(&mut rng, style)] {
                    assert!(!name.contains('%') && name.len() > 1, "{style:?}: {name}");
                }
            }
        }
    }
}
