//! Genres told apart in folds that leak nothing.

use super::contest::{Answers, Contest};
use super::deal::{Deal, answers};
use super::groups::groups;
use super::rules::rules;
use super::subject::{Material, Subject};
use super::{EvaluationError, Records, seeds, source};
use gatefold_types::album::Genre;
use gatefold_types::progress::Progress;
use gatefold_types::report::{EvaluationReport, EvaluationSettings, PairReport, PairScores, Question, Rule};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::time::Instant;

/// What `features` may be called; all but the first may be joined by `+`.
pub const FEATURES: [&str; 6] = ["pixels", "palette", "form", "named", "learned", "efficientnet"];
/// The features whose principal components are fitted on the training side.
pub const PIXELS: &str = FEATURES[0];
/// The features of the encoder that ships.
pub const LEARNED: &str = FEATURES[4];
/// The features of the reference network.
pub const EFFICIENTNET: &str = FEATURES[5];
/// Covers that may share one Gram matrix (256 MiB of products).
const SHARED_GRAM: usize = 8192;
/// Covers of a deal by pixels; a fold's matrix of 5,400² numbers then takes 233 MB on each thread.
const MOST_BY_PIXELS: usize = 6000;
/// What the other genres are called where one stands against them.
const REST: &str = "rest";

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
    let parts: Vec<&str> = settings.features.split('+').collect();
    if let Some(unknown) = parts.iter().find(|part| !FEATURES.contains(part)) {
        return Err(EvaluationError::UnknownFeatures((*unknown).to_owned()));
    }
    if parts.len() > 1
        && (parts.contains(&PIXELS) || parts.iter().any(|a| parts.iter().filter(|b| a == *b).count() > 1))
    {
        return Err(EvaluationError::Joined(settings.features.clone()));
    }
    if !(1..=20).contains(&settings.repeats) {
        return Err(EvaluationError::Repeats(settings.repeats));
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
) -> Result<(EvaluationReport, Vec<PairScores>), EvaluationError> {
    let started = Instant::now();
    let subjects = &material.subjects;
    let labels = labels(subjects, settings)?;
    let mut deals = deals(subjects, &labels, settings, matches!(material.records, Records::Pixels(_)))?;
    let asked = deals.len();
    // Shuffled genres have no source that could explain anything.
    let sources = if settings.shuffle { Vec::new() } else { source::deals(subjects, settings)? };
    let (source_genres, source_deals): (Vec<Genre>, Vec<Deal>) = sources.into_iter().unzip();
    deals.extend(source_deals);
    let mut answered: Vec<Vec<Answers>> = Vec::new();
    for batch in batches(&deals, &material.records) {
        let deals = &deals[batch];
        let prepared = material.records.prepare(&union(deals), settings.components as usize, progress)?;
        answered.extend(answers(deals, &prepared, settings, progress)?);
    }

    let columns = material.records.columns(settings.components as usize);
    let (mut pairs, mut scores, mut together) = (Vec::<PairReport>::new(), Vec::new(), None);
    for (deal, answers) in deals[..asked].iter().zip(&answered) {
        for (contest, answers) in deal.contests.iter().zip(answers) {
            if settings.question == Question::Together {
                together = Some(answers.together(contest, settings.seed));
                scores.extend(answers.cells(contest, &deal.members, subjects));
                continue;
            }
            pairs.extend(answers.pair(contest, &columns, settings.seed));
            scores.extend(answers.scores(contest, &deal.members, subjects));
        }
    }
    let of_sources: Vec<(Genre, &Deal)> = source_genres.into_iter().zip(&deals[asked..]).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let areas: Vec<f64> = match &together {
        Some(together) => together.auc.clone(),
        None => pairs.iter().map(|pair| pair.auc).collect(),
    };
    let by_chance: Vec<f64> = pairs.iter().filter_map(|pair| pair.shuffled_auc).collect();
    let report = EvaluationReport {
        features: settings.features.clone(),
        folds: settings.folds,
        seed: settings.seed,
        mean_auc: mean(&areas),
        shuffled_auc: (!by_chance.is_empty()).then(|| mean(&by_chance)),
        together,
        source: source::report(subjects, &of_sources, &answered[asked..]),
        rules: sentences(material, settings),
        seen: match settings.features.split('+').any(|part| part == LEARNED) {
            true => subjects.iter().filter(|subject| subject.seen).count() as u32,
            false => 0,
        },
        pairs,
        seconds: started.elapsed().as_secs_f64(),
        settings: settings.clone(),
    };
    Ok((report, scores))
}

/// What a shallow tree says of the genres in words; nothing of shuffled ones.
fn sentences(material: &Material, settings: &EvaluationSettings) -> Vec<Rule> {
    let Some(named) = material.named.as_ref().filter(|_| !settings.shuffle) else { return Vec::new() };
    let genres: Vec<Genre> = material.subjects.iter().map(|subject| subject.genre.clone()).collect();
    let groups = groups(&material.subjects.iter().collect::<Vec<_>>());
    rules(named.view(), &genres, &groups, seeds::derive(settings.seed, "rules", &[], 0))
}

/// Each subject's genre; shuffled among them all where the settings ask for it. Every genre has a cover for each fold.
fn labels(subjects: &[Subject], settings: &EvaluationSettings) -> Result<Vec<Genre>, EvaluationError> {
    let mut labels: Vec<Genre> = subjects.iter().map(|subject| subject.genre.clone()).collect();
    if settings.shuffle {
        labels.shuffle(&mut ChaCha8Rng::seed_from_u64(seeds::derive(settings.seed, "shuffle", &[], 0)));
    }
    for genre in &settings.genres {
        let covers = labels.iter().filter(|label| *label == genre).count();
        if covers < settings.folds as usize {
            let (genre, folds) = (genre.to_string(), settings.folds);
            return Err(EvaluationError::TooFewCovers { genre, covers, folds });
        }
    }
    Ok(labels)
}

/// The covers and questions that the settings ask for.
fn deals(
    subjects: &[Subject],
    labels: &[Genre],
    settings: &EvaluationSettings,
    by_pixels: bool,
) -> Result<Vec<Deal>, EvaluationError> {
    let genres = &settings.genres;
    let of = |genre: &Genre| -> Vec<usize> { (0..labels.len()).filter(|&s| labels[s] == *genre).collect() };
    let everyone: Vec<usize> = genres.iter().flat_map(of).collect();
    let deal = |sides: Vec<(&str, Vec<usize>)>, contests: Contests| {
        let names: Vec<&str> = sides.iter().map(|(name, _)| *name).collect();
        let (members, classes) = sorted(even(sides, settings));
        if by_pixels && members.len() > MOST_BY_PIXELS {
            let (genres, covers) = (names.join(" and "), members.len());
            return Err(EvaluationError::TooManyCovers { genres, covers, most: MOST_BY_PIXELS });
        }
        let whole = |classes: Vec<u32>| Contest {
            names: names.iter().map(|&name| name.to_owned()).collect(),
            classes,
        };
        let contests = match contests {
            Contests::Whole => vec![whole(classes.clone())],
            Contests::EachAgainstRest => (0..names.len())
                .map(|genre| Contest {
                    names: vec![REST.to_owned(), names[genre].to_owned()],
                    classes: classes.iter().map(|&class| u32::from(class == genre as u32)).collect(),
                })
                .collect(),
        };
        let counts = (settings.folds, settings.repeats);
        Deal::new(subjects, members, (&classes, &names), counts, settings.seed, contests)
    };
    let all = || genres.iter().map(|genre| (genre.as_str(), of(genre))).collect();
    match settings.question {
        Question::Pairs => {
            let mut deals = Vec::new();
            for (i, a) in genres.iter().enumerate() {
                for b in &genres[i + 1..] {
                    deals.push(deal(vec![(a.as_str(), of(a)), (b.as_str(), of(b))], Contests::Whole)?);
                }
            }
            Ok(deals)
        }
        // As many of the rest as of the genre means other covers for each genre.
        Question::Rest if settings.balanced => genres
            .iter()
            .map(|genre| {
                let rest = everyone.iter().copied().filter(|&s| labels[s] != *genre).collect();
                deal(vec![(REST, rest), (genre.as_str(), of(genre))], Contests::Whole)
            })
            .collect(),
        Question::Rest => Ok(vec![deal(all(), Contests::EachAgainstRest)?]),
        Question::Together => Ok(vec![deal(all(), Contests::Whole)?]),
    }
}

/// What is asked of a deal.
enum Contests {
    /// Its classes, as they are.
    Whole,
    /// Each class against all others.
    EachAgainstRest,
}

/// The same number of each class by chance of the seed, where the settings ask for it.
fn even<'a>(sides: Vec<(&'a str, Vec<usize>)>, settings: &EvaluationSettings) -> Vec<(&'a str, Vec<usize>)> {
    if !settings.balanced {
        return sides;
    }
    let least = sides.iter().map(|(_, members)| members.len()).min().unwrap_or(0);
    let names: Vec<&str> = sides.iter().map(|(name, _)| *name).collect();
    let cut = |(name, mut members): (&'a str, Vec<usize>)| {
        let seed = seeds::derive(settings.seed, &format!("balance {name}"), &names, 0);
        members.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        members.truncate(least);
        (name, members)
    };
    sides.into_iter().map(cut).collect()
}

/// Members ascending, with the number of the side that each is on.
fn sorted(sides: Vec<(&str, Vec<usize>)>) -> (Vec<usize>, Vec<u32>) {
    let side = |(number, (_, members)): (usize, (&str, Vec<usize>))| {
        members.into_iter().map(move |member| (member, number as u32))
    };
    let class: BTreeMap<usize, u32> = sides.into_iter().enumerate().flat_map(side).collect();
    class.into_iter().unzip()
}

/// Ranges of deals that share a Gram matrix: all of them, or each its own where that matrix would be too large.
fn batches(deals: &[Deal], records: &Records) -> Vec<std::ops::Range<usize>> {
    if matches!(records, Records::Vectors { .. }) || union(deals).len() <= SHARED_GRAM {
        std::iter::once(0..deals.len()).collect()
    } else {
        (0..deals.len()).map(|deal| deal..deal + 1).collect()
    }
}

/// Subjects of any of the deals, ascending.
fn union(deals: &[Deal]) -> Vec<usize> {
    let mut members: Vec<usize> = deals.iter().flat_map(|deal| deal.members.iter().copied()).collect();
    members.sort_unstable();
    members.dedup();
    members
}
