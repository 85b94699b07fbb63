//! `gatefold export`

use crate::cli::asking::wait_for;
use crate::cli::{Common, Failure, Mix, terminal};
use crate::problem::Problem;
use crate::service::exploring::explore;
use crate::service::exporting::{self, MapFile};
use crate::service::sets;
use gatefold::album::AlbumId;
use gatefold::catalog::Catalog;
use gatefold::explore::Atlas;
use gatefold::report::Skipped;
use gatefold::whole;
use serde::Serialize;
use std::path::PathBuf;

/// Write the map as a file for other programs: .gexf (Gephi), .graphml, .csv, or the music of --albums as .m3u8
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to; its ending says what it becomes
    file: PathBuf,
    /// Only these albums and the lines between them
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    albums: Vec<AlbumId>,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Report {
    out: String,
    albums: u64,
    /// Files with music that a playlist cannot list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Skipped>,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let ending = args.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ending.eq_ignore_ascii_case("m3u8") {
        return playlist(&args);
    }
    let kind = MapFile::of_ending(ending).ok_or_else(|| {
        let name = args.file.display();
        Failure::Usage(format!(
            "{name} must end in .gexf, .graphml, .csv or .m3u8: the ending says what it becomes"
        ))
    })?;
    let mixture = args.mix.mixture()?;
    let state = args.common.reading()?;
    let only = Some(args.albums.clone()).filter(|albums| !albums.is_empty());
    let ask = move |catalog: &Catalog, atlas: &Atlas| -> Result<(String, u64), Problem> {
        let content = exporting::exported(catalog, atlas, &mixture, only.as_deref(), kind)?;
        Ok((content, only.map_or(atlas.parts().len(), |only| only.len()) as u64))
    };
    let (content, albums) = wait_for(async { Ok(explore(&state, None, ask).await?) })?;
    write(&args, content, albums, Vec::new())
}

/// The music of the albums that were named, as far as it is known.
fn playlist(args: &Args) -> Result<(), Failure> {
    if args.albums.is_empty() {
        return Err(Failure::Usage("a playlist is of some albums: name them with --albums ID,…".to_owned()));
    }
    let list = args.common.reading()?.store.read_here(|catalog| sets::playlist(catalog, &args.albums))?;
    for one in &list.left_out {
        let (source, reason) = (terminal::one_line(&one.source), terminal::one_line(&one.reason));
        args.common.output().say(format_args!("left out {source}: {reason}"));
    }
    write(args, list.text, list.albums, list.left_out)
}

fn write(args: &Args, content: String, albums: u64, left_out: Vec<Skipped>) -> Result<(), Failure> {
    whole::write(&args.file, content.as_bytes())
        .map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", args.file.display())))?;
    let report = Report { out: args.file.display().to_string(), albums, left_out };
    args.common.output().answer(&report, || format!("{albums} albums written to {}\n", report.out))
}
