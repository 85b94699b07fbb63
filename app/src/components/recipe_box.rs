//! A recipe to read, copy and keep: with it the same picture can be made again.

use super::snippet::Snippet;
use gatefold::recipe::Recipe;
use leptos::prelude::*;

/// The recipe as JSON, with a download.
#[component]
pub fn RecipeBox(
    /// Name of the file without its extension.
    name: String,
    /// The recipe.
    recipe: Recipe,
) -> impl IntoView {
    // A recipe is plain data: it always becomes JSON.
    let json = serde_json::to_string_pretty(&recipe).unwrap_or_default();
    let link = format!("data:application/json;charset=utf-8,{}", percent(&json));
    view! {
        <section class="recipe" aria-labelledby="recipe-title">
            <h2 id="recipe-title">"Recipe"</h2>
            <p>"The same recipe gives the same picture, byte for byte on one machine."</p>
            <Snippet text=json />
            <a class="button" href=link download=format!("{name}.json")>"Download recipe"</a>
        </section>
    }
}

/// Percent-encodes what addresses do not carry (RFC 3986, unreserved characters stay).
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn quotes_breaks_and_letters_beyond_ascii_are_encoded() {
        assert_eq!(percent("{\"a\": 1}\né"), "%7B%22a%22%3A%201%7D%0A%C3%A9");
        assert_eq!(percent("A-z_0.9~"), "A-z_0.9~");
    }
}
