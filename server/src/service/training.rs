//! Runs of training: begun, listed, read, their contact sheets.

use super::Serve;
use super::own_process::{self, Child};
use crate::problem::Problem;
use crate::problem::missing::no_training;
use crate::state::AppState;
use gatefold::operations::{ListTrainings, ReadTraining, Train};
use gatefold::progress::Progress;
use gatefold::train::runs;
use gatefold::wire::{Job, Outcome, Training, TrainingReport, Trainings};
use serde_json::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

impl Serve<ListTrainings> for AppState {
    async fn serve(&self, _: ListTrainings) -> Result<Trainings, Problem> {
        Ok(Trainings { runs: beside(self, |dir| runs::list(&dir)).await? })
    }
}

impl Serve<ReadTraining> for AppState {
    async fn serve(&self, ReadTraining { id }: ReadTraining) -> Result<Training, Problem> {
        let wanted = id.clone();
        let run = beside(self, move |dir| runs::read(&dir, &wanted)).await?;
        run.ok_or_else(|| no_training(&id))
    }
}

impl Serve<Train> for AppState {
    /// In a process of its own, which writes into the folder `runs` of the data directory and reads what lies there.
    async fn serve(&self, asked: Train) -> Result<Job, Problem> {
        let (args, steps) =
            (arguments(&asked)?, asked.options.get("steps").and_then(Value::as_u64).unwrap_or(0));
        let data = std::path::absolute(self.store.dir()).map_err(|e| Problem::Internal(e.to_string()))?;
        let out = data.join("runs").join(&asked.run);
        let (folder, known) = (out.clone(), data.clone());
        let begin = move |_: &Path| -> std::io::Result<Vec<OsString>> {
            let places = ["--data".into(), data.into_os_string(), "--out".into(), folder.into_os_string()];
            Ok(args.into_iter().chain(places).collect())
        };
        let ended = move |child: &mut Child<'_>| {
            let mut done = 0;
            child.each_line(|line, job| {
                let Ok(report) = serde_json::from_str::<TrainingReport>(line) else { return };
                if done == 0 {
                    job.stage("Training", steps);
                }
                job.advance(report.step.saturating_sub(done));
                done = report.step;
            })?;
            let run = runs::register(&known, &out).map_err(|e| e.to_string())?;
            Ok(Outcome::Training { run, out: out.display().to_string() })
        };
        Ok(own_process::start(self, begin, ended).await?.job())
    }
}

/// The command line of a run, without its places. An option names nothing but numbers, words, and files below `runs`.
fn arguments(asked: &Train) -> Result<Vec<OsString>, Problem> {
    let wrong = |name: &str, why: &str| Err(Problem::Unacceptable(format!("the option “{name}” {why}")));
    if !is_word(&asked.model) {
        return Err(Problem::Unacceptable(format!("no model is called “{}”", asked.model)));
    }
    let mut args: Vec<OsString> = vec!["train".into(), asked.model.clone().into()];
    for (name, value) in &asked.options {
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if !plain
            || name.starts_with('-')
            || ["data", "out", "json", "help", "version"].contains(&name.as_str())
        {
            return wrong(name, "cannot be given here: `gatefold train --help` lists a model's own");
        }
        let option: OsString = format!("--{name}").into();
        match value {
            Value::Bool(true) => args.push(option),
            Value::Bool(false) => {}
            Value::Number(number) => args.extend([option, number.to_string().into()]),
            Value::String(text) if is_below_runs(text) => args.extend([option, text.into()]),
            _ => return wrong(name, "is neither a number, a word nor a file below `runs`"),
        }
    }
    Ok(args)
}

fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain)
}

/// A word, or `RUN/FILE`.
fn is_below_runs(text: &str) -> bool {
    text.split('/').count() <= 2 && text.split('/').all(is_word)
}

/// The contact sheet of a run after a step, PNG; `None` when there is none.
///
/// # Errors
/// [`Problem::Internal`] when the server goes down.
pub async fn contact_sheet(state: &AppState, id: String, step: u64) -> Result<Option<Vec<u8>>, Problem> {
    beside(state, move |dir| runs::sheet(&dir, &id, step)).await
}

/// Reads files beside the catalogue on a thread that may block.
async fn beside<T: Send + 'static>(
    state: &AppState,
    read: impl FnOnce(PathBuf) -> T + Send + 'static,
) -> Result<T, Problem> {
    let dir = state.store.dir().to_owned();
    tokio::task::spawn_blocking(move || read(dir)).await.map_err(|error| Problem::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::operations::Operation;
    use serde_json::json;

    fn arguments_of(options: Value) -> Result<Vec<String>, Problem> {
        let asked = Train { options: serde_json::from_value(options).unwrap(), ..Train::example() };
        let args = arguments(&asked)?;
        Ok(args.into_iter().map(|arg| arg.into_string().unwrap()).collect())
    }

    #[test]
    fn options_become_arguments() {
        let args = arguments_of(json!({"steps": 5, "resume": true, "vae": "first/vae.safetensors"})).unwrap();
        assert_eq!(args, ["train", "dcgan", "--resume", "--steps", "5", "--vae", "first/vae.safetensors"]);
    }

    #[test]
    fn no_option_leads_out_of_the_folder_of_runs() {
        for options in [
            json!({"out": "x"}),
            json!({"data": "x"}),
            json!({"vae": "/etc/passwd"}),
            json!({"vae": "../catalog.sqlite"}),
            json!({"vae": "a/../../b"}),
            json!({"vae": "a/.hidden"}),
            json!({"vae": "-x"}),
            json!({"--out": "x"}),
            json!({"steps=1 --out": "x"}),
            json!({"vae": ["x"]}),
        ] {
            let answer = arguments_of(options.clone());
            assert!(matches!(answer, Err(Problem::Unacceptable(_))), "{options}");
        }
    }
}
