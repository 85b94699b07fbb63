//! The cheapest way between two albums, however many stops it has.

use super::ground::Ground;
use super::labels::{Label, Labels};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Ways to one album that are followed further. Most maps need one: artists are seldom in each other's way.
pub(super) const LABELS: usize = 8;
/// Ways that are followed in all: the search takes less than some tenths of a second.
const MOST: usize = 200_000;

/// The cheapest way, if each step costs `per_step` besides. `None` if there is none, or none was found.
///
/// It is the cheapest indeed unless artists come twice on more than [`LABELS`] cheaper ways to one album.
pub(super) fn way(ground: &Ground<'_>, per_step: u64) -> Option<Vec<u32>> {
    let left = costs_left(ground, per_step);
    let mut labels = Labels::new(ground);
    let mut kept: Vec<Vec<u32>> = vec![Vec::new(); ground.adjacency.len()];
    // Of ways that promise the same the newest comes first: where many ways are equal, as on a grid, it leads there
    // straight.
    let mut queue = BinaryHeap::from([(Reverse(left.of(ground.from)?), 0u32)]);
    let mut followed = 0;
    while let Some((_, at)) = queue.pop() {
        let label = labels.get(at);
        if label.album == ground.to {
            return Some(labels.way(at));
        }
        let mine = &mut kept[label.album as usize];
        if mine.len() == LABELS || mine.iter().any(|&other| labels.serves_for(other, at)) {
            continue;
        }
        mine.push(at);
        followed += 1;
        if followed > MOST {
            return None;
        }
        for arc in ground.adjacency.arcs(label.album) {
            let next = ground.adjacency.to[arc];
            if !ground.may_step(label.album, next) || !labels.may_go_on(at, next) {
                continue;
            }
            if let Some(rest) = left.of(next)
                && ground.steps_left[next as usize] != u32::MAX
            {
                let cost = label.cost + ground.price(arc) + per_step;
                let number = labels.push(Label { album: next, before: at, cost });
                queue.push((Reverse(cost + rest), number));
            }
        }
    }
    None
}

/// What is left to pay from each album to the last, if artists may repeat: never too much, and what A* needs.
struct Left {
    cost: Vec<u64>,
    /// What is left at least where it was not worked out, because it is more than from the first album.
    beyond: Option<u64>,
}

impl Left {
    fn of(&self, album: u32) -> Option<u64> {
        let cost = self.cost[album as usize];
        if cost == u64::MAX { self.beyond } else { Some(cost) }
    }
}

/// Dijkstra's algorithm from the last album back until it comes to the first.
fn costs_left(ground: &Ground<'_>, per_step: u64) -> Left {
    let mut cost = vec![u64::MAX; ground.adjacency.len()];
    cost[ground.to as usize] = 0;
    let mut queue = BinaryHeap::from([Reverse((0u64, ground.to))]);
    let mut beyond = None;
    while let Some(Reverse((there, b))) = queue.pop() {
        if there > cost[b as usize] {
            continue;
        }
        if b == ground.from {
            beyond = Some(there);
            break;
        }
        for arc in ground.adjacency.arcs(b) {
            let a = ground.adjacency.to[arc];
            if (a != ground.from && !ground.open[a as usize]) || !ground.may_step(a, b) {
                continue;
            }
            // Both arcs of a line cost the same, but the toll is paid at `b`.
            let here = there + ground.cost[arc] + ground.toll[b as usize] + per_step;
            if here < cost[a as usize] {
                cost[a as usize] = here;
                queue.push(Reverse((here, a)));
            }
        }
    }
    if let Some(beyond) = beyond {
        // What waits in the queue is not settled, and may be too much by a little.
        cost.iter_mut().filter(|cost| **cost > beyond).for_each(|cost| *cost = u64::MAX);
    }
    Left { cost, beyond }
}
