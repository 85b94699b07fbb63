//! The graphics card takes everything away, and gives it back.

use crate::driver::Browser;
use crate::hands::{DRAWN, camera, free_albums, select};
use crate::opened;
use image::RgbImage;
use serde_json::json;
use std::time::Duration;

/// Colours that differ by less than this look the same.
const ALIKE: u8 = 24;

/// The part of the window where nothing lies over the map.
async fn seen(browser: &Browser) -> RgbImage {
    let png = browser.client.screenshot().await.expect("a picture of the page");
    let page = image::load_from_memory(&png).expect("a picture").to_rgb8();
    image::imageops::crop_imm(&page, 420, 180, 600, 420).to_image()
}

/// The share of pixels that differ.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    let pairs = one.pixels().zip(other.pixels());
    let differ = pairs.filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > ALIKE)).count();
    differ as f64 / f64::from(one.width() * one.height())
}

/// Loses the map's context; whether the map wants it back, and whether it is lost.
const LOSE: &str = "(async () => {
    const canvas = document.querySelector('.map-canvas');
    const context = canvas.getContext('webgl2');
    window.card = context.getExtension('WEBGL_lose_context');
    const lost = new Promise(told => canvas.addEventListener('webglcontextlost', told, { once: true }));
    window.card.loseContext();
    const event = await lost;
    // It may be had back once everybody has heard of the loss.
    await new Promise(done => setTimeout(done, 50));
    return [event.defaultPrevented, context.isContextLost()];
})()";

async fn point_at(browser: &Browser, x: f64, y: f64) {
    let parameters = json!({ "type": "mouseMoved", "x": x, "y": y });
    browser.devtools("Input.dispatchMouseEvent", parameters).await;
}

/// Waits until the map looks as it did.
async fn looks_like(browser: &Browser, before: &RgbImage) {
    let mut share = 1.0;
    for _ in 0..100 {
        share = difference(before, &seen(browser).await);
        if share < 0.01 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let shot = browser.screenshot("context-restored").await;
    panic!("{:.1} % of the map look different, see {}", 100.0 * share, shot.display());
}

/// That a context was lost the browser says itself.
async fn assert_quiet_but_for_the_loss(browser: &Browser) {
    let mut complaints = browser.complaints().await;
    complaints.retain(|(_, text)| !text.contains("CONTEXT_LOST_WEBGL"));
    assert!(complaints.is_empty(), "the page complained: {complaints:#?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_lost_context_comes_back_with_the_same_map() {
    let (_data, _server, browser) = opened(48, "/", (1440, 900)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let free = free_albums(&browser, (720.0, 400.0)).await;
    select(&browser, &free[..2]).await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("+", 187).await;
    browser.wait_for("the map to stand still", DRAWN).await;
    // What the pointer is over looks different; it goes where nothing is.
    point_at(&browser, 2.0, 2.0).await;
    let selected = browser.eval("window.gatefold.selected()").await;
    let view = camera(&browser).await;
    browser.assert_quiet().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = seen(&browser).await;

    for _ in 0..2 {
        assert_eq!(browser.eval(LOSE).await, json!([true, true]), "lost, to be given back");
        assert_eq!(browser.eval("window.gatefold.drawn").await, 0);
        // Whatever happens meanwhile finds no card, and nothing breaks.
        for (x, y) in [(free[0].1, free[0].2), (720.0, 400.0), (2.0, 2.0)] {
            point_at(&browser, x, y).await;
        }
        browser.eval("window.card.restoreContext()").await;
        browser.wait_for("the map to be drawn again", &format!("{DRAWN} && window.gatefold.drawn > 0")).await;
        let there = "window.gatefold.pictured === window.gatefold.drawn";
        browser.wait_for("the covers to be there again", there).await;
    }
    let after = camera(&browser).await;
    for (before, after) in view.iter().zip(after) {
        assert!((before - after).abs() < 1e-6 * view[2], "{view:?} became {after:?}");
    }
    assert_eq!(browser.eval("window.gatefold.selected()").await, selected);
    looks_like(&browser, &before).await;
    assert_quiet_but_for_the_loss(&browser).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_layout_that_is_asked_for_while_the_context_is_lost_comes_all_the_same() {
    let (_data, _server, browser) = opened(48, "/", (1440, 900)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let meanwhile = format!(
        "{LOSE}.then(lost => {{
            document.querySelector('.arrange-layout input[value=timeline]').click();
            window.card.restoreContext();
            return lost;
        }})"
    );
    assert_eq!(browser.eval(&meanwhile).await, json!([true, true]));
    browser.wait_for("the layout in the address", "location.search.includes('layout=timeline')").await;
    browser.wait_for("the years", "document.querySelectorAll('.map-label').length > 1").await;
    browser.wait_for("the map to be drawn again", &format!("{DRAWN} && window.gatefold.drawn === 48")).await;
    let quiet = "document.querySelector('#arrange-panel > [role=status]').textContent";
    assert_eq!(browser.eval(quiet).await, "", "nothing is on its way any more");
    assert_quiet_but_for_the_loss(&browser).await;
    browser.close().await;
}
