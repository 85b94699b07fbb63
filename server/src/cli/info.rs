//! `gatefold info`

use crate::cli::{Common, Failure};
use crate::{queries, weights};
use gatefold::catalog::{Access, Catalog};
use gatefold::models::DeviceChoice;
use gatefold::report::Info;
use std::fmt::Write;

/// Say what is here: version, catalogue, device, models
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. A data directory without a catalogue has no albums; that is no failure.
pub fn run(args: &Args) -> Result<(), Failure> {
    let dir = args.common.data()?;
    let mut info = if Catalog::exists(&dir) {
        queries::catalogue_info(&Catalog::open(&dir, Access::Read)?)?
    } else {
        Info {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data: dir.display().to_string(),
            features: gatefold::genre::offered(),
            ..Info::default()
        }
    };
    info.device = "cpu".to_owned();
    let mut missing = None;
    match weights::load(None, DeviceChoice::Auto) {
        Ok(model) => {
            info.device = model.device();
            info.models = vec![model.info()];
        }
        Err(why) => missing = Some(why.to_string()),
    }
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
