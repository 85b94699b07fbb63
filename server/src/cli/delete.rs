//! `gatefold delete`

use crate::cli::asking::answered;
use crate::cli::edit::{Follow, Report, tell};
use crate::cli::{Common, Failure};
use crate::problem::missing::no_album;
use gatefold::album::AlbumId;
use gatefold::operations::{DeleteAlbum, RestoreAlbum};
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

/// Runs the command. Where HTTP answers with the build that has begun, this waits and says what it made.
pub fn run(args: Args) -> Result<(), Failure> {
    let (id, build) = (args.id, false);
    let state = args.common.writing()?;
    let known = match args.undo {
        true => answered(&state, RestoreAlbum { id, build })?.album,
        false => {
            let known = state.store.read_here(|catalog| catalog.album(id))?.ok_or_else(|| no_album(id))?;
            answered(&state, DeleteAlbum { id, build })?;
            Some(known)
        }
    };
    let line = known.as_ref().map(AlbumLine::from);
    let report = Report { build: args.follow.build(&state)?, album: known.filter(|_| args.undo) };
    tell(args.common.output(), if args.undo { "is back" } else { "was deleted" }, &report, line.as_ref())
}
