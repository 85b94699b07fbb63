//! Without a mouse: from the start page to a new cover by keys alone.

use crate::driver::Browser;
use crate::hands::{DRAWN, listed};
use crate::opened;
use serde_json::Value;
use std::time::Duration;

/// So many times Tab leads to everything on the page, and round again.
const ROUND: usize = 120;

/// Presses Tab until the focus is where `there` says.
async fn tab_to(browser: &Browser, what: &str, there: &str) {
    for _ in 0..ROUND {
        browser.press("Tab", 9).await;
        if browser.eval(&format!("!!({there})")).await == Value::Bool(true) {
            return;
        }
    }
    let shot = browser.screenshot("keys-lost").await;
    panic!("Tab never led to {what}, see {}", shot.display());
}

/// Presses arrows until another album has the focus; its id.
async fn step(browser: &Browser) -> Value {
    let before = browser.eval("window.gatefold.focused").await;
    for (key, code) in [("ArrowRight", 39), ("ArrowLeft", 37), ("ArrowDown", 40), ("ArrowUp", 38)] {
        browser.press(key, code).await;
        let now = browser.eval("window.gatefold.focused").await;
        if now != before {
            return now;
        }
    }
    panic!("no arrow leads away from {before}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn keys_alone_lead_from_the_start_page_to_a_new_cover() {
    let (_data, _server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let count = "window.hands = 0; for (const name of ['pointerdown', 'mousedown', 'touchstart']) \
                 addEventListener(name, () => window.hands++, true)";
    browser.client.execute(count, Vec::new()).await.expect("the page listens");

    browser.press("Tab", 9).await;
    assert_eq!(browser.eval("document.activeElement.className").await, "skip", "first the way past the bar");

    // An album is looked for by its name.
    let albums = listed(&browser).await;
    let title = albums.iter().filter_map(|album| album["title"].as_str()).max_by_key(|title| title.len());
    let title = title.expect("a title");
    browser.press("/", 191).await;
    browser.wait_for("the search to have the focus", "document.activeElement.id === 'search'").await;
    browser.type_text(title).await;
    let title = serde_json::json!(title);
    let there = format!(
        "[...document.querySelectorAll('.search-title')].some(found => found.textContent === {title})"
    );
    browser.wait_for("the album", &there).await;
    // What the last letters changed has come too.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let active = format!(
        "document.querySelector('.search-option[aria-selected=true] .search-title')?.textContent === {title}"
    );
    let mut arrows = 0;
    while browser.eval(&active).await != Value::Bool(true) {
        assert!(arrows < 6, "arrows lead to {title}");
        browser.press("ArrowDown", 40).await;
        arrows += 1;
    }
    browser.enter().await;
    browser.wait_for("the album to be selected", "window.gatefold.selected().length === 1").await;
    browser.wait_for("the map to fly there", DRAWN).await;
    let found = browser.eval("window.gatefold.selected()[0]").await;

    // On the map an arrow leads to the next, Enter takes it alone, Shift and Enter one more.
    let map = "document.activeElement.className === 'map-canvas'";
    tab_to(&browser, "the map", map).await;
    assert_eq!(browser.eval("window.gatefold.focused").await, found, "one begins with what is in the middle");
    let one = step(&browser).await;
    browser.enter().await;
    let selected = || browser.eval("window.gatefold.selected()");
    assert_eq!(selected().await, serde_json::json!([one]));
    let other = step(&browser).await;
    browser.press_held("Enter", 13, 8).await;
    assert_eq!(selected().await, serde_json::json!([one, other]));
    let said = "[...document.querySelectorAll('.unseen [aria-live]')].some(p => p.textContent === '2 albums selected')";
    browser.wait_for("it to be said", said).await;
    browser.screenshot("keys-selected").await;

    tab_to(&browser, "the button to average", "document.activeElement.dataset.action === 'average'").await;
    browser.enter().await;
    browser
        .wait_for(
            "the new picture",
            "(() => { const i = document.querySelector('[data-role=child] img'); return i && i.complete && i.naturalWidth >= 64; })()",
        )
        .await;
    let inside = "document.querySelector('.maker').contains(document.activeElement)";
    assert_eq!(browser.eval(inside).await, true, "the focus has gone along");
    browser.screenshot("keys-average").await;
    browser.press("Escape", 27).await;
    browser.wait_for("Escape to close it", "!document.querySelector('.maker')").await;
    assert_eq!(browser.eval("window.hands").await, 0, "no hand was on a mouse");
    browser.assert_quiet().await;
    browser.close().await;
}
