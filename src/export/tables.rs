//! Tables as CSV (RFC 4180, lines ending in a line feed), in which no spreadsheet finds a formula.

use crate::report::{EvaluationReport, PairScores};
use gatefold_types::formula;
use std::borrow::Cow;

/// Named as in the report; `a_as_b` counts covers of `a` that are called `b`.
const PAIRS: &str =
    "a,b,n_a,n_b,auc,auc_sd,auc_low,auc_high,shuffled_auc,pr_auc,accuracy,a_as_a,a_as_b,b_as_a,b_as_b\n";
const SCORES: &str = "a,b,album,positive,score,fold\n";

/// A line for each pair of an evaluation. What was not measured is empty.
pub fn pairs_csv(report: &EvaluationReport) -> String {
    let mut out = PAIRS.to_owned();
    for pair in &report.pairs {
        let perhaps = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let [[a_as_a, a_as_b], [b_as_a, b_as_b]] = pair.confusion.map(|row| row.map(|n| n.to_string()));
        line(
            &mut out,
            &[
                pair.a.as_str(),
                pair.b.as_str(),
                &pair.n_a.to_string(),
                &pair.n_b.to_string(),
                &pair.auc.to_string(),
                &pair.auc_sd.to_string(),
                &perhaps(pair.auc_interval.map(|(low, _)| low)),
                &perhaps(pair.auc_interval.map(|(_, high)| high)),
                &perhaps(pair.shuffled_auc),
                &pair.pr_auc.to_string(),
                &pair.accuracy.to_string(),
                &a_as_a,
                &a_as_b,
                &b_as_a,
                &b_as_b,
            ],
        );
    }
    out
}

/// A line for each cover in each pair: its album, whether it is of the positive class `b` (1 or 0), and the
/// probability of that class that was said by a forest that never saw it, in which fold.
pub fn scores_csv(pairs: &[PairScores]) -> String {
    let mut out = SCORES.to_owned();
    for pair in pairs {
        for score in &pair.scores {
            let (album, said, fold) = (score.id.to_string(), score.score.to_string(), score.fold.to_string());
            let positive = if score.positive { "1" } else { "0" };
            line(&mut out, &[pair.a.as_str(), pair.b.as_str(), &album, positive, &said, &fold]);
        }
    }
    out
}

pub(super) fn line(out: &mut String, fields: &[&str]) {
    for (i, text) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&field(text));
    }
    out.push('\n');
}

fn field(text: &str) -> Cow<'_, str> {
    let text = formula::guarded(text);
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumId, Genre};
    use crate::report::{PairReport, Score};

    fn genre(name: &str) -> Genre {
        Genre::new(name).unwrap()
    }

    fn rows(csv: &str) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_pair_has_a_line_with_all_columns() {
        let pair = PairReport {
            a: genre("rock"),
            b: genre("pop, \"new\""),
            n_a: 3,
            n_b: 4,
            auc: 0.75,
            auc_sd: 0.125,
            confusion: [[2, 1], [1, 3]],
            roc: Vec::new(),
            auc_interval: Some((0.5, 0.875)),
            pr_auc: 0.625,
            accuracy: 5.0 / 7.0,
            calibration: Vec::new(),
            shuffled_auc: None,
            importance: Vec::new(),
        };
        let csv = pairs_csv(&EvaluationReport { pairs: vec![pair], ..Default::default() });
        let rows = rows(&csv);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].len(), rows[1].len());
        let wanted = [
            "rock",
            "pop, \"new\"",
            "3",
            "4",
            "0.75",
            "0.125",
            "0.5",
            "0.875",
            "",
            "0.625",
            "0.7142857142857143",
            "2",
            "1",
            "1",
            "3",
        ];
        assert_eq!(rows[1], wanted);
    }

    #[test]
    fn a_genre_that_looks_like_a_formula_is_text_and_a_number_stays_one() {
        let score = Score { id: AlbumId(10), positive: false, score: -5.2, fold: 4 };
        let csv =
            scores_csv(&[PairScores { a: genre("=1+1"), b: genre("-pop, \"x\""), scores: vec![score] }]);
        assert_eq!(rows(&csv)[1], ["'=1+1", "'-pop, \"x\"", "000000000000000a", "0", "-5.2", "4"]);
    }

    #[test]
    fn every_score_has_a_line_that_gives_back_the_same_number() {
        let score = 0.1 + 0.2;
        let scores = vec![
            Score { id: AlbumId(10), positive: false, score, fold: 4 },
            Score { id: AlbumId(11), positive: true, score: 1.0, fold: 0 },
        ];
        let csv = scores_csv(&[PairScores { a: genre("rock"), b: genre("pop"), scores }]);
        let rows = rows(&csv);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1][2..4], ["000000000000000a", "0"]);
        assert_eq!(rows[1][4].parse::<f64>().unwrap(), score);
        assert_eq!((rows[1][5].as_str(), rows[2][3].as_str()), ("4", "1"));
    }
}
