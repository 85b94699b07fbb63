//! Runs of training: found by the data directory, shown with their curves and sheets.

use crate::server::Server;
use axum::http::{StatusCode, header};
use gatefold::train::runs;
use serde_json::json;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_listed_with_its_curves_and_sheets_as_long_as_its_folder_exists() {
    let server = Server::start();
    assert_eq!(server.get("/api/v1/training").await.json(), json!({"runs": []}));
    let out = tempfile::tempdir().unwrap();
    let id = runs::register(server.data.path(), out.path()).unwrap();
    let card = json!({ "model": "dcgan", "steps": 90, "started": 5, "settings": { "batch": 4 } });
    fs::write(out.path().join("run.json"), card.to_string()).unwrap();
    let line = |step: u64, loss: f64| {
        json!({ "step": step, "images": step * 4, "images_per_s": 9.5, "loss": { "generator": loss } })
            .to_string()
    };
    // The last line is just being written.
    fs::write(out.path().join("log.jsonl"), format!("{}\n{}\n{{\"st", line(10, 2.0), line(20, 1.5))).unwrap();
    fs::create_dir(out.path().join("grids")).unwrap();
    fs::write(out.path().join("grids/step-000000020.png"), b"picture").unwrap();

    let listed = server.get("/api/v1/training").await.json()["runs"].take();
    assert_eq!((listed[0]["id"].as_str(), listed[0]["step"].as_u64()), (Some(id.as_str()), Some(20)));
    assert_eq!(
        (listed[0]["state"].as_str(), listed[0]["resumable"].as_bool()),
        (Some("stopped"), Some(false))
    );
    let run = server.get(&format!("/api/v1/training/{id}")).await.json();
    assert_eq!((run["settings"]["batch"].as_u64(), &run["sheets"]), (Some(4), &json!([20])));
    assert_eq!(run["log"][1]["loss"]["generator"], 1.5);

    let sheet = server.get(&format!("/api/v1/training/{id}/sheets/20.png")).await;
    assert_eq!((&sheet.body[..], sheet.header(header::CONTENT_TYPE)), (&b"picture"[..], "image/png"));
    for missing in ["sheets/30.png", "sheets/20.jpg", "sheets/x.png"] {
        let reply = server.get(&format!("/api/v1/training/{id}/{missing}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.error().contains("no contact sheet"), "{}", reply.error());
    }
    let page = server.get(&format!("/training/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(String::from_utf8_lossy(&page.body).contains("generator"));

    out.close().unwrap();
    assert_eq!(server.get("/api/v1/training").await.json(), json!({"runs": []}));
    assert_eq!(server.get(&format!("/api/v1/training/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get(&format!("/training/{id}")).await.status, StatusCode::NOT_FOUND);
}
