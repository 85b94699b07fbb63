//! New covers: recipes in, pictures out, and what is said to recipes that cannot be made.

use crate::server::{Server, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use gatefold::models::{ModelError, Order};
use gatefold::recipe::Kind;
use gatefold::report::ModelInfo;
use gatefold::wire::{Generated, JobState, Outcome};
use gatefold_server::model_thread::{Limits, Model};
use image::RgbImage;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

fn average(ids: &[String]) -> Value {
    let parents: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"kind": "average", "parents": parents})
}

fn sample(seed: u64) -> Value {
    json!({"kind": "sample", "seed": seed})
}

fn generated(state: JobState) -> Generated {
    match state {
        JobState::Done { outcome: Outcome::Generated(generated) } => generated,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_average_is_made_kept_and_shown_with_its_parents() {
    let server = Server::start();
    let ids = server.ids().await;
    let accepted = server.post("/api/v1/generate", &average(&ids[..3])).await;
    let made = generated(server.end_of(&accepted).await);
    assert_eq!((made.recipe.kind, made.frames, made.parents.len()), (Kind::Average, 1, 3));
    let info = server.get("/api/v1/info").await.json();
    assert!(
        made.recipe.model.ends_with(info["models"][0]["hash"].as_str().unwrap()),
        "{}",
        made.recipe.model
    );
    let kept: Generated =
        serde_json::from_slice(&server.get(&format!("/api/v1/generated/{}", made.id)).await.body).unwrap();
    assert_eq!(kept, made);
    let frame = server.get(&format!("/api/v1/generated/{}/frames/0.png", made.id)).await;
    assert_eq!(frame.header(header::CONTENT_TYPE), "image/png");
    assert!(frame.header(header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(image::load_from_memory(&frame.body).unwrap().width(), made.width);
    let listed = server.get("/api/v1/generated").await.json()["generated"].take();
    assert_eq!(listed[0]["id"], made.id.as_str());
    for missing in ["1.png", "strip.png", "0.jpg", "0"] {
        let reply = server.get(&format!("/api/v1/generated/{}/frames/{missing}", made.id)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_recipe_is_answered_with_the_picture_that_is_there() {
    let server = Server::start();
    let recipe = average(&server.ids().await[..2]);
    let first = generated(server.end_of(&server.post("/api/v1/generate", &recipe).await).await);
    let again = server.post("/api/v1/generate", &recipe).await;
    assert_eq!(again.json()["state"], "done", "made anew: {}", again.json());
    assert_eq!(generated(server.end_of(&again).await), first);
    // Its own recipe, model and all, gives it again.
    let by_recipe = server.post("/api/v1/generate", &serde_json::to_value(&first.recipe).unwrap()).await;
    assert_eq!(by_recipe.json()["outcome"]["id"], first.id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interpolation_has_its_steps_and_a_strip_of_them() {
    let server = Server::start();
    let mut recipe = average(&server.ids().await[..2]);
    recipe["kind"] = json!("interpolate");
    recipe["steps"] = json!(3);
    let made = generated(server.end_of(&server.post("/api/v1/generate", &recipe).await).await);
    assert_eq!(made.frames, 3);
    let picture = async |name: &str| {
        let reply = server.get(&format!("/api/v1/generated/{}/frames/{name}", made.id)).await;
        image::load_from_memory(&reply.body).unwrap().to_rgb8()
    };
    let (strip, last) = (picture("strip.png").await, picture("2.png").await);
    assert_eq!(strip.dimensions(), (3 * made.width, made.height));
    assert_eq!(strip[(2 * made.width, 0)], last[(0, 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_differ_by_their_seeds_and_reconstructions_need_one_parent() {
    let server = Server::start();
    let one = generated(server.end_of(&server.post("/api/v1/generate", &sample(1)).await).await);
    let two = generated(server.end_of(&server.post("/api/v1/generate", &sample(2)).await).await);
    assert_ne!(one.id, two.id);
    let mut recipe = average(&server.ids().await[..1]);
    recipe["kind"] = json!("reconstruct");
    generated(server.end_of(&server.post("/api/v1/generate", &recipe).await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_cannot_be_made_is_refused_with_the_reason() {
    let server = Server::start();
    let ids = server.ids().await;
    let sleeveless = server.sleeveless().await;
    let mut zero = average(&ids[..2]);
    zero["parents"][0]["weight"] = json!(0);
    zero["parents"][1]["weight"] = json!(0);
    let mut other_model = sample(1);
    other_model["model"] = json!("vae:0000000000000000");
    let many: Vec<_> = std::iter::repeat_n(ids[0].clone(), 300).collect();
    for (recipe, wanted) in [
        (average(&ids[..1]), "at least two albums"),
        (zero, "the weights are all zero"),
        (
            json!({"kind": "interpolate", "parents": average(&ids[..2])["parents"], "steps": 61}),
            "2 to 60 steps",
        ),
        (average(&[ids[0].clone(), "0123456789abcdef".to_owned()]), "not in this catalogue"),
        (average(&[ids[0].clone(), sleeveless]), "has no cover"),
        (average(&[ids[0].clone(), "abba".to_owned()]), "sixteen hexadecimal digits"),
        (other_model, "was made by the model"),
        (average(&many), "at most 256"),
        (json!({"kind": "melt"}), "melt"),
    ] {
        let reply = server.post("/api/v1/generate", &recipe).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{recipe}");
        assert!(reply.error().contains(wanted), "{wanted}: {}", reply.error());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused() {
    let server = Server::start();
    let send = async |kind: &str, body: &'static str| {
        let request = request(Method::POST, "/api/v1/generate").header(header::CONTENT_TYPE, kind);
        server.send(request.body(Body::from(body)).unwrap()).await
    };
    let broken = send("application/json", "{").await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    broken.error();
    let form = send("application/x-www-form-urlencoded", "kind=sample").await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(form.error().contains("application/json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_everything_else_works() {
    let server = Server::with(Err("this build contains no model".to_owned()));
    let reply = server.post("/api/v1/generate", &sample(1)).await;
    assert_eq!(reply.status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(reply.error(), "this build contains no model");
    assert_eq!(server.get("/api/v1/info").await.json()["models"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_generated_under_a_name_that_no_recipe_has() {
    let server = Server::start();
    for path in ["/api/v1/generated/0123456789abcdef", "/api/v1/generated/..%2f..%2fcatalog/frames/0.png"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        reply.error();
    }
}

/// Says when it begins a batch, and goes on when it is let.
struct Gated {
    begun: Sender<usize>,
    go: Mutex<Receiver<()>>,
}

impl Model for Gated {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "gated".to_owned(), hash: "0".repeat(16), params: 0 }
    }
    fn device(&self) -> String {
        "cpu".to_owned()
    }
    fn size(&self) -> u32 {
        2
    }
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        self.begun.send(orders.len()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
        orders.iter().map(|_| Ok(vec![RgbImage::new(2, 2)])).collect()
    }
}

fn gated(waiting: usize) -> (Server, Receiver<usize>, Sender<()>) {
    let (begun, begins) = channel();
    let (go, may_go) = channel();
    let limits = Limits { waiting, batch: 8, gather: Duration::from_millis(1) };
    let server = Server::with_model(move || Ok(Gated { begun, go: Mutex::new(may_go) }), limits);
    (server, begins, go)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_no_and_when_to_come_back() {
    let (server, begins, go) = gated(2);
    let first = server.post("/api/v1/generate", &sample(1)).await;
    assert_eq!(begins.recv().unwrap(), 1);
    let waiting = [
        server.post("/api/v1/generate", &sample(2)).await,
        server.post("/api/v1/generate", &sample(3)).await,
    ];
    let refused = server.post("/api/v1/generate", &sample(4)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.header(header::RETRY_AFTER).parse::<u32>().unwrap() > 0);
    assert!(refused.error().contains("try again"));
    // What reads is answered all the while.
    assert_eq!(server.get("/api/v1/info").await.status, StatusCode::OK);
    go.send(()).unwrap();
    generated(server.end_of(&first).await);
    go.send(()).unwrap();
    go.send(()).unwrap();
    for accepted in &waiting {
        generated(server.end_of(accepted).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_ends_and_keeps_nothing() {
    let (server, begins, go) = gated(4);
    let first = server.post("/api/v1/generate", &sample(1)).await;
    begins.recv().unwrap();
    let unwanted = server.post("/api/v1/generate", &sample(2)).await;
    for accepted in [&first, &unwanted] {
        let place = accepted.header(header::LOCATION);
        let reply = server.send(request(Method::DELETE, place).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(server.end_of(accepted).await, JobState::Cancelled);
    }
    go.send(()).unwrap();
    let wanted = server.post("/api/v1/generate", &sample(3)).await;
    assert_eq!(begins.recv().unwrap(), 1);
    go.send(()).unwrap();
    generated(server.end_of(&wanted).await);
    assert_eq!(server.get("/api/v1/generated").await.json()["generated"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_what_is_under_way_joins_it() {
    let (server, begins, go) = gated(4);
    let first = server.post("/api/v1/generate", &sample(1)).await;
    begins.recv().unwrap();
    let second = server.post("/api/v1/generate", &sample(1)).await;
    assert_eq!(first.json()["id"], second.json()["id"]);
    go.send(()).unwrap();
    generated(server.end_of(&second).await);
}
