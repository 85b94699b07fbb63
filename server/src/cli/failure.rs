//! How a command fails: what is said, and which exit code says the same to a program.

use crate::cli::output::Output;
use crate::problem::Problem;
use gatefold::wire::Refusal;
use std::any::Any;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// Arguments that can never work: exit code 2.
    Usage(String),
    /// It was tried and failed: exit code 1.
    Failed(String),
    /// The same, with a hint where to look.
    Refused(Refusal),
    /// It failed and its report, which says why, is printed already: exit code 1.
    Reported,
    /// Nobody reads what we print any more, as in `gatefold albums | head`: no failure of ours.
    Unread,
}

impl Failure {
    /// Says it and gives the exit code.
    pub fn report(self, output: Output) -> ExitCode {
        let (refusal, code) = match self {
            Self::Usage(error) => (Refusal { error, hint: None }, 2),
            Self::Failed(error) => (Refusal { error, hint: None }, 1),
            Self::Refused(refusal) => (refusal, 1),
            Self::Reported => return ExitCode::from(1),
            Self::Unread => return ExitCode::SUCCESS,
        };
        match &refusal.hint {
            Some(hint) => output.say(format_args!("error: {}; {hint}", refusal.error)),
            None => output.say(format_args!("error: {}", refusal.error)),
        }
        if output.is_json() {
            // When this cannot be printed either, the exit code still says it.
            let _ = output.object(&refusal);
        }
        ExitCode::from(code)
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        match (&error as &dyn Any).downcast_ref::<Problem>() {
            Some(problem) => Self::Refused(problem.by_command()),
            None => Self::Failed(error.to_string()),
        }
    }
}
