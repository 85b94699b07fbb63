//! Records: what each source says of each album, and how several sources' records become one album.
//!
//! A record is found again by its source and its key there, so a second import knows what it has, and an album's
//! id, made from the first record that told of it, stays. A record joins an album that *other* sources know
//! when artist and title are the same and no other year is said, or when the cover is byte for byte the same and nothing
//! contradicts (see [`joining`]). Two records of one source are two albums. An album's facts are those of its first record, what that leaves open
//! filled from the next ones, and over them lies what a person changed (see [`super::edits`]). Records that vanish from
//! their source stay; those of a source that is not shown take no part.

mod facts;
mod joining;

pub use facts::Facts;

use super::{Catalog, CoverFile, Result, albums, edits, from_json, now_ms, path_text, short_number, to_json};
use crate::album::{AlbumId, CoverHash};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use std::collections::HashMap;
use std::path::PathBuf;

/// Where records come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceId {
    id: i64,
    kind: String,
    identity: String,
}

/// What tells, without reading it, whether a file is still the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last change, in nanoseconds since 1970.
    pub mtime_ns: i64,
}

/// A record as the last import left it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its album.
    pub album: AlbumId,
    /// BLAKE3 of all its facts.
    pub fingerprint: [u8; 32],
    /// Its file then; `None` for a record without one.
    pub stamp: Option<Stamp>,
    /// Its cover.
    pub cover: Option<CoverFile>,
    /// Whether it is a copy of another record of its source.
    pub duplicate: bool,
}

/// A record to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewRecord<'a> {
    /// What names it within its source.
    pub key: &'a str,
    /// What the source says.
    pub facts: &'a Facts,
    /// BLAKE3 of all the facts.
    pub fingerprint: [u8; 32],
    /// The file its cover came from.
    pub stamp: Option<Stamp>,
    /// Its cover, already in the data directory.
    pub cover: Option<&'a CoverFile>,
}

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    /// The album it tells of.
    pub album: AlbumId,
    /// Whether the album was known from another source before.
    pub merged: bool,
}

/// Changes that are kept together or not at all.
pub struct Batch<'c> {
    pub(super) transaction: Transaction<'c>,
}

impl Catalog {
    /// The source of a kind (`csv`, `folder`, …) with an identity (its canonical path, its seed, …), which is imported
    /// now; noted down when it is new, and shown from now on.
    pub fn source(&mut self, kind: &str, identity: &str) -> Result<SourceId> {
        self.writable()?;
        let sql = "INSERT INTO sources (kind, identity, imported_ms) VALUES (?1, ?2, ?3)
                   ON CONFLICT (kind, identity) DO UPDATE SET imported_ms = ?3 RETURNING id, hidden";
        let (id, hidden) = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![kind, identity, now_ms()], |row| Ok((row.get(0)?, row.get::<_, bool>(1)?)))?;
        if hidden {
            self.show_source(id, true)?;
        }
        Ok(SourceId { id, kind: kind.to_owned(), identity: identity.to_owned() })
    }

    /// All records of a source by key.
    pub fn known(&self, source: &SourceId) -> Result<HashMap<String, Known>> {
        let sql = "SELECT key, album, fingerprint, size, mtime_ns, duplicate, cover, extension, bytes
                   FROM records LEFT JOIN covers ON covers.hash = records.cover WHERE source = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([source.id])?;
        let mut known = HashMap::new();
        while let Some(row) = rows.next()? {
            known.insert(row.get(0)?, read_known(row)?);
        }
        Ok(known)
    }

    /// When a source was last imported, in milliseconds since 1970.
    pub fn last_import(&self, kind: &str, identity: &str) -> Result<Option<i64>> {
        let sql = "SELECT imported_ms FROM sources WHERE kind = ?1 AND identity = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([kind, identity], |row| row.get(0)).optional()?.flatten())
    }

    /// Where an album's pictures lie that were found in imported folders: the folder, and the path below it.
    pub fn folder_pictures(&self, album: AlbumId) -> Result<Vec<(PathBuf, PathBuf)>> {
        let sql = "SELECT identity, key FROM records JOIN sources ON sources.id = records.source
                   WHERE album = ?1 AND kind = 'folder' ORDER BY seq";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([album.to_string()], |row| {
            let path = |text: String| PathBuf::from(path_text::from_text(&text));
            Ok((path(row.get(0)?), path(row.get(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Begins changes that are kept together.
    pub fn batch(&mut self) -> Result<Batch<'_>> {
        self.writable()?;
        Ok(Batch { transaction: self.connection.transaction()? })
    }
}

fn read_known(row: &Row<'_>) -> Result<Known> {
    let size: Option<i64> = row.get(3)?;
    let cover: Option<String> = row.get(6)?;
    Ok(Known {
        album: albums::id_from(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?,
        fingerprint: row.get(2)?,
        stamp: match (size, row.get(4)?) {
            (Some(size), Some(mtime_ns)) => Some(Stamp { size: size.cast_unsigned(), mtime_ns }),
            _ => None,
        },
        duplicate: row.get(5)?,
        cover: match (cover, row.get(7)?, row.get::<_, Option<i64>>(8)?) {
            (Some(hash), Some(extension), Some(bytes)) => {
                Some(CoverFile { hash: CoverHash(hash), extension, bytes: bytes.cast_unsigned() })
            }
            _ => None,
        },
    })
}

/// Records of albums that are called `?1`, by their sources or by a person. (A `+` before `seq` keeps SQLite from reading
/// all records in their order instead.)
const CALLED: &str = "records.album IN (SELECT id FROM albums WHERE names = ?1
                      UNION SELECT album FROM edits WHERE names = ?1)";

impl Batch<'_> {
    /// Makes the changes last.
    pub fn commit(self) -> Result<()> {
        Ok(self.transaction.commit()?)
    }

    /// Keeps a record, new or changed. With `merge`, a new one may join an album of other sources.
    pub fn put(&self, source: &SourceId, record: &NewRecord<'_>, merge: bool) -> Result<Stored> {
        let before = self.album_of(source, record.key)?;
        if let Some((album, false)) = before {
            self.write(source, record, album, false)?;
            self.settle(album)?;
            if merge {
                self.regroup(record.facts)?;
            }
            return Ok(Stored {
                album: self.album_of(source, record.key)?.map_or(album, |a| a.0),
                merged: false,
            });
        }
        let joined = if merge { self.joins(source, record)? } else { None };
        let album = match joined {
            Some(album) => album,
            None => self.fresh_id(source, record.key)?,
        };
        self.write(source, record, album, false)?;
        match joined {
            Some(album) => self.settle(album)?,
            None => self.write_album(record.facts, album, record.cover.map(|c| c.hash.clone()))?,
        }
        let regrouped = merge && self.regroup(record.facts)?;
        let album = if regrouped { self.album_of(source, record.key)?.map_or(album, |a| a.0) } else { album };
        Ok(Stored { album, merged: joined.is_some() })
    }

    /// Notes down that a record is a copy of one that tells of `album`.
    pub fn put_duplicate(&self, source: &SourceId, record: &NewRecord<'_>, album: AlbumId) -> Result<()> {
        let before = self.album_of(source, record.key)?;
        self.write(source, record, album, true)?;
        match before {
            Some((before, false)) if before != album => self.settle(before),
            _ => Ok(()),
        }
    }

    /// Notes down that a file has another time or size on disk but says the same as before.
    pub fn touch(&self, source: &SourceId, key: &str, stamp: Option<Stamp>) -> Result<()> {
        let sql = "UPDATE records SET size = ?3, mtime_ns = ?4 WHERE source = ?1 AND key = ?2";
        let size = stamp.map(|s| albums::number(s.size));
        self.transaction.prepare_cached(sql)?.execute(params![
            source.id,
            key,
            size,
            stamp.map(|s| s.mtime_ns)
        ])?;
        Ok(())
    }

    /// Gives the record of a file that is gone to the new name of the same bytes, so that a renamed file keeps its
    /// album. `gone` says whether a key's file is gone. Returns whether there was such a record.
    pub fn rename(
        &self,
        source: &SourceId,
        cover: &CoverHash,
        to: &str,
        gone: &dyn Fn(&str) -> bool,
    ) -> Result<bool> {
        let sql =
            "SELECT seq, key FROM records WHERE cover = ?1 AND source = ?2 AND duplicate = 0 ORDER BY seq";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(params![cover.0, source.id])?;
        while let Some(row) = rows.next()? {
            let (seq, key): (i64, String) = (row.get(0)?, row.get(1)?);
            if key != to && gone(&key) {
                let sql = "UPDATE OR IGNORE records SET key = ?2 WHERE seq = ?1";
                self.transaction.prepare_cached(sql)?.execute(params![seq, to])?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives the album that a picture told of to another picture, `key`, of the same source, which may have been a copy so
    /// far.
    pub fn succeed(&self, source: &SourceId, from: &str, key: &str) -> Result<()> {
        let sql = "DELETE FROM records WHERE source = ?1 AND key = ?2 AND duplicate = 1";
        self.transaction.prepare_cached(sql)?.execute(params![source.id, key])?;
        let sql = "UPDATE OR IGNORE records SET key = ?3 WHERE source = ?1 AND key = ?2 AND duplicate = 0";
        self.transaction.prepare_cached(sql)?.execute(params![source.id, from, key])?;
        Ok(())
    }

    /// Forgets all sources of a kind but one, and every album that only they know.
    pub fn remove_kind_but(&self, kind: &str, kept: Option<&SourceId>) -> Result<()> {
        let kept = kept.map(|source| source.id);
        let sql = "SELECT DISTINCT album FROM records JOIN sources ON sources.id = source
                   WHERE kind = ?1 AND sources.id IS NOT ?2";
        let albums = {
            let mut statement = self.transaction.prepare_cached(sql)?;
            let rows = statement.query_map(params![kind, kept], |row| row.get::<_, String>(0))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?
        };
        // Their records go with them.
        let sql = "DELETE FROM sources WHERE kind = ?1 AND id IS NOT ?2";
        self.transaction.execute(sql, params![kind, kept])?;
        albums.iter().try_for_each(|album| self.settle(albums::id_from(album)?))
    }

    /// Forgets a record, and its album when no other tells of it.
    pub fn forget(&self, source: &SourceId, key: &str) -> Result<()> {
        let album = self.album_of(source, key)?;
        let sql = "DELETE FROM records WHERE source = ?1 AND key = ?2";
        self.transaction.prepare_cached(sql)?.execute(params![source.id, key])?;
        album.map_or(Ok(()), |(album, _)| self.settle(album))
    }

    /// Keeps a value under a name, or forgets it.
    pub fn set_meta(&self, key: &str, value: Option<&str>) -> Result<()> {
        match value {
            None => self.transaction.prepare_cached("DELETE FROM meta WHERE key = ?1")?.execute([key])?,
            Some(value) => {
                let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
                           ON CONFLICT (key) DO UPDATE SET value = ?2";
                self.transaction.prepare_cached(sql)?.execute([key, value])?
            }
        };
        Ok(())
    }

    /// Whether what a record says could be said of an album that is there. What a person changed does not count: it says
    /// nothing of which records belong together.
    pub fn agrees(&self, facts: &Facts, album: AlbumId) -> Result<bool> {
        let mut records = of(&self.transaction, album)?.into_iter().map(|record| record.facts);
        let Some(mut told) = records.next() else { return Ok(false) };
        records.for_each(|others| told.fill_from(&others));
        Ok(facts.agrees(&told))
    }

    /// The album of a source that is called as `facts` say, and is of the same year.
    pub fn album_called(&self, source: &SourceId, facts: &Facts) -> Result<Option<AlbumId>> {
        let Some(names) = facts.both_names() else { return Ok(None) };
        let sql = format!(
            "SELECT album FROM records WHERE {CALLED} AND source = ?2 AND duplicate = 0
             AND facts ->> '$.year' IS ?3 ORDER BY +seq LIMIT 1"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let found = statement
            .query_row(params![names, source.id, facts.year], |row| row.get::<_, String>(0))
            .optional()?;
        found.map(|album| albums::id_from(&album)).transpose()
    }

    /// The album of a record, and whether the record is a copy.
    fn album_of(&self, source: &SourceId, key: &str) -> Result<Option<(AlbumId, bool)>> {
        let sql = "SELECT album, duplicate FROM records WHERE source = ?1 AND key = ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement
            .query_row(params![source.id, key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .optional()?;
        found.map(|(album, duplicate)| Ok((albums::id_from(&album)?, duplicate))).transpose()
    }

    /// The id of an album that `key` is the first to tell of.
    fn fresh_id(&self, source: &SourceId, key: &str) -> Result<AlbumId> {
        // Albums that are kept off the lists have records all the same.
        let mut taken = self.transaction.prepare_cached(
            "SELECT 1 FROM albums WHERE id = ?1 UNION ALL SELECT 1 FROM records WHERE album = ?1 AND duplicate = 0",
        )?;
        // A second number is needed when the id was given away: to an album that other records now tell of, or,
        // once in a blue moon, because 64 bits met.
        let mut attempt = 0_u64;
        loop {
            let attempt_bytes = attempt.to_le_bytes();
            let mut parts: Vec<&[u8]> =
                vec![source.kind.as_bytes(), source.identity.as_bytes(), key.as_bytes()];
            if attempt > 0 {
                parts.push(&attempt_bytes);
            }
            let id = AlbumId(short_number(&parts));
            if !taken.exists([id.to_string()])? {
                return Ok(id);
            }
            attempt += 1;
        }
    }

    fn write(
        &self,
        source: &SourceId,
        record: &NewRecord<'_>,
        album: AlbumId,
        duplicate: bool,
    ) -> Result<()> {
        if let Some(cover) = record.cover {
            let sql = "INSERT OR IGNORE INTO covers (hash, extension, bytes) VALUES (?1, ?2, ?3)";
            let bytes = albums::number(cover.bytes);
            self.transaction.prepare_cached(sql)?.execute(params![cover.hash.0, cover.extension, bytes])?;
        }
        let sql = "INSERT INTO records
                   (source, key, album, cover, size, mtime_ns, fingerprint, duplicate, facts)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                   ON CONFLICT (source, key) DO UPDATE SET album = ?3, cover = ?4, size = ?5, mtime_ns = ?6,
                   fingerprint = ?7, duplicate = ?8, facts = ?9";
        self.transaction.prepare_cached(sql)?.execute(params![
            source.id,
            record.key,
            album.to_string(),
            record.cover.map(|cover| &cover.hash.0),
            record.stamp.map(|stamp| albums::number(stamp.size)),
            record.stamp.map(|stamp| stamp.mtime_ns),
            record.fingerprint,
            duplicate,
            to_json(record.facts)?,
        ])?;
        Ok(())
    }

    /// Writes an album of which its sources say `facts`, as a person wants it.
    fn write_album(&self, facts: &Facts, id: AlbumId, cover: Option<CoverHash>) -> Result<()> {
        let names = facts.both_names();
        let mut facts = facts.clone();
        if let Some(kept) = edits::of(&self.transaction, id)? {
            kept.lay_over(&mut facts);
            edits::name(&self.transaction, id, facts.both_names())?;
            if kept.removed {
                return albums::remove(&self.transaction, &id.to_string());
            }
        }
        albums::put(&self.transaction, &facts.into_album(id, cover), names.as_deref())
    }
}

/// What sources that are shown say of an album, copies left out, in the order in which they first said it.
pub(super) fn of(connection: &Connection, album: AlbumId) -> Result<Vec<Kept>> {
    let sql = "SELECT seq, source, kind, identity, key, cover, facts
               FROM records JOIN sources ON sources.id = records.source
               WHERE album = ?1 AND duplicate = 0 AND hidden = 0 ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([album.to_string()])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(Kept {
            seq: row.get(0)?,
            source: SourceId { id: row.get(1)?, kind: row.get(2)?, identity: row.get(3)? },
            key: row.get(4)?,
            cover: row.get::<_, Option<String>>(5)?.map(CoverHash),
            facts: from_json("a record", &row.get::<_, String>(6)?)?,
        });
    }
    Ok(records)
}

/// A record as the table has it.
pub(super) struct Kept {
    seq: i64,
    source: SourceId,
    key: String,
    cover: Option<CoverHash>,
    pub(super) facts: Facts,
}

#[cfg(test)]
mod tests;
