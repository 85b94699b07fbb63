//! The view as a file to keep: the canvas' pixels with what is written on it, or a drawing.

use super::drawing::{Drawing, MOST_PICTURED};
use super::shell::Shell;
use super::state::Picture;
use crate::browser;
use crate::text;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, Response};

/// Covers that are asked for at one time.
const AT_ONCE: usize = 12;

/// Saves the view, and says where it could not.
pub fn save(shell: Rc<Shell>, kind: Picture) {
    wasm_bindgen_futures::spawn_local(async move {
        if save_here(shell.clone(), kind).await.is_err() {
            fail(&shell);
        }
    });
}

/// In the panels' module: that is where somebody asks for it.
#[wasm_split(panels, wasm_split_path = ::leptos::wasm_split, fallible)]
fn save_here(shell: Rc<Shell>, kind: Picture) -> Result<(), SplitLoaderError> {
    begin(&shell, kind);
    Ok(())
}

fn begin(shell: &Rc<Shell>, kind: Picture) {
    shell.state.unpictured.set(None);
    let begun = match kind {
        Picture::Pixels => pixels(shell),
        Picture::Drawing => drawing(shell),
    };
    if begun.is_none() {
        fail(shell);
    }
}

fn fail(shell: &Shell) {
    let why = "The picture could not be made: make the window smaller, or reload the page, and try again.";
    shell.state.unpictured.set(Some(why.to_owned()));
    shell.state.picture.set(None);
}

/// Draws a frame and copies it before the browser takes it away.
fn pixels(shell: &Rc<Shell>) -> Option<()> {
    shell.frame(window().performance().map_or(0.0, |performance| performance.now()));
    let canvas = &shell.elements.canvas;
    let copy: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    copy.set_width(canvas.width());
    copy.set_height(canvas.height());
    let context: CanvasRenderingContext2d = copy.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_canvas_element(canvas, 0.0, 0.0).ok()?;
    write_labels(shell, &context);
    let weak = Rc::downgrade(shell);
    let made = Closure::once_into_js(move |blob: JsValue| {
        let Some(shell) = weak.upgrade() else { return };
        match blob.dyn_into::<Blob>() {
            Ok(blob) => {
                browser::offer(&blob, "gatefold-map.png");
                shell.state.picture.set(None);
            }
            Err(_) => fail(&shell),
        }
    });
    copy.to_blob(made.unchecked_ref()).ok()
}

/// Writes what stands on the map into a picture of it, as the style sheet has it.
fn write_labels(shell: &Shell, context: &CanvasRenderingContext2d) {
    let canvas = &shell.elements.canvas;
    let corner = canvas.get_bounding_client_rect();
    let scale = f64::from(canvas.width()) / corner.width().max(1.0);
    let _ = context.scale(scale, scale);
    context.set_text_align("center");
    context.set_text_baseline("middle");
    let children = shell.elements.labels.children();
    for i in 0..children.length() {
        let Some(label) = children.item(i).and_then(|child| child.dyn_into::<HtmlElement>().ok()) else {
            continue;
        };
        let Ok(Some(style)) = window().get_computed_style(&label) else { continue };
        let value = |name: &str| style.get_property_value(name).unwrap_or_default();
        if value("visibility") == "hidden" {
            continue;
        }
        let place = label.get_bounding_client_rect();
        let (x, y) = (place.left() - corner.left(), place.top() - corner.top());
        context.set_fill_style_str(&value("background-color"));
        context.fill_rect(x, y, place.width(), place.height());
        context.set_fill_style_str(&value("color"));
        context.set_font(&format!(
            "{} {} {}",
            value("font-weight"),
            value("font-size"),
            value("font-family")
        ));
        let words = label.text_content().unwrap_or_default();
        let _ = context.fill_text(&words, x + place.width() / 2.0, y + place.height() / 2.0);
    }
}

/// Makes a drawing of the view once the nearest covers have come.
fn drawing(shell: &Rc<Shell>) -> Option<()> {
    let mut drawing = shell.engine.borrow().drawing()?;
    let weak = Rc::downgrade(shell);
    wasm_bindgen_futures::spawn_local(async move {
        fetch_pictures(&mut drawing).await;
        let blob = svg_blob(&drawing.svg());
        // The page may have gone meanwhile.
        let Some(shell) = weak.upgrade() else { return };
        match blob {
            Some(blob) => {
                browser::offer(&blob, "gatefold-map.svg");
                shell.state.picture.set(None);
            }
            None => fail(&shell),
        }
    });
    Some(())
}

fn svg_blob(svg: &str) -> Option<Blob> {
    let parts = js_sys::Array::of1(&svg.into());
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

/// Covers that do not come stay squares of their colour.
async fn fetch_pictures(drawing: &mut Drawing) {
    let with_cover = drawing.covers.iter_mut().filter(|cover| cover.has_cover).take(MOST_PICTURED);
    let mut wanted: Vec<_> = with_cover.collect();
    for batch in wanted.chunks_mut(AT_ONCE) {
        // All of a batch are under way before the first is waited for.
        let asked: Vec<_> =
            batch.iter().map(|cover| window().fetch_with_str(&text::thumbnail(cover.id))).collect();
        for (cover, promise) in batch.iter_mut().zip(asked) {
            cover.picture = data_address(promise).await;
        }
    }
}

/// The answer to a request as a `data:` address.
async fn data_address(promise: js_sys::Promise) -> Option<String> {
    let response: Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let kind = response.headers().get("content-type").ok()??;
    if !response.ok() || !kind.starts_with("image/") {
        return None;
    }
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    // The browser's own encoder takes a text of which each letter is a byte.
    let letters: String = bytes.into_iter().map(char::from).collect();
    Some(format!("data:{kind};base64,{}", window().btoa(&letters).ok()?))
}
