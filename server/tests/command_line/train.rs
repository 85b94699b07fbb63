//! `gatefold train`: a step is enough to see that it reports as it should.

use crate::common::catalogue;
use crate::program::{has, json};
use serde_json::Value;

#[test]
fn a_training_reports_line_by_line_and_its_weights_generate() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("run");
    let args =
        ["train", "vae", "--steps", "1", "--batch", "2", "--grid-every", "0", "--device", "cpu", "--out"];
    let said = json(data.path(), &[&args[..], &[folder.to_str().unwrap()]].concat()).done();
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, reports) = lines.split_last().unwrap();
    assert!(!reports.is_empty());
    for report in reports {
        has(report, &[("step", Value::is_u64), ("images", Value::is_u64), ("images_per_s", Value::is_f64)]);
        has(&report["loss"], &[("total", Value::is_f64)]);
    }
    assert_eq!(last["done"], true);
    has(last, &[("out", Value::is_string), ("metrics", Value::is_object)]);

    let (weights, picture) = (folder.join("vae.safetensors"), out.path().join("a.png"));
    let args =
        ["generate", "sample", "--model", weights.to_str().unwrap(), "--out", picture.to_str().unwrap()];
    json(data.path(), &args).done();
    assert!(image::open(picture).is_ok());

    let known = json(data.path(), &["runs"]).done().json();
    let run = &known["runs"][0];
    assert_eq!((run["state"].as_str(), run["model"].as_str()), (Some("done"), Some("vae")));
    let shown = json(data.path(), &["runs", run["id"].as_str().unwrap()]).done().json();
    assert_eq!((shown["log"][0]["step"].as_u64(), shown["metrics"].is_object()), (Some(1), true));
    let sentence = json(data.path(), &["runs", "0000000000000000"]).refused(1);
    assert!(sentence.contains("gatefold runs"), "{sentence}");

    let again = ["train", "vae", "--steps", "1", "--batch", "2", "--out", folder.to_str().unwrap()];
    let sentence = json(data.path(), &again).refused(1);
    assert!(sentence.contains("--resume"), "{sentence}");
}

#[test]
fn every_part_of_a_model_can_be_trained_and_the_whole_makes_covers() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let train = |what: &str, more: &[&str]| {
        let (folder, few) =
            (at(what), ["--steps", "1", "--batch", "2", "--device", "cpu", "--grid-every", "1"]);
        json(data.path(), &[&["train", what, "--out", &folder][..], &few, more].concat()).done();
        folder
    };
    let small = ["--size", "16", "--width", "8"];
    let (vae, plain) = (train("vae", &small), train("plain", &small));
    let weights = |folder: &str, name: &str| format!("{folder}/{name}.safetensors");
    let first = weights(&vae, "vae");
    let both = weights(&train("flow", &["--vae", &first, "--width", "8", "--views", "2"]), "vae");
    let painted = at("painter");
    let few = ["--steps", "1", "--batch", "8", "--width", "4", "--device", "cpu", "--grid-every", "1"];
    json(data.path(), &[&["train", "painter", "--vae", &both, "--out", &painted][..], &few].concat()).done();
    let [before, after] = [&both, &weights(&painted, "vae")].map(|file| std::fs::read(file).unwrap());
    assert!(before.len() == after.len() && before != after, "other numbers in the same model");
    let enlarger = weights(&train("enlarger", &["--vae", &first, "--width", "4"]), "enlarger");
    assert!(
        std::path::Path::new(&enlarger).exists() && std::path::Path::new(&weights(&plain, "plain")).exists()
    );

    let ids: Vec<String> = json(data.path(), &["albums", "--limit", "3"]).done().json()["albums"]
        .as_array()
        .unwrap()
        .iter()
        .map(|album| album["id"].as_str().unwrap().to_owned())
        .collect();
    let make = |seed: &str, more: &[&str]| {
        let picture = at(&format!("{seed}{}.png", more.len()));
        let albums = ids.join(",");
        let usual =
            ["generate", "average", "--albums", &albums, "--model", &both, "--seed", seed, "--out", &picture];
        json(data.path(), &[&usual[..], more].concat()).done();
        std::fs::read(picture).unwrap()
    };
    // The flow draws at random, so that seeds differ; wishes and their strength differ.
    assert_ne!(make("1", &[]), make("2", &[]));
    assert_ne!(make("1", &["--towards", "dark=2"]), make("1", &[]));
    let unknown = ["generate", "sample", "--model", &both, "--towards", "polka", "--out", &at("x.png")]
        .map(str::to_owned);
    let sentence = json(data.path(), &unknown.each_ref().map(String::as_str)).refused(1);
    assert!(sentence.contains("polka") && sentence.contains("dark"), "{sentence}");
    // A VAE alone understands no wishes, and says what does.
    let alone = ["generate", "sample", "--model", &first, "--towards", "dark", "--out", &at("x.png")]
        .map(str::to_owned);
    let sentence = json(data.path(), &alone.each_ref().map(String::as_str)).refused(1);
    assert!(sentence.contains("train flow"), "{sentence}");
}
