//! Why there is no journey.

use super::super::adjacency::Adjacency;
use super::ground::Ground;
use std::fmt;

/// One of a journey's two ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Where it begins.
    First,
    /// Where it leads to.
    Last,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Last => "last",
        })
    }
}

/// Why there is no journey between two albums.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoJourney {
    /// Both ends are one.
    #[error("a journey leads from one album to another: choose two")]
    SameAlbum,

    /// An end is not on the map.
    #[error("the journey's {0} album is not on this map: choose one that is")]
    NoSuchAlbum(End),

    /// An end is like no other album.
    #[error(
        "no line leads to the journey's {0} album, because it is like no other: choose one that has neighbours"
    )]
    Alone(End),

    /// No line joins the parts of the map where the two are.
    #[error(
        "the two albums lie in parts of the map that no line joins, one of {first} albums and one of {last}: choose \
         both in the same part"
    )]
    Apart {
        /// Albums in the part of the first, itself included.
        first: usize,
        /// Albums in the part of the last, itself included.
        last: usize,
    },

    /// There are ways, and an album to avoid on each.
    #[error("every way between the two leads through an album that is to be avoided: avoid fewer")]
    OnlyAvoided,

    /// There are ways, and an artist twice on each.
    #[error(
        "every way between the two comes to some artist twice{}: choose other ends",
        if *.avoiding { ", or to an album that is to be avoided" } else { "" }
    )]
    OnlyRepeats {
        /// Whether albums were to be avoided, so that there may be a way through one of them.
        avoiding: bool,
    },

    /// Nobody knows whether there is one.
    #[error(
        "no way between the two was found that comes to each artist once; there may be one, but the search would take \
         too long: choose other ends"
    )]
    NotFound,
}

/// Whether a journey could have these ends at all.
pub(super) fn check_ends(adjacency: &Adjacency, from: u32, to: u32) -> Result<(), NoJourney> {
    let ends = [(from, End::First), (to, End::Last)];
    for (album, end) in ends {
        if album as usize >= adjacency.len() {
            return Err(NoJourney::NoSuchAlbum(end));
        }
    }
    if from == to {
        return Err(NoJourney::SameAlbum);
    }
    for (album, end) in ends {
        if adjacency.neighbours(album).is_empty() {
            return Err(NoJourney::Alone(end));
        }
    }
    Ok(())
}

/// Why there is no way through the albums that may be stops by themselves.
pub(super) fn of_being_closed(ground: &Ground<'_>, avoid: &[bool]) -> NoJourney {
    let reached = |from: u32, open: &dyn Fn(u32) -> bool| ground.adjacency.hops(from, open);
    let count = |hops: &[u32]| hops.iter().filter(|&&hops| hops != u32::MAX).count();
    let all = reached(ground.from, &|_| true);
    if all[ground.to as usize] == u32::MAX {
        let last = count(&reached(ground.to, &|_| true));
        return NoJourney::Apart { first: count(&all), last };
    }
    let avoids = |album: u32| avoid.get(album as usize).is_some_and(|&avoid| avoid);
    let clear = reached(ground.from, &|album| album == ground.to || !avoids(album));
    if clear[ground.to as usize] == u32::MAX { NoJourney::OnlyAvoided } else { of_repeating(avoid) }
}

/// Some artist comes twice on each way that is left.
pub(super) fn of_repeating(avoid: &[bool]) -> NoJourney {
    NoJourney::OnlyRepeats { avoiding: avoid.contains(&true) }
}
