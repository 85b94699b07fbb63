//! `cargo xtask …`: everything that has to be done around cargo to build, serve and check Gatefold.

mod browser;
mod checks;
mod css;
mod cuda;
mod licences;
mod npm;
mod run;
mod site;
mod split;
mod wasm;

use crate::run::Run;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves and checks Gatefold", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build page and server in release and start the server.
    Serve {
        /// Build for CUDA, fetching NVIDIA's compiler when the system has none.
        #[arg(long)]
        cuda: bool,
        /// Passed on to `gatefold serve`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build page and server in release: `target/release/gatefold`.
    Build {
        /// Build for CUDA, fetching NVIDIA's compiler when the system has none.
        #[arg(long)]
        cuda: bool,
    },
    /// Build the page alone into `target/site`.
    Site,
    /// Check the page for the browser, without building it.
    WasmCheck,
    /// Formatting, clippy for the native and the browser build, licences.
    Lint {
        /// Leave the native build out.
        #[arg(long)]
        page_only: bool,
    },
    /// Every test: unit, integration, HTTP, command line, browser.
    Test {
        /// Leave the browser out (never on a machine that checks submissions).
        #[arg(long)]
        no_browser: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Serve { cuda, arguments } => {
            site::build()?;
            let binary = site::server(cuda)?;
            let mut serve = run::command(&binary);
            if cuda {
                cuda::run_with(&mut serve);
            }
            serve.arg("serve").args(arguments).run_to_end()
        }
        Task::Build { cuda } => {
            site::build()?;
            let binary = site::server(cuda)?;
            eprintln!("built {}", binary.display());
            Ok(())
        }
        Task::Site => site::build(),
        Task::WasmCheck => wasm::Toolchain::find()?.check(),
        Task::Lint { page_only } => checks::lint(page_only),
        Task::Test { no_browser } => checks::test(no_browser),
    }
}
