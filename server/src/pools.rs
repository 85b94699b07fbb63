//! Threads that compute, apart from each other.
//!
//! In rayon's one pool whatever comes from outside waits until a worker has nothing left of what it is at: a preview of
//! 0.1 s stood for seconds behind questions about the map. So the model has a pool of its own, and so has each thread that
//! answers such questions; imports, builds and evaluations stay in the common one. Who is served first is then up to the
//! operating system, which is fair.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// As many threads as rayon would take by itself.
pub const ALL: usize = 0;

/// Makes the calling thread the first of a pool of `threads`: from now on its parallel work is done there. The pool ends when
/// it is dropped. `None` when the system gives no threads; then the common pool serves as well.
pub fn own(name: &'static str, threads: usize) -> Option<ThreadPool> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .thread_name(move |number| format!("{name} {number}"))
        .build();
    pool.inspect_err(|error| tracing::warn!("no pool of its own for {name}: {error}")).ok()
}

/// Threads for each of several that answer questions at a time: together half of the processors, so that the model always has
/// the other half.
pub fn share(of: usize) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / (2 * of.max(1))).max(1)
}

#[cfg(test)]
pub mod testing {
    //! The common pool with nobody free in it.

    use crossbeam_channel::{Sender, bounded};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Two at a time would each have half of the workers and wait for the other half.
    static ONE: Mutex<()> = Mutex::new(());

    /// While this is there, every worker of the common pool waits.
    pub struct Occupied {
        _busy: Sender<()>,
        _one: MutexGuard<'static, ()>,
    }

    /// Occupies the common pool.
    pub fn occupied() -> Occupied {
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (busy, until_dropped) = bounded::<()>(0);
        let workers = rayon::current_num_threads();
        let (begun, begins) = bounded(workers);
        for _ in 0..workers {
            let (until_dropped, begun) = (until_dropped.clone(), begun.clone());
            rayon::spawn(move || {
                begun.send(()).unwrap();
                let _ = until_dropped.recv();
            });
        }
        for _ in 0..workers {
            begins.recv().unwrap();
        }
        Occupied { _busy: busy, _one: one }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_is_at_least_a_thread() {
        for of in [0, 1, 2, 1000] {
            assert!(share(of) >= 1);
        }
    }

    #[test]
    fn a_thread_with_a_pool_of_its_own_needs_nobody_of_the_common_one() {
        let busy = testing::occupied();
        let apart = std::thread::spawn(|| {
            let _pool = own("test", 2);
            rayon::join(|| 1, || 2)
        });
        assert_eq!(apart.join().unwrap(), (1, 2));
        drop(busy);
    }
}
