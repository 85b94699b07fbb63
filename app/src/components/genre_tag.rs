//! A genre: its colour and, always, its name.

use crate::palette::genre_css;
use leptos::prelude::*;

/// A dot of the genre's colour, then the name.
#[component]
pub fn GenreTag(
    /// The genre's name.
    name: String,
) -> impl IntoView {
    view! {
        <span class="genre-tag">
            <span class="dot" style=format!("--dot:{}", genre_css(&name)) aria-hidden="true"></span>
            {name}
        </span>
    }
}
