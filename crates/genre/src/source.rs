//! Whether the features tell where a file came from. Collections encode and scale their covers in their own way, and
//! where a genre comes mostly from one collection, a forest that smells the encoder seems to know the genre.

use super::contest::{Answers, Contest};
use super::deal::Deal;
use super::subject::Subject;
use super::{EvaluationError, seeds};
use gatefold_types::album::Genre;
use gatefold_types::report::{EvaluationSettings, SourceCheck, SourceLine};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Covers of a source below which it is not asked about.
const FEWEST: usize = 50;
/// Covers of a source that are taken at most: the check is to cost little beside what it checks.
const MOST: usize = 200;
const FOLDS: u32 = 5;
/// Mean area from which the features are said to tell the source.
const TELLING: f64 = 0.60;
/// Cramér's V from which sources are said to differ between genres.
const UNEVEN: f64 = 0.10;

/// For each genre with two sources of covers enough, the two largest against each other.
pub(super) fn deals(
    subjects: &[Subject],
    settings: &EvaluationSettings,
) -> Result<Vec<(Genre, Deal)>, EvaluationError> {
    let mut deals = Vec::new();
    for genre in &settings.genres {
        let mut sources: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, subject) in subjects.iter().enumerate() {
            if let (true, Some(source)) = (subject.genre == *genre, &subject.source) {
                sources.entry(source).or_default().push(i);
            }
        }
        let mut sources: Vec<_> = sources.into_iter().filter(|(_, covers)| covers.len() >= FEWEST).collect();
        sources.sort_by_key(|(_, covers)| std::cmp::Reverse(covers.len()));
        let [(a, of_a), (b, of_b), ..] = &sources[..] else { continue };
        let names = [genre.as_str(), a, b];
        let mut rng = ChaCha8Rng::seed_from_u64(seeds::derive(settings.seed, "sources", &names, 0));
        let mut some = |covers: &Vec<usize>| {
            let mut covers = covers.clone();
            covers.shuffle(&mut rng);
            covers.truncate(MOST);
            covers
        };
        let (of_a, of_b) = (some(of_a), some(of_b));
        let mut members: Vec<(usize, u32)> =
            of_a.iter().map(|&i| (i, 0)).chain(of_b.iter().map(|&i| (i, 1))).collect();
        members.sort_unstable();
        let (members, classes): (Vec<usize>, Vec<u32>) = members.into_iter().unzip();
        let contest = Contest { names: vec![(*a).to_owned(), (*b).to_owned()], classes: classes.clone() };
        let strata = (&classes[..], &names[1..]);
        let seed = seeds::derive(settings.seed, "source folds", &names, 0);
        match Deal::new(subjects, members, strata, (FOLDS, 1), seed, vec![contest]) {
            Ok(deal) => deals.push((genre.clone(), Deal { check: true, ..deal })),
            // Too few artists on one side: there is nothing to be learned about this genre's sources.
            Err(EvaluationError::TooFewGroups { .. } | EvaluationError::UnevenGroups { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(deals)
}

/// What the answers to [`deals`] amount to; `None` where nothing could be asked.
pub(super) fn report(
    subjects: &[Subject],
    deals: &[(Genre, &Deal)],
    answers: &[Vec<Answers>],
) -> Option<SourceCheck> {
    let mut lines = Vec::new();
    for ((genre, deal), answers) in deals.iter().zip(answers) {
        for (contest, answers) in deal.contests.iter().zip(answers) {
            let of_b = contest.classes.iter().filter(|&&class| class == 1).count() as u32;
            lines.push(SourceLine {
                genre: genre.clone(),
                a: contest.names[0].clone(),
                b: contest.names[1].clone(),
                covers: (contest.classes.len() as u32 - of_b, of_b),
                auc: answers.auc(contest),
            });
        }
    }
    if lines.is_empty() {
        return None;
    }
    let mean_auc = lines.iter().map(|line| line.auc).sum::<f64>() / lines.len() as f64;
    let association = cramers_v(subjects);
    let warning = (mean_auc >= TELLING && association >= UNEVEN).then(|| {
        format!(
            "The same features tell which collection a file comes from, within one genre (mean AUC {mean_auc:.2}), and \
             the genres' covers come from the collections in different shares (Cramér's V {association:.2}): a part of \
             these figures may be due to how the files were made rather than to what they show."
        )
    });
    Some(SourceCheck { lines, mean_auc, warning })
}

/// How much genre and source depend on each other, 0–1 (Cramér 1946). Subjects without a source do not count.
fn cramers_v(subjects: &[Subject]) -> f64 {
    let mut cells: BTreeMap<(&Genre, &str), f64> = BTreeMap::new();
    let (mut rows, mut columns) = (BTreeMap::<&Genre, f64>::new(), BTreeMap::<&str, f64>::new());
    for subject in subjects {
        let Some(source) = subject.source.as_deref() else { continue };
        *cells.entry((&subject.genre, source)).or_default() += 1.0;
        *rows.entry(&subject.genre).or_default() += 1.0;
        *columns.entry(source).or_default() += 1.0;
    }
    let n: f64 = rows.values().sum();
    let least = rows.len().min(columns.len());
    if least < 2 {
        return 0.0;
    }
    let mut squares = 0.0;
    for (genre, in_row) in &rows {
        for (source, in_column) in &columns {
            let expected = in_row * in_column / n;
            let found = cells.get(&(*genre, *source)).copied().unwrap_or(0.0);
            squares += (found - expected) * (found - expected) / expected;
        }
    }
    (squares / (n * (least - 1) as f64)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_types::album::AlbumId;

    fn subject(genre: &str, source: &str) -> Subject {
        Subject {
            id: AlbumId(0),
            genre: Genre::new(genre).unwrap(),
            artist: None,
            cluster: 0,
            source: Some(source.to_owned()),
            seen: false,
        }
    }

    #[test]
    fn association_is_none_where_shares_are_equal_and_whole_where_source_is_genre() {
        let even: Vec<Subject> =
            (0..80).map(|i| subject(["rock", "pop"][i % 2], ["a", "b"][i / 2 % 2])).collect();
        assert!(cramers_v(&even) < 1e-9);
        let same: Vec<Subject> =
            (0..80).map(|i| subject(["rock", "pop"][i % 2], ["a", "b"][i % 2])).collect();
        assert!((cramers_v(&same) - 1.0).abs() < 1e-9);
    }
}
