//! What evaluations said of each cover, packed: twenty-one bytes a cover, to the last bit.

use super::{Catalog, CatalogError, Result};
use crate::album::{AlbumId, Genre};
use crate::report::{PairScores, Score};
use rusqlite::{Connection, OptionalExtension as _, params};

/// Bytes of a cover, little-endian: album (8), class (1), score (8), fold (4).
const BYTES: usize = 21;

impl Catalog {
    /// The scores of one pair of an evaluation; `None` where none were kept.
    pub fn evaluation_scores(&self, run: &str, a: &Genre, b: &Genre) -> Result<Option<PairScores>> {
        let sql = "SELECT scores FROM evaluation_scores WHERE run = ?1 AND a = ?2 AND b = ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found =
            statement.query_row([run, a.as_str(), b.as_str()], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        found.map(|bytes| Ok(PairScores { a: a.clone(), b: b.clone(), scores: unpack(&bytes)? })).transpose()
    }

    /// The scores of all pairs of an evaluation, in the order of its report; empty where none were kept.
    pub fn all_evaluation_scores(&self, run: &str) -> Result<Vec<PairScores>> {
        let sql = "SELECT a, b, scores FROM evaluation_scores WHERE run = ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([run])?;
        let mut pairs = Vec::new();
        while let Some(row) = rows.next()? {
            let genre = |name: String| {
                Genre::new(&name)
                    .ok_or_else(|| CatalogError::Damaged(format!("scores of a genre called “{name}”")))
            };
            let (a, b) = (genre(row.get(0)?)?, genre(row.get(1)?)?);
            pairs.push(PairScores { a, b, scores: unpack(&row.get::<_, Vec<u8>>(2)?)? });
        }
        Ok(pairs)
    }
}

/// Keeps the scores of an evaluation's pairs.
pub(super) fn insert(connection: &Connection, run: &str, pairs: &[PairScores]) -> Result<()> {
    let sql = "INSERT INTO evaluation_scores (run, a, b, scores) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    for pair in pairs {
        statement.execute(params![run, pair.a.as_str(), pair.b.as_str(), pack(&pair.scores)])?;
    }
    Ok(())
}

fn pack(scores: &[Score]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(scores.len() * BYTES);
    for score in scores {
        bytes.extend_from_slice(&score.id.0.to_le_bytes());
        bytes.push(u8::from(score.positive));
        bytes.extend_from_slice(&score.score.to_le_bytes());
        bytes.extend_from_slice(&score.fold.to_le_bytes());
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Result<Vec<Score>> {
    let damaged = || CatalogError::Damaged("scores of an evaluation that cannot be read".to_owned());
    let (covers, rest) = bytes.as_chunks::<BYTES>();
    if !rest.is_empty() {
        return Err(damaged());
    }
    covers
        .iter()
        .map(|cover| {
            let [i0, i1, i2, i3, i4, i5, i6, i7, class, s0, s1, s2, s3, s4, s5, s6, s7, f0, f1, f2, f3] =
                *cover;
            Ok(Score {
                id: AlbumId(u64::from_le_bytes([i0, i1, i2, i3, i4, i5, i6, i7])),
                positive: match class {
                    0 => false,
                    1 => true,
                    _ => return Err(damaged()),
                },
                score: f64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
                fold: u32::from_le_bytes([f0, f1, f2, f3]),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_nobody_packed_are_refused() {
        let packed = pack(&[Score { id: AlbumId(1), positive: true, score: 0.25, fold: 3 }]);
        assert!(unpack(&packed[..20]).is_err());
        let mut wrong = packed.clone();
        wrong[8] = 2;
        assert!(unpack(&wrong).is_err());
        assert_eq!(unpack(&packed).map(|scores| scores[0].score).ok(), Some(0.25));
    }
}
