//! Two catalogues of one shape: one whose names are plain, one whose names try to become markup.

use crate::common::cover;
use crate::server::{Reply, Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::catalog::{Access, Catalog};
use gatefold::progress::Silent;
use gatefold::train::runs;
use gatefold::wire::{JobState, Outcome};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// In every hostile name, so that what came of one is found wherever it stands.
pub const MARK: &str = "evil";

/// What strangers' tables and folders may call an album.
pub const HOSTILE: [&str; 16] = [
    "</title><meta http-equiv=\"refresh\" content=\"0;url=//evil.example/\">",
    "</title><body><form method=post action=/api/evil><button>evil</button></form>",
    "</script><script>evil()</script>",
    "\"><img src=x onerror=evil()>",
    "' onmouseover='evil()",
    "\" style=\"background:url(//evil.example/)\" onfocus=\"evil()\" autofocus=\"",
    "<!-- evil",
    "--><svg onload=evil()>",
    "]]><evil/>",
    "{{evil}} ${evil} <%= evil %>",
    "evil\u{2028}\u{2029}\\u003c/script\\u003e",
    "javascript:evil()//",
    "</textarea></style></noscript></template><iframe srcdoc=evil>",
    "evil\u{202e}gpj.exe",
    "&lt;b&gt; &#60;evil&#62; &amp;lt;",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/a.css>",
];

/// A server, and the names of what is on it.
pub struct Site {
    pub server: Server,
    hostile: bool,
    ids: Vec<String>,
    sleeveless: String,
    deleted: String,
    runs: [String; 2],
    pub genres: Vec<String>,
    generated: String,
    strip: String,
    training: String,
    _trained: TempDir,
}

/// Albums with a cover of their own.
const ALBUMS: usize = 24;

/// The name of the `i`th thing of a kind.
fn named(hostile: bool, kind: &str, i: usize) -> String {
    match hostile {
        true => format!("{} {kind} {i}", HOSTILE[i % HOSTILE.len()]),
        false => format!("Plain {kind} {i}"),
    }
}

/// A cell of a table.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The covers, and the table that gives them their names.
fn collection(dir: &Path, hostile: bool) -> PathBuf {
    let genres = match hostile {
        true => ["\"><img src=x onerror=evil()>", "</title><script>evil()</script>"],
        false => ["calm", "loud"],
    };
    let mut table = String::from("file,artist,album,genre,year\n");
    for i in 0..ALBUMS {
        let file = format!("{i:02}.png");
        cover(if i % 2 == 0 { i as u32 } else { 1000 + i as u32 }, i % 2 == 0).save(dir.join(&file)).unwrap();
        let (artist, album) = (named(hostile, "artist", i + 3), named(hostile, "album", i));
        let row = [&file, &artist, &album, genres[i % 2], &(1970 + i).to_string()].map(cell);
        table += &format!("{}\n", row.join(","));
    }
    // The picture of another one, and none.
    for (file, kind) in [("00.png", "copy"), ("", "sleeveless")] {
        let row = [file, &named(hostile, kind, 1), &named(hostile, kind, 0), genres[0], "1999"].map(cell);
        table += &format!("{}\n", row.join(","));
    }
    let name = if hostile { "'\"><img src=x onerror=evil()>.csv" } else { "plain.csv" };
    let path = dir.join(name);
    fs::write(&path, table).unwrap();
    path
}

fn imported(hostile: bool) -> TempDir {
    let (data, source) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let table = collection(source.path(), hostile);
    let mut catalog = Catalog::open(data.path(), Access::Write).unwrap();
    let report = gatefold::import::run(&mut catalog, &table, &Silent).unwrap();
    assert_eq!((report.skipped.len(), report.albums), (0, ALBUMS as u64 + 2), "{report:?}");
    gatefold::pipeline::run(&mut catalog, &Silent).unwrap();
    data
}

async fn send(server: &Server, method: Method, path: &str, body: &Value) -> Reply {
    let request = request(method, path).header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// Makes a change, and waits for the build behind it.
async fn change(server: &Server, method: Method, path: &str, body: &Value) {
    let reply = send(server, method, path, body).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&reply.body));
    if let Some(job) = reply.json()["build"].as_str() {
        server.get(&format!("/api/v1/jobs/{job}/events")).await;
    }
}

async fn evaluated(server: &Server, genres: &[String], question: &str) -> String {
    let asked = json!({"genres": genres, "question": question, "folds": 3, "trees": 10, "components": 6, "seed": 5,
                       "features": "palette", "importance": true});
    let state = server.end_of(&server.post("/api/v1/evaluations", &asked).await).await;
    let JobState::Done { outcome: Outcome::Evaluation { run } } = state else { panic!("{state:?}") };
    run
}

/// A run of training whose every name is the test's own.
fn trained(data: &Path, hostile: bool) -> (String, TempDir) {
    let out = tempfile::Builder::new().prefix(if hostile { "<i>evil" } else { "plain" }).tempdir().unwrap();
    let id = runs::register(data, out.path()).unwrap();
    let name = |i| named(hostile, "setting", i);
    let card = json!({"model": name(0), "steps": 90, "started": 5, "settings": {name(1): name(2), name(3): [name(4)]}});
    fs::write(out.path().join("run.json"), card.to_string()).unwrap();
    let line = |step: u64| json!({"step": step, "images": step * 4, "images_per_s": 9.5, "loss": {name(5): 2.0, name(6): 1.0}});
    fs::write(out.path().join("log.jsonl"), format!("{}\n{}\n", line(10), line(20))).unwrap();
    fs::write(out.path().join("metrics.json"), json!({name(7): name(8)}).to_string()).unwrap();
    fs::create_dir(out.path().join("grids")).unwrap();
    fs::write(out.path().join("grids/step-000000020.png"), b"picture").unwrap();
    (id, out)
}

/// What is not plain in an address, escaped.
pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Site {
    /// Imports, edits, deletes, makes covers and evaluates: everything that has a name.
    pub async fn new(hostile: bool) -> Self {
        let server = Server::of(imported(hostile));
        let list = server.get("/api/v1/albums?limit=100").await.json();
        // By year, so that both catalogues' albums answer to one another.
        let mut albums: Vec<&Value> = list["albums"].as_array().unwrap().iter().collect();
        albums.sort_by_key(|album| (album["year"].as_i64(), album["has_cover"].as_bool()));
        let id = |album: &Value| album["id"].as_str().unwrap().to_owned();
        let mut ids: Vec<String> =
            albums.iter().filter(|album| album["has_cover"] == true).map(|album| id(album)).collect();
        let sleeveless = id(albums.iter().find(|album| album["has_cover"] == false).unwrap());

        let edit = json!({"album": named(hostile, "edit", 0), "artist": named(hostile, "edit", 4)});
        change(&server, Method::PATCH, &format!("/api/v1/albums/{}", ids[2]), &edit).await;
        let deleted = ids.remove(5);
        change(&server, Method::DELETE, &format!("/api/v1/albums/{deleted}"), &Value::Null).await;

        let parents = json!([{"id": ids[0]}, {"id": ids[1]}]);
        let generated = server.made(&json!({"kind": "average", "parents": parents})).await.id;
        let strip = server.made(&json!({"kind": "interpolate", "steps": 3, "parents": parents})).await.id;

        let info = server.get("/api/v1/info").await.json();
        let genres: Vec<String> = info["genres"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(genres.len(), 2, "{genres:?}");
        let runs =
            [evaluated(&server, &genres, "pairs").await, evaluated(&server, &genres, "together").await];
        let (training, trained) = trained(server.data.path(), hostile);

        let set = escaped(&named(hostile, "set", 3));
        let albums = json!({ "albums": ids[..3] });
        let kept = send(&server, Method::PUT, &format!("/api/v1/sets/{set}"), &albums).await;
        assert!(kept.status.is_success(), "{}", String::from_utf8_lossy(&kept.body));
        Self {
            server,
            hostile,
            ids,
            sleeveless,
            deleted,
            runs,
            genres,
            generated,
            strip,
            training,
            _trained: trained,
        }
    }

    /// The address of a run's curve.
    pub fn curve(&self) -> String {
        let [a, b] = [0, 1].map(|i| escaped(&self.genres[i]));
        format!("/api/v1/evaluations/{}/pairs/{a}/{b}/roc.svg", self.runs[0])
    }

    /// Albums' pages, each with what its catalogue says of it.
    pub fn albums(&self) -> Vec<(String, String)> {
        let ids = self.ids.iter().chain([&self.sleeveless]);
        ids.map(|id| (format!("/album/{id}"), format!("/api/v1/albums/{id}"))).collect()
    }

    /// An address for every page and for pages that are not there, with names in paths and questions. Both catalogues' lists
    /// answer to one another.
    pub fn pages(&self) -> Vec<String> {
        let [pairs, together] = &self.runs;
        let parents = format!("{},{}", self.ids[0], self.ids[1]);
        let mut pages: Vec<String> = [
            "/",
            "/evaluate",
            "/catalogue",
            "/import",
            "/training",
            "/neighbourhoods",
            "/duplicates",
            "/studio",
            "/evaluate/compare",
            "/duplicates?page=2",
        ]
        .map(str::to_owned)
        .into();
        pages.extend(self.albums().into_iter().map(|(page, _)| page));
        pages.extend([
            format!("/album/{}", self.deleted),
            format!("/generated/{}", self.generated),
            format!("/generated/{}", self.strip),
            format!("/evaluate/{pairs}"),
            format!("/evaluate/{together}"),
            format!("/evaluate/compare?a={pairs}&b={together}"),
            format!("/training/{}", self.training),
            format!("/studio?albums={parents}"),
            format!("/?select={parents}&lit=genre:{}", escaped(&self.genres[0])),
        ]);
        for i in 0..HOSTILE.len() {
            let word = escaped(&named(self.hostile, "word", i));
            pages.extend(
                ["/album", "/generated", "/evaluate", "/training", "/no", "/", "/studio/x", "//evil.example"]
                    .map(|before| format!("{before}/{word}")),
            );
            for question in ["words", "lit", "genres", "select", "view", "mix", word.as_str()] {
                pages.push(format!("/?{question}={word}"));
            }
            pages.push(format!("/studio?recipe={word}&albums={word}"));
            pages.push(format!("/evaluate/compare?a={word}&b={word}"));
            pages.push(format!("/duplicates?page={word}"));
        }
        pages
    }
}
