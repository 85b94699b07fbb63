//! `gatefold judge`

use crate::common::{catalogue, cover};
use crate::program::{json, run};

#[test]
fn a_picture_that_is_not_in_the_catalogue_looks_like_those_that_are() {
    let dir = tempfile::tempdir().unwrap();
    for (genre, warm) in [("rock", true), ("pop", false)] {
        std::fs::create_dir_all(dir.path().join("covers").join(genre)).unwrap();
        for i in 0..36 {
            let file = dir.path().join(format!("covers/{genre}/{i:02}.png"));
            cover(i + if warm { 0 } else { 1000 }, warm).save(file).unwrap();
        }
    }
    let data = dir.path().join("data");
    let covers = dir.path().join("covers");
    json(&data, &["import", covers.to_str().unwrap()]).done();
    for (name, warm, genre) in [("warm", true, "rock"), ("cool", false, "pop")] {
        let picture = dir.path().join(format!("{name}.png"));
        cover(5000, warm).save(&picture).unwrap();
        let judged = json(&data, &["judge", picture.to_str().unwrap()]).done().json();
        let opinion = judged["opinion"].as_array().unwrap();
        assert_eq!((opinion.len(), opinion[0][0].as_str()), (2, Some(genre)), "{judged}");
        let sum: f64 = opinion.iter().map(|said| said[1].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-5 && opinion[0][1].as_f64().unwrap() > 0.6, "{judged}");
    }
    let said =
        run(&["judge", dir.path().join("warm.png").to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert!(said.done().out.lines().next().unwrap().ends_with("%  rock"));
}

#[test]
fn what_is_no_picture_and_a_catalogue_that_knows_too_little_are_said_so() {
    let data = catalogue();
    let text = data.path().join("words.png");
    std::fs::write(&text, "no picture").unwrap();
    let sentence = json(data.path(), &["judge", text.to_str().unwrap()]).refused(1);
    assert!(sentence.contains("words.png"), "{sentence}");
    let picture = data.path().join("one.png");
    cover(1, true).save(&picture).unwrap();
    let sentence = json(data.path(), &["judge", picture.to_str().unwrap()]).refused(1);
    assert!(sentence.contains("too few tagged covers"), "{sentence}");
}

#[test]
fn a_picture_of_another_kind_is_named() {
    let data = catalogue();
    let phone = data.path().join("phone.jpg");
    std::fs::write(&phone, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08meta").unwrap();
    for command in ["judge", "near"] {
        let sentence = json(data.path(), &[command, phone.to_str().unwrap()]).refused(1);
        assert!(sentence.contains("a HEIC picture") && sentence.contains("save it as JPEG"), "{sentence}");
    }
}

#[test]
fn what_has_no_end_or_is_too_long_is_not_read() {
    let data = catalogue();
    let long = data.path().join("long.jpg");
    // A hole: it takes no room.
    std::fs::File::create(&long).unwrap().set_len(1 << 40).unwrap();
    let folder = data.path().join("folder.jpg");
    std::fs::create_dir(&folder).unwrap();
    let mut named =
        vec![(long, "64 MB"), (folder, "is a folder"), (data.path().join("no.jpg"), "cannot be read")];
    #[cfg(unix)]
    {
        // Nobody will ever write into it.
        let pipe = data.path().join("pipe.jpg");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        named.push((pipe, "a pipe or a device"));
        named.push(("/dev/zero".into(), "a pipe or a device"));
    }
    for (path, why) in &named {
        for command in ["judge", "near"] {
            let sentence = json(data.path(), &[command, path.to_str().unwrap()]).refused(1);
            assert!(sentence.contains(why), "{sentence}");
        }
    }
}
