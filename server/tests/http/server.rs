//! A server on a small catalogue, and how tests speak to it.

use crate::common;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use gatefold::catalog::{Access, Catalog, CatalogError};
use gatefold::models::{DeviceChoice, Generator, ModelError, testing};
use gatefold::wire::{Generated, Job, JobState, Outcome};
use gatefold_server::access::host::AllowedHosts;
use gatefold_server::import_roots::ImportRoots;
use gatefold_server::model_thread::{Limits, Model, ModelThread};
use gatefold_server::state::{AppState, MaybeModel, Settings};
use gatefold_server::store::Store;
use http_body_util::BodyExt;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt;

/// A server; its data directory goes with it.
pub struct Server {
    router: Router,
    state: AppState,
    pub data: TempDir,
}

/// An answer, read to its end.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("not JSON ({e}): {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(&name).map_or("", |value| value.to_str().unwrap())
    }

    /// The sentence of a refusal, with the hint where there is one; every refusal is that and nothing else.
    pub fn error(&self) -> String {
        let json = self.json();
        let fields = json.as_object().unwrap();
        assert!(fields.keys().all(|name| name == "error" || name == "hint"), "{json}");
        let hint = fields.get("hint").map(|hint| format!("; {}", hint.as_str().unwrap())).unwrap_or_default();
        format!("{}{hint}", json["error"].as_str().unwrap())
    }
}

/// The untrained network for tests.
pub fn tiny() -> Result<Generator, ModelError> {
    let (weights, config) = testing::two_stages();
    Generator::load(&weights, &config, DeviceChoice::Cpu)
}

/// The catalogue, as soon as a server that had it open has let go of it: the last of its threads may still be ending.
fn opened(data: &TempDir) -> Catalog {
    for _ in 0..200 {
        if let Ok(catalog) = Catalog::open(data.path(), Access::Write) {
            return catalog;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    Catalog::open(data.path(), Access::Write).unwrap()
}

impl Server {
    /// With the untrained network.
    pub fn start() -> Self {
        Self::with_model(tiny, Limits::default())
    }

    /// With a model of the test's own.
    pub fn with_model<M: Model>(
        load: impl FnOnce() -> Result<M, ModelError> + Send + 'static,
        limits: Limits,
    ) -> Self {
        Self::with(ModelThread::start(load, limits).map_err(|e| e.to_string()))
    }

    /// With a model, or the reason why there is none.
    pub fn with(model: MaybeModel) -> Self {
        Self::on(common::catalogue(), model, Store::new, |settings| settings)
    }

    /// The same data, served by a program that has no model.
    pub fn again_without_a_model(self) -> Self {
        let Self { router, state, data } = self;
        drop((router, state));
        let none = Err("this build contains no model".to_owned());
        Self::on(data, none, Store::new, |settings| settings)
    }

    /// With the untrained network, on a catalogue of the test's own.
    pub fn of(data: TempDir) -> Self {
        Self::on(data, Self::tiny_thread(), Store::new, |settings| settings)
    }

    /// With the untrained network, and settings of the test's own.
    pub fn with_settings(change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::on(common::catalogue(), Self::tiny_thread(), Store::new, change)
    }

    /// Imports over HTTP what lies below `root`.
    pub fn importing_from(root: &Path) -> Self {
        let roots = ImportRoots::new(&[root.to_owned()]).unwrap();
        Self::with_settings(|settings| Settings { roots, ..settings })
    }

    /// Lets nobody change anything.
    pub fn read_only() -> Self {
        Self::on(common::catalogue(), Self::tiny_thread(), Store::read_only, |settings| settings)
    }

    /// With the model that is inside the program.
    pub fn with_the_model_inside(data: TempDir) -> Self {
        let load = || gatefold_server::weights::load_with_enlarger(None, DeviceChoice::Auto);
        let model = ModelThread::start(load, Limits::default()).map_err(|e| e.to_string());
        Self::on(data, model, Store::new, |settings| settings)
    }

    /// Imports over HTTP what lies below `root`, into a catalogue of the test's own.
    pub fn importing_on(data: TempDir, root: &Path) -> Self {
        let roots = ImportRoots::new(&[root.to_owned()]).unwrap();
        Self::on(data, Self::tiny_thread(), Store::new, |settings| Settings { roots, ..settings })
    }

    /// Runs the real program where a job needs a process of its own.
    pub fn running_the_program() -> Self {
        let program = Some(env!("CARGO_BIN_EXE_gatefold").into());
        Self::with_settings(|settings| Settings { program, ..settings })
    }

    /// What its requests share.
    pub fn state(&self) -> AppState {
        self.state.clone()
    }

    fn tiny_thread() -> MaybeModel {
        ModelThread::start(tiny, Limits::default()).map_err(|e| e.to_string())
    }

    fn on(
        data: TempDir,
        model: MaybeModel,
        store: impl FnOnce(Catalog) -> Result<Store, CatalogError>,
        change: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        let store = store(opened(&data)).unwrap();
        let hosts = AllowedHosts::new(([127, 0, 0, 1], 3000).into(), &["music.example".to_owned()]);
        let state = AppState::new(store, model, change(Settings::new(hosts))).unwrap();
        Self { router: gatefold_server::http::router(state.clone()), state, data }
    }

    /// Makes another server of the same state, as often as it is called.
    pub fn starter(&self) -> impl Fn() -> Router + Send + 'static {
        let state = self.state.clone();
        move || gatefold_server::http::router(state.clone())
    }

    /// An answer that does not end fails its test, and not the whole run by its limit.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let asked = request.uri().clone();
        let answer = async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            Reply { status: parts.status, headers: parts.headers, body }
        };
        let patience = Duration::from_secs(300);
        tokio::time::timeout(patience, answer)
            .await
            .unwrap_or_else(|_| panic!("{asked} is not answered in {patience:?}"))
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_with(&self, path: &str, name: header::HeaderName, value: &str) -> Reply {
        self.send(request(Method::GET, path).header(name, value).body(Body::empty()).unwrap()).await
    }

    /// The router itself, for who serves it over a real connection.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub async fn post(&self, path: &str, json: &Value) -> Reply {
        let body = Body::from(json.to_string());
        let request = request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body).unwrap()).await
    }

    /// Asks with JSON, unless that is null.
    pub async fn ask(&self, method: &str, path: &str, json: &Value) -> Reply {
        let asked = request(method.parse().unwrap(), path);
        let asked = match json {
            Value::Null => asked.body(Body::empty()),
            json => asked.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string())),
        };
        self.send(asked.unwrap()).await
    }

    /// Follows a job's events to their end.
    pub async fn end_of(&self, accepted: &Reply) -> JobState {
        assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", String::from_utf8_lossy(&accepted.body));
        let place = accepted.header(header::LOCATION);
        let id = accepted.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(place, format!("/api/v1/jobs/{id}"));
        let events = self.get(&format!("{place}/events")).await;
        let last = jobs_in(&events).pop().expect("at least one event");
        assert_eq!(last.id, id);
        last.state
    }

    /// Has a recipe made, and waits for it.
    pub async fn made(&self, recipe: &Value) -> Generated {
        match self.end_of(&self.post("/api/v1/generate", recipe).await).await {
            JobState::Done { outcome: Outcome::Generated(generated) } => generated,
            other => panic!("{other:?}"),
        }
    }

    /// Ids of albums with a cover, in the order of the list.
    pub async fn ids(&self) -> Vec<String> {
        let list = self.get("/api/v1/albums?limit=100").await.json();
        let albums = list["albums"].as_array().unwrap().iter();
        albums
            .filter(|album| album["has_cover"] == true)
            .map(|album| album["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The id of the album without a cover.
    pub async fn sleeveless(&self) -> String {
        let list = self.get("/api/v1/albums?query=Sleeveless").await.json();
        list["albums"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// A request to the name that the server has.
pub fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:3000")
}

/// What a stream of events says; each event's data is a job.
pub fn jobs_in(events: &Reply) -> Vec<Job> {
    assert_eq!(events.header(header::CONTENT_TYPE), "text/event-stream");
    let text = String::from_utf8(events.body.clone()).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap_or_else(|e| panic!("{e}: {data}")))
        .collect()
}
