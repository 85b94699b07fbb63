//! What lies over the map only when somebody asks for it: a module of its own. It is fetched once the map stands, or when the first
//! of it is asked for, and drawn where it belongs as soon as it is there.

use crate::browser::PictureFile;
use crate::components::album_list::AlbumList;
use crate::components::arrange_panel::Arrangement;
use crate::components::export_menu::Exports;
use crate::components::filter_panel::FilterFields;
use crate::components::journey_panel::Found;
use crate::components::maker::Making;
use crate::components::nearest_form::light_nearest;
use crate::components::picture_search::{Asked, NearPictureOf, PictureSearch};
use crate::components::selection_tray::{ChosenActions, ChosenAlbums};
use crate::components::sets_panel::Sets;
use crate::components::shares::Shares;
use crate::components::toasts::Toasts;
use crate::components::trouble::{Trouble, Waiting};
use crate::error::PageError;
use crate::explore::Explore;
use crate::filtering::Filtering;
use crate::follow::Follow;
use crate::map::MapState;
use gatefold::album::AlbumId;
use gatefold::wire::Journeys;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Something that the module draws, with what it needs.
#[derive(Clone)]
pub enum Panel {
    /// Layouts, and what neighbours are made of.
    Arrangement(MapState),
    /// The filter's fields.
    Filter(Filtering),
    /// What can be taken along.
    Exports(MapState),
    /// Named sets; read whenever their panel is opened.
    Sets(RwSignal<bool>),
    /// A picture and what it is near to.
    Picture(Box<PictureSearch>, Asked),
    /// Ways from one album to another.
    Journeys(Journeys),
    /// The albums as a list.
    List,
    /// The chosen albums, whether their weights can be set.
    Chosen(Signal<bool>),
    /// What can be done with so many chosen albums; whether weights are asked for.
    Actions(usize, RwSignal<bool>),
    /// The genres of the chosen albums.
    Shares,
    /// A new cover, as it comes to be.
    Making(Follow),
}

#[wasm_split(panels, wasm_split_path = ::leptos::wasm_split, preload(fetch_panels), fallible)]
fn draw(panel: Panel) -> Result<AnyView, SplitLoaderError> {
    Ok(match panel {
        Panel::Arrangement(map) => view! { <Arrangement map /> }.into_any(),
        Panel::Filter(filtering) => view! { <FilterFields filtering /> }.into_any(),
        Panel::Exports(map) => view! { <Exports map /> }.into_any(),
        Panel::Sets(open) => view! { <Sets open /> }.into_any(),
        Panel::Picture(search, asked) => view! { <NearPictureOf search=*search asked /> }.into_any(),
        Panel::Journeys(found) => view! { <Found found /> }.into_any(),
        Panel::List => AlbumList().into_any(),
        Panel::Chosen(can_weigh) => view! { <ChosenAlbums can_weigh /> }.into_any(),
        Panel::Actions(n, weighing) => view! { <ChosenActions n weighing /> }.into_any(),
        Panel::Shares => Shares().into_any(),
        Panel::Making(follow) => view! { <Making follow /> }.into_any(),
    })
}

/// Something that the module does.
pub enum Errand {
    /// Lights the so many albums nearest to one.
    Nearest(AlbumId, u32),
    /// Asks what the picture of that number is near to.
    Picture(Box<PictureSearch>, PictureFile, u32),
}

#[wasm_split(panels, wasm_split_path = ::leptos::wasm_split, fallible)]
fn begin(errand: Errand, explore: Explore, toasts: Toasts) -> Result<(), SplitLoaderError> {
    spawn_local(async move {
        match errand {
            Errand::Nearest(id, n) => light_nearest(explore, toasts, id, n).await,
            Errand::Picture(search, file, number) => search.answer(&file, number).await,
        }
    });
    Ok(())
}

/// Does something as soon as the module is there; says so where that cannot be fetched.
pub fn run(errand: Errand, explore: Explore, toasts: Toasts) {
    spawn_local(async move {
        if begin(errand, explore, toasts).await.is_err() {
            toasts.say(PageError::Unreachable.to_string());
        }
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Module {
    /// Nobody asked for it.
    Elsewhere,
    Coming,
    Here,
    /// It could not be fetched; whoever needs it next tries again.
    Missing,
}

/// The panels' module. Copies are the same.
#[derive(Clone, Copy)]
pub struct Panels {
    module: RwSignal<Module>,
}

impl Panels {
    /// Not there yet.
    pub fn new() -> Self {
        Self { module: RwSignal::new(Module::Elsewhere) }
    }

    /// The one of this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Fetches the module, unless it is there or on its way.
    pub fn fetch(self) {
        if matches!(self.module.get_untracked(), Module::Coming | Module::Here) {
            return;
        }
        self.module.set(Module::Coming);
        spawn_local(async move {
            let fetched = fetch_panels().await;
            self.module.set(if fetched.is_ok() { Module::Here } else { Module::Missing });
        });
    }
}

/// Draws a panel in its place as soon as its module is there, which is fetched when the panel is `needed`.
pub fn later(needed: impl Fn() -> bool + 'static, panel: Panel) -> impl IntoView {
    let panels = Panels::here();
    Effect::new(move |_| {
        if needed() {
            panels.fetch();
        }
    });
    move || match panels.module.get() {
        Module::Here => drawn(panel.clone()),
        Module::Missing => missing(),
        Module::Elsewhere | Module::Coming => Waiting().into_any(),
    }
}

fn missing() -> AnyView {
    view! { <Trouble error=PageError::Unreachable /> }.into_any()
}

/// The panel at once: what leads into a module that is there waits for nothing.
fn drawn(panel: Panel) -> AnyView {
    let drawing = pin!(draw(panel));
    match drawing.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => view,
        Poll::Ready(Err(_)) | Poll::Pending => missing(),
    }
}
