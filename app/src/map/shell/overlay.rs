//! What lies over the canvas: names, a marker, rectangle and rope, and how all of it is placed.

use super::Shell;
use crate::map::arrangement::is_in;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
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

impl Shell {
    /// Puts what is written on the map where it belongs.
    pub(super) fn place_labels(&self) {
        let labels = self.state.labels.read_untracked();
        if labels.is_empty() {
            return;
        }
        let children = self.elements.labels.children();
        let engine = self.engine.borrow();
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
    pub(super) fn place_marker(&self) {
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
}

/// What the map needs to work at all, whatever the style sheet says; through the object model, so that a strict
/// content security policy does not forbid it.
pub(super) fn style(elements: &Elements) {
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
