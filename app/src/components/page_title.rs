//! What a window, a tab and a bookmark call the page.
//!
//! Titles are made of names that come from strangers' tables and folders, and `leptos_meta` puts a title into the document as it
//! is. So every title goes through here, where the server escapes it; a browser that takes the page over sets a property, which is
//! text whatever stands in it.

use leptos::prelude::*;
use leptos_meta::Title;

/// How titles look everywhere: what [`PageTitle`] says, then the program's name. Stands once, around all pages.
#[component]
pub fn PageTitles() -> impl IntoView {
    view! { <Title formatter=titled /> }
}

/// The title of a page; of several the one that was drawn last counts.
#[component]
pub fn PageTitle(
    /// Plain text, of any letters.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <Title text /> }
}

fn titled(title: String) -> String {
    let title = if title.is_empty() { "Gatefold".to_owned() } else { format!("{title} · Gatefold") };
    into_document(title)
}

/// On the server the title becomes part of the document's markup.
#[cfg(feature = "ssr")]
fn into_document(title: String) -> String {
    html_escape::encode_text(&title).into_owned()
}

#[cfg(not(feature = "ssr"))]
fn into_document(title: String) -> String {
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Every source file of the page but this one, without its tests.
    fn sources() -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("page_title.rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
                    files.push((path, code));
                }
            }
        }
        assert!(files.len() > 100, "{} files", files.len());
        files
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_title_cannot_end_itself_on_the_server() {
        let hostile = "</title><meta http-equiv=\"refresh\" content=\"0;url=//evil.example\">";
        let written = titled(hostile.to_owned());
        assert!(!written.contains(['<', '>']), "{written}");
        assert_eq!(html_escape::decode_html_entities(&written), format!("{hostile} · Gatefold"));
        assert_eq!(titled("a < b & c".to_owned()), "a &lt; b &amp; c · Gatefold");
    }

    #[test]
    fn every_title_of_the_page_goes_through_here() {
        let harmless = ["use leptos_meta::MetaTags;", "use leptos_meta::provide_meta_context;"];
        for (path, code) in sources() {
            for line in code.lines().filter(|line| line.contains("leptos_meta")) {
                assert!(harmless.contains(&line.trim()), "{}: {line}", path.display());
            }
            assert!(!code.contains("<Title"), "{}", path.display());
        }
    }

    /// Leptos escapes text and attributes, except where a browser is handed markup, and inside these elements.
    #[test]
    fn nothing_in_the_page_writes_markup_by_hand() {
        let writers =
            ["inner_html", "innerHTML", "outer_html", "insert_adjacent_html", "document.write", "srcdoc"];
        for (path, code) in sources() {
            for writer in writers {
                assert!(!code.contains(writer), "{}: {writer}", path.display());
            }
            for element in ["script", "style", "textarea", "noscript", "iframe", "object", "embed", "base"] {
                let allowed: &[&str] = match element {
                    "script" => &["shell.rs"],
                    "textarea" => &["finish_fields.rs"],
                    "noscript" => &["needs_script.rs"],
                    _ => &[],
                };
                let stands = code.contains(&format!("<{element} ")) || code.contains(&format!("<{element}>"));
                let may = allowed.iter().any(|name| path.ends_with(name));
                // A text area is filled as a property, never by what stands inside it.
                let filled = element == "textarea" && !code.contains("></textarea>") && stands;
                assert!((!stands || may) && !filled, "{}: <{element}>", path.display());
            }
        }
    }
}
