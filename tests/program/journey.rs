//! From one album to another, stop by stop.

use crate::driver::Browser;
use crate::hands::{DRAWN, click, ids};
use crate::opened;
use serde_json::Value;

/// The stops of the best way from one album to another that is no neighbour: ids and titles.
pub async fn best_way(browser: &Browser) -> Vec<(String, String)> {
    let ids = ids(browser).await;
    for to in &ids[1..] {
        let ask = format!("fetch('/api/v1/journeys?from={}&to={to}').then(r => r.json())", ids[0]);
        let found = browser.eval(&ask).await;
        let stops = found["journeys"][0]["stops"].as_array().map_or(&[][..], Vec::as_slice);
        if stops.len() >= 3 {
            let text = |stop: &Value, key: &str| stop["album"][key].as_str().expect("a text").to_owned();
            return stops.iter().map(|stop| (text(stop, "id"), text(stop, "title"))).collect();
        }
    }
    panic!("every album is a neighbour of the first");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_journey_is_lit_stop_by_stop_with_reasons() {
    let (_data, server, browser) = opened(48, "/import", (1440, 900)).await;
    let way = best_way(&browser).await;
    let (ids, titles): (Vec<&String>, Vec<&String>) = way.iter().map(|(id, title)| (id, title)).unzip();
    let (from, to) = (ids[0], ids[ids.len() - 1]);
    browser.open(&format!("{}/?select={from},{to}", server.address)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    click(&browser, "[data-action=journey]").await;
    browser.wait_for("the journey", "document.querySelector('.journeys .journeys-stop')").await;
    let shown = browser
        .eval("[...document.querySelectorAll('.journeys-stop .journeys-words > :first-child')].map(s => s.textContent)")
        .await;
    assert_eq!(shown, serde_json::json!(titles));
    let reasons = browser
        .eval("[...document.querySelectorAll('.journeys-stops li')].map(li => li.querySelector('small')?.textContent ?? '')")
        .await;
    let reasons: Vec<&str> = reasons.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(reasons[0], "", "one begins without a reason");
    assert!(reasons[1..].iter().all(|words| words.len() > 3), "each step says why: {reasons:?}");
    let lit = format!(
        "document.querySelector('.lit-note span').textContent === '{} albums on the way lit'",
        titles.len()
    );
    browser.wait_for("the stops to be lit", &lit).await;
    browser.screenshot("journey").await;

    // A stop is shown on the map, and all of them can be selected.
    browser.eval("document.querySelectorAll('.journeys-stop')[1].click()").await;
    let in_the_middle = format!(
        "(() => {{
            const [x, y] = window.gatefold.screenPosition('{}');
            const map = document.querySelector('.map-canvas').getBoundingClientRect();
            return Math.hypot(x - map.left - map.width / 2, y - map.top - map.height / 2) < 2;
        }})()",
        ids[1]
    );
    browser.wait_for("the map to fly to the stop", &in_the_middle).await;
    let all =
        "[...document.querySelectorAll('.journeys button')].find(b => b.textContent === 'Select all stops')";
    browser.eval(&format!("{all}.click()")).await;
    browser
        .wait_for(
            "all stops to be selected",
            &format!("window.gatefold.selected().length === {}", titles.len()),
        )
        .await;
    assert_eq!(browser.eval("window.gatefold.selected()").await, serde_json::json!(ids));
    click(&browser, ".journeys [aria-label=\"Close the journey\"]").await;
    browser.wait_for("everything to be lit again", "!document.querySelector('.lit-note')").await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn where_there_is_no_way_the_page_says_why() {
    let (_data, server, browser) = opened(48, "/import", (1440, 900)).await;
    let way = best_way(&browser).await;
    let ((from, _), (to, _)) = (&way[0], &way[way.len() - 1]);
    // The demo's label knows nothing of who listens to what: by listeners alone no album is like any other.
    browser.open(&format!("{}/?select={from},{to}&mix=listeners=1", server.address)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    click(&browser, "[data-action=journey]").await;
    let why = "document.querySelector('.journeys [role=status]')?.textContent";
    browser.wait_for("the reason", &format!("{why}?.includes('no line leads to')")).await;
    assert_eq!(browser.eval("document.querySelector('.journeys-stops')").await, Value::Null);
    browser.screenshot("no-journey").await;
    browser.close().await;
}
