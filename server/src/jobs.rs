//! Work that goes on in the background: what it is called, where it stands, and how to stop it.
//!
//! This module only keeps the books. The work itself runs on [`crate::compute`] or through
//! [`crate::model_thread`]; both report through [`JobHandle`].

use gatefold::progress::Progress;
use gatefold::wire::{Job, JobId, JobState, Outcome};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// Finished jobs that are still known; the oldest are forgotten first.
const KEPT: usize = 512;
/// How often progress is passed on at most. A person sees no difference below a tenth of a second.
const TELL_EVERY: Duration = Duration::from_millis(80);

/// One job. Whoever works on it reports here (it is a [`Progress`]); whoever waits for it watches.
#[derive(Debug)]
pub struct JobHandle {
    id: JobId,
    state: watch::Sender<JobState>,
    cancelled: AtomicBool,
    cancel: Notify,
    started: Instant,
    steps: AtomicU64,
    told_ms: AtomicU64,
}

impl JobHandle {
    fn new(id: JobId, state: JobState) -> Self {
        Self {
            id,
            state: watch::Sender::new(state),
            cancelled: AtomicBool::new(false),
            cancel: Notify::new(),
            started: Instant::now(),
            steps: AtomicU64::new(0),
            told_ms: AtomicU64::new(0),
        }
    }

    /// One that nobody can ask for, for what is made at once and not kept.
    pub fn unlisted() -> Self {
        Self::new(JobId::new(), JobState::Queued)
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands now.
    pub fn job(&self) -> Job {
        Job { id: self.id.clone(), state: self.state.borrow().clone() }
    }

    /// Follows it. The present state counts as seen.
    pub fn watch(&self) -> watch::Receiver<JobState> {
        self.state.subscribe()
    }

    /// Asks it to stop. A job that still waits stops at once; one under way stops where the engine looks.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.cancel.notify_waiters();
        self.state.send_if_modified(|state| {
            let waits = matches!(state, JobState::Queued);
            if waits {
                *state = JobState::Cancelled;
            }
            waits
        });
    }

    /// Returns as soon as somebody asks the job to stop.
    pub async fn until_cancelled(&self) {
        let mut asked = std::pin::pin!(self.cancel.notified());
        asked.as_mut().enable();
        if !self.cancelled() {
            asked.await;
        }
    }

    /// Ends the job. The first end counts.
    pub fn finish(&self, end: JobState) {
        self.state.send_if_modified(|state| {
            let first = !is_over(state);
            if first {
                *state = end;
            }
            first
        });
    }

    /// Ends the job with what came of it; a failure after somebody asked it to stop is a cancellation.
    pub fn finish_with(&self, result: Result<Outcome, String>) {
        self.finish(match result {
            Ok(outcome) => JobState::Done { outcome },
            Err(_) if self.cancelled() => JobState::Cancelled,
            Err(reason) => JobState::Failed { reason },
        });
    }

    fn tell(&self, change: impl FnOnce(&mut JobState)) {
        self.state.send_if_modified(|state| {
            let goes_on = !is_over(state);
            if goes_on {
                change(state);
            }
            goes_on
        });
    }
}

impl Progress for JobHandle {
    fn stage(&self, name: &str, steps: u64) {
        self.steps.store(0, Ordering::Relaxed);
        self.tell(|state| *state = JobState::Running { stage: name.to_owned(), done: 0, total: steps });
    }

    fn advance(&self, steps: u64) {
        let now = self.steps.fetch_add(steps, Ordering::Relaxed) + steps;
        let at = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.told_ms.load(Ordering::Relaxed);
        let due = at.saturating_sub(last) >= TELL_EVERY.as_millis() as u64;
        // Of many threads that find it due, one tells.
        if due && self.told_ms.compare_exchange(last, at, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.tell(|state| {
                if let JobState::Running { done, .. } = state {
                    *done = now;
                }
            });
        }
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

/// Whether a job in this state will change no more.
pub fn is_over(state: &JobState) -> bool {
    matches!(state, JobState::Done { .. } | JobState::Failed { .. } | JobState::Cancelled)
}

#[derive(Default)]
struct Table {
    by_id: HashMap<JobId, Arc<JobHandle>>,
    oldest_first: VecDeque<JobId>,
    /// Jobs under way whose result has a name of its own: who asks for the same joins.
    by_key: HashMap<String, Arc<JobHandle>>,
}

impl Table {
    fn under_way(&mut self, key: &str) -> Option<Arc<JobHandle>> {
        self.by_key.retain(|_, job| !is_over(&job.state.borrow()) && !job.cancelled());
        self.by_key.get(key).cloned()
    }
}

/// All jobs of this process.
#[derive(Default)]
pub struct Jobs {
    table: Mutex<Table>,
    count: AtomicU64,
}

impl Jobs {
    /// A new job that waits for its turn.
    pub fn start(&self) -> Arc<JobHandle> {
        self.enter(&mut self.table(), JobState::Queued)
    }

    /// The job that is under way for `key`.
    pub fn under_way(&self, key: &str) -> Option<Arc<JobHandle>> {
        self.table().under_way(key)
    }

    /// The job that is under way for `key`, or a new one; `true` when it is new and the caller must do it.
    pub fn start_or_join(&self, key: &str) -> (Arc<JobHandle>, bool) {
        let mut table = self.table();
        if let Some(job) = table.under_way(key) {
            return (job, false);
        }
        let job = self.enter(&mut table, JobState::Queued);
        table.by_key.insert(key.to_owned(), job.clone());
        (job, true)
    }

    /// A job whose result was there before it was asked for.
    pub fn done_already(&self, outcome: Outcome) -> Arc<JobHandle> {
        self.enter(&mut self.table(), JobState::Done { outcome })
    }

    /// The job of that name, while it is known.
    pub fn get(&self, id: &str) -> Option<Arc<JobHandle>> {
        self.table().by_id.get(id).cloned()
    }

    /// Those that are known, oldest first.
    pub fn all(&self) -> Vec<Job> {
        let table = self.table();
        table.oldest_first.iter().filter_map(|id| Some(table.by_id.get(id)?.job())).collect()
    }

    /// Asks everything to stop: the server goes down.
    pub fn cancel_all(&self) {
        for job in self.table().by_id.values() {
            job.cancel();
        }
    }

    fn enter(&self, table: &mut Table, state: JobState) -> Arc<JobHandle> {
        let job = Arc::new(JobHandle::new(self.name(), state));
        table.by_id.insert(job.id.clone(), job.clone());
        table.oldest_first.push_back(job.id.clone());
        let mut spare = table.by_id.len().saturating_sub(KEPT);
        let by_id = &mut table.by_id;
        table.oldest_first.retain(|id| {
            let over = by_id.get(id).is_none_or(|job| is_over(&job.state.borrow()));
            if spare > 0 && over {
                spare -= 1;
                by_id.remove(id);
                return false;
            }
            true
        });
        job
    }

    /// Sixteen hexadecimal digits that no other job has, of this run or an earlier one: a page that outlives
    /// a restart must not follow a stranger's job.
    fn name(&self) -> JobId {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&now.as_nanos().to_le_bytes());
        hasher.update(&std::process::id().to_le_bytes());
        hasher.update(&n.to_le_bytes());
        hasher.finalize().to_hex()[..16].to_owned()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // The table is changed in single steps, none of which panics half-way.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done() -> Outcome {
        Outcome::Evaluation { run: "r".to_owned() }
    }

    #[test]
    fn a_waiting_job_stops_at_once() {
        let job = Jobs::default().start();
        job.cancel();
        assert_eq!(job.job().state, JobState::Cancelled);
    }

    #[test]
    fn a_job_under_way_goes_on_until_it_notices() {
        let job = Jobs::default().start();
        job.stage("decode", 3);
        job.cancel();
        assert!(matches!(job.job().state, JobState::Running { .. }));
        job.finish_with(Err("stopped".to_owned()));
        assert_eq!(job.job().state, JobState::Cancelled);
    }

    #[test]
    fn the_first_end_counts() {
        let job = Jobs::default().start();
        job.finish_with(Err("no".to_owned()));
        job.finish_with(Ok(done()));
        job.stage("late", 1);
        assert_eq!(job.job().state, JobState::Failed { reason: "no".to_owned() });
    }

    #[test]
    fn who_asks_for_what_is_under_way_joins() {
        let jobs = Jobs::default();
        let (first, new) = jobs.start_or_join("k");
        assert!(new);
        let (second, new) = jobs.start_or_join("k");
        assert!(!new);
        assert_eq!(first.id(), second.id());
        first.finish_with(Ok(done()));
        assert!(jobs.start_or_join("k").1);
    }

    #[test]
    fn finished_jobs_are_forgotten_before_waiting_ones() {
        let jobs = Jobs::default();
        let waits = jobs.start();
        for _ in 0..2 * KEPT {
            jobs.done_already(done());
        }
        assert!(jobs.get(waits.id()).is_some());
        let table = jobs.table();
        assert!(table.by_id.len() <= KEPT);
        assert_eq!(table.by_id.len(), table.oldest_first.len());
    }

    #[tokio::test]
    async fn who_waits_for_a_cancellation_hears_an_earlier_one() {
        let job = Jobs::default().start();
        job.cancel();
        job.until_cancelled().await;
    }
}
