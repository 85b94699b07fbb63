//! `gatefold generated`

use crate::cli::{Common, Failure};
use gatefold::operations::{ListGenerated, ReadGenerated};
use gatefold::recipe::Kind;
use gatefold::wire::Generated;
use std::fmt::Write;

/// List the covers that were made here and kept, or show one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The cover to show, as listed
    id: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    match args.id {
        None => {
            let all = args.common.ask(ListGenerated {})?;
            output.answer(&all, || all.generated.iter().map(|one| line(one) + "\n").collect())
        }
        Some(id) => {
            let one = args.common.ask(ReadGenerated { id })?;
            output.answer(&one, || shown(&one))
        }
    }
}

/// A cover in a line.
pub(super) fn line(generated: &Generated) -> String {
    let stars = generated.stars.map(|stars| format!(", {stars} of 5 stars")).unwrap_or_default();
    let parents = generated.parents.len();
    format!(
        "{}  {} of {parents} albums, {} × {}{stars}",
        generated.id,
        kind(generated.recipe.kind),
        generated.width,
        generated.height
    )
}

/// What a kind of recipe is called.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Average => "average",
        Kind::Interpolate => "interpolation",
        Kind::Sample => "sample",
        Kind::Reconstruct => "reconstruction",
        Kind::Walk => "walk",
    }
}

fn shown(generated: &Generated) -> String {
    let mut text = line(generated) + "\n";
    for parent in &generated.parents {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}", super::lines::short(parent));
    }
    let _ = writeln!(text, "  seed {}, model {}", generated.recipe.seed, generated.recipe.model);
    text
}
