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
    let (vae, autoencoder) = (train("vae", &small), train("autoencoder", &small));
    let weights = |folder: &str, name: &str| format!("{folder}/{name}.safetensors");
    let first = weights(&vae, "vae");
    let both = weights(&train("flow", &["--vae", &first, "--width", "8", "--views", "2"]), "vae");
    let taught = at("decoder-gan");
    let few = ["--steps", "1", "--batch", "8", "--width", "4", "--device", "cpu", "--grid-every", "1"];
    json(data.path(), &[&["train", "decoder-gan", "--vae", &both, "--out", &taught][..], &few].concat())
        .done();
    let [before, after] = [&both, &weights(&taught, "vae")].map(|file| std::fs::read(file).unwrap());
    assert!(before.len() == after.len() && before != after, "other numbers in the same model");
    let upscaler = weights(&train("upscaler", &["--vae", &first, "--width", "4"]), "upscaler");
    let autoencoder = weights(&autoencoder, "autoencoder");
    assert!([upscaler, autoencoder].iter().all(|file| std::path::Path::new(file).exists()));

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
    // A VAE alone knows no attributes, and says what does.
    let alone = ["generate", "sample", "--model", &first, "--towards", "dark", "--out", &at("x.png")]
        .map(str::to_owned);
    let sentence = json(data.path(), &alone.each_ref().map(String::as_str)).refused(1);
    assert!(sentence.contains("train flow"), "{sentence}");
}

#[test]
fn a_dcgan_that_was_trained_here_makes_samples_and_says_that_it_makes_no_averages() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let few = ["--steps", "1", "--batch", "4", "--size", "16", "--width", "4", "--device", "cpu"];
    json(data.path(), &[&["train", "dcgan", "--out", &at("run"), "--grid-every", "0"][..], &few].concat())
        .done();
    let model = at("run/dcgan.safetensors");
    let sample = |seed: &str, name: &str| {
        let args =
            ["generate", "sample", "--model", &model, "--seed", seed, "--out", &at(name)].map(str::to_owned);
        json(data.path(), &args.each_ref().map(String::as_str)).done();
        std::fs::read(at(name)).unwrap()
    };
    assert_eq!(sample("1", "a.png"), sample("1", "b.png"));
    assert_ne!(sample("1", "a.png"), sample("2", "c.png"));
    let albums = json(data.path(), &["albums", "--limit", "1"]).done().json();
    let id = albums["albums"][0]["id"].as_str().unwrap();
    let args = ["generate", "reconstruct", "--albums", id, "--model", &model, "--out", &at("d.png")];
    let sentence = json(data.path(), &args).refused(1);
    assert!(sentence.contains("DCGAN") && sentence.contains("sample"), "{sentence}");
}

#[test]
fn an_option_of_another_model_is_wrong_usage_and_earlier_names_are_known() {
    let data = catalogue();
    for args in [
        &["train", "flow", "--vae", "v", "--out", "o", "--size", "64"][..],
        &["train", "vae", "--out", "o", "--views", "2"],
        &["train", "dcgan", "--out", "o", "--teacher", "t"],
    ] {
        let sentence = json(data.path(), args).refused(2);
        assert!(sentence.contains(args[args.len() - 2]), "{args:?}: {sentence}");
    }
    for (args, wanted) in [
        (&["train", "flow", "--out", "o"][..], "required"),
        (&["train", "encoder", "--out", "o"], "required"),
        (&["train", "plain", "--out", "o", "--size", "100"], "100"),
        (&["train", "painter", "--out", "o"], "required"),
        (&["train", "enlarger", "--out", "o"], "required"),
    ] {
        let sentence = json(data.path(), args).refused(2);
        assert!(sentence.contains(wanted), "{args:?}: {sentence}");
    }
}
