//! What a person changed: an album's names, genre and year, and albums that are kept off all lists.
//!
//! An edit lies over what sources say and outlives their next import; undone, it leaves what they say. A removed
//! album keeps its records, so that another import recognises them and does not bring it back.

use super::{Catalog, Facts, Result, albums, from_json, records, to_json};
use crate::album::{Album, AlbumId, Genre};
use crate::edit::Edit;
use crate::report::AlbumLine;
use rusqlite::{Connection, OptionalExtension as _, params};

/// What a person made of an album.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Kept {
    pub edit: Edit,
    /// Whether it is kept off all lists.
    pub removed: bool,
}

impl Kept {
    /// Changes what sources say to what the person says.
    pub(super) fn lay_over(&self, facts: &mut Facts) {
        let Edit { artist, title, genre, year } = self.edit.clone();
        if let Some(artist) = artist {
            facts.artist = artist;
        }
        if let Some(title) = title {
            facts.title = title;
        }
        if let Some(genre) = genre {
            facts.genre = genre.and_then(|genre| Genre::new(&genre));
        }
        if let Some(year) = year {
            facts.year = year;
        }
    }
}

/// What a person made of an album, if anything.
pub(super) fn of(connection: &Connection, album: AlbumId) -> Result<Option<Kept>> {
    let mut statement = connection.prepare_cached("SELECT edit, removed FROM edits WHERE album = ?1")?;
    let found = statement
        .query_row([album.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(json, removed)| Ok(Kept { edit: from_json("an edit", &json)?, removed })).transpose()
}

/// Notes down what an album is called, by which records of other sources join it.
pub(super) fn name(connection: &Connection, album: AlbumId, names: Option<String>) -> Result<()> {
    let sql = "UPDATE edits SET names = ?2 WHERE album = ?1";
    connection.prepare_cached(sql)?.execute(params![album.to_string(), names])?;
    Ok(())
}

/// Forgets what a person made of an album that no source tells of any more, shown or not.
pub(super) fn forget_unrecorded(connection: &Connection, album: AlbumId) -> Result<()> {
    let sql = "DELETE FROM edits WHERE album = ?1
               AND NOT EXISTS (SELECT 1 FROM records WHERE album = ?1 AND duplicate = 0)";
    connection.prepare_cached(sql)?.execute([album.to_string()])?;
    Ok(())
}

impl Catalog {
    /// What a person changed of an album; empty where nothing was.
    pub fn edit_of(&self, album: AlbumId) -> Result<Edit> {
        Ok(of(&self.connection, album)?.map(|kept| kept.edit).unwrap_or_default())
    }

    /// Lays a checked edit over what is known of an album, and over its earlier edits. The album as it is then; `None`
    /// when there is none of that id.
    pub fn edit_album(&mut self, album: AlbumId, edit: Edit) -> Result<Option<Album>> {
        self.keep(album, |kept| kept.edit = std::mem::take(&mut kept.edit).then(edit))?;
        self.album(album)
    }

    /// Takes all edits of an album back. The album as its sources tell of it; `None` when there is none of that id.
    pub fn undo_edits(&mut self, album: AlbumId) -> Result<Option<Album>> {
        self.keep(album, |kept| kept.edit = Edit::default())?;
        self.album(album)
    }

    /// Keeps an album off all lists and maps until it is restored. Whether there was one of that id.
    pub fn remove_album(&mut self, album: AlbumId) -> Result<bool> {
        if self.album(album)?.is_none() {
            return Ok(false);
        }
        self.keep(album, |kept| kept.removed = true)?;
        Ok(true)
    }

    /// Brings a removed album back, edits included; `None` when none of that id was removed.
    pub fn restore_album(&mut self, album: AlbumId) -> Result<Option<Album>> {
        if !of(&self.connection, album)?.is_some_and(|kept| kept.removed) {
            return Ok(None);
        }
        self.keep(album, |kept| kept.removed = false)?;
        self.album(album)
    }

    /// Albums that were removed and can be restored, by id.
    pub fn removed_albums(&self) -> Result<Vec<AlbumLine>> {
        let ids = {
            let sql = "SELECT album FROM edits WHERE removed ORDER BY album";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?
        };
        let mut lines = Vec::with_capacity(ids.len());
        for id in ids {
            let id = albums::id_from(&id)?;
            let mut records = records::of(&self.connection, id)?.into_iter();
            let Some(first) = records.next() else { continue };
            let mut facts = first.facts;
            records.for_each(|record| facts.fill_from(&record.facts));
            if let Some(kept) = of(&self.connection, id)? {
                kept.lay_over(&mut facts);
            }
            lines.push(AlbumLine::from(&facts.into_album(id, None)));
        }
        Ok(lines)
    }

    /// Changes what is kept of an album that some record tells of, and writes the album anew.
    fn keep(&mut self, album: AlbumId, change: impl FnOnce(&mut Kept)) -> Result<()> {
        let batch = self.batch()?;
        let mut kept = of(&batch.transaction, album)?.unwrap_or_default();
        change(&mut kept);
        let id = album.to_string();
        if kept == Kept::default() {
            batch.transaction.prepare_cached("DELETE FROM edits WHERE album = ?1")?.execute([&id])?;
        } else {
            let sql = "INSERT INTO edits (album, edit, removed) VALUES (?1, ?2, ?3)
                       ON CONFLICT (album) DO UPDATE SET edit = ?2, removed = ?3";
            let values = params![id, to_json(&kept.edit)?, kept.removed];
            batch.transaction.prepare_cached(sql)?.execute(values)?;
        }
        batch.settle(album)?;
        batch.commit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing::{named, png, put, put_from};
    use crate::catalog::{Access, hash_of};

    fn catalog() -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        (dir, catalog)
    }

    fn titled(title: &str) -> Edit {
        Edit { title: Some(Some(title.to_owned())), ..Edit::default() }
    }

    #[test]
    fn an_edit_outlives_another_import_and_can_be_undone() {
        let (_dir, mut catalog) = catalog();
        let id = put(&mut catalog, "a", &named("X", "Lemonde"), None);
        let edited = catalog.edit_album(id, titled("Lemonade")).unwrap().unwrap();
        assert_eq!(edited.title.as_deref(), Some("Lemonade"));
        let later = Edit { year: Some(Some(2016)), ..Edit::default() };
        assert_eq!(catalog.edit_album(id, later).unwrap().unwrap().title.as_deref(), Some("Lemonade"));
        // The source says something else by now.
        let facts = Facts { year: Some(1999), ..named("X", "Lemon") };
        assert_eq!(put(&mut catalog, "a", &facts, None), id);
        let album = catalog.album(id).unwrap().unwrap();
        assert_eq!((album.title.as_deref(), album.year), (Some("Lemonade"), Some(2016)));
        let undone = catalog.undo_edits(id).unwrap().unwrap();
        assert_eq!((undone.title.as_deref(), undone.year), (Some("Lemon"), Some(1999)));
        assert!(catalog.edit_of(id).unwrap().is_empty());
        assert_eq!(catalog.edit_album(AlbumId(7), titled("x")).unwrap(), None);
    }

    #[test]
    fn another_source_joins_by_the_old_name_and_by_the_new_one() {
        let (_dir, mut catalog) = catalog();
        let id = put(&mut catalog, "a", &named("X", "Lemonde"), None);
        catalog.edit_album(id, titled("Lemonade")).unwrap();
        let plays = |title, plays| Facts { plays: Some(plays), ..named("X", title) };
        assert_eq!(put_from(&mut catalog, "two", "k", &plays("Lemonade", 3), None), id);
        assert_eq!(put_from(&mut catalog, "three", "k", &plays("Lemonde", 4), None), id);
        let album = catalog.album(id).unwrap().unwrap();
        assert_eq!((album.title.as_deref(), album.plays), (Some("Lemonade"), Some(3)));
        assert_eq!(catalog.len().unwrap(), 1);
    }

    #[test]
    fn a_removed_album_stays_away_until_it_is_restored() {
        let (_dir, mut catalog) = catalog();
        let id = put(&mut catalog, "a", &named("X", "Y"), Some(&png(1)));
        catalog.edit_album(id, titled("Z")).unwrap();
        assert!(catalog.remove_album(id).unwrap());
        assert!(!catalog.remove_album(id).unwrap(), "it is gone already");
        assert_eq!(catalog.album(id).unwrap(), None);
        // Neither its own source nor another brings it back.
        put(&mut catalog, "a", &named("X", "Y!"), Some(&png(2)));
        put_from(&mut catalog, "two", "k", &named("X", "Z"), None);
        put_from(&mut catalog, "three", "k", &Facts::default(), Some(&png(2)));
        assert_eq!(catalog.len().unwrap(), 0);
        assert_eq!(catalog.removed_albums().unwrap()[0].title, "Z");
        let back = catalog.restore_album(id).unwrap().unwrap();
        assert_eq!((back.title.as_deref(), back.cover), (Some("Z"), Some(hash_of(&png(2)))));
        assert!(catalog.removed_albums().unwrap().is_empty());
        assert_eq!(catalog.restore_album(id).unwrap(), None);
    }

    #[test]
    fn a_search_finds_what_an_album_is_called_now() {
        let (_dir, mut catalog) = catalog();
        let facts = Facts { key: "side-a".to_owned(), ..named("X", "Lemonde") };
        let id = put(&mut catalog, "a", &facts, None);
        catalog.edit_album(id, titled("Grapefruit")).unwrap();
        let find = |catalog: &Catalog, words: &str| {
            let query = crate::wire::AlbumQuery { query: words.to_owned(), ..Default::default() };
            catalog.find(&query).unwrap().total
        };
        assert_eq!((find(&catalog, "grapefruit"), find(&catalog, "lemonde")), (1, 0));
        catalog.remove_album(id).unwrap();
        assert_eq!(find(&catalog, "grapefruit"), 0);
    }
}
