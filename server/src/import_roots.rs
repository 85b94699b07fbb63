//! Where an import over HTTP may read: below the folders that the owner named, and nowhere else.
//!
//! Whoever may ask this server is not thereby somebody who may read its machine. So a path that is not below a root is
//! refused in the same words whatever lies there, and without looking.

use crate::problem::Problem;
use std::path::{Component, Path, PathBuf};

/// Folders that may be imported from over HTTP.
#[derive(Clone, Debug, Default)]
pub struct ImportRoots {
    /// Each as it was written, and as it is.
    roots: Vec<(PathBuf, PathBuf)>,
}

impl ImportRoots {
    /// These folders.
    ///
    /// # Errors
    /// A sentence about the first that is no folder.
    pub fn new(folders: &[PathBuf]) -> Result<Self, String> {
        let root = |folder: &PathBuf| {
            let unfit = |why: String| format!("--import-root {} {why}", folder.display());
            let written = std::path::absolute(folder).map_err(|e| unfit(format!("cannot be used: {e}")))?;
            let real = folder.canonicalize().map_err(|e| unfit(format!("cannot be used: {e}")))?;
            if real.is_dir() { Ok((written, real)) } else { Err(unfit("is not a folder".to_owned())) }
        };
        Ok(Self { roots: folders.iter().map(root).collect::<Result<_, _>>()? })
    }

    /// The real path of what is asked for, if it lies below a root, links followed.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for whatever does not, [`Problem::Unacceptable`] for what lies below one and is nothing that can
    /// be imported.
    pub fn admit(&self, path: &Path) -> Result<PathBuf, Problem> {
        if self.roots.is_empty() {
            return Err(Problem::Forbidden(
                "this server imports nothing that is asked for over HTTP: start it with `--import-root DIR` to import from \
                 the page what lies in that folder, or stop it and run `gatefold import PATH`"
                    .to_owned(),
            ));
        }
        if !path.is_absolute() {
            return Err(Problem::Unacceptable(
                "that is not a whole path: write it from the root, as the server's machine knows it"
                    .to_owned(),
            ));
        }
        let climbs = path.components().any(|part| matches!(part, Component::ParentDir));
        let below = |path: &Path| {
            self.roots.iter().any(|(written, real)| path.starts_with(written) || path.starts_with(real))
        };
        if climbs || !below(path) {
            return Err(self.outside());
        }
        let Ok(found) = path.canonicalize() else { return Err(self.missing(path)) };
        if !self.holds(&found) {
            return Err(self.outside());
        }
        match found.metadata() {
            Ok(kind) if kind.is_dir() || kind.is_file() => Ok(found),
            _ => Err(Problem::Unacceptable(format!(
                "{} is neither a folder nor a file: name a folder of covers or a CSV file",
                path.display()
            ))),
        }
    }

    fn holds(&self, real: &Path) -> bool {
        self.roots.iter().any(|(_, root)| real.starts_with(root))
    }

    /// Nothing, or nothing that may be read, lies at a path that is written below a root. Where a link on the way leads out, or
    /// nowhere, that is not said of what lies behind it.
    fn missing(&self, path: &Path) -> Problem {
        let mut there = path.ancestors().skip(1);
        let deepest = there.find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
        let inside = deepest.is_some_and(|(ancestor, real)| {
            let next = path.strip_prefix(ancestor).ok().and_then(|rest| rest.components().next());
            let is_link = next.is_some_and(|next| ancestor.join(next).is_symlink());
            self.holds(&real) && !is_link
        });
        if !inside {
            return self.outside();
        }
        let path = path.display();
        Problem::Unacceptable(format!("there is nothing at {path}: check the path on the server's machine"))
    }

    fn outside(&self) -> Problem {
        let roots: Vec<_> = self.roots.iter().map(|(written, _)| written.display().to_string()).collect();
        Problem::Forbidden(format!(
            "over HTTP only what lies below {} can be imported: put it there, or start the server with another \
             `--import-root DIR`",
            roots.join(" or ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    /// A root with a folder in it, a file beside the root, and the roots.
    fn place() -> (TempDir, PathBuf, ImportRoots) {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("in/covers")).unwrap();
        fs::write(base.join("secret.csv"), b"secret").unwrap();
        let roots = ImportRoots::new(&[base.join("in")]).unwrap();
        (dir, base, roots)
    }

    fn forbidden(answer: Result<PathBuf, Problem>) -> String {
        match answer {
            Err(Problem::Forbidden(sentence)) => sentence,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_a_root_nothing_is_imported_and_it_is_said_what_to_do() {
        let sentence = forbidden(ImportRoots::default().admit(Path::new("/")));
        assert!(sentence.contains("--import-root DIR") && sentence.contains("gatefold import"), "{sentence}");
    }

    #[test]
    fn what_lies_below_a_root_is_admitted_and_what_is_missing_there_is_said() {
        let (_dir, base, roots) = place();
        assert_eq!(roots.admit(&base.join("in/covers")).unwrap(), base.join("in/covers"));
        assert_eq!(roots.admit(&base.join("in")).unwrap(), base.join("in"));
        let Err(Problem::Unacceptable(sentence)) = roots.admit(&base.join("in/no/such")) else { panic!() };
        assert!(sentence.contains("there is nothing at"), "{sentence}");
    }

    #[test]
    fn outside_the_same_is_said_whatever_is_there() {
        let (_dir, base, roots) = place();
        let known = forbidden(roots.admit(Path::new("/etc/passwd")));
        for path in [
            "/".into(),
            "/no/such/thing".into(),
            base.clone(),
            base.join("secret.csv"),
            base.join("no.csv"),
            base.join("in/../secret.csv"),
            base.join("in/covers/../../secret.csv"),
            base.join("inside"),
            base.join("in\0"),
        ] {
            assert_eq!(forbidden(roots.admit(&path)), known, "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_tells_nothing_of_what_lies_behind() {
        use std::os::unix::fs::symlink;
        let (_dir, base, roots) = place();
        fs::create_dir(base.join("out")).unwrap();
        fs::write(base.join("out/there.csv"), b"x").unwrap();
        symlink(base.join("out"), base.join("in/link")).unwrap();
        symlink(base.join("nowhere"), base.join("in/dangling")).unwrap();
        symlink(base.join("in/covers"), base.join("in/within")).unwrap();
        let known = forbidden(roots.admit(&base));
        for name in ["link", "link/there.csv", "link/not-there.csv", "dangling", "dangling/x"] {
            assert_eq!(forbidden(roots.admit(&base.join("in").join(name))), known, "{name}");
        }
        assert_eq!(roots.admit(&base.join("in/within")).unwrap(), base.join("in/covers"));
    }

    #[cfg(unix)]
    #[test]
    fn a_root_that_is_a_link_is_known_by_both_names() {
        let (_dir, base, _) = place();
        std::os::unix::fs::symlink(base.join("in"), base.join("also")).unwrap();
        let roots = ImportRoots::new(&[base.join("also")]).unwrap();
        for name in ["also", "in"] {
            assert_eq!(roots.admit(&base.join(name).join("covers")).unwrap(), base.join("in/covers"));
        }
    }

    #[test]
    fn a_root_is_a_folder_that_is_there() {
        let (_dir, base, _) = place();
        for (path, wanted) in
            [(base.join("secret.csv"), "is not a folder"), (base.join("no"), "cannot be used")]
        {
            let refusal = ImportRoots::new(&[path]).unwrap_err();
            assert!(refusal.contains(wanted) && refusal.starts_with("--import-root"), "{refusal}");
        }
    }
}
