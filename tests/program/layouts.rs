//! The map's six layouts, and how albums get from one to another.

use crate::driver::Browser;
use crate::hands::{DRAWN, click, ids};
use crate::opened;
use serde_json::Value;

/// Notes where every album stands, for [`moved`].
async fn note_places(browser: &Browser) {
    let ids = serde_json::json!(ids(browser).await);
    let note = format!(
        "window.places = () => {ids}.map(id => window.gatefold.screenPosition(id));
         window.before = window.places();"
    );
    browser.client.execute(&note, Vec::new()).await.expect("places are noted");
}

/// An expression: at least half of all albums stand elsewhere than was noted.
fn moved() -> String {
    "window.places().filter(([x, y], i) => Math.hypot(x - window.before[i][0], y - window.before[i][1]) > 4).length \
     >= window.before.length / 2"
        .to_owned()
}

/// Chooses a layout and waits until every album stands in it.
async fn lay_out(browser: &Browser, layout: &str) {
    note_places(browser).await;
    browser.eval(&format!("document.querySelector('.arrange-layout input[value={layout}]').click()")).await;
    let quiet = "document.querySelector('#arrange-panel > [role=status]').textContent === ''";
    let stands = format!("{DRAWN} && {quiet} && {}", moved());
    browser.wait_for(&format!("the albums to stand by {layout}"), &stands).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn each_layout_can_be_chosen_and_shows_every_album() {
    let (_data, _server, browser) = opened(48, "/", (1440, 900)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    click(&browser, "#arrange-button").await;
    let offered = browser
        .eval("[...document.querySelectorAll('.arrange-layout input')].map(choice => choice.value)")
        .await;
    assert_eq!(offered, serde_json::json!(["similarity", "force", "genre", "timeline", "colour", "plane"]));
    for layout in ["force", "genre", "timeline", "colour", "plane", "similarity"] {
        lay_out(&browser, layout).await;
        assert_eq!(browser.eval("window.gatefold.drawn").await, 48, "{layout} shows every album");
        let labels = browser
            .eval(
                "[...document.querySelectorAll('.map-label')]
                     .filter(label => getComputedStyle(label).visibility === 'visible').map(label => label.textContent)",
            )
            .await;
        let labels: Vec<&str> = labels.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        match layout {
            "genre" => {
                let genres = browser
                    .eval("[...document.querySelectorAll('.legend .legend-name')].map(name => name.textContent)")
                    .await;
                let genres: Vec<&str> =
                    genres.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                assert!(genres.iter().all(|genre| labels.contains(genre)), "{genres:?} in {labels:?}");
            }
            "timeline" => {
                let years = labels.iter().filter(|label| label.len() == 4 && label.parse::<u16>().is_ok());
                assert!(years.count() >= 2, "years: {labels:?}");
            }
            _ => assert!(labels.is_empty(), "{layout} has nothing written on it: {labels:?}"),
        }
        let told = match layout {
            "similarity" => "!location.search.includes('layout=')".to_owned(),
            _ => format!("location.search.includes('layout={layout}')"),
        };
        browser.wait_for("the address to follow", &told).await;
        browser.screenshot(&format!("layout-{layout}")).await;
    }
    browser.assert_quiet().await;
    browser.close().await;
}

/// Looks at every frame from now on: whether anything was on its way, and how many views there were.
const LOOK: &str = "window.moving = false; window.views = new Set();
    cancelAnimationFrame(window.looking);
    const look = () => {
        const { moving, camera } = window.gatefold;
        window.moving ||= moving;
        window.views.add([camera.x, camera.y, camera.zoom].join());
        window.looking = requestAnimationFrame(look);
    };
    look();";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn who_prefers_little_movement_sees_the_next_layout_at_once() {
    let (_data, _server, browser) = opened(48, "/", (1440, 900)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    for (little, layout) in [(false, "timeline"), (true, "colour"), (true, "similarity"), (false, "genre")] {
        browser.prefer_little_movement(little).await;
        browser.client.execute(LOOK, Vec::new()).await.expect("the page is watched");
        lay_out(&browser, layout).await;
        let views = browser.eval("window.views.size").await.as_u64().expect("a number");
        assert_eq!(browser.eval("window.moving").await, !little, "{layout}, little movement: {little}");
        assert!(
            if little { views <= 2 } else { views > 2 },
            "{layout}: {views} views, little movement: {little}"
        );
    }
    // The same holds for keys.
    browser.prefer_little_movement(true).await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.client.execute(LOOK, Vec::new()).await.expect("the page is watched");
    let zoom = browser.eval("window.gatefold.camera.zoom").await;
    browser.press("+", 187).await;
    assert_eq!(browser.eval(&format!("window.gatefold.camera.zoom > {zoom}")).await, true, "nearer at once");
    browser.wait_for("the map to be drawn", DRAWN).await;
    assert_eq!(browser.eval("window.moving").await, false);
    browser.assert_quiet().await;
    browser.close().await;
}
