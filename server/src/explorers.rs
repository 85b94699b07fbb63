//! Threads that answer questions about the map, each with a pool of its own.
//!
//! A question runs on such a thread and not inside a pool: a worker that waits would take up the next question meanwhile, and
//! find a lock held that it holds itself.

use crate::pools;
use crate::problem::Problem;
use crossbeam_channel::{Sender, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

type Question = Box<dyn FnOnce() + Send>;

/// The threads, and how many may wait for them.
pub struct Explorers {
    questions: Sender<Question>,
    free: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Explorers {
    /// So many threads; `waiting` may ask at one time.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(threads: usize, waiting: usize) -> std::io::Result<Self> {
        let (questions, asked) = unbounded::<Question>();
        for _ in 0..threads {
            let asked = asked.clone();
            let share = pools::share(threads);
            std::thread::Builder::new().name("explorer".to_owned()).spawn(move || {
                let _pool = pools::own("explorer", share);
                for question in asked {
                    // Who asked hears of a panic by the answer that does not come.
                    drop(catch_unwind(AssertUnwindSafe(question)));
                }
            })?;
        }
        Ok(Self { questions, free: Arc::new(Semaphore::new(threads)), waiting: Semaphore::new(waiting) })
    }

    /// Has a question answered. Who goes away before its turn is not answered.
    ///
    /// # Errors
    /// [`Problem::Busy`] when too many wait, and the question's own.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let _waits = self.waiting.try_acquire().map_err(|_| Problem::Busy {
            sentence: "too many questions about the map are waiting: try again in a few seconds".to_owned(),
            retry_after_s: 5,
        })?;
        let fault = || Problem::Internal("a fault in Gatefold: please report it".to_owned());
        let turn = self.free.clone().acquire_owned().await.map_err(|_| fault())?;
        let (reply, answer) = oneshot::channel();
        let question = move || {
            let answer = question();
            // An asker that went away wants no answer.
            drop(reply.send(answer));
            drop(turn);
        };
        self.questions.send(Box::new(question)).map_err(|_| fault())?;
        answer.await.unwrap_or_else(|_| Err(fault()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn questions_are_answered_while_the_common_pool_is_busy() {
        let explorers = Explorers::start(1, 2).unwrap();
        let busy = crate::pools::testing::occupied();
        let answer = explorers.ask(|| Ok(rayon::join(|| 1, || 2))).await;
        assert_eq!(answer, Ok((1, 2)));
        drop(busy);
    }

    #[tokio::test]
    async fn a_question_that_panics_costs_itself() {
        let explorers = Explorers::start(1, 2).unwrap();
        let bad = explorers.ask(|| -> Result<(), _> { panic!("expected in this test") }).await;
        assert!(matches!(bad, Err(Problem::Internal(_))));
        assert_eq!(explorers.ask(|| Ok(1)).await, Ok(1));
    }

    #[tokio::test]
    async fn more_than_may_wait_are_told_when_to_come_back() {
        let explorers = Arc::new(Explorers::start(1, 2).unwrap());
        let (go, may_go) = crossbeam_channel::bounded::<()>(0);
        let ask = || {
            let (explorers, may_go) = (explorers.clone(), may_go.clone());
            tokio::spawn(async move { explorers.ask(move || Ok(may_go.recv().is_ok())).await })
        };
        let both = [ask(), ask()];
        while explorers.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = explorers.ask(|| Ok(true)).await;
        assert!(matches!(refused, Err(Problem::Busy { .. })), "{refused:?}");
        tokio::task::spawn_blocking(move || (0..2).for_each(|_| go.send(()).unwrap())).await.unwrap();
        for one in both {
            assert_eq!(one.await.unwrap(), Ok(true));
        }
    }
}
