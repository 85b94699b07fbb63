//! What a task needs besides Rust. All of it is named and agreed to before any of it is installed.

use crate::run;
use anyhow::{Result, bail};
use std::io::{self, BufRead, IsTerminal, Write};

/// Something that this machine may lack.
pub trait Need {
    /// What wants it, as the end of “needed by …”.
    fn wanted_by(&self) -> String;
    /// Whether it is there.
    fn present(&self) -> Result<bool>;
    /// What [`Need::install`] brings, one line a source; none where nothing on this machine could install it.
    fn brings(&self) -> Vec<String>;
    /// Brings it.
    fn install(&self) -> Result<()>;
    /// What a person does to have it.
    fn by_hand(&self) -> String;
    /// Whether the task goes on without it, having said so.
    fn optional(&self) -> bool;
}

/// Whether things may be installed without a question: `--yes`, or a machine that checks submissions (`CI`).
#[derive(Clone, Copy)]
pub struct Consent(bool);

impl Consent {
    /// Given by the flag, or by the environment.
    pub fn new(yes: bool) -> Self {
        Self(yes || in_ci())
    }

    /// Whether a list that was just printed may be installed.
    fn given(self) -> Result<bool> {
        if self.0 {
            return Ok(true);
        }
        if !io::stdin().is_terminal() {
            bail!("nobody can be asked here: give `--yes` to have this installed, or install it by hand");
        }
        eprint!("Go on? [y/N] ");
        io::stderr().flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(is_yes(&answer))
    }
}

/// Whether nobody is looking.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

/// Makes sure that all of `needs` are there, with one question for all that is missing.
///
/// # Errors
/// When something is missing that the task cannot do without, or, where nobody is looking, anything.
pub fn ensure(needs: &[&dyn Need], consent: Consent) -> Result<()> {
    let missing = missing(needs)?;
    let installable: Vec<_> = missing.iter().copied().filter(|need| !need.brings().is_empty()).collect();
    if !installable.is_empty() {
        eprintln!("This machine lacks what this task needs. It would install:");
        for need in &installable {
            for line in need.brings() {
                eprintln!("  {line}");
            }
            eprintln!("    needed by {}", need.wanted_by());
        }
        if consent.given()? {
            for need in installable {
                // What matters is whether it is there afterwards.
                if let Err(error) = need.install() {
                    eprintln!("{error:#}");
                }
            }
        }
    }
    for need in self::missing(&missing)? {
        let sentence = format!("{} needs this: {}", need.wanted_by(), need.by_hand());
        if !need.optional() || in_ci() {
            bail!("{sentence}");
        }
        eprintln!("\n*** {sentence} ***\n");
    }
    Ok(())
}

fn missing<'a>(needs: &[&'a dyn Need]) -> Result<Vec<&'a dyn Need>> {
    let mut out = Vec::new();
    for need in needs {
        if !need.present()? {
            out.push(*need);
        }
    }
    Ok(out)
}

/// A line for Debian's packages where this process may install them.
pub fn apt_line(packages: &[&str]) -> Vec<String> {
    if run::can_apt() { vec![format!("apt: {}", packages.join(" "))] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A need that is there once it was installed, unless it cannot be.
    struct Thing {
        there: Cell<bool>,
        installable: bool,
        optional: bool,
    }

    impl Need for Thing {
        fn wanted_by(&self) -> String {
            "a test".into()
        }
        fn present(&self) -> Result<bool> {
            Ok(self.there.get())
        }
        fn brings(&self) -> Vec<String> {
            if self.installable { vec!["a thing".into()] } else { Vec::new() }
        }
        fn install(&self) -> Result<()> {
            self.there.set(true);
            Ok(())
        }
        fn by_hand(&self) -> String {
            "make one".into()
        }
        fn optional(&self) -> bool {
            self.optional
        }
    }

    fn thing(installable: bool) -> Thing {
        Thing { there: Cell::new(false), installable, optional: false }
    }

    #[test]
    fn what_is_missing_is_installed_once_it_was_agreed_to() {
        let thing = thing(true);
        ensure(&[&thing], Consent(true)).unwrap();
        assert!(thing.there.get());
    }

    #[test]
    fn what_cannot_be_installed_is_named_with_what_to_do() {
        let error = ensure(&[&thing(false)], Consent(true)).unwrap_err().to_string();
        assert!(error.contains("make one") && error.contains("a test"), "{error}");
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        assert!(is_yes("y\n") && is_yes(" YES\n"));
        assert!(!is_yes("") && !is_yes("\n") && !is_yes("no\n") && !is_yes("yellow\n"));
    }
}
