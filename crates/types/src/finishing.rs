//! How a made picture becomes a cover: title, artist, ink, grain, border, and the file it is wanted as.

use serde::{Deserialize, Serialize};

/// Longest title or artist, in characters; more is a blurb.
pub const LONGEST: usize = 160;
/// Most lines that somebody may set by hand.
pub const MOST_LINES: usize = 8;
/// Widest border, as a share of the picture's side.
pub const WIDEST_BORDER: f32 = 0.15;

/// A typeface for titles; each is open and shipped, see `assets/fonts/README.md`. What it cannot write is set in a
/// bold sans of the script in question.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // each is a typeface's own name
pub enum Face {
    #[default]
    ArchivoBlack,
    Anton,
    LeagueGothic,
    Syne,
    Jost,
    Unbounded,
    Cormorant,
    Ultra,
    GrenzeGotisch,
    Shrikhand,
    SpaceMono,
    AmaticSc,
}

impl Face {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::ArchivoBlack,
        Self::Anton,
        Self::LeagueGothic,
        Self::Syne,
        Self::Jost,
        Self::Unbounded,
        Self::Cormorant,
        Self::Ultra,
        Self::GrenzeGotisch,
        Self::Shrikhand,
        Self::SpaceMono,
        Self::AmaticSc,
    ];

    /// The face's name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArchivoBlack => "Archivo Black",
            Self::Anton => "Anton",
            Self::LeagueGothic => "League Gothic",
            Self::Syne => "Syne",
            Self::Jost => "Jost",
            Self::Unbounded => "Unbounded",
            Self::Cormorant => "Cormorant Garamond",
            Self::Ultra => "Ultra",
            Self::GrenzeGotisch => "Grenze Gotisch",
            Self::Shrikhand => "Shrikhand",
            Self::SpaceMono => "Space Mono",
            Self::AmaticSc => "Amatic SC",
        }
    }
}

/// Where the type stands. Left and right are the picture's, whichever way a script runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Place {
    TopLeft,
    Top,
    TopRight,
    Left,
    Centre,
    Right,
    #[default]
    BottomLeft,
    Bottom,
    BottomRight,
    /// The title along the top, the artist along the foot.
    Apart,
}

impl Place {
    /// All of them, row by row.
    pub const ALL: [Self; 10] = [
        Self::TopLeft,
        Self::Top,
        Self::TopRight,
        Self::Left,
        Self::Centre,
        Self::Right,
        Self::BottomLeft,
        Self::Bottom,
        Self::BottomRight,
        Self::Apart,
    ];
}

/// How large the title is at most; it shrinks until all of it fits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

impl Size {
    /// All of them, the smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];
}

/// A colour of letters or border. In JSON `"auto"`, `"white"`, `"black"` or `{"palette": 2}`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ink {
    /// Whichever can be read best, from the palette if one of it can.
    #[default]
    Auto,
    /// The palette's colour with this number, counted from 0.
    Palette(u8),
    /// White.
    White,
    /// Black.
    Black,
}

/// What lies between picture and letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Backing {
    /// A shade where the letters could not be read without one, and only as deep as it needs to be.
    #[default]
    Auto,
    /// Nothing, read or not.
    None,
    /// A strip of one colour across the picture.
    Band,
    /// A soft shade, even where letters could be read without it.
    Shade,
}

impl Backing {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Auto, Self::None, Self::Band, Self::Shade];
}

/// How a picture is finished. The same finish on the same picture with the same palette gives the same bytes.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Finish {
    /// The title; empty for none. A line break in it is kept.
    pub title: String,
    /// The artist; empty for none.
    pub artist: String,
    /// The typeface of both.
    pub face: Face,
    /// Where they stand.
    pub place: Place,
    /// How large.
    pub size: Size,
    /// In which colour.
    pub ink: Ink,
    /// On what.
    pub backing: Backing,
    /// Film grain, from 0 (none) to 1 (coarse stock pushed hard).
    pub grain: f32,
    /// The border's width as a share of the picture's side, 0 to [`WIDEST_BORDER`].
    pub border: f32,
    /// The border's colour.
    pub border_ink: Ink,
    /// Seed of the grain.
    pub seed: u64,
}

/// The file that is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// 3000 × 3000 JPEG, as distributors ask for.
    Distributor,
    /// 640 × 640 JPEG of at most 190,000 bytes, as playlist services take.
    Playlist,
    /// PNG in the picture's own size; loses nothing.
    #[default]
    Png,
}

impl Format {
    /// The file's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Distributor | Self::Playlist => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The file name's ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Distributor | Self::Playlist => "jpg",
            Self::Png => "png",
        }
    }
}

/// Why a finish is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum FinishingError {
    #[error("the {what} has {length} characters: shorten it to {LONGEST}")]
    TooLong { what: &'static str, length: usize },
    #[error("the {what} has {lines} lines: break it into at most {MOST_LINES}")]
    TooManyLines { what: &'static str, lines: usize },
    #[error("grain goes from 0 to 1, and {0} is not in between")]
    Grain(f32),
    #[error("the border goes from 0 to {WIDEST_BORDER} of the picture's side, and {0} is not in between")]
    Border(f32),
}

impl Finish {
    /// Checks lengths and numbers; says in a sentence what is wrong.
    ///
    /// # Errors
    /// The first thing that cannot be done.
    pub fn check(&self) -> Result<(), FinishingError> {
        for (what, text) in [("title", &self.title), ("artist", &self.artist)] {
            let (length, lines) = (text.chars().count(), text.trim().lines().count());
            if length > LONGEST {
                return Err(FinishingError::TooLong { what, length });
            }
            if lines > MOST_LINES {
                return Err(FinishingError::TooManyLines { what, lines });
            }
        }
        // A range does not contain what is not a number.
        if !(0.0..=1.0).contains(&self.grain) {
            return Err(FinishingError::Grain(self.grain));
        }
        if !(0.0..=WIDEST_BORDER).contains(&self.border) {
            return Err(FinishingError::Border(self.border));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_object_is_a_finish_that_changes_nothing() {
        let finish: Finish = serde_json::from_str("{}").unwrap();
        assert_eq!(finish, Finish::default());
        assert_eq!(finish.check(), Ok(()));
    }

    #[test]
    fn names_in_json_are_short_and_lower_case() {
        let finish = Finish {
            face: Face::GrenzeGotisch,
            place: Place::TopLeft,
            ink: Ink::Palette(2),
            border_ink: Ink::White,
            backing: Backing::Shade,
            ..Finish::default()
        };
        let json = serde_json::to_value(&finish).unwrap();
        assert_eq!(json["face"], "grenze-gotisch");
        assert_eq!(json["place"], "top-left");
        assert_eq!(json["ink"]["palette"], 2);
        assert_eq!(json["border_ink"], "white");
        assert_eq!(serde_json::from_value::<Finish>(json).unwrap(), finish);
    }

    #[test]
    fn a_title_as_long_as_a_page_is_refused() {
        let finish = Finish { title: "a".repeat(LONGEST + 1), ..Finish::default() };
        assert_eq!(finish.check(), Err(FinishingError::TooLong { what: "title", length: LONGEST + 1 }));
        let finish = Finish { title: "é".repeat(LONGEST), ..Finish::default() };
        assert_eq!(finish.check(), Ok(()));
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        for bad in [-0.1, 1.1, f32::NAN, f32::INFINITY] {
            assert!(Finish { grain: bad, ..Finish::default() }.check().is_err(), "grain {bad}");
            assert!(Finish { border: bad, ..Finish::default() }.check().is_err(), "border {bad}");
        }
        assert!(Finish { border: 0.16, ..Finish::default() }.check().is_err());
    }

    #[test]
    fn too_many_lines_are_refused() {
        let finish = Finish { artist: "a\n".repeat(9), ..Finish::default() };
        assert_eq!(finish.check(), Err(FinishingError::TooManyLines { what: "artist", lines: 9 }));
    }
}
