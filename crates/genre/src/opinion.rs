//! What the forest makes of every cover of a catalogue, always said by trees that never saw it, nor a near-duplicate,
//! nor another cover of its artist.

use super::folds::folds;
use super::forest::{Forest, ForestParams};
use super::groups::groups;
use super::subject::Subject;
use super::{EvaluationError, seeds};
use gatefold_types::album::Genre;
use linfa::Dataset;
use linfa::traits::Fit;
use ndarray::{Array1, Array2, ArrayView2, Axis};
use std::collections::BTreeMap;

/// Covers below which a genre is not among the answers.
const FEWEST: usize = 30;
const FOLDS: u32 = 5;
const TREES: usize = 64;
/// Most numbers that a cut is chosen from, where the square root of all would be more: every import waits for it.
const TRIED: usize = 10;
const SEED: u64 = 0x6f70_696e;
/// Version of how opinions are formed; a change makes builds anew.
pub const VERSION: u32 = 3;

/// Probabilities of each genre for each cover.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Opinions {
    /// The genres that could be answered, ascending.
    pub genres: Vec<Genre>,
    /// Covers × genres, rows summing to 1. No columns where there are too few covers of two genres.
    pub rows: Array2<f32>,
    /// A forest grown on all tagged covers, for covers that are not among them; its classes are numbers of `genres`.
    /// `None` without columns.
    pub forest: Option<Forest<usize>>,
}

impl Opinions {
    fn none(covers: usize) -> Self {
        Self { genres: Vec::new(), rows: Array2::zeros((covers, 0)), forest: None }
    }
}

/// A cover of the catalogue, as far as it concerns its genre.
#[derive(Clone, PartialEq, Debug)]
pub struct Tagged {
    /// What it is tagged with, if anything.
    pub genre: Option<Genre>,
    /// Who made it, if known.
    pub artist: Option<String>,
    /// Near-duplicate cluster.
    pub cluster: u32,
}

/// Forms an opinion of each cover from `vectors` (covers × numbers): of a tagged one by a forest grown on the other four
/// fifths, of an untagged one by all five forests together. Genres of fewer than thirty covers (or of fewer than five
/// artists and pictures) are not among the answers; their covers count as untagged.
///
/// # Errors
/// When a vector is not finite.
pub fn opinions(vectors: ArrayView2<'_, f32>, covers: &[Tagged]) -> Result<Opinions, EvaluationError> {
    let subjects: Vec<Subject> = covers.iter().map(subject).collect();
    let groups = groups(&subjects.iter().collect::<Vec<_>>());
    let mut sizes: BTreeMap<&Genre, Vec<u32>> = BTreeMap::new();
    for (cover, &group) in covers.iter().zip(&groups) {
        if let Some(genre) = &cover.genre {
            sizes.entry(genre).or_default().push(group);
        }
    }
    sizes.retain(|_, groups| {
        let covers = groups.len();
        groups.sort_unstable();
        groups.dedup();
        covers >= FEWEST && groups.len() >= FOLDS as usize
    });
    let genres: Vec<Genre> = sizes.into_keys().cloned().collect();
    if genres.len() < 2 {
        return Ok(Opinions::none(covers.len()));
    }
    let class = |i: usize| covers[i].genre.as_ref().and_then(|genre| genres.binary_search(genre).ok());
    let tagged: Vec<usize> = (0..covers.len()).filter(|&i| class(i).is_some()).collect();
    let classes: Vec<u32> = tagged.iter().filter_map(|&i| class(i)).map(|class| class as u32).collect();
    let names: Vec<&str> = genres.iter().map(Genre::as_str).collect();
    let of_tagged = numbered(&tagged.iter().map(|&i| groups[i]).collect::<Vec<_>>());
    let folds = match folds(&classes, &of_tagged, FOLDS, SEED, &names) {
        Ok(folds) => folds,
        // A few artists make almost everything: no forest could be asked about covers it does not know.
        Err(EvaluationError::TooFewGroups { .. } | EvaluationError::UnevenGroups { .. }) => {
            return Ok(Opinions::none(covers.len()));
        }
        Err(error) => return Err(error),
    };
    let untagged: Vec<usize> = (0..covers.len()).filter(|&i| class(i).is_none()).collect();
    let mut rows = Array2::<f32>::zeros((covers.len(), genres.len()));
    for fold in 0..FOLDS {
        let pick = |inside: bool| -> Vec<usize> {
            (0..tagged.len()).filter(|&t| (folds[t] == fold) == inside).collect()
        };
        let (test, train) = (pick(true), pick(false));
        let of =
            |tags: &[usize]| vectors.select(Axis(0), &tags.iter().map(|&t| tagged[t]).collect::<Vec<_>>());
        let truth: Array1<usize> = train.iter().map(|&t| classes[t] as usize).collect();
        let seed = seeds::derive(SEED, "opinion", &[], u64::from(fold));
        let forest: Forest<usize> = params(seed, vectors.ncols()).fit(&Dataset::new(of(&train), truth))?;
        let said = forest.probabilities(&of(&test));
        for (&t, said) in test.iter().zip(said.rows()) {
            put(&mut rows, tagged[t], &forest, said.iter().copied(), 1.0);
        }
        let said = forest.probabilities(&vectors.select(Axis(0), &untagged));
        for (&i, said) in untagged.iter().zip(said.rows()) {
            put(&mut rows, i, &forest, said.iter().copied(), 1.0 / f64::from(FOLDS));
        }
    }
    let truth: Array1<usize> = classes.iter().map(|&class| class as usize).collect();
    let seed = seeds::derive(SEED, "opinion of others", &[], 0);
    let forest = params(seed, vectors.ncols()).fit(&Dataset::new(vectors.select(Axis(0), &tagged), truth))?;
    Ok(Opinions { genres, rows, forest: Some(forest) })
}

fn params(seed: u64, numbers: usize) -> ForestParams {
    ForestParams::default().trees(TREES).max_features(numbers.isqrt().clamp(1, TRIED)).seed(seed)
}

/// Adds what a forest says, `weight`-fold, to a cover's row.
fn put(
    rows: &mut Array2<f32>,
    cover: usize,
    forest: &Forest<usize>,
    said: impl Iterator<Item = f64>,
    weight: f64,
) {
    for (&class, p) in forest.classes().iter().zip(said) {
        rows[[cover, class]] += (p * weight) as f32;
    }
}

fn subject(cover: &Tagged) -> Subject {
    Subject {
        id: gatefold_types::album::AlbumId(0),
        // Groups are made of artists and pictures: any name will do for the untagged.
        genre: cover.genre.clone().or_else(|| Genre::new("untagged")).expect("“untagged” is a name"),
        artist: cover.artist.clone(),
        cluster: cover.cluster,
        source: None,
        seen: false,
    }
}

/// The same groups, numbered without gaps.
fn numbered(groups: &[u32]) -> Vec<u32> {
    let mut numbers = BTreeMap::new();
    groups
        .iter()
        .map(|group| {
            let next = numbers.len() as u32;
            *numbers.entry(*group).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn tagged(genre: Option<&str>, artist: Option<String>, cluster: u32) -> Tagged {
        Tagged { genre: genre.and_then(Genre::new), artist, cluster }
    }

    #[test]
    fn covers_are_told_by_what_distinguishes_their_genre_and_the_untagged_too() {
        let mut vectors = noise(190, 6, 1).mapv(|x| x as f32);
        let covers: Vec<Tagged> = (0..190)
            .map(|i| match i {
                0..80 => tagged(Some("rock"), None, i),
                80..160 => tagged(Some("jazz"), None, i),
                160..180 => tagged(None, None, i),
                _ => tagged(Some("polka"), None, i),
            })
            .collect();
        for i in 0..190 {
            vectors[[i, 2]] += if !(80..170).contains(&i) { 1.0 } else { -1.0 };
        }
        let opinions = opinions(vectors.view(), &covers).unwrap();
        assert_eq!(opinions.genres, ["jazz", "rock"].map(|name| Genre::new(name).unwrap()));
        assert!(opinions.rows.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-4));
        let right = (0..190).filter(|&i| (opinions.rows[[i, 1]] > 0.5) != (80..170).contains(&i)).count();
        assert!(right > 175, "{right}");
    }

    #[test]
    fn nobody_is_judged_by_trees_that_know_the_artist() {
        // Each artist has a place of its own and a genre by chance: who knows the artist knows the genre.
        let mut vectors = noise(400, 4, 2).mapv(|x| 0.05 * x as f32);
        let covers: Vec<Tagged> = (0..400_u32)
            .map(|i| {
                let artist = i / 8;
                let rock = artist.wrapping_mul(2_654_435_761) >> 16 & 1 == 1;
                tagged(Some(if rock { "rock" } else { "jazz" }), Some(format!("artist {artist}")), i)
            })
            .collect();
        for i in 0..400 {
            let artist = (i / 8) as u32;
            vectors[[i, 0]] += (artist.wrapping_mul(40_503) & 0xff) as f32;
            vectors[[i, 1]] += (artist.wrapping_mul(91_711) & 0xff) as f32;
        }
        let told = opinions(vectors.view(), &covers).unwrap();
        let right = |told: &Opinions| {
            let rock = told.genres.iter().position(|genre| genre.as_str() == "rock").unwrap();
            let is_rock = |i: usize| covers[i].genre.as_ref().unwrap().as_str() == "rock";
            (0..400).filter(|&i| (told.rows[[i, rock]] > 0.5) == is_rock(i)).count()
        };
        assert!(right(&told) < 280, "the artist leaked: {}", right(&told));
        let unknown: Vec<Tagged> = covers.iter().map(|c| Tagged { artist: None, ..c.clone() }).collect();
        assert!(right(&opinions(vectors.view(), &unknown).unwrap()) > 360);
    }

    #[test]
    fn too_few_covers_give_no_opinion() {
        let vectors = noise(20, 3, 3).mapv(|x| x as f32);
        let covers: Vec<Tagged> = (0..20).map(|i| tagged(Some("rock"), None, i)).collect();
        let opinions = opinions(vectors.view(), &covers).unwrap();
        assert_eq!((opinions.genres.len(), opinions.rows.dim()), (0, (20, 0)));
    }
}
