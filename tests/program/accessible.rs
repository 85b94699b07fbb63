//! What axe finds wrong with the pages for those who do not see, hear or hold a mouse as others do: nothing serious.

use crate::driver::{Browser, Server};
use crate::hands::{DRAWN, click, ids, write};
use crate::journey::best_way;
use crate::{demo, opened};
use serde_json::{Value, json};
use std::time::Duration;

/// Where `cargo xtask test` puts axe-core.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/axe/node_modules/axe-core/axe.min.js");

/// Light and dark.
const THEMES: [&str; 2] = ["light", "dark"];

/// The script that checks a page.
fn axe() -> String {
    std::fs::read_to_string(AXE).expect("`cargo xtask test` fetches axe-core with npm")
}

/// Waits until the page listens, and is light or dark as `theme` says: its own button does both.
async fn themed(browser: &Browser, theme: &str) {
    let press = format!(
        "(() => {{
            const theme = () => document.documentElement.dataset.theme;
            const press = () => document.querySelector('.theme-button').click();
            const before = theme();
            press();
            if (theme() === before) return false;
            if (theme() !== '{theme}') press();
            return theme() === '{theme}';
        }})()"
    );
    browser.wait_for("the page to listen", &press).await;
}

/// What is seriously wrong with the page as it stands, a line each.
async fn wrong(browser: &Browser, axe: &str, place: &str) -> Vec<String> {
    if browser.eval("typeof axe").await == "undefined" {
        browser.client.execute(axe, Vec::new()).await.expect("axe is on the page");
    }
    let check = "(async () => {
        const ends = document.getAnimations().filter(a => Number.isFinite(a.effect?.getComputedTiming().endTime));
        await Promise.allSettled(ends.map(animation => animation.finished));
        const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
        return violations
            .filter(rule => ['serious', 'critical'].includes(rule.impact))
            .flatMap(rule => rule.nodes.map(node => {
                const why = [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ');
                return `${rule.impact} ${rule.id} at ${node.target.join(' ')}: ${why}`;
            }));
    })()";
    let found = browser.eval(check).await;
    let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    found.map(|line| format!("{place}: {line}")).collect()
}

/// Asks the server for something that takes a while, and waits for the first of a list that it ends in; that one.
async fn made(browser: &Browser, ask: &str, body: &Value, list: &str) -> Value {
    let post = format!(
        "fetch('{ask}', {{
            method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: JSON.stringify({body})
        }}).then(answer => answer.status)"
    );
    let status = browser.eval(&post).await;
    assert!(status == 200 || status == 202, "{ask}: {status}");
    for _ in 0..450 {
        let made = browser.eval(&format!("fetch('{list}').then(r => r.json())")).await;
        // An answer is an object with one list in it.
        let lists = made.as_object().into_iter().flat_map(|made| made.values());
        if let Some(first) = lists.filter_map(Value::as_array).find_map(|list| list.first()) {
            return first.clone();
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("{list} stays empty");
}

/// Fails with everything that was found.
fn nothing(found: &[String]) {
    assert!(found.is_empty(), "axe finds {} things:\n{}", found.len(), found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn axe_finds_nothing_serious_on_any_page() {
    let axe = axe();
    let data = demo(160);
    let server = Server::start(data.path());
    let browser = Browser::start(1280, 900).await;
    browser.prefer_little_movement(true).await;
    browser.open(&format!("{}/import", server.address)).await;
    let ids = ids(&browser).await;
    let two = json!([{ "id": ids[0] }, { "id": ids[1] }]);
    let cover = json!({ "kind": "average", "parents": two });
    let cover = made(&browser, "/api/v1/generate", &cover, "/api/v1/generated").await;
    let info = browser.eval("fetch('/api/v1/info').then(r => r.json())").await;
    let genres: Vec<&String> = info["genres"].as_object().expect("genres").keys().take(2).collect();
    let run = json!({ "genres": genres, "folds": 3, "trees": 20, "components": 8 });
    let run = made(&browser, "/api/v1/evaluations", &run, "/api/v1/evaluations").await;
    let text = |value: &Value, key: &str| value[key].as_str().expect("a text").to_owned();
    let pages = [
        "/".to_owned(),
        format!("/album/{}", ids[0]),
        format!("/generated/{}", text(&cover, "id")),
        format!("/studio?albums={},{}", ids[0], ids[1]),
        "/evaluate".to_owned(),
        format!("/evaluate/{}", text(&run, "run")),
        "/training".to_owned(),
        "/import".to_owned(),
        "/catalogue".to_owned(),
        "/duplicates".to_owned(),
        "/neighbourhoods".to_owned(),
        "/nothing-lies-here".to_owned(),
    ];
    let mut found = Vec::new();
    for theme in THEMES {
        for page in &pages {
            browser.open(&format!("{}{page}", server.address)).await;
            themed(&browser, theme).await;
            if page == "/" {
                browser.wait_for("the map to be drawn", DRAWN).await;
            } else {
                let there = "document.readyState === 'complete' && document.querySelector('h1') \
                             && !document.querySelector('[aria-busy=true]')";
                browser.wait_for(page, there).await;
            }
            if page.starts_with("/studio") {
                let preview = "document.querySelector('[data-role=preview] img')?.naturalWidth >= 64";
                browser.wait_for("the studio's preview", preview).await;
            }
            found.extend(wrong(&browser, &axe, &format!("{page}, {theme}")).await);
        }
    }
    nothing(&found);
    browser.close().await;
}

/// What opens over the map: a name, what is pressed to open it, what is there then, what is pressed to close it.
const PANELS: [(&str, &str, &str, &str); 10] = [
    ("arrange", "#arrange-button", "#arrange-panel:not([hidden])", "#arrange-button"),
    ("filter", "#filter-button", "#filter-panel:not([hidden]) [name=filter-genre]", "#filter-button"),
    ("export", "#export-button", "#export-panel:not([hidden])", "#export-button"),
    ("sets", "#sets-button", "#sets-panel:not([hidden])", "#sets-button"),
    (
        "the list",
        "[title=\"The same albums as a list\"]",
        ".album-list",
        "[title=\"The same albums as a list\"]",
    ),
    ("keys", "[title=\"Keys (?)\"]", "#keys[open]", "#keys .icon-button"),
    ("a comparison", "[data-action=compare]", ".shares", "[data-action=compare]"),
    (
        "weights",
        ".tray-actions [data-action=average] + button",
        ".weight",
        ".tray-actions [data-action=average] + button",
    ),
    ("a journey", "[data-action=journey]", ".journeys-stop", ".journeys [aria-label=\"Close the journey\"]"),
    ("a new cover", "[data-action=average]", "[data-role=child] img", ".maker .icon-button"),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: `cargo xtask test` brings one"]
async fn axe_finds_nothing_serious_in_anything_that_opens_over_the_map() {
    let axe = axe();
    let (_data, server, browser) = opened(48, "/import", (1440, 900)).await;
    browser.prefer_little_movement(true).await;
    let way = best_way(&browser).await;
    let ((from, _), (to, _)) = (&way[0], &way[way.len() - 1]);
    let mut found = Vec::new();
    for theme in THEMES {
        browser.open(&format!("{}/?select={from},{to}&colour=genre", server.address)).await;
        themed(&browser, theme).await;
        browser.wait_for("the map to be drawn", DRAWN).await;
        found.extend(wrong(&browser, &axe, &format!("a selection, {theme}")).await);
        for (name, open, there, close) in PANELS {
            click(&browser, open).await;
            browser.wait_for(name, &format!("document.querySelector('{there}')")).await;
            found.extend(wrong(&browser, &axe, &format!("{name}, {theme}")).await);
            click(&browser, close).await;
            browser.wait_for("it to close", &format!("!document.querySelector('{there}')")).await;
        }
        browser.eval("document.querySelector('#search').focus()").await;
        write(&browser, "#search", "a").await;
        browser
            .wait_for("what is found", "document.querySelector('.search-results.is-open .search-option')")
            .await;
        found.extend(wrong(&browser, &axe, &format!("the search, {theme}")).await);
    }
    nothing(&found);
    browser.close().await;
}
