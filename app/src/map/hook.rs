//! `window.gatefold`: what a test in a browser, or a curious person at the console, may ask the map.

use super::shell::Shell;
use gatefold::album::AlbumId;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

const NAME: &str = "gatefold";

/// Puts the object there. Values: `ready`, `settled`, `moving`, `albums`, `edges`, `drawn`, `pictured`, `frames`, `frameMs`,
/// `camera`, `focused`, `textures` (bytes `reserved` and `resident`, and for each level of `sheets` how many are there and how
/// many there is room for); functions: `selected()`, `screenPosition(id)`.
pub fn install(shell: &Rc<Shell>) {
    let object = Object::new();
    value(shell, &object, "ready", |shell| {
        let engine = shell.engine.borrow();
        (engine.frames > 0).into()
    });
    value(shell, &object, "settled", |shell| shell.engine.borrow().settled().into());
    value(shell, &object, "moving", |shell| shell.engine.borrow().moves().into());
    value(shell, &object, "albums", |shell| {
        shell.engine.borrow().data().map_or(0, |data| data.len() as u32).into()
    });
    value(shell, &object, "edges", |shell| {
        shell.engine.borrow().data().map_or(0, |data| data.columns.a.len() as u32).into()
    });
    value(shell, &object, "drawn", |shell| shell.engine.borrow().in_view().0.into());
    value(shell, &object, "pictured", |shell| shell.engine.borrow().in_view().1.into());
    value(shell, &object, "frames", |shell| (shell.engine.borrow().frames as f64).into());
    value(shell, &object, "frameMs", |shell| shell.engine.borrow().timing.mean().into());
    value(shell, &object, "camera", |shell| {
        let view = shell.engine.borrow().camera.view;
        let camera = Object::new();
        for (name, value) in [("x", view.x), ("y", view.y), ("zoom", view.zoom)] {
            let _ = Reflect::set(&camera, &name.into(), &value.into());
        }
        camera.into()
    });
    value(shell, &object, "textures", |shell| {
        let memory = shell.engine.borrow().memory();
        let sheets = memory.sheets.iter().map(|(there, room)| Array::of2(&(*there).into(), &(*room).into()));
        let textures = Object::new();
        for (name, value) in [("reserved", memory.reserved), ("resident", memory.resident)] {
            let _ = Reflect::set(&textures, &name.into(), &(value as f64).into());
        }
        let _ = Reflect::set(&textures, &"sheets".into(), &sheets.collect::<Array>());
        textures.into()
    });
    value(shell, &object, "focused", |shell| {
        let focused = shell.state.focused.get_untracked();
        focused.map_or(JsValue::NULL, |id| JsValue::from(id.to_string()))
    });
    function(shell, &object, "selected", |shell, _| {
        let selected = shell.state.selected.read_untracked();
        selected.iter().map(|id| JsValue::from(id.to_string())).collect::<Array>().into()
    });
    function(shell, &object, "screenPosition", |shell, id| {
        let id = id.as_string().and_then(|text| text.parse::<AlbumId>().ok());
        let position = id.and_then(|id| shell.engine.borrow().position(id));
        position.map_or(JsValue::NULL, |(x, y)| Array::of2(&x.into(), &y.into()).into())
    });
    let _ = Reflect::set(&window(), &NAME.into(), &object);
}

/// Takes the object away.
pub fn remove() {
    let _ = Reflect::delete_property(&window(), &NAME.into());
}

fn value(shell: &Rc<Shell>, object: &Object, name: &str, read: fn(&Shell) -> JsValue) {
    let getter = closure(shell, move |shell, _| read(shell));
    let descriptor = Object::new();
    let _ = Reflect::set(&descriptor, &"get".into(), &getter);
    let _ = Reflect::set(&descriptor, &"enumerable".into(), &true.into());
    Object::define_property(object, &name.into(), &descriptor);
}

fn function(shell: &Rc<Shell>, object: &Object, name: &str, call: fn(&Shell, JsValue) -> JsValue) {
    let _ = Reflect::set(object, &name.into(), &closure(shell, call));
}

/// A function that the browser owns: it dies with the object, the shell may die before.
fn closure(shell: &Rc<Shell>, call: impl Fn(&Shell, JsValue) -> JsValue + 'static) -> Function {
    let weak = Rc::downgrade(shell);
    let closure: Closure<dyn Fn(JsValue) -> JsValue> = Closure::new(move |argument| match weak.upgrade() {
        Some(shell) => call(&shell, argument),
        None => JsValue::UNDEFINED,
    });
    closure.into_js_value().unchecked_into()
}
