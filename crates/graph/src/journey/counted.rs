//! The cheapest way that has a given number of stops, or as near to it as can be had.

use super::MOST_STOPS;
use super::cheapest;
use super::corridor::Corridor;
use super::ground::{Ground, TYPICAL};
use super::labels::{Label, Labels};

/// Ways to one album in so many steps that are followed further, as long as there are too many to follow all.
pub(super) const LABELS: usize = 3;
/// Ways of equally many steps that are followed further, in all: at first, and if those do not lead there. Ten times
/// as many make ways of 16 stops no cheaper, and ways of 40 by less than a hundredth.
const WIDTHS: [usize; 2] = [300, 3_000];
/// Ways to the same album with which one is compared, to leave it out if one of them serves as well.
const COMPARED: usize = 16;
/// What each stop more or fewer than wanted costs: more than any way of so many stops can.
pub(super) const STRAY: u64 = 10_000 * TYPICAL;

/// The way whose number of stops is nearest to `stops`, the smaller of two numbers that are equally near, and the
/// cheapest of those. `None` if no way is found at all.
pub(super) fn nearest(ground: &Ground<'_>, stops: usize) -> Option<Vec<u32>> {
    let fewest = ground.fewest_steps()? as usize + 1;
    let worth = |way: &Vec<u32>| ground.total(way) + STRAY * stops.abs_diff(way.len()) as u64;
    let first = way(ground, stops, stops.max(fewest));
    if let Some(way) = &first
        && way.len() + 1 >= stops.max(fewest)
        && ground.total(way) < STRAY
    {
        return first;
    }
    // One that is too long may be nearer than one that is too short, or share fewer stops with former journeys.
    let best = [first, cheapest::way(ground, STRAY)].into_iter().flatten().min_by_key(worth)?;
    let off = stops.saturating_sub(best.len());
    let longer = if off > 1 { way(ground, stops, stops + off - 1) } else { None };
    [Some(best), longer].into_iter().flatten().min_by_key(worth)
}

/// The best way of at most `most` stops, where each stop more or fewer than `stops` costs [`STRAY`].
fn way(ground: &Ground<'_>, stops: usize, most: usize) -> Option<Vec<u32>> {
    if most > 2 * MOST_STOPS {
        return None;
    }
    let corridor = Corridor::new(ground, stops, most - 1);
    let mut found = None;
    for width in WIDTHS {
        let (way, complete) = grow(ground, &corridor, width);
        found = way.or(found);
        if complete || found.as_ref().is_some_and(|way| way.len() + 1 >= stops) {
            break;
        }
    }
    found
}

/// A way with one step more. What promises most comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Grown {
    /// What the whole way costs at least.
    promise: u64,
    /// Where it has come to.
    place: u32,
    before: u32,
    cost: u64,
}

/// Ways grow by one step at a time, all of equally many steps together, and of each number up to `width` are followed
/// (beam search: Lowerre, “The Harpy speech recognition system”, 1976). The best that comes to the last album, and
/// whether no other way was left aside.
fn grow(ground: &Ground<'_>, corridor: &Corridor, width: usize) -> (Option<Vec<u32>>, bool) {
    let last = corridor.place[ground.to as usize];
    let mut labels = Labels::new(ground);
    let mut front = Front::new(corridor, ground.from, width);
    let mut best: Option<(u64, u32)> = None;
    let (mut grown, mut aside) = (Vec::new(), Vec::new());
    for left in &corridor.left[1..] {
        grown.clear();
        for &(place, before) in &front.ways {
            for &(next, price) in corridor.steps(place) {
                let cost = labels.get(before).cost + price;
                let promise = cost.saturating_add(left[next as usize]);
                if promise < best.map_or(u64::MAX, |best| best.0)
                    && labels.may_go_on(before, corridor.albums[next as usize])
                {
                    grown.push(Grown { promise, place: next, before, cost });
                }
            }
        }
        grown.sort_unstable();
        front.clear();
        for way in grown.drain(..) {
            let label =
                Label { album: corridor.albums[way.place as usize], before: way.before, cost: way.cost };
            if way.place == last {
                if best.is_none_or(|best| way.promise < best.0) {
                    best = Some((way.promise, labels.push(label)));
                }
            } else if front.at[way.place as usize].len() >= LABELS {
                aside.push((way.place, label));
            } else {
                front.follow(way.place, label, &mut labels);
            }
        }
        for (place, label) in aside.drain(..) {
            front.follow(place, label, &mut labels);
        }
    }
    (best.map(|(_, label)| labels.way(label)), front.complete)
}

/// Ways of equally many steps that are followed further.
struct Front {
    /// Where each has come to, and its label.
    ways: Vec<(u32, u32)>,
    /// Their labels by place.
    at: Vec<Vec<u32>>,
    width: usize,
    /// Whether there was room for all, so far.
    complete: bool,
}

impl Front {
    fn new(corridor: &Corridor, from: u32, width: usize) -> Self {
        let ways = vec![(corridor.place[from as usize], 0)];
        Self { ways, at: vec![Vec::new(); corridor.albums.len()], width, complete: true }
    }

    fn clear(&mut self) {
        for (place, _) in self.ways.drain(..) {
            self.at[place as usize].clear();
        }
    }

    /// Follows a way, if there is room and no cheaper one serves for it.
    fn follow(&mut self, place: u32, label: Label, labels: &mut Labels<'_>) {
        if self.ways.len() >= self.width {
            self.complete = false;
            return;
        }
        let label = labels.push(label);
        let mine = &mut self.at[place as usize];
        if !mine.iter().take(COMPARED).any(|&other| labels.serves_for(other, label)) {
            mine.push(label);
            self.ways.push((place, label));
        }
    }
}
