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
