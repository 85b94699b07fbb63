//! Follows a job: from the answer that began it, through its states, to what came of it.

use crate::api::{self, Answer};
use crate::browser::{Watch, watch_job};
use crate::error::PageError;
use gatefold::wire::{JobId, JobState, Outcome};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the work stands, as a page shows it.
#[derive(Clone, PartialEq, Debug)]
pub enum Standing {
    /// Nothing was asked for.
    Idle,
    /// Asked for, not yet answered.
    Asking,
    /// Waits for its turn.
    Queued,
    /// Under way: stage, steps done, steps in all (0 when not known).
    Running(String, u64, u64),
    /// Finished.
    Done(Outcome),
    /// Stopped because somebody asked.
    Cancelled,
    /// Gave up, could not begin, or got out of sight.
    Failed(PageError),
}

impl Standing {
    /// Whether something still goes on.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Asking | Self::Queued | Self::Running(..))
    }
}

/// A job that is followed. Copies follow the same.
#[derive(Clone, Copy)]
pub struct Follow {
    job: Signal<Option<Answer<JobId>>>,
    /// Where the job stands.
    pub standing: Memo<Standing>,
}

impl Follow {
    /// Follows the job that `job` names; `pending` while that is being asked for.
    pub fn new(job: Signal<Option<Answer<JobId>>>, pending: Signal<bool>) -> Self {
        let told = RwSignal::new(None::<(JobId, Answer<JobState>)>);
        Effect::new(move |_: Option<Option<Watch>>| {
            let id = job.get()?.ok()?;
            let of = id.clone();
            Some(watch_job(&id, move |state| {
                // The page may have gone meanwhile.
                let _ = told.try_update(|told| *told = Some((of.clone(), state)));
            }))
        });
        let standing = Memo::new(move |_| {
            if pending.get() {
                return Standing::Asking;
            }
            let id = match job.get() {
                None => return Standing::Idle,
                Some(Err(error)) => return Standing::Failed(error),
                Some(Ok(id)) => id,
            };
            match told.get() {
                Some((of, Ok(state))) if of == id => standing_of(state),
                Some((of, Err(error))) if of == id => Standing::Failed(error),
                _ => Standing::Queued,
            }
        });
        Self { job, standing }
    }

    /// Asks the job to stop.
    pub fn cancel(&self) {
        if let Some(Ok(id)) = self.job.get_untracked() {
            // Where the job stands afterwards comes with its events.
            spawn_local(async move {
                let _ = api::cancel_job(id).await;
            });
        }
    }
}

fn standing_of(state: JobState) -> Standing {
    match state {
        JobState::Queued => Standing::Queued,
        JobState::Running { stage, done, total } => Standing::Running(stage, done, total),
        JobState::Done { outcome } => Standing::Done(outcome),
        JobState::Failed { reason } => Standing::Failed(PageError::Refused(reason)),
        JobState::Cancelled => Standing::Cancelled,
    }
}
