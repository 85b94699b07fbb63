//! The demo catalogue of the walk, and the ways to ask it.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::header;
use gatefold::album::Genre;
use gatefold::catalog::{Access, Catalog};
use gatefold::operations::{Operation, call, example};
use gatefold::progress::Silent;
use gatefold::recipe::{Kind, Recipe};
use gatefold::report::{EvaluationReport, PairReport, PairScores, Score};
use gatefold::train::runs;
use gatefold::wire::Generated;
use gatefold_app::door::Door;
use gatefold_server::http::page_door::PageDoor;
use gatefold_server::http::serving::{Limits, serve};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Albums of the walk's demo.
const ALBUMS: u32 = 48;

/// The demo catalogue with something of everything: made once, copied for who changes it.
pub struct Demo {
    made: TempDir,
    out: TempDir,
    run: String,
    training: String,
}

impl Demo {
    /// It.
    pub fn get() -> &'static Self {
        static MADE: OnceLock<Demo> = OnceLock::new();
        MADE.get_or_init(Self::make)
    }

    fn make() -> Self {
        let (made, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut catalog = Catalog::open(made.path(), Access::Write).unwrap();
        gatefold::import::demo(&mut catalog, ALBUMS, 1, &Silent).unwrap();
        gatefold::pipeline::run(&mut catalog, &Silent).unwrap();
        let recipe = Recipe { model: "vae:0".to_owned(), ..Recipe::new(Kind::Sample, vec![]) };
        let generated = Generated {
            id: example::GENERATED.to_owned(),
            recipe,
            width: 64,
            height: 64,
            frames: 1,
            seconds: 1.0,
            parents: Vec::new(),
            stars: None,
        };
        let picture = crate::common::cover(3, true);
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        catalog.put_generated(&generated, &[png.into_inner()]).unwrap();
        catalog.put_set(example::SET, &[example::ALBUM, example::OTHER]).unwrap();
        let run = catalog.put_evaluation(&report(), &[scores(example::ALBUM)]).unwrap();
        let training = runs::register(made.path(), out.path()).unwrap();
        let card = json!({ "model": "dcgan", "steps": 90, "started": 5, "settings": { "batch": 4 } });
        std::fs::write(out.path().join("run.json"), card.to_string()).unwrap();
        let line = json!({ "step": 10, "images": 40, "images_per_s": 9.5, "loss": { "generator": 2.0 } });
        std::fs::write(out.path().join("log.jsonl"), format!("{line}\n")).unwrap();
        drop(catalog);
        Self { made, out, run, training }
    }

    /// A copy of the data directory.
    pub fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        crate::common::copy_folder(self.made.path(), copy.path());
        assert!(self.out.path().is_dir());
        copy
    }

    /// The same, ready for a request that needs something done before.
    pub fn copy_before(&self, name: &str) -> TempDir {
        let copy = self.copy();
        before(name, copy.path());
        copy
    }

    /// An operation's example, of what is in this catalogue.
    pub fn request<O: Operation>(&self) -> O {
        let mut json = serde_json::to_string(&O::example()).unwrap();
        for (stands_for, name) in
            [(example::RUN.to_owned(), &self.run), (example::TRAINING.to_owned(), &self.training)]
        {
            json = json.replace(&stands_for, name);
        }
        // What a change brings about is not of its answer.
        serde_json::from_str(&json.replace("\"build\":true", "\"build\":false")).unwrap()
    }
}

fn report() -> EvaluationReport {
    let genre = |name| Genre::new(name).unwrap();
    let pair = PairReport {
        a: genre("jazz"),
        b: genre("rock"),
        n_a: 5,
        n_b: 6,
        auc: 0.75,
        auc_sd: 0.1,
        confusion: [[4, 1], [2, 4]],
        roc: vec![(0.0, 0.0), (1.0, 1.0)],
        auc_interval: None,
        pr_auc: 0.5,
        accuracy: 0.7,
        calibration: Vec::new(),
        shuffled_auc: None,
        importance: Vec::new(),
    };
    EvaluationReport {
        features: "pixels".to_owned(),
        folds: 3,
        pairs: vec![pair],
        mean_auc: 0.75,
        ..Default::default()
    }
}

fn scores(id: gatefold::album::AlbumId) -> PairScores {
    let genre = |name| Genre::new(name).unwrap();
    PairScores {
        a: genre("jazz"),
        b: genre("rock"),
        scores: vec![Score { id, positive: true, score: 0.5, fold: 0 }],
    }
}

/// What has to be so before a change can be asked for.
pub fn before(name: &str, data: &Path) {
    if name == "RestoreAlbum" {
        assert!(Catalog::open(data, Access::Write).unwrap().remove_album(example::ALBUM).unwrap());
    }
}

/// A value as a command line has it.
pub fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(told).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The answer over HTTP.
pub async fn by_http<O: Operation>(server: &Server, asked: &O) -> Value {
    let call = call(asked).unwrap();
    let mut request = request(call.method.name().parse().unwrap(), &call.address);
    if call.body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let reply = server.send(request.body(Body::from(call.body.unwrap_or_default())).unwrap()).await;
    assert!(reply.status.is_success(), "{}: {}", call.address, String::from_utf8_lossy(&reply.body));
    reply.json()
}

/// The answer as a page gets it while it is rendered.
pub async fn by_page<O: Operation>(server: &Server, asked: O) -> Value {
    let door = PageDoor(server.state());
    let answer = door.ask(O::ABOUT.name, Box::new(asked)).await.unwrap();
    serde_json::to_value(*answer.downcast::<O::Answer>().unwrap()).unwrap()
}

/// What a run of the program said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

fn run(args: &[String], data: Option<&Path>) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatefold"));
    command.args(args);
    if let Some(data) = data {
        command.arg("--data").arg(data).arg("--json").current_dir(data);
    }
    for name in ["DATA", "ADDR", "LOG", "TOKEN", "TOKEN_FILE"] {
        command.env_remove(format!("GATEFOLD_{name}"));
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    Said {
        code: status.code().expect("ended by itself"),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// Its help for a command.
pub fn help(command: &str) -> Said {
    run(&[command.to_owned(), "--help".to_owned()], None)
}

/// The JSON that a command prints.
pub async fn by_command(data: &Path, line: Vec<String>) -> Value {
    let data: PathBuf = data.to_owned();
    let said = tokio::task::spawn_blocking(move || {
        let said = run(&line, Some(&data));
        assert_eq!(said.code, 0, "{line:?}: {}{}", said.out, said.err);
        said.out
    });
    serde_json::from_str(&said.await.unwrap()).unwrap()
}

/// A server that really listens; its address.
pub async fn listening(server: &Server) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, server.router(), Limits::usual(), std::future::pending()));
    format!("http://{address}")
}

/// An answer without what differs from run to run and from machine to machine: times, places, figures with a fraction. Of long
/// lists the first two stay.
pub fn redacted(value: &Value) -> Value {
    const VOLATILE: [&str; 13] = [
        "seconds", "at", "data", "disk", "imported", "build", "hash", "out", "id", "run", "decoded",
        "version", "cover",
    ];
    match value {
        Value::Object(fields) => fields
            .iter()
            // A field that HTTP says to be nothing is left out by a command.
            .filter(|(name, value)| !(VOLATILE.contains(&name.as_str()) && value.is_null()))
            .map(|(name, value)| match value {
                Value::Object(_) | Value::Array(_) if name != "seconds" && name != "disk" => {
                    (name.clone(), redacted(value))
                }
                _ if VOLATILE.contains(&name.as_str()) => (name.clone(), json!(format!("[{name}]"))),
                _ => (name.clone(), redacted(value)),
            })
            .collect(),
        Value::Array(all) if all.len() > 3 => {
            let mut some: Vec<Value> = all[..2].iter().map(redacted).collect();
            some.push(json!(format!("… and {} more", all.len() - 2)));
            Value::Array(some)
        }
        Value::Array(all) => Value::Array(all.iter().map(redacted).collect()),
        Value::Number(number) if number.is_f64() => json!("[figure]"),
        other => other.clone(),
    }
}
