//! What the program says of a catalogue.

use crate::common::{ALBUMS, PER_GENRE, catalogue};
use crate::program::{gatefold, has, json, run};
use serde_json::{Value, json};

#[test]
fn albums_have_the_shape_that_programs_rely_on() {
    let data = catalogue();
    let list = json(data.path(), &["albums"]).done().json();
    assert_eq!(list["total"], ALBUMS);
    let albums = list["albums"].as_array().unwrap();
    assert_eq!(albums.len() as u64, ALBUMS, "all of them, unless a limit is given");
    for album in albums {
        has(
            album,
            &[
                ("id", |id| id.as_str().is_some_and(|id| id.len() == 16)),
                ("artist", Value::is_string),
                ("album", Value::is_string),
                ("genre", Value::is_string),
                ("year", Value::is_i64),
            ],
        );
    }
}

#[test]
fn albums_are_found_by_words_genre_and_number() {
    let data = catalogue();
    let found = json(data.path(), &["albums", "--query", "title pop 4", "--limit", "1"]).done().json();
    assert_eq!(found["albums"][0]["album"], "Title pop 4");
    let misspelt = json(data.path(), &["albums", "--query", "sleevless", "--limit", "1"]).done().json();
    assert_eq!(misspelt["albums"][0]["artist"], "The Sleeveless");
    let rock = json(data.path(), &["albums", "--genre", "rock", "--limit", "2"]).done().json();
    assert_eq!(rock["total"], PER_GENRE + 1);
    assert_eq!(rock["albums"].as_array().unwrap().len(), 2);
}

#[test]
fn people_get_a_table() {
    let data = catalogue();
    let said = run(&["albums", "--limit", "3", "--data", data.path().to_str().unwrap()]).done();
    assert_eq!(said.out.lines().count(), 4);
    assert!(said.out.ends_with(&format!("3 of {ALBUMS}\n")), "{}", said.out);
}

#[test]
fn info_has_the_shape_that_programs_rely_on() {
    let data = catalogue();
    let info = json(data.path(), &["info"]).done().json();
    has(
        &info,
        &[
            ("version", Value::is_string),
            ("albums", Value::is_u64),
            ("genres", Value::is_object),
            ("device", Value::is_string),
            ("models", Value::is_array),
        ],
    );
    assert_eq!(info["genres"], json!({"pop": PER_GENRE, "rock": PER_GENRE + 1}));
    for model in info["models"].as_array().unwrap() {
        has(model, &[("name", Value::is_string), ("params", Value::is_u64)]);
        has(model, &[("hash", |hash| hash.as_str().is_some_and(|hash| hash.len() == 16))]);
    }
}

#[test]
fn info_of_nothing_is_no_failure_and_makes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let dir = data.path().join("none");
    assert_eq!(json(&dir, &["info"]).done().json()["albums"], 0);
    assert!(!dir.exists());
}

#[test]
fn a_list_of_nothing_says_how_to_begin() {
    let data = tempfile::tempdir().unwrap();
    let sentence = json(data.path(), &["albums"]).refused(1);
    assert!(sentence.contains("gatefold import"), "{sentence}");
}

#[test]
fn the_environment_names_the_data_directory() {
    let data = catalogue();
    let output = gatefold(&["info", "--json"]).env("GATEFOLD_DATA", data.path()).output().unwrap();
    let info: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(info["albums"], ALBUMS);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let data = catalogue();
    for arguments in [&["albums"][..], &["albums", "--json"], &["info"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = gatefold(arguments);
        let output = command.arg("--data").arg(data.path()).stdout(writer).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {err}");
        assert!(!err.contains("panicked"), "{err}");
    }
}
