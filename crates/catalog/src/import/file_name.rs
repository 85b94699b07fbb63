//! What a name says of its album: a file's (`Artist - Album (1999) [FLAC].jpg`), or a folder's in a music library
//! (`(1999) Album`, `1999 - Album`, `Album (1999)`).

use super::brackets::{self, Holds, bare_year};
use super::{cells, names};
use crate::catalog::text::fold;

/// Artist, title and year, as far as a name says them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Named {
    pub artist: Option<String>,
    pub title: Option<String>,
    pub year: Option<i32>,
}

/// Reads `Artist - Album`, with a year in brackets or between dashes. Any other name says nothing: it
/// may be a hash, a catalogue number or two ids joined by `__`.
pub(super) fn parse(stem: &str) -> Named {
    let Apart { mut parts, mut year } = Apart::of(stem);
    inner_year(&mut parts, &mut year);
    match parts.as_slice() {
        // A number in front is a position in some list, not an artist.
        [artist, title @ ..] if !title.is_empty() && !is_number(artist) => {
            Named { artist: cells::text(artist), title: cells::text(&title.join(" - ")), year }
        }
        _ => Named::default(),
    }
}

/// Whether a folder's name gives an artist before a dash.
pub(super) fn is_dashed(folder: &str) -> bool {
    parse(folder).artist.is_some()
}

/// Reads the name of an album's folder: it always gives a title. `artist` is the artist whose folder it lies in; an
/// artist in the album's own name counts more where `dashed` says that such names are usual there.
pub(super) fn album(folder: &str, artist: Option<&str>, dashed: bool) -> Named {
    let Apart { mut parts, mut year } = Apart::of(folder);
    let own = |part: &str| artist.is_some_and(|artist| fold(artist) == fold(part));
    let named = if parts.len() > 1 && own(&parts[0]) {
        parts.remove(0);
        artist.map(str::to_owned)
    } else {
        None
    };
    if parts.len() > 1 && (named.is_some() || artist.is_some() && !dashed) {
        // `1999 - Album` or `Album - 1999` by that artist.
        outer_year(&mut parts, &mut year);
    }
    let artist = match (named, artist) {
        (Some(named), _) => Some(named),
        (None, Some(artist)) if !dashed || parts.len() < 2 => Some(artist.to_owned()),
        (None, other) => {
            inner_year(&mut parts, &mut year);
            match parts.len() {
                0 | 1 => other.map(str::to_owned),
                _ if is_number(&parts[0]) => {
                    parts.remove(0);
                    other.map(str::to_owned)
                }
                _ => Some(parts.remove(0)),
            }
        }
    };
    let title = cells::text(&words(&parts.join(" - "))).or_else(|| cells::text(folder));
    let artist = artist.and_then(|artist| cells::text(&words(&artist)).or_else(|| cells::text(&artist)));
    Named { artist: artist.as_deref().map(cells::usual), title, year }
}

/// A name with blanks where it has underscores in their stead.
fn words(name: &str) -> String {
    if name.contains(' ') { name.to_owned() } else { name.replace('_', " ") }
}

/// Whether a folder's name begins with a year and a blank. Where all of an artist's albums do, it is the year; of one alone,
/// it may be a title (`1999 Degrees`).
pub(super) fn begins_with_year(folder: &str) -> bool {
    let parted = folder.split_once(' ').map(|(year, title)| (bare_year(year), title.trim_start()));
    parted.is_some_and(|(year, title)| year.is_some() && title.starts_with(char::is_alphanumeric))
}

/// A name in its parts: what stands between dashes, without year, disc and words about the file.
struct Apart {
    parts: Vec<String>,
    year: Option<i32>,
}

impl Apart {
    fn of(name: &str) -> Self {
        if let Some(scene) = Self::of_scene(name) {
            return scene;
        }
        let spaced =
            if name.contains(' ') { name.to_owned() } else { name.replace("_-_", " - ").replace('_', " ") };
        let (mut year, rest) = leading_year(spaced.trim());
        let text = without_brackets(rest, &mut year);
        let text = if text.is_empty() {
            // Nothing but brackets: then they are the name.
            year = None;
            spaced.trim().to_owned()
        } else {
            without_tags(text, &mut year)
        };
        let dashed = text.replace(" – ", " - ").replace(" — ", " - ");
        let mut parts: Vec<String> = dashed.split(" - ").map(|part| part.trim().to_owned()).collect();
        // A dash with nothing before or behind it parts nothing.
        let whole = parts.iter().all(|part| !part.is_empty());
        if !whole {
            return Self { parts: vec![text], year };
        }
        let mut place = parts.len();
        while place > 1 {
            place -= 1;
            let part = parts[place].as_str();
            // `Web` and `Vinyl` may be an album's title, where nothing else is.
            let about =
                brackets::about_file(part).filter(|_| parts.len() > 2 || brackets::is_surely_file(part));
            if about.is_some() || names::disc(part).is_some() {
                year = year.or(about.flatten());
                parts.remove(place);
            }
        }
        if let Some(last) = parts.last_mut() {
            *last = names::without_disc(last).to_owned();
        }
        Self { parts, year }
    }

    /// `Artist_Name-Album_Title-CD-FLAC-2018-GROUP`.
    fn of_scene(name: &str) -> Option<Self> {
        if name.contains(' ') {
            return None;
        }
        let parts: Vec<&str> = name.split('-').collect();
        let at = parts.iter().skip(2).position(|part| bare_year(part).is_some())? + 2;
        let medium = parts[2..at].iter().position(|part| brackets::about_file(part) == Some(None))? + 2;
        let words = |part: &&str| part.replace('_', " ").trim().to_owned();
        // What stands between title and medium is part of the title: `(Deluxe_Edition)`.
        let title: Vec<String> = parts[1..medium].iter().map(words).filter(|part| !part.is_empty()).collect();
        let artist = words(&parts[0]);
        if artist.is_empty() || title.is_empty() {
            return None;
        }
        Some(Self { parts: vec![artist, title.join(" ")], year: bare_year(parts[at]) })
    }
}

/// `1999 - Album`, `1999. Album`, `1999-05-04 Album`: the year and the rest.
fn leading_year(name: &str) -> (Option<i32>, &str) {
    let nothing = (None, name);
    let end = name.find(|c: char| !c.is_ascii_digit() && !['-', '.'].contains(&c)).unwrap_or(name.len());
    let head = name[..end].trim_end_matches(['-', '.']);
    let Some(year) = brackets::date(head) else { return nothing };
    let after = &name[head.len()..];
    let rest = after.trim_start_matches([' ', '-', '–', '—', '.', ':', ',', '_', '~']);
    let parted = &after[..after.len() - rest.len()];
    // A year and a blank could begin a title (`1999 Degrees`); a date could not.
    let separated = parted.trim() != "" && parted.ends_with(' ') || head.len() > 4 && !parted.is_empty();
    if separated && !rest.is_empty() { (Some(year), rest) } else { nothing }
}

/// A name without the brackets that hold a year, a disc or something about the file. The first year counts; a later one
/// tells of an edition and stays.
fn without_brackets(name: &str, year: &mut Option<i32>) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find(['(', '[', '{']) {
        let bracket = char::from(rest.as_bytes()[open]);
        let Some(close) = closing(&rest[open..]) else { break };
        let content = &rest[open + 1..open + close];
        let gone = match brackets::holds(bracket, content) {
            Holds::Year(found) if year.is_none() => {
                *year = Some(found);
                true
            }
            Holds::File => true,
            Holds::Year(_) | Holds::Title => false,
        };
        out.push_str(&rest[..open]);
        if gone {
            out.push(' ');
        } else {
            out.push_str(&rest[open..=open + close]);
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    let single = out.split_whitespace().collect::<Vec<_>>().join(" ");
    // A dash that parted a bracket from the title parts nothing any more.
    if out == name { single } else { single.trim_matches([' ', '-', '–', '—', '_']).to_owned() }
}

/// Where the bracket that a text begins with closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(place);
        }
    }
    None
}

/// A name without words about the file that stand at its end without brackets: `Album FLAC`, `Album 1999 MP3 320kbps`.
fn without_tags(name: String, year: &mut Option<i32>) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    // The longest end that is about the file, and has a word in it that nothing else is called by.
    let begin = (1..words.len()).find(|&begin| {
        !["-", "–", "—"].contains(&words[begin]) && brackets::is_surely_file(&words[begin..].join(" "))
    });
    let Some(begin) = begin else { return name };
    let found = brackets::about_file(&words[begin..].join(" ")).flatten();
    *year = year.or(found);
    words[..begin].join(" ").trim_end_matches([' ', '-', '–', '—']).to_owned()
}

/// Takes the year out of `Artist - 1999 - Album` and `Artist - Album - 1999`.
fn inner_year(parts: &mut Vec<String>, year: &mut Option<i32>) {
    if year.is_some() || parts.len() < 3 {
        return;
    }
    let place = [1, parts.len() - 1].into_iter().find(|&i| bare_year(&parts[i]).is_some());
    *year = place.and_then(|place| bare_year(&parts.remove(place)));
}

/// Takes the year out of `1999 - Album` and `Album - 1999`.
fn outer_year(parts: &mut Vec<String>, year: &mut Option<i32>) {
    if year.is_none() {
        let place = [0, parts.len() - 1].into_iter().find(|&i| bare_year(&parts[i]).is_some());
        *year = place.and_then(|place| bare_year(&parts.remove(place)));
    }
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(artist: &str, title: &str, year: Option<i32>) -> Named {
        let artist = Some(artist.to_owned()).filter(|artist| !artist.is_empty());
        Named { artist, title: Some(title.to_owned()), year }
    }

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
            ("...Until Noon - Slow Kettle (1998)", "...Until Noon", "Slow Kettle", Some(1998)),
            ("Low Gate - Eighth Bells (2015) [FLAC]", "Low Gate", "Eighth Bells", Some(2015)),
            ("1994 - Low - I Could Live in Hope", "Low", "I Could Live in Hope", Some(1994)),
            ("Low_Gate-Eleventh_Bells-CD-FLAC-2018-XYZ", "Low Gate", "Eleventh Bells", Some(2018)),
        ] {
            assert_eq!(parse(stem), named(artist, title, year), "{stem}");
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
            "2010 - Third Bells",
            "(2008)",
            "",
        ] {
            assert_eq!(parse(stem), Named::default(), "{stem}");
        }
    }

    #[test]
    fn an_artist_s_folder_holds_albums_named_in_many_ways() {
        for (folder, title, year) in [
            ("(2008) Early Bells", "Early Bells", Some(2008)),
            ("[2009] Second Bells", "Second Bells", Some(2009)),
            ("2010 - Third Bells", "Third Bells", Some(2010)),
            ("2011. Fourth Bells", "Fourth Bells", Some(2011)),
            ("Fifth Bells (2012) [FLAC]", "Fifth Bells", Some(2012)),
            ("Sixth Bells (2013) [24-96 WEB]", "Sixth Bells", Some(2013)),
            ("Seventh Bells (Deluxe Edition) (2014)", "Seventh Bells (Deluxe Edition)", Some(2014)),
            ("Low Gate - Eighth Bells (2015) [FLAC]", "Eighth Bells", Some(2015)),
            ("Low Gate - 2016 - Ninth Bells {Remaster}", "Ninth Bells {Remaster}", Some(2016)),
            ("2017-05-04 Tenth Bells", "Tenth Bells", Some(2017)),
            ("Twelfth Bells (Live 2001)", "Twelfth Bells (Live 2001)", None),
            ("1984 (1999)", "1984", Some(1999)),
            ("1984", "1984", None),
            ("[1984]", "[1984]", None),
            ("1999 Degrees", "1999 Degrees", None),
            ("2112 (1976) {SHVL 804}", "2112", Some(1976)),
            ("1979 - Night Bells (2011)", "Night Bells (2011)", Some(1979)),
            ("Night Bells (1979) [2011]", "Night Bells [2011]", Some(1979)),
            ("Bells - 2010", "Bells", Some(2010)),
            ("Low Gate - 1999", "1999", None),
            ("Bells [MFSL]", "Bells", None),
            ("Bells 320kbps", "Bells", None),
            ("Bells 2010 FLAC 24-96", "Bells", Some(2010)),
            ("Bells - 2010 - FLAC", "Bells", Some(2010)),
            ("Bells - Live at the Gate (2010)", "Bells - Live at the Gate", Some(2010)),
            ("Bells (Disc 1)", "Bells", None),
            ("Bells (2010) CD2", "Bells", Some(2010)),
            ("Bells_of_Night_(2010)", "Bells of Night", Some(2010)),
            ("FLAC", "FLAC", None),
            ("(2008)", "(2008)", None),
            ("..Hits", "..Hits", None),
            ("Peat E.P", "Peat E.P", None),
            ("Unclosed (2010", "Unclosed (2010", None),
        ] {
            assert_eq!(album(folder, Some("Low Gate"), false), named("Low Gate", title, year), "{folder}");
        }
    }

    #[test]
    fn underscores_are_blanks_where_there_are_none() {
        assert_eq!(
            album("Back_in_Grey (1980)", Some("AC_DC_ish"), false),
            named("AC DC ish", "Back in Grey", Some(1980))
        );
        assert_eq!(album("Snake_case is fine", Some("Low"), false), named("Low", "Snake_case is fine", None));
        assert_eq!(album("___", Some("_"), false), named("_", "___", None));
    }

    #[test]
    fn a_year_and_a_blank_may_begin_a_name() {
        assert!(begins_with_year("2010 Third Bells") && begins_with_year("1999 Degrees"));
        for folder in
            ["2010 - Third Bells", "1984 (1999)", "1984", "Third Bells", "2112 Overture", "20 Years"]
        {
            assert!(!begins_with_year(folder), "{folder}");
        }
    }

    #[test]
    fn an_artist_in_the_album_s_name_counts_where_there_is_no_other_or_such_names_are_usual() {
        assert_eq!(album("Low - Trust (2002)", None, false), named("Low", "Trust", Some(2002)));
        assert_eq!(album("Trust (2002)", None, false), named("", "Trust", Some(2002)));
        assert_eq!(album("Low - Trust", Some("Blue Note"), true), named("Low", "Trust", None));
        assert_eq!(album("Trust", Some("Low"), true), named("Low", "Trust", None));
        assert_eq!(album("2010 - Third Bells", None, false), named("", "Third Bells", Some(2010)));
    }
}
