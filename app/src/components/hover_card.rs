//! The card beside the album that is pointed at.

use super::cover::Cover;
use super::genre_tag::GenreTag;
use crate::browser;
use crate::explore::Explore;
use crate::map::Hover;
use crate::text;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// Rest so long on an album and its card appears; from card to card there is no wait.
const WAIT: Duration = Duration::from_millis(125);
/// Room that a card takes, CSS pixels.
const CARD: (f64, f64) = (264.0, 380.0);
/// Distance from the cover's centre, CSS pixels.
const GAP: f64 = 24.0;

/// Large cover, title, artist, genre, year. For eyes only: the live region says what has the keyboard's focus.
#[component]
pub fn HoverCard(
    /// What is pointed at.
    hovered: RwSignal<Option<Hover>>,
) -> impl IntoView {
    let explore = Explore::here();
    let shown = RwSignal::new(None::<Hover>);
    Effect::new(move |waiting: Option<Option<TimeoutHandle>>| {
        if let Some(handle) = waiting.flatten() {
            handle.clear();
        }
        let now = hovered.get();
        if now.is_none() || shown.with_untracked(Option::is_some) {
            shown.set(now);
            return None;
        }
        set_timeout_with_handle(move || shown.set(hovered.get_untracked()), WAIT).ok()
    });
    let album = Memo::new(move |_| shown.with(|hover| hover.map(|hover| hover.id)));
    let place = move || {
        shown.with(|hover| {
            hover.map_or(String::new(), |hover| place(hover.x, hover.y, browser::window_size()))
        })
    };
    let inside = move || {
        let line = explore.line(album.get()?)?;
        let genre = line.genre.as_ref().map(|genre| genre.as_str().to_owned());
        let looks_like = explore.looks_like(line.id).filter(|_| explore.tint.get().marks_edges());
        let neighbourhood = explore.neighbourhood(line.id);
        Some(view! {
            <Cover id=line.id title=line.title.clone() has_cover=line.has_cover large=true />
            <strong class="hover-title">{line.title.clone()}</strong>
            <span class="hover-artist">{text::artist(&line)}</span>
            <span class="hover-facts">
                {genre.map(|name| view! { <GenreTag name /> })}
                {line.year.map(|year| view! { <span>{year}</span> })}
            </span>
            {neighbourhood
                .map(|number| view! { <span class="hover-facts">{format!("neighbourhood {}", number + 1)}</span> })}
            {looks_like.map(|name| view! { <span class="hover-facts">"looks like " <GenreTag name /></span> })}
        })
    };
    view! {
        <div class="hover-card" class:is-shown=move || album.get().is_some() style=place aria-hidden="true">
            {inside}
        </div>
    }
}

/// Beside the cover, on the side with more room, inside the window.
fn place(x: f64, y: f64, (width, height): (f64, f64)) -> String {
    let left = if x + GAP + CARD.0 + 8.0 < width { x + GAP } else { (x - GAP - CARD.0).max(8.0) };
    let top = (y - CARD.1 / 2.0).clamp(64.0_f64.min(height), (height - CARD.1 - 8.0).max(64.0));
    format!("left:{left:.0}px;top:{top:.0}px")
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_card_turns_to_the_side_with_room() {
        assert_eq!(place(100.0, 500.0, (1440.0, 900.0)), "left:124px;top:310px");
        assert_eq!(place(1400.0, 500.0, (1440.0, 900.0)), "left:1112px;top:310px");
    }

    #[test]
    fn a_card_stays_inside_a_small_window() {
        assert_eq!(place(180.0, 20.0, (360.0, 640.0)), "left:8px;top:64px");
        assert_eq!(place(180.0, 630.0, (360.0, 640.0)), "left:8px;top:252px");
    }
}
