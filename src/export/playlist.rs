//! Albums as a playlist (M3U8), where their music is known: a cover that lies in its album's folder lies beside it.

use super::natural;
use crate::album::Album;
use crate::catalog::path_text;
use crate::catalog::text::fold;
use crate::import::names::{self, Shows};
use crate::report::Skipped;
use std::fs;
use std::path::{Path, PathBuf};

/// A playlist as a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Playlist {
    /// Extended M3U in UTF-8.
    pub text: String,
    /// Albums that are in it.
    pub albums: u64,
    /// Files with music that it cannot list, and why.
    pub left_out: Vec<Skipped>,
}

/// The files with music that a picture in an imported folder tells of, disc after disc, in the order of their numbers and
/// names. `root` is the folder that was imported, `picture` the picture's path below it; what lies elsewhere by way of links
/// is left out.
pub fn music_beside(root: &Path, picture: &Path) -> Vec<PathBuf> {
    let Ok(root) = root.canonicalize() else { return Vec::new() };
    let picture = root.join(picture);
    let (Some(folder), Some(name)) = (picture.parent(), picture.file_name()) else { return Vec::new() };
    let name = path_text::shown(name);
    let (stem, _) = names::parted(&name);
    let of_folder = match names::shows(stem) {
        Shows::Front(_) | Shows::Copy(_) => true,
        Shows::Part | Shows::Other => false,
    };
    let found = Found::of(&root, folder);
    let namesakes: Vec<PathBuf> =
        found.music.iter().filter(|(of, _)| of == &stem.to_lowercase()).map(path).collect();
    if !of_folder && !namesakes.is_empty() {
        return namesakes;
    }
    // A picture tells of the music around it when it is called like a cover, or when there is no other.
    let disc =
        |path: &Path| path.file_name().is_some_and(|name| names::disc(&path_text::shown(name)).is_some());
    let scans = |path: &Path| path.file_name().is_some_and(|name| names::is_scans(&path_text::shown(name)));
    let alone = found.pictures == 1 && picture.is_file();
    if !of_folder && !alone {
        return Vec::new();
    }
    // An album's cover may lie with one of its discs, or among scans.
    let mut album = folder;
    while album != root.as_path()
        && (disc(album) || scans(album) && found.music.is_empty())
        && let Some(above) = album.parent().filter(|above| above.starts_with(&root))
    {
        album = above;
    }
    let discs = if album == root.as_path() { Vec::new() } else { discs_beside(album) };
    if !discs.is_empty() {
        return discs.iter().flat_map(|disc| Found::of(&root, disc).all(&root)).collect();
    }
    let album = if album == folder { found } else { Found::of(&root, album) };
    album.all(&root)
}

/// Discs of one album that lie side by side (`Double (Disc 1)`, `Double (Disc 2)`), in order; none where `folder` is the
/// only one.
fn discs_beside(folder: &Path) -> Vec<PathBuf> {
    let disc_of = |path: &Path| names::titled_disc(&path_text::shown(path.file_name()?));
    let (Some((title, _)), Some(above)) = (disc_of(folder), folder.parent()) else { return Vec::new() };
    let mut discs: Vec<(u32, PathBuf)> = Vec::new();
    for item in fs::read_dir(above).into_iter().flatten().flatten() {
        let path = item.path();
        if item.file_type().is_ok_and(|kind| kind.is_dir())
            && let Some((of, number)) = disc_of(&path)
            && fold(&of) == fold(&title)
        {
            discs.push((number, path));
        }
    }
    discs.sort();
    let twice = discs.windows(2).any(|pair| pair[0].0 == pair[1].0);
    if twice || discs.len() < 2 { Vec::new() } else { discs.into_iter().map(|(_, path)| path).collect() }
}

fn path((_, path): &(String, PathBuf)) -> PathBuf {
    path.clone()
}

/// What lies in a folder.
#[derive(Default)]
struct Found {
    /// Stems in lower case, and paths, in order.
    music: Vec<(String, PathBuf)>,
    pictures: usize,
    /// Folders of discs, in order.
    discs: Vec<PathBuf>,
}

impl Found {
    /// Its own music, then that of its discs.
    fn all(&self, root: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.music.iter().map(path).collect();
        for disc in &self.discs {
            files.extend(Self::of(root, disc).music.iter().map(path));
        }
        files
    }

    fn of(root: &Path, folder: &Path) -> Self {
        let mut found = Self::default();
        let mut music = Vec::new();
        let mut discs = Vec::new();
        for item in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = item.path();
            let name = path_text::shown(&item.file_name());
            let (stem, ending) = names::parted(&name);
            let inside = || path.canonicalize().is_ok_and(|real| real.starts_with(root));
            if names::is_music(&ending) && !name.starts_with("._") && path.is_file() && inside() {
                music.push((name.clone(), stem.to_lowercase(), path));
            } else if names::is_picture(&ending) && path.is_file() {
                found.pictures += 1;
            } else if let Some(number) = names::disc(&name)
                && item.file_type().is_ok_and(|kind| kind.is_dir())
            {
                discs.push((number, name, path));
            }
        }
        music.sort_by(|a, b| natural::compare(&a.0, &b.0).then_with(|| a.2.cmp(&b.2)));
        discs.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural::compare(&a.1, &b.1)));
        found.music = music.into_iter().map(|(_, stem, path)| (stem, path)).collect();
        found.discs = discs.into_iter().map(|(_, _, path)| path).collect();
        found
    }
}

/// Albums with their files as extended M3U in UTF-8, in the order given.
pub fn m3u8(albums: &[(Album, Vec<PathBuf>)]) -> Playlist {
    let mut list =
        Playlist { text: String::from("#EXTM3U\n"), albums: albums.len() as u64, left_out: Vec::new() };
    for (album, files) in albums {
        let name = format!("{} - {}", album.display_artist(), album.display_title());
        for file in files {
            let mut leave_out = |reason: &str| {
                let source = path_text::shown(file.as_os_str());
                list.left_out.push(Skipped { source, reason: reason.to_owned() });
            };
            let Some(path) = file.to_str() else {
                leave_out("its name is not UTF-8, as all in an M3U8 must be: rename it");
                continue;
            };
            if path.contains(['\n', '\r']) {
                leave_out("there is a line break in its name, which would begin another entry: rename it");
                continue;
            }
            let track = file.file_stem().unwrap_or_default().to_string_lossy();
            let title: String =
                format!("{name}: {track}").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            list.text.push_str(&format!("#EXTINF:-1,{title}\n{path}\n"));
        }
    }
    // Players pass over comments; people who open the file find what is not in it.
    for Skipped { source, reason } in &list.left_out {
        let line = format!("# left out: {source}: {reason}");
        list.text.push_str(&line.replace(|c: char| c.is_control(), " "));
        list.text.push('\n');
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::album::AlbumId;
    use crate::catalog::Facts;

    fn library() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = dir.path().join("rock").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"x").unwrap();
        };
        for name in
            ["02 Candy Girl.flac", "01 (That's How You Sing).FLAC", "10 Last.flac", "notes.txt", "cover.jpg"]
        {
            write(&format!("Low/Trust/{name}"));
        }
        for name in ["one.jpg", "one.mp3", "two.mp3", "two.jpg"] {
            write(name);
        }
        for disc in ["CD1", "CD2 - Live", "CD10"] {
            for name in ["1 a.mp3", "2 b.mp3", "10 c.mp3"] {
                write(&format!("Low/Box/{disc}/{name}"));
            }
        }
        for name in [
            "Low/Box/cover.jpg",
            "Low/Box/CD2 - Live/folder.jpg",
            "Low/Box/Scans/front.jpg",
            "Low/Box/00 hidden.mp3",
            "Low/Single/Single.jpg",
            "Low/Single/a.mp3",
            "Low/Double (Disc 1)/cover.jpg",
            "Low/Double (Disc 1)/1 a.mp3",
            "Low/Double (Disc 2)/1 b.mp3",
            "Low/Double Time (Disc 3)/1 no.mp3",
        ] {
            write(name);
        }
        dir
    }

    fn names(files: &[PathBuf]) -> Vec<String> {
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    fn beside(dir: &Path, picture: &str) -> Vec<PathBuf> {
        music_beside(dir, Path::new(picture))
    }

    #[test]
    fn an_album_s_cover_tells_of_its_folder_and_any_other_picture_of_its_namesake() {
        let dir = library();
        let found = beside(dir.path(), "rock/Low/Trust/cover.jpg");
        assert_eq!(names(&found), ["01 (That's How You Sing).FLAC", "02 Candy Girl.flac", "10 Last.flac"]);
        assert_eq!(names(&beside(dir.path(), "rock/one.jpg")), ["one.mp3"]);
        assert_eq!(
            names(&beside(dir.path(), "rock/Low/Single/Single.jpg")),
            ["a.mp3"],
            "there is no other picture"
        );
        assert!(beside(dir.path(), "rock/three.jpg").is_empty());
        assert!(beside(dir.path(), "gone/cover.jpg").is_empty());
    }

    #[test]
    fn the_music_of_all_discs_comes_disc_after_disc_wherever_the_cover_lies() {
        let dir = library();
        let found = beside(dir.path(), "rock/Low/Box/cover.jpg");
        let own = |file: &PathBuf| {
            file.strip_prefix(dir.path().canonicalize().unwrap().join("rock/Low/Box"))
                .unwrap()
                .display()
                .to_string()
        };
        let order: Vec<String> = found.iter().map(own).collect();
        assert_eq!(
            order,
            [
                "00 hidden.mp3",
                "CD1/1 a.mp3",
                "CD1/2 b.mp3",
                "CD1/10 c.mp3",
                "CD2 - Live/1 a.mp3",
                "CD2 - Live/2 b.mp3",
                "CD2 - Live/10 c.mp3",
                "CD10/1 a.mp3",
                "CD10/2 b.mp3",
                "CD10/10 c.mp3",
            ]
        );
        for cover in ["rock/Low/Box/CD2 - Live/folder.jpg", "rock/Low/Box/Scans/front.jpg"] {
            assert_eq!(names(&beside(dir.path(), cover)), names(&found), "{cover}");
        }
    }

    #[test]
    fn discs_that_lie_side_by_side_are_one_album() {
        let dir = library();
        assert_eq!(names(&beside(dir.path(), "rock/Low/Double (Disc 1)/cover.jpg")), ["1 a.mp3", "1 b.mp3"]);
    }

    #[cfg(unix)]
    #[test]
    fn music_outside_the_folder_is_left_out() {
        let dir = library();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("a.mp3"), b"x").unwrap();
        let link = dir.path().join("rock/Low/Trust/03.mp3");
        std::os::unix::fs::symlink(elsewhere.path().join("a.mp3"), link).unwrap();
        assert_eq!(beside(dir.path(), "rock/Low/Trust/cover.jpg").len(), 3);
    }

    fn album(artist: &str) -> Album {
        let facts = Facts {
            artist: Some(artist.into()),
            title: Some("Trust".into()),
            key: "k".into(),
            ..Facts::default()
        };
        facts.into_album(AlbumId(1), None)
    }

    #[test]
    fn a_playlist_names_album_and_file_on_lines_of_their_own_and_says_what_it_leaves_out() {
        let list = m3u8(&[(album("Low\n"), vec!["/m/01 a.flac".into(), "/m/b\nc.flac".into()])]);
        assert_eq!(list.text, "#EXTM3U\n#EXTINF:-1,Low  - Trust: 01 a\n/m/01 a.flac\n");
        assert_eq!(list.left_out.len(), 1);
        assert!(list.left_out[0].reason.contains("line break"), "{:?}", list.left_out);
        let said = list.text.lines().last().unwrap();
        assert!(said.starts_with("# left out: ") && said.contains("line break"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_whose_name_is_not_utf_8_is_left_out_and_said() {
        use std::os::unix::ffi::OsStrExt as _;
        let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"/m/01 Sj\xf6.mp3"));
        let list = m3u8(&[(album("Low"), vec![odd, "/m/02 \u{fffd}.mp3".into()])]);
        assert!(
            list.text.ends_with(": 02 \u{fffd}\n/m/02 \u{fffd}.mp3\n"),
            "a name may hold that letter: {}",
            list.text
        );
        assert_eq!(list.left_out[0].source, "/m/01 Sj\u{f6}.mp3");
        assert!(list.left_out[0].reason.contains("UTF-8"), "{:?}", list.left_out);
    }
}
