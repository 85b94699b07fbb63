//! A build's folder: filled under another name, brought to the disk, renamed when it is whole.

use super::BuildError;
use super::former::Former;
use crate::whole::{self, Mark, Seal};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const UNFINISHED: &str = ".tmp-";

/// A folder that is being filled; removed again when it is dropped unfinished.
pub(super) struct Folder {
    builds: PathBuf,
    draft: PathBuf,
    /// Where files are taken over from, and which there are whole.
    former: Option<(PathBuf, Seal)>,
    files: Mutex<BTreeMap<String, Mark>>,
}

impl Folder {
    /// Begins a build in the data directory `dir`; `former` is the build to take over from.
    pub(super) fn begin(dir: &Path, former: Option<&Former>) -> Result<Self, BuildError> {
        let builds = dir.join("builds");
        let draft = builds.join(format!("{UNFINISHED}{}", std::process::id()));
        let former = former.map(|former| (former.dir.clone(), former.whole.clone()));
        let folder = Self { builds, draft, former, files: Mutex::default() };
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
        fs::write(&path, bytes).map_err(|source| BuildError::File { what: "written", path, source })?;
        self.keep(name, Mark::of(bytes));
        Ok(())
    }

    fn keep(&self, name: &str, mark: Mark) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), mark);
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        let path = self.draft.join(name);
        fs::read(&path).map_err(|source| BuildError::File { what: "read", path, source })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.draft.join(name)
    }

    /// Takes a file over from the former build, where it is whole: the same file under a second name where the disk can do
    /// that, else a copy. Files of a build are never changed, so nothing can leak from one build to another.
    pub(super) fn take_over(&self, name: &str) -> Result<(), BuildError> {
        let to = self.draft.join(name);
        let known = self.former.as_ref().and_then(|(dir, whole)| Some((dir.join(name), whole.mark(name)?)));
        let (from, mark) = known.ok_or_else(|| BuildError::Damaged(to.clone()))?;
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(drop))
            .map_err(|source| BuildError::File { what: "taken over", path: from, source })?;
        self.keep(name, mark.clone());
        Ok(())
    }

    /// Seals the folder, brings all of it to the disk and gives it its final name.
    pub(super) fn finish(self, name: &str) -> Result<(), BuildError> {
        let files = std::mem::take(&mut *self.files.lock().unwrap_or_else(PoisonError::into_inner));
        let mut names: Vec<String> = files.keys().cloned().collect();
        self.write(Seal::NAME, &Seal::new(files).json())?;
        names.push(Seal::NAME.to_owned());
        self.sync(&names)?;
        let to = self.builds.join(name);
        let placed = match fs::symlink_metadata(&to).map(|meta| meta.is_dir()) {
            Ok(true) => names.iter().try_for_each(|name| settle(&self.draft, &to, name)),
            // A file has no business here.
            Ok(false) => fs::remove_file(&to).and_then(|()| fs::rename(&self.draft, &to)),
            Err(_) => fs::rename(&self.draft, &to),
        };
        placed.and_then(|()| self.synced(&to)).map_err(|source| BuildError::File {
            what: "put in place",
            path: to,
            source,
        })
    }

    /// Brings the files and their folders to the disk.
    fn sync(&self, names: &[String]) -> Result<(), BuildError> {
        let synced = names.par_iter().try_for_each(|name| whole::sync_file(&self.draft.join(name)));
        synced.and_then(|()| sync_folders(&self.draft)).map_err(|source| BuildError::File {
            what: "brought to the disk",
            path: self.draft.clone(),
            source,
        })
    }

    fn synced(&self, to: &Path) -> std::io::Result<()> {
        sync_folders(to)?;
        whole::sync_folder(&self.builds)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After `finish` there is nothing of that name, or what was not needed.
        let _ = fs::remove_dir_all(&self.draft);
    }
}

/// Puts a file in the place of a build's of the same name. Builds of one name are made from the same things and hold the
/// same files, so that a mended one is whole at every moment of this; its list comes last.
fn settle(draft: &Path, build: &Path, name: &str) -> std::io::Result<()> {
    let (from, to) = (draft.join(name), build.join(name));
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    if to.is_dir() {
        fs::remove_dir_all(&to)?;
    }
    fs::rename(from, to)
}

/// Brings a folder and those within it to the disk.
fn sync_folders(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    whole::sync_folder(folder)
}

/// What killed builds left behind in a data directory; while another process writes it, also what that is making.
pub fn unfinished(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("builds")).into_iter().flatten().flatten();
    let left = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED));
    left.map(|entry| entry.path()).collect()
}

/// Removes what a killed build left behind. Only the holder of the data directory's lock may.
pub fn clear_unfinished(dir: &Path) {
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
