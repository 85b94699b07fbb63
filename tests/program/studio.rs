//! The studio as a person uses it: weights, variations, undo, keeping, finishing.

use crate::driver::Browser;
use crate::hands::{click, write};
use crate::opened;

/// What the preview shows, once it has come; nothing before.
const PREVIEW: &str = "(() => {
    const image = document.querySelector('[data-role=preview] img');
    return image && image.dataset.behind === 'false' && image.complete && image.naturalWidth >= 64 ? image.src : '';
})()";

/// Moves a slider, as a person who drags it does: many values, one after the other.
async fn drag(browser: &Browser, slider: &str, values: &[&str]) {
    for value in values {
        let script = format!(
            "(() => {{
                const slider = document.querySelector('{slider}');
                slider.value = '{value}';
                slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
            }})()"
        );
        browser.eval(&script).await;
    }
}

/// Waits for a preview other than `before`; its address.
async fn another_preview(browser: &Browser, before: &str) -> String {
    browser.wait_for("another preview", &format!("{PREVIEW} && {PREVIEW} !== '{before}'")).await;
    browser.eval(PREVIEW).await.as_str().expect("an address").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_cover_is_weighed_varied_kept_and_finished_in_the_studio() {
    let (_data, server, browser) = opened(48, "/import", (1440, 900)).await;
    let listed = browser
        .eval(&format!("fetch('{}/api/v1/albums?limit=50').then(r => r.json())", server.address))
        .await;
    let ids: Vec<&str> = listed["albums"]
        .as_array()
        .expect("albums")
        .iter()
        .filter(|album| album["has_cover"] == true)
        .take(3)
        .map(|album| album["id"].as_str().expect("an id"))
        .collect();
    let page = format!("{}/studio?albums={}", server.address, ids.join(","));
    browser.client.goto(&page).await.expect("the studio opens");
    let first = another_preview(&browser, "").await;
    assert_eq!(browser.eval("document.querySelectorAll('.studio-parent').length").await, 3);

    drag(&browser, ".studio-parent input[type=range]", &["0.8", "0.6", "0.4", "0.2", "0"]).await;
    let weighed = another_preview(&browser, &first).await;
    assert!(browser.eval("location.search").await.as_str().expect("a text").contains("weight%22%3A0"));
    click(&browser, "[data-action=undo]").await;
    let undone = another_preview(&browser, &weighed).await;
    assert_eq!(undone, first, "all that was dragged is undone at once");

    // Weights that are all zero are no recipe, and it says so instead of showing one.
    for i in 1..=3 {
        drag(&browser, &format!(".studio-parent:nth-child({i}) input[type=range]"), &["0"]).await;
    }
    browser
        .wait_for(
            "a sentence",
            "document.querySelector('.studio-child .trouble').textContent.includes('zero')",
        )
        .await;
    assert_eq!(browser.eval("document.querySelector('[data-action=keep]').disabled").await, true);
    for _ in 0..3 {
        click(&browser, "[data-action=undo]").await;
    }
    browser.wait_for("the first preview", &format!("{PREVIEW} === '{first}'")).await;

    click(&browser, "[data-variation=\"2\"]").await;
    let varied = another_preview(&browser, &first).await;
    click(&browser, "[data-variation=\"0\"]").await;
    another_preview(&browser, &varied).await;
    browser.wait_for("three generations", "document.querySelectorAll('.family-member').length === 3").await;
    browser.eval("document.querySelectorAll('.family-member')[1].click()").await;
    browser.wait_for("the second generation again", &format!("{PREVIEW} === '{varied}'")).await;
    browser.screenshot("studio").await;

    click(&browser, "[data-action=keep]").await;
    browser.wait_for("what was kept", "document.querySelector('[data-role=kept] a')").await;
    click(&browser, "[data-role=kept] .star:nth-child(4)").await;
    browser
        .wait_for("four stars", "document.querySelectorAll('[data-role=kept] .star.is-given').length === 4")
        .await;
    browser.assert_quiet().await;
    finished(&browser).await;

    let kept = browser.eval("document.querySelector('[data-role=kept] a').getAttribute('href')").await;
    let recipe = browser
        .eval(&format!("fetch('/api/v1{}').then(r => r.json())", kept.as_str().expect("a link")))
        .await;
    assert_eq!(recipe["stars"], 4);
    assert_eq!(recipe["recipe"]["evolved"].as_array().map(Vec::len), Some(1));
    browser.client.goto(&format!("{}/training", server.address)).await.expect("the page opens");
    browser
        .wait_for("the ratings", "document.querySelector('[data-role=ratings]')?.textContent.includes('4.0')")
        .await;
    browser.assert_quiet().await;
    browser.close().await;
}

/// Sets a title on what was kept and fetches the file for playlists, as its link would.
async fn finished(browser: &Browser) {
    let shown = "document.querySelector('[data-role=finish] img')";
    let came = format!("{shown} && {shown}.dataset.behind === 'false' && {shown}.naturalWidth === 640");
    browser.wait_for("the finished cover", &came).await;
    let before = browser.eval(&format!("{shown}.src")).await;
    write(browser, "[data-role=finish] [name=title]", "Night Ferry").await;
    browser
        .wait_for(
            "the title on it",
            &format!("{came} && {shown}.src !== {before} && {shown}.src.includes('Night%20Ferry')"),
        )
        .await;
    browser.eval("document.querySelector('[data-role=finish]').scrollIntoView()").await;
    browser.wait_for("the parents' colours", "document.querySelectorAll('.swatch').length > 3").await;
    browser.screenshot("finish").await;
    // A cover that comes too near to a real one is offered once somebody has looked at both.
    browser.eval("document.querySelector('[data-role=looked]')?.click()").await;
    browser.wait_for("the files", "document.querySelectorAll('[data-format]').length === 3").await;
    let size = browser
        .eval("fetch(document.querySelector('[data-format=playlist]').href).then(r => r.blob()).then(b => b.size)")
        .await;
    assert!(size.as_f64().is_some_and(|bytes| (1_000.0..=190_000.0).contains(&bytes)), "{size}");
}
