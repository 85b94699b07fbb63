//! `gatefold train` is killed, starved of disk, led astray; nothing that was trained is lost.

use crate::common::catalogue;
use crate::program::{Said, gatefold, json};
use gatefold::catalog::{Access, Catalog};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Both networks small enough that a step takes milliseconds.
const SMALL: [&str; 12] =
    ["--size", "16", "--width", "16", "--batch", "8", "--seed", "3", "--device", "cpu", "--grid-every", "20"];
const STEPS: u64 = 150;

fn arguments<'a>(model: &'a str, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    [&["train", model, "--out", out.to_str().unwrap()], &SMALL[..], more].concat()
}

fn train(model: &str, data: &Path, out: &Path, more: &[&str]) -> Said {
    json(data, &arguments(model, out, more))
}

/// The last line's sentence.
fn sentence(said: &Said) -> String {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let last: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    last["error"].as_str().unwrap().to_owned()
}

/// What a run's log says: step and loss of every report.
fn curve(out: &Path) -> Vec<(u64, String)> {
    let text = std::fs::read_to_string(out.join("log.jsonl")).unwrap_or_default();
    // A run that is still being written may end in half a line.
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.map(|line| (line["step"].as_u64().unwrap(), line["loss"].to_string())).collect()
}

fn checkpoints(out: &Path) -> usize {
    gatefold::train::checkpoint::list(out).len()
}

fn ended(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_some()
}

#[test]
fn a_run_that_is_killed_again_and_again_has_the_curve_of_one_that_never_was() {
    let data = catalogue();
    let folder = tempfile::tempdir().unwrap();
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    let steps = STEPS.to_string();
    // Reports and checkpoints at steps that have nothing to do with each other, and checkpoints by the clock between.
    let more = [
        &["--steps", &steps, "--report-every", "4", "--checkpoint-every", "7"],
        &["--checkpoint-minutes", "0.002", "--resume", "--keep", "3"][..],
    ]
    .concat();
    train("dcgan", data.path(), &whole, &more).done();

    let mut kills = 0;
    for (i, target) in [0, 0, 9, 30, 31, 62, 90, 118].into_iter().enumerate() {
        let mut child = gatefold(&arguments("dcgan", &broken, &more))
            .arg("--data")
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let reached = || curve(&broken).last().map_or(0, |(step, _)| *step) >= target;
        while !reached() && !ended(&mut child) {
            std::thread::sleep(Duration::from_millis(2));
        }
        // Somewhere within the next few steps: in a step, in the log, in a checkpoint, in a contact sheet.
        std::thread::sleep(Duration::from_millis([1, 160, 3, 17, 0, 8, 29, 5][i]));
        kills += usize::from(!ended(&mut child));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0, "the run was over before it could be killed");
    train("dcgan", data.path(), &broken, &more).done();
    assert_eq!(curve(&whole).last().unwrap().0, STEPS);
    assert_eq!(curve(&whole), curve(&broken));
    for file in ["dcgan.safetensors", "dcgan.json", "metrics.json", "grids/step-000000140.png"] {
        assert_eq!(
            std::fs::read(whole.join(file)).unwrap(),
            std::fs::read(broken.join(file)).unwrap(),
            "{file}"
        );
    }
    let left = std::fs::read_dir(broken.join("checkpoints")).unwrap().count();
    assert_eq!(
        (checkpoints(&broken), left),
        (3, 3),
        "the last three are kept and nothing half-written lies about"
    );
}

/// The limit on a file's size stands for a full disk: the system refuses to write in the same way.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_the_checkpoint_before_it_is_good() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    train("dcgan", data.path(), out.path(), &["--steps", "4", "--checkpoint-every", "2"]).done();
    let more = ["--steps", "8", "--checkpoint-every", "2", "--resume", "--json", "--data"];
    let output = Command::new("sh")
        // Ignored by the shell, the signal is ignored by the program too, and writing fails as on a full disk.
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_gatefold")])
        .args(arguments("dcgan", out.path(), &more))
        .arg(data.path())
        .output()
        .unwrap();
    let sentence = sentence(&Said::from(output));
    assert!(sentence.contains("no room") && sentence.contains("--resume"), "{sentence}");
    assert_eq!(checkpoints(out.path()), 2);
    train("dcgan", data.path(), out.path(), &["--steps", "8", "--resume"]).done();
    assert_eq!(curve(out.path()).last().unwrap().0, 8);
}

#[test]
fn a_damaged_checkpoint_costs_the_steps_since_the_one_before_and_nothing_else() {
    let data = catalogue();
    let folder = tempfile::tempdir().unwrap();
    let (whole, broken) = (folder.path().join("whole"), folder.path().join("broken"));
    let more = ["--checkpoint-every", "2", "--report-every", "1", "--resume", "--steps"];
    let to =
        |out: &Path, steps: &str| train("dcgan", data.path(), out, &[&more[..], &[steps]].concat()).done();
    to(&whole, "8");
    to(&broken, "6");
    let newest = gatefold::train::checkpoint::list(&broken).pop().unwrap();
    for file in std::fs::read_dir(&newest).unwrap() {
        let path = file.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        // One bit of a tensor: the file can be read, and holds other weights.
        if path.extension().is_some_and(|ending| ending == "safetensors") {
            let last = bytes.len() - 2;
            bytes[last] ^= 1;
            std::fs::write(path, bytes).unwrap();
        }
    }
    let said = to(&broken, "8");
    assert!(said.err.contains("is damaged") && said.err.contains("going on from step 4"), "{}", said.err);
    assert_eq!(curve(&whole), curve(&broken));
    let weights = |out: &Path| std::fs::read(out.join("dcgan.safetensors")).unwrap();
    assert!(weights(&whole) == weights(&broken));
}

#[test]
fn a_checkpoint_of_another_model_is_refused_by_name() {
    let data = catalogue();
    let folder = tempfile::tempdir().unwrap();
    for (made_by, resumed_by) in [("dcgan", "vae"), ("vae", "dcgan")] {
        let out = folder.path().join(made_by);
        train(made_by, data.path(), &out, &["--steps", "1"]).done();
        let sentence = sentence(&train(resumed_by, data.path(), &out, &["--steps", "2", "--resume"]));
        assert!(sentence.contains("another model"), "{sentence}");
        assert!(sentence.contains(&format!("`train {made_by}`")), "{sentence}");
        assert_eq!(checkpoints(&out), 1);
    }
}

#[test]
fn a_loss_that_is_no_number_is_said_and_a_lower_rate_goes_on() {
    let data = catalogue();
    let folder = tempfile::tempdir().unwrap();
    for model in ["dcgan", "vae"] {
        let out = folder.path().join(model);
        let steps = |n: &'static str, more: &[&'static str]| [&["--steps", n], more].concat();
        // The VAE's rate follows its number of steps, so that may not change.
        let (good, far) = if model == "vae" { ("12", "12") } else { ("2", "12") };
        train(model, data.path(), &out, &steps(good, &["--checkpoint-every", "2"])).done();
        let newest = gatefold::train::checkpoint::list(&out).pop().unwrap();
        if model == "vae" {
            std::fs::remove_dir_all(newest).unwrap();
        }
        let wild = train(model, data.path(), &out, &steps(far, &["--resume", "--rate", "1e38"]));
        let sentence = sentence(&wild);
        assert!(sentence.contains("not a number") && sentence.contains("--rate"), "{sentence}");
        train(model, data.path(), &out, &steps(far, &["--resume", "--rate", "1e-5"])).done();
        assert_eq!(curve(&out).last().unwrap().0, 12);
    }
}

#[test]
fn a_catalogue_without_covers_is_said() {
    let data = tempfile::tempdir().unwrap();
    drop(Catalog::open(data.path(), Access::Write).unwrap());
    let out = tempfile::tempdir().unwrap();
    for model in ["dcgan", "vae"] {
        let sentence = sentence(&train(model, data.path(), out.path(), &["--steps", "1"]));
        assert!(sentence.contains("no cover to train on"), "{sentence}");
    }
}

#[test]
fn sizes_that_cannot_be_built_are_wrong_usage() {
    let data = catalogue();
    let out = tempfile::tempdir().unwrap();
    for (model, size) in [("dcgan", "48"), ("vae", "100")] {
        let args = ["train", model, "--out", out.path().to_str().unwrap(), "--size", size];
        let sentence = json(data.path(), &args).refused(2);
        assert!(sentence.contains(size), "{sentence}");
    }
}
