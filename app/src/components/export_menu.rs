//! The view and the map to take along: a link, pictures, tables and graphs for other programs, a playlist.

use super::toasts::Toasts;
use crate::browser;
use crate::choosing::MOST_CHOSEN;
use crate::explore::{Explore, MOST_LINKED};
use crate::map::{MapState, MapStatus, Picture};
use crate::panels::{Panel, later};
use crate::text;
use crate::whereabouts;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Id of the button that opens the menu.
const BUTTON: &str = "export-button";

/// A button, and the panel that it opens.
#[component]
pub fn ExportMenu(
    /// The map.
    map: MapState,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            browser::focus(BUTTON);
        }
    };
    view! {
        <div class="arrange export" on:keydown=close>
            <button
                type="button"
                id=BUTTON
                aria-expanded=move || open.get().to_string()
                aria-controls="export-panel"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Export"
            </button>
            <div id="export-panel" class="arrange-panel" hidden=move || !open.get()>
                {later(move || open.get(), Panel::Exports(map))}
            </div>
        </div>
    }
}

/// What is in the panel.
#[component]
pub fn Exports(
    /// The map.
    map: MapState,
) -> impl IntoView {
    let toasts = Toasts::here();
    let explore = Explore::here();
    let copy = move |_| {
        let too_many = explore.selected.with_untracked(Vec::len) > MOST_LINKED;
        let copied = browser::copy(&whereabouts::link(explore, map));
        toasts.say(match (copied, too_many) {
            (false, _) => {
                "The browser gives no clipboard to a page without HTTPS: copy the address above the page."
            }
            (true, true) => {
                "Link copied, without the selection: it has too many albums for an address. Save it as a set."
            }
            (true, false) => "Link copied: it opens this very view.",
        });
    };
    view! {
        <button type="button" data-action="copy-link" on:click=copy>
            "Copy link"
        </button>
        {view! { <Pictures map /> }.into_any()}
        {Files().into_any()}
    }
}

#[component]
fn Pictures(map: MapState) -> impl IntoView {
    let drawn = move || map.status.get() == MapStatus::Ready;
    let button = move |kind: Picture, action: &'static str, label: &'static str| {
        view! {
            <button
                type="button"
                data-action=action
                disabled=move || !drawn() || map.picture.get().is_some()
                on:click=move |_| map.picture.set(Some(kind))
            >
                {label}
            </button>
        }
    };
    view! {
        <fieldset>
            <legend>"The view"</legend>
            <div class="actions">
                {button(Picture::Pixels, "png", "Picture (PNG)")}
                {button(Picture::Drawing, "svg", "Drawing (SVG)")}
            </div>
            <p class="note" role="status">
                {move || match (map.picture.get(), map.unpictured.get()) {
                    (Some(_), _) => "Making the file…".to_owned(),
                    (None, why) => why.unwrap_or_default(),
                }}
            </p>
        </fieldset>
    }
}

#[component]
fn Files() -> impl IntoView {
    let explore = Explore::here();
    let toasts = Toasts::here();
    let n = Memo::new(move |_| explore.selected.with(Vec::len));
    // Longer addresses are refused on their way.
    let of_selection = Memo::new(move |_| (1..=MOST_CHOSEN).contains(&n.get()));
    let ids = move || {
        explore.selected.with(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    };
    let href = move |ending: &str| {
        let mixture = explore.mixture.get();
        let albums = of_selection.get().then(|| format!("albums={}", ids()));
        let mix = (!mixture.is_usual()).then(|| format!("mix={}", text::encoded(&mixture.to_string())));
        let words: Vec<String> = albums.into_iter().chain(mix).collect();
        let query = if words.is_empty() { String::new() } else { format!("?{}", words.join("&")) };
        format!("/api/v1/export/map.{ending}{query}")
    };
    let link = move |ending: &'static str, label: &'static str| {
        view! { <a class="button" rel="external" download href=move || href(ending)>{label}</a> }
    };
    let note = move || match (n.get(), of_selection.get()) {
        (0, _) => "All albums and the lines between them.".to_owned(),
        (n, true) => {
            format!("{} selected, and the lines between them.", text::counted(n as u64, "album", "albums"))
        }
        (_, false) => format!(
            "All albums: a selection is taken along up to {} albums.",
            text::count(MOST_CHOSEN as u64)
        ),
    };
    let playlist = move |_| {
        let address = format!("/api/v1/export/playlist.m3u8?albums={}", ids());
        spawn_local(async move {
            if let Err(error) = browser::save(&address, "playlist.m3u8").await {
                toasts.say(error.to_string());
            }
        });
    };
    view! {
        <fieldset>
            <legend>"For other programs"</legend>
            <div class="actions">
                {link("csv", "Table (CSV)")}
                {link("graphml", "GraphML")}
                {link("gexf", "GEXF")}
                <button
                    type="button"
                    data-action="playlist"
                    disabled=move || !of_selection.get()
                    title="The music of the selected albums, where it lies beside their covers"
                    on:click=playlist
                >
                    "Playlist (M3U8)"
                </button>
            </div>
            <p class="note">{note}</p>
        </fieldset>
    }
}
