//! Sets of albums that somebody named. Albums come and go; a set remembers those that it was made of and answers with
//! those that are there.

use super::{Catalog, CatalogError, Result, from_json, now_ms, to_json};
use crate::album::AlbumId;
use crate::sets::{self, AlbumSet};
use rusqlite::{OptionalExtension as _, Row, params};

impl Catalog {
    /// All sets by name, letters of either case alike.
    pub fn sets(&self) -> Result<Vec<AlbumSet>> {
        let sql = "SELECT name, at_ms, albums FROM sets ORDER BY name COLLATE NOCASE, name";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|row| self.of_today(row)).collect()
    }

    /// One set.
    pub fn set(&self, name: &str) -> Result<Option<AlbumSet>> {
        let sql = "SELECT name, at_ms, albums FROM sets WHERE name = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([name.trim()], read).optional()?;
        found.map(|row| self.of_today(row)).transpose()
    }

    /// Keeps albums under a name; a set of that name is replaced.
    ///
    /// # Errors
    /// [`CatalogError::Refused`] for a name or albums that make no set.
    pub fn put_set(&mut self, name: &str, albums: &[AlbumId]) -> Result<AlbumSet> {
        self.writable()?;
        let (name, albums) = (sets::name(name).map_err(refused)?, sets::albums(albums).map_err(refused)?);
        let at = now_ms();
        let sql = "INSERT INTO sets (name, at_ms, albums) VALUES (?1, ?2, ?3)
                   ON CONFLICT (name) DO UPDATE SET at_ms = ?2, albums = ?3";
        self.connection.prepare_cached(sql)?.execute(params![name, at, to_json(&albums)?])?;
        self.of_today((name, at, to_json(&albums)?))
    }

    /// Gives a set another name; whether there is such a set.
    ///
    /// # Errors
    /// [`CatalogError::Refused`] for a name that is none, or that another set has.
    pub fn rename_set(&mut self, name: &str, to: &str) -> Result<bool> {
        self.writable()?;
        let (name, to) = (name.trim(), sets::name(to).map_err(refused)?);
        if to != name && self.set(&to)?.is_some() {
            let sentence =
                format!("there is a set called “{to}” already: delete it first, or take another name");
            return Err(CatalogError::Refused(sentence));
        }
        let sql = "UPDATE sets SET name = ?2 WHERE name = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([name, &to])? > 0)
    }

    /// Forgets a set; whether there was one.
    pub fn remove_set(&mut self, name: &str) -> Result<bool> {
        self.writable()?;
        let sql = "DELETE FROM sets WHERE name = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([name.trim()])? > 0)
    }

    fn of_today(&self, (name, at_ms, json): (String, i64, String)) -> Result<AlbumSet> {
        let kept: Vec<AlbumId> = from_json("a set's albums", &json)?;
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM albums WHERE id = ?1")?;
        let mut albums = Vec::with_capacity(kept.len());
        for &id in &kept {
            if statement.exists([id.to_string()])? {
                albums.push(id);
            }
        }
        let gone = (kept.len() - albums.len()) as u32;
        Ok(AlbumSet { name, at: at_ms / 1000, albums, gone })
    }
}

fn refused(unfit: sets::Unfit) -> CatalogError {
    CatalogError::Refused(unfit.to_string())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(String, i64, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Access, testing};

    fn three() -> (tempfile::TempDir, Catalog, Vec<AlbumId>) {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let ids = ["a", "b", "c"].map(|key| testing::put(&mut catalog, key, &testing::named("X", key), None));
        (dir, catalog, ids.to_vec())
    }

    #[test]
    fn a_set_comes_back_in_its_order_and_is_replaced_by_its_name() {
        let (_dir, mut catalog, ids) = three();
        let saved = catalog.put_set(" Nights ", &[ids[2], ids[0], ids[2]]).unwrap();
        assert_eq!((saved.name.as_str(), saved.albums.as_slice()), ("Nights", &[ids[2], ids[0]][..]));
        assert_eq!(catalog.set("Nights").unwrap(), Some(saved));
        catalog.put_set("Nights", &[ids[1]]).unwrap();
        catalog.put_set("days", &ids).unwrap();
        let names: Vec<String> = catalog.sets().unwrap().into_iter().map(|set| set.name).collect();
        assert_eq!(names, ["days", "Nights"]);
        assert_eq!(catalog.set("Nights").unwrap().unwrap().albums, [ids[1]]);
        assert_eq!(catalog.set("Mornings").unwrap(), None);
    }

    #[test]
    fn an_album_that_has_gone_is_left_out_and_counted() {
        let (_dir, mut catalog, ids) = three();
        let set = catalog.put_set("with a stranger", &[ids[0], AlbumId(1), ids[1]]).unwrap();
        assert_eq!((set.albums.as_slice(), set.gone), (&ids[..2], 1));
        assert_eq!(catalog.sets().unwrap(), [set]);
    }

    #[test]
    fn a_set_is_renamed_unless_the_name_is_taken() {
        let (_dir, mut catalog, ids) = three();
        catalog.put_set("a", &ids).unwrap();
        catalog.put_set("b", &ids[..1]).unwrap();
        assert!(matches!(catalog.rename_set("a", "b"), Err(CatalogError::Refused(_))));
        assert!(matches!(catalog.rename_set("a", "  "), Err(CatalogError::Refused(_))));
        assert!(catalog.rename_set("a", "c").unwrap());
        assert!(!catalog.rename_set("a", "d").unwrap());
        assert_eq!(catalog.set("c").unwrap().unwrap().albums, ids);
    }

    #[test]
    fn a_set_is_forgotten_once() {
        let (_dir, mut catalog, ids) = three();
        catalog.put_set("a", &ids).unwrap();
        assert!(catalog.remove_set("a").unwrap());
        assert!(!catalog.remove_set("a").unwrap());
        assert!(catalog.sets().unwrap().is_empty());
    }

    #[test]
    fn what_makes_no_set_is_refused() {
        let (dir, mut catalog, ids) = three();
        assert!(matches!(catalog.put_set("a", &[]), Err(CatalogError::Refused(_))));
        assert!(matches!(catalog.put_set("a\nb", &ids), Err(CatalogError::Refused(_))));
        let mut reading = Catalog::open(dir.path(), Access::Read).unwrap();
        assert!(matches!(reading.put_set("a", &ids), Err(CatalogError::ReadOnly)));
    }
}
