//! `gatefold edit`

use crate::cli::output::Output;
use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::{editing, queries};
use gatefold::album::{Album, AlbumId};
use gatefold::catalog::{Access, Catalog};
use gatefold::edit::Edit;
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
    pub(super) fn build(self, catalog: &mut Catalog) -> Result<Option<BuildReport>, Failure> {
        if self.no_build {
            return Ok(None);
        }
        let bar = Bar::new();
        Ok(Some(gatefold::pipeline::run(catalog, &bar)?))
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

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let edit = args.edit()?;
    let mut catalog = open(&args.common)?;
    let album = match edit {
        None => catalog.undo_edits(args.id)?,
        Some(edit) => catalog.edit_album(args.id, edit)?,
    };
    let album = album.ok_or_else(|| queries::no_album(args.id))?;
    let build = args.follow.build(&mut catalog)?;
    tell(
        args.common.output(),
        "is now",
        &Report { album: Some(album.clone()), build },
        &AlbumLine::from(&album),
    )
}

impl Args {
    /// The edit that is asked for; `None` to take all back.
    fn edit(&self) -> Result<Option<Edit>, Failure> {
        if self.undo {
            return Ok(None);
        }
        let year = self.year.as_deref().map(Edit::year_of).transpose();
        let edit = Edit {
            artist: self.artist.clone().map(Some),
            title: self.title.clone().map(Some),
            genre: self.genre.clone().map(Some),
            year: year.map_err(|error| Failure::Usage(error.to_string()))?,
        };
        let edit = editing::checked(&edit).map_err(|problem| Failure::Usage(problem.to_string()))?;
        Ok(Some(edit))
    }
}

/// A catalogue that is there, to be changed.
pub(super) fn open(common: &Common) -> Result<Catalog, Failure> {
    let dir = common.data()?;
    // Opening for writing would make an empty one.
    Catalog::expect(&dir)?;
    Ok(Catalog::open(&dir, Access::Write)?)
}

/// Says what became of an album.
pub(super) fn tell(output: Output, what: &str, report: &Report, line: &AlbumLine) -> Result<(), Failure> {
    let artist = line.artist.as_deref().unwrap_or("–");
    let genre = line.genre.as_ref().map_or("–", |genre| genre.as_str());
    let year = line.year.map_or_else(|| "–".to_owned(), |year| year.to_string());
    output.answer(report, || format!("{} {what} {artist} · {}  ({genre}, {year})", line.id, line.title))
}
