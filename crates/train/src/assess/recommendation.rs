//! Assessment of neighbours as recommendations (hit rate, nDCG): of each modality, of mixtures, and of references that anyone can
//! make again.
//!
//! Three questions are asked of every album that they can be asked of. Do its nearest have its genre? Is one of them by its
//! artist? Where sources say which albums people listen to beside it, a fifth of which is hidden: are those among them? The same
//! picture, sold again, never counts as a neighbour. Covers that the encoder was taught on are not asked about: it knows their
//! tags.

use gatefold_graph::{Known, Neighbours, Parts, neighbours};
use gatefold_types::mixture::Mixture;
use gatefold_types::report::{GraphReport, GraphRow};
use ndarray::ArrayView2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Neighbours that are looked at.
const AT: usize = 10;
/// Neighbours that are found, of which those that must not count are left out.
const FOUND: usize = 200;
/// One of so many links is hidden.
const HIDDEN_OF: usize = 5;
/// Hidden links below which nothing is said about them.
const LINKS_NEEDED: usize = 100;
/// Seed of what is hidden, and of the random reference.
const SEED: u64 = 0x6761_7465;

/// What is known of albums, and what neighbours are measured by.
pub struct Subjects<'a> {
    /// What neighbours are made of.
    pub known: Known<'a>,
    /// Principal components of the covers' pixels, a row for each of [`Known::rows`]; may be empty.
    pub pixels: ArrayView2<'a, f32>,
    /// Whether each album is asked about: covers that the look was taught on, with their tags, must not be.
    pub asked: &'a [bool],
    /// Genre of each album by number.
    pub genre: &'a [Option<u32>],
    /// Artist of each album by number.
    pub artist: &'a [Option<u32>],
    /// Near-duplicate cluster of each album.
    pub cluster: &'a [u32],
    /// How popular each album is, in any unit; unknown is the least.
    pub popularity: &'a [Option<f32>],
}

/// Measures references, each part that anything is known of, the usual mixture, and others.
pub fn recommendation(subjects: &Subjects<'_>, others: &[Mixture]) -> GraphReport {
    let (shown, hidden) = hide(subjects.known.links);
    let parts = Parts::of(&subjects.known.with_links(&shown));
    let truth = Truth::of(subjects, &shown, hidden);
    let n = subjects.known.albums;
    let mut rows =
        vec![truth.row("random", &Ranking::Random), truth.row("popularity", &by_popularity(subjects))];
    if !subjects.pixels.is_empty() {
        let near = neighbours(subjects.pixels, FOUND);
        rows.push(truth.row("pixels", &Ranking::Near(&spread(&near, subjects.known.rows, n))));
    }
    let alone = parts.known().into_iter().map(|part| (part.name().to_owned(), Mixture::only(part)));
    let others = others.iter().map(|mixture| (mixture.to_string(), *mixture));
    for (name, mixture) in alone.chain([("mixed".to_owned(), Mixture::USUAL)]).chain(others) {
        let near = parts.neighbours(&mixture, FOUND);
        let lists =
            (0..n).map(|i| near.of(i).filter(|near| near.1 > 0.0).map(|near| near.0).collect()).collect();
        rows.push(truth.row(&name, &Ranking::Near(&lists)));
    }
    GraphReport {
        albums: n as u64,
        with_genre: truth.with_genre.len() as u64,
        with_artist: truth.with_artist.len() as u64,
        hidden_links: truth.hidden.values().map(Vec::len).sum::<usize>() as u64 / 2,
        mixed: Mixture::USUAL.to_string(),
        rows,
    }
}

/// Links that are told, and links that are not.
fn hide(links: &[(u32, u32)]) -> (Vec<(u32, u32)>, Vec<(u32, u32)>) {
    let mut all: Vec<(u32, u32)> =
        links.iter().filter(|(a, b)| a != b).map(|&(a, b)| (a.min(b), a.max(b))).collect();
    all.sort_unstable();
    all.dedup();
    if all.len() < HIDDEN_OF * LINKS_NEEDED {
        return (all, Vec::new());
    }
    all.shuffle(&mut ChaCha8Rng::seed_from_u64(SEED));
    let hidden = all.split_off(all.len() - all.len() / HIDDEN_OF);
    (all, hidden)
}

/// Neighbours of rows as neighbours of the albums that the rows belong to.
fn spread(near: &Neighbours, rows: &[u32], albums: usize) -> Vec<Vec<u32>> {
    let mut lists = vec![Vec::new(); albums];
    for (row, &album) in rows.iter().enumerate().take(near.len()) {
        lists[album as usize] = near.of(row).map(|(j, _)| rows[j as usize]).collect();
    }
    lists
}

fn by_popularity(subjects: &Subjects<'_>) -> Ranking<'static> {
    let mut order: Vec<u32> = (0..subjects.known.albums as u32).collect();
    let of = |i: &u32| subjects.popularity.get(*i as usize).copied().flatten().unwrap_or(f32::MIN);
    order.sort_by(|a, b| of(b).total_cmp(&of(a)).then(a.cmp(b)));
    Ranking::Same(order)
}

/// In which order albums are offered to one.
enum Ranking<'a> {
    /// By lot.
    Random,
    /// The same to all.
    Same(Vec<u32>),
    /// Each its own.
    Near(&'a Vec<Vec<u32>>),
}

struct Truth<'a, 'b> {
    subjects: &'a Subjects<'b>,
    /// Albums that are asked about their genre: another album has it too.
    with_genre: Vec<u32>,
    /// Albums that are asked about their artist: another album of theirs is there.
    with_artist: Vec<u32>,
    /// Albums of the hidden links, in both directions.
    hidden: BTreeMap<u32, Vec<u32>>,
    /// Those of the links that were told.
    told: BTreeMap<u32, Vec<u32>>,
}

impl<'a, 'b> Truth<'a, 'b> {
    fn of(subjects: &'a Subjects<'b>, shown: &[(u32, u32)], hidden: Vec<(u32, u32)>) -> Self {
        let both = |links: &[(u32, u32)]| {
            let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for &(a, b) in links {
                of.entry(a).or_default().push(b);
                of.entry(b).or_default().push(a);
            }
            of
        };
        let asked = |mut albums: Vec<u32>| {
            albums.retain(|&i| subjects.asked[i as usize]);
            albums
        };
        Self {
            with_genre: asked(shared(subjects.genre, subjects.cluster)),
            with_artist: asked(shared(subjects.artist, subjects.cluster)),
            hidden: both(&hidden).into_iter().filter(|(i, _)| subjects.asked[*i as usize]).collect(),
            told: both(shown),
            subjects,
        }
    }

    /// The first few that are offered to album `i`, of those that may be.
    fn top(&self, ranking: &Ranking<'_>, i: u32, may: impl Fn(u32) -> bool) -> Vec<u32> {
        let clusters = self.subjects.cluster;
        let good = |j: &u32| *j != i && clusters[*j as usize] != clusters[i as usize] && may(*j);
        match ranking {
            Ranking::Near(lists) => lists[i as usize].iter().copied().filter(good).take(AT).collect(),
            Ranking::Same(order) => order.iter().copied().filter(good).take(AT).collect(),
            Ranking::Random => {
                let n = self.subjects.known.albums;
                let mut rng = ChaCha8Rng::seed_from_u64(SEED ^ u64::from(i));
                let drawn = rand::seq::index::sample(&mut rng, n, n.min(5 * FOUND));
                drawn.into_iter().map(|j| j as u32).filter(good).take(AT).collect()
            }
        }
    }

    fn row(&self, name: &str, ranking: &Ranking<'_>) -> GraphRow {
        let Subjects { genre, artist, .. } = self.subjects;
        let agreeing = |i: &u32| {
            let own = genre[*i as usize];
            let top = self.top(ranking, *i, |j| genre[j as usize].is_some());
            top.iter().filter(|j| genre[**j as usize] == own).count() as f64 / AT as f64
        };
        let met = |i: &u32| {
            let own = artist[*i as usize];
            f64::from(self.top(ranking, *i, |_| true).iter().any(|j| artist[*j as usize] == own))
        };
        let linked_albums: Vec<(&u32, &Vec<u32>)> = self.hidden.iter().collect();
        let linked: Vec<(f64, f64)> = linked_albums
            .par_iter()
            .map(|(i, wanted)| {
                // What was told is no discovery.
                let told = self.told.get(i);
                let top = self.top(ranking, **i, |j| told.is_none_or(|told| !told.contains(&j)));
                let hit = |j: &u32| wanted.contains(j);
                (f64::from(top.iter().any(hit)), ndcg(&top, wanted))
            })
            .collect();
        let enough = linked_albums.len() >= LINKS_NEEDED;
        GraphRow {
            mixture: name.to_owned(),
            genre_agreement_at_10: mean(&self.with_genre, agreeing),
            artist_hit_rate_at_10: mean(&self.with_artist, met),
            hit_rate_at_10: enough.then(|| linked.iter().map(|of| of.0).sum::<f64>() / linked.len() as f64),
            ndcg_at_10: enough.then(|| linked.iter().map(|of| of.1).sum::<f64>() / linked.len() as f64),
        }
    }
}

/// The albums whose number another album that is not the same picture has too.
fn shared(numbers: &[Option<u32>], cluster: &[u32]) -> Vec<u32> {
    let mut first: BTreeMap<u32, (u32, bool)> = BTreeMap::new();
    for (number, &cluster) in numbers.iter().zip(cluster) {
        if let Some(number) = number {
            let seen = first.entry(*number).or_insert((cluster, false));
            seen.1 |= seen.0 != cluster;
        }
    }
    let is_shared = |number: &Option<u32>| number.is_some_and(|n| first.get(&n).is_some_and(|seen| seen.1));
    (0..).zip(numbers).filter(|(_, number)| is_shared(number)).map(|(i, _)| i).collect()
}

fn mean(asked: &[u32], of: impl Fn(&u32) -> f64 + Sync) -> Option<f64> {
    // Collected first: a sum must not depend on threads.
    let all: Vec<f64> = asked.par_iter().map(&of).collect();
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}

/// Normalised discounted cumulative gain of a list, of those that were wanted (Järvelin & Kekäläinen 2002).
fn ndcg(top: &[u32], wanted: &[u32]) -> f64 {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let found: f64 =
        top.iter().enumerate().filter(|(_, j)| wanted.contains(j)).map(|(place, _)| gain(place)).sum();
    let best: f64 = (0..wanted.len().min(AT)).map(gain).sum();
    if best > 0.0 { found / best } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use rand::Rng;

    const N: usize = 400;

    /// Four genres that looks tell apart, artists of four albums each, links within genres, one in ten covers sold twice.
    fn measured(told_by_looks: f32) -> GraphReport {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let genre: Vec<Option<u32>> = (0..N as u32).map(|i| (i % 7 != 0).then_some(i % 4)).collect();
        let artist: Vec<Option<u32>> = (0..N as u32).map(|i| Some(i % 4 + 4 * (i / 16))).collect();
        let cluster: Vec<u32> = (0..N as u32).map(|i| if i % 10 == 9 { i - 4 } else { i }).collect();
        let look = Array2::from_shape_fn((N, 8), |(i, c)| {
            rng.gen_range(-1.0f32..1.0) + if i % 4 == c { told_by_looks } else { 0.0 }
        });
        let links: Vec<(u32, u32)> = (0..3000)
            .map(|_| {
                let a = rng.gen_range(0..N as u32);
                (a, (a + 4 * rng.gen_range(1..6)) % N as u32)
            })
            .collect();
        let none = Array2::zeros((N, 0));
        let rows: Vec<u32> = (0..N as u32).collect();
        let years = vec![None; N];
        let popularity: Vec<Option<f32>> = (0..N).map(|i| (i % 3 == 0).then_some(i as f32)).collect();
        let known = Known {
            albums: N,
            rows: &rows,
            look: look.view(),
            palette: none.view(),
            genre: none.view(),
            years: &years,
            links: &links,
        };
        let asked: Vec<bool> = (0..N).map(|i| i % 9 != 0).collect();
        let subjects = Subjects {
            known,
            pixels: none.view(),
            asked: &asked,
            genre: &genre,
            artist: &artist,
            cluster: &cluster,
            popularity: &popularity,
        };
        recommendation(&subjects, &[])
    }

    fn row<'a>(report: &'a GraphReport, name: &str) -> &'a GraphRow {
        report.rows.iter().find(|row| row.mixture == name).unwrap()
    }

    #[test]
    fn looks_that_tell_genres_apart_agree_and_chance_is_chance() {
        let told = measured(4.0);
        let names: Vec<&str> = told.rows.iter().map(|row| row.mixture.as_str()).collect();
        assert_eq!(names, ["random", "popularity", "look", "listeners", "mixed"]);
        let agreement = |report: &GraphReport, name: &str| row(report, name).genre_agreement_at_10.unwrap();
        assert!(agreement(&told, "look") > 0.9);
        assert!((agreement(&told, "random") - 0.25).abs() < 0.05);
        assert!((agreement(&measured(0.0), "look") - 0.25).abs() < 0.08, "looks that say nothing");
    }

    #[test]
    fn hidden_links_are_found_by_listeners_and_not_by_chance() {
        let report = measured(0.0);
        assert!(report.hidden_links > 200);
        let hit = |name: &str| row(&report, name).hit_rate_at_10.unwrap();
        assert!(hit("listeners") > 4.0 * hit("random"), "{} {}", hit("listeners"), hit("random"));
        let gain = |name: &str| row(&report, name).ndcg_at_10.unwrap();
        assert!(gain("listeners") > gain("look") && gain("listeners") < 1.0);
    }

    #[test]
    fn few_links_say_nothing() {
        assert_eq!(hide(&[(0, 1), (1, 2)]), (vec![(0, 1), (1, 2)], Vec::new()));
        let many: Vec<(u32, u32)> = (0..1000).map(|i| (i, i + 1)).chain([(1, 0), (5, 5)]).collect();
        let (shown, hidden) = hide(&many);
        assert_eq!((shown.len(), hidden.len()), (800, 200));
        assert!(hidden.iter().all(|link| !shown.contains(link)));
    }

    #[test]
    fn gain_is_whole_for_the_best_list_and_less_for_a_later_hit() {
        assert_eq!(ndcg(&[4, 5, 6], &[5, 4]), 1.0);
        assert!(ndcg(&[1, 4], &[4]) < ndcg(&[4, 1], &[4]));
        assert_eq!(ndcg(&[1, 2], &[3]), 0.0);
    }

    #[test]
    fn an_album_is_asked_about_what_another_picture_has_too() {
        assert_eq!(shared(&[Some(1), Some(1), Some(2), None, Some(2)], &[0, 1, 2, 3, 2]), [0, 1]);
    }
}
