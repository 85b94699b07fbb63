//! Follows a job: from the answer that began it, through its states, to what came of it.

use crate::api::{self, Answer};
use crate::browser::{Watch, watch_job};
use crate::error::PageError;
use gatefold::operations::CancelJob;
use gatefold::wire::{JobId, JobState, Outcome};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Where the work stands, as a page shows it.
#[derive(Clone, PartialEq, Debug)]
// One of them at a time is shown.
#[allow(clippy::large_enum_variant)]
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
        Effect::new(move |_: Option<Option<Watching>>| {
            let id = job.get()?.ok()?;
            let of = id.clone();
            Some(Watching::begin(id, move |state| {
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
                let _ = api::begin(CancelJob { id }).await;
            });
        }
    }
}

/// Hears of a job until it is over or this is dropped.
struct Watching {
    wanted: Rc<Cell<bool>>,
    watch: Rc<RefCell<Option<Watch>>>,
}

type Told = Rc<dyn Fn(Answer<JobState>)>;

/// All that a job can end with has to be read: a module of its own, fetched when there is a job.
#[wasm_split(jobs, wasm_split_path = ::leptos::wasm_split, fallible)]
fn watch(id: JobId, told: Told) -> Result<Watch, SplitLoaderError> {
    Ok(watch_job(&id, move |state| told(state)))
}

impl Watching {
    fn begin(id: JobId, told: impl Fn(Answer<JobState>) + 'static) -> Self {
        let watching = Self { wanted: Rc::new(Cell::new(true)), watch: Rc::default() };
        let (wanted, slot, told) = (watching.wanted.clone(), watching.watch.clone(), Rc::new(told));
        spawn_local(async move {
            match watch(id, told.clone()).await {
                // Nobody wants to know any more: it ends here.
                _ if !wanted.get() => {}
                Ok(watch) => *slot.borrow_mut() = Some(watch),
                Err(_) => told(Err(PageError::Unreachable)),
            }
        });
        watching
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.wanted.set(false);
        self.watch.take();
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
