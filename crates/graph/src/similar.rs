//! More like these: albums that a wanderer meets who begins at chosen ones.

use super::adjacency::Adjacency;
use super::restart;
use petgraph::graph::UnGraph;

/// Greatest error of a score.
const ERROR: f64 = 1e-6;

/// The `n` albums that are most like the seeds, best first, with a score above 0 and up to 1; the seeds themselves are
/// left out, and so are albums that are not like them at all, so that there may be fewer. Each seed is an album and a
/// weight: above 0 for “like this”, below 0 for “but not like this”. Among equals the lower number is first.
///
/// Personalised PageRank (Haveliwala, “Topic-sensitive PageRank”, 2002; “random walk with restart”: Tong, Faloutsos and
/// Pan, 2006) is how often a wanderer is met at an album who goes on with probability `damping` (0–0.999, usually
/// 0.85) and else begins again at the seed. By itself it favours hubs, at which wanderers are met wherever they came
/// from. So it is divided by how often wanderers are met there of whom one begins at each album of the map, which is
/// PageRank times the number of albums. By Bayes' rule the score is then a probability: that a wanderer who is met at
/// this album, and may have begun anywhere, began at the seed.
///
/// Of several seeds the scores are added with their weights, and divided by the sum of the weights above 0. Weights
/// below 0 subtract likewise: “this, minus half of that” ranks by how much likelier wanderers come from this than half
/// as likely as they come from that. Personalised PageRank is linear in where wanderers begin, so that this
/// takes no more work than one seed.
///
/// Scores are exact to 10⁻⁶ and do not depend on the number of threads. Seeds that are no albums, and weights that are
/// no numbers, are passed over; without a weight above 0 nothing is like the seeds.
pub fn more_like(
    graph: &UnGraph<(), f32, u32>,
    seeds: &[(u32, f32)],
    n: usize,
    damping: f32,
) -> Vec<(u32, f32)> {
    let albums = graph.node_count();
    let valid = || seeds.iter().filter(|(album, w)| (*album as usize) < albums && w.is_finite());
    let whole: f64 = valid().map(|&(_, w)| f64::from(w.max(0.0))).sum();
    if whole == 0.0 {
        return Vec::new();
    }
    // Side by side: wanderers from the seeds, and one from each album.
    let mut begin = vec![[0.0, 1.0]; albums];
    let mut is_seed = vec![false; albums];
    for &(album, w) in valid() {
        begin[album as usize][0] += f64::from(w) / whole;
        is_seed[album as usize] = true;
    }
    let d = restart::damping(damping);
    // At least 1 − d of those from everywhere are met at each album, so that an error grows at most so much; there are
    // two.
    let met = restart::settle(&Adjacency::new(graph), &begin, d, ERROR * (1.0 - d) / 2.0);
    let mut scored: Vec<(u32, f32)> = (0..albums as u32)
        .zip(met)
        .filter(|&(album, [from_seeds, _])| !is_seed[album as usize] && from_seeds > 0.0)
        .map(|(album, [from_seeds, from_all])| (album, (from_seeds / from_all) as f32))
        .collect();
    let better = |x: &(u32, f32), y: &(u32, f32)| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0));
    if n < scored.len() {
        scored.select_nth_unstable_by(n, better);
        scored.truncate(n);
    }
    scored.sort_unstable_by(better);
    scored
}

#[cfg(test)]
mod tests {
    use super::super::restart::tests::dense;
    use super::super::sample;
    use super::*;

    /// The score as it is defined, by elimination.
    fn defined(graph: &sample::Graph, seeds: &[(u32, f32)], d: f64) -> Vec<f64> {
        let n = graph.node_count();
        let from =
            |seed: u32| dense(graph, &(0..n).map(|a| f64::from(a as u32 == seed)).collect::<Vec<_>>(), d);
        let all: Vec<Vec<f64>> = (0..n as u32).map(from).collect();
        let whole: f64 = seeds.iter().map(|s| f64::from(s.1.max(0.0))).sum();
        let score = |a: usize| {
            let here: f64 = all.iter().map(|met| met[a]).sum();
            seeds.iter().map(|&(s, w)| f64::from(w) * all[s as usize][a] / here).sum::<f64>() / whole
        };
        (0..n).map(score).collect()
    }

    #[test]
    fn scores_are_those_of_a_dense_solution() {
        for seed in 0..20 {
            let graph = sample::random(40, 0.08, seed);
            for seeds in [&[(3, 1.0)][..], &[(3, 2.0), (7, 0.5)], &[(3, 1.0), (9, -0.7), (20, 1.5)]] {
                for d in [0.5, 0.85] {
                    let expected = defined(&graph, seeds, f64::from(d));
                    let found = more_like(&graph, seeds, 40, d);
                    for &(album, score) in &found {
                        assert!((f64::from(score) - expected[album as usize]).abs() < 2e-6);
                    }
                    let worth = |a: &u32| seeds.iter().all(|s| s.0 != *a) && expected[*a as usize] > 2e-6;
                    let listed: Vec<u32> = found.iter().map(|f| f.0).collect();
                    assert!((0..40).filter(worth).all(|a| listed.contains(&a)));
                    assert!(found.is_sorted_by(|x, y| x.1 > y.1 || (x.1 == y.1 && x.0 < y.0)));
                }
            }
        }
    }

    #[test]
    fn a_score_is_the_probability_of_having_begun_at_the_seed() {
        let graph = sample::random(30, 0.2, 1);
        let at = |seed: u32, album: u32| {
            let found = more_like(&graph, &[(seed, 1.0)], 30, 0.85);
            found.iter().find(|f| f.0 == album).map_or(0.0, |f| f.1)
        };
        // Whoever did not begin elsewhere began here.
        let elsewhere: f32 = (0..30).filter(|&seed| seed != 5).map(|seed| at(seed, 5)).sum();
        let here = defined(&graph, &[(5, 1.0)], 0.85)[5] as f32;
        assert!((elsewhere + here - 1.0).abs() < 1e-4, "{elsewhere} {here}");
    }

    #[test]
    fn a_hub_that_everybody_meets_is_not_what_a_seed_is_like() {
        // Ten groups of four, and an album that is joined to all 40 and to the seed most strongly.
        let mut lines: Vec<(u32, u32, f32)> = (0..40).map(|a| (a, 40, 0.5)).collect();
        for a in 0..40u32 {
            lines.extend((a + 1..40).filter(|b| a / 4 == b / 4).map(|b| (a, b, 0.4)));
        }
        let graph = sample::graph(41, &lines);
        let met = dense(&graph, &(0..41).map(|a| f64::from(u8::from(a == 0))).collect::<Vec<_>>(), 0.85);
        assert!(met[40] > met[1], "the hub is met more often");
        let found: Vec<u32> = more_like(&graph, &[(0, 1.0)], 4, 0.85).iter().map(|f| f.0).collect();
        assert_eq!(found, [1, 2, 3, 40]);
    }

    #[test]
    fn members_of_the_seeds_group_come_first() {
        let graph = sample::planted(8, 30, 0.3, 0.01, 6);
        let found = more_like(&graph, &[(65, 1.0), (70, 1.0)], 20, 0.85);
        let own = found.iter().filter(|f| f.0 / 30 == 2).count();
        assert!(own >= 19, "{own}");
    }

    #[test]
    fn what_is_like_the_subtracted_one_too_falls_behind() {
        // 0 is as near to 1 as to 2, and 3 is near to 2 as well.
        let graph = sample::graph(5, &[(0, 1, 0.5), (0, 2, 0.5), (2, 3, 0.9), (1, 4, 0.9)]);
        let order =
            |seeds: &[(u32, f32)]| more_like(&graph, seeds, 2, 0.85).iter().map(|f| f.0).collect::<Vec<_>>();
        assert_eq!(order(&[(0, 1.0)]), [1, 2]);
        assert_eq!(order(&[(0, 1.0), (3, -0.5)]), [1, 4]);
        assert_eq!(order(&[(0, 1.0), (4, -0.5)]), [2, 3]);
    }

    #[test]
    fn seeds_are_left_out_and_other_parts_are_not_alike() {
        let graph = sample::graph(6, &[(0, 1, 0.5), (1, 2, 0.5), (3, 4, 0.9)]);
        let found = more_like(&graph, &[(0, 1.0), (1, 1.0)], 9, 0.85);
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [2]);
        assert!(more_like(&graph, &[(5, 1.0)], 9, 0.85).is_empty());
    }

    #[test]
    fn without_a_seed_that_counts_nothing_is_found() {
        let graph = sample::random(10, 0.5, 0);
        for seeds in [&[][..], &[(1, 0.0)], &[(1, -1.0)], &[(10, 1.0)], &[(1, f32::NAN)]] {
            assert!(more_like(&graph, seeds, 5, 0.85).is_empty());
        }
        assert!(more_like(&graph, &[(1, 1.0)], 0, 0.85).is_empty());
        assert_eq!(
            more_like(&graph, &[(1, 1.0), (99, 3.0)], 5, 0.85),
            more_like(&graph, &[(1, 2.0)], 5, 0.85)
        );
    }

    #[test]
    fn threads_and_the_order_of_lines_do_not_matter() {
        let graph = sample::planted(50, 100, 0.05, 0.0005, 2);
        let on = |threads: usize, graph: &sample::Graph| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| more_like(graph, &[(3, 1.0), (900, -0.5)], 50, 0.85))
        };
        let one = on(1, &graph);
        assert_eq!(one, on(6, &graph));
        assert_eq!(one, on(2, &sample::shuffled(&graph, 4)));
    }
}
