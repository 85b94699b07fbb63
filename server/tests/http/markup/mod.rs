//! Names come from strangers, and stay text: on every page, in its title, its data and its address, and in pictures.

mod outline;
mod site;

use crate::server::{Reply, Server};
use axum::http::{StatusCode, header};
use outline::Page;
use site::{HOSTILE, MARK, Site, escaped};
use std::collections::{BTreeMap, BTreeSet};

async fn page(server: &Server, path: &str) -> (Reply, Page) {
    let reply = server.get_with(path, header::ACCEPT, "text/html").await;
    assert!(reply.header(header::CONTENT_TYPE).starts_with("text/html"), "{path} is no page");
    let page = Page::of(std::str::from_utf8(&reply.body).unwrap());
    (reply, page)
}

fn nonce(reply: &Reply) -> String {
    let policy = reply.header(header::CONTENT_SECURITY_POLICY);
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
    nonce.unwrap_or_else(|| panic!("no nonce in “{policy}”")).to_owned()
}

/// Elements of one page that are of no kind which the other has.
fn planted(page: &Page, other: &Page) -> Vec<String> {
    let known: BTreeSet<String> = other.outline().into_keys().collect();
    page.outline().into_keys().filter(|kind| !known.contains(kind)).collect()
}

/// What belongs into the head, and what runs, leads away or is sent: each is counted.
fn grave(page: &Page) -> BTreeMap<String, usize> {
    let tags = [
        "script", "meta", "title", "link", "base", "form", "iframe", "object", "embed", "style", "textarea",
        "svg",
    ];
    let is_grave = |kind: &str| {
        let tag = kind.rsplit('/').next().and_then(|last| last.split('[').next());
        // In how many pieces the page's data come is chance.
        let is_data = kind == "html/body/script[nonce]";
        kind.starts_with("html/head/") || (tag.is_some_and(|tag| tags.contains(&tag)) && !is_data)
    };
    page.outline().into_iter().filter(|(kind, _)| is_grave(kind)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_becomes_an_element_on_any_page() {
    let (clean, hostile) = (Site::new(false).await, Site::new(true).await);
    assert!(hostile.genres.iter().all(|genre| genre.contains('<')), "{:?}", hostile.genres);
    let (plain, odd) = (clean.pages(), hostile.pages());
    assert_eq!(plain.len(), odd.len());
    let (mut nonces, mut seen) = (BTreeSet::new(), 0);
    for (plain, odd) in plain.iter().zip(&odd) {
        let ((other, wanted), (reply, found)) =
            (page(&clean.server, plain).await, page(&hostile.server, odd).await);
        assert_eq!(reply.status, other.status, "{odd}");
        assert!(reply.status.as_u16() < 500, "{odd}: {}", reply.status);
        assert_eq!(planted(&found, &wanted), Vec::<String>::new(), "{odd}");
        assert_eq!(grave(&found), grave(&wanted), "{odd}");
        assert_eq!(found.ways_out(), Vec::<String>::new(), "{odd}");
        assert_eq!(found.texts("title").len(), 1, "{odd}");
        let nonce = nonce(&reply);
        for script in found.texts("script") {
            let script = script.to_lowercase();
            assert!(!["<!--", "</", "<script"].iter().any(|tag| script.contains(tag)), "{odd}: {script}");
        }
        for (element, name, value) in found.attributes() {
            assert!(name != "style" || !value.contains(MARK), "{odd}: <{element} style={value:?}>");
            assert!(name != "nonce" || value == nonce, "{odd}: <{element} nonce={value:?}>");
        }
        assert!(nonces.insert(nonce), "{odd}: a nonce is used once");
        seen += usize::from(found.texts("main").concat().contains(MARK));
    }
    assert!(seen > 40, "hostile names stand on {seen} pages of {}", odd.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_albums_page_and_its_title_say_the_names_letter_by_letter() {
    let site = Site::new(true).await;
    let mut said = BTreeSet::<&str>::new();
    for (address, facts) in site.albums() {
        let detail = site.server.get(&facts).await.json();
        let (title, artist) =
            (detail["title"].as_str().unwrap(), detail["album"]["artist"].as_str().unwrap());
        let (reply, page) = page(&site.server, &address).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}");
        assert_eq!(page.texts("h1"), [title], "{address}");
        assert_eq!(page.texts("title"), [format!("{title} by {artist} · Gatefold")], "{address}");
        // An import may put one kind of space for another.
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        said.extend(HOSTILE.into_iter().filter(|name| letters(title).contains(&letters(name))));
    }
    assert_eq!(said.len(), HOSTILE.len(), "every hostile name is an album's: {said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_curve_is_a_picture_whatever_its_genres_are_called() {
    let site = Site::new(true).await;
    let reply = site.server.get(&site.curve()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", String::from_utf8_lossy(&reply.body));
    let svg = String::from_utf8(reply.body.clone()).unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let names: BTreeSet<&str> =
        document.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
    assert_eq!(names, BTreeSet::from(["path", "rect", "svg", "text", "title"]));
    let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
    assert!(site.genres.iter().all(|genre| title.text().unwrap().contains(genre)), "{:?}", title.text());
    let disposition = reply.header(header::CONTENT_DISPOSITION);
    let name =
        disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"')).unwrap();
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)), "{disposition}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_forbids_what_it_does_not_need() {
    let server = Server::start();
    let album = format!("/album/{}", server.ids().await[0]);
    let paths = [
        "/",
        &album,
        "/album/zz",
        "/generated/none",
        "/evaluate/none",
        "/training/none",
        "/no/such/page",
        "/studio",
    ];
    for path in paths {
        let (reply, page) = page(&server, path).await;
        let policy = reply.header(header::CONTENT_SECURITY_POLICY);
        let rules: BTreeMap<&str, &str> =
            policy.split(';').map(|rule| rule.trim().split_once(' ').unwrap()).collect();
        let scripts = format!("'self' 'nonce-{}' 'wasm-unsafe-eval'", nonce(&reply));
        assert_eq!(rules["script-src"], scripts, "{path}");
        for nothing in ["default-src", "object-src", "base-uri", "form-action", "frame-ancestors"] {
            assert_eq!(rules[nothing], "'none'", "{path}: {nothing}");
        }
        assert!(rules["style-src"] == "'self'" && !policy.contains("unsafe-eval' "), "{path}: {policy}");
        assert!(!page.texts("script").is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_page_with_status_404_that_names_no_route() {
    let server = Server::start();
    let hostile = escaped(HOSTILE[0]);
    for (path, heading) in [
        ("/album/ffffffffffffffff".to_owned(), "No such album"),
        ("/album/zz".to_owned(), "No such album"),
        ("/album/%FF%00".to_owned(), "No such album"),
        ("/generated/none".to_owned(), "No such cover"),
        ("/evaluate/none".to_owned(), "No such run"),
        ("/training/none".to_owned(), "No such run"),
        (format!("/training/{hostile}"), "No such run"),
        ("/evaluate/compare?a=none&b=none".to_owned(), "Two runs compared"),
        ("/no/such/page".to_owned(), "Nothing lies here"),
        ("/%ZZ".to_owned(), "Nothing lies here"),
        ("/..%2f..%2fetc%2fpasswd".to_owned(), "Nothing lies here"),
    ] {
        let (reply, page) = page(&server, &path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(page.texts("h1"), [heading], "{path}");
        let words = page.texts("main").concat();
        assert!(!words.contains("/api/") && !words.contains('`'), "{path}: {words}");
        assert!(!page.texts("main a").is_empty(), "{path} leads nowhere");
    }
    // Programs are told where to look.
    let sentence = server.get("/api/v1/albums/ffffffffffffffff").await.error();
    assert!(sentence.contains("/api/v1/albums"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_with_nonsense_in_them_open_the_page_without_it() {
    let server = Server::start();
    let id = server.ids().await[0].clone();
    let many = vec![id.as_str(); 3000].join(",");
    let questions = [
        format!("select={many}"),
        format!("select=zz,,{id}"),
        "genres=%ZZ&years=9999-1&plays=x&near-colour=gggggg,9&words=%F0".to_owned(),
        "x=nan&y=inf&zoom=1e400&view=nan,inf,-1e999".to_owned(),
        "layout=nothing&mix=look=nan,year=-1&size=&colour=".to_owned(),
        "years=1970-1989-2000&near-colour=,&lit=genre:&lit=nearest:zz:99999999999".to_owned(),
        "a=1&".repeat(2000),
        "=&&==&%=%&%".to_owned(),
        "album=%00&nearest=-1&page=99999999999999999999".to_owned(),
        "recipe=%7B%22kind%22&albums=zz&recipe=%5B%5B%5B%5B".to_owned(),
    ];
    for before in
        ["/", "/studio", "/duplicates", "/neighbourhoods", "/evaluate", "/catalogue", "/training", "/import"]
    {
        for question in &questions {
            let (reply, page) = page(&server, &format!("{before}?{question}")).await;
            let asked = &question[..question.len().min(60)];
            assert_eq!(reply.status, StatusCode::OK, "{before}?{asked}");
            assert_eq!(page.texts("main").len(), 1, "{before}?{asked}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_map_says_what_it_needs_and_an_album_has_its_facts() {
    let server = Server::start();
    let (_, map) = page(&server, "/").await;
    assert!(
        map.texts("main noscript").concat().contains("The map needs JavaScript"),
        "{:?}",
        map.texts("main")
    );
    let (_, album) = page(&server, &format!("/album/{}", server.ids().await[0])).await;
    let words = album.texts("main").concat();
    assert!(words.contains("Artist ") && words.contains("Genre") && words.contains("19"), "{words}");
    assert_eq!(album.texts("main noscript"), Vec::<String>::new());
}

#[test]
fn the_comparison_notices_what_a_name_would_plant_that_is_not_escaped() {
    let document = |name: &str| {
        Page::of(&format!(
            "<!DOCTYPE html><html><head><title>{name}</title></head>\
             <body><main><a href=\"/x\" title=\"{name}\">{name}</a></main></body></html>"
        ))
    };
    let plain = document("Plain");
    let elements =
        HOSTILE.iter().filter(|name| name.contains('<') && !name.contains("<!--") && !name.contains("<%"));
    let mut tried = 0;
    for name in elements {
        let page = document(name);
        assert_ne!(planted(&page, &plain), Vec::<String>::new(), "{name}");
        tried += 1;
    }
    assert!(tried >= 8, "{tried}");
    assert_ne!(grave(&document(HOSTILE[0])), grave(&plain));
    assert_ne!(document(HOSTILE[3]).ways_out(), plain.ways_out());
    assert_eq!(document("javascript:").ways_out(), plain.ways_out(), "a text leads nowhere");
}
