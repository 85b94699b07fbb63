//! The address follows what one sees, and leads there again.

use crate::driver::Browser;
use crate::hands::{DRAWN, RESTED, camera, choose_option, click, free_albums, select};
use crate::{opened, place};

/// Where the drags begin.
const MIDDLE: (f64, f64) = (720.0, 420.0);

/// Everything that a link should bring back, other than where one looks: selected albums, genres of the filter, the rest.
const CHOSEN: &str = "[
    window.gatefold.selected(),
    [...document.querySelectorAll('[name=filter-genre]:checked')].map(box => box.value),
    document.querySelector('.arrange-layout input:checked').value,
    document.querySelector('#tint-choice').value,
    document.querySelector('#size-choice').value,
    document.querySelector('.lit-note span')?.textContent ?? '',
]";

/// Drags the map a little; milliseconds from the hand that lets go to the address that has followed.
async fn drag_until_followed(browser: &Browser, by: (f64, f64)) -> f64 {
    let watch = "const before = location.search;
        window.followed = null;
        addEventListener('pointerup', () => {
            const begun = performance.now();
            const look = () => location.search === before
                ? setTimeout(look, 10) : (window.followed = performance.now() - begun);
            look();
        }, { capture: true, once: true });";
    browser.client.execute(watch, Vec::new()).await.expect("the page is watched");
    let at = |share: f64| (MIDDLE.0 + share * by.0, MIDDLE.1 + share * by.1);
    browser.drag(&[at(0.0), at(0.5), at(1.0)], 0).await;
    browser.wait_for("the address to follow", "window.followed !== null").await;
    let followed = browser.eval("window.followed").await.as_f64().expect("milliseconds");
    browser.wait_for("the address to rest", RESTED).await;
    followed
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn an_address_brings_the_very_same_view_back_and_panning_is_no_step_of_the_history() {
    let (_data, server, browser) = opened(48, "/training", (1440, 900)).await;
    browser.open(&format!("{}/", server.address)).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    let steps = browser.eval("history.length").await;

    let free = free_albums(&browser, MIDDLE).await;
    select(&browser, &free[..2]).await;
    choose_option(&browser, "#tint-choice", "year").await;
    choose_option(&browser, "#size-choice", "degree").await;
    click(&browser, "#filter-button").await;
    click(&browser, "[name=filter-genre]").await;
    browser.wait_for("the genre to be lit", "document.querySelector('.lit-note')").await;
    click(&browser, "#filter-button").await;
    browser.eval("document.querySelector('.arrange-layout input[value=colour]').click()").await;
    browser.wait_for("the layout in the address", "location.search.includes('layout=colour')").await;
    browser.wait_for("the albums to stand", &format!("!window.gatefold.moving && {DRAWN}")).await;
    browser.eval("document.querySelector('.map-canvas').focus()").await;
    browser.press("+", 187).await;
    browser.wait_for("the map to be drawn", DRAWN).await;
    browser.wait_for("the address to rest", RESTED).await;

    let (x, y) = MIDDLE;
    let free = format!("document.elementFromPoint({x}, {y}).className === 'map-canvas'");
    browser.wait_for("room in the middle of the map", &free).await;
    let mut quickest = f64::INFINITY;
    for by in [(60.0, 30.0), (-40.0, 10.0), (30.0, -50.0)] {
        // The best of three: machines that run tests have other things to do.
        quickest = quickest.min(drag_until_followed(&browser, by).await);
    }
    assert!(quickest < 1000.0, "the address follows within a second, and not {quickest:.0} ms");
    assert_eq!(browser.eval("history.length").await, steps, "no step of the history");

    let said = browser.eval("location.search").await;
    for word in ["select=", "colour=year", "size=degree", "genres=", "layout=colour", "view="] {
        assert!(said.as_str().expect("a text").contains(word), "{word} in {said}");
    }
    let (view, chosen) = (camera(&browser).await, browser.eval(CHOSEN).await);
    assert_eq!(chosen[0].as_array().map(Vec::len), Some(2));
    assert_eq!(chosen[1].as_array().map(Vec::len), Some(1));
    let first = chosen[0][0].as_str().expect("an id").to_owned();
    let stands = format!("window.gatefold.screenPosition('{first}')");
    let stood = place(&browser.eval(&stands).await);
    browser.assert_quiet().await;

    browser.client.refresh().await.expect("the page loads anew");
    browser.wait_for("the map to be drawn again", DRAWN).await;
    let same = format!("JSON.stringify({CHOSEN}) === JSON.stringify({chosen})");
    browser.wait_for("the same choices", &same).await;
    browser.wait_for("the address to rest", RESTED).await;
    let again = camera(&browser).await;
    let near = [0, 1].map(|i| (again[i] - view[i]).abs() * view[2]);
    assert!(near.iter().all(|pixels| *pixels < 1.0), "{view:?} became {again:?}");
    // The farthest corner is some 850 pixels from the middle.
    assert!((again[2] / view[2] - 1.0).abs() * 850.0 < 1.0, "{view:?} became {again:?}");
    let stand = place(&browser.eval(&stands).await);
    assert!((stand.0 - stood.0).hypot(stand.1 - stood.1) < 1.0, "{stood:?} became {stand:?}");
    assert_eq!(browser.eval("location.search").await, said, "the address has stayed");
    browser.screenshot("view-again").await;
    browser.assert_quiet().await;

    browser.client.back().await.expect("the browser goes back");
    browser.wait_for("the page before the map", "location.pathname === '/training'").await;
    browser.close().await;
}
