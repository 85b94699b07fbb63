//! Jobs in a process of their own: training and measuring take hours, and must keep nobody from importing meanwhile.
//!
//! The process is this very program, run as on a command line with `--json`. It is asked to stop by nobody reading it any more,
//! which ends a run of training with its last checkpoint.

use crate::jobs::JobHandle;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use gatefold::progress::Progress;
use gatefold::wire::{Outcome, Refusal};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often to look whether the job shall stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a process may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process, as whoever waits for it sees it.
pub struct Child<'a> {
    lines: Receiver<String>,
    job: &'a JobHandle,
    last: String,
}

impl Child<'_> {
    /// Hears each line of JSON that it prints, until it ends.
    ///
    /// # Errors
    /// When the job was asked to stop.
    pub fn each_line(&mut self, mut hear: impl FnMut(&str, &JobHandle)) -> Result<(), String> {
        loop {
            if self.job.cancelled() {
                return Err("cancelled".to_owned());
            }
            match self.lines.recv_timeout(LOOK_EVERY) {
                Ok(line) => {
                    hear(&line, self.job);
                    self.last = line;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}

/// Starts a job in a process of its own. `begin` gets a folder that goes with the job and says the arguments.
///
/// # Errors
/// [`Problem::Busy`] while another such job is under way, and those of [`Store::may_change`](crate::store::Store::may_change).
pub async fn start(
    state: &AppState,
    begin: impl FnOnce(&Path) -> std::io::Result<Vec<OsString>> + Send + 'static,
    ended: impl FnOnce(&mut Child<'_>) -> Result<Outcome, String> + Send + 'static,
) -> Result<Arc<JobHandle>, Problem> {
    let store = state.store.clone();
    blocking(move || store.may_change()).await?;
    let place = state.processes.clone().try_acquire_owned().map_err(|_| Problem::Busy {
        sentence: "a model is being trained or measured already: wait for it, or stop it".to_owned(),
        retry_after_s: 60,
    })?;
    let program = state.settings.program.clone();
    let program =
        program.map_or_else(std::env::current_exe, Ok).map_err(|e| Problem::Internal(e.to_string()))?;
    let (job, data) = (state.jobs.start(), state.store.dir().to_owned());
    let of_thread = job.clone();
    let work = move || {
        let whole = || -> Result<Outcome, String> {
            let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
            let args = begin(folder.path()).map_err(|e| e.to_string())?;
            run(&program, &args, &data, &of_thread, ended)
        };
        let ended = whole();
        // Whoever hears of the end may begin the next.
        drop(place);
        of_thread.finish_with(ended);
    };
    let thread = std::thread::Builder::new().name("own process".to_owned()).spawn(work);
    thread.map_err(|e| Problem::Internal(format!("there is no thread for it: {e}")))?;
    Ok(job)
}

fn run(
    program: &Path,
    args: &[OsString],
    data: &Path,
    job: &JobHandle,
    ended: impl FnOnce(&mut Child<'_>) -> Result<Outcome, String>,
) -> Result<Outcome, String> {
    let runs = data.join("runs");
    std::fs::create_dir_all(&runs).map_err(|e| format!("{} cannot be made: {e}", runs.display()))?;
    let mut process = Command::new(program)
        .args(args)
        .arg("--json")
        // What its options name lies there.
        .current_dir(&runs)
        .env_remove("GATEFOLD_TOKEN")
        .env_remove("GATEFOLD_TOKEN_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("{} cannot be run: {e}", program.display()))?;
    job.stage("Starting", 0);
    let (said, lines) = crossbeam_channel::bounded(64);
    if let Some(out) = process.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if said.send(line).is_err() {
                    return;
                }
            }
        });
    }
    let mut child = Child { lines, job, last: String::new() };
    let outcome = ended(&mut child);
    let Child { lines, last, .. } = child;
    drop(lines);
    let asked = Instant::now();
    let status = loop {
        match process.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status,
            None if asked.elapsed() > PATIENCE => {
                process.kill().map_err(|e| e.to_string())?;
                break process.wait().map_err(|e| e.to_string())?;
            }
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    if status.success() || job.cancelled() {
        return outcome;
    }
    Err(serde_json::from_str::<Refusal>(&last)
        .map_or_else(|_| format!("the process ended with {status}"), |refusal| refusal.error))
}
