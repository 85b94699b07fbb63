//! Ctrl-C asks the work to stop; it then leaves nothing half-written. A second Ctrl-C ends the process at once,
//! which leaves nothing half-written either, only less that is kept.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether somebody asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Asks on somebody's behalf.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
}

/// Listens from now on. Where the system does not let us, Ctrl-C ends the process as it always does.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(begin);
}

fn begin() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    // Without the thread nobody listens, and the signal keeps its usual meaning.
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if ASKED.swap(true, Ordering::SeqCst) {
                    std::process::exit(130);
                }
            }
        });
    });
}
