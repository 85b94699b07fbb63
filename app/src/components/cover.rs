//! An album's cover, or a plain sleeve with its name.

use crate::text;
use gatefold::album::AlbumId;
use leptos::prelude::*;

/// A square cover. Decorative: whatever shows it names the album in words beside it.
#[component]
pub fn Cover(
    /// Whose.
    id: AlbumId,
    /// What a plain sleeve says.
    title: String,
    /// Whether there is a cover at all.
    has_cover: bool,
    /// The picture as it was imported instead of the thumbnail; the thumbnail shows until it has come.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    if !has_cover {
        return view! { <span class="cover sleeve" aria-hidden="true"><span>{title}</span></span> }
            .into_any();
    }
    let thumbnail = text::thumbnail(id);
    if large {
        let behind = format!("background-image:url({thumbnail})");
        return view! { <img class="cover" src=text::cover(id) alt="" style=behind decoding="async" /> }
            .into_any();
    }
    view! { <img class="cover" src=thumbnail alt="" loading="lazy" decoding="async" width="128" height="128" /> }
        .into_any()
}
