//! The fields of the form on the page Evaluate, and the settings that they amount to.

use crate::text;
use gatefold::album::Genre;
use gatefold::report::{EvaluationSettings, Question};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Genres with fewer covers are not offered: no fold would have enough of them.
pub const FEWEST: u64 = 10;
/// Covers of each genre at first: enough for a narrow interval, few enough for a minute.
const PER_GENRE: &str = "600";

/// Which question can be asked: its value, what it is called, and what it is in one line.
pub const QUESTIONS: [(&str, &str, &str); 3] = [
    ("pairs", "Each pair", "Every two genres, told from each other"),
    ("rest", "One against the rest", "Each genre, told from all the others together"),
    ("together", "All together", "Which of all the genres a cover is"),
];

/// What a person has set. Copies are the same fields; numbers stay text until the form is sent.
#[derive(Clone, Copy)]
#[allow(missing_docs)] // named as the settings that they become
pub struct Fields {
    pub chosen: RwSignal<BTreeSet<String>>,
    pub features: RwSignal<String>,
    pub question: RwSignal<String>,
    pub per_genre: RwSignal<String>,
    pub folds: RwSignal<String>,
    pub repeats: RwSignal<String>,
    pub seed: RwSignal<String>,
    pub trees: RwSignal<String>,
    pub components: RwSignal<String>,
    pub balanced: RwSignal<bool>,
    pub unseen: RwSignal<bool>,
    pub shuffle: RwSignal<bool>,
    pub importance: RwSignal<bool>,
}

impl Fields {
    /// As they stand at first, with these genres ticked.
    pub fn new(chosen: BTreeSet<String>) -> Self {
        let usual = EvaluationSettings::default();
        let text = |n: u64| RwSignal::new(n.to_string());
        Self {
            chosen: RwSignal::new(chosen),
            features: RwSignal::new(usual.features),
            question: RwSignal::new("pairs".to_owned()),
            per_genre: RwSignal::new(PER_GENRE.to_owned()),
            folds: text(usual.folds.into()),
            repeats: text(usual.repeats.into()),
            seed: text(usual.seed),
            trees: text(usual.trees.into()),
            components: text(usual.components.into()),
            balanced: RwSignal::new(usual.balanced),
            // What the encoder was shown it knows too well.
            unseen: RwSignal::new(true),
            shuffle: RwSignal::new(usual.shuffle),
            importance: RwSignal::new(usual.importance),
        }
    }

    /// The question chosen.
    pub fn asked(&self) -> Question {
        self.question.with(|question| match question.as_str() {
            "rest" => Question::Rest,
            "together" => Question::Together,
            _ => Question::Pairs,
        })
    }

    /// What the button says: how much is going to be evaluated.
    pub fn amount(&self) -> String {
        let n = self.chosen.with(BTreeSet::len) as u64;
        match self.asked() {
            Question::Pairs => text::counted(n * n.saturating_sub(1) / 2, "pair", "pairs"),
            Question::Rest => format!("{} against the rest", text::counted(n, "genre", "genres")),
            Question::Together => format!("{} together", text::counted(n, "genre", "genres")),
        }
    }

    /// The settings, or what has to be mended first.
    ///
    /// # Errors
    /// The sentence.
    pub fn settings(&self) -> Result<EvaluationSettings, String> {
        let genres: Vec<Genre> =
            self.chosen.with_untracked(|chosen| chosen.iter().filter_map(|name| Genre::new(name)).collect());
        if genres.len() < 2 {
            return Err("Choose at least two genres to tell apart.".to_owned());
        }
        let read = |label: &str, field: RwSignal<String>, min: u64, max: u64| {
            field.with_untracked(|text| number(label, text, min, max))
        };
        let all = self.per_genre.with_untracked(|text| text.trim().is_empty());
        let per_genre = match all {
            true => None,
            false => Some(read("Covers per genre", self.per_genre, FEWEST, 1_000_000)? as u32),
        };
        let features = self.features.get_untracked();
        Ok(EvaluationSettings {
            genres,
            question: untrack(|| self.asked()),
            per_genre,
            folds: read("Folds", self.folds, 2, 50)? as u32,
            repeats: read("Repeats", self.repeats, 1, 20)? as u32,
            balanced: self.balanced.get_untracked(),
            // Only these features have an encoder that could have seen a cover.
            unseen: self.unseen.get_untracked() && features == "learned",
            features,
            seed: read("The seed", self.seed, 0, u64::MAX)?,
            trees: read("Trees", self.trees, 1, 5000)? as u32,
            components: read("Components", self.components, 1, 512)? as u32,
            shuffle: self.shuffle.get_untracked(),
            importance: self.importance.get_untracked(),
        })
    }
}

/// The number in a field, or a sentence.
fn number(label: &str, text: &str, min: u64, max: u64) -> Result<u64, String> {
    match text.trim().parse::<u64>() {
        Ok(n) if (min..=max).contains(&n) => Ok(n),
        _ => Err(format!("{label} must be a whole number from {min} to {max}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields::new(["rock", "pop"].map(str::to_owned).into())
    }

    #[test]
    fn the_fields_at_first_are_the_usual_settings() {
        let owner = Owner::new();
        owner.set();
        let settings = fields().settings().unwrap();
        let usual = EvaluationSettings::default();
        let genres = settings.genres.clone();
        assert_eq!(genres.len(), 2);
        assert_eq!(settings, EvaluationSettings { genres, per_genre: Some(600), ..usual });
    }

    #[test]
    fn what_is_set_is_what_is_asked_for() {
        let owner = Owner::new();
        owner.set();
        let fields = fields();
        fields.question.set("rest".to_owned());
        fields.per_genre.set(String::new());
        fields.repeats.set("5".to_owned());
        let settings = fields.settings().unwrap();
        assert_eq!((settings.question, settings.per_genre, settings.repeats), (Question::Rest, None, 5));
        assert!(!settings.unseen, "pixels have no encoder");
        assert_eq!(fields.amount(), "2 genres against the rest");
        fields.features.set("learned".to_owned());
        assert!(fields.settings().unwrap().unseen);
        fields.repeats.set("21".to_owned());
        assert!(fields.settings().unwrap_err().starts_with("Repeats"));
    }

    #[test]
    fn a_number_outside_its_range_is_refused_with_the_range() {
        assert_eq!(number("Folds", " 10 ", 2, 50), Ok(10));
        for text in ["1", "51", "", "ten", "2.5", "-3"] {
            let refused = number("Folds", text, 2, 50);
            assert_eq!(refused, Err("Folds must be a whole number from 2 to 50.".to_owned()), "{text}");
        }
    }
}
