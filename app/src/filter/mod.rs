//! Which albums of the map are wanted: a filter over its columns, and how an address says it. All of it is worked out
//! here, without asking the server.

mod bars;
mod colours;
mod facets;

pub use bars::Bars;
pub use facets::{Facet, Facets, Found};

/// What stands for albums without a genre: no genre can have this name.
pub const NO_GENRE: &str = "none";
/// How far a colour may be from the one that is asked for, in Oklab, where nobody says.
pub const USUAL_DISTANCE: f32 = 0.1;
/// The least and the most of that.
pub const DISTANCES: (f32, f32) = (0.02, 0.4);

/// A colour, and how near to it is near enough.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    /// 0xRRGGBB.
    pub colour: u32,
    /// Distance in Oklab.
    pub within: f32,
}

impl Near {
    /// As style sheets and colour fields write it: `#rrggbb`.
    pub fn css(&self) -> String {
        format!("#{:06x}", self.colour)
    }
}

/// What albums must be to be lit. The default lets all of them through.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Filter {
    /// One of these genres, [`NO_GENRE`] for none; any where the list is empty.
    pub genres: Vec<String>,
    /// First and last year.
    pub years: Option<(i16, i16)>,
    /// Whether albums of an unknown year count too; without `years` they alone do.
    pub undated: bool,
    /// Played at least so often.
    pub plays: Option<f32>,
    /// The main colour of the cover.
    pub near: Option<Near>,
    /// Words that title or artist contain.
    pub words: String,
}

impl Filter {
    /// The names that [`Filter::to_query`] uses.
    pub const KEYS: [&str; 5] = ["genres", "years", "plays", "near-colour", "words"];

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self { words: self.words.clone(), ..Self::default() } && self.words.trim().is_empty()
    }

    /// Asks for a genre, or no longer.
    pub fn toggle_genre(&mut self, name: &str) {
        match self.genres.iter().position(|other| other == name) {
            Some(place) => {
                self.genres.remove(place);
            }
            None => self.genres.push(name.to_owned()),
        }
    }

    /// Sets the years between which albums count; either end may be open. Ends that are the wrong way round change places.
    pub fn set_years(&mut self, from: Option<i16>, to: Option<i16>) {
        self.years = match (from, to) {
            (None, None) => None,
            (from, to) => {
                let (from, to) = (from.unwrap_or(i16::MIN + 1), to.unwrap_or(i16::MAX));
                Some((from.min(to), from.max(to)))
            }
        };
    }

    /// First year asked for, where there is one.
    pub fn from(&self) -> Option<i16> {
        self.years.map(|years| years.0).filter(|year| *year > i16::MIN + 1)
    }

    /// Last year asked for, where there is one.
    pub fn to(&self) -> Option<i16> {
        self.years.map(|years| years.1).filter(|year| *year < i16::MAX)
    }

    /// What stands in an address, names and values that are not yet encoded; nothing for what is not asked for.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let genres: Vec<String> = self.genres.iter().map(|name| escaped(name)).collect();
        let mut years = Vec::new();
        if self.years.is_some() {
            let end = |year: Option<i16>| year.map_or(String::new(), |year| year.to_string());
            years.push(format!("{}-{}", end(self.from()), end(self.to())));
        }
        if self.undated {
            years.push(NO_GENRE.to_owned());
        }
        let values = [
            genres.join(","),
            years.join(","),
            self.plays.map_or(String::new(), |plays| plays.to_string()),
            self.near.map_or(String::new(), |near| format!("{:06x},{}", near.colour, near.within)),
            self.words.trim().to_owned(),
        ];
        Self::KEYS.into_iter().zip(values).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Reads what an address asks for; `get` gives the decoded value of a name. What cannot be read is not asked for.
    pub fn of_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let [genres, years, plays, near, words] = Self::KEYS.map(|key| get(key).unwrap_or_default());
        let mut filter = Self {
            plays: plays.parse().ok().filter(|plays: &f32| plays.is_finite() && *plays > 0.0),
            near: near_of(&near),
            words: words.trim().to_owned(),
            ..Self::default()
        };
        for name in genres.split(',').map(unescaped).filter(|name| !name.is_empty()) {
            if !filter.genres.contains(&name) {
                filter.genres.push(name);
            }
        }
        for part in years.split(',') {
            if part == NO_GENRE {
                filter.undated = true;
            } else if let Some((from, to)) = part.split_once('-') {
                filter.set_years(from.parse().ok(), to.parse().ok());
            } else if let Ok(year) = part.parse() {
                filter.set_years(Some(year), Some(year));
            }
        }
        filter
    }
}

fn near_of(text: &str) -> Option<Near> {
    let (colour, within) = text.split_once(',').map_or((text, None), |(c, w)| (c, Some(w)));
    Some(Near {
        colour: colour_of(colour)?,
        within: within
            .and_then(|within| within.parse().ok())
            .filter(|within: &f32| within.is_finite())
            .map_or(USUAL_DISTANCE, |within| within.clamp(DISTANCES.0, DISTANCES.1)),
    })
}

/// The colour that six hexadecimal digits name, with `#` before them or without.
pub fn colour_of(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let plain = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if plain { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// A name that may stand between commas.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace(',', "%2C")
}

fn unescaped(name: &str) -> String {
    name.trim().replace("%2C", ",").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&'static str, String)]) -> Filter {
        Filter::of_query(|key| query.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone()))
    }

    fn value(key: &'static str, value: &str) -> Filter {
        read(&[(key, value.to_owned())])
    }

    #[test]
    fn what_an_address_says_is_what_was_asked_for() {
        let full = Filter {
            genres: vec!["rock".into(), "r&b".into(), "a, 100 %2C b".into(), NO_GENRE.into()],
            years: Some((1970, 1989)),
            undated: true,
            plays: Some(1234.5),
            near: Some(Near { colour: 0x00c0_ff0e, within: 0.15 }),
            words: "night & day".into(),
        };
        let open = |from, to| {
            let mut filter = Filter::default();
            filter.set_years(from, to);
            filter
        };
        let undated = Filter { undated: true, ..Filter::default() };
        for filter in [full, open(Some(1990), None), open(None, Some(1959)), undated, Filter::default()] {
            assert_eq!(read(&filter.to_query()), filter, "{:?}", filter.to_query());
        }
        assert_eq!(Filter::default().to_query(), []);
    }

    #[test]
    fn an_address_is_short_where_little_is_asked_for() {
        let filter = Filter { genres: vec!["jazz".into()], years: Some((1970, 1989)), ..Filter::default() };
        assert_eq!(filter.to_query(), [("genres", "jazz".to_owned()), ("years", "1970-1989".to_owned())]);
    }

    #[test]
    fn what_cannot_be_read_is_not_asked_for() {
        for (key, nonsense) in [
            ("years", "soon"),
            ("years", "-"),
            ("plays", "many"),
            ("plays", "-3"),
            ("plays", "NaN"),
            ("near-colour", "red"),
            ("near-colour", "ff00"),
            ("genres", ",,"),
            ("words", "  "),
        ] {
            assert!(value(key, nonsense).is_empty(), "{key}={nonsense}");
        }
        assert_eq!(value("near-colour", "#ff0000").near.map(|near| near.within), Some(USUAL_DISTANCE));
        assert_eq!(value("near-colour", "ff0000,9").near.map(|near| near.within), Some(DISTANCES.1));
        assert_eq!(value("near-colour", "é00000").near, None);
    }

    #[test]
    fn years_stand_the_right_way_round_and_one_year_is_a_range() {
        assert_eq!(value("years", "1990-1980").years, Some((1980, 1990)));
        assert_eq!(value("years", "1977").years, Some((1977, 1977)));
        assert_eq!(value("years", "-1980").from(), None);
        assert_eq!(value("years", "-1980").to(), Some(1980));
    }

    #[test]
    fn a_genre_is_asked_for_and_no_longer() {
        let mut filter = Filter::default();
        filter.toggle_genre("rock");
        filter.toggle_genre("jazz");
        filter.toggle_genre("rock");
        assert_eq!(filter.genres, ["jazz"]);
        assert!(!filter.is_empty());
        filter.toggle_genre("jazz");
        assert!(filter.is_empty());
    }
}
