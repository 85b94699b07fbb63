//! How a command fails: what is said, and which exit code says the same to a program.

use crate::cli::output::Output;
use gatefold::wire::Refusal;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// Arguments that can never work: exit code 2.
    Usage(String),
    /// It was tried and failed: exit code 1.
    Failed(String),
    /// It failed and its report, which says why, is printed already: exit code 1.
    Reported,
    /// Nobody reads what we print any more, as in `gatefold albums | head`: no failure of ours.
    Unread,
}

impl Failure {
    /// Says it and gives the exit code.
    pub fn report(self, output: Output) -> ExitCode {
        let (sentence, code) = match self {
            Self::Usage(sentence) => (sentence, 2),
            Self::Failed(sentence) => (sentence, 1),
            Self::Reported => return ExitCode::from(1),
            Self::Unread => return ExitCode::SUCCESS,
        };
        output.say(format_args!("error: {sentence}"));
        if output.is_json() {
            // When this cannot be printed either, the exit code still says it.
            let _ = output.object(&Refusal { error: sentence });
        }
        ExitCode::from(code)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}
