//! `gatefold sets`

use crate::cli::{Common, Failure};
use crate::sets::no_set;
use clap::ValueEnum;
use gatefold::album::AlbumId;
use gatefold::catalog::{Access, Catalog};
use gatefold::report::AlbumLine;
use gatefold::sets::{self, AlbumSet};
use serde::Serialize;
use std::fmt::Write;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum What {
    /// All sets
    List,
    /// The albums of one
    Show,
    /// Keep --albums under a name; a set of that name is replaced
    Save,
    /// Call one otherwise
    Rename,
    /// Forget one
    Delete,
}

/// List, show, save, rename or delete named sets of albums
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value = "list")]
    what: What,
    /// Which set
    name: Option<String>,
    /// Its albums, to be saved
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    albums: Vec<AlbumId>,
    /// Its new name
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Serialize)]
struct Listed {
    sets: Vec<AlbumSet>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    set: AlbumSet,
    lines: Vec<AlbumLine>,
}

#[derive(Serialize)]
struct Deleted {
    deleted: String,
}

/// Runs the command. Listing and showing work beside a server; the others write.
pub fn run(args: &Args) -> Result<(), Failure> {
    let output = args.common.output();
    let data = args.common.data()?;
    if args.what == What::List {
        let sets = Catalog::open(&data, Access::Read)?.sets()?;
        return output.answer(&Listed { sets: sets.clone() }, || listed(&sets));
    }
    let name =
        args.name.as_deref().ok_or_else(|| Failure::Usage("say which set: give its name".to_owned()))?;
    match args.what {
        What::List | What::Show => {
            let catalog = Catalog::open(&data, Access::Read)?;
            let set = catalog.set(name)?.ok_or_else(|| no_set(name))?;
            let lines = lines(&catalog, &set)?;
            let text = shown(&set, &lines);
            output.answer(&Shown { set, lines }, || text)
        }
        What::Save => {
            let (name, albums) = (usage(sets::name(name))?, usage(sets::albums(&args.albums))?);
            let set = Catalog::open(&data, Access::Write)?.put_set(&name, &albums)?;
            output.answer(&set, || {
                format!("“{}” saved with {} albums{}\n", set.name, set.albums.len(), gone(&set))
            })
        }
        What::Rename => {
            let to = args
                .to
                .as_deref()
                .ok_or_else(|| Failure::Usage("say how to call it: --to NAME".to_owned()))?;
            let to = usage(sets::name(to))?;
            let mut catalog = Catalog::open(&data, Access::Write)?;
            if !catalog.rename_set(name, &to)? {
                return Err(no_set(name).into());
            }
            let set = catalog.set(&to)?.ok_or_else(|| no_set(&to))?;
            output.answer(&set, || format!("“{name}” is called “{to}” now\n"))
        }
        What::Delete => {
            if !Catalog::open(&data, Access::Write)?.remove_set(name)? {
                return Err(no_set(name).into());
            }
            output.answer(&Deleted { deleted: name.to_owned() }, || format!("“{name}” deleted\n"))
        }
    }
}

fn usage<T>(checked: Result<T, sets::Unfit>) -> Result<T, Failure> {
    checked.map_err(|unfit| Failure::Usage(unfit.to_string()))
}

fn lines(catalog: &Catalog, set: &AlbumSet) -> Result<Vec<AlbumLine>, Failure> {
    let mut lines = Vec::with_capacity(set.albums.len());
    for &id in &set.albums {
        lines.extend(catalog.album(id)?.as_ref().map(AlbumLine::from));
    }
    Ok(lines)
}

fn gone(set: &AlbumSet) -> String {
    match set.gone {
        0 => String::new(),
        n => format!(" ({n} more are no longer in the catalogue)"),
    }
}

fn listed(sets: &[AlbumSet]) -> String {
    let mut text = String::new();
    for set in sets {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {} albums{}", set.name, set.albums.len(), gone(set));
    }
    let _ = writeln!(text, "{} sets", sets.len());
    text
}

fn shown(set: &AlbumSet, lines: &[AlbumLine]) -> String {
    let mut text = String::new();
    for line in lines {
        let artist = line.artist.as_deref().unwrap_or("–");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {artist} · {}", line.id, line.title);
    }
    let _ = writeln!(text, "{} albums{}", set.albums.len(), gone(set));
    text
}
