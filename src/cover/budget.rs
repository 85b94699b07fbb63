//! A budget of memory that all decoders of the process share: several small covers are decoded at once, a huge
//! one waits until it is alone. Without it, eight threads with one huge cover each would take gigabytes.
//!
//! Whoever holds a [`Share`] must not start parallel work: a thread that helps out with another cover would wait
//! for the very share that it holds itself.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that decoders may hold together: with everything else, an import stays under 1 GiB.
pub(super) const TOTAL: u64 = 400 << 20;

static FREE: Mutex<u64> = Mutex::new(TOTAL);
static RETURNED: Condvar = Condvar::new();

/// Part of the budget, given back when dropped.
pub(super) struct Share(u64);

/// Waits until `bytes` are free and takes them; `None` when there are not that many at all.
pub(super) fn take(bytes: u64) -> Option<Share> {
    if bytes > TOTAL {
        return None;
    }
    let mut free = lock();
    while *free < bytes {
        free = RETURNED.wait(free).unwrap_or_else(PoisonError::into_inner);
    }
    *free -= bytes;
    Some(Share(bytes))
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
