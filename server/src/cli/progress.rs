//! Progress for people: a bar where there is a terminal, one line per stage where there is none.

use crate::cli::{interrupt, terminal};
use gatefold::progress::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Draws what the engine tells, on standard error.
pub struct Bar {
    bar: ProgressBar,
    drawn: bool,
    stage: Mutex<Option<(String, Instant)>>,
}

impl Bar {
    /// A bar that has not begun. From now on Ctrl-C asks the work to stop.
    pub fn new() -> Self {
        interrupt::listen();
        let drawn = std::io::stderr().is_terminal();
        let target = if drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bar: ProgressBar::with_draw_target(None, target), drawn, stage: Mutex::new(None) }
    }

    fn begin(&self, next: Option<&str>) {
        let next = next.map(|name| (name.to_owned(), Instant::now()));
        let before = {
            let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *stage, next)
        };
        let Some((name, since)) = before else { return };
        let line = format!("{:<32} {:>6.1} s", terminal::one_line(&name), since.elapsed().as_secs_f64());
        if self.drawn {
            self.bar.println(line);
        } else {
            // Nobody there to tell is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, steps: u64) {
        self.begin(Some(name));
        // Both templates are literals that indicatif understands.
        let template = match steps {
            0 => "{spinner} {msg} {pos}",
            _ => "{msg:<24} {bar:32} {pos}/{len} {eta:>4}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.reset();
        match steps {
            0 => self.bar.unset_length(),
            steps => self.bar.set_length(steps),
        }
        self.bar.set_message(terminal::one_line(name).into_owned());
        if self.drawn {
            self.bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Says a line between the bar and what was said before.
    fn note(&self, line: &str) {
        let line = &*terminal::harmless(line);
        if self.drawn {
            self.bar.println(line);
        } else {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::asked()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.begin(None);
        self.bar.finish_and_clear();
    }
}
