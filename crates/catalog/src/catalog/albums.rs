//! Albums: what the catalogue answers when asked for them.

use super::{Catalog, CatalogError, Result, from_json, to_json};
use crate::album::{Album, AlbumId, CoverHash, Genre};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeMap;

const COLUMNS: &str = "id, artist, title, track, genre, year, plays, listeners, popularity, cover, key, \
                       collection, genres, audio, similar";

impl Catalog {
    /// Number of albums.
    pub fn len(&self) -> Result<u64> {
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM albums")?;
        let count: i64 = statement.query_row([], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Whether there is no album.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// All albums by ascending id.
    pub fn albums(&self) -> Result<Vec<Album>> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM albums ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut albums = Vec::new();
        while let Some(row) = rows.next()? {
            albums.push(read(row)??);
        }
        Ok(albums)
    }

    /// One album.
    pub fn album(&self, id: AlbumId) -> Result<Option<Album>> {
        by_id(&self.connection, id)
    }

    /// Albums per genre.
    pub fn genres(&self) -> Result<BTreeMap<String, u64>> {
        let sql = "SELECT genre, count(*) FROM albums WHERE genre IS NOT NULL GROUP BY genre";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// BLAKE3 over every album's id and everything known of it, its cover's hash included, in the order of the
    /// ids: equal exactly when [`Catalog::albums`] is. 64 hexadecimal digits.
    pub fn content_hash(&self) -> Result<String> {
        let mut statement = self.connection.prepare_cached("SELECT id, hash FROM albums ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut hasher = blake3::Hasher::new();
        while let Some(row) = rows.next()? {
            // Both are of a fixed length.
            hasher.update(row.get_ref(0)?.as_bytes().map_err(rusqlite::Error::from)?);
            hasher.update(row.get_ref(1)?.as_bytes().map_err(rusqlite::Error::from)?);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }
}

pub(super) fn by_id(connection: &Connection, id: AlbumId) -> Result<Option<Album>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM albums WHERE id = ?1"))?;
    statement.query_row([id.to_string()], read).optional()?.transpose()
}

/// Writes an album and what search needs of it. `names` is what its sources call it, folded.
pub(super) fn put(connection: &Connection, album: &Album, names: Option<&str>) -> Result<()> {
    let json = to_json(album)?;
    let id = album.id.to_string();
    let sql = format!(
        "INSERT OR REPLACE INTO albums ({COLUMNS}, names, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    );
    let genre = album.genre.as_ref().map(Genre::as_str);
    connection.prepare_cached(&sql)?.execute(params![
        id,
        album.artist,
        album.title,
        album.track,
        genre,
        album.year,
        album.plays.map(number),
        album.listeners.map(number),
        album.popularity,
        album.cover.as_ref().map(|cover| &cover.0),
        album.key,
        album.collection,
        to_json(&album.genres)?,
        album.audio.as_ref().map(to_json).transpose()?,
        to_json(&album.similar)?,
        names,
        blake3::hash(json.as_bytes()).as_bytes(),
    ])?;
    super::search::put(connection, album)
}

/// Forgets albums, and what search knew of them.
pub(super) fn remove(connection: &Connection, id: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM albums WHERE id = ?1")?.execute([id])?;
    connection.prepare_cached("DELETE FROM search WHERE album = ?1")?.execute([id])?;
    Ok(())
}

/// SQLite's integers are signed; nothing was ever played more often than that.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn id_from(text: &str) -> Result<AlbumId> {
    text.parse().map_err(|e| CatalogError::Damaged(format!("an album whose id is wrong ({e})")))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Album>> {
    let json = (row.get::<_, String>(12)?, row.get::<_, Option<String>>(13)?, row.get::<_, String>(14)?);
    let parsed = || {
        let genres = from_json("an album's genres", &json.0)?;
        let audio = json.1.as_deref().map(|audio| from_json("an album's sound", audio)).transpose()?;
        let similar = from_json("an album's similar albums", &json.2)?;
        Ok((genres, audio, similar))
    };
    let id = match id_from(row.get_ref(0)?.as_str()?) {
        Ok(id) => id,
        Err(e) => return Ok(Err(e)),
    };
    let (genres, audio, similar) = match parsed() {
        Ok(parts) => parts,
        Err(e) => return Ok(Err(e)),
    };
    Ok(Ok(Album {
        id,
        artist: row.get(1)?,
        title: row.get(2)?,
        track: row.get(3)?,
        genre: row.get::<_, Option<String>>(4)?.and_then(|genre| Genre::new(&genre)),
        genres,
        year: row.get(5)?,
        plays: row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned),
        listeners: row.get::<_, Option<i64>>(7)?.map(i64::cast_unsigned),
        popularity: row.get(8)?,
        audio,
        similar,
        cover: row.get::<_, Option<String>>(9)?.map(CoverHash),
        key: row.get(10)?,
        collection: row.get(11)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::{AlbumName, AudioFeatures};
    use crate::catalog::{Access, Facts, testing};

    #[test]
    fn an_album_comes_back_with_everything_known_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let facts = Facts {
            artist: Some("Sigur Rós".into()),
            title: Some("( )".into()),
            track: Some("Vaka".into()),
            genre: Genre::new("post-rock"),
            genres: vec![Genre::new("post-rock").unwrap(), Genre::new("ambient").unwrap()],
            year: Some(2002),
            plays: Some(u64::from(u32::MAX) + 1),
            listeners: Some(3),
            popularity: Some(61.3),
            audio: Some(AudioFeatures { tempo: Some(97.1), of_artist: true, ..Default::default() }),
            similar: vec![AlbumName { artist: "Múm".into(), album: "Finally".into() }],
            key: "vaka".into(),
            collection: Some("c".into()),
        };
        let id = testing::put(&mut catalog, "k", &facts, None);
        let album = catalog.album(id).unwrap().unwrap();
        assert_eq!(album, facts.clone().into_album(id, None));
        assert_eq!(catalog.albums().unwrap(), [album]);
        assert_eq!(catalog.genres().unwrap(), [("post-rock".to_owned(), 1)].into());
        assert_eq!(catalog.len().unwrap(), 1);
        assert_eq!(catalog.album(AlbumId(1)).unwrap(), None);
    }

    #[test]
    fn the_content_hash_follows_the_content_and_nothing_else() {
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let mut catalogs = dirs.each_ref().map(|dir| Catalog::open(dir.path(), Access::Write).unwrap());
        for key in ["a", "b", "c"] {
            testing::put(&mut catalogs[0], key, &testing::named("X", key), None);
        }
        for key in ["c", "a", "b"] {
            testing::put(&mut catalogs[1], key, &testing::named("X", key), None);
        }
        let hash = catalogs[0].content_hash().unwrap();
        assert_eq!(hash, catalogs[1].content_hash().unwrap());
        catalogs[0].set_meta("a", "b").unwrap();
        assert_eq!(hash, catalogs[0].content_hash().unwrap());
        testing::put(&mut catalogs[0], "b", &testing::named("X", "B!"), Some(&testing::png(1)));
        assert_ne!(hash, catalogs[0].content_hash().unwrap());
    }
}
