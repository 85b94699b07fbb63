//! `gatefold generate --weights`: numbers of every kind.

use crate::common::catalogue;
use crate::generate::{ids, tiny};
use crate::program::{Said, json};
use std::path::PathBuf;
use tempfile::TempDir;

struct Place {
    data: TempDir,
    out: TempDir,
    model: PathBuf,
    two: String,
}

impl Place {
    fn new() -> Self {
        let (data, out) = (catalogue(), tempfile::tempdir().unwrap());
        let two = ids(data.path())[..2].join(",");
        Self { model: tiny(out.path()), data, out, two }
    }

    fn average(&self, more: &[&str]) -> (Said, PathBuf) {
        let out = self.out.path().join("a.png");
        let _ = std::fs::remove_file(&out);
        let (model, path) = (self.model.to_str().unwrap(), out.to_str().unwrap());
        let args = ["generate", "average", "--albums", &self.two, "--model", model, "--out", path];
        (json(self.data.path(), &[&args[..], more].concat()), out)
    }

    fn picture(&self, weights: &str) -> Vec<u8> {
        let (said, out) = self.average(&["--weights", weights]);
        said.done();
        std::fs::read(out).unwrap()
    }
}

#[test]
fn equal_weights_make_the_same_picture_however_large_or_small() {
    let place = Place::new();
    let usual = place.picture("1,1");
    for weights in ["3e38,3e38", "1e-45,1e-45", "7,7", "0.3,0.3", "1e-38,1e-38"] {
        assert!(place.picture(weights) == usual, "{weights}");
    }
    assert!(place.picture("1e38,3e38") == place.picture("1,3"));
    assert!(place.picture("3,1") != usual);
}

#[test]
fn a_negative_weight_may_stand_anywhere() {
    let place = Place::new();
    for weights in ["-0.5,1", "1,-0.5", "-3e38,1e38", " 1, -1"] {
        place.picture(weights);
    }
    let (said, out) = place.average(&["--weights=-0.5,1"]);
    said.done();
    assert!(std::fs::read(out).unwrap() == place.picture("-0.5,1"));
}

#[test]
fn weights_that_make_no_picture_are_refused_and_nothing_is_written() {
    let place = Place::new();
    for (weights, wanted) in [
        ("nan,1", "finite"),
        ("inf,1", "finite"),
        ("-inf,1", "finite"),
        ("1e308,1", "finite"),
        ("1,-1e39", "finite"),
        ("0,0", "all zero"),
        ("-0,0", "all zero"),
        ("-1,-1", "above 0"),
        ("0,-1", "above 0"),
        ("1", "1 weights for 2"),
        ("1,2,3", "3 weights for 2"),
        ("x,1", "a weight is a number"),
        ("1,", "a weight is a number"),
        ("-x", "a weight is a number"),
    ] {
        let (said, out) = place.average(&["--weights", weights]);
        let sentence = said.refused(2);
        assert!(sentence.contains(wanted), "{weights}: {sentence}");
        assert!(!out.exists(), "{weights}");
    }
}

#[test]
fn other_numbers_below_zero_are_told_their_bounds() {
    let place = Place::new();
    for (option, wanted) in
        [("--temperature", "0 to 2"), ("--grain", "0"), ("--border", "0"), ("--seed", "-1")]
    {
        let (said, _) = place.average(&[option, "-1"]);
        let sentence = said.refused(2);
        assert!(
            sentence.contains(wanted) && !sentence.contains("unexpected argument"),
            "{option}: {sentence}"
        );
    }
}
