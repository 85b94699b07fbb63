//! Search by picture: an image file dropped on the map, or chosen, and the albums that look most like it.

use super::cover::Cover;
use super::genre_tag::GenreTag;
use super::toasts::Toasts;
use super::tools_sheet;
use super::trouble::Trouble;
use crate::api::Answer;
use crate::browser::{self, PictureFile};
use crate::explore::{Explore, Lit};
use crate::filtering::Filtering;
use crate::map::{MapState, Marker};
use crate::panels::{self, Errand, Panel, later};
use crate::text;
use gatefold::album::Genre;
use gatefold::report::AlbumLine;
use gatefold::wire::{NearPicture, Neighbour};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// Albums asked for.
const NEAR: u32 = 24;
/// Albums of those that are listed.
const LISTED: usize = 12;
/// Genres that are listed of what the forest says.
const GENRES: usize = 3;

/// A picture that somebody asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Counts pictures, so that an answer to an older one is dropped.
    number: u32,
    /// The file's name.
    name: String,
    /// Where the browser has the picture; given back when it is no longer shown.
    address: String,
}

/// The picture that is shown, and what is said of it. Copies are the same.
#[derive(Clone, Copy)]
pub struct PictureSearch {
    explore: Explore,
    filtering: Filtering,
    map: MapState,
    toasts: Toasts,
    asked: RwSignal<Option<Asked>>,
    answer: RwSignal<Option<Answer<NearPicture>>>,
    count: StoredValue<u32>,
    /// Whether a file is dragged over the page.
    over: RwSignal<bool>,
}

impl PictureSearch {
    /// Nothing asked.
    pub fn new(explore: Explore, map: MapState, filtering: Filtering) -> Self {
        let this = Self {
            explore,
            filtering,
            map,
            toasts: Toasts::here(),
            asked: RwSignal::default(),
            answer: RwSignal::default(),
            count: StoredValue::new(0),
            over: RwSignal::new(false),
        };
        on_cleanup(move || this.forget());
        this
    }

    /// Asks the server what a picture is near to.
    fn ask(self, file: PictureFile) {
        self.forget();
        // Both stand in the same place.
        self.filtering.open.set(false);
        let number = self.count.get_value() + 1;
        self.count.set_value(number);
        self.asked.set(Some(Asked { number, name: file.name(), address: file.address() }));
        panels::run(Errand::Picture(Box::new(self), file, number), self.explore, self.toasts);
    }

    /// Takes over what the server says of the picture of that number.
    pub async fn answer(self, file: &PictureFile, number: u32) {
        let answer = browser::near_picture(file, NEAR).await;
        let newest = self.asked.try_with_untracked(|asked| asked.as_ref().map(|asked| asked.number));
        // The page may have gone meanwhile, or somebody asked about another picture.
        if newest.flatten() != Some(number) {
            return;
        }
        if let Ok(near) = &answer {
            self.show(near);
        }
        self.answer.set(Some(answer));
    }

    fn show(self, near: &NearPicture) {
        let lines = || near.albums.iter().map(|neighbour| &neighbour.album);
        self.explore.remember(lines());
        self.explore.light(Lit::Picture, lines().map(|line| line.id).collect());
        self.map.marker.set(near.at.map(|at| Marker { at, text: "Your picture".to_owned() }));
        self.map.fit.notify();
    }

    /// Takes picture, marker and light away.
    fn forget(self) {
        if let Some(Some(asked)) = self.asked.try_get_untracked() {
            browser::forget_picture(&asked.address);
            self.asked.set(None);
            self.answer.set(None);
            self.map.marker.set(None);
            if self.explore.lit_untracked() == Some(Lit::Picture) {
                self.explore.unlight();
            }
        }
    }
}

/// The button, for those who do not drag; it listens for those who do.
#[component]
pub fn PictureButton(
    /// Where the picture goes.
    search: PictureSearch,
) -> impl IntoView {
    let over = search.over;
    let field = NodeRef::<html::Input>::new();
    let handles = [
        window_event_listener_untyped("dragover", move |event| {
            if browser::carries_file(&event) {
                // Without this the browser would leave the page for the picture.
                event.prevent_default();
                over.set(true);
            }
        }),
        window_event_listener_untyped("dragleave", move |event| {
            if browser::left_window(&event) {
                over.set(false);
            }
        }),
        window_event_listener_untyped("drop", move |event| {
            over.set(false);
            if let Some(file) = browser::dropped_picture(&event) {
                event.prevent_default();
                search.ask(file);
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    let choose = move |_| {
        tools_sheet::leave();
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    let chosen = move |event: ev::Event| {
        if let Some(file) = browser::chosen_picture(&event) {
            search.ask(file);
        }
    };
    view! {
        <button
            type="button"
            id="picture-button"
            class="picture-button"
            title="Find covers that look like a picture of yours; dropping one on the map does the same"
            on:click=choose
        >
            "Picture"
        </button>
        <input
            type="file"
            accept="image/*"
            name="picture"
            node_ref=field
            hidden
            aria-label="Picture to search by"
            on:change=chosen
        />
    }
}

/// The picture and what it is near to; the hint while one drags.
#[component]
pub fn PicturePanel(
    /// What was asked.
    search: PictureSearch,
) -> impl IntoView {
    view! {
        <div class="drop-hint" hidden=move || !search.over.get() aria-hidden="true">
            <p>"Drop the picture: covers that look like it are lit"</p>
        </div>
        {move || search.asked.get().map(|asked| later(|| true, Panel::Picture(Box::new(search), asked)))}
    }
}

/// A picture, its nearest albums with their scores, and what the forest makes of it.
#[component]
pub fn NearPictureOf(
    /// Where it was asked.
    search: PictureSearch,
    /// The picture.
    asked: Asked,
) -> impl IntoView {
    let shut = move || {
        search.forget();
        tools_sheet::return_to("picture-button");
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            shut();
        }
    };
    let said = move || match search.answer.get() {
        None => {
            view! { <p class="note" role="status">"Comparing it with the catalogue's covers…"</p> }.into_any()
        }
        Some(Err(error)) => view! { <Trouble error /> }.into_any(),
        Some(Ok(near)) => view! { <Nearest near /> }.into_any(),
    };
    view! {
        <section class="near-picture" aria-label="Search by picture" on:keydown=pressed>
            <header>
                <h2>"Like your picture"</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close the search by picture"
                    on:click=move |_| shut()
                >
                    "×"
                </button>
            </header>
            <img class="near-picture-shown" src=asked.address alt=format!("Your picture, {}", asked.name) />
            {said}
        </section>
    }
}

#[component]
fn Nearest(near: NearPicture) -> impl IntoView {
    let explore = Explore::here();
    let NearPicture { albums, at, opinion } = near;
    let place = match at {
        Some(_) => "The marker shows where it would stand while albums are laid out by similarity.",
        None => "It has no place on this map.",
    };
    let none = albums.is_empty().then(|| view! { <p class="note">"The catalogue has no cover like it."</p> });
    let row = move |Neighbour { album, similarity, .. }: Neighbour| {
        let AlbumLine { id, has_cover, .. } = album;
        let facts = text::facts(&album);
        view! {
            <li>
                <button
                    type="button"
                    class="near-picture-album"
                    on:click=move |_| {
                        explore.go_to.set(Some(id));
                        if !explore.selected.with_untracked(|selected| selected.contains(&id)) {
                            explore.toggle(id);
                        }
                    }
                >
                    <Cover id title=String::new() has_cover />
                    <span class="near-picture-words">
                        <span>{album.title}</span>
                        <small>{facts}</small>
                    </span>
                    <span class="near-picture-score">{format!("{:.0} %", 100.0 * similarity)}</span>
                </button>
            </li>
        }
    };
    let genre = |(genre, likely): (Genre, f32)| {
        view! { <li><GenreTag name=genre.to_string() /> {format!(" {:.0} %", 100.0 * likely)}</li> }
    };
    let taken = (!opinion.is_empty()).then(|| {
        let genres = opinion.into_iter().take(GENRES).map(genre).collect_view();
        view! {
            <p class="note">"The forest takes it for a cover of:"</p>
            <ul class="near-picture-genres" aria-label="What the forest takes it for">{genres}</ul>
        }
    });
    let rows = albums.into_iter().take(LISTED).map(row).collect_view();
    view! {
        <p class="note" role="status">{place}</p>
        {none}
        <ol class="near-picture-albums" aria-label="Nearest albums">{rows}</ol>
        {taken}
    }
}
