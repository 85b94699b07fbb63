//! What a person changes of an album.

use crate::album::Genre;
use serde::{Deserialize, Deserializer, Serialize};

/// Letters that a name has at most.
const LONGEST_NAME: usize = 300;
/// Letters that a genre has at most.
const LONGEST_GENRE: usize = 60;
/// First and last year that an album can be of, as for imports.
const YEARS: (i32, i32) = (1000, 2100);

/// What a person says of an album, over what its sources say. A field that is left out stays as it is; one that is
/// `null` (`Some(None)`) is not known.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Who made it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub artist: Option<Option<String>>,
    /// Its title.
    #[serde(rename = "album", deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub title: Option<Option<String>>,
    /// The one genre that it counts as.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub genre: Option<Option<String>>,
    /// Year of release.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub year: Option<Option<i32>>,
}

/// Tells a field that is `null` from one that is left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An edit that cannot be made; the sentence says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongEdit(String);

impl Edit {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same with names trimmed, a genre in its usual spelling, and empty texts as not known.
    ///
    /// # Errors
    /// A sentence for what no album can be called, no genre, no year.
    pub fn checked(&self) -> Result<Self, WrongEdit> {
        let name = |what: &str, text: &Option<Option<String>>| {
            text.as_ref().map(|text| checked_text(what, text.as_deref(), LONGEST_NAME)).transpose()
        };
        let genre = match &self.genre {
            None => None,
            Some(text) => {
                let text = checked_text("genre", text.as_deref(), LONGEST_GENRE)?;
                Some(text.and_then(|text| Genre::new(&text)).map(|genre| genre.to_string()))
            }
        };
        let (first, last) = YEARS;
        if let Some(Some(year)) = self.year
            && !(first..=last).contains(&year)
        {
            return Err(WrongEdit(format!("a year is a number from {first} to {last}, not {year}")));
        }
        Ok(Self {
            artist: name("artist", &self.artist)?,
            title: name("title", &self.title)?,
            genre,
            year: self.year,
        })
    }

    /// A later edit on top of this one.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            artist: later.artist.or(self.artist),
            title: later.title.or(self.title),
            genre: later.genre.or(self.genre),
            year: later.year.or(self.year),
        }
    }

    /// The year that a text names; `None` for an empty one.
    ///
    /// # Errors
    /// A sentence for what is no number.
    pub fn year_of(text: &str) -> Result<Option<i32>, WrongEdit> {
        match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                WrongEdit(format!("“{text}” is no year: write a number such as 1997, or nothing"))
            }),
        }
    }
}

fn checked_text(what: &str, text: Option<&str>, longest: usize) -> Result<Option<String>, WrongEdit> {
    let text = text.unwrap_or_default().trim();
    if text.chars().count() > longest {
        return Err(WrongEdit(format!("this {what} is too long: write at most {longest} letters")));
    }
    if text.chars().any(char::is_control) {
        return Err(WrongEdit(format!("this {what} has a line break or another sign that cannot be shown")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genre(text: &str) -> Edit {
        Edit { genre: Some(Some(text.to_owned())), ..Edit::default() }
    }

    #[test]
    fn what_is_left_out_is_told_from_what_is_not_known() {
        let edit: Edit = serde_json::from_str(r#"{"artist":null,"year":1997}"#).unwrap();
        assert_eq!(edit, Edit { artist: Some(None), year: Some(Some(1997)), ..Edit::default() });
        let json = serde_json::to_string(&edit).unwrap();
        assert_eq!(json, r#"{"artist":null,"year":1997}"#);
        assert_eq!(serde_json::from_str::<Edit>(&json).unwrap(), edit);
        assert!(serde_json::from_str::<Edit>("{}").unwrap().is_empty());
        assert!(serde_json::from_str::<Edit>(r#"{"titel":"x"}"#).is_err());
    }

    #[test]
    fn texts_are_tidied_and_what_cannot_be_is_refused() {
        assert_eq!(genre(" Hip-Hop ").checked().unwrap(), genre("rap"));
        assert_eq!(genre("  ").checked().unwrap().genre, Some(None));
        assert!(genre(&"x".repeat(61)).checked().unwrap_err().to_string().contains("60 letters"));
        assert!(genre("a\nb").checked().is_err());
        let year = |year| Edit { year: Some(Some(year)), ..Edit::default() }.checked();
        assert!(year(1997).is_ok() && year(99).is_err() && year(2101).is_err());
        assert_eq!(Edit::year_of(" 1997 "), Ok(Some(1997)));
        assert_eq!(Edit::year_of(""), Ok(None));
        assert!(Edit::year_of("late").unwrap_err().to_string().contains("late"));
    }

    #[test]
    fn a_later_edit_lies_on_top() {
        let both = genre("rock").then(Edit { year: Some(None), ..Edit::default() });
        assert_eq!(both, Edit { year: Some(None), ..genre("rock") });
        assert_eq!(both.then(genre("pop")).genre, genre("pop").genre);
    }
}
