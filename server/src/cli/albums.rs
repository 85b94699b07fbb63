//! `gatefold albums`

use crate::cli::asking::{answered, check};
use crate::cli::{Common, Failure, lines};
use gatefold::album::AlbumId;
use gatefold::operations::ListAlbums;
use gatefold::report::AlbumList;
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
    /// These albums and nothing else, in this order
    #[arg(long, value_name = "ID,…", value_delimiter = ',', conflicts_with_all = ["query", "genre"])]
    ids: Vec<AlbumId>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. One answer has at most [`ListAlbums::MOST`] albums, so longer lists are asked for in parts.
pub fn run(args: Args) -> Result<(), Failure> {
    let most = args.limit.unwrap_or(u32::MAX);
    let mut list = AlbumList::default();
    let mut asked = ListAlbums {
        query: args.query,
        genre: args.genre,
        limit: None,
        offset: args.offset,
        ids: Some(args.ids).filter(|ids| !ids.is_empty()),
    };
    check(&asked)?;
    let state = args.common.reading()?;
    loop {
        let left = most.saturating_sub(list.albums.len() as u32).min(ListAlbums::MOST);
        asked.limit = Some(left);
        let part = answered(&state, asked.clone())?;
        let more = part.albums.len() as u32 == left && left == ListAlbums::MOST;
        asked.offset = asked.offset.saturating_add(part.albums.len() as u32);
        list.total = part.total;
        list.albums.extend(part.albums);
        if !more || asked.ids.is_some() {
            break;
        }
    }
    args.common.output().answer(&list, || text(&list))
}

fn text(list: &AlbumList) -> String {
    let mut text = String::new();
    for line in &list.albums {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", lines::full(line));
    }
    let _ = writeln!(text, "{} of {}", list.albums.len(), list.total);
    text
}
