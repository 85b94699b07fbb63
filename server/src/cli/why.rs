//! `gatefold why`

use crate::cli::{Common, Failure, Mix};
use gatefold::album::AlbumId;
use gatefold::operations::Explain;
use gatefold::wire::{Explained, Reason, telling};
use std::fmt::Write;

/// Say why two albums are neighbours
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The one album's id, as `gatefold albums` prints it
    a: AlbumId,
    /// The other's
    b: AlbumId,
    #[command(flatten)]
    mix: Mix,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let explained = args.common.ask(Explain { a: args.a, b: args.b, mix: args.mix.mixture()? })?;
    args.common.output().answer(&explained, || text(&explained))
}

fn text(explained: &Explained) -> String {
    let mut text = format!(
        "{} and {}: {:.0} % alike\n",
        explained.a.title,
        explained.b.title,
        100.0 * explained.similarity
    );
    text.push_str(&reasons(&explained.reasons, "  "));
    if explained.doubtful {
        text.push_str("  their genres differ, and the forest doubts a tag\n");
    }
    text
}

/// Reasons worth saying in lines, with a bar for each one's share.
pub(super) fn reasons(reasons: &[Reason], indent: &str) -> String {
    let mut text = String::new();
    for reason in telling(reasons) {
        let bar = "▮".repeat((10.0 * reason.share).round() as usize);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{indent}{bar:10} {:>3.0} %  {}", 100.0 * reason.share, reason.words);
    }
    text
}
