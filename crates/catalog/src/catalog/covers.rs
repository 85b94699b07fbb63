//! Covers as files, named by their content: `covers/ab/abcdef….jpg`.

use super::{Catalog, CatalogError, Result};
use crate::album::CoverHash;
use rusqlite::OptionalExtension as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::SystemTime;

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
        Ok(Self::write_anew(dir, bytes)?.0)
    }

    /// The same, and whether the file was missing or held something else.
    ///
    /// # Errors
    /// [`CatalogError::File`] when the folder cannot be written.
    pub fn write_anew(dir: &Path, bytes: &[u8]) -> Result<(Self, bool)> {
        let hash = hash_of(bytes);
        let extension = extension_of(bytes).to_owned();
        let cover = Self { hash, extension, bytes: bytes.len() as u64 };
        let path = cover.path(dir);
        let same_size = fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() == cover.bytes);
        if same_size && fs::read(&path).is_ok_and(|found| found == bytes) {
            return Ok((cover, false));
        }
        // Beside its place, not in one folder for all: threads that write at once do not wait for each other.
        write_whole(path.parent().unwrap_or(dir), &path, bytes)?;
        Ok((cover, true))
    }

    /// Whether the file in the data directory `dir` is as it was written. Only one that was changed since a time (in
    /// milliseconds since 1970, `None` for ever) is read; of others, the size says enough.
    pub fn is_whole(&self, dir: &Path, since: Option<i64>) -> bool {
        let path = self.path(dir);
        let Ok(found) = fs::metadata(&path) else { return false };
        if !found.is_file() || found.len() != self.bytes {
            return false;
        }
        let untouched = since.zip(changed_ms(&found)).is_some_and(|(since, changed)| changed < since);
        untouched || fs::read(&path).is_ok_and(|bytes| hash_of(&bytes) == self.hash)
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
        if hash_of(&bytes) == *hash {
            return Ok(bytes);
        }
        // A disk may lose bytes without a trace: leave one, so that the next import looks at the file.
        let _ = fs::File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Err(CatalogError::DamagedCover(path))
    }

    fn cover_extension(&self, hash: &CoverHash) -> Result<Option<String>> {
        let mut statement = self.connection.prepare_cached("SELECT extension FROM covers WHERE hash = ?1")?;
        Ok(statement.query_row([&hash.0], |row| row.get(0)).optional()?)
    }
}

/// Threads that wait for the disk at once: it writes many small files together as quickly as one.
const WAITING: usize = 16;

/// Waits until covers' files in the data directory `dir` would outlast a power cut.
///
/// # Errors
/// [`CatalogError::File`] when the disk says that it could not keep one.
pub fn make_durable<'c>(dir: &Path, covers: impl Iterator<Item = &'c CoverFile>) -> Result<()> {
    let mut files: Vec<PathBuf> = covers.map(|cover| cover.path(dir)).collect();
    files.sort_unstable();
    files.dedup();
    all_durable(&files)?;
    // A file's name is kept by its folder.
    let mut folders: Vec<PathBuf> =
        files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
    folders.dedup();
    if !folders.is_empty() {
        folders.push(dir.join("covers"));
    }
    if cfg!(unix) { all_durable(&folders) } else { Ok(()) }
}

fn all_durable(paths: &[PathBuf]) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Windows keeps only what may be written.
            let kept = fs::OpenOptions::new().read(true).write(cfg!(windows)).open(path);
            let kept = kept.and_then(|file| file.sync_all());
            kept.map_err(|source| CatalogError::File { what: "kept for good", path: path.clone(), source })?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..paths.len().min(WAITING)).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others
            .into_iter()
            .map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.fold(own, Result::and)
    })
}

/// When a file was last changed in any way, in milliseconds since 1970.
#[cfg(unix)]
fn changed_ms(found: &fs::Metadata) -> Option<i64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(found.ctime().saturating_mul(1000).saturating_add(found.ctime_nsec() / 1_000_000))
}

#[cfg(not(unix))]
fn changed_ms(found: &fs::Metadata) -> Option<i64> {
    let since = found.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
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
    fn only_a_file_that_was_changed_is_read_to_know_that_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let cover = CoverFile::write(dir.path(), &testing::png(7)).unwrap();
        let path = cover.path(dir.path());
        let later = Some(i64::MAX);
        assert!(cover.is_whole(dir.path(), None) && cover.is_whole(dir.path(), later));
        fs::write(&path, vec![0; testing::png(7).len()]).unwrap();
        assert!(!cover.is_whole(dir.path(), None) && !cover.is_whole(dir.path(), Some(0)));
        assert!(cover.is_whole(dir.path(), later), "it was not read");
        assert!(
            CoverFile::write_anew(dir.path(), &testing::png(7)).unwrap().1,
            "and is mended when it is written"
        );
        assert!(cover.is_whole(dir.path(), None));
        assert!(!CoverFile::write_anew(dir.path(), &testing::png(7)).unwrap().1);
        fs::write(&path, b"").unwrap();
        assert!(!cover.is_whole(dir.path(), later), "the size is always looked at");
        fs::remove_file(&path).unwrap();
        assert!(!cover.is_whole(dir.path(), later));
    }

    #[test]
    fn a_cover_that_is_found_damaged_is_looked_at_by_the_next_import() {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
        let id = testing::put(&mut catalog, "a", &testing::named("A", "B"), Some(&testing::png(7)));
        let hash = catalog.album(id).unwrap().unwrap().cover.unwrap();
        let path = catalog.cover_path(&hash);
        let before = SystemTime::UNIX_EPOCH;
        fs::write(&path, vec![0; testing::png(7).len()]).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
        assert!(catalog.cover(&hash).is_err());
        assert_ne!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn covers_are_kept_for_good_however_many_there_are() {
        let dir = tempfile::tempdir().unwrap();
        let covers: Vec<CoverFile> =
            (0..40).map(|shade| CoverFile::write(dir.path(), &testing::png(shade)).unwrap()).collect();
        make_durable(dir.path(), covers.iter()).unwrap();
        make_durable(dir.path(), std::iter::empty()).unwrap();
        fs::remove_file(covers[3].path(dir.path())).unwrap();
        let refusal = make_durable(dir.path(), covers.iter()).unwrap_err().to_string();
        assert!(refusal.contains(&covers[3].hash.0), "a file that is not there is not kept: {refusal}");
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
