//! What the files of a folder held when it was made: `files.json`, written last, so that damage is seen and not used.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

/// Size and hash of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mark {
    /// How many bytes.
    pub bytes: u64,
    /// BLAKE3 of them, 64 hexadecimal digits.
    pub blake3: String,
}

impl Mark {
    /// Of what a file holds, or shall hold.
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, blake3: blake3::hash(bytes).to_hex().to_string() }
    }

    /// Whether a file holds just that. Its size is asked first.
    pub fn fits(&self, path: &Path) -> bool {
        let whole = || {
            let mut file = File::open(path)?;
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(&mut file)?;
            Ok::<_, std::io::Error>(hasher.finalize().to_hex().as_str() == self.blake3)
        };
        fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == self.bytes)
            && whole().unwrap_or(false)
    }
}

/// The list itself cannot be trusted.
#[derive(Debug, thiserror::Error)]
#[error("the list of files is damaged")]
pub struct SealError;

/// The files of a folder by name, with what each held when it was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seal {
    files: BTreeMap<String, Mark>,
}

/// As it is written: the list vouches for itself too.
#[derive(Serialize, Deserialize)]
struct Written {
    files: BTreeMap<String, Mark>,
    blake3: String,
}

impl Seal {
    /// Name of the file.
    pub const NAME: &str = "files.json";

    /// Of these files.
    pub fn new(files: BTreeMap<String, Mark>) -> Self {
        Self { files }
    }

    /// Reads a folder's; `None` where there is none, as earlier versions wrote none.
    ///
    /// # Errors
    /// When there is one that is damaged or cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, SealError> {
        let json = match fs::read(folder.join(Self::NAME)) {
            Ok(json) => json,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(SealError),
        };
        let Written { files, blake3 } = serde_json::from_slice(&json).map_err(|_| SealError)?;
        if own_hash(&files) == blake3 { Ok(Some(Self { files })) } else { Err(SealError) }
    }

    /// The file's content.
    pub fn json(&self) -> Vec<u8> {
        let written = Written { files: self.files.clone(), blake3: own_hash(&self.files) };
        serde_json::to_vec(&written).expect("names and numbers can be written as JSON")
    }

    /// What a file held.
    pub fn mark(&self, name: &str) -> Option<&Mark> {
        self.files.get(name)
    }

    /// Whether these bytes are what the file of that name held.
    pub fn vouches(&self, name: &str, bytes: &[u8]) -> bool {
        self.mark(name).is_some_and(|mark| *mark == Mark::of(bytes))
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files that hold what they held when they were written, and the names of all others. Reads every file.
    pub fn checked(self, folder: &Path) -> (Self, Vec<String>) {
        let (whole, damaged): (Vec<_>, Vec<_>) =
            self.files.into_par_iter().partition(|(name, mark)| mark.fits(&folder.join(name)));
        (Self { files: whole.into_iter().collect() }, damaged.into_iter().map(|(name, _)| name).collect())
    }
}

fn own_hash(files: &BTreeMap<String, Mark>) -> String {
    let json = serde_json::to_vec(files).expect("names and numbers can be written as JSON");
    blake3::hash(&json).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> (tempfile::TempDir, Seal) {
        let dir = tempfile::tempdir().unwrap();
        let mut files = BTreeMap::new();
        for (name, bytes) in [("a", &b"first"[..]), ("b", b"second")] {
            fs::write(dir.path().join(name), bytes).unwrap();
            files.insert(name.to_owned(), Mark::of(bytes));
        }
        let seal = Seal::new(files);
        fs::write(dir.path().join(Seal::NAME), seal.json()).unwrap();
        (dir, seal)
    }

    #[test]
    fn whatever_happens_to_a_file_is_seen() {
        let (dir, seal) = sealed();
        assert_eq!(Seal::read(dir.path()).unwrap(), Some(seal.clone()));
        assert!(seal.clone().checked(dir.path()).1.is_empty());
        let path = dir.path().join("b");
        for damage in [&b""[..], b"secon", b"sechnd", b"second ", &[0; 6]] {
            fs::write(&path, damage).unwrap();
            let (whole, damaged) = seal.clone().checked(dir.path());
            assert_eq!((whole.names().collect::<Vec<_>>(), damaged), (vec!["a"], vec!["b".to_owned()]));
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(seal.clone().checked(dir.path()).1, ["b"]);
        fs::create_dir(&path).unwrap();
        assert_eq!(seal.checked(dir.path()).1, ["b"]);
    }

    #[test]
    fn the_list_vouches_for_itself() {
        let (dir, seal) = sealed();
        let path = dir.path().join(Seal::NAME);
        let good = seal.json();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(Seal::read(dir.path()).is_err(), "a flipped bit in byte {at} is not seen");
        }
        fs::write(&path, b"").unwrap();
        assert!(Seal::read(dir.path()).is_err());
        fs::remove_file(path).unwrap();
        assert_eq!(Seal::read(dir.path()).unwrap(), None);
    }
}
