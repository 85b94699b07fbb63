//! An album as a card that leads to its page.

use super::cover::Cover;
use super::reasons::Reasons;
use crate::text;
use gatefold::report::AlbumLine;
use gatefold::wire::Reason;
use leptos::prelude::*;
use leptos_router::components::A;

/// Cover, title and facts; with a similarity where there is one.
#[component]
pub fn AlbumCard(
    /// The album.
    line: AlbumLine,
    /// How alike it is to what it stands beside, 0–1.
    #[prop(optional_no_strip)]
    similarity: Option<f32>,
    /// What makes it so.
    #[prop(optional)]
    reasons: Vec<Reason>,
) -> impl IntoView {
    let facts = text::facts(&line);
    let score = similarity.map(|similarity| {
        let percent = (similarity.clamp(0.0, 1.0) * 100.0).round();
        view! {
            <span class="score" style=format!("--share:{percent}%")>
                <span class="score-bar" aria-hidden="true"></span>
                {format!("{percent} % alike")}
            </span>
        }
    });
    view! {
        <A href=format!("/album/{}", line.id) attr:class="album-card">
            <Cover id=line.id title=line.title.clone() has_cover=line.has_cover />
            <span class="album-card-title">{line.title}</span>
            <span class="album-card-facts">{facts}</span>
            {score}
            {(!reasons.is_empty()).then(|| view! { <Reasons reasons /> })}
        </A>
    }
}
