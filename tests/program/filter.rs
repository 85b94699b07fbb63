//! The map's filter, the search field, search by picture, and what frames and sizes show.

use crate::driver::Browser;
use crate::hands::{DRAWN, choose_option, click};
use crate::opened;
use serde_json::{Value, json};

const LIT: &str = "document.querySelector('.lit-note span')?.textContent";

/// Writes into a field or moves a slider, and leaves it.
async fn set(browser: &Browser, field: &str, value: &str) {
    let script = format!(
        "(() => {{
            const field = document.querySelector('{field}');
            field.value = '{value}';
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
            field.dispatchEvent(new Event('change', {{ bubbles: true }}));
        }})()"
    );
    browser.eval(&script).await;
}

/// Albums that the panel says are left.
async fn left(browser: &Browser) -> u64 {
    let words = browser.eval("document.querySelector('.filter-count').textContent").await;
    let words = words.as_str().expect("a text");
    words.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no number in {words:?}"))
}

/// The number behind a genre's box.
async fn of_genre(browser: &Browser, genre: &str) -> u64 {
    let count = format!(
        "document.querySelector('[name=filter-genre][value=\"{genre}\"]').closest('label')
            .querySelector('.legend-count').textContent"
    );
    browser.eval(&count).await.as_str().and_then(|n| n.parse().ok()).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_filter_counts_lights_selects_and_is_cleared() {
    let (_data, server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    click(&browser, "#filter-button").await;
    browser
        .wait_for(
            "the number of albums",
            "document.querySelector('.filter-count').textContent === '48 of 48 albums'",
        )
        .await;
    let genre = browser.eval("document.querySelector('[name=filter-genre]').value").await;
    let genre = genre.as_str().expect("a genre").to_owned();
    let (whole, other) = (of_genre(&browser, &genre).await, 48);
    assert!(whole > 0 && whole < other);
    click(&browser, "[name=filter-genre]").await;
    browser.wait_for("the genre to be lit", &format!("{LIT} === '{whole} albums of the filter lit'")).await;
    assert_eq!(left(&browser).await, whole);

    // Years narrow the genre's number; the genre itself does not.
    let first = browser.eval("document.querySelector('[name=filter-from]').placeholder").await;
    set(&browser, "[name=filter-to]", first.as_str().expect("a year")).await;
    browser
        .wait_for(
            "the years to count",
            &format!("!document.querySelector('.filter-count').textContent.startsWith('{whole} ')"),
        )
        .await;
    assert_eq!(of_genre(&browser, &genre).await, left(&browser).await);
    set(&browser, "[name=filter-to]", "").await;
    browser
        .wait_for(
            "all years again",
            &format!("document.querySelector('.filter-count').textContent.startsWith('{whole} ')"),
        )
        .await;

    click(&browser, ".filter-swatch").await;
    browser.wait_for("the colour", "!document.querySelector('[name=filter-within]').disabled").await;
    assert!(left(&browser).await <= whole);
    set(&browser, "[name=filter-within]", "0.4").await;
    browser.screenshot("filter").await;

    click(&browser, "[data-action=clear-filter]").await;
    browser.wait_for("everything to be lit", &format!("!{LIT}")).await;
    assert_eq!(left(&browser).await, 48);
    click(&browser, "[name=filter-genre]").await;
    click(&browser, "[data-action=select-filtered]").await;
    browser.wait_for("the selection", &format!("window.gatefold.selected().length === {whole}")).await;

    // Escape on the map takes the light away, and the filter with it.
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("Escape", 27).await;
    browser.wait_for("the filter to be gone", "!document.querySelector('[name=filter-genre]').checked").await;
    browser.assert_quiet().await;

    let page = format!("{}/?genres={}&colour=year&size=degree", server.address, genre.replace('&', "%26"));
    browser.client.goto(&page).await.expect("the map opens");
    browser.wait_for("the link's filter", &format!("{LIT} === '{whole} albums of the filter lit'")).await;
    assert_eq!(browser.eval("document.querySelector('#tint-choice').value").await, "year");
    assert_eq!(browser.eval("document.querySelector('#size-choice').value").await, "degree");
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn on_a_phone_the_filter_is_a_sheet_and_nothing_scrolls_sideways() {
    let (_data, _server, browser) = opened(24, "/", (360, 740)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    click(&browser, "#tools-button").await;
    browser.wait_for("the tools", "document.querySelector('#map-tools:popover-open')").await;
    let outside = "[...document.querySelectorAll('.home-tools button, .home-tools select')]
        .filter(e => e.offsetParent && (e.getBoundingClientRect().left < 0 || e.getBoundingClientRect().right > 360))
        .map(e => e.textContent)";
    assert_eq!(browser.eval(outside).await, json!([]));
    click(&browser, "#filter-button").await;
    browser.wait_for("the tools to give way", "!document.querySelector('#map-tools:popover-open')").await;
    browser
        .wait_for("the sheet", "document.querySelector('.filter-panel').getBoundingClientRect().height > 100")
        .await;
    let sheet = browser
        .eval("(() => { const r = document.querySelector('.filter-panel').getBoundingClientRect(); return [r.left, r.right, innerHeight - r.bottom]; })()")
        .await;
    assert_eq!(sheet, json!([0, 360, 0]));
    assert_eq!(browser.eval("document.documentElement.scrollWidth <= innerWidth").await, true);
    browser.screenshot("filter-phone").await;
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn the_search_field_suggests_five_and_forgives_spelling() {
    let (_data, server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let listed = browser
        .eval(&format!("fetch('{}/api/v1/albums?limit=50').then(r => r.json())", server.address))
        .await;
    let year = listed["albums"].as_array().into_iter().flatten().find_map(|album| album["year"].as_i64());
    let year = year.expect("an album with a year");
    set(&browser, "#search", &year.to_string()).await;
    browser
        .wait_for("the year", &format!("document.querySelector('.search-name')?.textContent === '{year}'"))
        .await;
    browser.eval("document.querySelector('#search').focus()").await;
    browser.press("ArrowDown", 40).await;
    browser.press("Enter", 13).await;
    browser.wait_for("the year to be lit", &format!("({LIT} ?? '').startsWith('“{year}”')")).await;

    let title = listed["albums"][0]["title"].as_str().expect("a title");
    let word = title
        .split(' ')
        .find(|word| word.len() >= 5 && word.bytes().all(|letter| letter.is_ascii_alphabetic()));
    if let Some(word) = word {
        let misspelt = format!("{}{}", &word[..2], &word[3..]);
        set(&browser, "#search", &misspelt).await;
        let meant = format!(
            "[...document.querySelectorAll('.search-title')]
                .some(title => title.textContent.toLowerCase().includes('{}'))",
            word.to_lowercase()
        );
        browser.wait_for("what was meant", &meant).await;
        let albums = browser
            .eval("document.querySelectorAll('.search-option').length - document.querySelectorAll('.search-all').length")
            .await;
        assert!(albums.as_u64().is_some_and(|n| (1..=5).contains(&n)), "{albums}");
    }
    browser.assert_quiet().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn a_dropped_picture_lights_what_is_like_it_and_nonsense_is_refused() {
    let (_data, _server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let drop = |file: &str| {
        format!(
            "(async () => {{
                const transfer = new DataTransfer();
                transfer.items.add({file});
                const init = {{ bubbles: true, cancelable: true, dataTransfer: transfer }};
                const canvas = document.querySelector('.map-canvas');
                canvas.dispatchEvent(new DragEvent('dragover', init));
                await new Promise(done => setTimeout(done, 100));
                const hinted = !document.querySelector('.drop-hint').hidden;
                canvas.dispatchEvent(new DragEvent('drop', init));
                return hinted;
            }})()"
        )
    };
    let cover = "new File([await (await fetch('/api/v1/albums?limit=48').then(r => r.json())
        .then(list => list.albums.find(album => album.has_cover).id)
        .then(id => fetch(`/api/v1/albums/${id}/cover?size=full`))).blob()], 'mine.jpg')";
    assert_eq!(browser.eval(&drop(cover)).await, Value::Bool(true), "the hint is shown while one drags");
    browser
        .wait_for("the nearest albums", "document.querySelectorAll('.near-picture-album').length > 0")
        .await;
    assert_eq!(browser.eval("document.querySelector('.drop-hint').hidden").await, true);
    browser.wait_for("their light", &format!("({LIT} ?? '').includes('most like the picture')")).await;
    browser.wait_for("the marker", "!document.querySelector('.map-marker').hidden").await;
    let score = browser.eval("document.querySelector('.near-picture-score').textContent").await;
    assert!(score.as_str().is_some_and(|score| score.ends_with(" %")), "{score}");
    browser.screenshot("near-picture").await;
    browser.assert_quiet().await;

    browser.eval(&drop("new File(['no picture at all'], 'notes.txt')")).await;
    browser
        .wait_for(
            "why not",
            "document.querySelector('.near-picture .trouble')?.textContent.trim().length > 10",
        )
        .await;
    click(&browser, ".near-picture .icon-button").await;
    browser.wait_for("the panel to be gone", "!document.querySelector('.near-picture')").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn frames_and_sizes_are_explained_in_words() {
    let (_data, _server, browser) = opened(48, "/", (1280, 800)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    choose_option(&browser, "#tint-choice", "year").await;
    browser
        .wait_for(
            "the years",
            "document.querySelector('.year-ends')?.textContent.match(/^to \\d{4}from \\d{4}$/)",
        )
        .await;
    choose_option(&browser, "#tint-choice", "neighbourhood").await;
    browser
        .wait_for(
            "the neighbourhoods",
            "document.querySelectorAll('.neighbourhood-legend button').length > 0",
        )
        .await;
    click(&browser, ".neighbourhood-legend button").await;
    browser.wait_for("the first to be lit", &format!("({LIT} ?? '').startsWith('Neighbourhood 1: ')")).await;
    choose_option(&browser, "#size-choice", "degree").await;
    browser
        .wait_for(
            "what sizes mean",
            "[...document.querySelectorAll('.tint-note')].some(note => note.textContent.includes('more neighbours'))",
        )
        .await;
    browser.screenshot("neighbourhoods").await;
    browser.assert_quiet().await;
    browser.close().await;
}
