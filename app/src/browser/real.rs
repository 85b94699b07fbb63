//! The browser's own.

use crate::error::{Answer, PageError};
use gatefold::operations::{Call, Method, ReadJob, call};
use gatefold::wire::{Job, JobId, JobState, Refusal};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{document, request_animation_frame, window};
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Blob, Element, EventSource, HtmlAnchorElement, HtmlDialogElement, HtmlElement, HtmlInputElement,
    MessageEvent,
};

/// How often a job is asked for where its events do not come through, milliseconds.
const POLL_EVERY: u32 = 1000;
/// How long a file that was handed out stays readable, milliseconds.
const FETCHED: u32 = 20_000;
/// So many failures to connect in a row, and the events are given up.
const PATIENCE: u32 = 3;

/// Follows a job until it is over or this is dropped.
pub struct Watch {
    source: Option<EventSource>,
    alive: Rc<Cell<bool>>,
    _closures: Option<(Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut()>)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.alive.set(false);
        if let Some(source) = &self.source {
            source.set_onmessage(None);
            source.set_onerror(None);
            source.close();
        }
    }
}

/// Calls `told` with each state of a job: from its events, or by asking again and again where those fail.
pub fn watch_job(id: &JobId, told: impl Fn(Answer<JobState>) + Clone + 'static) -> Watch {
    let alive = Rc::new(Cell::new(true));
    let Ok(source) = EventSource::new(&format!("/api/v1/jobs/{id}/events")) else {
        poll(id.clone(), Rc::clone(&alive), told);
        return Watch { source: None, alive, _closures: None };
    };
    let failures = Rc::new(Cell::new(0_u32));
    let message = {
        let (told, source, failures, alive) =
            (told.clone(), source.clone(), Rc::clone(&failures), Rc::clone(&alive));
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            failures.set(0);
            let Some(text) = event.data().as_string() else { return };
            let state = match serde_json::from_str::<Job>(&text) {
                Ok(job) => Ok(job.state),
                Err(error) => Err(PageError::Garbled(error.to_string())),
            };
            if state.as_ref().is_ok_and(is_over) {
                source.close();
                alive.set(false);
            }
            told(state);
        })
    };
    let error = {
        let (source, alive, id) = (source.clone(), Rc::clone(&alive), id.clone());
        Closure::<dyn FnMut()>::new(move || {
            failures.set(failures.get() + 1);
            let given_up = source.ready_state() == EventSource::CLOSED || failures.get() >= PATIENCE;
            if alive.get() && given_up {
                source.close();
                source.set_onerror(None);
                poll(id.clone(), Rc::clone(&alive), told.clone());
            }
        })
    };
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    Watch { source: Some(source), alive, _closures: Some((message, error)) }
}

fn is_over(state: &JobState) -> bool {
    !matches!(state, JobState::Queued | JobState::Running { .. })
}

fn poll(id: JobId, alive: Rc<Cell<bool>>, told: impl Fn(Answer<JobState>) + 'static) {
    wasm_bindgen_futures::spawn_local(async move {
        while alive.get() {
            let state = asked(&id).await.map(|job| job.state);
            if !alive.get() {
                return;
            }
            let over = state.as_ref().map_or(true, is_over);
            told(state);
            if over {
                return;
            }
            TimeoutFuture::new(POLL_EVERY).await;
        }
    });
}

async fn asked(id: &JobId) -> Answer<Job> {
    let call = call(&ReadJob { id: id.clone() }).map_err(|error| PageError::Garbled(error.to_string()))?;
    send(call).await
}

/// Sends what an operation asks.
pub async fn send<T: DeserializeOwned>(call: Call) -> Answer<T> {
    let request = match call.method {
        Method::Get => Request::get(&call.address),
        Method::Post => Request::post(&call.address),
        Method::Put => Request::put(&call.address),
        Method::Patch => Request::patch(&call.address),
        Method::Delete => Request::delete(&call.address),
    };
    let request = match call.body {
        Some(body) => request.header("Content-Type", "application/json").body(body),
        None => request.build(),
    };
    answer(request.map_err(garbled)?).await
}

/// Sends a request; what the server answers, or why it does not.
pub(super) async fn answer<T: DeserializeOwned>(request: Request) -> Answer<T> {
    let response = request.send().await.map_err(|_| PageError::Unreachable)?;
    if response.ok() {
        return response.json().await.map_err(garbled);
    }
    let status = response.status();
    match response.json::<Refusal>().await {
        Ok(refusal) => Err(refusal.into()),
        Err(_) => Err(PageError::Garbled(format!("status {status}"))),
    }
}

pub(super) fn garbled(error: gloo_net::Error) -> PageError {
    PageError::Garbled(error.to_string())
}

fn root() -> Option<Element> {
    document().document_element()
}

/// Keeps a choice for the next visit, where the browser allows it.
fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that the choice is forgotten.
        let _ = storage.set_item(name, value);
    }
}

fn set_root(name: &str, value: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute(name, value);
    }
}

/// From light to dark or back.
pub fn switch_theme() {
    let chosen = root().and_then(|root| root.get_attribute("data-theme"));
    let dark = match chosen.as_deref() {
        Some(theme) => theme == "dark",
        None => {
            let list = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
            list.is_some_and(|list| list.matches())
        }
    };
    let theme = if dark { "light" } else { "dark" };
    set_root("data-theme", theme);
    keep("gatefold-theme", theme);
}

/// The note about the demo was read.
pub fn dismiss_demo() {
    set_root("data-demo", "seen");
    keep("gatefold-demo", "seen");
}

/// Puts text into the clipboard; whether there is one. Without a secure context there is none.
pub fn copy(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let there = clipboard.is_ok_and(|clipboard| !clipboard.is_undefined());
    if there {
        let _ = window().navigator().clipboard().write_text(text);
    }
    there
}

/// Moves the focus to the element of that id, once it is drawn.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        take_focus(id);
    });
}

/// Moves the focus to the element of that id, or to another where the first is not shown.
pub fn focus_or(id: &'static str, other: &'static str) {
    request_animation_frame(move || {
        if !take_focus(id) {
            take_focus(other);
        }
    });
}

/// Whether the element of that id has the focus now: what is not shown cannot have it.
fn take_focus(id: &str) -> bool {
    let Some(element) = element(id) else { return false };
    let _ = element.focus();
    document().active_element().is_some_and(|active| active.id() == id)
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Closes a popover; the browser gives the focus back to what opened it.
pub fn hide_popover(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.hide_popover();
    }
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Opens a dialog above everything else.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// CSS pixels across and down.
pub fn window_size() -> (f64, f64) {
    let number = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    (number(window().inner_width()), number(window().inner_height()))
}

/// A seed that JSON carries unharmed everywhere: below 2⁵³.
pub fn random_seed() -> u64 {
    (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64
}

/// Whether a key belongs to a field that is being written in.
pub fn is_typing(event: &leptos::ev::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.get_attribute("contenteditable").is_some()
    })
}

/// Whether what scrolled is near its end.
pub fn is_near_end(event: &leptos::ev::Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|e| e.scroll_top() + e.client_height() * 2 >= e.scroll_height())
}

/// Writes another address above the page, without a step in its history.
pub fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        // A browser that refuses so many changes only keeps an older address.
        let _ = history.replace_state_with_url(&history.state().unwrap_or_default(), "", Some(address));
    }
}

/// Writes another query above the page at `path`, without a step in its history: what `rewrite` makes of the present one.
/// On any other page nothing is done.
pub fn rewrite_query(path: &str, rewrite: impl FnOnce(&str) -> String) {
    let location = window().location();
    let (Ok(here), Ok(search)) = (location.pathname(), location.search()) else { return };
    let before = search.trim_start_matches('?');
    if here != path {
        return;
    }
    let after = rewrite(before);
    if after != before {
        let query = if after.is_empty() { String::new() } else { format!("?{after}") };
        replace_address(&format!("{path}{query}"));
    }
}

/// The path of the page's address.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// A sentence above the page as the server drew it, for when nothing else of the program can run.
pub fn say(sentence: &str) {
    let Ok(Some(content)) = document().query_selector("main") else { return };
    let Ok(note) = document().create_element("p") else { return };
    note.set_class_name("trouble");
    _ = note.set_attribute("role", "alert");
    note.set_text_content(Some(sentence));
    _ = content.prepend_with_node_1(&note);
}

/// The address above the page, whole.
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Hands a file to the person, as a link to it would.
pub fn offer(blob: &Blob, name: &str) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    let link = document().create_element("a").ok().and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // Browsers read it a little later.
    gloo_timers::callback::Timeout::new(FETCHED, move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    })
    .forget();
}

/// Fetches a file and hands it to the person; says why where the server refuses.
pub async fn save(url: &str, name: &str) -> Answer<()> {
    let response = Request::get(url).send().await.map_err(|_| PageError::Unreachable)?;
    if !response.ok() {
        let status = response.status();
        return Err(match response.json::<Refusal>().await {
            Ok(refusal) => refusal.into(),
            Err(_) => PageError::Garbled(format!("status {status}")),
        });
    }
    let bytes = response.binary().await.map_err(garbled)?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let blob = Blob::new_with_u8_array_sequence(&parts);
    offer(&blob.map_err(|_| PageError::Garbled("no file could be made of it".to_owned()))?, name);
    Ok(())
}

/// Reads the file that was just chosen in a file field as text; the field forgets it, so that the same file can be
/// chosen again.
pub fn read_chosen_file(event: &leptos::ev::Event, told: impl FnOnce(String) + 'static) {
    let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let Some(file) = field.files().and_then(|files| files.get(0)) else { return };
    let text = file.text();
    field.set_value("");
    wasm_bindgen_futures::spawn_local(async move {
        let read = wasm_bindgen_futures::JsFuture::from(text).await;
        if let Some(text) = read.ok().and_then(|text| text.as_string()) {
            told(text);
        }
    });
}

/// Brings an option of a list into view.
pub fn scroll_to_option(id: &str) {
    if let Some(option) = document().get_element_by_id(id) {
        option.scroll_into_view_with_bool(false);
    }
}
