//! What the forest makes of a cover.

use super::genre_tag::GenreTag;
use gatefold::album::Genre;
use leptos::prelude::*;

/// Genres shown; the rest would be a tail of ones.
const SHOWN: usize = 5;

/// The likeliest genres with their probability, and the one it is tagged with wherever that stands.
#[component]
pub fn Opinion(
    /// Likeliest first.
    opinion: Vec<(Genre, f32)>,
    /// What the album is tagged with.
    tag: Option<Genre>,
) -> impl IntoView {
    if opinion.is_empty() {
        return ().into_any();
    }
    let is_tag = |genre: &Genre| tag.as_ref() == Some(genre);
    let shown: Vec<(Genre, f32)> = opinion
        .iter()
        .enumerate()
        .filter(|(i, (genre, _))| *i < SHOWN || is_tag(genre))
        .map(|(_, entry)| entry.clone())
        .collect();
    let words = match (opinion.first(), &tag) {
        (Some((likeliest, _)), Some(tag)) if likeliest != tag => {
            format!("Looks like {likeliest}, is tagged {tag}.")
        }
        (Some((likeliest, _)), Some(_)) => format!("Looks like what it is tagged with, {likeliest}."),
        (Some((likeliest, _)), None) => format!("Looks most like {likeliest}."),
        (None, _) => String::new(),
    };
    let rows = shown.into_iter().map(|(genre, p)| {
        let percent = f64::from(p) * 100.0;
        let tagged = is_tag(&genre).then_some("its tag");
        view! {
            <div>
                <dt><GenreTag name=genre.to_string() /></dt>
                <dd class="share" style=format!("--share:{percent:.1}%")>
                    {format!("{percent:.0} %")} <span class="note">{tagged}</span>
                </dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="opinion" aria-labelledby="opinion-title">
            <h2 id="opinion-title" class="small-title">"What the cover says of its genre"</h2>
            <p>{words}</p>
            <dl class="facts">{rows}</dl>
            <p class="note">"Said by trees of a random forest that saw neither this cover nor others by its artist."</p>
        </section>
    }
    .into_any()
}
