//! `gatefold edit`

use crate::cli::asking::{answered, check};
use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure, lines};
use crate::state::AppState;
use gatefold::album::{Album, AlbumId};
use gatefold::edit::Edit;
use gatefold::operations::{EditAlbum, UndoEdits};
use gatefold::report::{AlbumLine, BuildReport};
use serde::Serialize;

/// Change what an album is called, its genre or its year
///
/// The change lies over what the album's sources say and outlives their next import. An empty text ("") says that nobody
/// knows.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The album's id, as `gatefold albums` prints it
    id: AlbumId,
    /// Who made it
    #[arg(long, value_name = "TEXT")]
    artist: Option<String>,
    /// Its title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The genre that it counts as
    #[arg(long, value_name = "GENRE")]
    genre: Option<String>,
    /// Year of release
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// Take all changes of this album back, so that it is again what its sources say
    #[arg(long, conflicts_with_all = ["artist", "title", "genre", "year"])]
    undo: bool,
    #[command(flatten)]
    follow: Follow,
    #[command(flatten)]
    pub common: Common,
}

/// Whether the map follows a change at once.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Follow {
    /// Leave the map as it is: it follows with the next `gatefold build`
    #[arg(long)]
    no_build: bool,
}

impl Follow {
    /// Brings the map up to date, unless that was to be left.
    pub(super) fn build(self, state: &AppState) -> Result<Option<BuildReport>, Failure> {
        if self.no_build {
            return Ok(None);
        }
        let bar = Bar::new();
        Ok(Some(gatefold::pipeline::run(&mut *state.store.writer()?, &bar)?))
    }
}

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct Report {
    /// The album as it is now; none when it was deleted.
    pub album: Option<Album>,
    /// The build that followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildReport>,
}

/// Runs the command. Where HTTP answers with the build that has begun, this waits and says what it made.
pub fn run(args: Args) -> Result<(), Failure> {
    let (id, build) = (args.id, false);
    let asked = if args.undo { None } else { Some(EditAlbum { id, edit: args.edit()?, build }) };
    asked.as_ref().map_or(Ok(()), check)?;
    let state = args.common.writing()?;
    let changed = match asked {
        None => answered(&state, UndoEdits { id, build })?,
        Some(edit) => answered(&state, edit)?,
    };
    let report = Report { build: args.follow.build(&state)?, album: changed.album };
    let line = report.album.as_ref().map(AlbumLine::from);
    tell(args.common.output(), "is now", &report, line.as_ref())
}

impl Args {
    /// The edit that is asked for.
    fn edit(&self) -> Result<Edit, Failure> {
        let year = self.year.as_deref().map(Edit::year_of).transpose();
        Ok(Edit {
            artist: self.artist.clone().map(Some),
            title: self.title.clone().map(Some),
            genre: self.genre.clone().map(Some),
            year: year.map_err(|error| Failure::Usage(error.to_string()))?,
        })
    }
}

/// Says what became of an album.
pub(super) fn tell(
    output: Output,
    what: &str,
    report: &Report,
    line: Option<&AlbumLine>,
) -> Result<(), Failure> {
    output.answer(report, || line.map(|line| format!("{what}: {}", lines::full(line))).unwrap_or_default())
}
