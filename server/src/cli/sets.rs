//! `gatefold sets`

use crate::cli::{Common, Failure, lines};
use clap::ValueEnum;
use gatefold::album::AlbumId;
use gatefold::operations::{DeleteSet, ListSets, ReadSet, RenameSet, SaveSet};
use gatefold::sets::AlbumSet;
use gatefold::wire::SetAlbums;
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

/// Runs the command. Listing and showing work beside a server; the others write.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    if args.what == What::List {
        let found = args.common.ask(ListSets {})?;
        return output.answer(&found, || listed(&found.sets));
    }
    let missing = || Failure::Usage("say which set: give its name".to_owned());
    let name = args.name.clone().ok_or_else(missing)?;
    match args.what {
        What::List | What::Show => {
            let found = args.common.ask(ReadSet { name })?;
            output.answer(&found, || shown(&found))
        }
        What::Save => {
            let set = args.common.change(SaveSet { name, albums: args.albums })?;
            output.answer(&set, || {
                format!("“{}” saved with {} albums{}\n", set.name, set.albums.len(), gone(&set))
            })
        }
        What::Rename => {
            let to = args.to.ok_or_else(|| Failure::Usage("say how to call it: --to NAME".to_owned()))?;
            let set = args.common.change(RenameSet { name: name.clone(), to })?;
            output.answer(&set, || format!("“{name}” is called “{}” now\n", set.name))
        }
        What::Delete => {
            let gone = args.common.change(DeleteSet { name })?;
            output.answer(&gone, || format!("“{}” deleted\n", gone.deleted))
        }
    }
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

fn shown(SetAlbums { set, lines }: &SetAlbums) -> String {
    let mut text = String::new();
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", lines::short(line));
    }
    let _ = writeln!(text, "{} albums{}", set.albums.len(), gone(set));
    text
}
