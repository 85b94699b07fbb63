//! What the map fetches: builds, layouts, neighbourhoods, names, sheets. An answer that comes too late is dropped.

use super::Shell;
use crate::map::data::MapData;
use crate::map::fetch::{self, FetchError};
use crate::map::residency::Sheet;
use crate::map::state::MapStatus;
use crate::map::tint::Tint;
use gatefold::map::Layout;
use gatefold::mixture::Mixture;
use gatefold::wire::MapLabel;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// Names wait for covers this many times this many milliseconds at most.
const NAMES_WAIT: u32 = 30;
const NAMES_STEP: u32 = 50;

impl Shell {
    /// Fetches the present build.
    pub fn load(self: &Rc<Self>) {
        let generation = self.generation.get() + 1;
        self.generation.set(generation);
        let weak = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            let built = build().await;
            let Some(shell) = current(&weak, generation) else { return };
            let data = match built {
                Ok(data) => Arc::new(data),
                Err(error) => {
                    shell.state.status.set(MapStatus::Failed(error.to_string()));
                    return;
                }
            };
            let accepted = shell.engine.borrow_mut().accept(Arc::clone(&data));
            let name = data.manifest.build.clone();
            *shell.base.borrow_mut() = Some(Arc::clone(&data));
            shell.state.manifest.set(Some(data.manifest.clone()));
            shell.state.data.set(Some(Arc::clone(&data)));
            if let Err(error) = accepted {
                shell.fail(&error);
            }
            shell.arrange();
            shell.invalidate();
            drop(shell);
            // Covers first: names are read by whoever points at one.
            for _ in 0..NAMES_WAIT {
                TimeoutFuture::new(NAMES_STEP).await;
                let Some(shell) = current(&weak, generation) else { return };
                if shell.engine.borrow().settled() {
                    break;
                }
            }
            let labels = fetch::labels(&name).await;
            let Some(shell) = current(&weak, generation) else { return };
            // Without names the map is still a map; the page asks for an album's facts one by one.
            if let Ok(labels) = labels {
                // Another layout may be shown by now.
                if let Some(shown) = shell.engine.borrow().data() {
                    shown.name(labels.clone());
                }
                data.name(labels);
                shell.state.data.update(|_| {});
                shell.invalidate();
            }
        });
    }

    /// Fetches the layout and the lines that the page asks for, and shows them.
    pub fn arrange(self: &Rc<Self>) {
        let Some(base) = self.base.borrow().clone() else { return };
        let (layout, mixture) = (self.state.layout.get_untracked(), self.state.mixture.get_untracked());
        let (generation, asked) = (self.generation.get(), self.asked.get() + 1);
        self.asked.set(asked);
        let as_built = layout == Layout::Similarity && mixture.is_usual();
        if as_built && self.engine.borrow().data().is_some_and(|shown| Arc::ptr_eq(shown, &base)) {
            self.mixture.set(mixture);
            self.state.arranging.set(false);
            self.find_neighbourhoods();
            self.engine.borrow_mut().look_as_asked();
            return;
        }
        self.state.arranging.set(true);
        let weak = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            let arranged = match as_built {
                true => Ok((base, Vec::new())),
                false => match arranging(base, layout, mixture).await {
                    Ok(arranged) => arranged.await,
                    Err(_) => Err(FetchError::Network),
                },
            };
            let shell = current(&weak, generation).filter(|shell| shell.asked.get() == asked);
            let Some(shell) = shell else { return };
            match arranged {
                Ok((data, labels)) => {
                    shell.engine.borrow_mut().arrange(Arc::clone(&data));
                    shell.mixture.set(mixture);
                    shell.state.data.set(Some(data));
                    shell.state.labels.set(labels);
                    shell.state.trouble.set(None);
                    shell.find_neighbourhoods();
                }
                Err(error) => {
                    shell.engine.borrow_mut().look_as_asked();
                    shell.state.trouble.set(Some(error.to_string()));
                }
            }
            shell.state.arranging.set(false);
            shell.invalidate();
        });
    }

    /// Fetches which neighbourhood each album belongs to, where frames show it and nobody has asked yet.
    pub(super) fn find_neighbourhoods(self: &Rc<Self>) {
        let wanted = self.state.tint.get_untracked() == Tint::Neighbourhood;
        let shown = self.engine.borrow().data().filter(|data| data.neighbourhoods().is_none()).cloned();
        let Some(shown) = shown.filter(|_| wanted) else { return };
        let (generation, mixture) = (self.generation.get(), self.mixture.get());
        let weak = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            let found = fetch::neighbourhoods(&shown.manifest.build, &mixture, shown.len()).await;
            let Some(shell) = current(&weak, generation) else { return };
            match found {
                Ok(of) => {
                    shown.put_neighbourhoods(of);
                    shell.engine.borrow_mut().stale.facts = true;
                    shell.state.data.update(|_| {});
                    shell.state.trouble.set(None);
                }
                Err(error) => shell.state.trouble.set(Some(error.to_string())),
            }
            shell.invalidate();
        });
    }

    /// Fetches a sheet of covers.
    pub(super) fn fetch(self: &Rc<Self>, sheet: Sheet) {
        let (generation, context) = (self.generation.get(), self.context.get());
        let Some(build) = self.engine.borrow().data().map(|data| data.manifest.build.clone()) else { return };
        let weak = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            let fetched = fetch::sheet(&build, sheet.level, sheet.number).await;
            let shell = current(&weak, generation).filter(|shell| shell.context.get() == context);
            let Some(shell) = shell else { return };
            match fetched {
                Ok(bitmap) => shell.engine.borrow_mut().arrived(sheet, bitmap),
                Err(_) => shell.engine.borrow_mut().missed(sheet),
            }
            shell.invalidate();
        });
    }
}

/// The shell, if it is still there and shows the same build.
fn current(weak: &Weak<Shell>, generation: u32) -> Option<Rc<Shell>> {
    weak.upgrade().filter(|shell| !shell.closed.get() && shell.generation.get() == generation)
}

type Arranged = Pin<Box<dyn Future<Output = Result<(Arc<MapData>, Vec<MapLabel>), FetchError>>>>;

/// In the panels' module: they ask for it.
#[wasm_split(panels, wasm_split_path = ::leptos::wasm_split, fallible)]
fn arranging(base: Arc<MapData>, layout: Layout, mixture: Mixture) -> Result<Arranged, SplitLoaderError> {
    Ok(Box::pin(async move { arranged(&base, layout, &mixture).await }))
}

/// A build in a layout, with what is written there.
async fn arranged(
    base: &MapData,
    layout: Layout,
    mixture: &Mixture,
) -> Result<(Arc<MapData>, Vec<MapLabel>), FetchError> {
    let build = &base.manifest.build;
    let lines = match mixture.is_usual() {
        true => None,
        false => Some(fetch::lines(build, mixture).await?),
    };
    let places = fetch::places(build, layout, mixture, base.len()).await?;
    let labels = match layout {
        Layout::Genre | Layout::Timeline => fetch::written(build, layout, mixture).await?,
        _ => Vec::new(),
    };
    Ok((Arc::new(base.arranged(places, lines)), labels))
}

/// Manifest and columns of one build; a build that is replaced in between is asked for again.
async fn build() -> Result<MapData, FetchError> {
    let mut attempts = 0;
    loop {
        let manifest = fetch::manifest().await?;
        match fetch::columns(&manifest.build).await {
            Ok(columns) => return Ok(MapData::new(manifest, columns)),
            Err(FetchError::Gone) if attempts < 3 => attempts += 1,
            Err(error) => return Err(error),
        }
    }
}
