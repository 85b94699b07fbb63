//! `cargo xtask …`: everything that has to be done around cargo to build, serve and check Gatefold.

mod browser;
mod checks;
mod css;
mod cuda;
mod dist;
mod needs;
mod npm;
mod run;
mod site;
mod split;
mod tools;
mod try_out;
mod wasm;

use crate::needs::{Consent, Need};
use crate::run::Run;
use crate::site::Build;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves and checks Gatefold", disable_help_subcommand = true)]
struct Arguments {
    /// Install what is missing without asking.
    #[arg(long, short, global = true)]
    yes: bool,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build page and server and start the server: quickly, or as they ship.
    Serve {
        /// Build what ships: optimised as far as it goes, which takes several times as long.
        #[arg(long)]
        release: bool,
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
    /// Build the page alone into `target/site`, as it ships.
    Site {
        /// Build it quickly instead: larger, and slower in the browser.
        #[arg(long)]
        quick: bool,
    },
    /// Check the page for the browser, without building it.
    WasmCheck,
    /// Formatting, spelling, dependencies, clippy and documentation, for the native and the browser build.
    Lint {
        /// Leave the native build out.
        #[arg(long)]
        page_only: bool,
    },
    /// Pack what ships with its licences into `target/dist`, with a checksum.
    Dist {
        /// Unpack the archive and see whether the program serves its page with nothing of this machine's.
        #[arg(long)]
        check: bool,
    },
    /// Every test: unit, integration, HTTP, command line, browser.
    Test {
        /// Leave the browser out (never on a machine that checks submissions).
        #[arg(long)]
        no_browser: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.task, Consent::new(arguments.yes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task, consent: Consent) -> Result<()> {
    match task {
        Task::Serve { release, cuda, arguments } => {
            let build = if release || cuda { Build::Release } else { Build::Quick };
            needs::ensure(&for_program(build, cuda), consent)?;
            site::build(build)?;
            let binary = site::server(build, cuda)?;
            let mut serve = run::command(&binary);
            if cuda {
                cuda::run_with(&mut serve);
            }
            if build == Build::Quick {
                eprintln!(
                    "a quick build; `cargo xtask serve --release` makes the one that ships, which is faster"
                );
            }
            serve.arg("serve").args(arguments).run_to_end()
        }
        Task::Build { cuda } => {
            needs::ensure(&for_program(Build::Release, cuda), consent)?;
            site::build(Build::Release)?;
            let binary = site::server(Build::Release, cuda)?;
            eprintln!("built {}", binary.display());
            Ok(())
        }
        Task::Site { quick } => {
            let build = if quick { Build::Quick } else { Build::Release };
            needs::ensure(&for_program(build, false), consent)?;
            site::build(build)
        }
        Task::Dist { check } => {
            needs::ensure(&for_program(Build::Release, false), consent)?;
            dist::dist(check)
        }
        Task::WasmCheck => {
            needs::ensure(&[&wasm::Compiler], consent)?;
            wasm::Toolchain::find()?.check()
        }
        Task::Lint { page_only } => checks::lint(page_only, consent),
        Task::Test { no_browser } => checks::test(no_browser, consent),
    }
}

/// What page and server are built with.
fn for_program(build: Build, cuda: bool) -> Vec<&'static dyn Need> {
    let mut needs: Vec<&dyn Need> = vec![&wasm::Compiler];
    if build == Build::Release {
        needs.push(&npm::BINARYEN);
    }
    if cuda {
        needs.push(&cuda::Compiler);
    }
    needs
}
