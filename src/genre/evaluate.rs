//! Pairs of genres, each told apart in folds that leak nothing.

use super::folds::folds;
use super::forest::{Forest, ForestParams};
use super::gram::Gram;
use super::gram_pca::GramPca;
use super::groups::groups;
use super::roc::{Roc, confusion, mean_and_sd};
use super::subjects::{Material, Subject, choose};
use super::{EvaluationError, seeds};
use crate::album::Genre;
use crate::catalog::Catalog;
use crate::progress::Progress;
use crate::report::{EvaluationReport, EvaluationSettings, PairReport};
use linfa::Dataset;
use linfa::traits::Fit;
use ndarray::Array1;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::time::Instant;

/// What `features` may be called.
pub const FEATURES: [&str; 1] = ["pixels"];
/// Covers that may share one Gram matrix (256 MiB of products).
const SHARED_GRAM: usize = 8192;
/// Covers of a pair; a fold's matrix of 5,400² numbers then takes 233 MB on each thread.
const MOST_OF_A_PAIR: usize = 6000;

/// Evaluates the catalogue's albums as `settings` say. Reads only; a build is used if there is one, for its clusters of
/// near-duplicates.
pub fn evaluate(
    catalog: &Catalog,
    settings: &EvaluationSettings,
    progress: &dyn Progress,
) -> Result<EvaluationReport, EvaluationError> {
    let started = Instant::now();
    check(settings, &catalog.genres()?)?;
    progress.stage("reading covers", 0);
    let material = choose(catalog, settings)?;
    let mut report = evaluate_subjects(&material, settings, progress)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Refuses what cannot be evaluated; `known` are the catalogue's genres with their number of albums.
pub fn check(settings: &EvaluationSettings, known: &BTreeMap<String, u64>) -> Result<(), EvaluationError> {
    let genres = &settings.genres;
    if let Some(genre) = genres.iter().find(|genre| !known.contains_key(genre.as_str())) {
        let mut names: Vec<_> = known.iter().collect();
        names.sort_by_key(|&(name, &albums)| (std::cmp::Reverse(albums), name));
        let names: Vec<&str> = names.into_iter().map(|(name, _)| name.as_str()).collect();
        return Err(EvaluationError::UnknownGenre {
            genre: genre.to_string(),
            known: if names.is_empty() { "none yet".to_owned() } else { names.join(", ") },
        });
    }
    if let Some(genre) = genres.iter().enumerate().find(|(i, genre)| genres[..*i].contains(genre)) {
        return Err(EvaluationError::Twice(genre.1.to_string()));
    }
    if genres.len() < 2 {
        return Err(EvaluationError::TooFewGenres(genres.len()));
    }
    if !(2..=50).contains(&settings.folds) {
        return Err(EvaluationError::Folds(settings.folds));
    }
    if !FEATURES.contains(&settings.features.as_str()) {
        return Err(EvaluationError::UnknownFeatures(settings.features.clone()));
    }
    if !(1..=10_000).contains(&settings.trees) {
        return Err(EvaluationError::Trees(settings.trees));
    }
    if !(1..=512).contains(&settings.components) {
        return Err(EvaluationError::Components(settings.components));
    }
    if settings.per_genre.is_some_and(|most| most < settings.folds) {
        return Err(EvaluationError::PerGenre {
            per_genre: settings.per_genre.unwrap_or_default(),
            folds: settings.folds,
        });
    }
    Ok(())
}

/// Evaluates subjects that are at hand: a function of its arguments alone, `seconds` aside.
pub fn evaluate_subjects(
    material: &Material,
    settings: &EvaluationSettings,
    progress: &dyn Progress,
) -> Result<EvaluationReport, EvaluationError> {
    let started = Instant::now();
    let labels = labels(&material.subjects, settings);
    let pairs = pairs(&settings.genres, &labels, settings)?;
    let pairs = pairs
        .into_iter()
        .map(|pair| pair.deal(&material.subjects, settings))
        .collect::<Result<Vec<_>, _>>()?;
    let mut scores: Vec<Vec<f64>> = pairs.iter().map(|pair| vec![0.0; pair.members.len()]).collect();
    for batch in batches(&pairs) {
        for (number, pair_scores) in scores_of(material, &pairs, batch, settings, progress)? {
            scores[number] = pair_scores;
        }
    }
    let pairs: Vec<PairReport> =
        pairs.iter().zip(&scores).map(|(pair, scores)| pair.report(scores)).collect();
    Ok(EvaluationReport {
        features: settings.features.clone(),
        folds: settings.folds,
        seed: settings.seed,
        mean_auc: pairs.iter().map(|pair| pair.auc).sum::<f64>() / pairs.len() as f64,
        pairs,
        seconds: started.elapsed().as_secs_f64(),
        settings: settings.clone(),
    })
}

/// Each subject's genre; shuffled among them all where the settings ask for it.
fn labels(subjects: &[Subject], settings: &EvaluationSettings) -> Vec<Genre> {
    let mut labels: Vec<Genre> = subjects.iter().map(|subject| subject.genre.clone()).collect();
    if settings.shuffle {
        labels.shuffle(&mut ChaCha8Rng::seed_from_u64(seeds::derive(settings.seed, "shuffle", &[], 0)));
    }
    labels
}

/// Two genres and who is in them.
struct Pair {
    a: Genre,
    b: Genre,
    /// Numbers of subjects.
    members: Vec<usize>,
    /// Which members are of `b`.
    positive: Vec<bool>,
    /// Each member's fold; empty until dealt.
    folds: Vec<u32>,
}

fn pairs(
    genres: &[Genre],
    labels: &[Genre],
    settings: &EvaluationSettings,
) -> Result<Vec<Pair>, EvaluationError> {
    for genre in genres {
        let covers = labels.iter().filter(|label| *label == genre).count();
        if covers < settings.folds as usize {
            return Err(EvaluationError::TooFewCovers {
                genre: genre.to_string(),
                covers,
                folds: settings.folds,
            });
        }
    }
    let mut pairs = Vec::new();
    for (i, a) in genres.iter().enumerate() {
        for b in &genres[i + 1..] {
            let members: Vec<usize> =
                (0..labels.len()).filter(|&s| labels[s] == *a || labels[s] == *b).collect();
            if members.len() > MOST_OF_A_PAIR {
                return Err(EvaluationError::TooManyCovers {
                    a: a.to_string(),
                    b: b.to_string(),
                    covers: members.len(),
                    most: MOST_OF_A_PAIR,
                });
            }
            let positive = members.iter().map(|&s| labels[s] == *b).collect();
            pairs.push(Pair { a: a.clone(), b: b.clone(), members, positive, folds: Vec::new() });
        }
    }
    Ok(pairs)
}

impl Pair {
    fn names(&self) -> [&str; 2] {
        [self.a.as_str(), self.b.as_str()]
    }

    /// Deals the members into folds.
    fn deal(mut self, subjects: &[Subject], settings: &EvaluationSettings) -> Result<Self, EvaluationError> {
        let members: Vec<&Subject> = self.members.iter().map(|&s| &subjects[s]).collect();
        let seed = seeds::derive(settings.seed, "folds", &self.names(), 0);
        self.folds = folds(&self.positive, &groups(&members), settings.folds, seed, self.names())?;
        Ok(self)
    }

    /// Probabilities of `b` for the members of one fold, by a PCA and a forest fitted on all other members. `columns`
    /// are the members' places in `gram`.
    fn score_fold(
        &self,
        gram: &Gram,
        columns: &[usize],
        fold: u32,
        settings: &EvaluationSettings,
    ) -> Result<Vec<(usize, f64)>, EvaluationError> {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..self.members.len()).partition(|&member| self.folds[member] == fold);
        let at =
            |members: &[usize]| -> Vec<usize> { members.iter().map(|&member| columns[member]).collect() };
        let pca = GramPca::fit(gram, &at(&train), settings.components as usize);
        if pca.scores().ncols() == 0 {
            // All training covers are the same picture: nothing can be learned, every score is even.
            return Ok(test.into_iter().map(|member| (member, 0.5)).collect());
        }
        let truth: Array1<bool> = train.iter().map(|&member| self.positive[member]).collect();
        let forest: Forest<bool> = ForestParams::default()
            .trees(settings.trees as usize)
            .seed(seeds::derive(settings.seed, "forest", &self.names(), u64::from(fold)))
            .parallel(false)
            .fit(&Dataset::new(pca.scores().clone(), truth))?;
        let probabilities = forest.probabilities(&pca.project(gram, &at(&test)));
        Ok(test.into_iter().zip(probabilities.column(1).iter().copied()).collect())
    }

    /// What the members' out-of-fold scores amount to.
    fn report(&self, scores: &[f64]) -> PairReport {
        let scored: Vec<(f64, bool)> = scores.iter().copied().zip(self.positive.iter().copied()).collect();
        let of_fold = |fold| -> Vec<(f64, bool)> {
            scored.iter().zip(&self.folds).filter(|&(_, &f)| f == fold).map(|(&s, _)| s).collect()
        };
        let last = self.folds.iter().max().copied().unwrap_or(0);
        // `folds` saw to it that every fold has both classes, so every fold has a curve.
        let areas: Vec<f64> =
            (0..=last).filter_map(|fold| Roc::of(&of_fold(fold))).map(|roc| roc.auc()).collect();
        let (auc, auc_sd) = mean_and_sd(&areas);
        let n_b = self.positive.iter().filter(|&&positive| positive).count() as u32;
        PairReport {
            a: self.a.clone(),
            b: self.b.clone(),
            n_a: self.positive.len() as u32 - n_b,
            n_b,
            auc,
            auc_sd,
            confusion: confusion(&scored),
            roc: Roc::of(&scored).map(|roc| roc.points()).unwrap_or_default(),
        }
    }
}

/// Ranges of pairs that share a Gram matrix: all of them, or each its own where that matrix would be too large.
fn batches(pairs: &[Pair]) -> Vec<std::ops::Range<usize>> {
    let everyone = union(pairs).len();
    if everyone <= SHARED_GRAM {
        std::iter::once(0..pairs.len()).collect()
    } else {
        (0..pairs.len()).map(|pair| pair..pair + 1).collect()
    }
}

/// Subjects of any of the pairs, ascending.
fn union(pairs: &[Pair]) -> Vec<usize> {
    let mut members: Vec<usize> = pairs.iter().flat_map(|pair| pair.members.iter().copied()).collect();
    members.sort_unstable();
    members.dedup();
    members
}

/// Out-of-fold scores of the pairs in `batch`, with the pairs' numbers.
fn scores_of(
    material: &Material,
    pairs: &[Pair],
    batch: std::ops::Range<usize>,
    settings: &EvaluationSettings,
    progress: &dyn Progress,
) -> Result<Vec<(usize, Vec<f64>)>, EvaluationError> {
    let members = union(&pairs[batch.clone()]);
    let rows: Vec<&[u8]> = members.iter().map(|&s| material.pixels[s].as_slice()).collect();
    progress.stage("comparing covers", Gram::tiles(rows.len()));
    let gram = Gram::of_pixels(&rows, progress)?;
    let tasks: Vec<(usize, u32)> =
        batch.clone().flat_map(|pair| (0..settings.folds).map(move |fold| (pair, fold))).collect();
    progress.stage("telling genres apart", tasks.len() as u64);
    let place = |subject: &usize| members.partition_point(|member| member < subject);
    let columns: BTreeMap<usize, Vec<usize>> =
        batch.clone().map(|pair| (pair, pairs[pair].members.iter().map(place).collect())).collect();
    let scored = tasks
        .par_iter()
        .map(|&(pair, fold)| {
            if progress.cancelled() {
                return Err(EvaluationError::Cancelled);
            }
            let scores = pairs[pair].score_fold(&gram, &columns[&pair], fold, settings)?;
            progress.advance(1);
            Ok((pair, scores))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut all: BTreeMap<usize, Vec<f64>> =
        batch.map(|pair| (pair, vec![0.0; pairs[pair].members.len()])).collect();
    for (pair, scores) in scored {
        let all = all.entry(pair).or_default();
        scores.into_iter().for_each(|(member, score)| all[member] = score);
    }
    Ok(all.into_iter().collect())
}
