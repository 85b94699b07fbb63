//! What a table's cell means. A cell that cannot be read is as good as an empty one: it does not cost the record.

pub(super) use super::dates::year;

use super::literal;
use crate::album::AlbumName;
use crate::catalog::text::fold;
use unicode_normalization::UnicodeNormalization as _;

/// Letters kept of a name; longer ones are a mistake in the table.
const LONGEST: usize = 1000;
/// Similar albums kept of a record.
const MOST: usize = 200;

/// A name: control characters out, white space single, accents composed; `None` for nothing and for what programs write
/// for nothing.
pub(super) fn text(cell: &str) -> Option<String> {
    own_text(cell).filter(|text| !is_nothing(text))
}

/// The same in a table that this program wrote: there, nothing is empty, and `NA` a band.
pub(super) fn own_text(cell: &str) -> Option<String> {
    let mut out = String::new();
    for word in cell.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc());
    }
    if let Some((end, _)) = out.char_indices().nth(LONGEST) {
        out.truncate(end);
    }
    (!out.is_empty()).then_some(out)
}

fn is_nothing(text: &str) -> bool {
    matches!(
        text,
        "nan"
            | "NaN"
            | "NaT"
            | "None"
            | "null"
            | "NULL"
            | "(null)"
            | "N/A"
            | "n/a"
            | "NA"
            | "<NA>"
            | "\\N"
            | "#N/A"
            | "#NAME?"
            | "#REF!"
            | "#VALUE!"
            | "#DIV/0!"
            | "#NULL!"
            | "#NUM!"
    )
}

/// An artist's name, or several in a list of Python or JSON, with commas between them; where a column is for several
/// artists, semicolons part them too.
pub(super) fn artists(cell: &str, several: bool) -> Option<String> {
    let begins = |list: &&str| cell.trim_start().starts_with(*list);
    // `[spunge]` and `(hed) p.e.` are bands.
    let list = if ["['", "[\"", "[u'", "[{", "[]"].iter().any(begins) { literal::parse(cell) } else { None };
    let names = match list {
        Some(list) => list.texts(),
        None if several && cell.contains(';') && !has_entity(cell) => {
            cell.split(';').map(str::to_owned).collect()
        }
        None => vec![cell.to_owned()],
    };
    let names: Vec<String> =
        names.iter().filter_map(|name| text(name)).map(|name| usual(&without_numbers(&name))).collect();
    if names.is_empty() { None } else { text(&names.join(", ")) }
}

/// An artist's name without the number by which Discogs tells namesakes apart: `Drone (3) & Wire (12)`.
fn without_numbers(name: &str) -> String {
    const JOINED: [&str; 8] = [" & ", ", ", " / ", " feat", " vs", " and ", " + ", " with "];
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once(" (") {
        out.push_str(before);
        let number = after.split_once(')').filter(|(digits, _)| {
            (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        match number {
            Some((_, behind))
                if !out.is_empty()
                    && (behind.is_empty()
                        || JOINED.iter().any(|word| behind.to_lowercase().starts_with(word))) =>
            {
                rest = behind;
            }
            _ => {
                out.push_str(" (");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The name that all of an album's artists have together where there are many, however it is written.
pub(super) fn usual(artist: &str) -> String {
    if is_various_artists(artist) { "Various".to_owned() } else { artist.to_owned() }
}

fn is_various_artists(artist: &str) -> bool {
    const VARIOUS: [&str; 12] = [
        "various",
        "various artists",
        "various artist",
        "va",
        "v a",
        "compilations",
        "compilation",
        "verschiedene",
        "verschiedene interpreten",
        "artistes divers",
        "varios artistas",
        "artisti vari",
    ];
    VARIOUS.contains(&fold(artist).as_str())
}

/// Whether a semicolon ends a name of HTML's (`&amp;`).
fn has_entity(cell: &str) -> bool {
    let name =
        |part: &str| part.rsplit_once('&').is_some_and(|(_, name)| !name.is_empty() && !name.contains(' '));
    cell.rsplit(';').skip(1).any(name)
}

/// Similar albums: a Python list of (artist, album).
pub(super) fn similar(cell: &str) -> Vec<AlbumName> {
    let pairs = literal::parse(cell).map(literal::Literal::pairs).unwrap_or_default();
    let names = pairs
        .into_iter()
        .filter_map(|(artist, album)| Some(AlbumName { artist: text(&artist)?, album: text(&album)? }));
    names.take(MOST).collect()
}

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
    fn a_decomposed_name_is_composed() {
        assert_eq!(text("Sigur Ro\u{301}s").as_deref(), Some("Sigur Rós"));
    }

    #[test]
    fn several_artists_are_one_name() {
        for cell in
            ["A Tribe; De La", "['A Tribe', 'De La']", "[{'id': 1, 'name': 'A Tribe'}, {'name': 'De La'}]"]
        {
            assert_eq!(artists(cell, true).as_deref(), Some("A Tribe, De La"), "{cell}");
        }
        for name in ["(hed) p.e.", "[spunge]", "{{{Sunset}}}", "Simon &amp; Garfunkel", "Sunn O)))"] {
            assert_eq!(artists(name, true).as_deref(), Some(name));
        }
        assert_eq!(artists("[]", true), None);
        assert_eq!(artists("A; B", false).as_deref(), Some("A; B"));
    }

    #[test]
    fn discogs_numbers_of_namesakes_go() {
        for (cell, name) in [
            ("Drone (3)", "Drone"),
            ("Drone (3) & Wire (12)", "Drone & Wire"),
            ("Drone (3), The (2) Band", "Drone, The (2) Band"),
            ("(3)", "(3)"),
            ("Sum (41) Times", "Sum (41) Times"),
            ("Band (UK)", "Band (UK)"),
            ("Band (1975)", "Band (1975)"),
        ] {
            assert_eq!(artists(cell, false).as_deref(), Some(name), "{cell}");
        }
    }

    #[test]
    fn many_artists_have_one_name() {
        for cell in ["VA", "V.A.", "V/A", "Various Artists", "various", "Compilations"] {
            assert_eq!(artists(cell, false).as_deref(), Some("Various"), "{cell}");
        }
        assert_eq!(artists("Vashti", false).as_deref(), Some("Vashti"));
    }

    #[test]
    fn similar_albums_are_read_from_a_list_of_pairs() {
        let similar = similar("[('a-ha', 'Hunting High and Low'), ('nan', 'x')]");
        assert_eq!(similar.len(), 1);
        assert_eq!(similar[0].artist, "a-ha");
        assert!(super::similar("not a list").is_empty());
    }
}
