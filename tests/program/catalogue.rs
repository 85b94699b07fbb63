//! Albums edited and deleted on their page, sources on the catalogue's, and the two pages about the graph.

use crate::driver::Browser;
use crate::hands::{click, write};
use crate::opened;
use serde_json::Value;

/// Waits until the map has followed a change.
async fn followed(browser: &Browser) {
    let words = "document.querySelector('[data-role=rebuild]')?.textContent.includes('the map has followed')";
    browser.wait_for("the map to follow", words).await;
}

/// Opens the page of the first album that has a cover; its id.
async fn first_album(browser: &Browser, address: &str) -> String {
    let listed =
        browser.eval(&format!("fetch('{address}/api/v1/albums?limit=20').then(r => r.json())")).await;
    let albums = listed["albums"].as_array().expect("albums");
    let album = albums.iter().find(|album| album["has_cover"] == true).expect("one with a cover");
    let id = album["id"].as_str().expect("an id").to_owned();
    browser.client.goto(&format!("{address}/album/{id}")).await.expect("the page opens");
    hydrated(browser).await;
    id
}

/// Waits until the page listens: the button for light and dark does something.
async fn hydrated(browser: &Browser) {
    browser
        .wait_for(
            "the page to listen",
            "(() => {
                const theme = () => document.documentElement.dataset.theme;
                const before = theme();
                document.querySelector('.theme-button').click();
                return theme() !== before;
            })()",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn an_album_is_edited_put_back_deleted_and_restored_on_its_page() {
    let (_data, server, browser) = opened(48, "/import", (1280, 900)).await;
    let id = first_album(&browser, &server.address).await;
    let title = "document.querySelector('h1').textContent";
    let before = browser.eval(title).await.as_str().expect("a title").to_owned();
    let outward = "[...document.querySelectorAll('.outward a')].every(a => a.target === '_blank' && \
                   a.rel.includes('noopener') && a.href.startsWith('https://'))";
    assert_eq!(browser.eval(outward).await, Value::Bool(true));
    assert_eq!(browser.eval("document.querySelectorAll('.outward a').length").await, 2);

    browser.eval("document.querySelector('.album-edit').open = true").await;
    write(&browser, ".album-edit [name=year]", "late").await;
    click(&browser, "[data-action=save-edit]").await;
    browser
        .wait_for(
            "the sentence",
            "document.querySelector('.album-edit .trouble')?.textContent.includes('late')",
        )
        .await;
    write(&browser, ".album-edit [name=year]", "1997").await;
    write(&browser, ".album-edit [name=title]", "Another Name").await;
    click(&browser, "[data-action=save-edit]").await;
    browser.wait_for("the new title", &format!("{title} === 'Another Name'")).await;
    followed(&browser).await;
    browser.screenshot("album-edited").await;
    browser.eval("document.querySelector('.album-edit').open = true").await;
    click(&browser, "[data-action=undo-edits]").await;
    browser.wait_for("the title of its source", &format!("{title} === {}", serde_json::json!(before))).await;

    click(&browser, "[data-action=delete-album]").await;
    browser.wait_for("the question", "document.querySelector('#delete-album[open]')").await;
    browser.screenshot("album-delete").await;
    click(&browser, "#delete-album [data-role=yes]").await;
    browser.wait_for("that it was deleted", &format!("{title}.includes('was deleted')")).await;
    let status = format!("fetch('/api/v1/albums/{id}').then(r => r.status)");
    assert_eq!(browser.eval(&status).await, 404);
    click(&browser, "[data-action=restore]").await;
    browser.wait_for("the album again", &format!("{title} === {}", serde_json::json!(before))).await;
    followed(&browser).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_source_is_switched_off_and_removed_on_the_catalogues_page() {
    let (_data, _server, browser) = opened(48, "/catalogue", (1280, 900)).await;
    hydrated(&browser).await;
    let lead = "document.querySelector('.lead').textContent";
    assert_eq!(browser.eval(&format!("{lead}.startsWith('48 albums')")).await, Value::Bool(true));
    assert_eq!(browser.eval("document.querySelectorAll('.disk > div').length").await, 7);
    browser.assert_quiet().await;
    browser.screenshot("catalogue").await;
    for (state, albums) in [("false", "0 albums"), ("true", "48 albums")] {
        click(&browser, "[data-action=show-source]").await;
        let switched = format!(
            "document.querySelector('[data-action=show-source]')?.getAttribute('aria-checked') === '{state}' \
             && {lead}.startsWith('{albums}')"
        );
        browser.wait_for("the switch", &switched).await;
    }
    click(&browser, "[data-action^=remove-source]").await;
    click(&browser, "dialog[open] [data-role=yes]").await;
    browser.wait_for("an empty catalogue", &format!("{lead}.startsWith('0 albums')")).await;
    browser.wait_for("no source", "!document.querySelector('.sources > li')").await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_neighbourhood_is_lit_on_the_map_from_its_page() {
    let (_data, server, browser) = opened(48, "/neighbourhoods", (1280, 900)).await;
    hydrated(&browser).await;
    assert!(browser.eval("document.querySelectorAll('.neighbourhood').length").await.as_u64() > Some(0));
    browser.assert_quiet().await;
    browser.screenshot("neighbourhoods").await;
    click(&browser, "[data-action=light]").await;
    browser.wait_for("the map", "location.pathname === '/' && window.gatefold?.drawn > 0").await;
    browser.wait_for("what is lit", "document.querySelector('.lit-note')?.textContent.includes('lit')").await;

    browser.client.goto(&format!("{}/duplicates", server.address)).await.expect("the page opens");
    browser.wait_for("its title", "document.querySelector('h1').textContent.includes('twice')").await;
    hydrated(&browser).await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_new_pages_fit_a_narrow_window() {
    let (_data, server, browser) = opened(48, "/catalogue", (360, 740)).await;
    for page in ["/catalogue", "/duplicates", "/neighbourhoods"] {
        browser.client.goto(&format!("{}{page}", server.address)).await.expect("the page opens");
        let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        browser.wait_for(page, &format!("document.querySelector('h1') && {wide}")).await;
        browser.screenshot(&format!("narrow-{}", &page[1..])).await;
    }
    browser.close().await;
}
