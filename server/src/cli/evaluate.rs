//! `gatefold evaluate`

use crate::cli::progress::Bar;
use crate::cli::{Common, Failure};
use crate::service::long_work;
use gatefold::album::Genre;
use gatefold::catalog::{Access, Catalog};
use gatefold::export::scores_csv;
use gatefold::genre::Networks;
use gatefold::report::{EvaluationReport, EvaluationSettings, Question};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// Genres compared where none are named.
const USUAL_GENRES: usize = 6;

/// Measure how well a cover predicts its genre
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Genres, every pair of which is told apart; may be given several times, and names that have commas in them are
    /// known by the catalogue [default: the six with most albums]
    #[arg(long, value_name = "A,B,…")]
    genres: Vec<String>,
    /// Which genres are told from which
    #[arg(long, value_enum, default_value_t = Asked::Pairs)]
    question: Asked,
    /// At most so many covers of each genre [default: all]
    #[arg(long, value_name = "N")]
    per_genre: Option<u32>,
    /// Parts that the covers are divided into; each is tested by a forest grown on the others
    #[arg(long, value_name = "N", default_value_t = 10)]
    folds: u32,
    /// How often the folds are dealt anew
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeats: u32,
    /// Take as many covers of the larger class as there are of the smaller one
    #[arg(long)]
    balanced: bool,
    /// Only covers that the encoder of the learned features never saw
    #[arg(long)]
    unseen: bool,
    /// How a cover becomes a vector
    #[arg(long, value_name = "NAME", default_value = "pixels")]
    features: String,
    /// EfficientNet-Lite0's weights, for the features efficientnet
    #[arg(long, value_name = "FILE")]
    teacher: Option<PathBuf>,
    /// An encoder of one's own (`gatefold train encoder`) for the features learned
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
    /// Measure how much each feature counts
    #[arg(long)]
    importance: bool,
    /// Write each cover's out-of-fold score to this CSV file
    #[arg(long, value_name = "FILE")]
    scores: Option<PathBuf>,
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

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Asked {
    /// Every pair
    Pairs,
    /// Each against all the others
    Rest,
    /// All at once
    Together,
}

impl From<Asked> for Question {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Pairs => Self::Pairs,
            Asked::Rest => Self::Rest,
            Asked::Together => Self::Together,
        }
    }
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let mut settings = EvaluationSettings {
        genres: ["a", "b"].into_iter().filter_map(Genre::new).collect(),
        question: args.question.into(),
        per_genre: args.per_genre,
        folds: args.folds,
        repeats: args.repeats,
        balanced: args.balanced,
        unseen: args.unseen,
        importance: args.importance,
        features: args.features.clone(),
        seed: args.seed,
        trees: args.trees,
        components: args.components,
        shuffle: args.shuffle,
    };
    // Which genres are meant, only the catalogue tells; what else is wrong is wrong without it.
    long_work::check(&settings).map_err(Failure::Usage)?;
    let catalog = Catalog::open(&args.common.data()?, Access::Read)?;
    if args.genres.is_empty() {
        settings.genres = most_common(&catalog)?;
        long_work::check(&settings).map_err(Failure::Failed)?;
    } else {
        settings.genres = named(&args.genres, &catalog.genres()?)?;
        long_work::check(&settings).map_err(Failure::Usage)?;
    }
    let (report, scores) = {
        let bar = Bar::new();
        let networks = Networks { teacher: args.teacher.as_deref(), encoder: args.encoder.as_deref() };
        gatefold::genre::evaluate(&catalog, &settings, networks, &bar)?
    };
    if let Some(path) = &args.scores {
        let written = gatefold::whole::write(path, scores_csv(&scores).as_bytes());
        written.map_err(|error| Failure::Failed(format!("{} cannot be written: {error}", path.display())))?;
    }
    args.common.output().answer(&report, || text(&report))
}

/// The genres that lists name: of words between commas as many are one genre as the longest name in the catalogue
/// has.
fn named(lists: &[String], known: &BTreeMap<String, u64>) -> Result<Vec<Genre>, Failure> {
    let is_known = |genre: &Genre| known.contains_key(genre.as_str());
    let mut genres = Vec::new();
    for list in lists {
        let mut words: &[&str] = &list.split(',').collect::<Vec<_>>();
        while !words.is_empty() {
            // As it was written, and as one writes lists.
            let spellings = |length: usize| {
                let trimmed: Vec<&str> = words[..length].iter().map(|word| word.trim()).collect();
                [words[..length].join(","), trimmed.join(", ")]
            };
            let longest = (2..=words.len()).rev().find_map(|length| {
                let known = spellings(length).iter().filter_map(|name| Genre::new(name)).find(is_known);
                known.map(|genre| (genre, length))
            });
            let (genre, length) = match longest {
                Some(found) => found,
                None => {
                    let word = words[0].trim();
                    let genre = Genre::new(word);
                    (genre.ok_or_else(|| Failure::Usage(format!("“{word}” is not a genre")))?, 1)
                }
            };
            genres.push(genre);
            words = &words[length..];
        }
    }
    Ok(genres)
}

fn most_common(catalog: &Catalog) -> Result<Vec<Genre>, Failure> {
    let mut genres: Vec<_> = catalog.genres()?.into_iter().collect();
    genres.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(genres.iter().take(USUAL_GENRES).filter_map(|(name, _)| Genre::new(name)).collect())
}

pub(super) fn text(report: &EvaluationReport) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for pair in &report.pairs {
        let [[a_a, a_b], [b_a, b_b]] = pair.confusion;
        let (low, high) = pair.auc_interval.unwrap_or((pair.auc, pair.auc));
        let _ = writeln!(
            text,
            "{:>14} {:>5} | {:<14} {:>5}   AUC {:.3} ± {:.3} (pooled 95 %: {low:.3}–{high:.3})   {}: {a_a} right, {a_b} wrong; {}: {b_b} right, {b_a} wrong",
            pair.a.as_str(),
            pair.n_a,
            pair.b.as_str(),
            pair.n_b,
            pair.auc,
            pair.auc_sd,
            pair.a,
            pair.b
        );
        for counted in pair.importance.iter().take(5) {
            let _ =
                writeln!(text, "{:>17} {:<24} AUC −{:.3} without it", "", counted.feature, counted.auc_drop);
        }
    }
    if let Some(together) = &report.together {
        for (genre, (n, row)) in together.genres.iter().zip(together.covers.iter().zip(&together.confusion)) {
            let cells: Vec<String> = row.iter().map(|cell| format!("{cell:>5}")).collect();
            let _ = writeln!(text, "{:>14} {n:>5} | {}", genre.as_str(), cells.join(" "));
        }
        let _ = writeln!(
            text,
            "{:.1} % told right, {:.1} % with shuffled genres; mean over genres {:.1} %",
            100.0 * together.accuracy,
            100.0 * together.shuffled_accuracy,
            100.0 * together.balanced_accuracy
        );
    }
    for rule in &report.rules {
        let _ = writeln!(text, "{}", rule.sentence);
    }
    let _ = writeln!(
        text,
        "mean AUC {:.3} over {}, {} folds, features {}, seed {}, {:.1} s",
        report.mean_auc,
        match report.pairs.len() {
            0 => "genres".to_owned(),
            pairs => format!("{pairs} pairs"),
        },
        report.folds,
        report.features,
        report.seed,
        report.seconds
    );
    if let Some(by_chance) = report.shuffled_auc {
        let _ = writeln!(text, "with shuffled genres: {by_chance:.3}");
    }
    if let Some(warning) = report.source.as_ref().and_then(|source| source.warning.as_ref()) {
        let _ = writeln!(text, "{warning}");
    }
    if report.seen > 0 {
        let _ = writeln!(
            text,
            "The encoder of these features was trained on {} of these covers: give --unseen to leave them out.",
            report.seen
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lists: &[&str]) -> Vec<String> {
        let names = ["folk, world, & country", "folk", "rock", "a, b", "b, c, d"];
        let known = names.into_iter().map(|name| (name.to_owned(), 9)).collect();
        let lists: Vec<String> = lists.iter().map(|list| (*list).to_owned()).collect();
        named(&lists, &known).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_genre_whose_name_has_commas_is_one() {
        let folk = "folk, world, & country";
        assert_eq!(asked(&["Folk, World, & Country,rock"]), [folk, "rock"]);
        assert_eq!(asked(&["rock,folk,world,&country"]), ["rock", folk]);
        assert_eq!(asked(&["folk,rock"]), ["folk", "rock"]);
        assert_eq!(asked(&["rock", "Folk, World, & Country"]), ["rock", folk]);
        assert_eq!(asked(&["a", "b"]), ["a", "b"]);
        assert_eq!(asked(&["a,b,c,d"]), ["a, b", "c", "d"]);
    }

    #[test]
    fn an_empty_name_is_wrong_usage() {
        assert!(named(&["rock,,pop".to_owned()], &BTreeMap::new()).is_err());
    }
}
