//! The part of the map that ways of at most so many steps can come to, and what is left to pay from there.

use super::counted::STRAY;
use super::ground::Ground;
use rayon::prelude::*;

/// Albums that one task computes at least.
const BLOCK: usize = 2_048;

/// Albums between the ends, numbered anew by *place*.
pub(super) struct Corridor {
    /// The album at each place.
    pub(super) albums: Vec<u32>,
    /// The place of each album; `u32::MAX` for those outside.
    pub(super) place: Vec<u32>,
    /// What is left to pay at least after each number of steps, from each place to the end of the way; `u64::MAX` where
    /// no way leads on. Albums and artists may repeat, so that it is never too much.
    pub(super) left: Vec<Vec<u64>>,
    /// Where the steps from each place begin, and one number more.
    start: Vec<usize>,
    /// Where steps lead to, and their price.
    steps: Vec<(u32, u64)>,
}

impl Corridor {
    /// For ways of at most `steps` steps, of which each stop more or fewer than `stops` costs [`STRAY`].
    pub(super) fn new(ground: &Ground<'_>, stops: usize, steps: usize) -> Self {
        let come = ground.adjacency.hops(ground.from, |album| ground.open[album as usize]);
        let within = |album: u32| {
            let (come, left) = (come[album as usize], ground.steps_left[album as usize]);
            album == ground.to || (come != u32::MAX && left != u32::MAX && (come + left) as usize <= steps)
        };
        let n = ground.adjacency.len();
        let albums: Vec<u32> = (0..n as u32).filter(|&album| within(album)).collect();
        let mut place = vec![u32::MAX; n];
        for (&album, number) in albums.iter().zip(0..) {
            place[album as usize] = number;
        }
        let mut this = Self { albums, place, left: Vec::new(), start: vec![0], steps: Vec::new() };
        for &album in &this.albums {
            for arc in ground.adjacency.arcs(album) {
                let next = ground.adjacency.to[arc];
                let place = this.place[next as usize];
                // Ways end at the last album.
                if place != u32::MAX && album != ground.to && ground.may_step(album, next) {
                    this.steps.push((place, ground.price(arc)));
                }
            }
            this.start.push(this.steps.len());
        }
        this.left = this.costs_left(this.place[ground.to as usize], stops, steps);
        this
    }

    /// The steps from a place: where to, and the price.
    pub(super) fn steps(&self, place: u32) -> &[(u32, u64)] {
        &self.steps[self.start[place as usize]..self.start[place as usize + 1]]
    }

    fn costs_left(&self, last: u32, stops: usize, steps: usize) -> Vec<Vec<u64>> {
        let mut left: Vec<Vec<u64>> = Vec::with_capacity(steps + 1);
        for taken in (0..=steps).rev() {
            let mut now = vec![u64::MAX; self.albums.len()];
            if let Some(later) = left.last() {
                now.par_iter_mut().with_min_len(BLOCK).zip(0u32..self.albums.len() as u32).for_each(
                    |(now, place)| {
                        let onward = self
                            .steps(place)
                            .iter()
                            .map(|&(next, price)| later[next as usize].saturating_add(price));
                        *now = onward.min().unwrap_or(u64::MAX);
                    },
                );
            }
            now[last as usize] = STRAY * stops.abs_diff(taken + 1) as u64;
            left.push(now);
        }
        left.reverse();
        left
    }
}
