//! An evaluation as a person makes it: asked for, looked into, its mistakes seen on the map.

use crate::driver::Browser;
use crate::opened;

/// What the form's button says.
const BUTTON: &str = "document.querySelector('[data-action=evaluate]').textContent";

/// The count in a cell of the first pair's matrix: truth, then what was said; 1 is the second genre.
fn cell(key: &str) -> String {
    format!("Number(document.querySelector('.pair-card [data-cell=\"{key}\"] .confusion-count').textContent)")
}

/// Sets a field of the form, as a person who writes in it does.
async fn write(browser: &Browser, label: &str, value: u32) {
    let script = format!(
        "(() => {{
            const field = [...document.querySelectorAll('.evaluation-form .field')]
                .find(field => field.querySelector('.field-label').textContent === '{label}')
                .querySelector('input');
            field.value = '{value}';
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }})()"
    );
    browser.eval(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_mistakes_of_an_evaluation_are_seen_on_the_map() {
    let (_data, _server, browser) = opened(160, "/evaluate", (1280, 900)).await;
    assert_eq!(browser.eval(BUTTON).await, "Evaluate 6 pairs");
    browser
        .wait_for(
            "the form to answer",
            &format!(
                "{BUTTON} === 'Evaluate 3 pairs' || (document.querySelector('.genre-box input').click(), false)"
            ),
        )
        .await;
    for (label, value) in [("Folds", 3), ("Trees", 20), ("Components", 8)] {
        write(&browser, label, value).await;
    }
    browser.screenshot("evaluate").await;
    browser.eval("document.querySelector('[data-action=evaluate]').click()").await;
    browser.wait_for("the run's page", "/^\\/evaluate\\/[0-9a-f]{16}$/.test(location.pathname)").await;
    browser.wait_for("three pairs", "document.querySelectorAll('.pair-card').length === 3").await;
    browser.screenshot("evaluation").await;

    let (found, missed) = (browser.eval(&cell("11")).await, browser.eval(&cell("10")).await);
    let all = found.as_f64().expect("a count") + missed.as_f64().expect("a count");
    assert!(all >= 10.0 && found != 0, "{found} found, {missed} missed");
    browser.eval("document.querySelector('.pair-card input[type=range]').focus()").await;
    browser.press("End", 35).await;
    browser
        .wait_for(
            "nothing to be called positive above 1",
            &format!("{} === 0 && {} === {all}", cell("11"), cell("10")),
        )
        .await;
    let said = browser.eval("document.querySelector('.pair-card [role=status]').textContent").await;
    assert!(said.as_str().expect("words").starts_with(&format!("0 of {all} ")), "{said}");

    browser.eval("document.querySelector('.pair-card [data-cell=\"10\"]').click()").await;
    let covers = "document.querySelectorAll('.cell-albums a[href^=\"/album/\"]')";
    let listed = all.min(24.0);
    browser.wait_for("the cell's covers", &format!("{covers}.length === {listed}")).await;
    browser
        .wait_for(
            "their names",
            &format!("[...{covers}].every(a => a.querySelector('.album-card-title').textContent !== '')"),
        )
        .await;
    browser.assert_quiet().await;
    browser.eval("document.querySelector('.cell-covers').scrollIntoView({ block: 'center' })").await;
    browser.screenshot("cell").await;

    browser.eval("document.querySelector('[data-action=on-map]').click()").await;
    browser
        .wait_for(
            "the covers to be selected on the map",
            &format!(
                "window.gatefold && window.gatefold.ready && window.gatefold.selected().length === {all}"
            ),
        )
        .await;
    browser.assert_quiet().await;
    browser.screenshot("cell-on-map").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn all_genres_at_once_survives_a_reload_and_leads_from_a_cell_to_framed_covers() {
    let (_data, _server, browser) = opened(160, "/evaluate", (1280, 900)).await;
    browser
        .wait_for(
            "the form to answer",
            &format!("{BUTTON} !== 'Evaluate 6 pairs' || (document.querySelector('[value=together]').click(), false)"),
        )
        .await;
    for (label, value) in [("Folds", 5), ("Trees", 2000), ("Repeats", 4), ("Components", 8)] {
        write(&browser, label, value).await;
    }
    browser.eval("document.querySelector('[data-action=evaluate]').click()").await;
    browser.wait_for("the job in the address", "/[?]job=/.test(location.search)").await;
    browser.client.refresh().await.expect("the page loads anew");
    browser.wait_for("the run's page", "/^\\/evaluate\\/[0-9a-f]{16}$/.test(location.pathname)").await;
    browser
        .wait_for("a matrix of four genres", "document.querySelectorAll('.heat-cell').length === 16")
        .await;

    let fullest = "[...document.querySelectorAll('.heat-cell')].sort((a, b) => \
                   b.querySelector('.heat-count').textContent - a.querySelector('.heat-count').textContent)[0]";
    let count = browser.eval(&format!("Number({fullest}.querySelector('.heat-count').textContent)")).await;
    let count = count.as_f64().expect("a count");
    assert!(count > 0.0);
    browser.eval(&format!("{fullest}.click()")).await;
    let covers = "document.querySelectorAll('.cell-albums a[href^=\"/album/\"]')";
    let listed = count.min(24.0);
    browser.wait_for("the cell's covers", &format!("{covers}.length === {listed}")).await;
    browser.assert_quiet().await;
    browser.screenshot("together").await;

    browser.eval("document.querySelector('[data-action=on-map]').click()").await;
    browser
        .wait_for(
            "the covers to be selected on the map",
            &format!(
                "window.gatefold && window.gatefold.settled && window.gatefold.selected().length === {count}"
            ),
        )
        .await;
    let plain = browser.client.screenshot().await.expect("a picture of the page");
    let choose = "(() => { const choice = document.querySelector('.tint-choice select'); \
                  choice.value = 'looks-like'; choice.dispatchEvent(new Event('change', { bubbles: true })); })()";
    browser.eval(choose).await;
    browser.wait_for("what frames mean", "document.querySelector('.tint-note') !== null").await;
    browser.wait_for("the map to be drawn", "window.gatefold.settled").await;
    let framed = browser.client.screenshot().await.expect("a picture of the page");
    // Away from everything that lies over the map.
    let [before, after] =
        [plain, framed].map(|png| image::load_from_memory(&png).expect("a picture").to_rgb8());
    let changed = (250..700)
        .flat_map(|y| (500..1000).map(move |x| (x, y)))
        .filter(|&(x, y)| before.get_pixel(x, y) != after.get_pixel(x, y))
        .count();
    assert!(changed > 1000, "{changed} pixels of the map changed");
    browser.assert_quiet().await;
    browser.screenshot("framed").await;
    browser.close().await;
}
