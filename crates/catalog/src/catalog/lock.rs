//! One writer per data directory, whoever it is and however it ends.
//!
//! The lock is the operating system's (`flock` on Unix) on the file `lock`, so it goes with its process, even one
//! that was killed. The file holds the process's number for the sentence that the second writer prints.

use super::{CatalogError, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

/// The lock of a data directory, held until dropped.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `dir`.
    ///
    /// # Errors
    /// [`CatalogError::InUse`] when another process, or another part of this one, holds it.
    pub(super) fn take(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let fault = |what| {
            let path = path.clone();
            move |source| CatalogError::File { what, path, source }
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fault("opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CatalogError::InUse { dir: dir.to_owned(), process: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(fault("locked")(source)),
        }
        let number = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(number.as_bytes()))
            .map_err(fault("written"))?;
        Ok(Self { _file: file })
    }
}

/// ` (process N)`, where the holder has written its number.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if text.trim().parse::<u32>().is_ok() => format!(" (process {})", text.trim()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_learns_who_is_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let Err(refusal) = Lock::take(dir.path()) else { panic!("two writers") };
        let sentence = refusal.to_string();
        let wanted = format!("is in use by another gatefold (process {})", std::process::id());
        assert!(sentence.contains(&wanted), "{sentence}");
        assert!(sentence.ends_with("stop it or use another --data directory"), "{sentence}");
        drop(first);
        assert!(Lock::take(dir.path()).is_ok());
    }
}
