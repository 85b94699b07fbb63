//! Chosen albums as plain data, and their history.

use crate::history::History;
use gatefold::album::AlbumId;
use std::collections::HashMap;

/// Chosen albums with their weights.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chosen {
    /// In the order of choosing.
    pub albums: Vec<AlbumId>,
    /// Those that are not 1.
    pub weights: HashMap<AlbumId, f32>,
}

impl Chosen {
    /// The album whose weight is the only thing that differs: its slider goes on moving.
    pub fn slid(&self, before: &Self) -> Option<AlbumId> {
        if self.albums != before.albums {
            return None;
        }
        let of = |chosen: &Self, id: &AlbumId| chosen.weights.get(id).copied().unwrap_or(1.0);
        let mut differing = self.albums.iter().filter(|id| of(self, id) != of(before, id));
        match (differing.next(), differing.next()) {
            (Some(id), None) => Some(*id),
            _ => None,
        }
    }
}

/// What was chosen before.
pub type Choices = History<Chosen, AlbumId>;

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(albums: &[u64], weights: &[(u64, f32)]) -> Chosen {
        Chosen {
            albums: albums.iter().copied().map(AlbumId).collect(),
            weights: weights.iter().map(|(id, weight)| (AlbumId(*id), *weight)).collect(),
        }
    }

    #[test]
    fn a_slider_that_goes_on_moving_is_told_from_choosing() {
        let before = chosen(&[1, 2], &[]);
        assert_eq!(chosen(&[1, 2], &[(1, 0.5)]).slid(&before), Some(AlbumId(1)));
        assert_eq!(chosen(&[1, 2], &[(1, 0.5), (2, 0.5)]).slid(&before), None);
        assert_eq!(chosen(&[1], &[(1, 0.5)]).slid(&before), None);
        assert_eq!(before.slid(&before), None);
    }
}
