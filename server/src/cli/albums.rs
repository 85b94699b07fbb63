//! `gatefold albums`

use crate::cli::{Common, Failure};
use gatefold::catalog::{Access, Catalog};
use gatefold::report::AlbumList;
use gatefold::wire::AlbumQuery;
use std::fmt::Write;

/// List albums: ids and facts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words that artist, title or track contain; spelling is forgiven
    #[arg(long, value_name = "TEXT", default_value = "")]
    query: String,
    /// Only this genre
    #[arg(long, value_name = "GENRE")]
    genre: Option<String>,
    /// At most so many [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Leave out so many first
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: Args) -> Result<(), Failure> {
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let limit = Some(args.limit.unwrap_or(u32::MAX));
    let list =
        catalog.find(&AlbumQuery { query: args.query, genre: args.genre, limit, offset: args.offset })?;
    args.common.output().answer(&list, || text(&list))
}

fn text(list: &AlbumList) -> String {
    let mut text = String::new();
    for line in &list.albums {
        let artist = line.artist.as_deref().unwrap_or("–");
        let genre = line.genre.as_ref().map_or("–", |genre| genre.as_str());
        let year = line.year.map_or_else(|| "–".to_owned(), |year| year.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {artist} · {}  ({genre}, {year})", line.id, line.title);
    }
    let _ = writeln!(text, "{} of {}", list.albums.len(), list.total);
    text
}
