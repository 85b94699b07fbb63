//! Islands of genres: each genre's albums fill a disc, in the order in which they lie on the similarity map, and
//! genres whose albums lie near each other there are neighbours.

use super::room::{bounds, centre_on, finite, mean};
use super::{discs, lattice};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Water between two islands, in units of one cover.
const WATER: f32 = 1.5;

/// One genre's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Island {
    /// The genre's number; `None` for the albums whose genre is not known.
    pub genre: Option<u16>,
    /// The middle.
    pub centre: [f32; 2],
    /// Distance from it to the furthest corner of a cover, in units of one cover.
    pub radius: f32,
    /// How many albums stand there.
    pub albums: u32,
}

/// Albums by genre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Islands {
    /// A position for each album, in units of one cover, no two nearer than 1; the box around all islands has its
    /// middle in (0, 0).
    pub at: Vec<[f32; 2]>,
    /// In order of genre number, the unknown last; genres without albums have none.
    pub islands: Vec<Island>,
}

/// One island for each genre, the unknown one outside at the rim. `map` has each album's position on the similarity
/// map, in any units; what is missing from either slice counts as (0, 0) and as unknown.
///
/// An island is a square lattice cut to a disc, its albums assigned to it by halving both along the longer side until
/// one is left, and then by exchange of neighbours. Islands are drawn to where their albums' mean lies on the map and
/// to each other, and pushed apart where they overlap.
pub fn by_genre(map: &[[f32; 2]], genre: &[Option<u16>]) -> Islands {
    let n = map.len().max(genre.len());
    let mut map = finite(map);
    map.resize(n, [0.0; 2]);
    let mut groups: BTreeMap<(bool, Option<u16>), Vec<u32>> = BTreeMap::new();
    for i in 0..n {
        let genre = genre.get(i).copied().flatten();
        groups.entry((genre.is_none(), genre)).or_default().push(i as u32);
    }
    let groups: Vec<(Option<u16>, Vec<u32>)> = groups.into_iter().map(|((_, g), m)| (g, m)).collect();
    let laid: Vec<Laid> = groups.par_iter().map(|(_, members)| Laid::new(&map, members)).collect();

    let known = groups.iter().filter(|(genre, _)| genre.is_some()).count();
    let rim: Vec<f32> = laid.iter().map(|l| l.radius + 0.5 * WATER).collect();
    let wish: Vec<[f32; 2]> = laid.iter().map(|l| l.mean).collect();
    let mut centres = discs::pack(&rim[..known], &wish[..known]);
    if let Some(&unknown) = rim.get(known) {
        centres.push(discs::beside(&rim[..known], &centres, unknown));
    }
    let corners: Vec<[f32; 2]> = centres
        .iter()
        .zip(&laid)
        .flat_map(|(c, l)| [c.map(|x| x - l.radius), c.map(|x| x + l.radius)])
        .collect();
    let [low, high] = bounds(&corners);
    centre_on(&mut centres, [0, 1].map(|c| 0.5 * (low[c] + high[c])));

    let mut at = vec![[0.0; 2]; n];
    let mut islands = Vec::with_capacity(groups.len());
    for (((genre, members), laid), centre) in groups.iter().zip(&laid).zip(centres) {
        for (&i, p) in members.iter().zip(&laid.at) {
            at[i as usize] = [centre[0] + p[0], centre[1] + p[1]];
        }
        islands.push(Island { genre: *genre, centre, radius: laid.radius, albums: members.len() as u32 });
    }
    Islands { at, islands }
}

/// An island about (0, 0).
struct Laid {
    at: Vec<[f32; 2]>,
    radius: f32,
    /// Where its albums lie on the map, in the mean.
    mean: [f32; 2],
}

impl Laid {
    fn new(map: &[[f32; 2]], members: &[u32]) -> Self {
        let points: Vec<[f32; 2]> = members.iter().map(|&i| map[i as usize]).collect();
        let sites = lattice::disc(members.len());
        let at = lattice::assign(&points, &sites).iter().map(|&s| sites[s as usize]).collect();
        Self { at, radius: lattice::radius(&sites), mean: mean(&points) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrange::room::{closest, distance};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Genre `g` of six lies about (10 g, 0); genre 0 has most albums; every twentieth album has none.
    fn albums(n: usize) -> (Vec<[f32; 2]>, Vec<Option<u16>>) {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        (0..n)
            .map(|i| {
                let g = (6.0 * rng.gen_range(0.0f32..1.0).powi(2)) as u16;
                let p = [10.0 * f32::from(g) + rng.gen_range(-4.0..4.0), rng.gen_range(-4.0..4.0)];
                (p, (i % 20 != 3).then_some(g))
            })
            .unzip()
    }

    #[test]
    fn every_album_stands_on_its_genre_s_island_and_no_two_islands_touch() {
        let (map, genre) = albums(2_000);
        let found = by_genre(&map, &genre);
        assert_eq!(found.islands.len(), 7);
        for (i, p) in found.at.iter().enumerate() {
            let home = found.islands.iter().find(|island| island.genre == genre[i]).unwrap();
            assert!(distance(*p, home.centre) + 0.5 < home.radius + 1e-3);
        }
        for (k, a) in found.islands.iter().enumerate() {
            assert_eq!(a.albums as usize, genre.iter().filter(|&&g| g == a.genre).count());
            for b in &found.islands[..k] {
                assert!(distance(a.centre, b.centre) > a.radius + b.radius + 0.9 * WATER);
            }
        }
        assert!(closest(&found.at) > 0.999);
    }

    #[test]
    fn genres_that_are_alike_are_neighbours() {
        let (map, genre) = albums(2_000);
        let islands = by_genre(&map, &genre).islands;
        let apart = |a: usize, b: usize| {
            distance(islands[a].centre, islands[b].centre) - islands[a].radius - islands[b].radius
        };
        assert!(apart(0, 1) < apart(0, 4) && apart(4, 5) < apart(0, 5) && apart(2, 3) < apart(0, 5));
    }

    #[test]
    fn an_island_keeps_left_and_right_above_and_below() {
        let (map, genre) = albums(2_000);
        let found = by_genre(&map, &genre);
        let members: Vec<usize> = (0..2_000).filter(|&i| genre[i] == Some(1)).collect();
        for c in 0..2 {
            let mean =
                |of: &[[f32; 2]]| members.iter().map(|&i| of[i][c]).sum::<f32>() / members.len() as f32;
            let (m, f) = (mean(&map), mean(&found.at));
            let sum = |of: &dyn Fn(usize) -> f32| members.iter().map(|&i| of(i)).sum::<f32>();
            let both = sum(&|i| (map[i][c] - m) * (found.at[i][c] - f));
            let correlation =
                both / (sum(&|i| (map[i][c] - m).powi(2)) * sum(&|i| (found.at[i][c] - f).powi(2))).sqrt();
            assert!(correlation > 0.95, "{correlation}");
        }
    }

    #[test]
    fn the_unknown_genre_comes_last_and_lies_at_the_rim() {
        let (map, genre) = albums(2_000);
        let islands = by_genre(&map, &genre).islands;
        assert!(islands[..6].iter().map(|i| i.genre).eq((0..6).map(Some)));
        let (unknown, others) = islands.split_last().unwrap();
        assert_eq!(unknown.genre, None);
        let area: f32 = others.iter().map(|i| i.radius * i.radius).sum();
        let middle =
            [0, 1].map(|c| others.iter().map(|i| i.radius * i.radius * i.centre[c]).sum::<f32>() / area);
        // On the way out from the middle nothing lies beyond it.
        let out = distance(unknown.centre, middle);
        for o in others {
            let along: f32 =
                (0..2).map(|c| (o.centre[c] - middle[c]) * (unknown.centre[c] - middle[c]) / out).sum();
            assert!(along < out);
        }
    }

    #[test]
    fn the_box_around_the_islands_has_its_middle_in_the_origin() {
        let (map, genre) = albums(500);
        let islands = by_genre(&map, &genre).islands;
        for c in 0..2 {
            let low = islands.iter().map(|i| i.centre[c] - i.radius).fold(f32::INFINITY, f32::min);
            let high = islands.iter().map(|i| i.centre[c] + i.radius).fold(f32::NEG_INFINITY, f32::max);
            assert!((low + high).abs() < 1e-2, "{low} {high}");
        }
    }

    #[test]
    fn few_albums_and_places_that_are_no_numbers_are_no_trouble() {
        assert_eq!(by_genre(&[], &[]), Islands::default());
        let one = by_genre(&[[7.0, 9.0]], &[]);
        assert_eq!((one.at.as_slice(), one.islands[0].genre), ([[0.0, 0.0]].as_slice(), None));
        let two = by_genre(&[[f32::NAN, 1.0], [f32::INFINITY, 1.0]], &[Some(3), None]);
        assert!(two.at.iter().flatten().all(|x| x.is_finite()));
        assert!(distance(two.at[0], two.at[1]) > 1.0);
        let alike = by_genre(&[[1.0, 1.0]; 90], &[Some(1), Some(2), Some(3)].repeat(30));
        assert!(closest(&alike.at) > 0.999);
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (map, genre) = albums(3_000);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| by_genre(&map, &genre))
        };
        assert_eq!(with(1), with(3));
    }
}
