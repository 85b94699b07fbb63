//! What a command writes for somebody is whole or as it was: on a full disk, through links, and when it is killed.

use crate::common::catalogue;
use crate::generate::{ids, tiny};
use crate::program::{Said, gatefold, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn export(data: &Path, file: &Path) -> Said {
    json(data, &["export", file.to_str().unwrap()])
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The limit on a file's size stands for a full disk: the system refuses to write in the same way.
#[cfg(unix)]
fn on_a_full_disk(data: &Path, args: &[&str]) -> Said {
    let output = Command::new("sh")
        // Ignored by the shell, the signal is ignored by the program too, and writing fails as on a full disk.
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_gatefold")])
        .args(args)
        .args(["--json", "--data"])
        .arg(data)
        .output()
        .unwrap();
    Said::from(output)
}

#[cfg(unix)]
#[test]
fn a_full_disk_costs_neither_the_file_that_was_there_nor_leaves_half_of_a_new_one() {
    let (data, out) = (catalogue(), tempfile::tempdir().unwrap());
    let of_model = tempfile::tempdir().unwrap();
    let model = tiny(of_model.path());
    let ids = ids(data.path());
    let two = ids[..2].join(",");
    let at = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let commands: [(&str, Vec<String>); 6] = [
        ("map.gexf", vec!["export".into()]),
        ("map.graphml", vec!["export".into()]),
        ("map.csv", vec!["export".into()]),
        (
            "scores.csv",
            "evaluate --folds 2 --trees 5 --components 4 --scores".split(' ').map(Into::into).collect(),
        ),
        (
            "a.png",
            vec![
                "generate".into(),
                "average".into(),
                "--albums".into(),
                two.clone(),
                "--model".into(),
                model.to_str().unwrap().into(),
                "--size".into(),
                "128".into(),
                "--out".into(),
            ],
        ),
        (
            "b.png",
            vec![
                "generate".into(),
                "interpolate".into(),
                "--albums".into(),
                two,
                "--model".into(),
                model.to_str().unwrap().into(),
                "--frames".into(),
                at("frames"),
                "--out".into(),
            ],
        ),
    ];
    for (name, command) in &commands {
        let path = at(name);
        let args: Vec<&str> = command.iter().map(String::as_str).chain([path.as_str()]).collect();
        let sentence = on_a_full_disk(data.path(), &args).refused(1);
        assert!(sentence.contains("cannot be written"), "{name}: {sentence}");
        assert!(!Path::new(&path).exists(), "{name} is there by half");
        std::fs::write(&path, "what was there before").unwrap();
        on_a_full_disk(data.path(), &args).refused(1);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "what was there before", "{name}");
        std::fs::remove_file(&path).unwrap();
        json(data.path(), &args).done();
        assert!(Path::new(&path).metadata().unwrap().len() > 512, "{name}: too small to fill the disk");
    }
    assert_eq!(
        names(out.path()),
        ["a.png", "b.png", "frames", "map.csv", "map.gexf", "map.graphml", "scores.csv"]
    );
    assert!(names(Path::new(&at("frames"))).iter().all(|name| name.ends_with(".png")));
}

#[test]
fn places_that_cannot_be_written_are_named() {
    let (data, out) = (catalogue(), tempfile::tempdir().unwrap());
    let sentence = export(data.path(), &out.path().join("no/such/map.gexf")).refused(1);
    assert!(sentence.contains("there is no folder") && sentence.contains("no/such"), "{sentence}");
    std::fs::create_dir(out.path().join("map.gexf")).unwrap();
    let sentence = export(data.path(), &out.path().join("map.gexf")).refused(1);
    assert!(sentence.contains("it is a folder"), "{sentence}");
    assert_eq!(names(out.path()), ["map.gexf"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_standard_output_is_written_to() {
    let (data, out) = (catalogue(), tempfile::tempdir().unwrap());
    let (plain, link, pipe) = (out.path().join("a.csv"), out.path().join("b.csv"), out.path().join("c.csv"));
    export(data.path(), &plain).done();
    std::fs::create_dir(out.path().join("far")).unwrap();
    std::os::unix::fs::symlink("far/target", &link).unwrap();
    std::os::unix::fs::symlink("/dev/stdout", &pipe).unwrap();
    export(data.path(), &link).done();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    let content = std::fs::read_to_string(&plain).unwrap();
    assert_eq!(std::fs::read_to_string(out.path().join("far/target")).unwrap(), content);
    let mut command = gatefold(&["export", pipe.to_str().unwrap()]);
    let said: Said = command.arg("--data").arg(data.path()).output().unwrap().into();
    assert!(said.done().out.starts_with(&content));
    // What is redirected into a file goes to its end, and the program's own words follow.
    let file = std::fs::File::create(out.path().join("redirected")).unwrap();
    let mut command = gatefold(&["export", pipe.to_str().unwrap()]);
    assert!(command.arg("--data").arg(data.path()).stdout(file).status().unwrap().success());
    let redirected = std::fs::read_to_string(out.path().join("redirected")).unwrap();
    assert!(redirected.starts_with(&content) && redirected.contains("albums written"), "{redirected}");
}

#[test]
fn an_export_that_is_killed_leaves_the_file_before_or_the_whole_new_one() {
    let (data, out) = (catalogue(), tempfile::tempdir().unwrap());
    let file = out.path().join("map.gexf");
    let one = &ids(data.path())[0];
    export(data.path(), &file).done();
    let all = std::fs::read(&file).unwrap();
    json(data.path(), &["export", file.to_str().unwrap(), "--albums", one]).done();
    let few = std::fs::read(&file).unwrap();
    assert_ne!(all, few);
    let mut kills = 0;
    for ms in 0..40 {
        let mut command = gatefold(&["export", file.to_str().unwrap()]);
        command.arg("--data").arg(data.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(ms));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let now = std::fs::read(&file).unwrap();
        assert!(now == few || now == all, "{} bytes after {ms} ms", now.len());
    }
    assert!(kills > 0, "every run was over before it could be killed");
    // Whoever writes there next clears away what the killed ones left.
    export(data.path(), &file).done();
    assert_eq!(names(out.path()), ["map.gexf"]);
}
