//! What a file's name says of its album: `Artist - Album (1999).jpg`.

use super::cells;

/// Artist, title and year, as far as a name says them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Named {
    pub artist: Option<String>,
    pub title: Option<String>,
    pub year: Option<i32>,
}

/// Reads `Artist - Album`, with a year in brackets at the end or between dashes. Any other name says nothing: it
/// may be a hash, a catalogue number or two ids joined by `__`.
pub(super) fn parse(stem: &str) -> Named {
    let spaced =
        if stem.contains(' ') { stem.to_owned() } else { stem.replace("_-_", " - ").replace('_', " ") };
    let (name, mut year) = split_year(spaced.trim());
    let dashed = name.replace(" – ", " - ").replace(" — ", " - ");
    let mut parts: Vec<&str> = dashed.split(" - ").map(str::trim).collect();
    if year.is_none() && parts.len() > 2 {
        // `Artist - 1999 - Album` and `Artist - Album - 1999`.
        let place = [1, parts.len() - 1].into_iter().find(|&i| bare_year(parts[i]).is_some());
        year = place.and_then(|i| bare_year(parts.remove(i)));
    }
    match parts.as_slice() {
        // A number in front is a position in some list, not an artist.
        [artist, title @ ..]
            if !title.is_empty()
                && !artist.chars().all(|c| c.is_ascii_digit())
                && title.iter().all(|part| !part.is_empty()) =>
        {
            let title = title.join(" - ");
            Named { artist: cells::text(artist), title: cells::text(&title), year }
        }
        _ => Named::default(),
    }
}

/// `Album (1999)` and `Album [1999]` in their parts.
fn split_year(name: &str) -> (&str, Option<i32>) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((before, year)) = name.strip_suffix(close).and_then(|n| n.rsplit_once(open))
            && let Some(year) = bare_year(year)
        {
            return (before.trim_end(), Some(year));
        }
    }
    (name, None)
}

fn bare_year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { cells::year(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_common_use_are_read() {
        for (stem, artist, title, year) in [
            ("Björk - Homogenic (1997)", "Björk", "Homogenic", Some(1997)),
            ("Björk - Homogenic", "Björk", "Homogenic", None),
            ("Björk – Post [1995]", "Björk", "Post", Some(1995)),
            ("Low - 1994 - I Could Live in Hope", "Low", "I Could Live in Hope", Some(1994)),
            ("Low - Things We Lost in the Fire - 2001", "Low", "Things We Lost in the Fire", Some(2001)),
            ("Prince - 1999", "Prince", "1999", None),
            ("Can_-_Ege_Bamyasi", "Can", "Ege Bamyasi", None),
            ("A - B - C", "A", "B - C", None),
            ("Jay-Z - The Blueprint (Live) (2001)", "Jay-Z", "The Blueprint (Live)", Some(2001)),
        ] {
            let named = Named { artist: Some(artist.into()), title: Some(title.into()), year };
            assert_eq!(parse(stem), named, "{stem}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for stem in [
            "9377915b7f645b79",
            "TRAAAAK128F9318786",
            "a1b2-c3d4-e5__f6-a7",
            "cover",
            "01 - Intro",
            " - ",
            "A - ",
            "Homogenic (1997)",
            "",
        ] {
            assert_eq!(parse(stem), Named::default(), "{stem}");
        }
    }
}
