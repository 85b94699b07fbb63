//! Gatefold's own copies: what lies in a data directory, this one or another, was imported already and is no album.

use std::path::Path;

/// What Gatefold keeps pictures in, within a data directory.
const OWN: [&str; 3] = ["covers", "generated", "builds"];

/// Whether a folder is a data directory.
pub(super) fn is_data_dir(dir: &Path) -> bool {
    dir.join("catalog.sqlite").is_file()
        && (dir.join("lock").is_file() || OWN.iter().any(|own| dir.join(own).is_dir()))
}

/// Whether a canonical path is, or lies in, a folder where a data directory keeps its own pictures.
pub(super) fn is_own_copy(path: &Path) -> bool {
    let mut below = path;
    while let Some(above) = below.parent() {
        let own = below.file_name().and_then(|name| name.to_str()).is_some_and(|name| OWN.contains(&name));
        if own && is_data_dir(above) {
            return true;
        }
        below = above;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_data_directory_is_known_by_its_catalogue_and_its_folders() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("music/covers")).unwrap();
        fs::create_dir_all(root.join("data/covers/ab")).unwrap();
        fs::write(root.join("data/catalog.sqlite"), b"x").unwrap();
        assert!(is_data_dir(&root.join("data")) && !is_data_dir(&root.join("music")));
        assert!(is_own_copy(&root.join("data/covers/ab/abcd.jpg")));
        assert!(is_own_copy(&root.join("data/covers")));
        // A person may keep other things beside.
        assert!(!is_own_copy(&root.join("data/rock/a.jpg")));
        assert!(!is_own_copy(&root.join("music/covers/a.jpg")));
    }
}
