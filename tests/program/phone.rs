//! The start page on a phone: the map has the window, and everything else is one press away.

use crate::driver::{Browser, Server};
use crate::hands::{DRAWN, click, ids};
use crate::opened;
use serde_json::{Value, json};

/// The sheet with the tools lies open.
const TOOLS: &str = "document.querySelector('#map-tools:popover-open')";
/// The button that opens it has the focus.
const BACK: &str = "document.activeElement.id === 'tools-button'";

/// A phone that shows a page of Gatefold other than the map.
async fn phone() -> (tempfile::TempDir, Server, Browser) {
    let (data, server, browser) = opened(48, "/import", (360, 740)).await;
    browser.become_phone(360, 740).await;
    (data, server, browser)
}

/// Opens an address of the map and waits until it is drawn.
async fn open_map(browser: &Browser, server: &Server, query: &str) {
    browser.open(&format!("{}/{query}", server.address)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
}

/// Opens the sheet with the tools by keys.
async fn open_tools(browser: &Browser) {
    browser.eval("document.querySelector('#tools-button').focus()").await;
    browser.enter().await;
    browser.wait_for("the tools", TOOLS).await;
}

/// How much of the window's height is the map's, and under nothing else.
async fn share_of_map(browser: &Browser) -> f64 {
    let free = "Array.from({ length: innerHeight }, (_, y) => document.elementFromPoint(innerWidth / 2, y))
        .filter(there => there?.className === 'map-canvas').length / innerHeight";
    browser.eval(free).await.as_f64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_map_has_most_of_a_phone() {
    let (_data, server, browser) = phone().await;
    let albums = ids(&browser).await;
    let chosen = format!("?select={},{}", albums[0], albums[1]);
    for (query, least) in [("", 0.7), (chosen.as_str(), 0.6)] {
        open_map(&browser, &server, query).await;
        let share = share_of_map(&browser).await;
        assert!(share >= least, "{share} of the height with “{query}”");
        browser.screenshot(if query.is_empty() { "phone" } else { "phone-selected" }).await;
    }
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn tools_fold_out_within_reach_and_give_the_focus_back() {
    let (_data, server, browser) = phone().await;
    open_map(&browser, &server, "").await;
    open_tools(&browser).await;
    for open in ["#arrange-button", "#export-button"] {
        click(&browser, open).await;
        browser
            .wait_for("it to open", &format!("document.querySelector('{open}[aria-expanded=true]')"))
            .await;
    }
    let out = "[...document.querySelectorAll('#map-tools button, #map-tools select, #map-tools .button')]
        .filter(control => control.checkVisibility())
        .filter(control => {
            control.scrollIntoView({ block: 'center' });
            const { left, right, top, bottom, height } = control.getBoundingClientRect();
            const on_top = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return left < 0 || right > 360 || bottom > innerHeight || height < 43.5 || !control.contains(on_top);
        })
        .map(control => control.textContent)";
    assert_eq!(browser.eval(out).await, json!([]), "controls that no finger reaches");
    assert_eq!(browser.eval("document.documentElement.scrollWidth <= 360").await, true);
    let legend = "[...document.querySelectorAll('.legend-entry')].every(entry => entry.checkVisibility())";
    assert_eq!(browser.eval(legend).await, true, "the genres lie among them");
    browser.screenshot("phone-tools").await;
    browser.press("Escape", 27).await;
    browser.wait_for("Escape to close them", &format!("!{TOOLS}")).await;
    browser.wait_for("the focus to come back", BACK).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_tool_that_needs_the_map_puts_the_others_away() {
    let (_data, server, browser) = phone().await;
    open_map(&browser, &server, "").await;
    let open = "document.querySelector('#filter-panel:not([hidden])')";
    for close in ["Escape", "its button"] {
        open_tools(&browser).await;
        // As a finger or Tab would have it: what is pressed has the focus.
        browser.eval("document.querySelector('#filter-button').focus()").await;
        click(&browser, "#filter-button").await;
        browser.wait_for("the filter", &format!("{open} && !{TOOLS}")).await;
        browser.wait_for("the focus to come back", BACK).await;
        match close {
            "Escape" => browser.press("Escape", 27).await,
            _ => click(&browser, ".filter-panel .icon-button").await,
        }
        browser.wait_for(close, &format!("!{open} && {BACK}")).await;
    }
    for tool in ["[data-action=lasso]", "[title=\"Show everything (0)\"]"] {
        open_tools(&browser).await;
        click(&browser, tool).await;
        browser.wait_for("the map to be in sight", &format!("!{TOOLS}")).await;
    }
    let told = browser.eval("document.querySelector('#tools-button').textContent").await;
    assert_eq!(told, Value::from("Tools, in use"), "the lasso waits for a finger");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn pages_fold_out_and_away_again() {
    let (_data, server, browser) = phone().await;
    open_map(&browser, &server, "").await;
    let pages = "document.querySelector('.pages:popover-open')";
    click(&browser, ".pages-button").await;
    browser.wait_for("the pages", pages).await;
    let small = "[...document.querySelectorAll('.pages a')].filter(a => {
        const { left, right, height } = a.getBoundingClientRect();
        return left < 0 || right > 360 || height < 43.5;
    }).map(a => a.textContent)";
    assert_eq!(browser.eval(small).await, json!([]), "all of them within reach");
    click(&browser, ".pages a[href=\"/catalogue\"]").await;
    browser.wait_for("the page", &format!("location.pathname === '/catalogue' && !{pages}")).await;
    browser.assert_quiet().await;
    browser.close().await;
}
