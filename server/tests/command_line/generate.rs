//! `gatefold generate`, with a model that has learned nothing.

use crate::common::catalogue;
use crate::program::{has, json, run};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The untrained network's files; the path of its weights.
pub fn tiny(dir: &Path) -> PathBuf {
    let (weights, config) = gatefold::models::testing::tiny();
    std::fs::write(dir.join("tiny.json"), config).unwrap();
    let path = dir.join("tiny.safetensors");
    std::fs::write(&path, weights).unwrap();
    path
}

/// Ids of the catalogue's albums with covers.
pub fn ids(data: &Path) -> Vec<String> {
    let list = json(data, &["albums"]).done().json();
    let albums = list["albums"].as_array().unwrap().iter();
    albums
        .filter(|album| album["has_cover"] == true)
        .map(|album| album["id"].as_str().unwrap().to_owned())
        .collect()
}

struct Place {
    data: TempDir,
    out: TempDir,
    model: PathBuf,
}

impl Place {
    fn new() -> Self {
        let out = tempfile::tempdir().unwrap();
        Self { data: catalogue(), model: tiny(out.path()), out }
    }

    fn out(&self, name: &str) -> String {
        self.out.path().join(name).to_str().unwrap().to_owned()
    }

    fn generate(&self, args: &[&str]) -> Value {
        let model = self.model.to_str().unwrap();
        json(self.data.path(), &[&["generate"][..], args, &["--model", model]].concat()).done().json()
    }
}

#[test]
fn an_average_is_written_and_reported_in_the_shape_that_programs_rely_on() {
    let place = Place::new();
    let (ids, out) = (ids(place.data.path()), place.out("average.png"));
    let albums = ids[..3].join(",");
    let report = place.generate(&["average", "--albums", &albums, "--weights", "1,0.5,-0.25", "--out", &out]);
    has(
        &report,
        &[
            ("out", Value::is_string),
            ("width", Value::is_u64),
            ("height", Value::is_u64),
            ("recipe", Value::is_object),
            ("seconds", Value::is_f64),
        ],
    );
    assert_eq!(report["out"], out.as_str());
    let picture = image::open(&out).unwrap();
    assert_eq!(report["width"], picture.width());
    let recipe = &report["recipe"];
    assert_eq!(recipe["kind"], "average");
    assert_eq!(recipe["parents"][2]["id"], ids[2].as_str());
    assert_eq!(recipe["parents"][2]["weight"], -0.25);
    assert!(recipe["model"].as_str().unwrap().starts_with("vae:"), "{recipe}");

    let again = place.out("again.png");
    place.generate(&["average", "--albums", &albums, "--weights", "1,0.5,-0.25", "--out", &again]);
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(again).unwrap(), "the same recipe, the same bytes");
}

#[test]
fn an_interpolation_is_one_strip_and_each_step_where_asked_for() {
    let place = Place::new();
    let (ids, out, frames) = (ids(place.data.path()), place.out("strip.png"), place.out("frames"));
    let albums = ids[..2].join(",");
    let report = place.generate(&[
        "interpolate",
        "--albums",
        &albums,
        "--steps",
        "4",
        "--out",
        &out,
        "--frames",
        &frames,
    ]);
    let paths = report["frames"].as_array().unwrap();
    assert_eq!(paths.len(), 4);
    let frame = image::open(paths[1].as_str().unwrap()).unwrap().to_rgb8();
    let strip = image::open(&out).unwrap().to_rgb8();
    assert_eq!(strip.dimensions(), (4 * frame.width(), frame.height()));
    assert_eq!(strip[(frame.width(), 0)], frame[(0, 0)]);
}

#[test]
fn a_sample_needs_no_catalogue_and_a_jpeg_is_one() {
    let place = Place::new();
    let (out, nowhere) = (place.out("sample.jpg"), place.out("nowhere"));
    let model = place.model.to_str().unwrap();
    let args = ["generate", "sample", "--seed", "7", "--out", &out, "--model", model];
    let report = json(Path::new(&nowhere), &args).done().json();
    assert_eq!(report["recipe"]["seed"], 7);
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), image::ImageFormat::Jpeg);
    assert!(!Path::new(&nowhere).exists());
}

#[test]
fn a_reconstruction_is_one_album_through_the_model() {
    let place = Place::new();
    let (ids, out) = (ids(place.data.path()), place.out("again.png"));
    place.generate(&["reconstruct", "--albums", &ids[0], "--out", &out]);
    assert!(image::open(&out).is_ok());
}

#[test]
fn weights_that_are_none_are_refused_and_nothing_is_written() {
    let place = Place::new();
    let (out, bad) = (place.out("no.png"), place.out("bad.safetensors"));
    std::fs::write(&bad, "not weights").unwrap();
    std::fs::write(place.out("bad.json"), "{}").unwrap();
    for model in [bad.as_str(), "/no/such.safetensors"] {
        let said = run(&["generate", "sample", "--out", &out, "--model", model, "--json"]);
        assert!(said.refused(1).len() > 20);
    }
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let place = Place::new();
    let out = place.out("no/such/folder/a.png");
    let model = place.model.to_str().unwrap();
    let said = run(&["generate", "sample", "--out", &out, "--model", model, "--json"]);
    assert!(said.refused(1).contains(&out));
}

#[test]
fn a_cover_is_finished_for_distributors_and_playlists() {
    let place = Place::new();
    let at = |name: &str| place.out(name);
    let make = |name: &str, more: &[&str]| {
        let path = at(name);
        let usual = ["generate", "sample", "--model", place.model.to_str().unwrap(), "--out", &path];
        json(place.data.path(), &[&usual[..], more].concat())
    };
    let said =
        make("a.jpg", &["--title", "Night \u{1F680} Ferry", "--artist", "Ансамбль", "--format", "playlist"])
            .done()
            .json();
    assert_eq!((said["width"].as_u64(), said["height"].as_u64()), (Some(640), Some(640)));
    assert!(said["notes"][0].as_str().unwrap().contains("1F680"), "{said}");
    assert!(std::fs::metadata(at("a.jpg")).unwrap().len() <= 190_000);
    assert_eq!(image::image_dimensions(at("a.jpg")).unwrap(), (640, 640));
    make("b.jpg", &["--format", "distributor", "--grain", "0.3"]).done();
    assert_eq!(image::image_dimensions(at("b.jpg")).unwrap(), (3000, 3000));
    make("c.png", &["--size", "200", "--border", "0.1"]).done();
    assert_eq!(image::image_dimensions(at("c.png")).unwrap(), (200, 200));
    assert!(make("d.png", &["--format", "playlist"]).refused(2).contains(".jpg"));
    assert!(make("d.png", &["--title", &"x".repeat(200)]).refused(2).contains("160"));
    assert!(make("d.png", &["--grain", "3", "--title", "x"]).refused(2).contains("grain"));
}

#[test]
fn a_titled_cover_is_a_file_for_a_playlist() {
    let place = Place::new();
    let (ids, out) = (ids(place.data.path()), place.out("playlist.jpg"));
    let albums = ids[..2].join(",");
    let report = place.generate(&[
        "average",
        "--albums",
        &albums,
        "--title",
        "Night Ferry",
        "--artist",
        "Anna",
        "--ink",
        "0",
        "--format",
        "playlist",
        "--out",
        &out,
    ]);
    assert_eq!((report["width"].as_u64(), report["height"].as_u64()), (Some(640), Some(640)));
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes.len() <= 190_000);
    assert_eq!(image::guess_format(&bytes).unwrap(), image::ImageFormat::Jpeg);
}

#[test]
fn an_interpolation_named_gif_or_webp_moves() {
    let place = Place::new();
    let ids = ids(place.data.path());
    let albums = ids[..2].join(",");
    for (name, format) in [("a.gif", image::ImageFormat::Gif), ("a.webp", image::ImageFormat::WebP)] {
        let out = place.out(name);
        let report = place.generate(&[
            "interpolate",
            "--albums",
            &albums,
            "--steps",
            "3",
            "--size",
            "80",
            "--out",
            &out,
        ]);
        assert_eq!(report["width"], 80);
        let bytes = std::fs::read(&out).unwrap();
        assert_eq!(image::guess_format(&bytes).unwrap(), format);
    }
}
