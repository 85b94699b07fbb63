//! Where albums come from: listed, switched off and on, removed with what only they brought.

use super::{Batch, Catalog, Result, albums, covers};
use crate::album::{AlbumId, CoverHash};
use crate::report::ImportedSource;
use rusqlite::{OptionalExtension as _, Row, params};

impl Catalog {
    /// The sources that have told of albums, in the order in which they were first imported.
    pub fn sources(&self) -> Result<Vec<ImportedSource>> {
        // A removed album counts nowhere.
        let sql = "SELECT id, kind, identity, imported_ms, hidden,
                (SELECT count(DISTINCT album) FROM records WHERE source = sources.id AND duplicate = 0
                    AND album NOT IN (SELECT album FROM edits WHERE removed)),
                (SELECT count(DISTINCT album) FROM records AS own WHERE source = sources.id AND duplicate = 0
                    AND album NOT IN (SELECT album FROM edits WHERE removed)
                    AND NOT EXISTS (SELECT 1 FROM records WHERE album = own.album AND duplicate = 0
                                    AND source <> sources.id))
            FROM sources WHERE EXISTS (SELECT 1 FROM records WHERE source = sources.id) ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], line)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lets a source's albums take part, or leaves out those that no other source tells of. Whether there is such a
    /// source.
    pub fn show_source(&mut self, id: i64, shown: bool) -> Result<bool> {
        let batch = self.batch()?;
        let sql = "UPDATE sources SET hidden = ?2 WHERE id = ?1";
        let found = batch.transaction.execute(sql, params![id, !shown])? > 0;
        for album in batch.albums_of(id)? {
            batch.settle(album)?;
        }
        batch.commit()?;
        Ok(found)
    }

    /// Forgets a source and all it said, with the albums and covers that nobody else tells of. Its files, outside of the
    /// data directory, are left alone. Whether there was such a source.
    pub fn remove_source(&mut self, id: i64) -> Result<bool> {
        let dir = self.dir().to_owned();
        let batch = self.batch()?;
        let kind = "SELECT kind FROM sources WHERE id = ?1";
        let kind: Option<String> = batch.transaction.query_row(kind, [id], |row| row.get(0)).optional()?;
        let Some(kind) = kind else { return Ok(false) };
        let albums = batch.albums_of(id)?;
        // Its records go with it.
        batch.transaction.execute("DELETE FROM sources WHERE id = ?1", [id])?;
        for album in albums {
            batch.settle(album)?;
        }
        if kind == "demo" {
            batch.set_meta("demo", None)?;
        }
        let unused = batch.forget_unused_covers()?;
        batch.commit()?;
        for (cover, extension) in unused {
            covers::remove_file(&dir, &cover, &extension);
        }
        Ok(true)
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<ImportedSource> {
    Ok(ImportedSource {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        imported: row.get::<_, Option<i64>>(3)?.map(|ms| ms.div_euclid(1000)),
        shown: !row.get::<_, bool>(4)?,
        albums: row.get::<_, i64>(5)?.cast_unsigned(),
        only_here: row.get::<_, i64>(6)?.cast_unsigned(),
    })
}

impl Batch<'_> {
    fn albums_of(&self, source: i64) -> Result<Vec<AlbumId>> {
        let sql = "SELECT DISTINCT album FROM records WHERE source = ?1 AND duplicate = 0";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([source], |row| row.get::<_, String>(0))?;
        rows.map(|album| albums::id_from(&album?)).collect()
    }

    /// Forgets covers that no record names, and what was derived from them; their hashes and endings.
    fn forget_unused_covers(&self) -> Result<Vec<(CoverHash, String)>> {
        const UNUSED: &str =
            "NOT EXISTS (SELECT 1 FROM records WHERE records.cover = COLUMN) AND COLUMN IS NOT NULL";
        let sql = format!("DELETE FROM derived WHERE {}", UNUSED.replace("COLUMN", "derived.cover"));
        self.transaction.execute(&sql, [])?;
        let sql = format!(
            "DELETE FROM covers WHERE {} RETURNING hash, extension",
            UNUSED.replace("COLUMN", "covers.hash")
        );
        let mut statement = self.transaction.prepare(&sql)?;
        let rows = statement.query_map([], |row| Ok((CoverHash(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing::{named, png, put_from};
    use crate::catalog::{Access, Facts, hash_of};
    use crate::edit::Edit;

    /// `one` tells of A and B, `two` of B and C.
    fn catalog() -> (tempfile::TempDir, Catalog, [AlbumId; 3]) {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let a = put_from(&mut catalog, "one", "a", &named("X", "A"), Some(&png(1)));
        let b = put_from(&mut catalog, "one", "b", &named("X", "B"), Some(&png(2)));
        let told = Facts { year: Some(1990), ..named("X", "B") };
        assert_eq!(put_from(&mut catalog, "two", "b", &told, Some(&png(3))), b);
        let c = put_from(&mut catalog, "two", "c", &named("X", "C"), Some(&png(4)));
        (dir, catalog, [a, b, c])
    }

    #[test]
    fn sources_say_how_many_albums_they_tell_of_and_tell_of_alone() {
        let (_dir, mut catalog, [a, ..]) = catalog();
        let counts = |catalog: &Catalog| -> Vec<(String, u64, u64)> {
            let lines = catalog.sources().unwrap().into_iter();
            lines.map(|line| (line.name, line.albums, line.only_here)).collect()
        };
        assert_eq!(counts(&catalog), [("one".to_owned(), 2, 1), ("two".to_owned(), 2, 1)]);
        catalog.remove_album(a).unwrap();
        assert_eq!(counts(&catalog)[0], ("one".to_owned(), 1, 0));
        catalog.source("folder", "of nothing").unwrap();
        let lines = catalog.sources().unwrap();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.shown && line.imported.is_some_and(|at| at > 1_600_000_000)));
    }

    #[test]
    fn a_source_that_is_removed_takes_along_what_only_it_brought() {
        let (dir, mut catalog, [a, b, c]) = catalog();
        catalog.edit_album(a, Edit { year: Some(Some(2000)), ..Edit::default() }).unwrap();
        let one = catalog.sources().unwrap()[0].id;
        assert!(catalog.remove_source(one).unwrap());
        assert!(!catalog.remove_source(one).unwrap());
        assert_eq!(catalog.album(a).unwrap(), None);
        assert!(catalog.edit_of(a).unwrap().is_empty(), "and what was made of it");
        let kept = catalog.album(b).unwrap().unwrap();
        assert_eq!((kept.year, kept.cover), (Some(1990), Some(hash_of(&png(3)))));
        assert!(catalog.album(c).unwrap().is_some());
        let files = |shade| catalog.cover(&hash_of(&png(shade))).is_ok();
        assert_eq!([1, 2, 3, 4].map(files), [false, false, true, true]);
        let left = std::fs::read_dir(dir.path().join("covers")).unwrap();
        let left: usize = left.flatten().map(|f| std::fs::read_dir(f.path()).unwrap().count()).sum();
        assert_eq!(left, 2);
    }

    #[test]
    fn a_source_that_is_switched_off_comes_back_as_it_was() {
        let (_dir, mut catalog, [a, b, c]) = catalog();
        let before = catalog.content_hash().unwrap();
        let one = catalog.sources().unwrap()[0].id;
        assert!(catalog.show_source(one, false).unwrap());
        assert_eq!(catalog.album(a).unwrap(), None);
        assert_eq!(catalog.album(b).unwrap().unwrap().cover, Some(hash_of(&png(3))));
        assert!(catalog.album(c).unwrap().is_some());
        assert!(!catalog.sources().unwrap()[0].shown);
        assert!(catalog.show_source(one, true).unwrap());
        assert_eq!(catalog.content_hash().unwrap(), before);
        assert!(!catalog.show_source(999, true).unwrap());
    }

    #[test]
    fn importing_a_source_again_shows_it_again() {
        let (_dir, mut catalog, [a, ..]) = catalog();
        let one = catalog.sources().unwrap()[0].id;
        catalog.show_source(one, false).unwrap();
        catalog.source("folder", "one").unwrap();
        assert!(catalog.album(a).unwrap().is_some());
        assert!(catalog.sources().unwrap()[0].shown);
    }
}
