//! Evaluations that were run, each kept whole.

use super::{Catalog, CatalogError, Result, from_json, now_ms, scores, short_hash, to_json};
use crate::report::{EvaluationReport, PairScores};
use crate::wire::{EvaluationLine, EvaluationRun};
use rusqlite::{OptionalExtension as _, params};

impl Catalog {
    /// Keeps an evaluation and what it said of each cover; returns its run id (16 hexadecimal digits).
    ///
    /// # Errors
    /// [`CatalogError::Refused`] when a figure is not a number: JSON has no word for that.
    pub fn put_evaluation(&mut self, report: &EvaluationReport, scores: &[PairScores]) -> Result<String> {
        self.writable()?;
        let json = to_json(report)?;
        let scored = scores.iter().flat_map(|pair| &pair.scores).all(|score| score.score.is_finite());
        if !scored || from_json::<EvaluationReport>("an evaluation", &json).is_err() {
            let sentence = "the evaluation has a figure that is not a number, and is not kept";
            return Err(CatalogError::Refused(sentence.to_owned()));
        }
        let at = now_ms();
        let transaction = self.connection.transaction()?;
        let kept: i64 = transaction.query_row("SELECT count(*) FROM evaluations", [], |row| row.get(0))?;
        let run = short_hash(&[json.as_bytes(), &at.to_le_bytes(), &kept.to_le_bytes()]);
        let sql = "INSERT INTO evaluations (run, at_ms, genres, mean_auc, features, report)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![run, at, to_json(&genres(report))?, report.mean_auc, report.features, json];
        transaction.prepare_cached(sql)?.execute(values)?;
        scores::insert(&transaction, &run, scores)?;
        transaction.commit()?;
        Ok(run)
    }

    /// One evaluation.
    pub fn evaluation(&self, run: &str) -> Result<Option<EvaluationRun>> {
        let mut statement =
            self.connection.prepare_cached("SELECT at_ms, report FROM evaluations WHERE run = ?1")?;
        let found = statement
            .query_row([run], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
            .optional()?;
        found
            .map(|(at_ms, json)| {
                let report = from_json("an evaluation", &json)?;
                Ok(EvaluationRun { run: run.to_owned(), at: at_ms / 1000, report })
            })
            .transpose()
    }

    /// Newest first.
    pub fn evaluations(&self) -> Result<Vec<EvaluationLine>> {
        let sql = "SELECT run, at_ms, genres, mean_auc, features FROM evaluations
                   ORDER BY at_ms DESC, rowid DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(EvaluationLine {
                run: row.get(0)?,
                at: row.get::<_, i64>(1)? / 1000,
                genres: from_json("an evaluation's genres", &row.get::<_, String>(2)?)?,
                mean_auc: row.get(3)?,
                features: row.get(4)?,
            });
        }
        Ok(lines)
    }
}

/// Genres that were told apart, as asked for; else as the pairs name them.
fn genres(report: &EvaluationReport) -> Vec<&str> {
    let mut genres: Vec<&str> = report.settings.genres.iter().map(|genre| genre.as_str()).collect();
    if genres.is_empty() {
        for pair in &report.pairs {
            for genre in [pair.a.as_str(), pair.b.as_str()] {
                if !genres.contains(&genre) {
                    genres.push(genre);
                }
            }
        }
    }
    genres
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumId, Genre};
    use crate::catalog::Access;
    use crate::report::{PairReport, Score};

    fn report(auc: f64) -> EvaluationReport {
        let (a, b) = (Genre::new("rock").unwrap(), Genre::new("pop").unwrap());
        let pair = PairReport {
            a,
            b,
            n_a: 2,
            n_b: 3,
            auc,
            auc_sd: 0.125,
            confusion: [[1, 1], [1, 2]],
            roc: vec![(0.0, 0.0), (0.5, 0.75), (1.0, 1.0)],
            auc_interval: Some((0.25, 0.875)),
            pr_auc: 0.5,
            accuracy: 0.6,
            calibration: Vec::new(),
            shuffled_auc: None,
            importance: Vec::new(),
        };
        EvaluationReport { features: "pixels".into(), pairs: vec![pair], mean_auc: auc, ..Default::default() }
    }

    #[test]
    fn evaluations_come_back_newest_first() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let runs = [0.5, 0.5, 0.75].map(|auc| catalog.put_evaluation(&report(auc), &[]).unwrap());
        let lines = catalog.evaluations().unwrap();
        let listed: Vec<&str> = lines.iter().map(|line| line.run.as_str()).collect();
        assert_eq!(listed, [&runs[2], &runs[1], &runs[0]]);
        assert_eq!(lines[0].genres, ["rock", "pop"]);
        assert_eq!(catalog.evaluation(&runs[2]).unwrap().unwrap().report, report(0.75));
        assert!(catalog.evaluation("0000000000000000").unwrap().is_none());
    }

    #[test]
    fn a_figure_that_is_no_number_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        assert!(matches!(catalog.put_evaluation(&report(f64::NAN), &[]), Err(CatalogError::Refused(_))));
        let scores = [pair("rock", "pop", &[(1, true, f64::NAN)])];
        assert!(matches!(catalog.put_evaluation(&report(0.5), &scores), Err(CatalogError::Refused(_))));
        assert!(catalog.evaluations().unwrap().is_empty());
    }

    fn pair(a: &str, b: &str, scores: &[(u64, bool, f64)]) -> PairScores {
        let score = |&(id, positive, score)| Score { id: AlbumId(id), positive, score, fold: 2 };
        let scores = scores.iter().map(score).collect();
        PairScores { a: Genre::new(a).unwrap(), b: Genre::new(b).unwrap(), scores }
    }

    #[test]
    fn scores_come_back_by_pair_and_in_order_to_the_last_bit() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let scores = [
            pair("rock", "pop", &[(u64::MAX, false, 0.1 + 0.2), (7, true, 1.0)]),
            pair("rock", "jazz", &[]),
            pair("jazz", "a/b & c", &[(3, true, 0.5)]),
        ];
        let run = catalog.put_evaluation(&report(0.5), &scores).unwrap();
        assert_eq!(catalog.all_evaluation_scores(&run).unwrap(), scores);
        for pair in &scores {
            assert_eq!(catalog.evaluation_scores(&run, &pair.a, &pair.b).unwrap().as_ref(), Some(pair));
        }
        let (jazz, pop) = (&scores[1].b, &scores[0].b);
        assert_eq!(catalog.evaluation_scores(&run, jazz, pop).unwrap(), None);
        assert_eq!(catalog.evaluation_scores("0000000000000000", &scores[0].a, pop).unwrap(), None);
    }
}
