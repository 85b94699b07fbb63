//! Bridges: the albums through which one gets from a neighbourhood of the map to the next.

use super::adjacency::Adjacency;
use super::centrality::Traffic;
use petgraph::graph::UnGraph;

/// What joins two neighbouring communities.
#[derive(Clone, PartialEq, Debug)]
pub struct Bridge {
    /// The two, the lower number first.
    pub communities: (u32, u32),
    /// How many lines join them.
    pub lines: usize,
    /// The share of all pairs of albums, 0–1, on whose shortest way one steps from one of the two into the other; a way
    /// that does so several times counts as often.
    pub traffic: f32,
    /// The best of the lines, best first; no album is in two of them.
    pub crossings: Vec<Crossing>,
}

/// A line between two communities.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Crossing {
    /// Its albums, that of the community with the lower number first.
    pub albums: (u32, u32),
    /// How alike they are, 0–1.
    pub similarity: f32,
    /// The share of all pairs of albums, 0–1, whose shortest way runs along it.
    pub traffic: f32,
}

/// For each pair of communities that a line joins, the lines by which one crosses: at most `most`, best first.
///
/// The best is the one along which the most shortest ways of the whole map run: what Girvan and Newman (“Community
/// structure in social and biological networks”, 2002) found to tell lines between communities from those within. Such
/// a line joins two albums that are alike and that many others of their own community are near to. The most alike pair
/// alone need not be that: it may lie in a far corner of both. Where traffic is equal, as it is where sampled ways
/// did not come by, the more alike pair is better, then that with lower numbers. Each album is named once, so that
/// five crossings are five ways across and not five lines of one album.
///
/// Bridges are ordered in the same way: by all traffic between the two, by the sum of similarities, by number.
///
/// `community` has a number for each album; albums beyond its end belong to none. `traffic` must be
/// that of the same graph; lines beyond its end carry none.
pub fn bridges(
    graph: &UnGraph<(), f32, u32>,
    community: &[u32],
    traffic: &Traffic,
    most: usize,
) -> Vec<Bridge> {
    let adjacency = Adjacency::new(graph);
    let known = adjacency.len().min(community.len()) as u32;
    let mut crossings: Vec<((u32, u32), Crossing)> = Vec::new();
    for a in 0..known {
        let own = community[a as usize];
        for arc in adjacency.arcs(a) {
            let b = adjacency.to[arc];
            // Of a line's two arcs the one that leaves the lower community.
            if b < known && own < community[b as usize] {
                let passing = traffic.lines.get(adjacency.line[arc] as usize).copied();
                let crossing = Crossing {
                    albums: (a, b),
                    similarity: adjacency.similarity[arc],
                    traffic: passing.unwrap_or(0.0),
                };
                crossings.push(((own, community[b as usize]), crossing));
            }
        }
    }
    crossings.sort_by(|(p, x), (q, y)| {
        let better = y.traffic.total_cmp(&x.traffic).then(y.similarity.total_cmp(&x.similarity));
        p.cmp(q).then(better).then(x.albums.cmp(&y.albums))
    });
    let mut bridges: Vec<(f32, Bridge)> = crossings
        .chunk_by(|(p, _), (q, _)| p == q)
        .map(|between| {
            let sum = |of: fn(&Crossing) -> f32| between.iter().map(|(_, c)| f64::from(of(c))).sum::<f64>();
            let bridge = Bridge {
                communities: between[0].0,
                lines: between.len(),
                traffic: sum(|c| c.traffic) as f32,
                crossings: apart(between.iter().map(|&(_, crossing)| crossing), most),
            };
            (sum(|c| c.similarity) as f32, bridge)
        })
        .collect();
    // Stable: the lower numbers stay in front.
    bridges.sort_by(|(s, x), (t, y)| y.traffic.total_cmp(&x.traffic).then(t.total_cmp(s)));
    bridges.into_iter().map(|(_, bridge)| bridge).collect()
}

/// The first of the crossings that share no album with one before them.
fn apart(crossings: impl Iterator<Item = Crossing>, most: usize) -> Vec<Crossing> {
    let mut kept: Vec<Crossing> = Vec::new();
    for crossing in crossings {
        if kept.len() == most {
            break;
        }
        let (a, b) = crossing.albums;
        if kept.iter().all(|k| k.albums.0 != a && k.albums.1 != b) {
            kept.push(crossing);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::centrality::traffic;
    use super::super::sample;
    use super::*;

    fn albums(bridge: &Bridge) -> Vec<(u32, u32)> {
        bridge.crossings.iter().map(|c| c.albums).collect()
    }

    #[test]
    fn the_best_crossing_is_where_people_pass_not_where_two_outliers_are_most_alike() {
        // Two stars around 0 and 5. Their middles are joined, and more strongly two of their farthest albums.
        let star = |middle: u32| (1..5).map(move |i| (middle, middle + i, 0.6));
        let mut lines: Vec<_> = star(0).chain(star(5)).collect();
        lines.extend([(4, 10, 0.6), (9, 11, 0.6), (10, 11, 0.9), (0, 5, 0.7)]);
        let graph = sample::graph(12, &lines);
        let community = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1];
        let found = bridges(&graph, &community, &traffic(&graph, 12, 0), 5);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].communities, found[0].lines), ((0, 1), 2));
        assert_eq!(albums(&found[0]), [(0, 5), (10, 11)]);
        assert!(found[0].crossings[0].traffic > 1.5 * found[0].crossings[1].traffic);
    }

    #[test]
    fn an_album_is_named_once_and_no_more_crossings_than_asked_for() {
        // Album 0 has a line to each of the other community, and three pairs have one of their own.
        let mut lines: Vec<_> = (4..8).map(|b| (0, b, 0.9)).collect();
        lines.extend([(1, 5, 0.5), (2, 6, 0.4), (3, 7, 0.3)]);
        let graph = sample::graph(8, &lines);
        let community = [3, 3, 3, 3, 1, 1, 1, 1];
        let still = Traffic { albums: Vec::new(), lines: Vec::new() };
        let found = bridges(&graph, &community, &still, 10);
        assert_eq!((found[0].communities, found[0].lines), ((1, 3), 7));
        // The community with the lower number comes first.
        assert_eq!(albums(&found[0]), [(4, 0), (5, 1), (6, 2), (7, 3)]);
        assert_eq!(albums(&bridges(&graph, &community, &still, 2)[0]), [(4, 0), (5, 1)]);
    }

    #[test]
    fn traffic_of_a_bridge_is_all_that_crosses() {
        // A chain of three pairs: of 15 pairs of albums 2 × 4 cross each bridge.
        let lines = [(0, 1, 0.9), (1, 2, 0.5), (2, 3, 0.9), (3, 4, 0.6), (4, 5, 0.9)];
        let graph = sample::graph(6, &lines);
        let found = bridges(&graph, &[2, 2, 0, 0, 1, 1], &traffic(&graph, 6, 0), 5);
        // Equal traffic: the stronger first.
        assert_eq!(found.iter().map(|b| b.communities).collect::<Vec<_>>(), [(0, 1), (0, 2)]);
        assert_eq!((albums(&found[0]), albums(&found[1])), (vec![(3, 4)], vec![(2, 1)]));
        assert!(found.iter().all(|b| (b.traffic - 8.0 / 15.0).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn without_neighbouring_communities_there_are_no_bridges() {
        let graph = sample::graph(4, &[(0, 1, 0.5), (2, 3, 0.5)]);
        let traffic = traffic(&graph, 4, 0);
        assert!(bridges(&graph, &[0, 0, 1, 1], &traffic, 5).is_empty());
        assert!(bridges(&graph, &[], &traffic, 5).is_empty());
        // Only album 3 is in no community.
        assert_eq!(bridges(&graph, &[0, 1, 1], &traffic, 5).len(), 1);
    }
}
