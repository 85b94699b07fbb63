//! Memory that each thread keeps for its next convolution.

use std::cell::RefCell;

thread_local! {
    static MEMORY: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Numbers in a line of the cache.
pub const LINE: usize = 16;

/// Lends `length` numbers that begin a line of the cache, whatever they were. A loan within a loan (a thread that waits
/// may take up other work) is memory of its own.
pub fn with<T>(length: usize, f: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut memory = MEMORY.take();
    if memory.len() < length + LINE {
        memory.resize(length + LINE, 0.0);
    }
    let first = memory.as_ptr().align_offset(4 * LINE).min(LINE);
    let result = f(&mut memory[first..first + length]);
    MEMORY.set(memory);
    result
}
