//! `gatefold rate`, `resembles`, `attributes`, `ratings`, `preview` and `finish`: what the page's studio does.

use crate::cli::asking::{check, wait_for};
use crate::cli::generated::{kind, line};
use crate::cli::{Common, Failure, lines};
use crate::service::finishing::{self, Wanted};
use crate::service::studio;
use gatefold::finishing::{Finish, Format};
use gatefold::operations::{
    Generate, ListAttributes, ListRatings, RateGenerated, ReadFinishedNotes, ReadResemblance,
};
use gatefold::recipe::Recipe;
use gatefold::whole;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Keep what you think of a generated cover
#[derive(Debug, clap::Args)]
pub struct RateArgs {
    /// The cover's id, as `gatefold generated` prints it
    id: String,
    /// 1 to 5; without it the rating is taken back
    stars: Option<u8>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs `gatefold rate`.
pub fn rate(args: RateArgs) -> Result<(), Failure> {
    let rated = args.common.change(RateGenerated { id: args.id, stars: args.stars })?;
    args.common.output().answer(&rated, || line(&rated))
}

/// Name the real cover that a generated one resembles most
#[derive(Debug, clap::Args)]
pub struct ResemblesArgs {
    /// The cover's id, as `gatefold generated` prints it
    id: String,
    #[command(flatten)]
    pub common: Common,
}

/// Runs `gatefold resembles`.
pub fn resembles(args: ResemblesArgs) -> Result<(), Failure> {
    let found = args.common.ask(ReadResemblance { id: args.id })?;
    args.common.output().answer(&found, || match &found.resembles {
        None => "there is no cover to compare with".to_owned(),
        Some(found) => {
            let near = if found.too_near { "; it comes too near" } else { "" };
            format!("{:.0} %  {}{near}", 100.0 * found.similarity, lines::short(&found.album))
        }
    })
}

/// List what a new cover can be asked to have more of, or less
#[derive(Debug, clap::Args)]
pub struct AttributesArgs {
    #[command(flatten)]
    pub common: Common,
}

/// Runs `gatefold attributes`.
pub fn attributes(args: AttributesArgs) -> Result<(), Failure> {
    let found = args.common.ask(ListAttributes {})?;
    args.common.output().answer(&found, || found.attributes.join("\n"))
}

/// Say what people think of each kind of recipe
#[derive(Debug, clap::Args)]
pub struct RatingsArgs {
    #[command(flatten)]
    pub common: Common,
}

/// Runs `gatefold ratings`.
pub fn ratings(args: RatingsArgs) -> Result<(), Failure> {
    let found = args.common.ask(ListRatings {})?;
    args.common.output().answer(&found, || {
        let mut text = String::new();
        for rated in &found.ratings {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{:>4.1}  {} ({} of {} rated)",
                rated.mean,
                kind(rated.kind),
                rated.rated,
                rated.made
            );
        }
        text
    })
}

/// Make a recipe's first picture and keep nothing but the file
#[derive(Debug, clap::Args)]
pub struct PreviewArgs {
    /// The recipe as JSON, or a file that holds it
    recipe: String,
    /// The JPEG to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

/// A file that was written.
#[derive(Serialize)]
struct Written {
    out: String,
}

/// Runs `gatefold preview`. It reads only, so it works beside a server.
pub fn preview(args: PreviewArgs) -> Result<(), Failure> {
    let recipe: Recipe = json("recipe", &args.recipe)?;
    check(&Generate { recipe: recipe.clone() })?;
    let state = args.common.reading()?;
    let jpeg = wait_for(async { Ok(studio::preview(&state, recipe).await?) })?;
    put(&args.out, &jpeg)?;
    let written = Written { out: args.out.display().to_string() };
    args.common.output().answer(&written, || written.out.clone())
}

/// Finish a cover that was kept: say what to know of it, and write it
#[derive(Debug, clap::Args)]
pub struct FinishArgs {
    /// The cover's id, as `gatefold generated` prints it
    id: String,
    /// Title, border and the rest as JSON, or a file that holds it
    #[arg(long, value_name = "JSON")]
    finish: Option<String>,
    /// Which file
    #[arg(long, value_enum, default_value_t = For::Png)]
    format: For,
    /// Pixels across, for a PNG [default: 3000]
    #[arg(long, value_name = "N")]
    side: Option<u32>,
    /// Which of its pictures, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    frame: u32,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum For {
    /// 3000 × 3000 pixels, JPEG
    Distributor,
    /// 640 × 640 pixels, JPEG, at most 190,000 bytes
    Playlist,
    /// PNG
    Png,
}

/// Runs `gatefold finish`. It reads only, so it works beside a server.
pub fn finish(args: FinishArgs) -> Result<(), Failure> {
    let finish: Finish =
        args.finish.as_deref().map(|text| json("finish", text)).transpose()?.unwrap_or_default();
    let format = match args.format {
        For::Distributor => Format::Distributor,
        For::Playlist => Format::Playlist,
        For::Png => Format::Png,
    };
    let asked = ReadFinishedNotes {
        format,
        side: args.side,
        frame: args.frame,
        ..ReadFinishedNotes::of(args.id.clone(), finish.clone())
    };
    let notes = args.common.ask(asked)?;
    if let Some(out) = &args.out {
        let wanted = Wanted { id: args.id, frame: args.frame, finish, format, side: args.side };
        let state = args.common.reading()?;
        put(out, &wait_for(async { Ok(finishing::file(&state, wanted).await?) })?)?;
    }
    args.common.output().answer(&notes, || notes.notes.join("\n"))
}

/// JSON as an argument, or in a file of that name.
fn json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    let read;
    let json = if text.trim_start().starts_with('{') {
        text
    } else {
        read = std::fs::read_to_string(text)
            .map_err(|error| Failure::Failed(format!("{text} cannot be read: {error}")))?;
        &read
    };
    serde_json::from_str(json).map_err(|error| Failure::Usage(format!("that is no {what}: {error}")))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    whole::write(path, bytes)
        .map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", path.display())))
}
