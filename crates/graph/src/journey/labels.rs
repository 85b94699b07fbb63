//! Ways that a search has come by, each as its last step and the way before it.

use super::ground::Ground;

/// A way to an album.
#[derive(Clone, Copy)]
pub(super) struct Label {
    pub(super) album: u32,
    /// The label before this; meaningless for the first.
    pub(super) before: u32,
    pub(super) cost: u64,
}

/// Labels by their number. Number 0 is the first album.
pub(super) struct Labels<'a> {
    ground: &'a Ground<'a>,
    all: Vec<Label>,
    /// Whether some way comes by each key.
    met: Vec<bool>,
}

impl<'a> Labels<'a> {
    pub(super) fn new(ground: &'a Ground<'a>) -> Self {
        let first = Label { album: ground.from, before: 0, cost: 0 };
        Self { ground, all: vec![first], met: vec![false; ground.key.len()] }
    }

    pub(super) fn get(&self, label: u32) -> Label {
        self.all[label as usize]
    }

    pub(super) fn push(&mut self, label: Label) -> u32 {
        let key = self.key(label.album);
        self.met[key as usize] = true;
        self.all.push(label);
        self.all.len() as u32 - 1
    }

    /// Whether a way may go on to an album: neither it nor another by its artist is on the way.
    pub(super) fn may_go_on(&self, label: u32, album: u32) -> bool {
        album == self.ground.to || !self.comes_by(label, self.key(album))
    }

    /// Whether whatever way goes on from `b` could as well go on from `a`, which is no dearer and ends at the same
    /// album: `b` comes by everything that `a` comes by.
    pub(super) fn serves_for(&self, a: u32, b: u32) -> bool {
        self.back(a).all(|album| self.comes_by(b, self.key(album)))
    }

    /// The whole way.
    pub(super) fn way(&self, label: u32) -> Vec<u32> {
        let mut way: Vec<u32> = self.back(label).collect();
        way.push(self.ground.from);
        way.reverse();
        way
    }

    fn key(&self, album: u32) -> u32 {
        self.ground.key[album as usize]
    }

    fn comes_by(&self, label: u32, key: u32) -> bool {
        self.met[key as usize] && self.back(label).any(|album| self.key(album) == key)
    }

    /// The albums of a way from its end back to the first, which is left out.
    fn back(&self, label: u32) -> impl Iterator<Item = u32> + '_ {
        let before = |&label: &u32| Some(self.get(label).before).filter(|&before| before != 0);
        std::iter::successors(Some(label).filter(|&label| label != 0), before)
            .map(|label| self.get(label).album)
    }
}
