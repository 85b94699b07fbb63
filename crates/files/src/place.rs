//! Where a path leads: to a file that can be replaced, or to something that can only be written to.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Links that are followed from one to the next; Linux gives up at as many.
const LINKS: usize = 40;

/// What a path leads to, all links followed.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A file, or the place for one.
    File {
        /// The folder it is in.
        folder: PathBuf,
        /// Its name there.
        name: OsString,
    },
    /// This process's standard output.
    Output,
    /// This process's standard error.
    Errors,
    /// A pipe, a device, a file that another descriptor has open.
    Other(PathBuf),
}

impl Place {
    /// Follows a path.
    ///
    /// # Errors
    /// When a folder on the way is not there, or the path leads to a folder.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..LINKS {
            let Some(name) = path.file_name().map(ToOwned::to_owned) else { return Err(is_folder()) };
            let folder = folder_of(&path)?;
            if let Some(open) = descriptor(&folder, &name) {
                return Ok(open);
            }
            let at = folder.join(&name);
            match fs::symlink_metadata(&at) {
                Ok(meta) if meta.is_symlink() => path = folder.join(fs::read_link(&at)?),
                Ok(meta) if meta.is_file() => return Ok(Self::File { folder, name }),
                Ok(meta) if meta.is_dir() => return Err(is_folder()),
                Ok(_) => return Ok(Self::Other(at)),
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Self::File { folder, name }),
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::other("its links lead in a circle"))
    }
}

fn is_folder() -> io::Error {
    io::Error::new(ErrorKind::IsADirectory, "it is a folder")
}

fn folder_of(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.canonicalize().map_err(|e| match e.kind() {
        ErrorKind::NotFound => io::Error::new(e.kind(), format!("there is no folder {}", folder.display())),
        kind => io::Error::new(kind, format!("the folder {} cannot be had: {e}", folder.display())),
    })
}

/// What is open already, such as `/dev/stdout`: it has a place of its own in its file, which renaming would lose.
fn descriptor(folder: &Path, name: &OsString) -> Option<Place> {
    let own = format!("/proc/{}/fd", std::process::id());
    let ours = folder == Path::new("/dev/fd") || folder == Path::new(&own);
    match name.to_str() {
        Some("1") if ours => Some(Place::Output),
        Some("2") if ours => Some(Place::Errors),
        _ if ours || folder.starts_with("/proc") => Some(Place::Other(folder.join(name))),
        _ => None,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_followed_to_the_file_even_where_there_is_none_yet() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir(root.join("far")).unwrap();
        symlink("far/there", root.join("second")).unwrap();
        symlink("second", root.join("first")).unwrap();
        let there = Place::File { folder: root.join("far"), name: "there".into() };
        assert_eq!(Place::of(&root.join("first")).unwrap(), there);
        fs::write(root.join("far/there"), "x").unwrap();
        assert_eq!(Place::of(&root.join("first")).unwrap(), there);
        symlink("circle", root.join("circle")).unwrap();
        assert!(Place::of(&root.join("circle")).unwrap_err().to_string().contains("circle"));
    }

    #[test]
    fn what_is_no_file_is_never_replaced() {
        assert_eq!(Place::of(Path::new("/dev/stdout")).unwrap(), Place::Output);
        assert_eq!(Place::of(Path::new("/dev/null")).unwrap(), Place::Other("/dev/null".into()));
        assert_eq!(Place::of(Path::new("/")).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert!(
            Place::of(Path::new("/no/such/file")).unwrap_err().to_string().contains("no folder /no/such")
        );
    }
}
