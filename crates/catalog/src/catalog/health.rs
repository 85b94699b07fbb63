//! What `gatefold doctor` asks of the store: whether it is sound, what its covers are of, what points nowhere.

use super::{Catalog, Result, albums, disk, hash_of, search};
use crate::album::{AlbumId, CoverHash};
use crate::cover::{self, Derived};
use rusqlite::params;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Sentences of SQLite's that are asked for at most.
const SENTENCES: u32 = 20;

/// A cover that records tell of, and the albums that show it.
#[derive(Clone, Debug)]
pub struct CoverUse {
    /// Its name.
    pub hash: CoverHash,
    /// Where its file should be.
    pub path: PathBuf,
    /// Albums whose cover it is; none of an album that was deleted or is hidden.
    pub albums: Vec<AlbumId>,
    /// Where it came from: the sources that tell of it.
    pub sources: Vec<String>,
}

/// Something that a person keeps of an album that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gone {
    /// Albums of a set: its name, and how many.
    Set(String, u32),
    /// An edit, or the wish to have it removed.
    Edit(AlbumId),
}

impl Catalog {
    /// What SQLite finds wrong with the file, page by page; nothing where all is well. Reads all of it.
    pub fn integrity(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(&format!("PRAGMA integrity_check({SENTENCES})"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let said: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }

    /// Writes every index of the file anew from its table.
    pub fn reindex(&mut self) -> Result<()> {
        self.writable()?;
        Ok(self.connection.execute_batch("REINDEX")?)
    }

    /// Rows that point to rows that are not there, by table.
    pub fn strays(&self) -> Result<BTreeMap<String, u64>> {
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut strays = BTreeMap::new();
        for table in rows {
            *strays.entry(table?).or_default() += 1;
        }
        Ok(strays)
    }

    /// All covers that records or albums tell of, by hash.
    pub fn cover_uses(&self) -> Result<Vec<CoverUse>> {
        let sql = "SELECT cover, '', coalesce(sources.identity, '') FROM records
                     LEFT JOIN sources ON sources.id = records.source WHERE cover IS NOT NULL
                   UNION SELECT cover, id, '' FROM albums WHERE cover IS NOT NULL ORDER BY 1, 2, 3";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut uses: Vec<CoverUse> = Vec::new();
        while let Some(row) = rows.next()? {
            let hash = CoverHash(row.get(0)?);
            let (album, source): (String, String) = (row.get(1)?, row.get(2)?);
            if uses.last().is_none_or(|last| last.hash != hash) {
                let path = self.cover_path(&hash);
                uses.push(CoverUse { hash, path, albums: Vec::new(), sources: Vec::new() });
            }
            let Some(last) = uses.last_mut() else { continue };
            if !album.is_empty() {
                last.albums.push(albums::id_from(&album)?);
            }
            if !source.is_empty() {
                last.sources.push(source);
            }
        }
        Ok(uses)
    }

    /// Files in `covers/` that no record tells of, as imports leave them that were broken off.
    pub fn unused_covers(&self) -> Result<Vec<PathBuf>> {
        let known: HashSet<CoverHash> = self.cover_uses()?.into_iter().map(|used| used.hash).collect();
        let files = disk::cover_files(&self.dir);
        Ok(files.filter(|(hash, _)| !known.contains(hash)).map(|(_, path)| path).collect())
    }

    /// What was derived from a cover by the present version and is not whole: the cover's hash.
    pub fn broken_derived(&self) -> Result<Vec<CoverHash>> {
        let mut broken = Vec::new();
        for hash in self.derived_covers()? {
            let whole = match self.derived(&hash) {
                // A seal says more than a look.
                Ok(Some(derived)) => self.is_sealed(&hash, &derived)?.unwrap_or_else(|| is_whole(&derived)),
                Ok(None) | Err(_) => false,
            };
            if !whole {
                broken.push(hash);
            }
        }
        broken.sort();
        Ok(broken)
    }

    /// Seals what was derived before there were seals, as it is.
    pub fn seal_derived(&mut self) -> Result<()> {
        self.writable()?;
        let mut unsealed = Vec::new();
        for hash in self.derived_covers()? {
            if let Some(derived) = self.derived(&hash)?
                && self.is_sealed(&hash, &derived)?.is_none()
            {
                unsealed.push((hash, derived));
            }
        }
        self.put_derived(&unsealed)
    }

    /// Forgets what was derived from covers, so that the next build derives it again.
    pub fn forget_derived(&mut self, hashes: &[CoverHash]) -> Result<()> {
        self.writable()?;
        let transaction = self.connection.transaction()?;
        for hash in hashes {
            transaction.execute("DELETE FROM derived WHERE cover = ?1", [&hash.0])?;
        }
        Ok(transaction.commit()?)
    }

    /// How many albums search does not know, or knows though they are gone.
    pub fn unsearchable(&self) -> Result<u64> {
        let sql = "SELECT (SELECT count(*) FROM albums WHERE id NOT IN (SELECT album FROM search))
                        + (SELECT count(*) FROM search WHERE album NOT IN (SELECT id FROM albums))";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Writes down anew what search knows of every album.
    pub fn index_again(&mut self) -> Result<()> {
        self.writable()?;
        let all = self.albums()?;
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM search", [])?;
        for album in &all {
            search::put(&transaction, album)?;
        }
        Ok(transaction.commit()?)
    }

    /// What people keep of albums that are not there.
    pub fn pointing_nowhere(&self) -> Result<Vec<Gone>> {
        let sets = self.sets()?.into_iter().filter(|set| set.gone > 0);
        let mut gone: Vec<Gone> = sets.map(|set| Gone::Set(set.name, set.gone)).collect();
        let sql = "SELECT album FROM edits WHERE album NOT IN (SELECT album FROM records) ORDER BY album";
        let mut statement = self.connection.prepare(sql)?;
        for album in statement.query_map([], |row| row.get::<_, String>(0))? {
            gone.push(Gone::Edit(albums::id_from(&album?)?));
        }
        Ok(gone)
    }

    /// Where a generated cover's pictures lie: one per frame, and a strip behind several.
    pub fn generated_files(&self, id: &str, frames: u32) -> Vec<PathBuf> {
        let folder = self.dir.join("generated").join(id);
        let pictures = if frames > 1 { frames + 1 } else { frames };
        (0..pictures).map(|frame| folder.join(format!("{frame}.png"))).collect()
    }

    /// Folders in `generated/` of which the catalogue knows nothing.
    pub fn unknown_generated(&self) -> Result<Vec<PathBuf>> {
        let mut statement = self.connection.prepare("SELECT 1 FROM generated WHERE id = ?1")?;
        let mut unknown = Vec::new();
        for entry in std::fs::read_dir(self.dir.join("generated")).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') && !statement.exists(params![name])? {
                unknown.push(entry.path());
            }
        }
        Ok(unknown)
    }
}

/// Covers by the names of their files alone: how many hold what they are called after, and the files that do not. For a
/// data directory whose catalogue cannot be read. Reads all of them.
pub fn covers_by_name(dir: &std::path::Path) -> (u64, Vec<PathBuf>) {
    let (mut whole, mut damaged) = (0, Vec::new());
    for (hash, path) in disk::cover_files(dir) {
        match std::fs::read(&path) {
            Ok(bytes) if hash_of(&bytes) == hash => whole += 1,
            _ => damaged.push(path),
        }
    }
    damaged.sort();
    (whole, damaged)
}

fn is_whole(derived: &Derived) -> bool {
    let side = cover::THUMBNAIL_SIDE;
    let pixels = (cover::PIXELS_SIDE * cover::PIXELS_SIDE * 3) as usize;
    let thumbnail = cover::decode(&derived.thumbnail, side);
    derived.pixels.len() == pixels && thumbnail.is_ok_and(|picture| picture.dimensions() == (side, side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Access, testing};

    #[test]
    fn one_wrong_pixel_is_found_and_what_is_forgotten_is_derived_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let [a, b] = ["a", "b"].map(|text| CoverHash(text.to_owned()));
        let derived = [(a, testing::derived(1)), (b.clone(), testing::derived(2))];
        catalog.put_derived(&derived).unwrap();
        assert_eq!(catalog.broken_derived().unwrap(), []);
        let mut pixels = derived[1].1.pixels.clone();
        pixels[0] ^= 1;
        let sql = "UPDATE derived SET pixels = ?1 WHERE cover = 'b'";
        catalog.connection.execute(sql, [&pixels]).unwrap();
        assert_eq!(catalog.broken_derived().unwrap(), std::slice::from_ref(&b));
        catalog.forget_derived(std::slice::from_ref(&b)).unwrap();
        assert_eq!(catalog.broken_derived().unwrap(), []);
        assert_eq!(catalog.derived(&b).unwrap(), None);
    }

    #[test]
    fn what_was_derived_before_there_were_seals_is_sealed() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let hash = CoverHash("a".to_owned());
        catalog.put_derived(&[(hash.clone(), testing::derived(1))]).unwrap();
        catalog.connection.execute("UPDATE derived SET seal = NULL", []).unwrap();
        catalog.seal_derived().unwrap();
        catalog.connection.execute("UPDATE derived SET dhash = dhash + 1", []).unwrap();
        assert_eq!(catalog.broken_derived().unwrap(), [hash]);
    }
}
