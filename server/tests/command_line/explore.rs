//! `gatefold why`, `journey`, `like`, `neighbourhoods`, `duplicates`, `near`, `evaluate-graph`

use crate::common::{ALBUMS, catalogue, cover};
use crate::program::{json, run};
use std::path::Path;

fn ids(data: &Path) -> Vec<String> {
    let all = json(data, &["albums"]).done().json();
    let of = |album: &serde_json::Value| album["id"].as_str().unwrap().to_owned();
    all["albums"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn the_map_is_explored_without_a_page() {
    let data = catalogue();
    let ids = ids(data.path());
    let why = json(data.path(), &["why", &ids[0], &ids[1]]).done().json();
    assert!(why["similarity"].is_f64() && why["reasons"].is_array(), "{why}");
    let journey = json(data.path(), &["journey", &ids[0], &ids[4], "--count", "2"]).done().json();
    assert!(journey["journeys"].as_array().unwrap().len() <= 2, "{journey}");
    let like = json(data.path(), &["like", &ids[0], "-n", "4"]).done().json();
    assert!((1..=4).contains(&like["albums"].as_array().unwrap().len()), "{like}");
    let places = json(data.path(), &["neighbourhoods"]).done().json();
    let sum: u64 = places["neighbourhoods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["albums"].as_u64().unwrap())
        .sum();
    assert!((2..=ALBUMS).contains(&sum), "{places}");
    assert_eq!(json(data.path(), &["duplicates"]).done().json()["duplicates"], serde_json::json!([]));
    let picture = data.path().join("one.png");
    cover(2, true).save(&picture).unwrap();
    let near = json(data.path(), &["near", picture.to_str().unwrap(), "-n", "2"]).done().json();
    assert_eq!(near["albums"][0]["album"]["album"], "Title rock 2", "{near}");
}

#[test]
fn what_makes_no_sense_is_wrong_usage_and_what_is_not_there_fails() {
    let data = catalogue();
    let ids = ids(data.path());
    let mixture = json(data.path(), &["why", &ids[0], &ids[1], "--mix", "smell=1"]).refused(2);
    assert!(mixture.contains("smell=1"), "{mixture}");
    let unknown = json(data.path(), &["why", &ids[0], "0123456789abcdef"]).refused(1);
    assert!(unknown.contains("0123456789abcdef"), "{unknown}");
    json(data.path(), &["like", "abba"]).refused(2);
    let empty = tempfile::tempdir().unwrap();
    let nothing = json(&empty.path().join("none"), &["neighbourhoods"]);
    assert_eq!(nothing.code, 1, "{}", nothing.err);
}

#[test]
fn the_graph_is_measured_beside_chance() {
    let data = catalogue();
    let report = json(data.path(), &["evaluate-graph", "--mixture", "look=1,palette=1"]).done().json();
    let rows = report["rows"].as_array().unwrap();
    let named: Vec<&str> = rows.iter().map(|row| row["mixture"].as_str().unwrap()).collect();
    let expected = ["random", "popularity", "pixels", "look", "palette", "year", "mixed", "look=1,palette=1"];
    assert!(expected.iter().all(|name| named.contains(name)), "{named:?}");
    let agreement = |name: &str| {
        let row = rows.iter().find(|row| row["mixture"] == name).unwrap();
        row["genre_agreement_at_10"].as_f64().unwrap()
    };
    assert!(
        agreement("palette") > agreement("random") + 0.2,
        "warm covers are rock, cold ones pop: {report}"
    );
    let text = run(&["evaluate-graph", "--data", data.path().to_str().unwrap()]).done();
    assert!(text.out.contains("mixed"), "{}", text.out);
}

#[test]
fn the_map_is_written_as_what_its_ending_says() {
    let data = catalogue();
    for (name, begins) in [("map.gexf", "<?xml"), ("map.graphml", "<?xml"), ("map.csv", "id,artist")] {
        let file = data.path().join(name);
        let said = json(data.path(), &["export", file.to_str().unwrap()]).done().json();
        assert_eq!(said["albums"], ALBUMS, "{said}");
        assert!(std::fs::read_to_string(&file).unwrap().starts_with(begins), "{name}");
    }
    let sentence = json(data.path(), &["export", "map.xls"]).refused(2);
    assert!(sentence.contains("gexf"), "{sentence}");
}
