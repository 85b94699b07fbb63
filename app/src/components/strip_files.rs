//! Files of an interpolation or a walk: the strip, and loops.

use leptos::prelude::*;

/// Files of several pictures: side by side, or one after the other in a loop.
#[component]
pub fn StripFiles(
    /// The generated cover.
    id: String,
) -> impl IntoView {
    let api = format!("/api/v1/generated/{id}");
    let files = [
        ("frames/strip.png", "Download strip", "png"),
        ("loop.gif", "Loop as GIF", "gif"),
        ("loop.webp", "Loop as WebP", "webp"),
    ];
    let link = move |(path, label, ending): (&str, &'static str, &str)| {
        let file = format!("gatefold-{id}.{ending}");
        view! { <a class="button" href=format!("{api}/{path}") download=file>{label}</a> }
    };
    files.map(link).into_iter().collect_view()
}
