//! How long work says how far it is, and hears that it should stop.

/// Told by the engine while it works; drawn by whoever asked for the work.
pub trait Progress: Send + Sync {
    /// A new stage begins: its name for people, and how many steps it has (0 when that is not known).
    fn stage(&self, name: &str, steps: u64);
    /// `steps` more of the present stage are done.
    fn advance(&self, steps: u64);
    /// Something that a person should hear, a sentence.
    fn note(&self, _sentence: &str) {}
    /// Whether to give up. Work that sees `true` leaves nothing half-written and returns its own error.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
}
