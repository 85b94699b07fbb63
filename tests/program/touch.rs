//! A phone: what fingers do on the map, and that everything is within their reach.

use crate::driver::{Browser, Server};
use crate::hands::{DRAWN, camera, free_albums, ids};
use crate::{opened, place};
use serde_json::{Value, json};
use std::time::Duration;

/// Somewhere between what lies over the map above and below.
const MIDDLE: (f64, f64) = (195.0, 480.0);

/// The map on a phone.
async fn phone() -> (tempfile::TempDir, Server, Browser) {
    let (data, server, browser) = opened(48, "/import", (390, 844)).await;
    browser.become_phone(390, 844).await;
    browser.open(&format!("{}/", server.address)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    browser.wait_for("a screen for fingers", "matchMedia('(pointer: coarse)').matches").await;
    let free = format!("document.elementFromPoint({}, {})?.className === 'map-canvas'", MIDDLE.0, MIDDLE.1);
    browser.wait_for("room in the middle of the map", &free).await;
    (data, server, browser)
}

/// Fingers go from some places to others, in steps.
async fn swipe(browser: &Browser, from: &[(f64, f64)], to: &[(f64, f64)]) {
    const STEPS: u32 = 8;
    browser.touch("touchStart", from).await;
    for step in 1..=STEPS {
        let share = f64::from(step) / f64::from(STEPS);
        let between =
            |(a, b): (&(f64, f64), &(f64, f64))| (a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1));
        let now: Vec<(f64, f64)> = from.iter().zip(to).map(between).collect();
        browser.touch("touchMove", &now).await;
    }
    browser.touch("touchEnd", &[]).await;
}

/// A finger rests for so long.
async fn rest(browser: &Browser, at: (f64, f64), milliseconds: u64) {
    browser.touch("touchStart", &[at]).await;
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    browser.touch("touchEnd", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn one_finger_pans_two_zoom_and_a_resting_one_selects() {
    let (_data, _server, browser) = phone().await;
    let (x, y) = MIDDLE;
    let before = camera(&browser).await;
    swipe(&browser, &[(x, y)], &[(x + 64.0, y + 40.0)]).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let after = camera(&browser).await;
    let moved = [0, 1].map(|i| (before[i] - after[i]) * before[2]);
    assert!((moved[0] - 64.0).abs() < 4.0 && (moved[1] - 40.0).abs() < 4.0, "moved by {moved:?}");
    assert_eq!(after[2], before[2], "one finger does not zoom");

    let apart = |half: f64| [(x - half, y), (x + half, y)];
    swipe(&browser, &apart(40.0), &apart(80.0)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let nearer = camera(&browser).await[2] / after[2];
    assert!((nearer - 2.0).abs() < 0.2, "twice as far apart is twice as near, and not {nearer}");
    swipe(&browser, &apart(80.0), &apart(40.0)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let back = camera(&browser).await[2] / after[2];
    assert!((back - 1.0).abs() < 0.15, "together again is as far as before, and not {back}");
    assert_eq!(browser.eval("window.gatefold.selected().length").await, 0, "nothing of it selects");

    for n in 1..=2_usize {
        // What is selected lies over the map below: free albums are other ones each time.
        let chosen = browser.eval("window.gatefold.selected()").await;
        let free = free_albums(&browser, MIDDLE).await;
        let album = free.iter().find(|(id, ..)| !chosen.as_array().expect("ids").contains(&json!(id)));
        let (id, x, y) = album.expect("an album that is free").clone();
        rest(&browser, (x, y), 900).await;
        let selected = format!(
            "window.gatefold.selected().length === {n} && window.gatefold.selected().includes('{id}')"
        );
        browser.wait_for("the resting finger to select", &selected).await;
    }
    browser.screenshot("touch-selected").await;
    everything_below_is_in_reach(&browser).await;
    let button = "(() => { const button = document.querySelector('[data-action=average]'); \
                  button.scrollIntoView({ block: 'nearest', inline: 'nearest' }); \
                  const b = button.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()";
    rest(&browser, place(&browser.eval(button).await), 40).await;
    browser.wait_for("the tap to ask for a new cover", "document.querySelector('.maker')").await;
    browser.assert_quiet().await;
    browser.close().await;
}

/// What stands in the tray is large enough, and inside the window and under nothing else once a finger pushed it there.
async fn everything_below_is_in_reach(browser: &Browser) {
    let out = "[...document.querySelectorAll('.tray-actions button, .tray-actions a')]
        .filter(control => control.offsetParent)
        .filter(control => {
            control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
            const { left, right, top, bottom, height } = control.getBoundingClientRect();
            const on_top = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return left < 0 || right > innerWidth || bottom > innerHeight || height < 43.5 || !control.contains(on_top);
        })
        .map(control => control.textContent)";
    assert_eq!(browser.eval(out).await, json!([]), "controls that no finger reaches");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn no_page_scrolls_sideways_on_the_smallest_phone() {
    let (_data, server, browser) = opened(48, "/import", (360, 740)).await;
    browser.become_phone(360, 740).await;
    let albums = ids(&browser).await;
    let pages = [
        "/".to_owned(),
        format!("/?select={},{}", albums[0], albums[1]),
        format!("/album/{}", albums[0]),
        format!("/studio?albums={},{}", albums[0], albums[1]),
        "/evaluate".to_owned(),
        "/training".to_owned(),
        "/import".to_owned(),
        "/catalogue".to_owned(),
        "/duplicates".to_owned(),
        "/neighbourhoods".to_owned(),
        "/nothing-lies-here".to_owned(),
    ];
    let mut wide = Vec::new();
    for page in &pages {
        browser.open(&format!("{}{page}", server.address)).await;
        browser
            .wait_for(page, "document.readyState === 'complete' && document.querySelector('#content')")
            .await;
        if page.starts_with("/?") || page == "/" {
            browser.wait_for("the map to be drawn", DRAWN).await;
        }
        if browser.eval("document.documentElement.scrollWidth <= 360").await != Value::Bool(true) {
            browser
                .screenshot(&format!("wide{}", page.split('?').next().unwrap_or_default().replace('/', "-")))
                .await;
            wide.push(page);
        }
    }
    assert!(wide.is_empty(), "these scroll sideways: {wide:?}");
    browser.close().await;
}
