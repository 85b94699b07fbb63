//! Says what has the keyboard's focus and how many albums are chosen, to those who do not see the map.

use crate::explore::Explore;
use crate::text;
use gatefold::album::AlbumId;
use leptos::prelude::*;

/// A polite live region.
#[component]
pub fn LiveRegion(
    /// The album that has the keyboard's focus on the map.
    focused: RwSignal<Option<AlbumId>>,
) -> impl IntoView {
    let explore = Explore::here();
    let focus = Memo::new(move |_| {
        let id = focused.get()?;
        let line = explore.line(id)?;
        let neighbours = explore.data.with(|data| {
            let data = data.as_ref()?;
            Some(data.neighbours(data.index(id)?).len() as u64)
        });
        let chosen = if explore.is_selected(id) { ", selected" } else { "" };
        let neighbours = neighbours
            .map_or(String::new(), |n| format!(", {}", text::counted(n, "neighbour", "neighbours")));
        Some(format!("{}, {}{neighbours}{chosen}", line.title, text::facts(&line)))
    });
    let selection = Memo::new(move |_| match explore.selected.with(Vec::len) {
        0 => String::new(),
        n => format!("{} selected", text::counted(n as u64, "album", "albums")),
    });
    let lit = Memo::new(move |_| {
        explore.highlight.with(|lit| {
            lit.as_ref().map_or(String::new(), |lit| {
                format!("{} lit", text::counted(lit.len() as u64, "album", "albums"))
            })
        })
    });
    view! {
        <div class="unseen">
            <p role="status" aria-live="polite">{focus}</p>
            <p role="status" aria-live="polite">{selection}</p>
            <p role="status" aria-live="polite">{lit}</p>
        </div>
    }
}
