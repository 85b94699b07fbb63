//! Where one looks: at once, gently, or flown there; and where one looked when the map was left.

use super::Engine;
use crate::map::camera::{Flight, Point, View};
use crate::map::theme;
use gatefold::album::AlbumId;
use leptos::prelude::*;
use std::cell::RefCell;

/// Side of a cover that one flies to, CSS pixels.
const ARRIVAL: f64 = 104.0;

thread_local! {
    /// Where one looked when the map was left for another page, and in which build: coming back leads there again.
    static LEFT: RefCell<Option<(String, View)>> = const { RefCell::new(None) };
}

/// The view in which a build was left.
pub(super) fn left(build: &str) -> Option<View> {
    LEFT.with_borrow(|left| left.as_ref().filter(|(of, _)| of == build).map(|(_, view)| *view))
}

/// Remembers the view in which a build is left.
pub(super) fn leave(build: String, view: View) {
    LEFT.set(Some((build, view)));
}

impl Engine {
    /// Moves the map by CSS pixels.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        self.flight = None;
        self.camera.pan(dx, dy);
        self.stale.plan = true;
    }

    /// Zooms about a point of the canvas at once.
    pub fn zoom(&mut self, point: Point, factor: f64) {
        self.flight = None;
        self.camera.zoom_about(point, factor);
        self.stale.plan = true;
    }

    /// Zooms about a point of the canvas, gently.
    pub fn glide(&mut self, point: Point, factor: f64) {
        let target = self.camera.zoomed_about(point, factor);
        self.fly(target, 180.0);
    }

    /// Shows everything.
    pub fn fit(&mut self) {
        let target = self.camera.fitting();
        self.fly(target, 380.0);
    }

    /// Flies to an album; as soon as there is one where nothing has come yet.
    pub fn fly_to(&mut self, id: AlbumId) {
        let Some(data) = &self.data else {
            self.fly_when_ready = Some(id);
            return;
        };
        let Some(index) = data.index(id) else { return };
        let (x, y) = self.grid.place(index);
        let zoom = self.camera.view.zoom.max(self.camera.zoom_for_cover(ARRIVAL));
        self.fly(View { x, y, zoom }, 560.0);
    }

    /// Looks there: at once where albums stand already, else as soon as they do.
    pub fn look_at(&mut self, view: View) {
        self.look_when_ready = Some(view);
        if self.data.is_some() && !self.state.arranging.get_untracked() {
            self.look_as_asked();
        }
    }

    /// Looks where somebody asked to look before albums stood; whether somebody did.
    pub fn look_as_asked(&mut self) -> bool {
        let Some(view) = self.look_when_ready.take() else { return false };
        self.flight = None;
        self.camera.view = self.camera.limited(view);
        self.stale.plan = true;
        true
    }

    /// Moves as far as needed for an album to stand well inside the canvas.
    pub fn reveal(&mut self, index: u32) {
        let margin = self.camera.cover() * 0.8 + 24.0;
        if let Some(target) = self.camera.revealing(self.grid.place(index), margin) {
            self.fly(target, 200.0);
        }
    }

    /// Sets off; with little movement wished for, one is there at once.
    pub(super) fn fly(&mut self, to: View, duration: f64) {
        let to = self.camera.limited(to);
        self.stale.plan = true;
        if theme::prefers("(prefers-reduced-motion: reduce)") {
            self.flight = None;
            self.camera.view = to;
            return;
        }
        self.flight = Some(Flight { from: self.camera.view, to, start: clock(), duration });
    }

    /// Moves along the flight, when there is one.
    pub(super) fn advance(&mut self, now: f64) -> bool {
        let Some(flight) = self.flight else { return false };
        let (view, over) = flight.at(now);
        self.camera.view = view;
        self.stale.plan = true;
        if over {
            self.flight = None;
        }
        !over
    }
}

/// Milliseconds, as animation frames count them.
pub(super) fn clock() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
