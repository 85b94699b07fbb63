//! The page as a person meets it: the real binary serves, a real Chromium opens, clicks and waits.

#[path = "../../server/tests/common/copy.rs"]
mod copy;

mod accessible;
mod catalogue;
mod context;
mod driver;
mod evaluation;
mod filter;
mod hands;
mod journey;
mod keys;
mod layouts;
mod modules;
mod phone;
mod selection;
mod studio;
mod touch;
mod view;

use copy::copy_folder;
use driver::{Browser, Server, gatefold};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use tempfile::TempDir;

/// A data directory with so many demo albums, imported and built: each size is made once, and copied for each test.
fn demo(albums: u32) -> TempDir {
    static MADE: Mutex<BTreeMap<u32, TempDir>> = Mutex::new(BTreeMap::new());
    let mut sizes = MADE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let made = sizes.entry(albums).or_insert_with(|| {
        let data = tempfile::tempdir().expect("a data directory");
        let path = data.path().to_str().expect("a path that is text");
        gatefold(&["demo", "--data", path, "--albums", &albums.to_string(), "--seed", "7"]);
        data
    });
    let copy = tempfile::tempdir().expect("a data directory");
    copy_folder(made.path(), copy.path());
    copy
}

/// A demo catalogue, served, and a browser that has one of its pages open.
async fn opened(albums: u32, page: &str, (width, height): (u32, u32)) -> (TempDir, Server, Browser) {
    let data = demo(albums);
    let server = Server::start(data.path());
    let browser = Browser::start(width, height).await;
    browser.client.goto(&format!("{}{page}", server.address)).await.expect("the page opens");
    (data, server, browser)
}

fn place(value: &Value) -> (f64, f64) {
    let at = |i: usize| value[i].as_f64().expect("a number");
    (at(0), at(1))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn two_covers_are_picked_on_the_map_and_averaged_into_a_new_one() {
    let (_data, server, browser) = opened(48, "/", (1280, 800)).await;
    browser
        .wait_for(
            "the map to be drawn",
            "window.gatefold && window.gatefold.ready && window.gatefold.drawn > 0",
        )
        .await;
    assert_eq!(browser.eval("window.gatefold.albums").await, 48);
    assert!(browser.eval("window.gatefold.edges").await.as_u64() > Some(0));
    let textures = browser.eval("window.gatefold.textures").await;
    let bytes = |which: &str| textures[which].as_f64().expect("a number of bytes");
    assert!(bytes("resident") > 0.0 && bytes("resident") <= bytes("reserved"), "{textures}");
    assert_eq!(textures["sheets"].as_array().map(Vec::len), Some(3), "{textures}");
    browser.assert_quiet().await;
    browser.screenshot("map").await;

    let address = server.address.clone();
    let listed =
        browser.eval(&format!("fetch('{address}/api/v1/albums?limit=50').then(r => r.json())")).await;
    let albums = listed["albums"].as_array().expect("albums are listed");
    let mut picked = 0;
    for album in albums {
        let id = album["id"].as_str().expect("an id");
        let (x, y) = place(&browser.eval(&format!("window.gatefold.screenPosition('{id}')")).await);
        // Only where nothing lies over the map.
        let free =
            browser.eval(&format!("document.elementFromPoint({x},{y})?.className === 'map-canvas'")).await;
        if free != Value::Bool(true) {
            continue;
        }
        browser.click_at(x, y, if picked == 0 { 0 } else { 8 }).await;
        picked += 1;
        browser
            .wait_for("the click to select", &format!("window.gatefold.selected().length === {picked}"))
            .await;
        if picked == 2 {
            break;
        }
    }
    assert_eq!(picked, 2, "two covers stand free on the map");
    browser.screenshot("selected").await;

    browser
        .wait_for("the button to average", "document.querySelector('[data-action=average]:not([disabled])')")
        .await;
    browser.eval("document.querySelector('[data-action=average]').click()").await;
    browser
        .wait_for(
            "the new picture",
            "(() => { const i = document.querySelector('[data-role=child] img'); return i && i.complete && i.naturalWidth >= 64; })()",
        )
        .await;
    browser.assert_quiet().await;
    browser.screenshot("average").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn every_key_of_the_map_does_what_it_says() {
    let (_data, _server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", "window.gatefold && window.gatefold.settled").await;
    let zoom = || async { browser.eval("window.gatefold.camera.zoom").await.as_f64().expect("a number") };
    let whole = zoom().await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("ArrowRight", 39).await;
    browser.press("Enter", 13).await;
    browser.wait_for("Enter to select", "window.gatefold.selected().length === 1").await;
    for (key, code) in [("ArrowLeft", 37), ("ArrowUp", 38), ("ArrowDown", 40)] {
        browser.press(key, code).await;
    }
    browser.press("+", 187).await;
    browser.wait_for("plus to come nearer", &format!("window.gatefold.camera.zoom > {}", whole * 1.1)).await;
    let near = zoom().await;
    browser.press("-", 189).await;
    browser.wait_for("minus to go away", &format!("window.gatefold.camera.zoom < {}", near * 0.95)).await;
    browser.press("0", 48).await;
    let all = format!("Math.abs(window.gatefold.camera.zoom / {whole} - 1) < 0.01");
    browser.wait_for("0 to show everything", &all).await;
    browser.press("Escape", 27).await;
    browser.wait_for("Escape to clear", "window.gatefold.selected().length === 0").await;
    browser.assert_quiet().await;
    browser.close().await;
}
