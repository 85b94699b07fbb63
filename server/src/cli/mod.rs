//! The command line: one module per command, and what they share.
//!
//! With `--json` a command prints one JSON object on standard output and nothing else there; what people read
//! goes to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage (arguments that can never work, whatever
//! is in the data directory).

mod access;
mod album;
mod albums;
mod asking;
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
mod evaluations;
mod export;
mod failure;
mod finishing;
mod generate;
mod generated;
mod import;
mod info;
mod interrupt;
mod jobs;
mod journey;
mod judge;
mod like;
mod lines;
mod near;
mod nearest;
mod neighbourhoods;
mod neighbours;
mod output;
mod picture;
mod progress;
mod remove_source;
mod runs;
mod serve;
mod sets;
mod studio;
mod surprises;
mod terminal;
mod train;
mod why;

pub use failure::Failure;

use crate::service::exploring;
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

/// Declares the commands: each with its arguments and what runs it.
macro_rules! commands {
    ($($command:ident($args:path) => $run:path $(, $($json:ident).+)?;)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($command($args),)*
        }

        impl Command {
            fn json(&self) -> Json {
                match self {
                    $(Self::$command(args) => args.json(),)*
                }
            }

            fn run(self) -> Result<(), Failure> {
                match self {
                    $(Self::$command(args) => $run(args),)*
                }
            }
        }

        $($(impl AsksJson for $args {
            fn json(&self) -> Json {
                self.$($json).+
            }
        })?)*
    };
}

/// Arguments that say how the answer is given.
trait AsksJson {
    fn json(&self) -> Json;
}

commands! {
    Serve(serve::Args) => serve::run, common.json;
    Demo(demo::Args) => demo::run, common.json;
    Doctor(doctor::Args) => doctor::run, common.json;
    Albums(albums::Args) => albums::run, common.json;
    Album(album::Args) => album::run, common.json;
    Nearest(nearest::Args) => nearest::run, common.json;
    Neighbours(neighbours::Args) => neighbours::run, common.json;
    Surprises(surprises::Args) => surprises::run, common.json;
    Judge(judge::Args) => judge::run, common.json;
    Near(near::Args) => near::run, common.json;
    Why(why::Args) => why::run, common.json;
    Journey(journey::Args) => journey::run, common.json;
    Like(like::Args) => like::run, common.json;
    Neighbourhoods(neighbourhoods::Args) => neighbourhoods::run, common.json;
    Duplicates(duplicates::Args) => duplicates::run, common.json;
    Export(export::Args) => export::run, common.json;
    Sets(sets::Args) => sets::run, common.json;
    Catalogue(catalogue::Args) => catalogue::run, common.json;
    Import(import::Args) => import::run, common.json;
    Edit(edit::Args) => edit::run, common.json;
    Delete(delete::Args) => delete::run, common.json;
    HideSource(remove_source::HideArgs) => remove_source::hide, common.json;
    RemoveSource(remove_source::Args) => remove_source::run, common.json;
    Build(build::Args) => build::run, common.json;
    Evaluate(evaluate::Args) => evaluate::run, common.json;
    Evaluations(evaluations::Args) => evaluations::run, common.json;
    EvaluateModel(evaluate_model::Args) => measure_model, json;
    EvaluateGraph(evaluate_graph::Args) => evaluate_graph::run, common.json;
    Train(train::Args) => train;
    Runs(runs::Args) => runs::run, common.json;
    Generate(generate::Args) => generate::run, common.json;
    Generated(generated::Args) => generated::run, common.json;
    Preview(studio::PreviewArgs) => studio::preview, common.json;
    Finish(studio::FinishArgs) => studio::finish, common.json;
    Rate(studio::RateArgs) => studio::rate, common.json;
    Ratings(studio::RatingsArgs) => studio::ratings, common.json;
    Resembles(studio::ResemblesArgs) => studio::resembles, common.json;
    Attributes(studio::AttributesArgs) => studio::attributes, common.json;
    Jobs(jobs::Args) => jobs::run, common.json;
    Info(info::Args) => info::run, common.json;
}

fn train(args: train::Args) -> Result<(), Failure> {
    train::run(&args)
}

fn measure_model(args: evaluate_model::Args) -> Result<(), Failure> {
    evaluate_model::run(&args)
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
    let json = cli.command.json();
    log(if matches!(cli.command, Command::Serve(_)) {
        "warn,gatefold=info,gatefold_server=info"
    } else {
        "warn"
    });
    let result = cli.command.run();
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
