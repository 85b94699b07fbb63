//! Genres: one name for each, however it is spelled.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A genre's name in its usual spelling: lower case, white space single, known variants folded into one
/// (`RnB` → `r&b`, `Hip-Hop/Rap` → `rap`).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Debug)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Genre(String);

impl Genre {
    /// The genre that `text` names; `None` for an empty text and for words that say there is none.
    pub fn new(text: &str) -> Option<Self> {
        let name = spelled(text);
        let nothing = matches!(
            name.as_str(),
            "none"
                | "unknown"
                | "<unknown>"
                | "unknown genre"
                | "unlabelled"
                | "unlabeled"
                | "unclassifiable"
                | "undefined"
                | "no genre"
                | "other"
                | "n/a"
                | "#n/a"
                | "nan"
                | "null"
        );
        if nothing || !name.chars().any(char::is_alphanumeric) {
            return None;
        }
        Some(Self(usual(&name).map_or(name, str::to_owned)))
    }

    /// Whether `text` is a known name that has commas in it, such as `Folk, World, & Country`.
    pub fn has_commas(text: &str) -> bool {
        usual(&spelled(text)).is_some_and(|name| name.contains(','))
    }

    /// Whether `text` is a known name that has slashes in it, such as `Funk / Soul` or `Hip-Hop/Rap`.
    pub fn has_slashes(text: &str) -> bool {
        text.contains('/') && usual(&spelled(text)).is_some()
    }

    /// The name, as people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Genre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lower case, letters composed, white space single, quotes and dashes as keyboards have them.
fn spelled(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')).collect();
    let mut out = String::with_capacity(text.len());
    for word in visible.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars().flat_map(char::to_lowercase) {
            match letter {
                '’' | '‘' | 'ʼ' | '´' | '`' => out.push('\''),
                '‐' | '‑' | '–' => out.push('-'),
                letter => out.push(letter),
            }
        }
    }
    composed(&out)
}

/// Names from a Mac's disk have accents as letters of their own. The page gets its names from the engine.
fn composed(text: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use unicode_normalization::UnicodeNormalization as _;
        text.nfc().collect()
    }
    #[cfg(target_arch = "wasm32")]
    {
        text.to_owned()
    }
}

/// The usual name of a genre that is known by several, by its letters alone: signs, blanks and the ways to write
/// “and” do not matter.
fn usual(name: &str) -> Option<&'static str> {
    let letters: String = name
        .replace(" and ", "&")
        .replace("-and-", "&")
        .replace('+', "&")
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\'' | '.' | ','))
        .collect();
    let usual = match letters.as_str() {
        "r&b" | "rnb" | "randb" | "rhythm&blues" | "rhythmnblues" => "r&b",
        "rap" | "hiphop" | "rap/hiphop" | "hiphop/rap" | "hiphop&rap" | "rap&hiphop" => "rap",
        "heavymetal" => "metal",
        "electronica" | "electro" => "electronic",
        "drum&bass" | "drumnbass" | "drumandbass" | "dnb" | "d&b" => "drum and bass",
        "rock&roll" | "rocknroll" => "rock and roll",
        "folkworld&country" => "folk, world, & country",
        "funk/soul" => "funk / soul",
        "oldtime/historic" => "old-time / historic",
        "stage&screen" => "stage & screen",
        "synthpop" => "synthpop",
        "triphop" => "trip-hop",
        "postrock" => "post-rock",
        "postpunk" => "post-punk",
        "lofi" => "lo-fi",
        "kpop" => "k-pop",
        "jpop" => "j-pop",
        "newwave" => "new wave",
        "newage" => "new age",
        "singer/songwriter" | "singersongwriter" => "singer/songwriter",
        _ => return None,
    };
    Some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_genre_become_one() {
        for (usual, spellings) in [
            (
                "r&b",
                &["RnB", " r&b ", "R'n'B", "R’n’B", "R ‘n’ B", "R & B", "Rhythm and Blues", "Rhythm & Blues"]
                    [..],
            ),
            (
                "rap",
                &[
                    "Hip-Hop",
                    "Hip Hop",
                    "hip  hop",
                    "HipHop",
                    "Hip‑Hop",
                    "Hip-Hop/Rap",
                    "Rap/Hip Hop",
                    "Hip Hop / Rap",
                ],
            ),
            (
                "drum and bass",
                &[
                    "Drum & Bass",
                    "Drum n Bass",
                    "Drum’n’Bass",
                    "DnB",
                    "Drum + Bass",
                    "drum-and-bass",
                    "D'n'B",
                ],
            ),
            ("rock and roll", &["Rock & Roll", "Rock 'n' Roll", "rock’n’roll"]),
            (
                "folk, world, & country",
                &["Folk, World, & Country", "Folk, World & Country", "folk world and country"],
            ),
            ("funk / soul", &["Funk / Soul", "Funk/Soul"]),
            ("new wave", &["New-Wave", "New\u{a0}Wave"]),
            ("post-rock", &["Post Rock", "postrock"]),
        ] {
            for spelling in spellings {
                assert_eq!(Genre::new(spelling).unwrap().as_str(), usual, "{spelling}");
            }
        }
    }

    #[test]
    fn other_genres_keep_their_names_and_a_name_is_its_own_usual_spelling() {
        for (text, name) in [
            ("Children's", "children's"),
            ("100% Pop?#", "100% pop?#"),
            ("R&B/Soul", "r&b/soul"),
            ("Pop/Rock", "pop/rock"),
            ("electronic body music", "electronic body music"),
            ("Brass & Military", "brass & military"),
            ("音楽", "音楽"),
        ] {
            assert_eq!(Genre::new(text).unwrap().as_str(), name);
        }
        for text in
            ["Hip-Hop", "R & B", "Stage And Screen", "İstanbul Pop", "Trip Hop", "a  b", "ＲＯＣＫ", "’90s"]
        {
            let genre = Genre::new(text).unwrap();
            assert_eq!(Genre::new(genre.as_str()), Some(genre.clone()), "{text}");
        }
    }

    #[test]
    fn what_says_that_there_is_none_is_none() {
        for text in ["", " ", "unlabelled", "Unknown", "N/A", "-", "?", "&", "nan", "\u{200b}"] {
            assert_eq!(Genre::new(text), None, "{text}");
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn a_composed_and_a_decomposed_name_are_one() {
        assert_eq!(Genre::new("Électro-acoustique"), Genre::new("E\u{301}lectro-acoustique"));
    }
}
