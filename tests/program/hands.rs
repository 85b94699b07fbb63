//! What a hand does on a page, and what a test asks the map before it does it.

use crate::driver::Browser;
use crate::place;
use serde_json::Value;

/// The map has drawn what there is, and stands still; the panels over it have come.
pub const DRAWN: &str = "window.gatefold && window.gatefold.ready && window.gatefold.settled \
    && document.querySelector('#arrange-panel > fieldset')";

/// The address has said the same for a second; asked for again and again.
pub const RESTED: &str = "(() => {
    const same = window.was === location.search;
    window.was = location.search;
    window.rested = same ? window.rested + 1 : 0;
    return window.rested > 10 && delete window.was;
})()";

/// Presses a button, once it is there and lets itself be pressed.
pub async fn click(browser: &Browser, selector: &str) {
    browser.wait_for(selector, &format!("document.querySelector('{selector}:not([disabled])')")).await;
    browser.eval(&format!("document.querySelector('{selector}').click()")).await;
}

/// Writes into a field what was not there.
pub async fn write(browser: &Browser, field: &str, text: &str) {
    let script = format!(
        "(() => {{
            const field = document.querySelector('{field}');
            field.value = '{text}';
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }})()"
    );
    browser.eval(&script).await;
}

/// Chooses another entry of a list that folds out.
pub async fn choose_option(browser: &Browser, list: &str, value: &str) {
    let script = format!(
        "(() => {{
            const list = document.querySelector('{list}');
            list.value = '{value}';
            list.dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()"
    );
    browser.eval(&script).await;
}

/// Albums of the catalogue, a hundred at most, as the server lists them.
pub async fn listed(browser: &Browser) -> Vec<Value> {
    let listed = browser.eval("fetch('/api/v1/albums?limit=100').then(r => r.json())").await;
    listed["albums"].as_array().expect("albums are listed").clone()
}

/// Their ids.
pub async fn ids(browser: &Browser) -> Vec<String> {
    let id = |album: &Value| album["id"].as_str().expect("an id").to_owned();
    listed(browser).await.iter().map(id).collect()
}

/// Where albums stand that nothing lies over: id and CSS pixels, the nearest to a place first.
pub async fn free_albums(browser: &Browser, near: (f64, f64)) -> Vec<(String, f64, f64)> {
    let mut free = Vec::new();
    for id in ids(browser).await {
        let (x, y) = place(&browser.eval(&format!("window.gatefold.screenPosition('{id}')")).await);
        let free_at = format!("document.elementFromPoint({x},{y})?.className === 'map-canvas'");
        if browser.eval(&free_at).await == Value::Bool(true) {
            free.push((id, x, y));
        }
    }
    let distance = |album: &(String, f64, f64)| (album.1 - near.0).hypot(album.2 - near.1);
    free.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    free
}

/// Selects albums one after the other, as a person does who holds Shift.
pub async fn select(browser: &Browser, albums: &[(String, f64, f64)]) {
    for (i, (_, x, y)) in albums.iter().enumerate() {
        browser.click_at(*x, *y, if i == 0 { 0 } else { 8 }).await;
        browser
            .wait_for("the click to select", &format!("window.gatefold.selected().length === {}", i + 1))
            .await;
    }
}

/// Where one looks: the place in the middle, and CSS pixels per unit of the map.
pub async fn camera(browser: &Browser) -> [f64; 3] {
    let camera = browser.eval("window.gatefold.camera").await;
    ["x", "y", "zoom"].map(|key| camera[key].as_f64().expect("a number"))
}
