//! Memory that each thread keeps for its next convolution.

use std::cell::RefCell;

thread_local! {
    static MEMORY: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Lends `length` numbers, whatever they were. A loan within a loan (a thread that waits may take up other work) is
/// memory of its own.
pub fn with<T>(length: usize, f: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut memory = MEMORY.take();
    if memory.len() < length {
        memory.resize(length, 0.0);
    }
    let result = f(&mut memory[..length]);
    MEMORY.set(memory);
    result
}
