//! `gatefold evaluate`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::long_work;
use gatefold::album::Genre;
use gatefold::catalog::{Access, Catalog};
use gatefold::report::{EvaluationReport, EvaluationSettings};
use std::fmt::Write;

/// Genres compared where none are named.
const USUAL_GENRES: usize = 6;

/// Measure how well a cover predicts its genre
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Genres, every pair of which is told apart [default: the six with most albums]
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    genres: Vec<String>,
    /// At most so many covers of each genre [default: all]
    #[arg(long, value_name = "N")]
    per_genre: Option<u32>,
    /// Parts that the covers are divided into; each is tested by a forest grown on the others
    #[arg(long, value_name = "N", default_value_t = 10)]
    folds: u32,
    /// How a cover becomes a vector
    #[arg(long, value_name = "NAME", default_value = "pixels")]
    features: String,
    /// Seed of sampling, folds and forest
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Trees of the forest
    #[arg(long, value_name = "N", default_value_t = 200)]
    trees: u32,
    /// Principal components kept
    #[arg(long, value_name = "N", default_value_t = 64)]
    components: u32,
    /// Shuffle the labels first: the figure must then be chance
    #[arg(long)]
    shuffle: bool,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let genre =
        |name: &String| Genre::new(name).ok_or_else(|| Failure::Usage(format!("“{name}” is not a genre")));
    let mut settings = EvaluationSettings {
        genres: args.genres.iter().map(genre).collect::<Result<_, _>>()?,
        per_genre: args.per_genre,
        folds: args.folds,
        features: args.features.clone(),
        seed: args.seed,
        trees: args.trees,
        components: args.components,
        shuffle: args.shuffle,
    };
    if !settings.genres.is_empty() {
        long_work::check(&settings).map_err(Failure::Usage)?;
    }
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    if settings.genres.is_empty() {
        settings.genres = most_common(&catalog)?;
        long_work::check(&settings).map_err(Failure::Failed)?;
    }
    let report = {
        let bar = Bar::new();
        gatefold::genre::evaluate(&catalog, &settings, &bar)?
    };
    args.common.output().answer(&report, || text(&report))
}

fn most_common(catalog: &Catalog) -> Result<Vec<Genre>, Failure> {
    let mut genres: Vec<_> = catalog.genres()?.into_iter().collect();
    genres.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(genres.iter().take(USUAL_GENRES).filter_map(|(name, _)| Genre::new(name)).collect())
}

fn text(report: &EvaluationReport) -> String {
    let mut text = String::new();
    for pair in &report.pairs {
        let [[a_a, a_b], [b_a, b_b]] = pair.confusion;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:>14} {:>5} | {:<14} {:>5}   AUC {:.3} ± {:.3}   {}: {a_a} right, {a_b} wrong; {}: {b_b} right, {b_a} wrong",
            pair.a.as_str(),
            pair.n_a,
            pair.b.as_str(),
            pair.n_b,
            pair.auc,
            pair.auc_sd,
            pair.a,
            pair.b
        );
    }
    let _ = writeln!(
        text,
        "mean AUC {:.3} over {} pairs, {} folds, features {}, seed {}, {:.1} s",
        report.mean_auc,
        report.pairs.len(),
        report.folds,
        report.features,
        report.seed,
        report.seconds
    );
    text
}
