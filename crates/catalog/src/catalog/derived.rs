//! What was made from each cover once: pixels, thumbnail, palette, perceptual hash.

use super::{Batch, Catalog, CatalogError, Result};
use crate::album::CoverHash;
use crate::cover::{Derived, VERSION};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::HashSet;

impl Catalog {
    /// What was derived from a cover, if it was derived by the present [`crate::cover::VERSION`].
    pub fn derived(&self, hash: &CoverHash) -> Result<Option<Derived>> {
        let sql = "SELECT width, height, mean, palette, dhash, pixels, thumbnail
                   FROM derived WHERE cover = ?1 AND version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row(params![hash.0, VERSION], read).optional()?.transpose()
    }

    /// The same for many at once, in the order asked.
    pub fn derived_many(&self, hashes: &[CoverHash]) -> Result<Vec<Option<Derived>>> {
        hashes.iter().map(|hash| self.derived(hash)).collect()
    }

    /// Difference hashes alone, in the order asked.
    pub fn dhashes(&self, hashes: &[CoverHash]) -> Result<Vec<Option<u64>>> {
        let sql = "SELECT dhash FROM derived WHERE cover = ?1 AND version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let one = |hash: &CoverHash| {
            statement.query_row(params![hash.0, VERSION], |row| row.get::<_, i64>(0)).optional()
        };
        let found = hashes.iter().map(one).collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(found.into_iter().map(|dhash| dhash.map(i64::cast_unsigned)).collect())
    }

    /// A cover's colours alone, the most common first; none where nothing was derived yet.
    pub fn palette(&self, hash: &CoverHash) -> Result<Vec<[u8; 3]>> {
        let sql = "SELECT palette FROM derived WHERE cover = ?1 AND version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found: Option<Vec<u8>> =
            statement.query_row(params![hash.0, VERSION], |row| row.get(0)).optional()?;
        Ok(found.map_or_else(Vec::new, |bytes| bytes.as_chunks::<3>().0.to_vec()))
    }

    /// A cover's thumbnail alone, as JPEG; `None` where it was not derived yet.
    pub fn thumbnail(&self, hash: &CoverHash) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT thumbnail FROM derived WHERE cover = ?1 AND version = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![hash.0, VERSION], |row| row.get(0)).optional()?)
    }

    /// The covers of albums from which nothing was derived by the present [`crate::cover::VERSION`], by hash.
    pub fn underived(&self) -> Result<Vec<CoverHash>> {
        let sql = "SELECT DISTINCT cover FROM albums WHERE cover IS NOT NULL
                   AND cover NOT IN (SELECT cover FROM derived WHERE version = ?1) ORDER BY cover";
        let mut statement = self.connection.prepare_cached(sql)?;
        let hashes = statement.query_map([VERSION], |row| row.get(0).map(CoverHash))?;
        Ok(hashes.collect::<rusqlite::Result<_>>()?)
    }

    /// All covers from which the present version derived, for whoever wants to ask often.
    pub fn derived_covers(&self) -> Result<HashSet<CoverHash>> {
        let mut statement = self.connection.prepare_cached("SELECT cover FROM derived WHERE version = ?1")?;
        let hashes = statement.query_map([VERSION], |row| row.get(0).map(CoverHash))?;
        Ok(hashes.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether what was derived from a cover is as it was written; `None` where nobody knows, for it was derived before there
    /// were seals.
    pub(super) fn is_sealed(&self, hash: &CoverHash, derived: &Derived) -> Result<Option<bool>> {
        let sql = "SELECT seal FROM derived WHERE cover = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found: Option<Option<Vec<u8>>> = statement.query_row([&hash.0], |row| row.get(0)).optional()?;
        Ok(found.flatten().map(|found| found == seal(derived)))
    }

    /// Keeps what was derived, all or nothing.
    pub fn put_derived(&mut self, derived: &[(CoverHash, Derived)]) -> Result<()> {
        self.writable()?;
        let transaction = self.connection.transaction()?;
        for (hash, derived) in derived {
            put(&transaction, hash, derived)?;
        }
        Ok(transaction.commit()?)
    }
}

impl Batch<'_> {
    /// Keeps what was derived from a cover.
    pub fn put_derived(&self, hash: &CoverHash, derived: &Derived) -> Result<()> {
        put(&self.transaction, hash, derived)
    }
}

fn put(connection: &Connection, hash: &CoverHash, derived: &Derived) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO derived
               (cover, version, width, height, mean, palette, dhash, pixels, thumbnail, seal)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.execute(params![
        hash.0,
        VERSION,
        derived.width,
        derived.height,
        derived.mean,
        derived.palette.as_flattened(),
        derived.dhash.cast_signed(),
        derived.pixels,
        derived.thumbnail,
        seal(derived),
    ])?;
    Ok(())
}

/// BLAKE3 of all that was derived.
fn seal(derived: &Derived) -> [u8; 32] {
    let Derived { width, height, mean, palette, dhash, pixels, thumbnail } = derived;
    let mut hasher = blake3::Hasher::new();
    for size in [*width, *height] {
        hasher.update(&size.to_le_bytes());
    }
    hasher.update(mean).update(&dhash.to_le_bytes());
    for bytes in [palette.as_flattened(), pixels, thumbnail] {
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
    *hasher.finalize().as_bytes()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Derived>> {
    let (mean, palette): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
    let (palette, odd) = palette.as_chunks::<3>();
    let (Ok(mean), []) = (<[u8; 3]>::try_from(mean), odd) else {
        return Ok(Err(CatalogError::Damaged("colours of a cover that are not whole".to_owned())));
    };
    Ok(Ok(Derived {
        width: row.get(0)?,
        height: row.get(1)?,
        mean,
        palette: palette.to_vec(),
        dhash: row.get::<_, i64>(4)?.cast_unsigned(),
        pixels: row.get(5)?,
        thumbnail: row.get(6)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Access, testing};

    #[test]
    fn derived_data_comes_back_in_the_order_asked() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|text| CoverHash(text.to_owned()));
        let (first, second) = (testing::derived(1), testing::derived(u64::MAX));
        catalog.put_derived(&[(a.clone(), first.clone()), (b.clone(), second.clone())]).unwrap();
        let found = catalog.derived_many(&[b.clone(), c, a]).unwrap();
        assert_eq!(found, [Some(second.clone()), None, Some(first)]);
        assert_eq!(catalog.thumbnail(&b).unwrap(), Some(second.thumbnail));
    }

    #[test]
    fn what_another_version_derived_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let id = testing::put(&mut catalog, "a", &testing::named("A", "B"), Some(&testing::png(1)));
        let hash = catalog.album(id).unwrap().unwrap().cover.unwrap();
        assert_eq!(catalog.underived().unwrap(), std::slice::from_ref(&hash));
        catalog.put_derived(&[(hash.clone(), testing::derived(1))]).unwrap();
        assert!(catalog.underived().unwrap().is_empty());
        catalog.connection.execute("UPDATE derived SET version = version + 1", []).unwrap();
        assert_eq!(catalog.derived(&hash).unwrap(), None);
        assert_eq!(catalog.underived().unwrap(), [hash]);
    }
}
