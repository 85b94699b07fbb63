//! What an evaluation said of each cover of a pair: fetched when somebody first looks into it, then counted at
//! whatever threshold is set.

use crate::api::{self, Answer};
use crate::error::PageError;
use crate::text;
use gatefold::operations::ReadPairScores;
use gatefold::report::{PairReport, PairScores, Score};
use gatefold::threshold::Confusion;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The threshold that a report counts at.
pub const USUAL: f64 = 0.5;

/// A pair that is looked into. Copies are the same.
#[derive(Clone, Copy)]
pub struct Scored {
    names: StoredValue<(String, PairReport)>,
    asked: StoredValue<bool>,
    answer: RwSignal<Option<Answer<Arc<PairScores>>>>,
    /// Above it, covers are called positive.
    pub threshold: RwSignal<f64>,
    /// The cell of the matrix whose covers are listed: truth, and what was said; `true` is positive.
    pub cell: RwSignal<Option<(bool, bool)>>,
    /// The matrix at the threshold; the report's own until the scores are there.
    pub counts: Memo<Confusion>,
}

impl Scored {
    /// A pair of the run `run`, at the usual threshold.
    pub fn new(run: String, pair: &PairReport) -> Self {
        let answer = RwSignal::new(None::<Answer<Arc<PairScores>>>);
        let threshold = RwSignal::new(USUAL);
        let reported = pair.confusion;
        let counts = Memo::new(move |_| {
            answer.with(|answer| match answer {
                Some(Ok(scores)) => scores.confusion_at(threshold.get()),
                _ => reported,
            })
        });
        Self {
            names: StoredValue::new((run, pair.clone())),
            asked: StoredValue::new(false),
            answer,
            threshold,
            cell: RwSignal::new(None),
            counts,
        }
    }

    /// What the negative class is called, or the positive one.
    pub fn name(&self, positive: bool) -> String {
        self.names.with_value(|(_, pair)| match positive {
            true => pair.b.to_string(),
            false if text::is_rest(pair) => "the rest".to_owned(),
            false => pair.a.to_string(),
        })
    }

    /// Has the scores fetched, once; again after a failure.
    pub fn want(&self) {
        if self.asked.get_value() {
            return;
        }
        self.asked.set_value(true);
        let (run, a, b) =
            self.names.with_value(|(run, pair)| (run.clone(), pair.a.to_string(), pair.b.to_string()));
        let this = *self;
        spawn_local(async move {
            let answer = api::ask(ReadPairScores { run, a, b }).await.map(Arc::new);
            // The page may have gone meanwhile.
            let _ = this.asked.try_set_value(answer.is_ok());
            let _ = this.answer.try_set(Some(answer));
        });
    }

    /// Why there are no scores, once they were asked for in vain.
    pub fn trouble(&self) -> Option<PageError> {
        self.answer.with(|answer| answer.as_ref()?.as_ref().err().cloned())
    }

    /// The covers of the chosen cell, the most wrong first; `None` before the scores are there.
    pub fn covers(&self) -> Option<Vec<Score>> {
        let (truth, said) = self.cell.get()?;
        let threshold = self.threshold.get();
        self.answer.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.cell(truth, said, threshold)))
    }
}
