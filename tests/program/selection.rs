//! Choosing on the map, sets, the address that shows the same again, and what can be taken along.

use crate::driver::{Browser, Server};
use crate::hands::{DRAWN, RESTED, click, free_albums, select};
use crate::{opened, place};
use serde_json::Value;

/// The middle of the window: there nothing is near that lies over the map.
const MIDDLE: (f64, f64) = (720.0, 400.0);

async fn open_map() -> (tempfile::TempDir, Server, Browser) {
    let opened = opened(48, "/", (1440, 900)).await;
    opened.2.wait_for("the map to be drawn", DRAWN).await;
    opened
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_loop_selects_what_is_inside_it_and_can_be_undone() {
    let (_data, _server, browser) = open_map().await;
    let free = free_albums(&browser, MIDDLE).await;
    let (id, x, y) = free.first().expect("a free album").clone();
    // Begun where nothing lies over the map: around the album, a little way off.
    let around: Vec<(f64, f64)> =
        [(-14.0, -14.0), (14.0, -14.0), (14.0, 14.0), (-14.0, 14.0), (-14.0, -10.0)]
            .into_iter()
            .map(|(dx, dy)| (x + dx, y + dy))
            .collect();
    browser.drag(&around, 1).await;
    browser.wait_for("the loop to select", &format!("window.gatefold.selected().includes('{id}')")).await;
    browser.press_held("z", 90, 2).await;
    browser.wait_for("Ctrl Z to undo", "window.gatefold.selected().length === 0").await;
    browser.press_held("z", 90, 2 + 8).await;
    browser.wait_for("Ctrl Shift Z to redo", &format!("window.gatefold.selected().includes('{id}')")).await;
    click(&browser, "[data-action=undo-selection]").await;
    browser.wait_for("the button to undo", "window.gatefold.selected().length === 0").await;
    browser.press_held("y", 89, 2).await;
    browser.wait_for("Ctrl Y to redo", &format!("window.gatefold.selected().includes('{id}')")).await;

    click(&browser, "[data-action=lasso]").await;
    let camera = browser.eval("window.gatefold.camera").await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("Escape", 27).await;
    browser.wait_for("Escape to clear", "window.gatefold.selected().length === 0").await;
    browser.drag(&around, 0).await;
    browser.wait_for("the loop without a key", &format!("window.gatefold.selected().includes('{id}')")).await;
    assert_eq!(browser.eval("window.gatefold.camera").await, camera, "the map stays where it is");
    assert_eq!(browser.eval("document.querySelector('.map-rope').hidden").await, true);
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn what_is_lit_is_selected_and_compared_with_the_whole() {
    let (_data, _server, browser) = open_map().await;
    click(&browser, ".legend-entry").await;
    browser.wait_for("the note of what is lit", "document.querySelector('.lit-note')").await;
    click(&browser, "[data-action=select-lit]").await;
    browser.wait_for("the genre to be selected", "window.gatefold.selected().length > 1").await;
    let count = browser.eval("document.querySelector('.legend-entry .legend-count').textContent").await;
    assert_eq!(
        browser.eval("String(window.gatefold.selected().length)").await,
        count,
        "all albums of the genre"
    );
    click(&browser, "[data-action=compare]").await;
    let first = "document.querySelector('.shares tbody tr').textContent";
    browser.wait_for("the shares", "document.querySelectorAll('.shares tbody tr').length > 1").await;
    let said = browser.eval(first).await;
    assert!(said.as_str().expect("words").contains("100 %"), "{said}");
    browser.screenshot("shares").await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_reload_shows_the_very_same_view() {
    let (_data, _server, browser) = open_map().await;
    let free = free_albums(&browser, MIDDLE).await;
    select(&browser, &free[..2]).await;
    click(&browser, ".legend-entry:not([aria-pressed=true])").await;
    let tint = "(() => { const choice = document.querySelector('.tint-choice select'); \
                choice.value = 'genre'; choice.dispatchEvent(new Event('change', { bubbles: true })); })()";
    browser.eval(tint).await;
    browser.eval("document.querySelector('.arrange-layout input[value=timeline]').click()").await;
    browser.wait_for("the layout in the address", "location.search.includes('layout=timeline')").await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("+", 187).await;
    browser.wait_for("the view in the address", "location.search.includes('view=')").await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let steps = browser.eval("history.length").await;
    browser.wait_for("the address to rest", RESTED).await;
    let search = browser.eval("location.search").await;
    let said = search.as_str().expect("a text");
    for word in ["select=", "lit=genre:", "colour=genre", "layout=timeline", "view="] {
        assert!(said.contains(word), "{word} in {said}");
    }
    let before = browser.eval("window.gatefold.camera").await;
    let selected = browser.eval("window.gatefold.selected()").await;

    browser.client.refresh().await.expect("the page loads anew");
    browser.wait_for("the map to be drawn again", DRAWN).await;
    browser
        .wait_for("the layout", "document.querySelector('.arrange-layout input[value=timeline]').checked")
        .await;
    let near = format!(
        "Math.abs(window.gatefold.camera.x - {}) < 0.01 && Math.abs(window.gatefold.camera.zoom - {}) < 0.01",
        before["x"], before["zoom"]
    );
    browser.wait_for("the same view", &near).await;
    assert_eq!(browser.eval("window.gatefold.selected()").await, selected);
    assert_eq!(browser.eval("document.querySelector('.tint-choice select').value").await, "genre");
    browser
        .wait_for("the genre to be lit", "document.querySelector('.legend-entry[aria-pressed=true]')")
        .await;
    browser.wait_for("the address to rest", RESTED).await;
    assert_eq!(browser.eval("location.search").await, search);
    assert_eq!(browser.eval("history.length").await, steps, "no step of the history");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn what_others_write_into_the_address_stays_there() {
    let (_data, _server, browser) = opened(48, "/?kept=a%2Cb&colour=doubt", (1440, 900)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("+", 187).await;
    browser.wait_for("the view in the address", "location.search.includes('view=')").await;
    let said = browser.eval("location.search").await;
    let said = said.as_str().expect("a text");
    assert!(said.starts_with("?kept=a%2Cb&") && said.contains("colour=doubt"), "{said}");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_set_is_saved_opened_deleted_and_had_back() {
    let (_data, server, browser) = open_map().await;
    let free = free_albums(&browser, MIDDLE).await;
    select(&browser, &free[..2]).await;
    click(&browser, "[data-action=sets]").await;
    let write = "(() => { const field = document.querySelector('.sets-save input'); field.value = 'Late nights'; \
                 field.dispatchEvent(new Event('input', { bubbles: true })); })()";
    browser.eval(write).await;
    click(&browser, "[data-action=save-set]").await;
    let rows = "document.querySelectorAll('.sets-list li').length";
    browser.wait_for("the set in the list", &format!("{rows} === 1")).await;
    browser.screenshot("sets").await;
    let kept = browser.eval(&format!("fetch('{}/api/v1/sets').then(r => r.json())", server.address)).await;
    assert_eq!(kept["sets"][0]["name"], "Late nights");
    let albums = kept["sets"][0]["albums"].clone();

    browser.press_held("z", 90, 2).await;
    browser.wait_for("another selection", "window.gatefold.selected().length === 1").await;
    click(&browser, ".sets-open").await;
    browser.wait_for("the set to be selected", "window.gatefold.selected().length === 2").await;
    assert_eq!(browser.eval("window.gatefold.selected()").await, albums);

    click(&browser, ".sets-list .quiet").await;
    browser.wait_for("the set to go", &format!("{rows} === 0")).await;
    click(&browser, "[data-action=undelete-set]").await;
    browser.wait_for("the set to come back", &format!("{rows} === 1")).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_view_and_the_selection_are_taken_along() {
    let (_data, _server, browser) = open_map().await;
    let free = free_albums(&browser, MIDDLE).await;
    select(&browser, &free[..2]).await;
    // What is handed out is caught instead of written to a disk.
    let catch = "(() => { window.caught = []; const make = URL.createObjectURL; \
                 URL.createObjectURL = blob => { window.caught.push(blob); return make.call(URL, blob); }; })()";
    browser.eval(catch).await;
    browser.eval("document.querySelector('#export-button').click()").await;
    click(&browser, "[data-action=png]").await;
    browser.wait_for("the picture", "window.caught.length === 1").await;
    let colours = "createImageBitmap(window.caught[0]).then(picture => { \
                   const canvas = new OffscreenCanvas(picture.width, picture.height); \
                   const context = canvas.getContext('2d'); context.drawImage(picture, 0, 0); \
                   const data = new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer); \
                   return new Set(data).size; })";
    let colours = browser.eval(colours).await;
    assert!(colours.as_u64().is_some_and(|n| n > 100), "{colours} colours: covers are in the picture");

    click(&browser, "[data-action=svg]").await;
    browser.wait_for("the drawing", "window.caught.length === 2").await;
    let svg = browser.eval("window.caught[1].text()").await;
    let svg = svg.as_str().expect("a text");
    assert!(
        svg.contains("<image ") && svg.contains("data:image/") && svg.contains("<path "),
        "{} bytes",
        svg.len()
    );
    let sound = "window.caught[1].text().then(text => \
                 new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror') === null)";
    assert_eq!(browser.eval(sound).await, true);

    let table =
        "fetch(document.querySelector('#export-panel a[href*=\"map.csv\"]').href).then(r => r.text())";
    let table = browser.eval(table).await;
    assert_eq!(table.as_str().expect("a text").lines().count(), 3, "a header and two albums");
    click(&browser, "[data-action=playlist]").await;
    browser
        .wait_for(
            "a sentence",
            "document.querySelector('.toasts')?.textContent.includes('No music is known')",
        )
        .await;
    browser.screenshot("export").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_small_map_moves_the_large_one() {
    let (_data, _server, browser) = open_map().await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    for _ in 0..3 {
        browser.press("+", 187).await;
        browser.wait_for("the map to be drawn", DRAWN).await;
    }
    let corner = "(() => { const box = document.querySelector('.minimap').getBoundingClientRect(); \
                  return [box.left, box.top]; })()";
    let (left, top) = place(&browser.eval(corner).await);
    browser.click_at(left + 30.0, top + 60.0, 0).await;
    let x = |value: &Value| value["x"].as_f64().expect("a number");
    browser.wait_for("the map to be drawn", DRAWN).await;
    let west = x(&browser.eval("window.gatefold.camera").await);
    browser
        .drag(&[(left + 40.0, top + 60.0), (left + 90.0, top + 60.0), (left + 135.0, top + 60.0)], 0)
        .await;
    browser.wait_for("the map to go east", &format!("window.gatefold.camera.x > {west}")).await;
    browser.assert_quiet().await;
    browser.screenshot("minimap").await;

    // A phone has no room for it, and nothing sticks out of its window.
    let metrics = serde_json::json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    browser
        .wait_for(
            "the small map to go",
            "getComputedStyle(document.querySelector('.minimap')).display === 'none'",
        )
        .await;
    click(&browser, "#tools-button").await;
    browser.wait_for("the tools", "document.querySelector('#map-tools:popover-open')").await;
    let fits = "[...document.querySelectorAll('.home-tools > *, .home-tools > .arrange > button, .tray')] \
                .every(e => { const box = e.getBoundingClientRect(); \
                return box.width === 0 || (box.left >= 0 && box.right <= 361); })";
    assert_eq!(browser.eval(fits).await, true, "tools and tray fit a phone");
    assert_eq!(browser.eval("document.documentElement.scrollWidth <= 360").await, true);
    browser.screenshot("selection-phone").await;
    browser.close().await;
}
