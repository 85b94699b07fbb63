//! Jobs: listed, read, stopped.

use super::Serve;
use crate::problem::Problem;
use crate::state::AppState;
use gatefold::operations::{CancelJob, ListJobs, ReadJob};
use gatefold::wire::{Job, Jobs};

impl Serve<ListJobs> for AppState {
    async fn serve(&self, _: ListJobs) -> Result<Jobs, Problem> {
        Ok(Jobs { jobs: self.jobs.all() })
    }
}

impl Serve<ReadJob> for AppState {
    async fn serve(&self, ReadJob { id }: ReadJob) -> Result<Job, Problem> {
        Ok(self.known_job(&id)?.job())
    }
}

impl Serve<CancelJob> for AppState {
    async fn serve(&self, CancelJob { id }: CancelJob) -> Result<Job, Problem> {
        let job = self.known_job(&id)?;
        // That it is over already is no error: it does what was asked, nothing.
        job.cancel();
        Ok(job.job())
    }
}
