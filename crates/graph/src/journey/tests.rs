use super::super::sample;
use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const FREE: Rules<'static> = Rules { count: 1, stops: None, artist: &[], avoid: &[] };

/// Every way without a repeated album, whatever the rules say.
fn simple_ways(adjacency: &Adjacency, from: u32, to: u32) -> Vec<Vec<u32>> {
    fn walk(adjacency: &Adjacency, way: &mut Vec<u32>, to: u32, found: &mut Vec<Vec<u32>>) {
        let here = way[way.len() - 1];
        if here == to {
            found.push(way.clone());
            return;
        }
        for &next in adjacency.neighbours(here) {
            if !way.contains(&next) {
                way.push(next);
                walk(adjacency, way, to, found);
                way.pop();
            }
        }
    }
    let mut found = Vec::new();
    walk(adjacency, &mut vec![from], to, &mut found);
    found
}

fn keeps_clear(way: &[u32], avoid: &[bool]) -> bool {
    way[1..way.len() - 1].iter().all(|&album| !avoid.get(album as usize).copied().unwrap_or(false))
}

fn repeats_no_artist(way: &[u32], artist: &[Option<u32>]) -> bool {
    let by = |album: u32| artist.get(album as usize).copied().flatten();
    let last = way.len() - 1;
    (0..=last)
        .all(|i| (0..i).all(|j| by(way[i]).is_none() || by(way[i]) != by(way[j]) || (j == 0 && i == last)))
}

/// The cost that is promised, worked out step by step.
fn cost(graph: &sample::Graph, way: &[u32]) -> f64 {
    let mut all: Vec<f64> = graph.raw_edges().iter().map(|line| -f64::from(line.weight).ln()).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let typical = all[all.len() / 2];
    let step = |w: &[u32]| {
        let line = graph.find_edge(w[0].into(), w[1].into()).unwrap();
        let length = (-f64::from(graph[line]).ln() / typical).min(10.0);
        0.5 + 0.5 * length * length
    };
    way.windows(2).map(step).sum()
}

/// A small graph with artists, albums to avoid and two ends.
struct Case {
    graph: sample::Graph,
    artist: Vec<Option<u32>>,
    avoid: Vec<bool>,
    to: u32,
}

fn case(seed: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = rng.gen_range(4..=9);
    let graph = sample::random(n, rng.gen_range(0.2..0.6), seed);
    let artists = rng.gen_range(1..=n as u32);
    let artist = (0..n).map(|_| rng.gen_bool(0.7).then(|| rng.gen_range(0..artists))).collect();
    let avoided = if rng.gen_bool(0.5) { 0.2 } else { 0.0 };
    Case { graph, artist, avoid: (0..n).map(|_| rng.gen_bool(avoided)).collect(), to: n as u32 - 1 }
}

#[test]
fn on_small_graphs_the_first_is_the_best_of_all_legal_ways_and_reasons_are_true() {
    let (mut none, mut some) = ([0; 3], 0);
    for seed in 0..3_000 {
        let Case { graph, artist, avoid, to } = case(seed);
        let adjacency = Adjacency::new(&graph);
        let all = simple_ways(&adjacency, 0, to);
        let clear: Vec<_> = all.iter().filter(|way| keeps_clear(way, &avoid)).collect();
        let legal: Vec<_> = clear.iter().filter(|way| repeats_no_artist(way, &artist)).collect();
        for stops in [None, Some(2), Some(3), Some(5), Some(8), Some(20)] {
            let rules = Rules { count: 1, stops, artist: &artist, avoid: &avoid };
            match journeys(&graph, 0, to, &rules) {
                Ok(found) => {
                    let worth = |way: &[u32]| {
                        let off = stops.map_or(0, |stops| stops.abs_diff(way.len()));
                        (off, if stops.is_some() { way.len() } else { 0 }, cost(&graph, way))
                    };
                    let best =
                        legal.iter().map(|way| worth(way)).min_by(|x, y| x.partial_cmp(y).unwrap()).unwrap();
                    let (off, len, cost) = worth(&found[0].albums);
                    assert!(legal.iter().any(|way| ***way == found[0].albums));
                    assert_eq!((off, len), (best.0, best.1), "{seed} {stops:?}: {found:?}");
                    assert!((cost - best.2).abs() < 1e-4, "{seed} {stops:?}: {found:?}, {cost} {best:?}");
                    assert!((cost - found[0].cost).abs() < 1e-4);
                    some += 1;
                }
                Err(reason) => {
                    assert!(legal.is_empty(), "{seed} {stops:?}: {reason}");
                    match reason {
                        NoJourney::Alone(End::First) => assert!(adjacency.neighbours(0).is_empty()),
                        NoJourney::Alone(End::Last) => assert!(adjacency.neighbours(to).is_empty()),
                        NoJourney::Apart { first, last } => {
                            let part =
                                |from| adjacency.hops(from, |_| true).iter().filter(|&&h| h < 99).count();
                            assert!(all.is_empty());
                            assert_eq!((first, last), (part(0), part(to)));
                            none[0] += 1;
                        }
                        NoJourney::OnlyAvoided => {
                            assert!(!all.is_empty() && clear.is_empty());
                            none[1] += 1;
                        }
                        NoJourney::OnlyRepeats { avoiding } => {
                            assert!(!clear.is_empty());
                            assert_eq!(avoiding, avoid.contains(&true));
                            none[2] += 1;
                        }
                        other => panic!("{seed}: {other}"),
                    }
                }
            }
        }
    }
    // The graphs are not all of one kind.
    assert!(some > 5_000 && none.iter().all(|&n| n > 100), "{some} {none:?}");
}

#[test]
fn journeys_are_legal_different_and_sorted() {
    let (mut several, mut missed) = (0, 0);
    for seed in 0..1_500 {
        let Case { graph, artist, avoid, to } = case(seed);
        let adjacency = Adjacency::new(&graph);
        let legal: Vec<Vec<u32>> = simple_ways(&adjacency, 0, to)
            .into_iter()
            .filter(|way| keeps_clear(way, &avoid) && repeats_no_artist(way, &artist))
            .collect();
        for stops in [None, Some(5)] {
            let rules = Rules { count: 4, stops, artist: &artist, avoid: &avoid };
            let Ok(found) = journeys(&graph, 0, to, &rules) else { continue };
            assert!(!found.is_empty() && found.len() <= 4);
            for (i, journey) in found.iter().enumerate() {
                assert!(legal.contains(&journey.albums));
                assert!(found[..i].iter().all(|other| shared(&other.albums, &journey.albums) <= MOST_SHARED));
                let steps = journey.albums.windows(2).zip(&journey.similarities);
                assert_eq!(journey.similarities.len(), journey.albums.len() - 1);
                for (step, similarity) in steps {
                    assert_eq!(graph[graph.find_edge(step[0].into(), step[1].into()).unwrap()], *similarity);
                }
            }
            let off = |j: &Journey| stops.map_or(0, |stops| stops.abs_diff(j.albums.len()));
            assert!(found.is_sorted_by(|x, y| off(x) < off(y) || (off(x) == off(y) && x.cost <= y.cost)));
            let another = legal.iter().any(|way| shared(way, &found[0].albums) <= MOST_SHARED);
            several += u32::from(another);
            missed += u32::from(another && found.len() == 1);
        }
    }
    // Where there is a different way, it is found but for rare cases.
    assert!(several > 500 && missed * 50 < several, "{several} {missed}");
}

#[test]
fn several_small_steps_are_better_than_a_large_one() {
    // 0.5 = 0.8 × 0.8 × 0.78: the same similarity by one step and by three.
    let lines = [(0, 1, 0.8), (1, 2, 0.8), (2, 3, 0.78), (0, 3, 0.5), (4, 5, 0.78), (5, 6, 0.8)];
    let found = journeys(&sample::graph(7, &lines), 0, 3, &FREE).unwrap();
    assert_eq!(found[0].albums, [0, 1, 2, 3]);
}

#[test]
fn a_detour_through_the_same_picture_is_not_worth_while() {
    let lines = [(0, 1, 0.6), (0, 2, 1.0), (2, 1, 0.61), (3, 4, 0.6), (4, 5, 0.6)];
    assert_eq!(journeys(&sample::graph(6, &lines), 0, 1, &FREE).unwrap()[0].albums, [0, 1]);
}

#[test]
fn with_a_wanted_number_the_smoothest_way_of_that_number_is_taken() {
    // Four stops: over 1 and 2 in even steps, or over 3 and 4 with a leap. Three stops: over 5.
    let lines = [
        (0, 1, 0.6),
        (1, 2, 0.6),
        (2, 6, 0.6),
        (0, 3, 0.95),
        (3, 4, 0.24),
        (4, 6, 0.95),
        (0, 5, 0.9),
        (5, 6, 0.9),
    ];
    let graph = sample::graph(7, &lines);
    let of = |stops| journeys(&graph, 0, 6, &Rules { stops: Some(stops), ..FREE }).unwrap()[0].albums.clone();
    assert_eq!(of(4), [0, 1, 2, 6]);
    assert_eq!(of(3), [0, 5, 6]);
    assert_eq!(of(2), [0, 5, 6]);
    assert_eq!(of(40), [0, 1, 2, 6]);
}

#[test]
fn artists_come_once_but_the_ends_may_share_theirs() {
    let square = [(0, 1, 0.9), (1, 3, 0.9), (0, 2, 0.4), (2, 3, 0.4)];
    let graph = sample::graph(4, &square);
    let over = |artist: &[Option<u32>]| {
        journeys(&graph, 0, 3, &Rules { artist, ..FREE }).map(|found| found[0].albums[1])
    };
    assert_eq!(over(&[Some(7), Some(8), None, Some(7)]), Ok(1));
    assert_eq!(over(&[Some(7), Some(7), None, Some(7)]), Ok(2));
    assert_eq!(over(&[Some(7), Some(7), Some(5), Some(6)]), Ok(2));
    assert_eq!(over(&[None, None, None, None]), Ok(1));
    let repeats = NoJourney::OnlyRepeats { avoiding: false };
    assert_eq!(over(&[Some(7), Some(7), Some(6), Some(6)]), Err(repeats));
}

#[test]
fn ends_that_are_no_albums_the_same_or_alone_are_told_apart() {
    let graph = sample::graph(4, &[(0, 1, 0.5)]);
    let reason = |from, to| journeys(&graph, from, to, &FREE).unwrap_err();
    assert_eq!(reason(1, 1), NoJourney::SameAlbum);
    assert_eq!(reason(4, 4), NoJourney::NoSuchAlbum(End::First));
    assert_eq!(reason(1, 9), NoJourney::NoSuchAlbum(End::Last));
    assert_eq!(reason(2, 1), NoJourney::Alone(End::First));
    assert_eq!(reason(1, 2), NoJourney::Alone(End::Last));
}

#[test]
fn reasons_are_sentences() {
    let graph = sample::graph(6, &[(0, 1, 0.5), (1, 2, 0.5), (3, 4, 0.5)]);
    let avoid = [false, true, false, false, false, false];
    let reason = |to, rules: &Rules<'_>| journeys(&graph, 0, to, rules).unwrap_err().to_string();
    assert_eq!(
        reason(3, &FREE),
        "the two albums lie in parts of the map that no line joins, one of 3 albums and one of 2: choose both in the \
         same part"
    );
    assert_eq!(
        reason(2, &Rules { avoid: &avoid, ..FREE }),
        "every way between the two leads through an album that is to be avoided: avoid fewer"
    );
    let artist = [Some(1), Some(1)];
    assert_eq!(
        reason(2, &Rules { artist: &artist, ..FREE }),
        "every way between the two comes to some artist twice: choose other ends"
    );
    assert_eq!(
        reason(2, &Rules { artist: &artist, avoid: &[false, false, false, true], ..FREE }),
        "every way between the two comes to some artist twice, or to an album that is to be avoided: choose other \
         ends"
    );
    assert_eq!(
        reason(5, &FREE),
        "no line leads to the journey's last album, because it is like no other: choose one that has neighbours"
    );
}

#[test]
fn ends_may_be_albums_to_avoid() {
    let graph = sample::graph(3, &[(0, 1, 0.5), (1, 2, 0.5)]);
    let rules = Rules { avoid: &[true, false, true], ..FREE };
    assert_eq!(journeys(&graph, 0, 2, &rules).unwrap()[0].albums, [0, 1, 2]);
}

/// From 0 to 1 over a gate, by ten cheap ways that all come to artist 5 and by one dear way that does not; behind the
/// gate artist 5 cannot be avoided.
fn gate() -> (sample::Graph, Vec<Option<u32>>) {
    let (gate, behind, dear) = (2, 3, 4);
    let mut lines =
        vec![(gate, behind, 0.5), (behind, 1, 0.5), (0, dear, 0.2), (dear, 5, 0.2), (5, gate, 0.2)];
    let mut artist = vec![None; 26];
    artist[behind as usize] = Some(5);
    for i in 0..10 {
        let (first, second) = (6 + 2 * i, 7 + 2 * i);
        lines.extend([(0, first, 0.8), (first, second, 0.8), (second, gate, 0.8)]);
        artist[second as usize] = Some(5);
    }
    (sample::graph(26, &lines), artist)
}

#[test]
fn a_way_that_the_quick_search_gives_up_is_found_nevertheless() {
    let (graph, artist) = gate();
    let rules = Rules { artist: &artist, ..FREE };
    let adjacency = Adjacency::new(&graph);
    assert_eq!(
        best(&Ground::new(&adjacency, 0, 1, &rules), None),
        None,
        "more than its labels are in the way"
    );
    for stops in [None, Some(6)] {
        let found = journeys(&graph, 0, 1, &Rules { stops, ..rules }).unwrap();
        assert_eq!(found[0].albums, [0, 4, 5, 2, 3, 1]);
    }
}

#[test]
fn what_cannot_be_proven_is_not_claimed() {
    // Each way has 17 stops, one of each layer, and there are 16 artists: some artist comes twice, but to see that one
    // has to count.
    let (layers, artists) = (17u32, 16u32);
    let album = |layer: u32, artist: u32| 2 + layer * artists + artist;
    let mut lines = Vec::new();
    let mut by = vec![None; 2];
    for layer in 0..layers {
        for artist in 0..artists {
            by.push(Some(artist));
            if layer == 0 {
                lines.push((0, album(layer, artist), 0.5));
            } else {
                lines.extend((0..artists).map(|a| (album(layer - 1, a), album(layer, artist), 0.5)));
            }
            if layer == layers - 1 {
                lines.push((album(layer, artist), 1, 0.5));
            }
        }
    }
    // The last album is alone, and nobody counts its artist.
    by.push(None);
    let graph = sample::graph(by.len(), &lines);
    assert_eq!(journeys(&graph, 0, 1, &Rules { artist: &by, ..FREE }), Err(NoJourney::NotFound));
    let one_short = &by[..by.len() - 1];
    let graph_without = sample::graph(one_short.len(), &lines);
    let found = journeys(&graph_without, 0, 1, &Rules { artist: one_short, ..FREE });
    assert_eq!(found, Err(NoJourney::OnlyRepeats { avoiding: false }));
    // With one artist more there is a way.
    (0..artists).for_each(|a| by[album(3, a) as usize] = Some(16));
    let found = journeys(&graph, 0, 1, &Rules { artist: &by, ..FREE });
    assert!(found.is_ok_and(|found| repeats_no_artist(&found[0].albums, &by)));
}

#[test]
fn a_bottleneck_is_shared_but_no_more_than_half() {
    // Two diamonds, one after the other, that share album 3; there and back again by other stops.
    let lines = [
        (0, 1, 0.8),
        (0, 2, 0.7),
        (1, 3, 0.8),
        (2, 3, 0.7),
        (3, 4, 0.8),
        (3, 5, 0.7),
        (4, 6, 0.8),
        (5, 6, 0.7),
    ];
    let graph = sample::graph(7, &lines);
    let found = journeys(&graph, 0, 6, &Rules { count: 5, ..FREE }).unwrap();
    let albums: Vec<_> = found.iter().map(|j| j.albums.clone()).collect();
    assert_eq!(albums, [vec![0, 1, 3, 4, 6], vec![0, 2, 3, 5, 6]]);
}

#[test]
fn a_direct_line_is_one_journey_of_several() {
    let graph = sample::graph(4, &[(0, 1, 0.9), (0, 2, 0.5), (2, 1, 0.5), (0, 3, 0.4), (3, 1, 0.4)]);
    let found = journeys(&graph, 0, 1, &Rules { count: 9, ..FREE }).unwrap();
    let albums: Vec<_> = found.iter().map(|j| j.albums.clone()).collect();
    assert_eq!(albums, [vec![0, 1], vec![0, 2, 1], vec![0, 3, 1]]);
    assert_eq!(found[1].similarities, [0.5, 0.5]);
    assert!(journeys(&graph, 0, 1, &Rules { count: 0, ..FREE }).unwrap().is_empty());
}

#[test]
fn on_a_larger_map_there_are_several_ways_of_the_wanted_length() {
    let graph = sample::grid(30, 3);
    let artist: Vec<Option<u32>> =
        (0..900).map(|album| (album % 5 != 0).then_some(album * 7 % 300)).collect();
    // The corner at 29, 29 is 58 steps away, 10, 10 is 20 steps away; in a grid all ways have as many steps, or an even
    // number more.
    for (stops, got) in [(15, 21), (21, 21), (25, 25), (26, 25), (39, 39)] {
        let rules = Rules { count: 3, stops: Some(stops), artist: &artist, avoid: &[] };
        let found = journeys(&graph, 0, 310, &rules).unwrap();
        assert_eq!(found.len(), 3, "{stops}");
        for journey in &found {
            assert_eq!(journey.albums.len(), got, "{stops}");
            assert!(repeats_no_artist(&journey.albums, &artist));
        }
    }
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let graph = sample::planted(6, 50, 0.1, 0.005, 2);
    for stops in [None, Some(7)] {
        let rules = Rules { count: 5, stops, ..FREE };
        let found = journeys(&graph, 3, 270, &rules).unwrap();
        assert_eq!(found.len(), 5);
        assert_eq!(found, journeys(&sample::shuffled(&graph, 6), 3, 270, &rules).unwrap());
    }
}
