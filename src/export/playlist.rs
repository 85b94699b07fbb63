//! Albums as a playlist (M3U8), where their music is known: a cover that lies in its album's folder lies beside it.

use crate::album::Album;
use std::fs;
use std::path::{Path, PathBuf};

/// Endings of files with music.
const MUSIC: [&str; 14] =
    ["mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "wav", "aif", "aiff", "wma", "ape", "wv", "mpc"];
/// Names of covers in music libraries: such a picture tells of all the music in its folder, any other only of the file
/// that is called like it.
const PLAIN_NAMES: [&str; 6] = ["cover", "folder", "front", "album", "albumart", "artwork"];

/// The files with music that a picture in an imported folder tells of, in the order of their names. `root` is the folder
/// that was imported, `key` the picture's path below it; what lies elsewhere by way of links is left out.
pub fn music_beside(root: &Path, key: &str) -> Vec<PathBuf> {
    let picture = root.join(key);
    let (Some(folder), Some(stem)) = (picture.parent(), picture.file_stem()) else { return Vec::new() };
    let stem = stem.to_string_lossy().to_lowercase();
    let of_all = PLAIN_NAMES.contains(&stem.as_str());
    let (Ok(root), Ok(found)) = (root.canonicalize(), fs::read_dir(folder)) else { return Vec::new() };
    let is_music = |path: &PathBuf| {
        let lower = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().to_lowercase());
        let ending = lower(path.extension()).unwrap_or_default();
        let named = of_all || lower(path.file_stem()).as_ref() == Some(&stem);
        let inside = || path.canonicalize().is_ok_and(|real| real.starts_with(&root) && real.is_file());
        named && MUSIC.contains(&ending.as_str()) && inside()
    };
    let mut files: Vec<PathBuf> = found.flatten().map(|item| item.path()).filter(is_music).collect();
    files.sort_unstable();
    files
}

/// Albums with their files as extended M3U in UTF-8.
pub fn m3u8(albums: &[(Album, Vec<PathBuf>)]) -> String {
    let mut out = String::from("#EXTM3U\n");
    for (album, files) in albums {
        let name = format!("{} - {}", album.display_artist(), album.display_title());
        for file in files {
            let track = file.file_stem().unwrap_or_default().to_string_lossy();
            let path = file.to_string_lossy();
            // A line break in a name would begin another entry; such a file cannot be listed.
            if path.contains(['\n', '\r']) {
                continue;
            }
            let title = format!("{name}: {track}").replace(['\n', '\r'], " ");
            out.push_str(&format!("#EXTINF:-1,{title}\n{path}\n"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::AlbumId;
    use crate::catalog::Facts;

    fn library() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("rock/Low/Trust")).unwrap();
        for name in ["02 Candy Girl.flac", "01 (That's How You Sing).FLAC", "notes.txt", "cover.jpg"] {
            fs::write(dir.path().join("rock/Low/Trust").join(name), b"x").unwrap();
        }
        for name in ["one.jpg", "one.mp3", "two.mp3"] {
            fs::write(dir.path().join("rock").join(name), b"x").unwrap();
        }
        dir
    }

    fn names(files: &[PathBuf]) -> Vec<String> {
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn an_album_s_cover_tells_of_its_folder_and_any_other_picture_of_its_namesake() {
        let dir = library();
        let found = music_beside(dir.path(), "rock/Low/Trust/cover.jpg");
        assert_eq!(names(&found), ["01 (That's How You Sing).FLAC", "02 Candy Girl.flac"]);
        assert_eq!(names(&music_beside(dir.path(), "rock/one.jpg")), ["one.mp3"]);
        assert!(music_beside(dir.path(), "rock/three.jpg").is_empty());
        assert!(music_beside(dir.path(), "gone/cover.jpg").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn music_outside_the_folder_is_left_out() {
        let dir = library();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("a.mp3"), b"x").unwrap();
        let link = dir.path().join("rock/Low/Trust/03.mp3");
        std::os::unix::fs::symlink(elsewhere.path().join("a.mp3"), link).unwrap();
        assert_eq!(music_beside(dir.path(), "rock/Low/Trust/cover.jpg").len(), 2);
    }

    #[test]
    fn a_playlist_names_album_and_file_on_lines_of_their_own() {
        let facts = Facts {
            artist: Some("Low\n".into()),
            title: Some("Trust".into()),
            key: "k".into(),
            ..Facts::default()
        };
        let album = facts.into_album(AlbumId(1), None);
        let list = m3u8(&[(album, vec!["/m/01 a.flac".into(), "/m/b\nc.flac".into()])]);
        assert_eq!(list, "#EXTM3U\n#EXTINF:-1,Low  - Trust: 01 a\n/m/01 a.flac\n");
    }
}
