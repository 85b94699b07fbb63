//! `gatefold info`

use crate::cli::asking::{answered, load_model};
use crate::cli::{Common, Failure};
use crate::problem::Problem;
use crate::service::albums::{self, with_model};
use gatefold::catalog::Catalog;
use gatefold::operations::ReadInfo;
use gatefold::report::Info;
use std::fmt::Write;

/// Say what is here: version, catalogue, device, models
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. A data directory without a catalogue has no albums; that is no failure.
pub fn run(args: Args) -> Result<(), Failure> {
    let dir = args.common.data()?;
    let (info, missing) = if Catalog::exists(&dir) {
        let state = args.common.reading()?;
        let info = answered(&state, ReadInfo {})?;
        (info, state.model().err())
    } else {
        let info = albums::nothing_here(&dir);
        match load_model() {
            Ok(model) => (with_model(info, model.about()), None),
            Err(why) => (Info { device: "cpu".to_owned(), ..info }, Some(Problem::NotHere(why))),
        }
    };
    let missing = missing.map(|problem| problem.to_string());
    args.common.output().answer(&info, || text(&info, missing.as_deref()))
}

fn text(info: &Info, missing: Option<&str>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Gatefold {}", info.version);
    let demo = if info.demo { ", the demo catalogue" } else { "" };
    let _ = writeln!(text, "{} albums{demo}, in {}", info.albums, info.data);
    for (genre, n) in &info.genres {
        let _ = writeln!(text, "  {n:>6}  {genre}");
    }
    let _ = writeln!(text, "Device: {}", info.device);
    for model in &info.models {
        let _ = writeln!(text, "Model: {} {}, {} parameters", model.name, model.hash, model.params);
    }
    if let Some(why) = missing {
        let _ = writeln!(text, "Model: none ({why})");
    }
    text
}
