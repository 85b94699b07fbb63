//! How an evaluation was made, as a paragraph that could stand in a paper: generated from its own settings.

use crate::{features, text};
use gatefold::report::{EvaluationReport, Question};

/// The paragraph.
pub fn method(report: &EvaluationReport) -> String {
    let settings = &report.settings;
    let genres: Vec<String> = settings.genres.iter().map(ToString::to_string).collect();
    let genres = text::listed(&genres);
    let mut sentences = vec![match settings.question {
        Question::Pairs => format!("Every pair of {genres} was told apart, {}.", limit(report)),
        Question::Rest => {
            format!("Each of {genres} was told from all the others together, {}.", limit(report))
        }
        Question::Together => format!("All of {genres} were told apart at once, {}.", limit(report)),
    }];
    sentences.push(match settings.balanced {
        true => "Of the larger class as many covers were taken as the smaller one has.".to_owned(),
        false => "Classes kept their natural sizes.".to_owned(),
    });
    if settings.unseen {
        sentences
            .push("Only covers that the features' encoder had never been trained on took part.".to_owned());
    } else if report.seen > 0 {
        sentences.push(format!(
            "The features' encoder had been trained on {} of these, so that the figures flatter it.",
            text::counted(u64::from(report.seen), "cover", "covers")
        ));
    }
    sentences.push(format!("Features: {}{}.", features::in_words(&report.features), reduction(report)));
    sentences.push(folds(report));
    sentences.push(format!(
        "Classifier: a random forest of {}, seed {}.",
        text::counted(u64::from(settings.trees), "tree", "trees"),
        report.seed
    ));
    sentences.push(
        "The same cover, near-duplicates of it and other albums by its artist always stood on the same side of a fold."
            .to_owned(),
    );
    sentences.push(figures(report));
    if settings.shuffle {
        sentences.push(
            "The genres were shuffled beforehand, so that any figure far from chance would be a leak."
                .to_owned(),
        );
    } else if shuffled(report) {
        sentences.push(
            "As a control, the same folds and vectors were scored once more with the genres shuffled among the \
             covers; those figures must be chance."
                .to_owned(),
        );
    }
    sentences.join(" ")
}

fn limit(report: &EvaluationReport) -> String {
    match report.settings.per_genre {
        Some(n) => {
            format!("with at most {} covers of each, drawn with seed {}", text::count(n.into()), report.seed)
        }
        None => "with all their covers".to_owned(),
    }
}

/// What is done to vectors before the forest, as far as that is the same for every kind of features.
fn reduction(report: &EvaluationReport) -> String {
    if report.features != "pixels" {
        return "; whatever is fitted to them was fitted on the training side of each fold only".to_owned();
    }
    format!(
        ", reduced to {} principal components that were fitted on the training side of each fold only",
        report.settings.components
    )
}

fn folds(report: &EvaluationReport) -> String {
    match report.settings.repeats {
        0 | 1 => format!("{} stratified folds.", report.folds),
        n => format!(
            "{} stratified folds, dealt anew {n} times; figures are means over all of them, and a cover's score is \
             its mean.",
            report.folds
        ),
    }
}

fn figures(report: &EvaluationReport) -> String {
    if report.pairs.is_empty() {
        return "A cover counts as the genre that the forest found most probable.".to_owned();
    }
    let interval = match report.pairs.iter().any(|pair| pair.auc_interval.is_some()) {
        true => ", its 95 % interval that of the pooled scores by DeLong's method",
        false => "",
    };
    let positive = match report.settings.question {
        Question::Pairs => "The second genre of a pair is the positive class.",
        Question::Rest | Question::Together => "The genre by itself is the positive class.",
    };
    format!(
        "AUC is the mean over folds with its standard deviation{interval}; curves pool the out-of-fold scores; \
         matrices count predictions at 0.5. {positive}"
    )
}

fn shuffled(report: &EvaluationReport) -> bool {
    report.shuffled_auc.is_some() || report.together.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::Genre;
    use gatefold::report::EvaluationSettings;

    fn report(settings: EvaluationSettings) -> EvaluationReport {
        let genres = ["rock", "pop"].iter().filter_map(|name| Genre::new(name)).collect();
        let settings = EvaluationSettings { genres, per_genre: Some(600), seed: 7, ..settings };
        EvaluationReport {
            features: settings.features.clone(),
            folds: settings.folds,
            seed: settings.seed,
            settings,
            ..Default::default()
        }
    }

    fn has(words: &str, parts: &[&str]) {
        for part in parts {
            assert!(words.contains(part), "{part} is missing in: {words}");
        }
    }

    #[test]
    fn the_method_names_every_setting() {
        let words = method(&report(EvaluationSettings::default()));
        has(
            &words,
            &["rock and pop", "600", "pixels", "64", "10 stratified", "200 trees", "seed 7", "natural"],
        );
        assert!(!words.contains("shuffled") && !words.contains("anew"));
    }

    #[test]
    fn each_setting_that_is_not_usual_is_said() {
        let settings = EvaluationSettings {
            question: Question::Rest,
            repeats: 5,
            balanced: true,
            unseen: true,
            features: "learned".to_owned(),
            shuffle: true,
            ..EvaluationSettings::default()
        };
        let words = method(&report(settings));
        has(
            &words,
            &["all the others together", "anew 5 times", "as many covers", "never been trained", "learned"],
        );
        has(&words, &["shuffled beforehand"]);
        assert!(!words.contains("principal components"));
    }

    #[test]
    fn covers_that_the_encoder_saw_are_counted() {
        let report = EvaluationReport { seen: 1200, ..report(EvaluationSettings::default()) };
        has(&method(&report), &["trained on 1\u{202f}200 covers"]);
    }
}
