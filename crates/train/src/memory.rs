//! Allocator settings for training: what is freed between two steps is asked for again at once, so it is kept.

/// Tells the system's allocator to keep what is freed, for the life of the process. By default glibc returns large
/// tensors to the system after each use and takes them anew, page by page: a tenth of a step (docs/performance.md,
/// “Training”). Elsewhere it does nothing. Call it where training is all that a process does.
pub fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::ffi::c_int;
        unsafe extern "C" {
            fn mallopt(parameter: c_int, value: c_int) -> c_int;
        }
        // Numbers from glibc's malloc.h; sizes in bytes.
        const TRIM_THRESHOLD: c_int = -1;
        const TOP_PAD: c_int = -2;
        const MMAP_THRESHOLD: c_int = -3;
        // SAFETY: mallopt changes thresholds only; glibc allows it at any time.
        unsafe {
            mallopt(TRIM_THRESHOLD, c_int::MAX);
            mallopt(TOP_PAD, 64 << 20);
            // Older versions take no more than 32 MiB.
            if mallopt(MMAP_THRESHOLD, 1 << 30) == 0 {
                mallopt(MMAP_THRESHOLD, 32 << 20);
            }
        }
    }
}
