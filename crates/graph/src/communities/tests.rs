use super::super::sample;
use super::*;
use rand::Rng;
use rand::seq::SliceRandom;

/// Zachary, “An information flow model for conflict and fission in small groups”, 1977: who met whom outside the karate
/// club, its 34 members numbered from 1.
const KARATE: [(u32, &[u32]); 28] = [
    (1, &[2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32]),
    (2, &[3, 4, 8, 14, 18, 20, 22, 31]),
    (3, &[4, 8, 9, 10, 14, 28, 29, 33]),
    (4, &[8, 13, 14]),
    (5, &[7, 11]),
    (6, &[7, 11, 17]),
    (7, &[17]),
    (9, &[31, 33, 34]),
    (10, &[34]),
    (14, &[34]),
    (15, &[33, 34]),
    (16, &[33, 34]),
    (19, &[33, 34]),
    (20, &[34]),
    (21, &[33, 34]),
    (23, &[33, 34]),
    (24, &[26, 28, 30, 33, 34]),
    (25, &[26, 28, 32]),
    (26, &[32]),
    (27, &[30, 34]),
    (28, &[34]),
    (29, &[32, 34]),
    (30, &[33, 34]),
    (31, &[33, 34]),
    (32, &[33, 34]),
    (33, &[34]),
    (17, &[]),
    (34, &[]),
];

fn karate() -> sample::Graph {
    let lines: Vec<(u32, u32, f32)> =
        KARATE.iter().flat_map(|&(a, with)| with.iter().map(move |&b| (a - 1, b - 1, 1.0))).collect();
    assert_eq!(lines.len(), 78);
    sample::graph(34, &lines)
}

/// Plain label propagation (Raghavan, Albert and Kumara, 2007): each takes the label that weighs most around it.
fn label_propagation(graph: &sample::Graph, seed: u64) -> Vec<u32> {
    let adjacency = Adjacency::new(graph);
    let mut label: Vec<u32> = (0..adjacency.len() as u32).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<u32> = label.clone();
    for _ in 0..100 {
        order.shuffle(&mut rng);
        for &a in &order {
            let mut weight: BTreeMap<u32, f32> = BTreeMap::new();
            for (b, similarity) in adjacency.of(a) {
                *weight.entry(label[b as usize]).or_default() += similarity;
            }
            let heaviest = weight.iter().max_by(|x, y| x.1.total_cmp(y.1).then(y.0.cmp(x.0)));
            label[a as usize] = heaviest.map_or(label[a as usize], |(&l, _)| l);
        }
    }
    label
}

/// The greatest modularity of all ways to divide a small graph.
fn best_of_all(graph: &sample::Graph) -> f64 {
    fn try_all(graph: &sample::Graph, labels: &mut Vec<u32>, best: &mut f64) {
        if labels.len() == graph.node_count() {
            *best = best.max(modularity(graph, labels, 1.0));
            return;
        }
        let next = labels.iter().max().map_or(0, |m| m + 1);
        for label in 0..=next {
            labels.push(label);
            try_all(graph, labels, best);
            labels.pop();
        }
    }
    let mut best = f64::NEG_INFINITY;
    try_all(graph, &mut Vec::new(), &mut best);
    best
}

fn assert_connected(graph: &sample::Graph, community: &[u32]) {
    let whole = parts(&Adjacency::new(graph), community);
    let communities = community.iter().max().map_or(0, |m| m + 1) as usize;
    let mut pieces = whole.clone();
    assert_eq!(compact(&mut pieces), communities);
}

#[test]
fn the_karate_club_is_divided_as_well_as_is_known_to_be_possible() {
    let club = karate();
    for seed in 0..20 {
        let found = communities(&club, 1.0, seed);
        let q = modularity(&club, &found, 1.0);
        // The optimum is 0.420 (Agarwal and Kempe, “Modularity-maximizing graph communities via mathematical
        // programming”, 2008).
        assert!((0.4188..0.419_9).contains(&q), "{seed}: {q}");
        assert_connected(&club, &found);
    }
}

#[test]
fn modularity_of_the_clubs_two_factions_is_the_known_one() {
    let for_the_officer = [9, 10, 15, 16, 19, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34];
    let factions: Vec<u32> = (1..=34).map(|member| u32::from(for_the_officer.contains(&member))).collect();
    let q = modularity(&karate(), &factions, 1.0);
    assert!((q - 0.371_466).abs() < 1e-6, "{q}");
}

#[test]
fn modularity_is_what_its_formula_says() {
    let graph = sample::graph(4, &[(0, 1, 0.5), (2, 3, 0.25), (1, 2, 0.25)]);
    // Within 0.75 of 1; strengths 0.5, 0.75, 0.5, 0.25 of 2.
    let expected = |resolution: f64| 0.75 - resolution * (0.625f64.powi(2) + 0.375f64.powi(2));
    for resolution in [0.0, 1.0, 2.5] {
        assert!((modularity(&graph, &[7, 7, 3, 3], resolution) - expected(resolution)).abs() < 1e-12);
    }
    assert!(modularity(&graph, &[0; 4], 1.0).abs() < 1e-12);
    assert_eq!(modularity(&graph, &[], 1.0), modularity(&graph, &[0, 1, 2, 3], 1.0));
    assert_eq!(modularity(&sample::graph(3, &[]), &[0; 3], 1.0), 0.0);
}

#[test]
fn small_graphs_are_divided_nearly_as_well_as_is_possible() {
    let mut perfect = 0;
    for seed in 0..100 {
        let graph = sample::random(8, 0.35, seed);
        let found = modularity(&graph, &communities(&graph, 1.0, seed), 1.0);
        let best = best_of_all(&graph);
        assert!(found > best - 0.05 && found < best + 1e-9, "{seed}: {found} {best}");
        perfect += u32::from(found > best - 1e-9);
    }
    assert!(perfect >= 90, "{perfect}");
}

#[test]
fn planted_groups_are_found() {
    let graph = sample::planted(10, 40, 0.3, 0.01, 4);
    let found = communities(&graph, 1.0, 0);
    let groups: Vec<u32> = (0..400).map(|a| a / 40).collect();
    assert_eq!(found.iter().max(), Some(&9));
    for (a, b) in (0..400).flat_map(|a| (0..a).map(move |b| (a, b))) {
        assert_eq!(found[a] == found[b], groups[a] == groups[b], "{a} {b}");
    }
}

#[test]
fn it_divides_better_than_label_propagation() {
    for seed in 0..5 {
        let graph = sample::planted(12, 30, 0.2, 0.02, seed);
        let plain = modularity(&graph, &label_propagation(&graph, seed), 1.0);
        let found = modularity(&graph, &communities(&graph, 1.0, seed), 1.0);
        assert!(found > plain + 0.01, "{found} {plain}");
    }
}

#[test]
fn every_community_hangs_together() {
    for seed in 0..30 {
        for resolution in [0.2, 1.0, 5.0] {
            // From many small parts to one.
            let graph = sample::random(120, 0.004 * (seed % 6 + 1) as f64, seed);
            assert_connected(&graph, &communities(&graph, resolution, seed));
        }
        assert_connected(&sample::grid(15, seed), &communities(&sample::grid(15, seed), 1.0, seed));
    }
}

#[test]
fn a_community_that_does_not_hang_together_is_divided() {
    let graph = sample::graph(5, &[(0, 2, 1.0), (2, 4, 1.0), (1, 3, 1.0)]);
    let parted = parts(&Adjacency::new(&graph), &[0; 5]);
    assert_eq!(by_size(&parted), [0, 1, 0, 1, 0]);
}

#[test]
fn a_greater_resolution_makes_more_communities() {
    let graph = sample::grid(20, 1);
    let count = |resolution| communities(&graph, resolution, 0).iter().max().unwrap() + 1;
    let counts = [0.0, 0.1, 1.0, 10.0, 1e6].map(count);
    assert_eq!((counts[0], counts[4]), (1, 400));
    assert!(counts.windows(2).all(|w| w[0] < w[1]), "{counts:?}");
    assert_eq!(count(f64::NAN), 1);
}

#[test]
fn larger_communities_have_lower_numbers_and_of_equal_ones_that_with_the_lowest_album() {
    let lines = [(0, 1, 1.0), (2, 3, 1.0), (4, 5, 1.0), (5, 6, 1.0)];
    assert_eq!(communities(&sample::graph(9, &lines), 1.0, 3), [1, 1, 2, 2, 0, 0, 0, 3, 4]);
    assert!(communities(&sample::graph(0, &[]), 1.0, 0).is_empty());
}

#[test]
fn the_order_of_lines_does_not_matter_but_the_seed_may() {
    let graph = sample::planted(6, 30, 0.15, 0.04, 8);
    let found = communities(&graph, 1.0, 5);
    assert_eq!(found, communities(&sample::shuffled(&graph, 2), 1.0, 5));
    assert!((0..20).any(|seed| communities(&graph, 1.0, seed) != found));
}

#[test]
fn similarity_weighs() {
    // A ring of six that only its weak lines divide.
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let weak = |a: u32| if a % 3 == 2 { 0.05 } else { rng.gen_range(0.8..1.0) };
    let strengths: Vec<f32> = (0..6).map(weak).collect();
    let lines: Vec<_> = (0..6u32).map(|a| (a, (a + 1) % 6, strengths[a as usize])).collect();
    assert_eq!(communities(&sample::graph(6, &lines), 1.0, 0), [0, 0, 0, 1, 1, 1]);
}
