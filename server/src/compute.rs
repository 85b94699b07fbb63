//! The thread for long work: imports, builds, evaluations. One at a time, since each of them already uses
//! every processor, and a short queue before it that says no when it is full.

use crate::jobs::JobHandle;
use crate::line::{Line, Waits};
use gatefold::progress::Progress;
use gatefold::wire::Outcome;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

type Work = Box<dyn FnOnce(&JobHandle) -> Result<Outcome, String> + Send>;

/// The queue has no place left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much work is waiting already: try again when some of it is done")]
pub struct Full;

struct Waiting {
    job: Arc<JobHandle>,
    work: Work,
}

impl Waits for Waiting {
    fn is_wanted(&self) -> bool {
        !self.job.cancelled()
    }
}

/// The thread's letterbox. The thread ends when this is dropped and its queue is empty.
pub struct Compute {
    line: Arc<Line<Waiting>>,
}

impl Compute {
    /// Starts the thread; `waiting` tasks may wait beside the one under way.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(waiting: usize) -> std::io::Result<Self> {
        let line = Arc::new(Line::<Waiting>::new(waiting));
        let orders = line.clone();
        std::thread::Builder::new().name("compute".to_owned()).spawn(move || {
            while let Some(Waiting { job, work }) = orders.next() {
                if !job.cancelled() {
                    run(&job, work);
                }
            }
        })?;
        Ok(Self { line })
    }

    /// Puts work into the queue. It finds its progress and its cancellation in the job. Work whose job was cancelled
    /// takes up no place.
    ///
    /// # Errors
    /// [`Full`], and the job has failed with that sentence.
    pub fn submit(
        &self,
        job: &Arc<JobHandle>,
        work: impl FnOnce(&JobHandle) -> Result<Outcome, String> + Send + 'static,
    ) -> Result<(), Full> {
        self.line.join(Waiting { job: job.clone(), work: Box::new(work) }).map_err(|_| {
            job.finish_with(Err(Full.to_string()));
            Full
        })
    }
}

impl Drop for Compute {
    fn drop(&mut self) {
        self.line.close();
    }
}

fn run(job: &JobHandle, work: Work) {
    let result = catch_unwind(AssertUnwindSafe(|| work(job))).unwrap_or_else(|_| {
        Err("this is a fault in Gatefold: its log says where; please report it".to_owned())
    });
    job.finish_with(result);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::Jobs;
    use crossbeam_channel::bounded;
    use gatefold::wire::JobState;

    fn outcome() -> Result<Outcome, String> {
        Ok(Outcome::Evaluation { run: "r".to_owned() })
    }

    async fn end_of(job: &JobHandle) -> JobState {
        job.watch().wait_for(crate::jobs::is_over).await.unwrap().clone()
    }

    #[tokio::test]
    async fn a_full_queue_says_no() {
        let (jobs, compute) = (Jobs::default(), Compute::start(1).unwrap());
        let (started, is_started) = bounded(1);
        let (go, may_go) = bounded::<()>(0);
        let first = jobs.start();
        compute
            .submit(&first, move |_| {
                started.send(()).unwrap();
                may_go.recv().unwrap();
                outcome()
            })
            .unwrap();
        is_started.recv().unwrap();
        let second = jobs.start();
        compute.submit(&second, |_| outcome()).unwrap();
        let third = jobs.start();
        assert_eq!(compute.submit(&third, |_| outcome()), Err(Full));
        go.send(()).unwrap();
        assert!(matches!(end_of(&first).await, JobState::Done { .. }));
        assert!(matches!(end_of(&second).await, JobState::Done { .. }));
        assert!(matches!(end_of(&third).await, JobState::Failed { .. }));
    }

    #[tokio::test]
    async fn a_panic_costs_its_own_job() {
        let (jobs, compute) = (Jobs::default(), Compute::start(2).unwrap());
        let (bad, good) = (jobs.start(), jobs.start());
        compute.submit(&bad, |_| panic!("expected in this test")).unwrap();
        compute.submit(&good, |_| outcome()).unwrap();
        assert!(matches!(end_of(&bad).await, JobState::Failed { .. }));
        assert!(matches!(end_of(&good).await, JobState::Done { .. }));
    }

    #[tokio::test]
    async fn cancelled_work_is_never_begun() {
        let (jobs, compute) = (Jobs::default(), Compute::start(2).unwrap());
        let (go, may_go) = bounded::<()>(0);
        let (first, second, third) = (jobs.start(), jobs.start(), jobs.start());
        compute
            .submit(&first, move |_| {
                may_go.recv().unwrap();
                outcome()
            })
            .unwrap();
        let (ran, has_run) = bounded::<()>(1);
        compute
            .submit(&second, move |_| {
                ran.send(()).unwrap();
                outcome()
            })
            .unwrap();
        second.cancel();
        go.send(()).unwrap();
        end_of(&first).await;
        compute.submit(&third, |_| outcome()).unwrap();
        end_of(&third).await;
        assert!(has_run.is_empty());
    }

    #[tokio::test]
    async fn a_cancelled_job_gives_back_its_place_at_once() {
        let (jobs, compute) = (Jobs::default(), Compute::start(1).unwrap());
        let (started, is_started) = bounded(1);
        let (go, may_go) = bounded::<()>(0);
        let (first, second, third) = (jobs.start(), jobs.start(), jobs.start());
        compute
            .submit(&first, move |_| {
                started.send(()).unwrap();
                may_go.recv().unwrap();
                outcome()
            })
            .unwrap();
        is_started.recv().unwrap();
        compute.submit(&second, |_| outcome()).unwrap();
        second.cancel();
        // The first is still under way.
        assert_eq!(compute.submit(&third, |_| outcome()), Ok(()));
        go.send(()).unwrap();
        assert!(matches!(end_of(&third).await, JobState::Done { .. }));
    }
}
