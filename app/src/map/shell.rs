//! Joins the map to the browser: frames when something changed and only then, lost contexts, sizes, themes. What has to be
//! fetched is `loading`'s, what lies over the canvas `overlay`'s.

mod loading;
mod overlay;

pub use overlay::Elements;

use super::data::MapData;
use super::engine::Engine;
use super::gesture::Gesture;
use super::gl::GlError;
use super::listen::{Listener, Watcher};
use super::state::{MapState, MapStatus};
use super::{hook, input};
use gatefold::mixture::Mixture;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

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
        overlay::style(&elements);
        let engine = Engine::new(state, elements.surface.clone(), elements.canvas.clone());
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
        match error {
            // It comes back by itself.
            GlError::Lost => {}
            GlError::Missing => self.state.status.set(MapStatus::NoWebGl),
            _ => self.state.status.set(MapStatus::Failed(error.to_string())),
        }
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
