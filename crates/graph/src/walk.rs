//! The N albums nearest to one, breadth first: itself, its neighbours, their neighbours.

use std::collections::VecDeque;

/// Up to `n` albums reached from `start`, `start` first, and for each but the first the album it was reached from.
/// `neighbours` gives an album's neighbours, nearest first.
pub fn breadth_first<'a>(
    albums: usize,
    start: u32,
    n: usize,
    neighbours: impl Fn(u32) -> &'a [(u32, f32)],
) -> (Vec<u32>, Vec<(u32, u32, f32)>) {
    let mut seen = vec![false; albums];
    let (mut reached, mut ways) = (Vec::new(), Vec::new());
    if n == 0 || start as usize >= albums {
        return (reached, ways);
    }
    let mut queue = VecDeque::from([start]);
    seen[start as usize] = true;
    reached.push(start);
    while let Some(from) = queue.pop_front() {
        for &(to, similarity) in neighbours(from) {
            if reached.len() == n {
                return (reached, ways);
            }
            if !std::mem::replace(&mut seen[to as usize], true) {
                reached.push(to);
                ways.push((from, to, similarity));
                queue.push_back(to);
            }
        }
    }
    (reached, ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [&[(u32, f32)]; 5] =
        [&[(2, 0.9), (1, 0.5)], &[(0, 0.5)], &[(3, 0.8), (0, 0.9)], &[(2, 0.8)], &[]];

    #[test]
    fn nearer_rings_come_first_and_within_a_ring_the_nearest() {
        let (reached, ways) = breadth_first(5, 0, 10, |i| LISTS[i as usize]);
        assert_eq!(reached, [0, 2, 1, 3]);
        assert_eq!(ways, [(0, 2, 0.9), (0, 1, 0.5), (2, 3, 0.8)]);
    }

    #[test]
    fn it_stops_at_n() {
        assert_eq!(breadth_first(5, 0, 2, |i| LISTS[i as usize]).0, [0, 2]);
        assert_eq!(breadth_first(5, 4, 9, |i| LISTS[i as usize]).0, [4]);
        assert!(breadth_first(5, 0, 0, |i| LISTS[i as usize]).0.is_empty());
    }
}
