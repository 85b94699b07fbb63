//! Events and observers that end when they are dropped.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    AddEventListenerOptions, Element, Event, EventTarget, MutationObserver, MutationObserverInit,
    ResizeObserver,
};

/// An event listener.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens; the listener may prevent what the browser would do.
    pub fn new(target: &EventTarget, name: &'static str, heard: impl FnMut(Event) + 'static) -> Self {
        let closure: Closure<dyn FnMut(Event)> = Closure::new(heard);
        let options = AddEventListenerOptions::new();
        options.set_passive(false);
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name,
            closure.as_ref().unchecked_ref(),
            &options,
        );
        Self { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ =
            self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// An observer of sizes or attributes.
pub struct Watcher {
    stop: Box<dyn Fn()>,
    _closure: Closure<dyn FnMut()>,
}

impl Watcher {
    /// Calls `changed` when an element's size does.
    pub fn size(element: &Element, changed: impl FnMut() + 'static) -> Option<Self> {
        let closure: Closure<dyn FnMut()> = Closure::new(changed);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { stop: Box::new(move || observer.disconnect()), _closure: closure })
    }

    /// Calls `changed` when the page's root element gets another class, theme or style.
    pub fn theme(changed: impl FnMut() + 'static) -> Option<Self> {
        let closure: Closure<dyn FnMut()> = Closure::new(changed);
        let observer = MutationObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        observer.observe_with_options(document().document_element()?.as_ref(), &options).ok()?;
        Some(Self { stop: Box::new(move || observer.disconnect()), _closure: closure })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        (self.stop)();
    }
}
