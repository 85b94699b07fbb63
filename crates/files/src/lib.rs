//! Files that are whole or as they were: the one way in which this program writes what somebody keeps.
//!
//! A file is written beside its place, brought to the disk, given the manners that a plainly written file would have, and
//! renamed. Whoever fails on the way leaves nothing behind; what a killed process left is cleared away by the next one
//! that writes into the same folder. Links are followed, and what is no file (a pipe, a terminal) is written to as it is.
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("kept.txt");
//! gatefold_files::write(&path, b"first")?;
//! // Whoever fails on the way leaves what was there.
//! let failed = gatefold_files::write_with(&path, |_| Err(std::io::Error::other("no more ink")));
//! assert!(failed.is_err());
//! assert_eq!(std::fs::read(&path)?, b"first");
//! # Ok(())
//! # }
//! ```

mod place;
mod seal;

pub use seal::{Mark, Seal, SealError};

use place::Place;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// What the names of files that are being written begin with.
pub const UNFINISHED: &str = ".gatefold-unfinished-";

/// Writes `bytes` to `path`, which is afterwards either all of them, on the disk, or what it was before.
///
/// # Errors
/// When the folder is not there or may not be written, the file may not, or the disk is full.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// The same with what `fill` writes.
///
/// # Errors
/// As [`fn@write`], and `fill`'s own.
pub fn write_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let open = |path: &Path| OpenOptions::new().write(true).open(path);
    match Place::of(path)? {
        Place::File { folder, name } => replace(&folder, &folder.join(name), fill),
        Place::Output => flushed(&mut io::stdout().lock(), fill),
        Place::Errors => flushed(&mut io::stderr().lock(), fill),
        Place::Other(path) => flushed(&mut open(&path)?, fill),
    }
}

/// Writes a file of the data directory by way of the folder `drafts` on the same disk; whoever owns that folder clears
/// it. Folders that are missing are made.
///
/// # Errors
/// As [`fn@write`].
pub fn write_by_way_of(drafts: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(drafts)?;
    make_folder(folder)?;
    let mut draft = draft(drafts)?;
    draft.as_file_mut().write_all(bytes)?;
    draft.as_file().sync_all()?;
    draft.persist(path).map_err(|refused| refused.error)?;
    sync_folder(folder)
}

/// Makes a folder with those above it, so that it is still there after the power failed.
///
/// # Errors
/// When that is not allowed.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    match path.parent() {
        Some(above) if !above.as_os_str().is_empty() => sync_folder(above),
        _ => Ok(()),
    }
}

/// Brings a folder's entries to the disk.
///
/// # Errors
/// When the disk refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // A folder can be opened like a file on Unix only; elsewhere the system keeps its own order.
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        // Some file systems of the network know no such thing.
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Brings a file that was written before to the disk.
///
/// # Errors
/// When it is not there, or the disk refuses.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // Windows brings only what may be written to the disk.
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// Removes what killed processes left half-written in a folder; returns how many files that were. What a process is
/// writing right now stays.
pub fn sweep(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left = entries.filter(|entry| {
        entry.file_name().to_string_lossy().starts_with(UNFINISHED)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    left.filter(|entry| {
        // Whoever writes it holds its lock; ours is held until it is gone.
        let file = File::open(entry.path());
        file.is_ok_and(|file| file.try_lock().is_ok() && fs::remove_file(entry.path()).is_ok())
    })
    .count()
}

fn flushed(out: &mut dyn Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    fill(out)?;
    out.flush()
}

fn replace(
    folder: &Path,
    target: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let before = replaced(target)?;
    sweep(folder);
    let mut draft = draft(folder)?;
    fill(draft.as_file_mut())?;
    if let Some(before) = before {
        like(draft.as_file(), &before)?;
    }
    draft.as_file().sync_all()?;
    draft.persist(target).map_err(|refused| refused.error)?;
    sync_folder(folder)
}

/// The file that is there already, if it may be written: renaming would not ask.
fn replaced(target: &Path) -> io::Result<Option<Metadata>> {
    match OpenOptions::new().write(true).open(target) {
        Ok(file) => Ok(Some(file.metadata()?)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// A file of a name that nobody has, with the permissions that a plainly written file has; removed when it is dropped.
fn draft(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process's own mask takes from these what it takes from any file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    loop {
        let draft = builder.tempfile_in(folder).map_err(|error| {
            let said = error.to_string();
            // The name that nobody has says nothing to anybody.
            let why = said.split(" at path ").next().unwrap_or(&said);
            io::Error::new(error.kind(), format!("no file can be made in {}: {why}", folder.display()))
        })?;
        // Somebody may be sweeping here and have taken it for a leftover, before it was locked.
        let locked = draft.as_file().lock().is_ok();
        if !locked || fs::symlink_metadata(draft.path()).is_ok() {
            return Ok(draft);
        }
    }
}

/// Gives a file the permissions and, where that is allowed, the owner of the one that it replaces.
fn like(file: &File, before: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (before.uid(), before.gid()) {
            // Only root may give files away.
            let _ = fchown(file, Some(before.uid()), Some(before.gid()));
        }
    }
    file.set_permissions(before.permissions())
}

#[cfg(test)]
mod tests;
