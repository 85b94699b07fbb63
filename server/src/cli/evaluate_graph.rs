//! `gatefold evaluate-graph`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use gatefold::album::{Album, CoverHash};
use gatefold::assess::{GraphSubjects, recommendation};
use gatefold::catalog::{Access, Catalog, text};
use gatefold::features::learned;
use gatefold::mixture::Mixture;
use gatefold::pipeline::{Built, Facts, pixel_components};
use gatefold::report::GraphReport;
use std::collections::HashMap;
use std::fmt::Write;

/// Measure how good neighbours are as recommendations
///
/// Asks of every album whether its ten nearest have its genre, whether one is by its artist, and, where sources say what
/// people listen to beside it, whether links that were hidden come back; by each part of what is known, by mixtures, and
/// by chance, popularity and pixels for comparison. Tags take no part in any of them; covers that the encoder behind the look
/// was taught on are not asked about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A mixture to measure besides the usual one, such as look=1,palette=0.5; may be given several times
    #[arg(long, value_name = "MIXTURE", value_parser = parse)]
    mixture: Vec<Mixture>,
    #[command(flatten)]
    pub common: Common,
}

fn parse(text: &str) -> Result<Mixture, String> {
    Mixture::parse(text).map_err(|error| error.to_string())
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: &Args) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let built = Built::open(&catalog).map_err(|error| failed(&error))?;
    let built = built.ok_or_else(|| failed(&"there is no map yet: run `gatefold build`"))?;
    let albums = catalog.albums()?;
    let facts = Facts::of(&built, &albums).map_err(|error| failed(&error))?;
    let pixels = pixel_components(&catalog, &built, &Bar::new()).map_err(|error| failed(&error))?;
    let by_id: HashMap<u64, &Album> = albums.iter().map(|album| (album.id.0, album)).collect();
    let of_build = || built.columns.id.iter().map(|id| by_id.get(id).copied());
    let genre = text::numbered(of_build().map(|album| Some(album?.genre.as_ref()?.as_str())));
    let artist = text::numbered_artists(of_build().map(|album| album?.artist.as_deref()));
    let popularity: Vec<Option<f32>> = of_build()
        .map(|album| {
            let count = album?.plays.or(album?.listeners).map(|n| n as f32);
            count.or(album?.popularity)
        })
        .collect();
    let asked = unseen(&catalog, of_build())?;
    let subjects = GraphSubjects {
        known: facts.known(),
        pixels: pixels.view(),
        asked: &asked,
        genre: &genre,
        artist: &artist,
        cluster: &built.clusters,
        popularity: &popularity,
    };
    let report = recommendation(&subjects, &args.mixture);
    args.common.output().answer(&report, || table(&report))
}

/// Whether the encoder behind the look was not taught on each album's cover.
fn unseen<'a>(
    catalog: &Catalog,
    albums: impl Iterator<Item = Option<&'a Album>>,
) -> Result<Vec<bool>, Failure> {
    let learned = learned::built_in().map_err(|error| Failure::Failed(error.to_string()))?;
    let hashes: Vec<Option<CoverHash>> = albums.map(|album| album?.cover.clone()).collect();
    let covers: Vec<CoverHash> = hashes.iter().flatten().cloned().collect();
    let mut dhashes = catalog.dhashes(&covers)?.into_iter();
    let saw = |dhash: u64| learned.as_ref().is_some_and(|learned| learned.saw(dhash));
    Ok(hashes.iter().map(|hash| hash.is_none() || !dhashes.next().flatten().is_some_and(saw)).collect())
}

fn table(report: &GraphReport) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} albums: {} asked for their genre, {} for their artist, {} links hidden; mixed is {}\n",
        report.albums, report.with_genre, report.with_artist, report.hidden_links, report.mixed
    );
    let _ = writeln!(text, "{:34}{:>8}{:>8}{:>8}{:>8}", "", "genre", "artist", "links", "NDCG");
    for row in &report.rows {
        let share = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"));
        let _ = writeln!(
            text,
            "{:34}{:>8}{:>8}{:>8}{:>8}",
            row.mixture,
            share(row.genre_agreement_at_10),
            share(row.artist_hit_rate_at_10),
            share(row.hit_rate_at_10),
            share(row.ndcg_at_10)
        );
    }
    text
}
