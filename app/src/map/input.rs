//! Hands and keys: the browser's events, what they mean, and what the map then does.

use super::camera::Point;
use super::gesture::{Intent, Kind, wheel_factor};
use super::keyboard::{self, Action};
use super::listen::Listener;
use super::polygon;
use super::selection;
use super::shell::Shell;
use gatefold::album::AlbumId;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

/// A finger that rests so long means to choose, milliseconds.
const LONG_PRESS: u32 = 480;
/// How much a key zooms.
const KEY_ZOOM: f64 = 1.6;

/// Everything that the canvas listens to.
pub fn listeners(shell: &Rc<Shell>) -> Vec<Listener> {
    vec![
        on(shell, "pointerdown", pointer_down),
        on(shell, "pointermove", |shell, event: &PointerEvent| {
            let intent = shell.gesture.borrow_mut().moved(event.pointer_id(), at(shell, event));
            if shell.gesture.borrow().moving() {
                shell.resting.borrow_mut().take();
            }
            follow(shell, intent);
        }),
        on(shell, "pointerup", |shell, event: &PointerEvent| {
            shell.resting.borrow_mut().take();
            let intent = shell.gesture.borrow_mut().up(event.pointer_id(), at(shell, event));
            follow(shell, intent);
            hold(shell);
            point_at(shell, (event.pointer_type() != "touch").then(|| at(shell, event)));
        }),
        on(shell, "pointercancel", |shell, event: &PointerEvent| {
            shell.resting.borrow_mut().take();
            shell.gesture.borrow_mut().cancel(event.pointer_id());
            hold(shell);
            rectangle(shell, None);
            rope(shell);
            point_at(shell, None);
        }),
        on(shell, "pointerleave", |shell, _: &PointerEvent| {
            if !shell.gesture.borrow().pressed() {
                point_at(shell, None);
            }
        }),
        on(shell, "wheel", |shell, event: &WheelEvent| {
            event.prevent_default();
            let factor = wheel_factor(event.delta_y(), event.delta_mode(), event.ctrl_key());
            let point = at(shell, event);
            shell.engine.borrow_mut().zoom(point, factor);
            shell.invalidate();
            point_at(shell, Some(point));
        }),
        on(shell, "dblclick", |shell, event: &MouseEvent| {
            event.prevent_default();
            let factor = if event.shift_key() { 0.5 } else { 2.0 };
            shell.engine.borrow_mut().glide(at(shell, event), factor);
            shell.invalidate();
        }),
        on(shell, "contextmenu", |shell, event: &MouseEvent| {
            // A resting finger chooses; the browser's menu would cover what it chose.
            if shell.gesture.borrow().pressed() {
                event.prevent_default();
            }
        }),
        on(shell, "keydown", key_down),
        on(shell, "focus", |shell, _: &Event| {
            let by_key = !shell.gesture.borrow().pressed();
            if by_key {
                enter(shell);
            }
        }),
        on(shell, "blur", |shell, _: &Event| show_focus(shell, false)),
    ]
}

fn on<E: JsCast + 'static>(shell: &Rc<Shell>, name: &'static str, heard: fn(&Rc<Shell>, &E)) -> Listener {
    let weak = Rc::downgrade(shell);
    Listener::new(&shell.elements.canvas, name, move |event| {
        if let Some(shell) = weak.upgrade() {
            heard(&shell, event.unchecked_ref());
        }
    })
}

/// Where an event is, CSS pixels from the canvas' top left corner.
fn at(shell: &Shell, event: &MouseEvent) -> Point {
    let corner = shell.elements.canvas.get_bounding_client_rect();
    (f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top())
}

/// Says whether a pointer holds the map.
fn hold(shell: &Shell) {
    shell.state.held.set(shell.gesture.borrow().pressed());
}

fn pointer_down(shell: &Rc<Shell>, event: &PointerEvent) {
    if event.button() > 0 {
        return;
    }
    let kind = if event.pointer_type() == "touch" { Kind::Touch } else { Kind::Mouse };
    let control = event.ctrl_key() || event.meta_key();
    let point = at(shell, event);
    {
        let mut gesture = shell.gesture.borrow_mut();
        gesture.down(event.pointer_id(), point, kind, event.shift_key(), control);
        if event.alt_key() || shell.state.lasso.get_untracked() {
            gesture.rope();
        }
    }
    hold(shell);
    // A second finger gives up what the first was drawing.
    rope(shell);
    let _ = shell.elements.canvas.set_pointer_capture(event.pointer_id());
    show_focus(shell, false);
    shell.resting.borrow_mut().take();
    if kind == Kind::Touch {
        let weak = Rc::downgrade(shell);
        let rest = Timeout::new(LONG_PRESS, move || {
            if let Some(shell) = weak.upgrade() {
                let intent = shell.gesture.borrow_mut().long_press();
                follow(&shell, intent);
            }
        });
        *shell.resting.borrow_mut() = Some(rest);
    }
}

fn follow(shell: &Rc<Shell>, intent: Intent) {
    match intent {
        Intent::Nothing => {}
        Intent::Hover(point) => point_at(shell, Some(point)),
        Intent::Pan(dx, dy) => {
            shell.engine.borrow_mut().pan(dx, dy);
            moved(shell);
        }
        Intent::Pinch((dx, dy), point, factor) => {
            {
                let mut engine = shell.engine.borrow_mut();
                engine.pan(dx, dy);
                engine.zoom(point, factor);
            }
            moved(shell);
        }
        Intent::Rectangle(a, b) => {
            point_at(shell, None);
            rectangle(shell, Some((a, b)));
        }
        Intent::RectangleEnd(a, b) => {
            rectangle(shell, None);
            let found = shell.engine.borrow().within(a, b);
            if !found.is_empty() {
                shell.state.selected.update(|selected| selection::add(selected, &found));
            }
        }
        Intent::Lasso => {
            point_at(shell, None);
            rope(shell);
        }
        Intent::LassoEnd => {
            shell.elements.rope.set_hidden(true);
            let found = shell.engine.borrow().enclosed(shell.gesture.borrow().lasso());
            if !found.is_empty() {
                shell.state.selected.update(|selected| selection::add(selected, &found));
            }
        }
        Intent::Click(point, kind, additive) => click(shell, point, kind, additive),
        Intent::LongPress(point) => {
            let picked = pick(shell, point);
            if let Some(id) = picked {
                shell.state.focused.set(Some(id));
                shell.state.selected.update(|selected| selection::toggle(selected, id));
            }
        }
    }
}

fn moved(shell: &Rc<Shell>) {
    point_at(shell, None);
    cursor(shell, "grabbing");
    shell.invalidate();
}

fn pick(shell: &Shell, point: Point) -> Option<AlbumId> {
    let engine = shell.engine.borrow();
    let index = engine.pick(point)?;
    engine.data()?.id(index)
}

fn click(shell: &Rc<Shell>, point: Point, kind: Kind, additive: bool) {
    match pick(shell, point) {
        Some(id) => {
            shell.state.focused.set(Some(id));
            shell.state.selected.update(|selected| {
                if additive {
                    selection::toggle(selected, id);
                } else {
                    *selected = vec![id];
                }
            });
        }
        // A finger that misses must not undo what long presses gathered.
        None if kind == Kind::Mouse && !additive => clear(shell),
        None => {}
    }
}

fn clear(shell: &Shell) {
    if !shell.state.selected.read_untracked().is_empty() {
        shell.state.selected.set(Vec::new());
    }
    if shell.state.highlight.read_untracked().is_some() {
        shell.state.highlight.set(None);
    }
}

/// Tells the page which album is under the pointer, when that changed.
pub fn point_at(shell: &Rc<Shell>, point: Option<Point>) {
    shell.pointer.set(point);
    let hover = {
        let engine = shell.engine.borrow();
        point.and_then(|point| engine.pick(point)).and_then(|index| engine.hover(index))
    };
    let free = if shell.state.lasso.get_untracked() { "crosshair" } else { "grab" };
    cursor(shell, if hover.is_some() { "pointer" } else { free });
    if shell.state.hovered.get_untracked() != hover {
        shell.state.hovered.set(hover);
    }
}

fn cursor(shell: &Shell, name: &str) {
    let canvas: &HtmlElement = &shell.elements.canvas;
    let style = canvas.style();
    if style.get_property_value("cursor").as_deref() != Ok(name) {
        let _ = style.set_property("cursor", name);
    }
}

fn rectangle(shell: &Shell, corners: Option<(Point, Point)>) {
    let element = &shell.elements.rectangle;
    element.set_hidden(corners.is_none());
    if let Some((a, b)) = corners {
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        let style = element.style();
        let _ = style.set_property("transform", &format!("translate({x}px, {y}px)"));
        let _ = style.set_property("width", &format!("{}px", (a.0 - b.0).abs()));
        let _ = style.set_property("height", &format!("{}px", (a.1 - b.1).abs()));
    }
}

/// Draws the lasso as far as it has come; hides it where there is none.
fn rope(shell: &Shell) {
    let path = polygon::path(shell.gesture.borrow().lasso());
    shell.elements.rope.set_hidden(path.is_empty());
    if let Ok(Some(element)) = shell.elements.rope.query_selector("path") {
        let _ = element.set_attribute("d", &path);
    }
}

fn show_focus(shell: &Rc<Shell>, visible: bool) {
    let changed = {
        let mut engine = shell.engine.borrow_mut();
        std::mem::replace(&mut engine.focus_visible, visible) != visible
    };
    if changed {
        shell.marks_changed();
    }
}

/// The focus enters the map by key: it goes to where it was, else to what is in the middle.
fn enter(shell: &Rc<Shell>) {
    show_focus(shell, true);
    let known = shell.state.focused.get_untracked();
    let target = {
        let engine = shell.engine.borrow();
        let Some(data) = engine.data() else { return };
        match known.and_then(|id| data.index(id)) {
            Some(_) => known,
            None => engine.central().and_then(|index| data.id(index)),
        }
    };
    if target != known {
        shell.state.focused.set(target);
    }
}

fn key_down(shell: &Rc<Shell>, event: &KeyboardEvent) {
    let control = event.ctrl_key() || event.meta_key() || event.alt_key();
    let Some(action) = keyboard::action(&event.key(), event.shift_key(), control) else { return };
    event.prevent_default();
    enter(shell);
    let middle = {
        let (width, height) = shell.engine.borrow().camera.size;
        (width / 2.0, height / 2.0)
    };
    match action {
        Action::Step(direction) => step(shell, direction),
        Action::Select => {
            if let Some(id) = shell.state.focused.get_untracked() {
                shell.state.selected.set(vec![id]);
            }
        }
        Action::Extend => {
            if let Some(id) = shell.state.focused.get_untracked() {
                shell.state.selected.update(|selected| selection::toggle(selected, id));
            }
        }
        Action::ZoomIn => {
            let at = focus_point(shell).unwrap_or(middle);
            shell.engine.borrow_mut().glide(at, KEY_ZOOM);
        }
        Action::ZoomOut => shell.engine.borrow_mut().glide(middle, 1.0 / KEY_ZOOM),
        Action::Fit => shell.engine.borrow_mut().fit(),
        Action::Clear => clear(shell),
    }
    shell.invalidate();
}

/// Where the focused album is on the canvas.
fn focus_point(shell: &Shell) -> Option<Point> {
    let id = shell.state.focused.get_untracked()?;
    let engine = shell.engine.borrow();
    let index = engine.data()?.index(id)?;
    Some(engine.on_canvas(index))
}

fn step(shell: &Rc<Shell>, direction: keyboard::Direction) {
    let Some(from) = shell.state.focused.get_untracked() else { return };
    let next = {
        let mut engine = shell.engine.borrow_mut();
        let Some(data) = engine.data().cloned() else { return };
        let Some(index) = data.index(from) else { return };
        let next = keyboard::neighbour(&data.columns.x, &data.columns.y, index, direction);
        if let Some(next) = next {
            engine.reveal(next);
        }
        next.and_then(|next| data.id(next))
    };
    if next.is_some() {
        shell.state.focused.set(next);
    }
}
