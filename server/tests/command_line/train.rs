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
