//! How much of the disk a data directory takes, part by part.

use super::{Catalog, Result};
use crate::album::CoverHash;
use crate::report::{DiskPart, DiskUse};
use std::fs;
use std::path::{Path, PathBuf};

/// What the names of files in covers/ that are being written begin with, and the folder in generated/ where they are.
const UNFINISHED: &str = ".unfinished";

impl Catalog {
    /// What each part of the data directory takes on disk, as far as it can be read. Reads every folder's entries: not
    /// for threads that must not wait.
    pub fn disk_use(&self) -> Result<DiskUse> {
        let one = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let derived = one("SELECT coalesce(sum(length(pixels) + length(thumbnail)), 0) FROM derived")?;
        let free = one("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size")?;
        let (derived, free) = (derived.cast_unsigned(), free.cast_unsigned());
        let dir = self.dir();
        let store = ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"];
        let store: u64 = store.iter().map(|name| fs::metadata(dir.join(name)).map_or(0, |m| m.len())).sum();
        let parts = vec![
            DiskPart::new("covers", folder(&dir.join("covers"))),
            DiskPart::new("derived", derived),
            DiskPart::new("facts", store.saturating_sub(derived + free)),
            DiskPart::new("free", free),
            DiskPart::new("builds", folder(&dir.join("builds"))),
            DiskPart::new("generated", folder(&dir.join("generated"))),
        ];
        Ok(DiskUse { total: parts.iter().map(|part| part.bytes).sum(), parts })
    }
}

/// How many covers lie in a data directory, whether or not its catalogue knows them.
pub fn covers(dir: &Path) -> u64 {
    cover_files(dir).count() as u64
}

/// The covers that lie in a data directory: what is named by a hash.
pub(super) fn cover_files(dir: &Path) -> impl Iterator<Item = (CoverHash, PathBuf)> {
    let folders = fs::read_dir(dir.join("covers")).into_iter().flatten().flatten();
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    files.filter_map(|file| {
        let path = file.path();
        let hash = path.file_stem()?.to_str().filter(|stem| is_hash(stem))?.to_owned();
        Some((CoverHash(hash), path))
    })
}

/// What killed writers left half-written in a data directory, builds apart; while another process writes it, also what
/// that is writing.
pub fn unfinished(dir: &Path) -> Vec<PathBuf> {
    let within =
        |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let covers = within(&dir.join("covers")).flat_map(|folder| within(&folder).collect::<Vec<_>>());
    let is_draft =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED));
    covers.filter(is_draft).chain(within(&dir.join("generated").join(UNFINISHED))).collect()
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Bytes of all files in a folder and below it; links are not followed, and what cannot be read does not count.
pub fn folder(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => folder(&entry.path()),
        Ok(meta) if meta.is_file() => meta.len(),
        _ => 0,
    };
    entries.map(size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::testing::{named, png, put};
    use crate::catalog::{Access, testing};

    #[test]
    fn each_part_is_as_large_as_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        put(&mut catalog, "a", &named("X", "A"), Some(&png(1)));
        let derived = testing::derived(1);
        let size = (derived.pixels.len() + derived.thumbnail.len()) as u64;
        catalog.put_derived(&[(CoverHash("a".to_owned()), derived)]).unwrap();
        fs::create_dir_all(dir.path().join("builds/one")).unwrap();
        fs::write(dir.path().join("builds/one/map.bin"), [0; 1000]).unwrap();
        let found = catalog.disk_use().unwrap();
        let bytes = |name: &str| found.parts.iter().find(|part| part.part == name).unwrap().bytes;
        assert_eq!(bytes("covers"), png(1).len() as u64);
        assert_eq!((bytes("derived"), bytes("builds"), bytes("generated")), (size, 1000, 0));
        assert!(bytes("facts") > 0);
        assert_eq!(found.total, found.parts.iter().map(|part| part.bytes).sum::<u64>());
    }
}
