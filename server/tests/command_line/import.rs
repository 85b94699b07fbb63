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

#[test]
fn names_command_no_terminal() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = source.path().join("wo\u{1b}]0;x\u{7}rld");
    fs::create_dir(&folder).unwrap();
    for (seed, name) in
        ["Bell\u{7} - Esc\u{1b}[31mred", "no\nname\u{9b}2J", "A\u{202e}gnp - Turned"].iter().enumerate()
    {
        cover(seed as u32, true).save(folder.join(format!("{name}.png"))).unwrap();
    }
    fs::write(folder.join("Broken\u{1b}[31m\u{7}\n0 skipped - No picture.jpg"), "no picture").unwrap();
    let data = data.path().to_str().unwrap();
    let source = source.path().to_str().unwrap();
    let odd = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    let imported = run(&["import", source, "--data", data]).done();
    let listed = run(&["albums", "--data", data]).done();
    let program = run(&["albums", "--data", data, "--json"]).done();
    let missing = run(&["import", "no\u{1b}[31mwhere", "--data", data]);
    for text in [&imported.err, &listed.out, &program.out, &missing.err] {
        assert!(!text.contains(odd), "{text:?}");
    }
    assert!(
        imported.err.contains("Broken\\u{1b}[31m\\u{7}\\u{a}0 skipped - No picture.jpg: "),
        "{}",
        imported.err
    );
    assert_eq!(listed.out.lines().count(), 4, "each album is one line: {}", listed.out);
    assert!(missing.err.contains("no\\u{1b}[31mwhere"), "{}", missing.err);
}

#[test]
fn pictures_beside_covers_are_counted_and_do_not_hide_what_is_amiss() {
    let (source, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for album in 0..30 {
        let folder = source.path().join(format!("Low/Album {album} (2002)"));
        fs::create_dir_all(&folder).unwrap();
        cover(album, true).save(folder.join("cover.png")).unwrap();
        fs::copy(folder.join("cover.png"), folder.join("back.png")).unwrap();
    }
    fs::write(source.path().join("Low/Album 7 (2002)/cover.png"), "no picture").unwrap();
    let source = source.path().to_str().unwrap();
    let said = run(&["import", source, "--data", data.path().to_str().unwrap()]).done();
    assert!(said.err.contains("skipped Low/Album 7 (2002)/cover.png: "), "{}", said.err);
    assert!(said.err.contains("30 pictures beside a cover"), "{}", said.err);
    assert!(said.err.contains("read as artists"), "{}", said.err);
    assert!(said.err.lines().filter(|line| line.starts_with("skipped")).count() == 2, "{}", said.err);
    let report = json(data.path(), &["import", source]).done().json();
    assert_eq!((counts(&report), &report["first_level"]), ((0, 29, 0, 31, 29), &Value::from("artists")));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_picture_and_no_collection() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe.jpg");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let data = dir.path().join("data");
    for command in ["import", "judge", "near"] {
        for path in [pipe.to_str().unwrap(), "/dev/zero"] {
            let sentence = json(&data, &[command, path]).refused(1);
            assert!(
                sentence.contains("is no file") || sentence.contains("neither a file"),
                "{command}: {sentence}"
            );
        }
    }
}
