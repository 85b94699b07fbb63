//! Where a command's words go. Nothing here panics when a pipe breaks.

use crate::cli::{Failure, terminal};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Standard output and standard error, each for its reader.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// For a program (`json`) or for people.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads the answer.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Tells people something, on standard error.
    pub fn say(self, text: impl Display) {
        // Nobody there to tell is no reason to stop.
        let _ = writeln!(io::stderr(), "{}", terminal::harmless(&text.to_string()));
    }

    /// One JSON object on a line of its own, on standard output.
    ///
    /// # Errors
    /// [`Failure::Unread`] when the reader went away.
    pub fn object(self, value: &impl Serialize) -> Result<(), Failure> {
        print(&terminal::harmless_json(serde_json::to_string(value)?))
    }

    /// The command's answer: the object for programs, the text for people. Both on standard output.
    ///
    /// # Errors
    /// [`Failure::Unread`] when the reader went away.
    pub fn answer(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { self.object(value) } else { print(&terminal::harmless(text().trim_end_matches('\n'))) }
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Failure::Unread),
        Err(e) => Err(Failure::Failed(format!("standard output cannot be written to: {e}"))),
    }
}
