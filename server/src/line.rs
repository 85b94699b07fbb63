//! A line before one thread. What nobody wants any more leaves it at once and gives its place to others.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What stands in a [`Line`].
pub trait Waits {
    /// Whether somebody still wants it.
    fn is_wanted(&self) -> bool;
}

/// First come, first served, by one thread.
#[derive(Debug)]
pub struct Line<T> {
    places: usize,
    inner: Mutex<Inner<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

impl<T: Waits> Line<T> {
    /// A line with so many places.
    pub fn new(places: usize) -> Self {
        let inner = Inner { waiting: VecDeque::new(), closed: false };
        Self { places, inner: Mutex::new(inner), changed: Condvar::new() }
    }

    /// Takes the last place.
    ///
    /// # Errors
    /// The thing itself, when there is no place or nobody serves any more.
    pub fn join(&self, thing: T) -> Result<(), T> {
        let mut inner = self.inner();
        inner.waiting.retain(Waits::is_wanted);
        if inner.closed || inner.waiting.len() >= self.places {
            return Err(thing);
        }
        inner.waiting.push_back(thing);
        self.changed.notify_one();
        Ok(())
    }

    /// Lets go what nobody wants any more.
    pub fn sweep(&self) {
        self.inner().waiting.retain(Waits::is_wanted);
    }

    /// Waits for the first; none when the line is closed and empty.
    pub fn next(&self) -> Option<T> {
        let inner = self.inner();
        let empty = |inner: &mut Inner<T>| inner.waiting.is_empty() && !inner.closed;
        self.changed.wait_while(inner, empty).unwrap_or_else(PoisonError::into_inner).waiting.pop_front()
    }

    /// The same, but waits no longer than `until`.
    pub fn next_until(&self, until: Instant) -> Option<T> {
        let inner = self.inner();
        let most = until.saturating_duration_since(Instant::now());
        let empty = |inner: &mut Inner<T>| inner.waiting.is_empty() && !inner.closed;
        let waited = self.changed.wait_timeout_while(inner, most, empty);
        waited.unwrap_or_else(PoisonError::into_inner).0.waiting.pop_front()
    }

    /// Nobody joins any more; those who stand here are still served.
    pub fn close(&self) {
        self.inner().closed = true;
        self.changed.notify_all();
    }

    fn inner(&self) -> MutexGuard<'_, Inner<T>> {
        // Changed in single steps, none of which panics half-way.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    struct Guest(u8, Arc<AtomicBool>);

    impl Waits for Guest {
        fn is_wanted(&self) -> bool {
            self.1.load(Ordering::SeqCst)
        }
    }

    fn guest(name: u8) -> (Guest, Arc<AtomicBool>) {
        let wanted = Arc::new(AtomicBool::new(true));
        (Guest(name, wanted.clone()), wanted)
    }

    #[test]
    fn who_leaves_gives_the_place_to_the_next() {
        let line = Line::new(2);
        let ((first, _), (second, leaves), (third, _)) = (guest(1), guest(2), guest(3));
        assert!(line.join(first).is_ok() && line.join(second).is_ok());
        assert!(line.join(guest(4).0).is_err());
        leaves.store(false, Ordering::SeqCst);
        assert!(line.join(third).is_ok());
        line.close();
        let served: Vec<u8> = std::iter::from_fn(|| line.next()).map(|guest| guest.0).collect();
        assert_eq!(served, [1, 3]);
    }

    #[test]
    fn a_closed_line_takes_nobody() {
        let line = Line::new(2);
        line.close();
        assert!(line.join(guest(1).0).is_err());
        assert!(line.next().is_none() && line.next_until(Instant::now()).is_none());
    }
}
