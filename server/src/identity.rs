//! Which file lies under a name, so that one notices when it is another.

use std::path::Path;

/// A file's own number, whatever it is called. Where the system does not tell (or there is no file), only that there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity(Option<(u64, u64)>);

impl Identity {
    /// Of what lies at `path` now.
    pub fn of(path: &Path) -> Self {
        Self(std::fs::metadata(path).ok().map(|found| number(&found)))
    }

    /// Whether it still lies at `path`.
    pub fn is_at(self, path: &Path) -> bool {
        self.0.is_some() && Self::of(path) == self
    }
}

#[cfg(unix)]
fn number(found: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// Windows does not let go of a file that is open.
#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_of_the_same_name_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"one").unwrap();
        let opened = Identity::of(&path);
        std::fs::write(&path, b"changed in place").unwrap();
        assert!(opened.is_at(&path));
        std::fs::rename(&path, folder.path().join("b")).unwrap();
        assert!(!opened.is_at(&path));
        std::fs::write(&path, b"one").unwrap();
        assert!(!opened.is_at(&path));
    }

    #[test]
    fn what_is_not_there_is_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(!Identity::of(&path).is_at(&path));
    }
}
