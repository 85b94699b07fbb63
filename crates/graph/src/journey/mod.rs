//! Journeys: from one album to another in small steps, by several ways that have little in common.
//!
//! `ground` is the map as one journey sees it: who may be a stop and what a step costs. `cheapest` finds the cheapest
//! way, `counted` the cheapest of a given number of stops, in a `corridor` of albums that such ways can come to. Both
//! keep `labels`. `legal` looks for any way at all where they find none, and can prove that there is none; `reason`
//! says why.

mod cheapest;
mod corridor;
mod counted;
mod ground;
mod labels;
mod legal;
mod reason;

pub use reason::{End, NoJourney};

use super::adjacency::Adjacency;
use ground::{Ground, TYPICAL};
use legal::Verdict;
use petgraph::graph::UnGraph;

/// Most stops that can be wanted: forty albums last longer than a day.
pub const MOST_STOPS: usize = 40;
/// The greatest share of inner stops, of the journey that has fewer, that two journeys may have in common.
pub const MOST_SHARED: f64 = 0.5;
/// What each stop of a journey costs the next ones, in typical steps: more each time that what is found has too much in
/// common with it. The last two are more than any number of stops and steps can cost.
const TOLLS: [u64; 4] = [2, 20, 1_000_000, 10_000_000];
/// Searches for one more journey.
const TRIES: usize = 8;

/// What is asked of journeys.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Most journeys.
    pub count: usize,
    /// Albums on the way, both ends included, if that matters: 2 to [`MOST_STOPS`]; what is beyond counts as those.
    pub stops: Option<usize>,
    /// Each album's artist; `None`, and albums beyond the end, for an unknown one.
    pub artist: &'a [Option<u32>],
    /// Albums that must not be stops; the ends may be. Albums beyond the end may.
    pub avoid: &'a [bool],
}

/// A way from one album to another.
#[derive(Clone, PartialEq, Debug)]
pub struct Journey {
    /// The albums, both ends included.
    pub albums: Vec<u32>,
    /// How alike two successive albums are, 0–1, for each step.
    pub similarities: Vec<f32>,
    /// What its steps cost together, in typical steps; see [`journeys`].
    pub cost: f64,
}

/// Up to `rules.count` different journeys between two albums, the best first.
///
/// **Rules.** No album and no artist comes twice. The two ends may be by one artist, but then no other stop is. Unknown
/// artists are never the same. Albums to avoid are no stops.
///
/// **Cost.** A step of length ℓ = −ln(similarity) costs ½ + ½(ℓ/ℓ₀)², where ℓ₀ is the median length of the map's lines,
/// so that a typical step costs 1. The square makes one large step dearer than several small ones of the same length
/// together, and the constant makes stops that lead nowhere not worth while. More than ten typical lengths count as
/// ten.
///
/// **Stops.** If a number of stops is wanted, the journeys are as near to it as can be had, of two equally near numbers
/// the smaller; among those with the same number the cheapest counts.
///
/// **Difference.** Two journeys have at most half of the inner stops of the one with fewer in common. After each
/// journey its stops cost a toll, and the search is repeated, with a higher toll if what it finds is too much like a
/// former journey (the penalty method: de la Barra, Pérez and Añez, “Multidimensional path search and assignment”,
/// 1993). The highest toll asks for as few common stops as possible, even if the number of stops wanted suffers. If
/// that is not enough there are no more journeys.
///
/// **Search.** The cheapest way without repeated artists is NP-hard to find in general: it is a shortest path with
/// forbidden pairs (Gabow, Maheshwari and Osterweil, “On two problems in the generation of program test paths”, 1976).
/// Ways are extended one step at a time, those first that promise to cost least (A*: Hart, Nilsson and Raphael, “A
/// formal basis for the heuristic determination of minimum cost paths”, 1968), and of the ways to each album only the
/// eight cheapest are followed; if a number of stops is wanted, the 300 that promise least, or 3,000 if those do not
/// lead there, of each number of steps. So the answer keeps the rules, but where many artists are in each other's way
/// it may not be the cheapest, or not the nearest to the wanted number. If nothing is found, a search that is complete
/// up to a limit of work either finds a way, or proves that there is none, or says that it does not know.
///
/// Lines are symmetric, but journeys need not be: there and back can differ where two ways are equally good. The same
/// question has the same answer, whatever the number of threads.
///
/// # Errors
///
/// [`NoJourney`] tells why there is none. Every reason but [`NoJourney::NotFound`] is proven.
pub fn journeys(
    graph: &UnGraph<(), f32, u32>,
    from: u32,
    to: u32,
    rules: &Rules<'_>,
) -> Result<Vec<Journey>, NoJourney> {
    let adjacency = Adjacency::new(graph);
    reason::check_ends(&adjacency, from, to)?;
    let mut ground = Ground::new(&adjacency, from, to, rules);
    if ground.fewest_steps().is_none() {
        return Err(reason::of_being_closed(&ground, rules.avoid));
    }
    let stops = rules.stops.map(|stops| stops.clamp(2, MOST_STOPS));
    let first = match best(&ground, stops) {
        Some(way) => way,
        None => match legal::any(&ground) {
            Verdict::Way(way) => way,
            Verdict::None => return Err(reason::of_repeating(rules.avoid)),
            Verdict::Unknown => return Err(NoJourney::NotFound),
        },
    };
    let mut found = vec![first];
    while found.len() < rules.count {
        let Some(way) = different(&mut ground, stops, &found) else { break };
        found.push(way);
    }
    found.truncate(rules.count);
    let mut journeys: Vec<Journey> = found.into_iter().map(|way| journey(&ground, way)).collect();
    journeys.sort_by(|x, y| {
        let far = |j: &Journey| stops.map_or(0, |stops| stops.abs_diff(j.albums.len()));
        far(x).cmp(&far(y)).then(x.cost.total_cmp(&y.cost))
    });
    Ok(journeys)
}

/// The best way on this ground, if one is found.
fn best(ground: &Ground<'_>, stops: Option<usize>) -> Option<Vec<u32>> {
    match stops {
        None => cheapest::way(ground, 0),
        Some(stops) => counted::nearest(ground, stops),
    }
}

/// The best way that has little in common with those found.
fn different(ground: &mut Ground<'_>, stops: Option<usize>, found: &[Vec<u32>]) -> Option<Vec<u32>> {
    let mut tolls = vec![0; found.len()];
    for _ in 0..TRIES {
        ground.charge(found.iter().zip(tolls.iter().map(|&toll| TOLLS[toll] * TYPICAL)));
        let way = best(ground, stops)?;
        let mut alike = false;
        for (other, toll) in found.iter().zip(&mut tolls) {
            if shared(&way, other) > MOST_SHARED {
                alike = true;
                *toll = (*toll + 1).min(TOLLS.len() - 1);
            }
        }
        if !alike {
            return Some(way);
        }
    }
    None
}

/// The share of inner stops, of the way that has fewer, that two ways have in common. 1 for the same way.
fn shared(a: &[u32], b: &[u32]) -> f64 {
    if a == b {
        return 1.0;
    }
    let (a, mut b) = (&a[1..a.len() - 1], b[1..b.len() - 1].to_vec());
    b.sort_unstable();
    let common = a.iter().filter(|album| b.binary_search(album).is_ok()).count();
    common as f64 / a.len().min(b.len()).max(1) as f64
}

fn journey(ground: &Ground<'_>, albums: Vec<u32>) -> Journey {
    let arcs = albums.windows(2).filter_map(|step| ground.adjacency.arc(step[0], step[1]));
    let (mut similarities, mut cost) = (Vec::with_capacity(albums.len()), 0);
    for arc in arcs {
        similarities.push(ground.adjacency.similarity[arc]);
        cost += ground.cost[arc];
    }
    Journey { albums, similarities, cost: cost as f64 / TYPICAL as f64 }
}

#[cfg(test)]
mod tests;
