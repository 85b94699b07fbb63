//! Pages that are modules of their own: opened, walked to, and out of reach.

use crate::driver::Browser;
use crate::hands::{DRAWN, ids};
use crate::opened;
use serde_json::{Value, json};

/// The modules that the page has fetched by now, the main one left out.
const FETCHED: &str = "performance.getEntriesByType('resource').map(entry => entry.name)
    .filter(name => name.endsWith('.wasm') && !name.endsWith('_bg.wasm'))";

/// Presses a link of the bar and says whether the page it leads to came without the document being loaded anew.
async fn walk(browser: &Browser, to: &str) {
    browser
        .eval(&format!("(window.same = true, document.querySelector('header a[href=\"{to}\"]').click())"))
        .await;
    let there = format!("location.pathname === '{to}' && document.querySelector('main h1, main canvas')");
    browser.wait_for(to, &there).await;
    assert_eq!(browser.eval("window.same").await, true, "{to} was walked to, not loaded");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn every_page_is_taken_over_when_it_is_opened_and_led_away_from() {
    let (_data, server, browser) = opened(24, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let album = format!("/album/{}", ids(&browser).await[0]);
    let pages =
        ["/catalogue", "/duplicates", "/neighbourhoods", "/import", "/studio", "/evaluate", "/training"];
    for page in pages.into_iter().chain([album.as_str()]) {
        browser.open(&format!("{}{page}", server.address)).await;
        browser.wait_for("a module of its own", &format!("{FETCHED}.length > 0")).await;
        // Nothing but a page that was taken over follows a link by itself.
        let taken = "(() => {
            let taken = false;
            const see = event => { taken = event.defaultPrevented; event.preventDefault(); };
            addEventListener('click', see, { once: true });
            document.querySelector('header a[href=\"/\"]').click();
            return taken;
        })()";
        browser.wait_for(&format!("{page} to be taken over"), taken).await;
        browser.wait_for("the map to be drawn", DRAWN).await;
        browser.assert_quiet().await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_page_is_fetched_when_somebody_goes_there() {
    let (_data, _server, browser) = opened(24, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let studio = format!("{FETCHED}.some(name => name.includes('studio'))");
    assert_eq!(browser.eval(&studio).await, false, "the map needs no studio");
    for page in ["/studio", "/evaluate", "/training", "/import", "/catalogue", "/"] {
        walk(&browser, page).await;
    }
    assert_eq!(browser.eval(&studio).await, true);
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_page_that_cannot_be_fetched_says_so_and_is_there_the_next_time() {
    let (_data, server, browser) = opened(24, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let block = async |what: Value| {
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setBlockedURLs", json!({ "urls": what })).await;
    };
    block(json!(["*split_*"])).await;
    walk(&browser, "/studio").await;
    browser.wait_for("a sentence", "document.querySelector('main .trouble')?.textContent.length > 20").await;
    block(json!([])).await;
    walk(&browser, "/").await;
    walk(&browser, "/studio").await;
    browser.wait_for("the studio", "document.querySelector('main h1')?.textContent === 'Studio'").await;

    // A page that is opened stands as the server drew it.
    block(json!(["*split_*"])).await;
    browser.open(&format!("{}/catalogue", server.address)).await;
    browser.wait_for("a sentence", "document.querySelector('main > .trouble')").await;
    assert_eq!(browser.eval("document.querySelector('main h1').textContent").await, "Catalogue");
    browser.close().await;
}
