//! `gatefold delete`

use crate::cli::edit::{Follow, Report, open, tell};
use crate::cli::{Common, Failure};
use crate::{editing, queries};
use gatefold::album::AlbumId;
use gatefold::report::AlbumLine;

/// Take an album off all lists and the map
///
/// It stays away when its source is imported again, until it is restored; its cover's file stays in the data directory, and
/// your own files are left alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The album's id, as `gatefold albums` prints it
    id: AlbumId,
    /// Bring a deleted album back; `gatefold catalogue` lists them
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    follow: Follow,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut catalog = open(&args.common)?;
    if args.undo {
        let album = catalog.restore_album(args.id)?.ok_or_else(|| editing::not_deleted(args.id))?;
        let build = args.follow.build(&mut catalog)?;
        let line = AlbumLine::from(&album);
        return tell(args.common.output(), "is back:", &Report { album: Some(album), build }, &line);
    }
    let album = catalog.album(args.id)?.ok_or_else(|| queries::no_album(args.id))?;
    catalog.remove_album(args.id)?;
    let build = args.follow.build(&mut catalog)?;
    tell(args.common.output(), "was deleted:", &Report { album: None, build }, &AlbumLine::from(&album))
}
