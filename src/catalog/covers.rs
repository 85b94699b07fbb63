//! Covers as files, named by their content: `covers/ab/abcdef….jpg`.

use super::{Catalog, CatalogError, Result};
use crate::album::CoverHash;
use rusqlite::OptionalExtension as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The hash that names a cover's file.
pub fn hash_of(bytes: &[u8]) -> CoverHash {
    CoverHash(blake3::hash(bytes).to_hex().to_string())
}

/// A cover's file in the data directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoverFile {
    /// BLAKE3 of its bytes.
    pub hash: CoverHash,
    /// `jpg`, `png`, …: from the first bytes, not from the name it came with.
    pub extension: String,
    /// Its size.
    pub bytes: u64,
}

impl CoverFile {
    /// Writes a cover into the data directory `dir`, unless it is there. Needs no catalogue, so that many threads
    /// can do it at once; the cover counts only when a record names it.
    ///
    /// # Errors
    /// [`CatalogError::File`] when the folder cannot be written.
    pub fn write(dir: &Path, bytes: &[u8]) -> Result<Self> {
        let hash = hash_of(bytes);
        let extension = extension_of(bytes).to_owned();
        let cover = Self { hash, extension, bytes: bytes.len() as u64 };
        let path = cover.path(dir);
        if fs::metadata(&path).is_ok_and(|m| m.len() == cover.bytes) {
            return Ok(cover);
        }
        // Beside its place, not in one folder for all: threads that write at once do not wait for each other.
        write_whole(path.parent().unwrap_or(dir), &path, bytes)?;
        Ok(cover)
    }

    /// Where it lies in the data directory `dir`.
    pub fn path(&self, dir: &Path) -> PathBuf {
        path_of(dir, &self.hash, &self.extension)
    }
}

impl Catalog {
    /// Where the cover's file lies (content-addressed, as imported). The file need not exist when the catalogue
    /// does not know the cover.
    pub fn cover_path(&self, hash: &CoverHash) -> PathBuf {
        let extension = self.cover_extension(hash).ok().flatten();
        path_of(&self.dir, hash, extension.as_deref().unwrap_or("jpg"))
    }

    /// The cover's file as it was imported.
    ///
    /// # Errors
    /// [`CatalogError::DamagedCover`] when the file is missing or holds something else by now.
    pub fn cover(&self, hash: &CoverHash) -> Result<Vec<u8>> {
        let path = self.cover_path(hash);
        let bytes = fs::read(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => CatalogError::DamagedCover(path.clone()),
            _ => CatalogError::File { what: "read", path: path.clone(), source },
        })?;
        if hash_of(&bytes) == *hash { Ok(bytes) } else { Err(CatalogError::DamagedCover(path)) }
    }

    fn cover_extension(&self, hash: &CoverHash) -> Result<Option<String>> {
        let mut statement = self.connection.prepare_cached("SELECT extension FROM covers WHERE hash = ?1")?;
        Ok(statement.query_row([&hash.0], |row| row.get(0)).optional()?)
    }
}

/// What the names of files that are being written begin with.
const UNFINISHED: &str = ".unfinished";

/// Removes what a killed writer left half-written. Only the holder of the lock may.
pub(super) fn clear_unfinished(dir: &Path) {
    // Nothing refers to these files; what cannot be removed now will be another time.
    let _ = fs::remove_dir_all(dir.join("generated").join(UNFINISHED));
    let folders = fs::read_dir(dir.join("covers")).into_iter().flatten().flatten();
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        let _ = fs::remove_file(file.path());
    }
}

/// Writes a file in the folder `unfinished` of the same disk and renames it, so that it is whole or absent.
pub(super) fn write_whole(unfinished: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("{UNFINISHED}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let draft = unfinished.join(name);
    let write = || {
        let mut file = create(&draft, unfinished)?;
        file.write_all(bytes)?;
        drop(file);
        rename(&draft, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&draft);
        CatalogError::File { what: "written", path: path.to_owned(), source }
    })
}

/// Creates a file, and its folder only when that is what is missing.
fn create(path: &Path, folder: &Path) -> std::io::Result<fs::File> {
    match fs::File::create_new(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            fs::File::create_new(path)
        }
        other => other,
    }
}

fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    match (fs::rename(from, to), to.parent()) {
        (Err(e), Some(folder)) if e.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            fs::rename(from, to)
        }
        (other, _) => other,
    }
}

fn path_of(dir: &Path, hash: &CoverHash, extension: &str) -> PathBuf {
    let folder = hash.0.get(..2).unwrap_or("00");
    dir.join("covers").join(folder).join(format!("{}.{extension}", hash.0))
}

/// Removes a cover's file that nothing refers to any more. What cannot be removed only takes room.
pub(super) fn remove_file(dir: &Path, hash: &CoverHash, extension: &str) {
    let _ = fs::remove_file(path_of(dir, hash, extension));
}

fn extension_of(bytes: &[u8]) -> &'static str {
    use image::ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    match image::guess_format(bytes) {
        Ok(Jpeg) => "jpg",
        Ok(Png) => "png",
        Ok(Gif) => "gif",
        Ok(WebP) => "webp",
        Ok(Bmp) => "bmp",
        Ok(Tiff) => "tif",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Access, testing};

    #[test]
    fn a_cover_comes_back_as_it_went_in() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let png = testing::png(7);
        let id = testing::put(&mut catalog, "a", &testing::named("A", "B"), Some(&png));
        let hash = catalog.album(id).unwrap().unwrap().cover.unwrap();
        assert_eq!(catalog.cover(&hash).unwrap(), png);
        assert!(catalog.cover_path(&hash).ends_with(format!("{}/{}.png", &hash.0[..2], hash.0)));
    }

    #[test]
    fn a_damaged_cover_is_said_to_be_so() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let id = testing::put(&mut catalog, "a", &testing::named("A", "B"), Some(&testing::png(7)));
        let hash = catalog.album(id).unwrap().unwrap().cover.unwrap();
        fs::write(catalog.cover_path(&hash), b"else").unwrap();
        assert!(matches!(catalog.cover(&hash), Err(CatalogError::DamagedCover(_))));
        fs::remove_file(catalog.cover_path(&hash)).unwrap();
        assert!(matches!(catalog.cover(&hash), Err(CatalogError::DamagedCover(_))));
    }

    #[test]
    fn what_a_killed_writer_left_half_written_is_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        let (whole, half) =
            (dir.path().join("covers/ab/abcd.jpg"), dir.path().join("covers/ab/.unfinished-1-1"));
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(&whole, b"whole").unwrap();
        fs::write(&half, b"ha").unwrap();
        drop(Catalog::open(dir.path(), Access::Write).unwrap());
        assert!(whole.exists() && !half.exists());
    }
}
