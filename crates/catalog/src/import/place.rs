//! Where a cover may lie: in the folder that was named, and nowhere else. A table may come from a stranger, and an
//! import may be asked for over HTTP.

use super::data_dir;
use std::path::{Component, Path, PathBuf};

/// Why a path is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PlaceError {
    #[error("its path is absolute: write it relative to the folder of the CSV file")]
    Absolute,
    #[error("its path climbs out of the folder that is imported: put the file inside it")]
    Climbs,
    #[error("it is a link that leads out of the folder that is imported: put the file itself there")]
    LeadsOut,
    #[error("there is no such file")]
    Missing,
    #[error(
        "it lies in a data directory of Gatefold, which holds copies of covers: name the picture that was imported"
    )]
    OwnCopy,
    #[error("it is not a file")]
    NotAFile,
    #[error("it could not be opened ({0})")]
    Io(std::io::ErrorKind),
}

/// The file that `cell` names relative to `root`, and its name in its usual spelling (`a/b.jpg`). `root` must be
/// canonical.
pub(super) fn locate(root: &Path, cell: &str) -> Result<(PathBuf, String), PlaceError> {
    let name = spelling(cell)?;
    let path = root.join(&name);
    match inside(root, &path) {
        // A file name may hold a backslash where the system allows it.
        Err(PlaceError::Missing) if cell.contains('\\') && !cell.contains('/') => {
            let path = root.join(cell);
            inside(root, &path).map(|()| (path, cell.to_owned()))
        }
        found => found.map(|()| (path, name)),
    }
}

/// Checks that a file is a file and lies under `root`, links followed. `root` must be canonical.
pub(super) fn inside(root: &Path, path: &Path) -> Result<(), PlaceError> {
    let real = path.canonicalize().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => PlaceError::Missing,
        kind => PlaceError::Io(kind),
    })?;
    if !real.starts_with(root) {
        return Err(PlaceError::LeadsOut);
    }
    if data_dir::is_own_copy(&real) {
        return Err(PlaceError::OwnCopy);
    }
    // Reading from a pipe or a device might never end.
    match std::fs::metadata(&real) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(PlaceError::NotAFile),
        Err(e) => Err(PlaceError::Io(e.kind())),
    }
}

/// `./a\b/../c.jpg` as `a/c.jpg`.
fn spelling(cell: &str) -> Result<String, PlaceError> {
    let slashes = cell.replace('\\', "/");
    let drive = slashes.as_bytes().get(1) == Some(&b':') && slashes.as_bytes()[0].is_ascii_alphabetic();
    if slashes.starts_with('/') || drive {
        return Err(PlaceError::Absolute);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in Path::new(&slashes).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str().ok_or(PlaceError::Missing)?),
            Component::CurDir => {}
            Component::ParentDir if parts.pop().is_some() => {}
            Component::ParentDir => return Err(PlaceError::Climbs),
            Component::RootDir | Component::Prefix(_) => return Err(PlaceError::Absolute),
        }
    }
    if parts.is_empty() || slashes.contains('\0') { Err(PlaceError::Missing) } else { Ok(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("in");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/b.jpg"), b"x").unwrap();
        fs::write(dir.path().join("out.jpg"), b"x").unwrap();
        (dir, root)
    }

    #[test]
    fn a_file_has_one_name_however_it_is_written() {
        let (_dir, root) = folder();
        for cell in ["a/b.jpg", "./a/b.jpg", "a\\b.jpg", "a//b.jpg", "a/../a/b.jpg"] {
            assert_eq!(locate(&root, cell), Ok((root.join("a/b.jpg"), "a/b.jpg".to_owned())), "{cell}");
        }
    }

    #[test]
    fn nothing_outside_is_reached() {
        let (_dir, root) = folder();
        for (cell, reason) in [
            ("../out.jpg", PlaceError::Climbs),
            ("..\\out.jpg", PlaceError::Climbs),
            ("a/../../out.jpg", PlaceError::Climbs),
            ("/etc/passwd", PlaceError::Absolute),
            ("C:\\covers\\x.jpg", PlaceError::Absolute),
            ("\\\\server\\x.jpg", PlaceError::Absolute),
            ("a", PlaceError::NotAFile),
            ("c.jpg", PlaceError::Missing),
            ("a/b.jpg/c", PlaceError::Missing),
            (".", PlaceError::Missing),
            ("a\0.jpg", PlaceError::Missing),
        ] {
            assert_eq!(locate(&root, cell), Err(reason), "{cell}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_may_stay_inside_but_not_lead_out() {
        use std::os::unix::fs::symlink;
        let (dir, root) = folder();
        symlink(dir.path().join("out.jpg"), root.join("out.jpg")).unwrap();
        symlink(dir.path(), root.join("up")).unwrap();
        symlink(root.join("a/b.jpg"), root.join("in.jpg")).unwrap();
        assert_eq!(locate(&root, "out.jpg"), Err(PlaceError::LeadsOut));
        assert_eq!(locate(&root, "up/out.jpg"), Err(PlaceError::LeadsOut));
        assert!(locate(&root, "in.jpg").is_ok());
    }
}
