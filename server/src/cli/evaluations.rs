//! `gatefold evaluations`

use crate::cli::{Common, Failure, evaluate};
use gatefold::operations::{ListEvaluations, ReadEvaluation, ReadPairScores};
use gatefold::wire::Evaluations;
use std::fmt::Write;

/// List the evaluations that were kept, or show one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run to show, as listed
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// What it said of each cover of these two genres, the negative class first
    #[arg(long, value_name = "A,B", requires = "run")]
    pair: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let output = args.common.output();
    match (args.run, args.pair) {
        (None, _) => {
            let all = args.common.ask(ListEvaluations {})?;
            output.answer(&all, || listed(&all))
        }
        (Some(run), None) => {
            let run = args.common.ask(ReadEvaluation { run })?;
            output.answer(&run, || evaluate::text(&run.report))
        }
        (Some(run), Some(pair)) => {
            let (a, b) = pair.split_once(',').ok_or_else(|| {
                Failure::Usage("name two genres with a comma between them: --pair A,B".to_owned())
            })?;
            let (a, b) = (a.trim().to_owned(), b.trim().to_owned());
            let scores = args.common.ask(ReadPairScores { run, a, b })?;
            output.answer(&scores, || {
                let mut text = String::new();
                for score in &scores.scores {
                    let is = if score.positive { &scores.b } else { &scores.a };
                    // Writing to a string cannot fail.
                    let _ = writeln!(text, "{}  {:.3}  {is}", score.id, score.score);
                }
                text
            })
        }
    }
}

fn listed(all: &Evaluations) -> String {
    let mut text = String::new();
    for line in &all.evaluations {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}  AUC {:.3}  {}  {}",
            line.run,
            line.mean_auc,
            line.features,
            line.genres.join(", ")
        );
    }
    text
}
