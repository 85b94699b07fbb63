//! Sets of albums that somebody named, as plain data.

use crate::album::AlbumId;
use serde::{Deserialize, Serialize};

/// Albums of one set at most.
pub const MOST: usize = 2000;
/// Characters of a name at most.
const LONGEST: usize = 80;

/// Albums under a name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AlbumSet {
    /// What somebody called it; no two sets have one name.
    pub name: String,
    /// When it was saved last, seconds since 1970.
    pub at: i64,
    /// Its albums in the order in which they were chosen, as far as the catalogue still has them.
    pub albums: Vec<AlbumId>,
    /// Albums that were in it and have gone from the catalogue.
    #[serde(default)]
    pub gone: u32,
}

/// Why a set cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its name.
    #[error("a set's name has 1 to {LONGEST} characters and no line breaks")]
    Name,
    /// It is of nothing.
    #[error("a set has at least one album: choose some first")]
    Empty,
    /// It is of too much.
    #[error("a set has at most {MOST} albums, not {0}: choose fewer")]
    TooMany(usize),
}

/// A name as it is kept: without blanks around it.
///
/// # Errors
/// [`Unfit::Name`] for an empty or overlong one, or one with control characters.
pub fn name(text: &str) -> Result<String, Unfit> {
    let name = text.trim();
    let fits = (1..=LONGEST).contains(&name.chars().count()) && !name.contains(char::is_control);
    // Addresses know these two as “here” and “above”.
    if fits && !matches!(name, "." | "..") { Ok(name.to_owned()) } else { Err(Unfit::Name) }
}

/// Albums as a set keeps them: each once, in their order.
///
/// # Errors
/// [`Unfit::Empty`] and [`Unfit::TooMany`].
pub fn albums(albums: &[AlbumId]) -> Result<Vec<AlbumId>, Unfit> {
    let mut seen = std::collections::HashSet::new();
    let once: Vec<AlbumId> = albums.iter().copied().filter(|id| seen.insert(*id)).collect();
    match once.len() {
        0 => Err(Unfit::Empty),
        n if n > MOST => Err(Unfit::TooMany(n)),
        _ => Ok(once),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_on_one_line() {
        assert_eq!(name("  Late nights ").as_deref(), Ok("Late nights"));
        for unfit in ["", "   ", "a\nb", ".", "..", &"x".repeat(81)] {
            assert_eq!(name(unfit), Err(Unfit::Name), "{unfit:?}");
        }
        assert!(name(&"é".repeat(80)).is_ok());
    }

    #[test]
    fn a_set_holds_each_album_once_and_not_too_many() {
        let ids = [3, 1, 3].map(AlbumId);
        assert_eq!(albums(&ids), Ok(vec![AlbumId(3), AlbumId(1)]));
        assert_eq!(albums(&[]), Err(Unfit::Empty));
        let many: Vec<AlbumId> = (0..=MOST as u64).map(AlbumId).collect();
        assert_eq!(albums(&many), Err(Unfit::TooMany(MOST + 1)));
        assert!(albums(&many[1..]).is_ok());
    }
}
