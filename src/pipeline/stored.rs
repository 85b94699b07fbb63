//! The files of a finished build, each compared with what was written when it is read.

use super::BuildError;
use super::files::Source;
use crate::whole::Seal;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A build's folder.
pub(super) struct Stored {
    dir: PathBuf,
    /// None of builds of earlier versions: their files are taken as they are.
    seal: Option<Seal>,
}

impl Stored {
    /// Opens a folder.
    ///
    /// # Errors
    /// When the list of its files is damaged, or there is no such folder.
    pub(super) fn open(dir: &Path) -> Result<Self, BuildError> {
        if !dir.is_dir() {
            return Err(BuildError::Damaged(dir.to_owned()));
        }
        let seal = Seal::read(dir).map_err(|_| BuildError::Damaged(dir.join(Seal::NAME)))?;
        Ok(Self { dir: dir.to_owned(), seal })
    }

    pub(super) fn of(dir: &Path, seal: Seal) -> Self {
        Self { dir: dir.to_owned(), seal: Some(seal) }
    }

    pub(super) fn unsealed(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), seal: None }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the build was mended since it was opened, and this is of it.
    fn is_mended(&self, name: &str, bytes: &[u8]) -> bool {
        matches!(Seal::read(&self.dir), Ok(Some(seal)) if seal.vouches(name, bytes))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, BuildError> {
        serde_json::from_slice(&self.bytes(name)?).map_err(|_| self.damaged(name))
    }
}

impl Source for Stored {
    fn bytes(&self, name: &str) -> Result<Vec<u8>, BuildError> {
        let path = self.dir.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                return Err(self.damaged(name));
            }
            Err(source) => return Err(BuildError::File { what: "read", path, source }),
        };
        match &self.seal {
            Some(seal) if !seal.vouches(name, &bytes) && !self.is_mended(name, &bytes) => {
                Err(self.damaged(name))
            }
            _ => Ok(bytes),
        }
    }

    fn damaged(&self, name: &str) -> BuildError {
        BuildError::Damaged(self.dir.join(name))
    }
}
