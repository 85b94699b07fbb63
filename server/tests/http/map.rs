//! The map as the page fetches it.

use crate::common::ALBUMS;
use crate::server::Server;
use axum::http::{StatusCode, header};
use gatefold::map::{Columns, Manifest, NO_SLOT};

async fn manifest(server: &Server) -> Manifest {
    serde_json::from_slice(&server.get("/api/v1/map").await.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn manifest_columns_and_labels_speak_of_the_same_albums() {
    let server = Server::start();
    let manifest = manifest(&server).await;
    assert_eq!(u64::from(manifest.albums), ALBUMS);
    let reply = server.get(&format!("/api/v1/map/{}/columns.bin", manifest.build)).await;
    let columns = Columns::decode(&reply.body).unwrap();
    assert_eq!((columns.id.len(), columns.a.len()), (manifest.albums as usize, manifest.edges as usize));
    assert_eq!(columns.slot.iter().filter(|slot| **slot == NO_SLOT).count(), 1);
    let labels = server.get(&format!("/api/v1/map/{}/labels.json", manifest.build)).await.json();
    assert_eq!(labels.as_array().unwrap().len(), columns.id.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_build_made_is_kept_for_good_and_its_manifest_asked_for_again() {
    let server = Server::start();
    let build = manifest(&server).await.build;
    for path in
        [format!("{build}/columns.bin"), format!("{build}/labels.json"), format!("{build}/sheets/0/0.jpg")]
    {
        let path = format!("/api/v1/map/{path}");
        let reply = server.get(&path).await;
        assert!(reply.header(header::CACHE_CONTROL).contains("immutable"), "{path}");
        let again = server.get_with(&path, header::IF_NONE_MATCH, reply.header(header::ETAG)).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    let reply = server.get("/api/v1/map").await;
    assert_eq!(reply.header(header::CACHE_CONTROL), "private, no-cache");
    let again = server.get_with("/api/v1/map", header::IF_NONE_MATCH, reply.header(header::ETAG)).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_announced_sheet_is_a_picture_of_the_announced_size() {
    let server = Server::start();
    let manifest = manifest(&server).await;
    assert!(!manifest.levels.is_empty());
    for (number, level) in manifest.levels.iter().enumerate() {
        for sheet in 0..level.sheets {
            let path = format!("/api/v1/map/{}/sheets/{number}/{sheet}.jpg", manifest.build);
            let reply = server.get(&path).await;
            assert_eq!(reply.header(header::CONTENT_TYPE), "image/jpeg", "{path}");
            assert_eq!(image::load_from_memory(&reply.body).unwrap().width(), level.size * level.columns);
        }
    }
    let (last, level) = (manifest.levels.len() - 1, manifest.levels.last().unwrap());
    let build = &manifest.build;
    for path in [
        format!("{build}/sheets/{last}/{}.jpg", level.sheets),
        format!("{build}/sheets/{}/0.jpg", last + 1),
        format!("{build}/sheets/0/0.png"),
        format!("{build}/sheets/0/zero.jpg"),
    ] {
        let reply = server.get(&format!("/api/v1/map/{path}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        reply.error();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_gone_says_so() {
    let server = Server::start();
    let reply = server.get("/api/v1/map/0000000000000000/columns.bin").await;
    assert_eq!(reply.status, StatusCode::GONE);
    assert!(reply.error().contains("reload the page"));
}
