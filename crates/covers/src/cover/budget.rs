//! A budget of memory that all decoders of the process share: several small covers are decoded at once, a huge
//! one waits until it is alone. Without it, eight threads with one huge cover each would take gigabytes.
//!
//! Whoever holds a [`Share`] must not start parallel work: a thread that helps out with another cover would wait
//! for the very share that it holds itself.

use super::{CoverError, Wish};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that decoders may hold together: with everything else, an import stays under 1 GiB.
pub(super) const TOTAL: u64 = 400 << 20;
/// How often one who waits looks whether anybody still wants the picture.
const LOOK: Duration = Duration::from_millis(100);

static FREE: Mutex<u64> = Mutex::new(TOTAL);
static RETURNED: Condvar = Condvar::new();

/// Part of the budget, given back when dropped.
#[derive(Debug)]
pub(super) struct Share(u64);

/// Waits until `bytes` are free and takes them.
///
/// # Errors
/// [`CoverError::GivenUp`] when nobody wants the picture any more. `bytes` that exceed the whole budget are an error
/// too; whoever knows the picture's size says it better before.
pub(super) fn take(bytes: u64, wish: Wish<'_>) -> Result<Share, CoverError> {
    if bytes > TOTAL {
        return Err(CoverError::Broken("it takes too much memory".to_owned()));
    }
    let mut free = lock();
    while *free < bytes {
        if wish.is_over() {
            return Err(CoverError::GivenUp);
        }
        free = RETURNED.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner).0;
    }
    *free -= bytes;
    Ok(Share(bytes))
}

impl Drop for Share {
    fn drop(&mut self) {
        *lock() += self.0;
        RETURNED.notify_all();
    }
}

/// A number cannot be left half-changed, so a panic elsewhere does not spoil it.
fn lock() -> MutexGuard<'static, u64> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_memory_stops_waiting_when_nobody_wants_the_picture() {
        let all = take(TOTAL, Wish::LASTS).unwrap();
        assert_eq!(take(1, Wish::until(&|| true)).unwrap_err(), CoverError::GivenUp);
        drop(all);
        drop(take(1, Wish::LASTS).unwrap());
    }
}
