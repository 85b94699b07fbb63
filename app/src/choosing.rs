//! Choosing albums: what was chosen before, and choosing what is lit.

use crate::chosen::{Choices, Chosen};
use crate::explore::Explore;
use crate::text;
use gatefold::album::AlbumId;
use gatefold::sets;
use leptos::prelude::*;

/// Albums that are chosen at once at most where something else than a hand chooses them.
pub const MOST_CHOSEN: usize = sets::MOST;

impl Explore {
    /// Remembers what is chosen, whenever that changes, as long as the page that calls this is open.
    pub fn remember_choices(self) {
        Effect::new(move |before: Option<()>| {
            let now = Chosen { albums: self.selected.get(), weights: self.weights.get() };
            let same = self.choices.with_untracked(|choices| *choices.now() == now);
            if same {
                return;
            }
            let fresh = self.choices.with_untracked(|choices| !choices.can_undo() && !choices.can_redo());
            self.choices.update(|choices| {
                if before.is_none() && fresh {
                    // What an address chose before anybody did anything is where it begins.
                    *choices = Choices::new(now);
                } else {
                    let slid = now.slid(choices.now());
                    choices.record(now, slid);
                }
            });
        });
    }

    /// Chooses what was chosen one step before.
    pub fn undo_choice(self) {
        let mut before = None;
        self.choices.update(|choices| before = choices.undo());
        self.take_up(before);
    }

    /// Chooses again what was undone.
    pub fn redo_choice(self) {
        let mut after = None;
        self.choices.update(|choices| after = choices.redo());
        self.take_up(after);
    }

    fn take_up(self, chosen: Option<Chosen>) {
        if let Some(chosen) = chosen {
            self.selected.set(chosen.albums);
            self.weights.set(chosen.weights);
        }
    }

    /// Chooses the albums that are lit, as many as can be chosen at once; a sentence where that is not all.
    pub fn choose_lit(self) -> Option<String> {
        let lit = self.highlight.get_untracked()?;
        let (chosen, note) = at_most(lit);
        self.selected.set(chosen);
        note
    }
}

/// As many as can be chosen at once, and a sentence where that is not all.
fn at_most(mut albums: Vec<AlbumId>) -> (Vec<AlbumId>, Option<String>) {
    let all = albums.len();
    albums.truncate(MOST_CHOSEN);
    let note = (all > MOST_CHOSEN).then(|| {
        format!(
            "At most {} can be chosen this way: the first {} of {} are.",
            text::counted(MOST_CHOSEN as u64, "album", "albums"),
            text::count(MOST_CHOSEN as u64),
            text::count(all as u64)
        )
    });
    (albums, note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_to_choose_is_said() {
        let ids = |n: usize| (0..n as u64).map(AlbumId).collect::<Vec<_>>();
        assert_eq!(at_most(ids(MOST_CHOSEN)).1, None);
        let (albums, note) = at_most(ids(MOST_CHOSEN + 1));
        assert_eq!(albums.len(), MOST_CHOSEN);
        assert!(note.unwrap().contains("2\u{202f}001"));
    }
}
