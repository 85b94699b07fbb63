//! `gatefold like`

use crate::cli::{Common, Failure, Mix};
use crate::exploring;
use gatefold::catalog::{Access, Catalog};
use gatefold::wire::Neighbour;
use serde::Serialize;
use std::fmt::Write;

/// List albums that are like some, and unlike others
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Ids of albums that others should be like; with a minus before it, of one that they should not be like
    #[arg(value_name = "ID,-ID,…", allow_hyphen_values = true)]
    albums: String,
    /// How many
    #[arg(short, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=i64::from(exploring::MOST)))]
    n: u32,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Report {
    albums: Vec<Neighbour>,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: &Args) -> Result<(), Failure> {
    let seeds = exploring::seeds(&args.albums).map_err(|problem| Failure::Usage(problem.to_string()))?;
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let atlas = exploring::atlas_of(&catalog)?;
    let albums = exploring::more_like(&catalog, &atlas, &args.mix.mixture()?, &seeds, args.n)?;
    args.common.output().answer(&Report { albums: albums.clone() }, || listed(&albums))
}

/// Albums with how alike they are, a line each.
pub(super) fn listed(albums: &[Neighbour]) -> String {
    let mut text = String::new();
    for Neighbour { album, similarity, .. } in albums {
        let artist = album.artist.as_deref().unwrap_or("–");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:>5.1} %  {}  {artist} · {}", 100.0 * similarity, album.id, album.title);
    }
    text
}
