//! The command line: one module per command, and what they share.
//!
//! With `--json` a command prints one JSON object on standard output and nothing else there; what people read
//! goes to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage (arguments that can never work, whatever
//! is in the data directory).

mod access;
mod albums;
mod build;
mod catalogue;
mod delete;
mod demo;
mod doctor;
mod duplicates;
mod edit;
mod evaluate;
mod evaluate_graph;
mod evaluate_model;
mod export;
mod failure;
mod finishing;
mod generate;
mod import;
mod info;
mod interrupt;
mod journey;
mod judge;
mod like;
mod near;
mod neighbourhoods;
mod output;
mod picture;
mod progress;
mod remove_source;
mod runs;
mod serve;
mod sets;
mod surprises;
mod terminal;
mod train;
mod why;

pub use failure::Failure;

use crate::exploring;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use gatefold::mixture::Mixture;
use output::Output;
use std::borrow::Cow;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Shows a music collection as a map of its covers, and makes new covers out of chosen ones.
#[derive(Debug, Parser)]
#[command(name = "gatefold", version, about, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Doctor(doctor::Args),
    Albums(albums::Args),
    Surprises(surprises::Args),
    Judge(judge::Args),
    Near(near::Args),
    Why(why::Args),
    Journey(journey::Args),
    Like(like::Args),
    Neighbourhoods(neighbourhoods::Args),
    Duplicates(duplicates::Args),
    Export(export::Args),
    Sets(sets::Args),
    Catalogue(catalogue::Args),
    Import(import::Args),
    Edit(edit::Args),
    Delete(delete::Args),
    HideSource(remove_source::HideArgs),
    RemoveSource(remove_source::Args),
    Build(build::Args),
    Evaluate(evaluate::Args),
    EvaluateModel(evaluate_model::Args),
    EvaluateGraph(evaluate_graph::Args),
    Train(train::Args),
    Runs(runs::Args),
    Generate(generate::Args),
    Info(info::Args),
}

/// What every command that looks at a catalogue takes.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// The data directory [default: the platform's own]
    #[arg(long, value_name = "DIR", env = "GATEFOLD_DATA")]
    data: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
}

/// What neighbours are made of.
#[derive(Debug, clap::Args)]
pub struct Mix {
    /// What neighbours are made of, such as look=1,palette=0.5; parts are look, palette, genre, listeners, year [default:
    /// the usual mixture]
    #[arg(long, value_name = "MIXTURE")]
    mix: Option<String>,
}

impl Mix {
    fn mixture(&self) -> Result<Mixture, Failure> {
        exploring::mixture(self.mix.as_deref()).map_err(|problem| Failure::Usage(problem.to_string()))
    }
}

/// How the answer is given.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Json {
    /// Print one JSON object on standard output, and nothing else there
    #[arg(long)]
    json: bool,
}

impl Common {
    fn output(&self) -> Output {
        self.json.output()
    }

    /// The data directory: as asked for, else the platform's.
    fn data(&self) -> Result<PathBuf, Failure> {
        if let Some(dir) = &self.data {
            return Ok(dir.clone());
        }
        directories::ProjectDirs::from("", "", "gatefold").map(|dirs| dirs.data_dir().to_owned()).ok_or_else(
            || Failure::Failed("this user has no home directory: say where with --data DIR".to_owned()),
        )
    }
}

impl Json {
    fn output(self) -> Output {
        Output::new(self.json)
    }
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let json = match &cli.command {
        Command::Serve(args) => args.common.json,
        Command::Demo(args) => args.common.json,
        Command::Doctor(args) => args.common.json,
        Command::Albums(args) => args.common.json,
        Command::Surprises(args) => args.common.json,
        Command::Judge(args) => args.common.json,
        Command::Near(args) => args.common.json,
        Command::Why(args) => args.common.json,
        Command::Journey(args) => args.common.json,
        Command::Like(args) => args.common.json,
        Command::Neighbourhoods(args) => args.common.json,
        Command::Duplicates(args) => args.common.json,
        Command::Export(args) => args.common.json,
        Command::Sets(args) => args.common.json,
        Command::Catalogue(args) => args.common.json,
        Command::Import(args) => args.common.json,
        Command::Edit(args) => args.common.json,
        Command::Delete(args) => args.common.json,
        Command::HideSource(args) => args.common.json,
        Command::RemoveSource(args) => args.common.json,
        Command::Build(args) => args.common.json,
        Command::Evaluate(args) => args.common.json,
        Command::EvaluateModel(args) => args.json,
        Command::EvaluateGraph(args) => args.common.json,
        Command::Train(args) => args.json(),
        Command::Runs(args) => args.common.json,
        Command::Generate(args) => args.common.json,
        Command::Info(args) => args.common.json,
    };
    log(if matches!(cli.command, Command::Serve(_)) {
        "warn,gatefold=info,gatefold_server=info"
    } else {
        "warn"
    });
    let result = match cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Albums(args) => albums::run(args),
        Command::Surprises(args) => surprises::run(args),
        Command::Judge(args) => judge::run(&args),
        Command::Near(args) => near::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Journey(args) => journey::run(&args),
        Command::Like(args) => like::run(&args),
        Command::Neighbourhoods(args) => neighbourhoods::run(&args),
        Command::Duplicates(args) => duplicates::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Sets(args) => sets::run(&args),
        Command::Catalogue(args) => catalogue::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Edit(args) => edit::run(&args),
        Command::Delete(args) => delete::run(&args),
        Command::HideSource(args) => remove_source::hide(&args),
        Command::RemoveSource(args) => remove_source::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::EvaluateModel(args) => evaluate_model::run(&args),
        Command::EvaluateGraph(args) => evaluate_graph::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Runs(args) => runs::run(&args),
        Command::Generate(args) => generate::run(args),
        Command::Info(args) => info::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json.output()),
    }
}

/// Clap's own refusals, and its help. They are read by people, except where a program asked for JSON.
fn refuse(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|arg| arg == "--json");
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if wants_json && !is_help {
        let text = error.to_string();
        let sentence = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        return Failure::Usage(sentence.to_owned()).report(Output::new(true));
    }
    let text = error.to_string();
    match terminal::harmless(&text) {
        // Somebody's argument would command the terminal.
        Cow::Owned(said) if !is_help => eprint!("{said}"),
        // A reader that went away has seen enough.
        _ => drop(error.print()),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// `GATEFOLD_LOG` says what is logged, in the usual syntax of `RUST_LOG`.
fn log(usual: &str) {
    let filter = EnvFilter::try_from_env("GATEFOLD_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    // A file is no terminal, and who sets NO_COLOR wants none on one either (no-color.org).
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colours = std::io::stderr().is_terminal() && !plain;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_target(false).with_ansi(colours).init();
}
