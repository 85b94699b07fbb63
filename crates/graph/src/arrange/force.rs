//! A map of a graph: albums that are joined attract each other, all others repel.
//!
//! ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian, 2014, "ForceAtlas2, a continuous graph layout algorithm for
//! handy network visualization"): attraction grows with distance and weight, repulsion falls with it and grows with
//! both degrees, a gravity that grows with distance (their "strong" one) keeps what is not joined to anything near,
//! and a node that swings goes slower than one that travels. Unlike there, a force counts per mass, which is the
//! degree + 1, so that no step overshoots, and repulsion is as strong as keeps the whole as wide as it began.

use super::room::{centre_on, distance, finite, keep_room, make_room, mean};
use super::tree::Tree;
use super::weighted::Graph;
use crate::fit_scale;
use crate::layout::golden;

/// Gravity as a share of the attraction of one edge of mean weight.
const GRAVITY: f32 = 0.06;
/// A cell counts as one body from its diagonal / this on.
const THETA: f32 = 1.5;
/// How much swinging is tolerated; the global speed is this share of traction / swinging.
const TOLERANCE: f32 = 1.0;
/// Most that the global speed rises in one round.
const RISE: f32 = 1.5;
/// The fastest a node goes: 1 is where its neighbours and gravity would have it at once.
const FASTEST: f32 = 1.0;
/// Longest step in the first round, as a share of the radius; it shrinks to nothing until the last.
const LONGEST: f32 = 0.2;
/// How much wider than a fresh similarity map the result is made before albums push for room. Communities are evenly
/// dense, so their middles have nowhere to go and would push for long.
const AIR: f32 = 1.1;
/// Rounds in which new nodes settle among those that are held.
const SETTLING: usize = 60;
/// Share of new nodes up to which the others are held.
const FEW: f32 = 0.2;

/// No former position is as far out as this, in units of one cover; what is counts as none.
const FURTHEST: f32 = 1e6;

/// Where nodes stand before they are moved. What is missing from the slice counts as (0, 0) or as new.
#[derive(Clone, Copy, Debug)]
pub enum Begin<'a> {
    /// Positions in any units, say those of the similarity map: all nodes move.
    Places(&'a [[f32; 2]]),
    /// Where each stood after the last time, in units of one cover; `None` for new nodes. As long as these are few (a
    /// fifth), they settle among the others, which only make room.
    Former(&'a [Option<[f32; 2]>]),
}

/// Positions of `n` nodes of a graph in units of one cover, no two nearer than [`LEAST`](super::LEAST), mean (0, 0).
/// Nodes that were held are where they stood or a little beside, so the mean is then only near (0, 0).
///
/// `edges` are pairs of nodes and a weight, of which only the ratio to the others matters; the same pair twice counts
/// with the sum. Edges to oneself, to nodes from `n` on, and those of a weight that is not positive count nothing.
pub fn by_force(n: usize, edges: &[(u32, u32, f32)], begin: Begin<'_>) -> Vec<[f32; 2]> {
    let graph = Graph::new(n, edges);
    match begin {
        Begin::Places(places) => {
            let mut at = finite(places);
            at.resize(n, [0.0; 2]);
            settle_all(&graph, &mut at);
            at
        }
        Begin::Former(former) => {
            let mut former: Vec<Option<[f32; 2]>> =
                former.iter().map(|f| f.filter(|p| p.iter().all(|x| x.abs() < FURTHEST))).collect();
            former.resize(n, None);
            let mut at = begin_beside(&graph, &former);
            let new = former.iter().filter(|f| f.is_none()).count();
            if (new as f32) <= FEW * n as f32 {
                if new > 0 {
                    move_nodes(&graph, &mut at, SETTLING, |i| former[i].is_none());
                }
                keep_room(&mut at);
            } else {
                settle_all(&graph, &mut at);
            }
            at
        }
    }
}

fn settle_all(graph: &Graph, at: &mut [[f32; 2]]) {
    let n = at.len();
    let origin = mean(at);
    centre_on(at, origin);
    // Whatever the units were: so that a node has about one unit to itself.
    let radius = radius(at);
    let scale = if radius > 0.0 { 0.5 * (n as f32).sqrt() / radius } else { 0.0 };
    for (i, p) in at.iter_mut().enumerate() {
        // Those that begin on one spot must not stay together; if all do, this is a disc.
        let nudge = golden(i, if scale > 0.0 { 0.01 } else { (0.3 * i as f32).sqrt() });
        *p = [p[0] * scale + nudge[0], p[1] * scale + nudge[1]];
    }
    move_nodes(graph, at, rounds(n), |_| true);
    fit_scale(at);
    for p in at.iter_mut() {
        *p = p.map(|x| x * AIR);
    }
    make_room(at);
    let origin = mean(at);
    centre_on(at, origin);
}

/// A large graph gets fewer: each round costs more, and its outline is known from the start.
fn rounds(n: usize) -> usize {
    match n {
        0..2_000 => 400,
        2_000..20_000 => 250,
        _ => 150,
    }
}

/// Root of the mean square distance from (0, 0).
fn radius(at: &[[f32; 2]]) -> f32 {
    let square: f64 = at.iter().flatten().map(|&x| f64::from(x).powi(2)).sum();
    (square / at.len().max(1) as f64).sqrt() as f32
}

/// New nodes begin at the mean of those of their neighbours that have a place, else beside the middle.
fn begin_beside(graph: &Graph, former: &[Option<[f32; 2]>]) -> Vec<[f32; 2]> {
    (0..former.len())
        .map(|i| {
            if let Some(p) = former[i] {
                return p;
            }
            let (mut sum, mut weight) = ([0.0f32; 2], 0.0f32);
            for &(j, w) in graph.of(i) {
                if let Some(p) = former[j as usize] {
                    sum = [sum[0] + w * p[0], sum[1] + w * p[1]];
                    weight += w;
                }
            }
            let nudge = golden(i, 0.3);
            let middle = if weight > 0.0 { sum.map(|s| s / weight) } else { [0.0; 2] };
            [middle[0] + nudge[0], middle[1] + nudge[1]]
        })
        .collect()
}

/// ForceAtlas2's rounds. Only nodes for which `moves` says so are moved.
fn move_nodes(graph: &Graph, at: &mut [[f32; 2]], rounds: usize, moves: impl Fn(usize) -> bool + Sync) {
    let n = at.len();
    if n < 2 {
        return;
    }
    let repulsion = balance(graph, at);
    let radius = radius(at);
    // What one node has to itself; a distance that is small beside it is none.
    let room = radius / (n as f32).sqrt();
    let mut before = vec![[0.0f32; 2]; n];
    let mut speed = FASTEST;
    for round in 0..rounds {
        let tree = Tree::new(at, &graph.mass, THETA, 0.1 * room);
        let pulls: Vec<(usize, [f32; 2])> = tree
            .pushes(|i, push| (i, if moves(i) { pull(graph, at, i, push(), repulsion) } else { [0.0; 2] }));
        let mut now = vec![[0.0f32; 2]; n];
        for (i, p) in pulls {
            now[i] = p;
        }
        let (mut swinging, mut traction) = (0.0f64, 0.0f64);
        for i in 0..n {
            let mass = f64::from(graph.mass[i]);
            swinging += mass * f64::from(distance(now[i], before[i]));
            traction += mass * 0.5 * f64::from((now[i][0] + before[i][0]).hypot(now[i][1] + before[i][1]));
        }
        let wanted = if swinging > 0.0 { TOLERANCE * (traction / swinging) as f32 } else { FASTEST };
        speed = wanted.min(RISE * speed).min(FASTEST);
        let longest = LONGEST * radius * (1.0 - round as f32 / rounds as f32);
        for i in 0..n {
            let swing = distance(now[i], before[i]) / room;
            let length = now[i][0].hypot(now[i][1]);
            let step = (speed / (1.0 + speed * swing.sqrt())).min(longest / length.max(f32::MIN_POSITIVE));
            at[i] = [at[i][0] + step * now[i][0], at[i][1] + step * now[i][1]];
        }
        before = now;
    }
}

/// What moves node `i`, per unit of its mass.
fn pull(graph: &Graph, at: &[[f32; 2]], i: usize, push: [f32; 2], repulsion: f32) -> [f32; 2] {
    let p = at[i];
    let mut sum = [0.0f32; 2];
    for &(j, w) in graph.of(i) {
        let q = at[j as usize];
        sum = [sum[0] + w * (q[0] - p[0]), sum[1] + w * (q[1] - p[1])];
    }
    [0, 1].map(|c| repulsion * push[c] + sum[c] / graph.mass[i] - GRAVITY * p[c])
}

/// The strength of repulsion at which these positions as a whole neither grow nor shrink. Scaled by s, attraction
/// and gravity do work as s², and repulsion always the same: half of the square of all mass.
fn balance(graph: &Graph, at: &[[f32; 2]]) -> f32 {
    let (mut drawn, mut all, mut own) = (0.0f64, 0.0f64, 0.0f64);
    for i in 0..at.len() {
        let mass = f64::from(graph.mass[i]);
        for &(j, w) in graph.of(i).iter().filter(|&&(j, _)| j as usize > i) {
            drawn += f64::from(w) * f64::from(distance(at[i], at[j as usize])).powi(2);
        }
        drawn += f64::from(GRAVITY) * mass * f64::from(at[i][0].hypot(at[i][1])).powi(2);
        all += mass;
        own += mass * mass;
    }
    (2.0 * drawn / (all * all - own).max(f64::MIN_POSITIVE)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrange::LEAST;
    use crate::arrange::room::{bounds, closest};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn anywhere(n: usize) -> Vec<[f32; 2]> {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        (0..n).map(|_| [rng.gen_range(-20.0..20.0), rng.gen_range(-20.0..20.0)]).collect()
    }

    /// Node `i` belongs to community `i % 5` and has three edges there, seldom one elsewhere; every thirtieth has
    /// none.
    fn communities(n: u32) -> Vec<(u32, u32, f32)> {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut edges = Vec::new();
        for i in (0..n).filter(|i| i % 30 != 0) {
            for k in 0..4 {
                let j = rng.gen_range(0..n / 5) * 5 + i % 5;
                let j = if k == 3 && rng.gen_bool(0.1) { rng.gen_range(0..n) } else { j };
                if j % 30 != 0 {
                    edges.push((i, j, rng.gen_range(0.3..1.0)));
                }
            }
        }
        edges
    }

    fn diameter(at: &[[f32; 2]]) -> f32 {
        let [low, high] = bounds(at);
        distance(low, high)
    }

    #[test]
    fn communities_find_each_other_from_anywhere() {
        let n = 600;
        let at = by_force(n, &communities(n as u32), Begin::Places(&anywhere(n)));
        let mut same = 0;
        for i in 0..n {
            let mut order: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            order.sort_by(|&a, &b| distance(at[i], at[a]).total_cmp(&distance(at[i], at[b])));
            same += order[..5].iter().filter(|&&j| j % 5 == i % 5).count();
        }
        let share = same as f32 / (5 * n) as f32;
        assert!(share > 0.85, "{share}");
    }

    #[test]
    fn all_have_room_about_the_origin() {
        for n in [10, 40, 600] {
            let at = by_force(n, &communities(n as u32), Begin::Places(&anywhere(n)));
            assert!(closest(&at) >= LEAST, "{n}: {}", closest(&at));
            let middle = mean(&at);
            assert!(middle[0].hypot(middle[1]) < 1e-2, "{n}: {middle:?}");
        }
    }

    #[test]
    fn what_nothing_holds_stays_near() {
        // A core, then pairs and nodes that are alone.
        let (core, n) = (600, 900);
        let mut edges = communities(core);
        edges.extend((core..n).step_by(3).map(|i| (i, i + 1, 1.0)));
        let at = by_force(n as usize, &edges, Begin::Places(&anywhere(n as usize)));
        let furthest = at.iter().map(|p| p[0].hypot(p[1])).fold(0.0, f32::max);
        assert!(furthest < 1.5 * (n as f32).sqrt(), "{furthest}");
    }

    #[test]
    fn one_percent_of_new_nodes_leaves_the_others_in_place() {
        let n = 1_500;
        let edges = communities(n as u32);
        let before = by_force(n, &edges, Begin::Places(&anywhere(n)));
        let new = |i: usize| i % 100 == 7;
        let former: Vec<Option<[f32; 2]>> = (0..n).map(|i| (!new(i)).then_some(before[i])).collect();
        let after = by_force(n, &edges, Begin::Former(&former));
        let mut moves: Vec<f32> =
            (0..n).filter(|&i| !new(i)).map(|i| distance(before[i], after[i])).collect();
        moves.sort_by(f32::total_cmp);
        assert!(moves[moves.len() / 2] <= 0.005 * diameter(&before), "{}", moves[moves.len() / 2]);
        assert!(moves[moves.len() - 1] <= 0.1 * diameter(&before), "{}", moves[moves.len() - 1]);
        assert!(closest(&after) >= LEAST);
        // And the new ones stand with theirs: 30 of them have edges to others of i % 5 = 2.
        for i in (0..n).filter(|&i| new(i)) {
            let mut order: Vec<usize> = (0..n).filter(|&j| j != i).collect();
            order.sort_by(|&a, &b| distance(after[i], after[a]).total_cmp(&distance(after[i], after[b])));
            assert!(order[..9].iter().filter(|&&j| j % 5 == 2).count() >= 5, "{i}");
        }
    }

    #[test]
    fn nothing_new_moves_nobody() {
        let n = 300;
        let edges = communities(n as u32);
        let before = by_force(n, &edges, Begin::Places(&anywhere(n)));
        let former: Vec<Option<[f32; 2]>> = before.iter().copied().map(Some).collect();
        assert_eq!(by_force(n, &edges, Begin::Former(&former)), before);
    }

    #[test]
    fn many_new_nodes_move_everybody_but_leave_the_whole_as_it_was() {
        let n = 600;
        let edges = communities(n as u32);
        let before = by_force(n, &edges, Begin::Places(&anywhere(n)));
        let former: Vec<Option<[f32; 2]>> = (0..n).map(|i| (i % 3 != 0).then_some(before[i])).collect();
        let after = by_force(n, &edges, Begin::Former(&former));
        assert!(closest(&after) >= LEAST);
        let mut moves: Vec<f32> =
            (0..n).filter(|&i| i % 3 != 0).map(|i| distance(before[i], after[i])).collect();
        moves.sort_by(f32::total_cmp);
        assert!(moves[moves.len() / 2] < 0.2 * diameter(&before), "{}", moves[moves.len() / 2]);
    }

    #[test]
    fn weights_count_by_their_ratio() {
        let edges = communities(200);
        let start = anywhere(200);
        let at = by_force(200, &edges, Begin::Places(&start));
        let heavy: Vec<_> = edges.iter().map(|&(a, b, w)| (a, b, 1_024.0 * w)).collect();
        assert_eq!(by_force(200, &heavy, Begin::Places(&start)), at);
        let stretched = |w: f32| by_force(3, &[(0, 1, w), (1, 2, 1.0)], Begin::Places(&[]));
        let (even, uneven) = (stretched(1.0), stretched(50.0));
        assert!((distance(even[0], even[1]) - distance(even[1], even[2])).abs() < 0.1, "{even:?}");
        assert!(distance(uneven[0], uneven[1]) < distance(uneven[1], uneven[2]), "{uneven:?}");
    }

    #[test]
    fn few_nodes_and_bad_input_are_no_trouble() {
        assert!(by_force(0, &[(0, 1, 1.0)], Begin::Places(&[])).is_empty());
        assert_eq!(by_force(1, &[], Begin::Places(&[[5.0, 5.0]])), [[0.0, 0.0]]);
        assert_eq!(by_force(1, &[], Begin::Former(&[])).len(), 1);
        let bad = [(0, 0, 1.0), (0, 9, 1.0), (0, 1, f32::NAN), (0, 1, -1.0), (1, 0, f32::INFINITY)];
        for begin in [Begin::Places(&[[f32::NAN, 1.0]]), Begin::Former(&[Some([f32::INFINITY, 0.0])])] {
            for n in [2, 3, 50] {
                let at = by_force(n, &bad, begin);
                assert!(at.iter().flatten().all(|x| x.is_finite()));
                assert!(closest(&at) >= LEAST, "{n}");
                assert!(diameter(&at) < 3.0 * (n as f32).sqrt() + 2.0, "{n}: {}", diameter(&at));
            }
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let edges = communities(2_500);
        let start = anywhere(2_500);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| by_force(2_500, &edges, Begin::Places(&start)))
        };
        assert_eq!(with(1), with(3));
    }
}
