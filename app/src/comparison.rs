//! Two runs side by side: in what their settings differ, and what became of each pair.

use crate::text;
use gatefold::report::{EvaluationReport, PairReport, Question};

/// A setting that is not the same in both runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What is set.
    pub setting: &'static str,
    /// As the first run has it.
    pub a: String,
    /// As the second run has it.
    pub b: String,
}

/// The settings in which two runs differ, the weightiest first.
pub fn differences(a: &EvaluationReport, b: &EvaluationReport) -> Vec<Difference> {
    let of = |report: &EvaluationReport| {
        let settings = &report.settings;
        let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
        let genres: Vec<String> = settings.genres.iter().map(ToString::to_string).collect();
        [
            ("Features", report.features.clone()),
            ("Question", question(settings.question).to_owned()),
            ("Genres", text::listed(&genres)),
            ("Covers per genre", settings.per_genre.map_or("all".to_owned(), |n| text::count(n.into()))),
            ("Folds", report.folds.to_string()),
            ("Repeats", settings.repeats.to_string()),
            ("Balanced classes", yes(settings.balanced)),
            ("Only unseen covers", yes(settings.unseen)),
            ("Genres shuffled first", yes(settings.shuffle)),
            ("Trees", text::count(settings.trees.into())),
            ("Components", text::count(settings.components.into())),
            ("Seed", report.seed.to_string()),
        ]
    };
    let pairs = of(a).into_iter().zip(of(b));
    pairs
        .filter(|((_, a), (_, b))| a != b)
        .map(|((setting, a), (_, b))| Difference { setting, a, b })
        .collect()
}

fn question(question: Question) -> &'static str {
    match question {
        Question::Pairs => "each pair",
        Question::Rest => "one against the rest",
        Question::Together => "all together",
    }
}

/// A pair as both runs, or one of them, saw it.
#[derive(Clone, PartialEq, Debug)]
pub struct Both {
    /// In the first run.
    pub a: Option<PairReport>,
    /// In the second run.
    pub b: Option<PairReport>,
}

impl Both {
    /// What the pair is called.
    pub fn name(&self) -> String {
        self.a.as_ref().or(self.b.as_ref()).map(text::pair).unwrap_or_default()
    }

    /// By how much the second run's area is larger.
    pub fn change(&self) -> Option<f64> {
        Some(self.b.as_ref()?.auc - self.a.as_ref()?.auc)
    }

    /// Whether the intervals of both areas have nothing in common.
    pub fn apart(&self) -> bool {
        let interval = |pair: &Option<PairReport>| pair.as_ref().and_then(|pair| pair.auc_interval);
        match (interval(&self.a), interval(&self.b)) {
            (Some((a_low, a_high)), Some((b_low, b_high))) => a_high < b_low || b_high < a_low,
            _ => false,
        }
    }
}

/// Pairs of both runs, whichever class counts as positive: those that both have first, in the first run's order.
pub fn side_by_side(a: &EvaluationReport, b: &EvaluationReport) -> Vec<Both> {
    let same = |one: &PairReport, other: &PairReport| {
        (&one.a, &one.b) == (&other.a, &other.b) || (&one.a, &one.b) == (&other.b, &other.a)
    };
    let found =
        |pair: &PairReport, among: &[PairReport]| among.iter().find(|other| same(pair, other)).cloned();
    let (mut both, mut only) = (Vec::new(), Vec::new());
    for pair in &a.pairs {
        let one = Both { a: Some(pair.clone()), b: found(pair, &b.pairs) };
        if one.b.is_some() { both.push(one) } else { only.push(one) }
    }
    let missing = b.pairs.iter().filter(|pair| found(pair, &a.pairs).is_none());
    only.extend(missing.map(|pair| Both { a: None, b: Some(pair.clone()) }));
    both.extend(only);
    both
}

/// Mean areas over the pairs that both runs have; `None` when they have none in common.
pub fn means(pairs: &[Both]) -> Option<(f64, f64)> {
    let common: Vec<(f64, f64)> =
        pairs.iter().filter_map(|pair| Some((pair.a.as_ref()?.auc, pair.b.as_ref()?.auc))).collect();
    let n = common.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| common.iter().map(of).sum::<f64>() / n;
    (!common.is_empty()).then(|| (mean(|both| both.0), mean(|both| both.1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::Genre;
    use gatefold::report::EvaluationSettings;

    fn pair(a: &str, b: &str, auc: f64, interval: (f64, f64)) -> PairReport {
        PairReport {
            a: Genre::new(a).unwrap(),
            b: Genre::new(b).unwrap(),
            n_a: 10,
            n_b: 10,
            auc,
            auc_sd: 0.0,
            confusion: [[5, 5], [5, 5]],
            roc: Vec::new(),
            auc_interval: Some(interval),
            pr_auc: 0.5,
            accuracy: 0.5,
            calibration: Vec::new(),
            shuffled_auc: None,
            importance: Vec::new(),
        }
    }

    fn report(features: &str, pairs: Vec<PairReport>) -> EvaluationReport {
        EvaluationReport { features: features.to_owned(), folds: 10, pairs, ..Default::default() }
    }

    #[test]
    fn only_what_differs_is_listed() {
        let a = report("pixels", Vec::new());
        let settings = EvaluationSettings { repeats: 5, balanced: true, ..Default::default() };
        let b = EvaluationReport { settings, ..report("palette", Vec::new()) };
        let found: Vec<&str> = differences(&a, &b).iter().map(|one| one.setting).collect();
        assert_eq!(found, ["Features", "Repeats", "Balanced classes"]);
        assert_eq!(differences(&a, &a), []);
    }

    #[test]
    fn pairs_meet_whichever_genre_is_named_first() {
        let a =
            report("x", vec![pair("rock", "pop", 0.6, (0.5, 0.7)), pair("rock", "jazz", 0.7, (0.6, 0.8))]);
        let b =
            report("y", vec![pair("jazz", "rock", 0.9, (0.85, 0.95)), pair("folk", "rock", 0.5, (0.4, 0.6))]);
        let both = side_by_side(&a, &b);
        let names: Vec<String> = both.iter().map(Both::name).collect();
        assert_eq!(names, ["rock against jazz", "rock against pop", "folk against rock"]);
        assert!((both[0].change().unwrap() - 0.2).abs() < 1e-12 && both[0].apart());
        assert_eq!((both[1].change(), both[2].change()), (None, None));
        assert_eq!(means(&both), Some((0.7, 0.9)));
        assert_eq!(means(&both[1..]), None);
    }
}
