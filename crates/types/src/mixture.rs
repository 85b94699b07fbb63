//! What neighbours are made of: how much each part of what is known of albums counts.

use serde::{Deserialize, Serialize};

/// A part of what is known of an album.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What the cover looks like: the map's features.
    Look,
    /// Which colours the cover has, and how much of each.
    Palette,
    /// Which genres a forest that never saw the cover takes it for; never the album's own tag.
    Genre,
    /// Albums that sources call similar, because the same people listen to them.
    Listeners,
    /// When it came out.
    Year,
}

impl Part {
    /// All, in the order in which people read them.
    pub const ALL: [Self; 5] = [Self::Look, Self::Palette, Self::Genre, Self::Listeners, Self::Year];

    /// Its name in addresses, files and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Palette => "palette",
            Self::Genre => "genre",
            Self::Listeners => "listeners",
            Self::Year => "year",
        }
    }

    /// The part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// How much each part counts; only how they relate matters.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)] // the parts' own names
pub struct Mixture {
    pub look: f32,
    pub palette: f32,
    pub genre: f32,
    pub listeners: f32,
    pub year: f32,
}

/// Why a mixture cannot be used.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum MixtureError {
    /// A weight that is none.
    #[error("{} counts {weight}: a part counts 0 or more, and at most 1000", .part.name())]
    Weight {
        /// Of what.
        part: Part,
        /// What was given.
        weight: f32,
    },
    /// Nothing is left.
    #[error(
        "no part counts anything: raise at least one of look, palette, genre, listeners and year above 0"
    )]
    Nothing,
    /// A word that is no weight.
    #[error(
        "“{0}” is no part of a mixture: write look=1,palette=0.5 with any of look, palette, genre, listeners, year"
    )]
    Word(String),
}

impl Default for Mixture {
    /// Nothing counts.
    fn default() -> Self {
        Self { look: 0.0, palette: 0.0, genre: 0.0, listeners: 0.0, year: 0.0 }
    }
}

impl Mixture {
    /// What counts unless somebody chooses: measured, see `docs/recommendation.md`.
    pub const USUAL: Self = Self { look: 1.0, palette: 0.0, genre: 0.0, listeners: 1.0, year: 0.25 };

    /// Whether it is the usual one, however it is scaled.
    pub fn is_usual(&self) -> bool {
        self.checked().is_ok() && self.checked() == Self::USUAL.checked()
    }

    /// One part alone.
    pub fn only(part: Part) -> Self {
        let mut mixture = Self::default();
        *mixture.weight_mut(part) = 1.0;
        mixture
    }

    /// How much a part counts.
    pub fn weight(&self, part: Part) -> f32 {
        match part {
            Part::Look => self.look,
            Part::Palette => self.palette,
            Part::Genre => self.genre,
            Part::Listeners => self.listeners,
            Part::Year => self.year,
        }
    }

    /// The same, to be changed.
    pub fn weight_mut(&mut self, part: Part) -> &mut f32 {
        match part {
            Part::Look => &mut self.look,
            Part::Palette => &mut self.palette,
            Part::Genre => &mut self.genre,
            Part::Listeners => &mut self.listeners,
            Part::Year => &mut self.year,
        }
    }

    /// The parts that count, with their share of all weights.
    pub fn shares(&self) -> impl Iterator<Item = (Part, f32)> + '_ {
        let whole: f32 = Part::ALL.iter().map(|&part| self.weight(part)).sum();
        Part::ALL
            .into_iter()
            .map(move |part| (part, self.weight(part) / whole))
            .filter(|(_, share)| *share > 0.0)
    }

    /// The same mixture with weights that sum to 1, in thousandths: mixtures that relate alike are one.
    ///
    /// # Errors
    /// When a weight is negative, huge or no number, or all are 0.
    pub fn checked(&self) -> Result<Self, MixtureError> {
        for part in Part::ALL {
            let weight = self.weight(part);
            if !(0.0..=1000.0).contains(&weight) {
                return Err(MixtureError::Weight { part, weight });
            }
        }
        let mut checked = Self::default();
        for (part, share) in self.shares() {
            *checked.weight_mut(part) = (1000.0 * share).round() / 1000.0;
        }
        if Part::ALL.iter().all(|&part| checked.weight(part) == 0.0) {
            Err(MixtureError::Nothing)
        } else {
            Ok(checked)
        }
    }

    /// Reads `look=1,palette=0.5`.
    ///
    /// # Errors
    /// For a word that is no part, or a weight that is none.
    pub fn parse(text: &str) -> Result<Self, MixtureError> {
        let mut mixture = Self::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let unknown = || MixtureError::Word(word.to_owned());
            let (name, weight) = word.split_once('=').ok_or_else(unknown)?;
            let part = Part::named(name.trim()).ok_or_else(unknown)?;
            *mixture.weight_mut(part) = weight.trim().parse().map_err(|_| unknown())?;
        }
        mixture.checked()?;
        Ok(mixture)
    }
}

impl std::fmt::Display for Mixture {
    /// As [`Mixture::parse`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = Part::ALL
            .into_iter()
            .filter(|&part| self.weight(part) > 0.0)
            .map(|part| format!("{}={}", part.name(), self.weight(part)))
            .collect();
        f.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_survives_its_text() {
        let mixture = Mixture { look: 1.0, year: 0.25, ..Mixture::default() };
        assert_eq!(mixture.to_string(), "look=1,year=0.25");
        assert_eq!(Mixture::parse(" look=1, year=0.25 "), Ok(mixture));
    }

    #[test]
    fn mixtures_that_relate_alike_are_one() {
        let one = Mixture { look: 2.0, palette: 1.0, ..Mixture::default() };
        let other = Mixture { look: 500.0, palette: 250.0, ..Mixture::default() };
        assert_eq!(one.checked(), other.checked());
        assert_eq!(Mixture::only(Part::Year).checked().unwrap().year, 1.0);
    }

    #[test]
    fn what_is_no_mixture_is_said_so() {
        for (text, says) in [("", "no part counts"), ("look=0", "no part counts"), ("smell=1", "“smell=1”")]
        {
            assert!(Mixture::parse(text).unwrap_err().to_string().contains(says), "{text}");
        }
        for text in ["look=-1", "look=NaN", "look=inf"] {
            assert!(
                matches!(Mixture::parse(text), Err(MixtureError::Weight { part: Part::Look, .. })),
                "{text}"
            );
        }
        assert!(Mixture::parse("look").is_err());
    }
}
