//! Importing and building: every record is counted once.

use crate::common::{ALBUMS, PER_GENRE, collection, cover};
use crate::program::{has, json, keys, run};
use serde_json::Value;
use std::fs;

fn counts(report: &Value) -> (u64, u64, u64, usize, u64) {
    let n = |name: &str| report[name].as_u64().unwrap();
    let skipped = report["skipped"].as_array().unwrap().len();
    (n("imported"), n("unchanged"), n("duplicates"), skipped, n("albums"))
}

#[test]
fn a_table_is_imported_once() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let table = collection(source.path());
    let report = json(data.path(), &["import", table.to_str().unwrap()]).done().json();
    assert_eq!(counts(&report), (ALBUMS, 0, 0, 0, ALBUMS));
    let again = json(data.path(), &["import", table.to_str().unwrap()]).done().json();
    assert_eq!(counts(&again), (0, ALBUMS, 0, 0, ALBUMS));
    assert_eq!(report["build"]["hash"], again["build"]["hash"], "nothing changed, nothing is built");
}

#[test]
fn a_folder_is_imported_by_genre_and_each_bad_file_has_its_reason() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (genre, warm) in [("jazz", true), ("techno", false)] {
        let folder = source.path().join(genre);
        fs::create_dir(&folder).unwrap();
        for i in 0..3 {
            cover(i, warm).save(folder.join(format!("{i}.png"))).unwrap();
        }
    }
    fs::copy(source.path().join("jazz/0.png"), source.path().join("jazz/copy of 0.png")).unwrap();
    let whole = fs::read(source.path().join("techno/1.png")).unwrap();
    fs::write(source.path().join("techno/cut.png"), &whole[..whole.len() / 2]).unwrap();
    fs::write(source.path().join("techno/text.jpg"), "not a picture").unwrap();

    let report = json(data.path(), &["import", source.path().to_str().unwrap()]).done().json();
    assert_eq!(counts(&report), (6, 0, 1, 2, 6));
    for skipped in report["skipped"].as_array().unwrap() {
        assert_eq!(keys(skipped), ["reason", "source"]);
        assert!(skipped["reason"].as_str().unwrap().len() > 20, "{skipped}");
    }
    let info = json(data.path(), &["info"]).done().json();
    assert_eq!((info["genres"]["jazz"].as_u64(), info["genres"]["techno"].as_u64()), (Some(3), Some(3)));
}

#[test]
fn reports_have_the_shapes_that_programs_rely_on() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let table = collection(source.path());
    let report = json(data.path(), &["import", table.to_str().unwrap()]).done().json();
    has(
        &report,
        &[
            ("imported", Value::is_u64),
            ("unchanged", Value::is_u64),
            ("duplicates", Value::is_u64),
            ("skipped", Value::is_array),
            ("albums", Value::is_u64),
        ],
    );
    let build = json(data.path(), &["build"]).done().json();
    has(&build, &[("albums", Value::is_u64), ("edges", Value::is_u64)]);
    has(&build["features"], &[("name", Value::is_string), ("dims", Value::is_u64)]);
    for name in ["decode", "features", "neighbours", "layout", "total"] {
        has(&build["seconds"], &[(name, Value::is_f64)]);
    }
    assert_eq!(build["albums"], ALBUMS);
    assert!(build["edges"].as_u64().unwrap() >= PER_GENRE as u64);
}

#[test]
fn when_nothing_can_be_imported_the_exit_code_says_so_and_the_report_why() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(source.path().join("a.jpg"), "text").unwrap();
    let said = json(data.path(), &["import", source.path().to_str().unwrap()]);
    assert_eq!(said.code, 1);
    let report = said.json();
    assert_eq!(counts(&report), (0, 0, 0, 1, 0));
    assert!(report["error"].as_str().unwrap().contains("nothing could be imported"));
    let missing = json(data.path(), &["import", "/no/such/folder"]).refused(1);
    assert!(missing.contains("/no/such/folder"), "{missing}");
}

#[test]
fn a_demo_is_a_catalogue_that_says_what_it_is() {
    let data = tempfile::tempdir().unwrap();
    let report = json(data.path(), &["demo", "--albums", "6", "--seed", "3"]).done().json();
    assert_eq!(counts(&report), (6, 0, 0, 0, 6));
    assert_eq!(json(data.path(), &["info"]).done().json()["demo"], true);
    let again = json(data.path(), &["demo", "--albums", "6", "--seed", "3"]).done().json();
    assert_eq!(counts(&again), (0, 6, 0, 0, 6));
}

#[test]
fn without_json_people_read_on_standard_error() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let table = collection(source.path());
    let said = run(&["import", table.to_str().unwrap(), "--data", data.path().to_str().unwrap()]).done();
    assert_eq!(said.out, "");
    assert!(said.err.contains(&format!("{ALBUMS} imported, 0 unchanged")), "{}", said.err);
}

#[test]
fn building_what_is_not_there_makes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let sentence = json(data.path(), &["build"]).refused(1);
    assert!(sentence.contains("there is no catalogue"), "{sentence}");
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}
