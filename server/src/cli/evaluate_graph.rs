//! `gatefold evaluate-graph`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::service::measuring;
use gatefold::catalog::{Access, Catalog};
use gatefold::mixture::Mixture;
use gatefold::report::GraphReport;
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
pub fn run(args: Args) -> Result<(), Failure> {
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    let report = {
        let bar = Bar::new();
        measuring::neighbours(&catalog, &args.mixture, &bar)?
    };
    args.common.output().answer(&report, || table(&report))
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
