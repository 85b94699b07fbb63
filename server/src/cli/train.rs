//! `gatefold train`

use crate::cli::{Common, Failure};

/// Train a model
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let _ = args;
    Err(Failure::Failed("not yet".to_owned()))
}
