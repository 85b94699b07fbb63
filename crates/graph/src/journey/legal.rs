//! Any way at all, where the quick searches find none, or the proof that there is none.

use super::ground::Ground;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// Lines that are looked at, all searches together: some tenths of a second.
const MOST_WORK: usize = 50_000_000;

/// What a search counts as by itself, so that there are not too many to remember.
const SEARCH: usize = 250;

pub(super) enum Verdict {
    /// A way that keeps the rules, with about as few stops as possible.
    Way(Vec<u32>),
    /// There is none.
    None,
    /// It would take too long to find out.
    Unknown,
}

/// Branches on conflicts, as Sharon, Stern, Felner and Sturtevant do (“Conflict-based search for optimal multi-agent
/// pathfinding”, 2015). Of two albums by one artist on the shortest way no legal way has both: it avoids the first, or
/// it avoids the second. Each of the two is searched in turn. When no branch has a way left, there is none at all.
pub(super) fn any(ground: &Ground<'_>) -> Verdict {
    if too_few_artists(ground) {
        return Verdict::None;
    }
    let mut work = 0;
    let mut search = Search::new(ground);
    let mut branches = BinaryHeap::new();
    let mut waiting: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    let mut next: Vec<Vec<u32>> = vec![Vec::new()];
    loop {
        for closed in next.drain(..) {
            if let Some(way) = search.shortest(&closed, &mut work) {
                branches.push(Reverse((way.len(), waiting.len())));
                waiting.push((closed, way));
            }
        }
        if work > MOST_WORK {
            return Verdict::Unknown;
        }
        let Some(Reverse((_, branch))) = branches.pop() else { return Verdict::None };
        let (closed, way) = std::mem::take(&mut waiting[branch]);
        let Some(conflict) = conflict(ground, &way) else { return Verdict::Way(way) };
        next.extend(conflict.map(|album| {
            let mut closed = closed.clone();
            closed.push(album);
            closed
        }));
    }
}

/// Whether even the way of the fewest stops has more than there are artists, and albums by nobody known, to fill it.
fn too_few_artists(ground: &Ground<'_>) -> bool {
    let mut there = vec![false; ground.key.len()];
    for (&key, _) in ground.key.iter().zip(&ground.open).filter(|(_, open)| **open) {
        there[key as usize] = true;
    }
    let inner = ground.fewest_steps().map_or(0, |steps| steps.saturating_sub(1) as usize);
    there.into_iter().filter(|&there| there).count() < inner
}

/// The first two stops by one artist.
fn conflict(ground: &Ground<'_>, way: &[u32]) -> Option<[u32; 2]> {
    let mut by: BTreeMap<u32, u32> = BTreeMap::new();
    way[1..way.len() - 1].iter().find_map(|&album| {
        let former = by.insert(ground.key[album as usize], album)?;
        Some([former, album])
    })
}

struct Search<'a> {
    ground: &'a Ground<'a>,
    /// In which search each album was met last, and from which album.
    met: Vec<(u32, u32)>,
    round: u32,
}

impl<'a> Search<'a> {
    fn new(ground: &'a Ground<'a>) -> Self {
        Self { ground, met: vec![(0, 0); ground.adjacency.len()], round: 0 }
    }

    /// A way of the fewest steps without these albums.
    fn shortest(&mut self, closed: &[u32], work: &mut usize) -> Option<Vec<u32>> {
        let ground = self.ground;
        self.round += 1;
        *work += SEARCH;
        for &album in closed {
            self.met[album as usize].0 = self.round;
        }
        self.met[ground.from as usize].0 = self.round;
        let mut queue = VecDeque::from([ground.from]);
        while let Some(a) = queue.pop_front() {
            *work += ground.adjacency.neighbours(a).len();
            for &b in ground.adjacency.neighbours(a) {
                if self.met[b as usize].0 == self.round || !ground.may_step(a, b) {
                    continue;
                }
                self.met[b as usize] = (self.round, a);
                if b == ground.to {
                    return Some(self.way());
                }
                queue.push_back(b);
            }
        }
        None
    }

    fn way(&self) -> Vec<u32> {
        let mut way = vec![self.ground.to];
        let mut album = self.ground.to;
        while album != self.ground.from {
            album = self.met[album as usize].1;
            way.push(album);
        }
        way.reverse();
        way
    }
}
