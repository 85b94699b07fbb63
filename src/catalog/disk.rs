//! How much of the disk a data directory takes, part by part.

use super::{Catalog, Result};
use crate::report::{DiskPart, DiskUse};
use std::fs;
use std::path::Path;

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
    use crate::album::CoverHash;
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
