//! Bounds the finishing of covers: each enlarges or encodes a large picture.

use crate::problem::Problem;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Pictures that are enlarged or encoded at one time; each may take 100 MB.
const WORKING: usize = 2;
/// How many may wait for that.
const WAITING: usize = 16;

/// How many finish covers, and how many wait.
pub struct Finishers {
    working: Semaphore,
    waiting: Semaphore,
}

impl Default for Finishers {
    fn default() -> Self {
        Self { working: Semaphore::new(WORKING), waiting: Semaphore::new(WAITING) }
    }
}

/// Leave to work, given back when dropped.
pub struct Leave<'a> {
    _waits: SemaphorePermit<'a>,
    _works: SemaphorePermit<'a>,
}

impl Finishers {
    /// Waits for leave to work.
    ///
    /// # Errors
    /// [`Problem::Busy`] when too many wait already.
    pub async fn leave(&self) -> Result<Leave<'_>, Problem> {
        let waits = self.waiting.try_acquire().map_err(|_| Problem::Busy {
            sentence: "too many covers are being finished: try again in a few seconds".to_owned(),
            retry_after_s: 5,
        })?;
        let works = self.working.acquire().await;
        let works = works.map_err(|_| Problem::Internal("the server is going down".to_owned()))?;
        Ok(Leave { _waits: waits, _works: works })
    }
}
