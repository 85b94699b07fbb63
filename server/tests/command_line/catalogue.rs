//! `gatefold edit`, `delete`, `catalogue`, `hide-source`, `remove-source`

use crate::common::{ALBUMS, catalogue, collection};
use crate::program::{json, run};
use serde_json::json;
use std::path::Path;

fn first(data: &Path) -> String {
    let found = json(data, &["albums", "--query", "Title rock 1", "--limit", "1"]).done().json();
    found["albums"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_edit_outlives_another_import_until_it_is_undone() {
    let data = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    let table = collection(source.path());
    let import = || json(data.path(), &["import", table.to_str().unwrap()]).done().json();
    import();
    let id = first(data.path());
    let edited = json(data.path(), &["edit", &id, "--genre", "Hip-Hop", "--year", ""]).done().json();
    assert_eq!((&edited["album"]["genre"], &edited["album"]["year"]), (&json!("rap"), &json!(null)));
    assert_eq!(edited["build"]["albums"], ALBUMS);
    let again = import();
    assert_eq!((&again["imported"], &again["albums"]), (&json!(0), &json!(ALBUMS)));
    let album = |data: &Path| json(data, &["albums", "--query", &id]).done().json()["albums"][0].clone();
    assert_eq!(album(data.path())["genre"], "rap");
    let undone = json(data.path(), &["edit", &id, "--undo", "--no-build"]).done().json();
    assert_eq!(undone["album"]["genre"], "rock");
    assert!(undone.get("build").is_none(), "{undone}");
}

#[test]
fn a_deleted_album_stays_away_until_it_is_restored() {
    let data = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    let table = collection(source.path());
    let import = || json(data.path(), &["import", table.to_str().unwrap()]).done().json();
    import();
    let id = first(data.path());
    let deleted = json(data.path(), &["delete", &id]).done().json();
    assert_eq!((&deleted["album"], &deleted["build"]["albums"]), (&json!(null), &json!(ALBUMS - 1)));
    assert_eq!(import()["albums"], ALBUMS - 1);
    assert_eq!(json(data.path(), &["catalogue"]).done().json()["deleted"][0]["id"], id.as_str());
    json(data.path(), &["delete", &id, "--undo"]).done();
    assert_eq!(json(data.path(), &["albums"]).done().json()["total"], ALBUMS);
    let sentence = json(data.path(), &["delete", &id, "--undo"]).refused(1);
    assert!(sentence.contains("was not deleted"), "{sentence}");
}

#[test]
fn what_cannot_be_changed_is_said_so() {
    let data = catalogue();
    let id = first(data.path());
    for (args, wanted) in [
        (&["edit", &id][..], "nothing is to be changed"),
        (&["edit", &id, "--year", "late"], "late"),
        (&["edit", &id, "--year", "99"], "from 1000 to 2100"),
        (&["edit", "abba", "--year", "1999"], "sixteen hexadecimal digits"),
        (&["edit", &id, "--undo", "--year", "1999"], "--year"),
        (&["remove-source", "abba"], "abba"),
    ] {
        let sentence = json(data.path(), args).refused(2);
        assert!(sentence.contains(wanted), "{args:?}: {sentence}");
    }
    for args in [&["edit", "0123456789abcdef", "--year", "1999"][..], &["delete", "0123456789abcdef"]] {
        assert!(json(data.path(), args).refused(1).contains("0123456789abcdef"), "{args:?}");
    }
    assert!(json(data.path(), &["remove-source", "900"]).refused(1).contains("900"));
    let nowhere = data.path().join("none");
    json(&nowhere, &["delete", &id]).refused(1);
    assert!(!nowhere.exists());
}

#[test]
fn a_source_is_hidden_shown_and_removed() {
    let data = catalogue();
    let report = json(data.path(), &["catalogue"]).done().json();
    assert_eq!(report["sources"][0]["albums"], ALBUMS);
    let id = report["sources"][0]["id"].to_string();
    let hidden = json(data.path(), &["hide-source", &id]).done().json();
    assert_eq!((&hidden["albums"], &hidden["build"]["albums"]), (&json!(0), &json!(0)));
    let shown = json(data.path(), &["hide-source", &id, "--undo"]).done().json();
    assert_eq!(shown["build"]["albums"], ALBUMS);
    assert_eq!(json(data.path(), &["remove-source", &id, "--no-build"]).done().json()["albums"], 0);
    let left = json(data.path(), &["catalogue"]).done().json();
    assert_eq!((&left["sources"], &left["albums"]), (&json!([]), &json!(0)));
    let covers =
        left["disk"]["parts"].as_array().unwrap().iter().find(|part| part["part"] == "covers").unwrap();
    assert_eq!(covers["bytes"], 0, "nobody names them any more");
    let said = run(&["catalogue", "--data", data.path().to_str().unwrap()]).done();
    assert!(said.out.contains("MB on disk"), "{}", said.out);
}
