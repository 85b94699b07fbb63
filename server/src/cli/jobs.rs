//! `gatefold jobs`: the one command that asks a running server, since jobs are of a process.

use crate::cli::asking::{check, wait_for};
use crate::cli::{Common, Failure};
use axum::body::Body;
use axum::http::{Request, header};
use gatefold::operations::{Call, CancelJob, ListJobs, Operation, ReadJob, call};
use gatefold::wire::{Job, JobState, Refusal};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::path::PathBuf;

/// List the jobs of a running server, show one, or stop it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The job to show, as listed
    id: Option<String>,
    /// Ask it to stop
    #[arg(long, requires = "id")]
    cancel: bool,
    /// Where the server is, as it said when it started
    #[arg(long, value_name = "ADDRESS", default_value = "http://127.0.0.1:3000")]
    server: String,
    /// The token that the server asks for, in a file (or in the environment variable GATEFOLD_TOKEN)
    #[arg(long, value_name = "FILE", env = "GATEFOLD_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    match args.id.clone() {
        None => {
            let all = args.answered(ListJobs {})?;
            output.answer(&all, || all.jobs.iter().map(|job| line(job) + "\n").collect())
        }
        Some(id) => {
            let job = match args.cancel {
                true => args.answered(CancelJob { id })?,
                false => args.answered(ReadJob { id })?,
            };
            output.answer(&job, || line(&job))
        }
    }
}

fn line(job: &Job) -> String {
    let state = match &job.state {
        JobState::Queued => "waits".to_owned(),
        JobState::Running { stage, done, total: 0 } => format!("{stage}: {done}"),
        JobState::Running { stage, done, total } => format!("{stage}: {done} of {total}"),
        JobState::Done { .. } => "done".to_owned(),
        JobState::Failed { reason } => format!("failed: {reason}"),
        JobState::Cancelled => "was stopped".to_owned(),
    };
    format!("{}  {state}", job.id)
}

impl Args {
    /// What the server answers.
    fn answered<O: Operation>(&self, request: O) -> Result<O::Answer, Failure> {
        check(&request)?;
        let token = match &self.token_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|error| {
                Failure::Failed(format!("the token in {} cannot be read: {error}", file.display()))
            })?),
            None => std::env::var("GATEFOLD_TOKEN").ok(),
        };
        let call = call(&request)?;
        let (ok, bytes) =
            wait_for(self.send(call, token.as_deref().map(str::trim).filter(|t| !t.is_empty())))?;
        if ok {
            return Ok(serde_json::from_slice(&bytes)?);
        }
        Err(match serde_json::from_slice::<Refusal>(&bytes) {
            Ok(refusal) => Failure::Refused(Refusal { hint: None, ..refusal }),
            Err(_) => Failure::Failed(format!("what answers at {} is no Gatefold", self.server)),
        })
    }

    async fn send(&self, call: Call, token: Option<&str>) -> Result<(bool, Vec<u8>), Failure> {
        let unreachable = |why: &dyn std::fmt::Display| {
            let server = &self.server;
            Failure::Failed(format!(
                "no server answers at {server} ({why}): say where it is with --server ADDRESS"
            ))
        };
        let address = format!("{}{}", self.server.trim_end_matches('/'), call.address);
        let mut request = Request::builder().method(call.method.name()).uri(address);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).map_err(|error| unreachable(&error))?;
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        let answer = client.request(request).await.map_err(|error| unreachable(&error))?;
        let ok = answer.status().is_success();
        let body = answer.into_body().collect().await.map_err(|error| unreachable(&error))?;
        Ok((ok, body.to_bytes().to_vec()))
    }
}
