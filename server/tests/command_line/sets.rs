//! `gatefold sets`, and playlists

use crate::common::{catalogue, cover};
use crate::program::{json, run};
use std::path::Path;

fn ids(data: &Path) -> Vec<String> {
    let all = json(data, &["albums"]).done().json();
    let of = |album: &serde_json::Value| album["id"].as_str().unwrap().to_owned();
    all["albums"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_set_is_saved_listed_shown_renamed_and_deleted() {
    let data = catalogue();
    let ids = ids(data.path());
    let two = format!("{},{}", ids[1], ids[0]);
    let saved = json(data.path(), &["sets", "save", "Late nights", "--albums", &two]).done().json();
    assert_eq!(saved["albums"], serde_json::json!([ids[1], ids[0]]));
    let listed = json(data.path(), &["sets"]).done().json();
    assert_eq!(listed["sets"][0]["name"], "Late nights", "{listed}");
    let shown = json(data.path(), &["sets", "show", "Late nights"]).done().json();
    assert_eq!(shown["lines"].as_array().unwrap().len(), 2, "{shown}");
    let text = run(&["sets", "list", "--data", data.path().to_str().unwrap()]).done();
    assert!(text.out.contains("Late nights  2 albums"), "{}", text.out);
    json(data.path(), &["sets", "rename", "Late nights", "--to", "Nights"]).done();
    assert_eq!(json(data.path(), &["sets", "delete", "Nights"]).done().json()["deleted"], "Nights");
    assert_eq!(json(data.path(), &["sets"]).done().json()["sets"], serde_json::json!([]));
    let gone = json(data.path(), &["sets", "show", "Nights"]).refused(1);
    assert!(gone.contains("Nights"), "{gone}");
}

#[test]
fn what_makes_no_set_is_wrong_usage() {
    let data = catalogue();
    let id = &ids(data.path())[0];
    for (args, wanted) in [
        (&["sets", "show"][..], "which set"),
        (&["sets", "save", "a"], "at least one album"),
        (&["sets", "save", "   ", "--albums", id], "1 to 80"),
        (&["sets", "rename", "a"], "--to"),
        (&["sets", "melt", "a"], "melt"),
        (&["export", "list.m3u8"], "--albums"),
    ] {
        let sentence = json(data.path(), args).refused(2);
        assert!(sentence.contains(wanted), "{args:?}: {sentence}");
    }
}

#[test]
fn a_playlist_lists_the_music_beside_imported_covers() {
    let (data, library) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, seed) in [("Low - Trust (2002)", 1), ("Low - Hey What (2021)", 2)] {
        let folder = library.path().join("rock").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        cover(seed, true).save(folder.join("cover.png")).unwrap();
        if seed == 1 {
            std::fs::write(folder.join("01 Amazing Grace.flac"), b"no music").unwrap();
        }
    }
    json(data.path(), &["import", library.path().to_str().unwrap()]).done();
    let ids = ids(data.path()).join(",");
    let list = data.path().join("list.m3u8");
    let said = json(data.path(), &["export", list.to_str().unwrap(), "--albums", &ids]).done().json();
    assert_eq!(said["albums"], 1, "{said}");
    let text = std::fs::read_to_string(&list).unwrap();
    assert!(text.starts_with("#EXTM3U\n#EXTINF:-1,Low - Trust: 01 Amazing Grace\n"), "{text}");
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn a_playlist_is_in_the_listener_s_order_disc_after_disc_and_track_after_track() {
    let (data, library) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (album, seed) in [("Alpha (2001)", 1), ("Beta (2002)", 2)] {
        let folder = library.path().join("rock/Low").join(album);
        for disc in ["CD1", "CD2", "CD10"] {
            std::fs::create_dir_all(folder.join(disc)).unwrap();
            for track in ["1 a.mp3", "2 b.mp3", "10 c.mp3"] {
                std::fs::write(folder.join(disc).join(track), b"no music").unwrap();
            }
        }
        cover(seed, true).save(folder.join("cover.png")).unwrap();
        cover(seed, true).save(folder.join("CD1/cover.png")).unwrap();
    }
    json(data.path(), &["import", library.path().to_str().unwrap()]).done();
    let all = json(data.path(), &["albums"]).done().json();
    assert_eq!(all["total"], 2, "{all}");
    let id = |title: &str| {
        let albums = all["albums"].as_array().unwrap();
        let album = albums.iter().find(|album| album["album"] == title).unwrap();
        album["id"].as_str().unwrap().to_owned()
    };
    let list = data.path().join("list.m3u8");
    for order in [["Beta", "Alpha"], ["Alpha", "Beta"]] {
        let ids = order.map(id).join(",");
        json(data.path(), &["export", list.to_str().unwrap(), "--albums", &ids]).done();
        let text = std::fs::read_to_string(&list).unwrap();
        let files: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let mut wanted = Vec::new();
        for album in order {
            for disc in ["CD1", "CD2", "CD10"] {
                wanted.extend(["1 a", "2 b", "10 c"].map(|track| (album, format!("{disc}/{track}.mp3"))));
            }
        }
        assert_eq!(files.len(), wanted.len(), "{text}");
        for (file, (album, end)) in files.iter().zip(&wanted) {
            assert!(file.contains(album) && file.ends_with(end), "{file} where {album} {end} belongs");
        }
    }
}

#[cfg(unix)]
#[test]
fn music_that_a_playlist_cannot_list_is_left_out_and_said() {
    use std::os::unix::ffi::OsStrExt as _;
    let (data, library) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = library.path().join("pop/Nils Berg/Kust (2001)");
    std::fs::create_dir_all(&folder).unwrap();
    cover(1, true).save(folder.join("folder.png")).unwrap();
    for name in [&b"01 Sj\xf6.mp3"[..], "02 \u{d6}.mp3".as_bytes(), b"03 a\nb.mp3"] {
        std::fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), b"no music").unwrap();
    }
    json(data.path(), &["import", library.path().to_str().unwrap()]).done();
    let id = ids(data.path()).join(",");
    let list = data.path().join("list.m3u8");
    let said = json(data.path(), &["export", list.to_str().unwrap(), "--albums", &id]).done();
    let left_out = said.json()["left_out"].as_array().unwrap().len();
    assert_eq!(left_out, 2, "{}", said.out);
    assert!(said.err.contains("01 Sj\u{f6}.mp3: its name is not UTF-8"), "{}", said.err);
    let text = std::fs::read_to_string(&list).unwrap();
    let files: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(files.len(), 1, "{text}");
    assert!(Path::new(files[0]).is_file(), "{text}");
}
