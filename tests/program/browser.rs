//! The page as a person meets it: the real binary serves, a real Chromium opens, clicks and waits.

mod driver;
mod evaluation;

use driver::{Browser, Server, browser_is_there, gatefold};
use serde_json::Value;

fn demo(albums: u32) -> tempfile::TempDir {
    let data = tempfile::tempdir().expect("a data directory");
    let path = data.path().to_str().expect("a path that is text");
    gatefold(&["demo", "--data", path, "--albums", &albums.to_string(), "--seed", "7"]);
    data
}

fn place(value: &Value) -> (f64, f64) {
    let at = |i: usize| value[i].as_f64().expect("a number");
    (at(0), at(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_covers_are_picked_on_the_map_and_averaged_into_a_new_one() {
    if !browser_is_there() {
        return;
    }
    let data = demo(48);
    let server = Server::start(data.path());
    let browser = Browser::start(1280, 800).await;
    browser.client.goto(&server.address).await.expect("the page opens");
    browser
        .wait_for(
            "the map to be drawn",
            "window.gatefold && window.gatefold.ready && window.gatefold.drawn > 0",
        )
        .await;
    assert_eq!(browser.eval("window.gatefold.albums").await, 48);
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
        let free = browser.eval(&format!("document.elementFromPoint({x},{y})?.tagName === 'CANVAS'")).await;
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
