//! `gatefold doctor`: what it finds, what it mends, what it leaves alone.

use crate::common::{ALBUMS, catalogue};
use crate::generate::ids;
use crate::program::{Said, gatefold, json};
use crate::serve::Serving;
use gatefold::catalog::{Access, Catalog};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

fn doctor(data: &Path) -> (i32, Value) {
    let said = json(data, &["doctor"]);
    (said.code, said.json())
}

/// States and sentences of a part's findings.
fn findings<'a>(report: &'a Value, part: &str) -> Vec<(&'a str, &'a str)> {
    let all = report["findings"].as_array().unwrap().iter().filter(|finding| finding["part"] == part);
    all.map(|f| (f["state"].as_str().unwrap(), f["what"].as_str().unwrap())).collect()
}

fn build_folder(data: &Path) -> PathBuf {
    let catalog = Catalog::open(data, Access::Read).unwrap();
    data.join("builds").join(catalog.meta("current_build").unwrap().unwrap())
}

/// The cover of the first album, its file, and the album's title.
fn a_cover(data: &Path) -> (String, PathBuf, String) {
    let id = ids(data)[0].clone();
    let catalog = Catalog::open(data, Access::Read).unwrap();
    let album = catalog.album(id.parse().unwrap()).unwrap().unwrap();
    (id, catalog.cover_path(&album.cover.clone().unwrap()), album.display_title())
}

#[test]
fn a_directory_in_which_all_is_well_is_said_to_be_so() {
    let data = catalogue();
    let (code, report) = doctor(data.path());
    assert_eq!((code, &report["well"], &report["mends"]), (0, &Value::Bool(true), &Value::Bool(true)));
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report}");
    assert_eq!(report["looked_at"]["albums"], ALBUMS);
    assert_eq!(report["looked_at"]["covers"], ALBUMS - 1);
    assert!(report["looked_at"]["build_files"].as_u64().unwrap() > 10);
    assert!(report["disk"]["total"].as_u64().unwrap() > 0);
    let said: Said = gatefold(&["doctor", "--data"]).arg(data.path()).output().unwrap().into();
    assert!(said.done().out.contains("All is well."));
}

#[test]
fn what_is_derived_is_mended_and_then_all_is_well() {
    let data = catalogue();
    let folder = build_folder(data.path());
    let sheet = std::fs::read(folder.join("sheets/1/0.jpg")).unwrap();
    std::fs::remove_file(folder.join("features.bin")).unwrap();
    std::fs::write(folder.join("sheets/1/0.jpg"), "").unwrap();
    std::fs::create_dir_all(data.path().join("builds/.tmp-99/sheets")).unwrap();
    let draft = data.path().join("covers/ab/.unfinished-9-9");
    std::fs::create_dir_all(draft.parent().unwrap()).unwrap();
    std::fs::write(&draft, "half").unwrap();
    let (code, report) = doctor(data.path());
    assert_eq!((code, &report["well"]), (0, &Value::Bool(true)), "{report}");
    let [(state, what)] = findings(&report, "build")[..] else { panic!("{report}") };
    assert!(state == "mended" && what.starts_with("2 files"), "{report}");
    assert_eq!(findings(&report, "leftovers").len(), 2, "{report}");
    assert!(!draft.exists() && !data.path().join("builds/.tmp-99").exists());
    assert_eq!(std::fs::read(folder.join("sheets/1/0.jpg")).unwrap(), sheet);
    assert_eq!(doctor(data.path()).1["findings"].as_array().unwrap().len(), 0);
}

#[test]
fn a_damaged_cover_is_named_with_its_album_and_left_where_it_is() {
    let data = catalogue();
    let (id, path, title) = a_cover(data.path());
    for bytes in [&b""[..], b"something else"] {
        std::fs::write(&path, bytes).unwrap();
        let (code, report) = doctor(data.path());
        assert_eq!((code, &report["well"]), (1, &Value::Bool(false)));
        let finding = &report["findings"][0];
        assert_eq!((finding["part"].as_str(), finding["state"].as_str()), (Some("covers"), Some("remains")));
        assert_eq!(finding["albums"][0]["id"], id.as_str());
        assert_eq!(finding["file"], path.to_str().unwrap());
        assert!(finding["what"].as_str().unwrap().contains(&title), "{finding}");
        let advice = finding["advice"].as_str().unwrap();
        assert!(advice.contains("import its album again") && advice.contains("albums.csv"), "{advice}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is not the doctor's to change");
    }
    std::fs::remove_file(&path).unwrap();
    let (code, report) = doctor(data.path());
    assert_eq!(code, 1);
    assert!(findings(&report, "covers")[0].1.ends_with("is missing"), "{report}");
}

#[test]
fn a_lost_picture_of_a_generated_cover_comes_back_with_the_same_bytes() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("a.png");
    let ids = ids(data.path());
    let albums = ids[..2].join(",");
    let args = ["generate", "average", "--albums", &albums, "--out", file.to_str().unwrap()];
    // A build of this program without a model has nothing to make it with.
    let said = json(data.path(), &args);
    if said.code != 0 {
        assert!(said.refused(1).contains("no model"));
        return;
    }
    let recipe = said.json()["recipe"].clone();
    let picture = std::fs::read(&file).unwrap();
    let serving = Serving::start(data.path());
    let id = serving.generated(&recipe);
    drop(serving);
    let kept = data.path().join("generated").join(&id).join("0.png");
    assert_eq!(std::fs::read(&kept).unwrap(), picture);
    for harm in [None, Some(&picture[..picture.len() / 2])] {
        match harm {
            None => std::fs::remove_file(&kept).unwrap(),
            Some(half) => std::fs::write(&kept, half).unwrap(),
        }
        let (code, report) = doctor(data.path());
        assert_eq!(code, 0, "{report}");
        assert_eq!(findings(&report, "generated")[0].0, "mended", "{report}");
        assert_eq!(std::fs::read(&kept).unwrap(), picture);
    }
}

#[test]
fn beside_a_server_it_looks_and_changes_nothing() {
    let data = catalogue();
    let folder = build_folder(data.path());
    let serving = Serving::start(data.path());
    std::fs::write(folder.join("labels.json"), "[]").unwrap();
    let (code, report) = doctor(data.path());
    assert_eq!((code, &report["mends"]), (1, &Value::Bool(false)));
    assert!(report["why"].as_str().unwrap().contains("in use by another gatefold"), "{report}");
    assert_eq!(findings(&report, "build")[0].0, "remains", "{report}");
    assert_eq!(std::fs::read(folder.join("labels.json")).unwrap(), b"[]");
    drop(serving);
    assert_eq!(doctor(data.path()).0, 0);
}

#[test]
fn a_set_that_lost_albums_is_noted_and_kept() {
    let data = catalogue();
    let ids = ids(data.path());
    json(data.path(), &["sets", "save", "Mine", "--albums", &ids[..3].join(",")]).done();
    json(data.path(), &["delete", &ids[0]]).done();
    let (code, report) = doctor(data.path());
    assert_eq!(code, 0, "{report}");
    let [(state, what)] = findings(&report, "sets")[..] else { panic!("{report}") };
    assert!(state == "note" && what.contains("“Mine”"), "{report}");
    let set = json(data.path(), &["sets", "show", "Mine"]).done().json();
    assert_eq!(set["gone"], 1);
}

#[test]
fn a_catalogue_that_cannot_be_read_leaves_its_covers_to_be_looked_at() {
    for (content, wanted) in [(&b"rubbish"[..], "damaged"), (b"", "empty")] {
        let data = catalogue();
        let (_, cover, _) = a_cover(data.path());
        std::fs::write(cover, "x").unwrap();
        std::fs::write(data.path().join("catalog.sqlite"), content.repeat(900)).unwrap();
        let (code, report) = doctor(data.path());
        assert_eq!((code, &report["mends"]), (1, &Value::Bool(false)));
        assert!(findings(&report, "catalogue")[0].1.contains(wanted), "{report}");
        assert_eq!(report["looked_at"]["covers"], ALBUMS - 1);
        assert_eq!(
            findings(&report, "covers").len(),
            2,
            "those that are whole, and one that is not: {report}"
        );
        let bytes = std::fs::read(data.path().join("catalog.sqlite")).unwrap();
        assert_eq!(bytes, content.repeat(900), "it is not the doctor's to change");
        for args in [&["albums"][..], &["info"], &["build"], &["edit", "0123456789abcdef", "--undo"]] {
            let sentence = json(data.path(), args).refused(1);
            for part in [data.path().to_str().unwrap(), "covers/", "import"] {
                assert!(sentence.contains(part), "{args:?}: {sentence}");
            }
        }
    }
}

#[test]
fn where_there_is_no_data_directory_none_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("nowhere");
    assert!(json(&nowhere, &["doctor"]).refused(1).contains("there is no catalogue"));
    assert!(!nowhere.exists());
}

/// Kills a command again and again while it mends, each time a little later.
fn killed(data: &Path, args: &[&str], mut harm: impl FnMut(), mut check: impl FnMut()) -> usize {
    let mut kills = 0;
    for ms in (0..240).step_by(8) {
        harm();
        let mut command = gatefold(args);
        command.arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(ms));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        check();
    }
    kills
}

#[test]
fn a_build_or_a_doctor_that_is_killed_leaves_what_the_next_one_finishes() {
    let data = catalogue();
    let ids = ids(data.path());
    let folder = build_folder(data.path());
    let whole = std::fs::read(folder.join("columns.bin")).unwrap();
    for command in ["build", "doctor"] {
        let harm = || {
            let path = folder.join("neighbours.bin");
            let _ = std::fs::remove_file(&path);
            std::fs::write(path, "x").unwrap();
        };
        // Whatever was under way, who reads finds a whole map, and never a half of one.
        let check = || {
            assert_eq!(std::fs::read(folder.join("columns.bin")).unwrap(), whole);
            json(data.path(), &["why", &ids[0], &ids[1]]).done();
        };
        assert!(killed(data.path(), &[command], harm, check) > 0, "{command} was always over before");
    }
    json(data.path(), &["build"]).done();
    let (code, report) = doctor(data.path());
    assert_eq!((code, report["findings"].as_array().unwrap().len()), (0, 0), "{report}");
    assert_eq!(build_folder(data.path()), folder);
    let builds = std::fs::read_dir(data.path().join("builds")).unwrap();
    assert!(builds.flatten().all(|entry| !entry.file_name().to_string_lossy().starts_with('.')));
}

#[test]
fn a_build_of_changed_albums_that_is_killed_leaves_the_map_before_in_use() {
    let data = catalogue();
    let ids = ids(data.path());
    let mut number = 0;
    let harm = || {
        number += 1;
        let title = format!("Title no. {number}");
        json(
            data.path(),
            &["edit", &ids[0], "--title", &title, "--genre", ["rock", "pop"][number % 2], "--no-build"],
        )
        .done();
    };
    let check = || {
        json(data.path(), &["why", &ids[0], &ids[1]]).done();
    };
    assert!(killed(data.path(), &["build"], harm, check) > 0);
    json(data.path(), &["build"]).done();
    assert_eq!(doctor(data.path()).0, 0);
    let builds = std::fs::read_dir(data.path().join("builds")).unwrap().count();
    assert!(builds <= 2, "{builds} builds are kept");
}
