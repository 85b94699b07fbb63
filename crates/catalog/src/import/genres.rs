//! The genres that a table's cell names.

use super::cells::text;
use super::literal;
use crate::album::Genre;

/// Genres kept of a record.
const MOST: usize = 200;

/// Genres or tags: a list of Python or JSON, or words parted by `,`, `;`, `|`, a line's end and what else programs
/// part them by, slashes and `>` among them. Each once, in the cell's order. What belongs to a known name parts nothing:
/// `Folk, World, & Country`, `Funk / Soul`.
pub(super) fn genres(cell: &str) -> Vec<Genre> {
    let names = match literal::parse(cell) {
        Some(list) => list.texts(),
        None => names(cell),
    };
    let mut genres = Vec::new();
    let found = names.iter().filter_map(|name| text(name)).filter(|name| !is_number(name));
    for genre in found.filter_map(|name| Genre::new(name.trim_start_matches(['&', ' ']))) {
        if !genres.contains(&genre) && genres.len() < MOST {
            genres.push(genre);
        }
    }
    genres
}

/// The number of a genre in somebody's list says nothing without that list. A year is a tag.
fn is_number(name: &str) -> bool {
    let year = name.len() == 4 && (name.starts_with("19") || name.starts_with("20"));
    !year && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn names(cell: &str) -> Vec<String> {
    let parts = |c: char| {
        matches!(c, '|' | ';' | '；' | '\n' | '\r' | '\u{2400}' | '•' | '·' | '>' | '→' | '»' | '›')
    };
    let cell = cell.replace("\\\\", ";").replace("\\\u{2400}", ";").replace("---", ";");
    let between_slashes = |name: String| between_slashes(&name);
    cell.split(parts).flat_map(between_commas).flat_map(between_slashes).collect()
}

/// Names that slashes part. `N/A` and what else has single letters between them is one.
fn between_slashes(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split(['/', '／']).map(unquoted).collect();
    let is_name = |piece: &&str| piece.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some();
    if !pieces.iter().all(is_name) {
        return vec![text.to_owned()];
    }
    let mut names = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let whole = |length: &usize| Genre::has_slashes(&pieces[at..at + length].join("/"));
        let length = (2..=pieces.len() - at).rev().find(whole).unwrap_or(1);
        names.push(pieces[at..at + length].join(" / "));
        at += length;
    }
    names
}

/// Names that commas part.
fn between_commas(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split([',', '，', '、']).map(unquoted).filter(|p| !p.is_empty()).collect();
    let mut names: Vec<String> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let length = with_commas(&pieces[at..]);
        names.push(pieces[at..at + length].join(", "));
        at += length;
    }
    names
}

/// How many of the first pieces are one name: those of a name that is known to have commas, and otherwise as many as
/// reach to a piece that begins with “&”, which is nobody's genre, if that is the next or the one after it.
fn with_commas(pieces: &[&str]) -> usize {
    let is_name = |length: &usize| {
        let last = pieces[length - 1];
        let goes_on = last.starts_with('&') || last.to_lowercase().starts_with("and ");
        goes_on || Genre::has_commas(&pieces[..*length].join(", "))
    };
    (2..=pieces.len().min(3)).rev().find(is_name).unwrap_or(1)
}

fn unquoted(piece: &str) -> &str {
    let piece = piece.trim();
    piece.strip_prefix('"').and_then(|piece| piece.strip_suffix('"')).unwrap_or(piece).trim()
}

/// The one genre that people's tags amount to: the first that names a genre; failing that, the genre that the first
/// sub-genre ends with (`melodic death metal`).
pub(super) fn main_genre(tags: &[Genre]) -> Option<Genre> {
    let known = |name: &str| Genre::new(name).filter(|genre| KNOWN.contains(&genre.as_str()));
    tags.iter()
        .find(|tag| KNOWN.contains(&tag.as_str()))
        .cloned()
        .or_else(|| tags.iter().find_map(|tag| tag.as_str().rsplit([' ', '-']).next().and_then(known)))
}

/// Words that name a genre by themselves. People's tags hold much else (`albums I own`, `90s`, `seen live`).
const KNOWN: [&str; 47] = [
    "alternative",
    "ambient",
    "bluegrass",
    "blues",
    "bossa nova",
    "brass & military",
    "chanson",
    "children's",
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
    "folk, world, & country",
    "funk",
    "funk / soul",
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
    "rock and roll",
    "ska",
    "soul",
    "soundtrack",
    "stage & screen",
    "techno",
    "trance",
    "world",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Vec<String> {
        genres(cell).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_programs_part_genres_by_parts_them() {
        for cell in [
            "Rock, Pop",
            "Rock; Pop",
            "Rock|Pop",
            "rock;pop;Rock",
            "['Rock', 'Pop']",
            "[\"Rock\",\"Pop\"]",
            "Rock\nPop",
            "Rock\\\\Pop",
            "Rock\\\u{2400}Pop",
            "\"Rock\", \"Pop\"",
            "Rock • Pop",
            "Rock、Pop",
            "Rock / Pop",
            "Rock/Pop",
            "Rock > Pop",
            "Rock---Pop",
            "[{'genre_id': '1', 'genre_title': 'Rock'}, {'genre_id': '2', 'genre_title': 'Pop'}]",
        ] {
            assert_eq!(read(cell), ["rock", "pop"], "{cell}");
        }
    }

    #[test]
    fn commas_within_a_name_part_nothing() {
        let folk = "folk, world, & country";
        for (cell, found) in [
            ("Folk, World, & Country", &[folk][..]),
            ("Folk, World & Country", &[folk]),
            ("Folk, World, and Country", &[folk]),
            ("Electronic, Folk, World, & Country", &["electronic", folk]),
            ("Folk, World, & Country, Rock", &[folk, "rock"]),
            ("Folk, World, & Country; Pop", &[folk, "pop"]),
            ("Jazz, Brass & Military", &["jazz", "brass & military"]),
            ("Funk / Soul, Pop/Rock", &["funk / soul", "pop", "rock"]),
            ("Stories, Plays, & Poems", &["stories, plays, & poems"]),
            ("Rock; & Country", &["rock", "country"]),
        ] {
            assert_eq!(read(cell), found, "{cell}");
        }
    }

    #[test]
    fn slashes_within_a_known_name_part_nothing() {
        for (cell, found) in [
            ("Funk / Soul", &["funk / soul"][..]),
            ("Funk/Soul/Jazz", &["funk / soul", "jazz"]),
            ("Jazz / Hip-Hop/Rap", &["jazz", "rap"]),
            ("Folk, World, & Country / Rock", &["folk, world, & country", "rock"]),
            ("R&B/Soul", &["r&b", "soul"]),
            ("Old-Time / Historic", &["old-time / historic"]),
            ("['Old / New', 'Pop']", &["old / new", "pop"]),
            ("Country / Folk", &["country", "folk"]),
            ("D/B", &["d/b"]),
        ] {
            assert_eq!(read(cell), found, "{cell}");
        }
        assert_eq!(read("N/A"), [""; 0]);
    }

    #[test]
    fn numbers_of_somebodys_list_are_no_genres() {
        assert_eq!(read("[21, 103]"), [""; 0]);
        assert_eq!(read("['2007', '80s', 'pop']"), ["2007", "80s", "pop"]);
    }

    #[test]
    fn tags_amount_to_the_first_that_is_a_genre() {
        let main = |cell: &str| main_genre(&genres(cell)).map(|genre| genre.to_string());
        assert_eq!(main("['albums I own', '80s', 'indie rock', 'Hip-Hop']").as_deref(), Some("rap"));
        assert_eq!(main("['albums I own', 'Melodic Death Metal']").as_deref(), Some("metal"));
        assert_eq!(main("electronic|pop").as_deref(), Some("electronic"));
        assert_eq!(main("Folk, World, & Country").as_deref(), Some("folk, world, & country"));
        assert_eq!(main("['albums I own', '90s']"), None);
        assert_eq!(main(""), None);
    }
}
