//! The build that follows a change of albums, wherever one walks meanwhile.

use crate::api::Answer;
use crate::catalogue::Catalogue;
use crate::follow::{Follow, Standing};
use crate::map::MapState;
use gatefold::wire::{Changed, JobId};
use leptos::prelude::*;

/// The last build that was asked for. Copies are the same.
#[derive(Clone, Copy)]
pub struct Rebuild {
    job: RwSignal<Option<Answer<JobId>>>,
    /// Where it stands.
    pub follow: Follow,
    /// Whether a change was made that no build was begun for.
    pub later: RwSignal<bool>,
}

impl Rebuild {
    /// Nothing asked for. The catalogue's numbers are fetched again after each build.
    pub fn new() -> Self {
        let job = RwSignal::new(None);
        let follow = Follow::new(job.into(), Signal::stored(false));
        let catalogue = Catalogue::here();
        on_end(follow, move || catalogue.info.refetch());
        Self { job, follow, later: RwSignal::new(false) }
    }

    /// The one of this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Follows the build that a change brought about.
    pub fn after(&self, changed: Changed) {
        self.later.set(changed.build.is_none());
        if let Some(build) = changed.build {
            self.begun(Ok(build));
        }
    }

    /// Follows a job that ends with a build.
    pub fn begun(&self, job: Answer<JobId>) {
        self.later.set(false);
        self.job.set(Some(job));
    }

    /// Does something whenever a build has ended, be it well or not.
    pub fn on_end(&self, act: impl Fn() + 'static) {
        on_end(self.follow, act);
    }
}

/// Fetches the map again when a build is done while one looks at it.
pub fn reload_when_built(map: MapState) {
    Rebuild::here().on_end(move || map.reload.notify());
}

fn on_end(follow: Follow, act: impl Fn() + 'static) {
    Effect::new(move |before: Option<bool>| {
        let busy = follow.standing.with(Standing::is_busy);
        if !busy && before == Some(true) {
            act();
        }
        busy
    });
}
