//! What a table's cell means. A cell that cannot be read is as good as an empty one: it does not cost the record.

use super::literal;
use crate::album::{AlbumName, Genre};

/// Letters kept of a name; longer ones are a mistake in the table.
const LONGEST: usize = 1000;
/// Genres and similar albums kept of a record.
const MOST: usize = 200;

/// A name: control characters out, white space single; `None` for nothing and for what programs write for nothing.
pub(super) fn text(cell: &str) -> Option<String> {
    let mut out = String::new();
    for word in cell.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if let Some((end, _)) = out.char_indices().nth(LONGEST) {
        out.truncate(end);
    }
    let nothing =
        matches!(out.as_str(), "" | "nan" | "NaN" | "None" | "null" | "NULL" | "N/A" | "n/a" | "NA");
    (!nothing).then_some(out)
}

/// The first year from 1000 to 2100 in a date.
pub(super) fn year(cell: &str) -> Option<i32> {
    cell.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1000..=2100).contains(year))
}

/// A finite number.
pub(super) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number within bounds, as one would have it of an audio analysis.
pub(super) fn within(cell: &str, low: f32, high: f32) -> Option<f32> {
    number(cell).map(|number| number as f32).filter(|number| (low..=high).contains(number))
}

/// How often something happened: `11424766`, `11,424,766`, `371916.0`, `1e6`.
pub(super) fn count(cell: &str) -> Option<u64> {
    let plain: String =
        cell.trim().chars().filter(|c| !matches!(c, ',' | ' ' | '_' | '\u{a0}' | '\'')).collect();
    if let Ok(count) = plain.parse::<u64>() {
        return Some(count);
    }
    // 2^53: above it, not every whole number can be told from its neighbours.
    number(&plain).filter(|n| (0.0..=9_007_199_254_740_992.0).contains(n)).map(|n| n.round() as u64)
}

/// Genres or tags: a Python list, or words between `|`, `;` or `,`. Each once, in the cell's order.
pub(super) fn genres(cell: &str) -> Vec<Genre> {
    let names = match literal::parse(cell) {
        Some(list) => list.texts(),
        None => cell.split(['|', ';', ',']).map(str::to_owned).collect(),
    };
    let mut genres = Vec::new();
    for genre in names.iter().filter_map(|name| text(name)).filter_map(|name| Genre::new(&name)) {
        if !genres.contains(&genre) && genres.len() < MOST {
            genres.push(genre);
        }
    }
    genres
}

/// Similar albums: a Python list of (artist, album).
pub(super) fn similar(cell: &str) -> Vec<AlbumName> {
    let pairs = literal::parse(cell).map(literal::Literal::pairs).unwrap_or_default();
    let names = pairs
        .into_iter()
        .filter_map(|(artist, album)| Some(AlbumName { artist: text(&artist)?, album: text(&album)? }));
    names.take(MOST).collect()
}

/// The one genre that tags amount to: the first that names a genre; failing that, the genre that the first
/// sub-genre ends with (`melodic death metal`).
pub(super) fn main_genre(tags: &[Genre]) -> Option<Genre> {
    let known = |name: &str| Genre::new(name).filter(|genre| KNOWN.contains(&genre.as_str()));
    tags.iter()
        .find(|tag| KNOWN.contains(&tag.as_str()))
        .cloned()
        .or_else(|| tags.iter().find_map(|tag| tag.as_str().rsplit([' ', '-']).next().and_then(known)))
}

/// Words that name a genre by themselves. People's tags hold much else (`albums I own`, `90s`, `seen live`).
const KNOWN: [&str; 41] = [
    "alternative",
    "ambient",
    "bluegrass",
    "blues",
    "bossa nova",
    "chanson",
    "classical",
    "country",
    "dance",
    "disco",
    "drum and bass",
    "dub",
    "electronic",
    "experimental",
    "flamenco",
    "folk",
    "funk",
    "gospel",
    "grunge",
    "hardcore",
    "house",
    "indie",
    "industrial",
    "jazz",
    "latin",
    "metal",
    "new age",
    "new wave",
    "noise",
    "pop",
    "punk",
    "r&b",
    "rap",
    "reggae",
    "rock",
    "ska",
    "soul",
    "soundtrack",
    "techno",
    "trance",
    "world",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_nothing_is_nothing() {
        assert_eq!(text("  Sigur\u{a0}Rós\r\n\u{0}( ) "), Some("Sigur Rós ( )".to_owned()));
        for nothing in ["", "  ", "nan", "NaN", "None", "null"] {
            assert_eq!(text(nothing), None, "{nothing}");
        }
        assert_eq!(text(&"é".repeat(5000)).unwrap().chars().count(), LONGEST);
    }

    #[test]
    fn numbers_are_read_as_people_and_programs_write_them() {
        assert_eq!(count("11,424,766"), Some(11_424_766));
        assert_eq!(count("371916.0"), Some(371_916));
        assert_eq!(count("1e6"), Some(1_000_000));
        for bad in ["", "many", "-3", "NaN", "inf", "1e300"] {
            assert_eq!(count(bad), None, "{bad}");
        }
        assert_eq!(within("0.5", 0.0, 1.0), Some(0.5));
        assert_eq!(within("1.5", 0.0, 1.0), None);
        assert_eq!(within("nan", 0.0, 1.0), None);
    }

    #[test]
    fn a_year_is_found_in_a_date() {
        for (cell, found) in [
            ("1999", Some(1999)),
            ("1999-03-01", Some(1999)),
            ("12/31/1985", Some(1985)),
            ("1997.0", Some(1997)),
            ("March 2001", Some(2001)),
            ("0000", None),
            ("19995", None),
            ("soon", None),
        ] {
            assert_eq!(year(cell), found, "{cell}");
        }
    }

    #[test]
    fn tags_amount_to_the_first_that_is_a_genre() {
        let main = |cell: &str| main_genre(&genres(cell)).map(|genre| genre.to_string());
        assert_eq!(main("['albums I own', '80s', 'indie rock', 'Hip-Hop']").as_deref(), Some("rap"));
        assert_eq!(main("['albums I own', 'Melodic Death Metal']").as_deref(), Some("metal"));
        assert_eq!(main("electronic|pop").as_deref(), Some("electronic"));
        assert_eq!(main("['albums I own', '90s']"), None);
        assert_eq!(main(""), None);
    }

    #[test]
    fn similar_albums_are_read_from_a_list_of_pairs() {
        let similar = similar("[('a-ha', 'Hunting High and Low'), ('nan', 'x')]");
        assert_eq!(similar.len(), 1);
        assert_eq!(similar[0].artist, "a-ha");
        assert!(super::similar("not a list").is_empty());
    }
}
