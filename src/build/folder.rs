//! A build's folder: filled under another name, renamed when it is whole.

use super::BuildError;
use std::fs;
use std::path::{Path, PathBuf};

const UNFINISHED: &str = ".tmp-";

/// A folder that is being filled; removed again when it is dropped unfinished.
pub(super) struct Folder {
    builds: PathBuf,
    draft: PathBuf,
    former: Option<PathBuf>,
}

impl Folder {
    /// Begins a build in the data directory `dir`; `former` is the folder to take over from.
    pub(super) fn begin(dir: &Path, former: Option<&Path>) -> Result<Self, BuildError> {
        let builds = dir.join("builds");
        let draft = builds.join(format!("{UNFINISHED}{}", std::process::id()));
        let folder = Self { builds, draft, former: former.map(Path::to_owned) };
        folder.create("")?;
        Ok(folder)
    }

    /// Makes a folder within.
    pub(super) fn create(&self, name: &str) -> Result<(), BuildError> {
        let path = self.draft.join(name);
        fs::create_dir_all(&path).map_err(|source| BuildError::File { what: "created", path, source })
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let path = self.draft.join(name);
        fs::write(&path, bytes).map_err(|source| BuildError::File { what: "written", path, source })
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        read(&self.draft, name)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.draft.join(name)
    }

    /// Takes a file over from the former build: the same file under a second name where the disk can do that, else a copy.
    /// Files of a build are never changed, so nothing can leak from one build to another.
    pub(super) fn take_over(&self, name: &str) -> Result<(), BuildError> {
        let to = self.draft.join(name);
        let from = self.former.as_ref().map(|f| f.join(name)).unwrap_or_default();
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(drop))
            .map_err(|source| BuildError::File { what: "taken over", path: from, source })
    }

    /// Gives the folder its final name.
    pub(super) fn finish(self, name: &str) -> Result<(), BuildError> {
        let to = self.builds.join(name);
        // A build of that name is made from the same things. It may still be half pruned, so this one replaces it.
        let aside = self.builds.join(format!("{UNFINISHED}replaced-{}", std::process::id()));
        if to.exists() {
            fs::rename(&to, &aside).map_err(|source| BuildError::File {
                what: "moved",
                path: to.clone(),
                source,
            })?;
        }
        let renamed = fs::rename(&self.draft, &to);
        let _ = fs::remove_dir_all(aside);
        renamed.map_err(|source| BuildError::File { what: "put in place", path: to, source })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After `finish` there is nothing of that name.
        let _ = fs::remove_dir_all(&self.draft);
    }
}

/// Reads a file of a finished build.
pub(super) fn read(folder: &Path, name: &str) -> Result<Vec<u8>, BuildError> {
    let path = folder.join(name);
    fs::read(&path).map_err(|source| BuildError::File { what: "read", path, source })
}

/// Removes what a killed build left behind. Only the holder of the data directory's lock may.
pub(super) fn clear_unfinished(dir: &Path) {
    remove_where(dir, |name| name.starts_with(UNFINISHED));
}

/// Removes all builds but those named.
pub(super) fn prune(dir: &Path, keep: &[Option<&String>]) {
    remove_where(dir, |name| !keep.iter().flatten().any(|kept| *kept == name));
}

/// What cannot be removed now will be another time.
fn remove_where(dir: &Path, which: impl Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(dir.join("builds")) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_none_or(&which) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
