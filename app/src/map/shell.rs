//! Joins the map to the browser: frames when something changed and only then, fetching, lost contexts, sizes, themes.

use super::arrangement::is_in;
use super::data::MapData;
use super::engine::Engine;
use super::fetch::{self, FetchError};
use super::gesture::Gesture;
use super::gl::GlError;
use super::listen::{Listener, Watcher};
use super::residency::Sheet;
use super::state::{MapState, MapStatus};
use super::tint::Tint;
use super::{hook, input};
use gatefold::map::Layout;
use gatefold::mixture::Mixture;
use gatefold::wire::MapLabel;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The elements that the component renders.
pub struct Elements {
    /// The box.
    pub surface: HtmlElement,
    /// What is drawn on.
    pub canvas: HtmlCanvasElement,
    /// The rectangle that is being dragged.
    pub rectangle: HtmlElement,
    /// The lasso that is being drawn: a box with an SVG path in it.
    pub rope: HtmlElement,
    /// What is written on the map, an element each.
    pub labels: HtmlElement,
    /// A place that is no album's.
    pub marker: HtmlElement,
}

/// One mounted map.
pub struct Shell {
    /// The map's signals.
    pub state: MapState,
    /// The elements.
    pub elements: Elements,
    /// The map at work. Never borrowed while a signal is set.
    pub engine: RefCell<Engine>,
    /// What the pointers are up to.
    pub gesture: RefCell<Gesture>,
    /// The finger that may be resting.
    pub resting: RefCell<Option<Timeout>>,
    /// Where the pointer was last, when it is over the canvas.
    pub pointer: Cell<Option<(f64, f64)>>,
    tick: RefCell<Option<Closure<dyn FnMut(f64)>>>,
    due: Cell<Option<i32>>,
    listeners: RefCell<Vec<Listener>>,
    watchers: RefCell<Vec<Watcher>>,
    /// Counts builds, so that what belongs to an older one is dropped.
    generation: Cell<u32>,
    /// Counts contexts, so that sheets that were asked for by one that was lost are dropped.
    context: Cell<u32>,
    /// The build as it came, whatever layout is shown.
    base: RefCell<Option<Arc<MapData>>>,
    /// Counts layouts that were asked for: the newest wins.
    asked: Cell<u32>,
    /// The mixture of the neighbours that are shown.
    mixture: Cell<Mixture>,
    closed: Cell<bool>,
}

impl Shell {
    /// Starts a map on these elements.
    pub fn start(state: MapState, elements: Elements) -> Rc<Self> {
        style(&elements);
        let (engine, outcome) = Engine::new(state, elements.surface.clone(), elements.canvas.clone());
        let shell = Rc::new(Self {
            state,
            elements,
            engine: RefCell::new(engine),
            gesture: RefCell::default(),
            resting: RefCell::default(),
            pointer: Cell::default(),
            tick: RefCell::default(),
            due: Cell::default(),
            listeners: RefCell::default(),
            watchers: RefCell::default(),
            generation: Cell::new(0),
            context: Cell::new(0),
            base: RefCell::default(),
            asked: Cell::new(0),
            mixture: Cell::new(Mixture::USUAL),
            closed: Cell::new(false),
        });
        let weak = Rc::downgrade(&shell);
        let tick = Closure::new(move |now| {
            if let Some(shell) = weak.upgrade() {
                shell.due.set(None);
                shell.frame(now);
            }
        });
        *shell.tick.borrow_mut() = Some(tick);
        shell.listeners.borrow_mut().extend(input::listeners(&shell));
        shell.listeners.borrow_mut().extend(context_listeners(&shell));
        shell.watch();
        hook::install(&shell);
        if outcome.is_err() {
            state.status.set(MapStatus::NoWebGl);
        }
        shell.load();
        shell
    }

    /// Ends it: no frame, no event and no answer reaches it any more.
    pub fn close(&self) {
        self.closed.set(true);
        if let Some(due) = self.due.take() {
            let _ = window().cancel_animation_frame(due);
        }
        self.listeners.borrow_mut().clear();
        self.watchers.borrow_mut().clear();
        self.resting.borrow_mut().take();
        self.engine.borrow_mut().close();
        hook::remove();
    }

    /// Asks for a frame.
    pub fn invalidate(&self) {
        if self.closed.get() || self.due.get().is_some() {
            return;
        }
        if let Some(tick) = self.tick.borrow().as_ref() {
            self.due.set(window().request_animation_frame(tick.as_ref().unchecked_ref()).ok());
        }
    }

    /// Signals changed who is chosen, pointed at or lit.
    pub fn marks_changed(&self) {
        self.engine.borrow_mut().stale.marks = true;
        self.invalidate();
    }

    /// Frames or sizes are to show something else.
    pub fn facts_changed(self: &Rc<Self>) {
        self.engine.borrow_mut().stale.facts = true;
        self.invalidate();
        self.find_neighbourhoods();
    }

    /// Fetches which neighbourhood each album belongs to, where frames show it and nobody has asked yet.
    fn find_neighbourhoods(self: &Rc<Self>) {
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

    /// Draws a frame; what is drawn can be read until the browser shows it.
    pub fn frame(self: &Rc<Self>, now: f64) {
        let performance = window().performance();
        let clock = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let before = clock();
        let (outcome, first, seen) = {
            let mut engine = self.engine.borrow_mut();
            let outcome = engine.frame(now);
            engine.timing.push(clock() - before);
            (outcome, engine.frames == 1, engine.seen())
        };
        if self.state.seen.get_untracked() != seen {
            self.state.seen.set(seen);
        }
        for sheet in outcome.fetch {
            self.fetch(sheet);
        }
        self.place_labels();
        self.place_marker();
        if let Some(error) = outcome.failed {
            self.fail(&error);
        } else if first {
            self.state.status.set(MapStatus::Ready);
        }
        if outcome.again {
            self.invalidate();
        }
    }

    fn fail(&self, error: &GlError) {
        // A lost context comes back by itself.
        if *error != GlError::Lost {
            self.state.status.set(MapStatus::Failed(error.to_string()));
        }
    }

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
            let arranged =
                if as_built { Ok((base, Vec::new())) } else { arranged(&base, layout, &mixture).await };
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

    /// Puts what is written on the map where it belongs.
    fn place_labels(&self) {
        let children = self.elements.labels.children();
        if children.length() == 0 {
            return;
        }
        let engine = self.engine.borrow();
        let labels = self.state.labels.read_untracked();
        for (i, label) in labels.iter().enumerate() {
            let Some(element) =
                children.item(i as u32).and_then(|child| child.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            let at = engine.camera.to_screen((f64::from(label.at[0]), f64::from(label.at[1])));
            let seen = is_in(engine.camera.size, at);
            let place = format!("translate({:.1}px, {:.1}px) translate(-50%, -100%)", at.0, at.1);
            let _ = element.style().set_property("transform", &place);
            let _ = element.style().set_property("visibility", if seen { "visible" } else { "hidden" });
        }
    }

    /// Puts the marker where it belongs, and hides it while albums stand elsewhere than the build has them.
    fn place_marker(&self) {
        let engine = self.engine.borrow();
        let as_built = match (engine.data(), self.base.borrow().as_ref()) {
            (Some(shown), Some(base)) => Arc::ptr_eq(shown, base),
            _ => false,
        };
        let marker = self.state.marker.read_untracked();
        let at = marker.as_ref().filter(|_| as_built).map(|marker| marker.at.map(f64::from));
        let element = &self.elements.marker;
        let Some([x, y]) = at else {
            element.set_hidden(true);
            return;
        };
        let at = engine.camera.to_screen((x, y));
        element.set_hidden(!is_in(engine.camera.size, at));
        let _ =
            element.style().set_property("transform", &format!("translate({:.1}px, {:.1}px)", at.0, at.1));
    }

    fn fetch(self: &Rc<Self>, sheet: Sheet) {
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

    fn watch(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let resized = move || {
            if let Some(shell) = weak.upgrade() {
                shell.engine.borrow_mut().stale.size = true;
                shell.invalidate();
            }
        };
        let weak = Rc::downgrade(self);
        let themed = move || {
            if let Some(shell) = weak.upgrade() {
                shell.engine.borrow_mut().stale.theme = true;
                shell.invalidate();
            }
        };
        let mut watchers = self.watchers.borrow_mut();
        watchers.extend(Watcher::size(&self.elements.surface, resized));
        watchers.extend(Watcher::theme(themed.clone()));
        let scheme = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let scheme = scheme.map(|list| Listener::new(&list, "change", move |_| themed()));
        self.listeners.borrow_mut().extend(scheme);
    }
}

/// The shell, if it is still there and shows the same build.
fn current(weak: &Weak<Shell>, generation: u32) -> Option<Rc<Shell>> {
    weak.upgrade().filter(|shell| !shell.closed.get() && shell.generation.get() == generation)
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

fn context_listeners(shell: &Rc<Shell>) -> [Listener; 2] {
    let canvas = &shell.elements.canvas;
    let weak = Rc::downgrade(shell);
    let lost = Listener::new(canvas, "webglcontextlost", move |event| {
        // Without this the browser never brings it back.
        event.prevent_default();
        if let Some(shell) = weak.upgrade() {
            shell.engine.borrow_mut().lost();
        }
    });
    let weak = Rc::downgrade(shell);
    let restored = Listener::new(canvas, "webglcontextrestored", move |_| {
        if let Some(shell) = weak.upgrade() {
            // Sheets that are still under way belong to the old textures.
            shell.context.set(shell.context.get() + 1);
            let restored = shell.engine.borrow_mut().restore();
            if let Err(error) = restored {
                shell.fail(&error);
            }
            shell.invalidate();
        }
    });
    [lost, restored]
}

/// What the map needs to work at all, whatever the style sheet says; through the object model, so that a strict
/// content security policy does not forbid it.
fn style(elements: &Elements) {
    let set = |element: &HtmlElement, rules: &[(&str, &str)]| {
        for (name, value) in rules {
            let _ = element.style().set_property(name, value);
        }
    };
    set(&elements.surface, &[("position", "relative"), ("overflow", "hidden")]);
    let filling = [("position", "absolute"), ("inset", "0"), ("width", "100%"), ("height", "100%")];
    set(&elements.canvas, &filling);
    set(&elements.canvas, &[("display", "block"), ("touch-action", "none"), ("user-select", "none")]);
    set(
        &elements.marker,
        &[("position", "absolute"), ("pointer-events", "none"), ("left", "0"), ("top", "0")],
    );
    for over in [&elements.labels, &elements.rope] {
        set(over, &[("position", "absolute"), ("inset", "0"), ("pointer-events", "none")]);
    }
    set(
        &elements.rectangle,
        &[("position", "absolute"), ("pointer-events", "none"), ("left", "0"), ("top", "0")],
    );
}
