//! Whether whoever asked is still there. A client that closes its connection has its request's future dropped; work that
//! went to a thread of its own goes on unless it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Held by the request's future.
#[derive(Debug)]
pub struct Asker(Arc<AtomicBool>);

/// Held by the work.
#[derive(Debug, Clone)]
pub struct Asked(Arc<AtomicBool>);

impl Asker {
    /// Who asks, and what the work knows of them.
    pub fn new() -> (Self, Asked) {
        let gone = Arc::new(AtomicBool::new(false));
        (Self(gone.clone()), Asked(gone))
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Asked {
    /// Whether nobody waits for the answer any more.
    pub fn is_left_alone(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_hears_that_its_request_was_dropped() {
        let (asker, asked) = Asker::new();
        let request = async move {
            std::future::pending::<()>().await;
            drop(asker);
        };
        let request = tokio::spawn(request);
        tokio::task::yield_now().await;
        assert!(!asked.is_left_alone());
        request.abort();
        assert!(request.await.is_err());
        assert!(asked.is_left_alone());
    }
}
