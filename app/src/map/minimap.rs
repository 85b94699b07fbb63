//! The whole map in a corner: a dot for each album, and a rectangle around what is seen.

use super::camera::Point;
use super::data::MapData;
use super::state::MapState;
use leptos::html;
use leptos::prelude::*;

/// CSS pixels across and down.
const SIZE: Point = (168.0, 120.0);
/// Room around the dots, CSS pixels.
const MARGIN: f64 = 6.0;

/// How the map's places and those of the small one belong together.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Scale {
    /// Place of the map in the middle.
    centre: Point,
    /// CSS pixels per map unit.
    zoom: f64,
}

impl Scale {
    /// Everything inside `[x0, y0, x1, y1]` is shown.
    fn of(bounds: [f32; 4]) -> Self {
        let [x0, y0, x1, y1] = bounds.map(f64::from);
        let room = |size: f64| size - 2.0 * MARGIN;
        let zoom = (room(SIZE.0) / (x1 - x0)).min(room(SIZE.1) / (y1 - y0));
        // One album, or none, has no extent.
        let zoom = if zoom.is_finite() && zoom > 0.0 { zoom } else { 1.0 };
        Self { centre: ((x0 + x1) / 2.0, (y0 + y1) / 2.0), zoom }
    }

    fn to_small(self, (x, y): Point) -> Point {
        ((x - self.centre.0) * self.zoom + SIZE.0 / 2.0, (y - self.centre.1) * self.zoom + SIZE.1 / 2.0)
    }

    fn to_map(self, (x, y): Point) -> Point {
        ((x - SIZE.0 / 2.0) / self.zoom + self.centre.0, (y - SIZE.1 / 2.0) / self.zoom + self.centre.1)
    }

    /// `[x, y, width, height]` of what is seen, kept inside.
    fn frame(self, seen: super::state::Seen) -> [f64; 4] {
        let half = (seen.size.0 / seen.view.zoom / 2.0, seen.size.1 / seen.view.zoom / 2.0);
        let (x0, y0) = self.to_small((seen.view.x - half.0, seen.view.y - half.1));
        let (x1, y1) = self.to_small((seen.view.x + half.0, seen.view.y + half.1));
        let within = |at: f64, size: f64| at.clamp(1.0, size - 1.0);
        let (x0, y0) = (within(x0, SIZE.0), within(y0, SIZE.1));
        [x0, y0, within(x1, SIZE.0) - x0, within(y1, SIZE.1) - y0]
    }
}

/// Side of a dot, CSS pixels: many are small, few can be seen.
fn dot(albums: usize) -> f64 {
    match albums {
        0..500 => 3.0,
        500..5000 => 2.0,
        _ => 1.0,
    }
}

/// The small map's dots as pixels of `pixel` device pixels to a CSS pixel: width, height and RGBA. A canvas that is
/// asked for fifty thousand rectangles is busy with them while the map waits; pixels are handed over at once.
fn painted(data: &MapData, pixel: f64) -> (u32, u32, Vec<u8>) {
    let (width, height) = ((SIZE.0 * pixel) as usize, (SIZE.1 * pixel) as usize);
    let mut rgba = vec![0; width * height * 4];
    let side = (dot(data.len()) * pixel).round().max(1.0);
    for ((x, y), colour) in dots(data) {
        // What is left of the canvas becomes 0, and what is right of it is cut.
        let span = |at: f64, size: usize| {
            let from = (at * pixel - side / 2.0).round();
            (from as usize).min(size)..((from + side) as usize).min(size)
        };
        let [_, red, green, blue] = colour.to_be_bytes();
        for row in span(y, height) {
            for column in span(x, width) {
                rgba[(row * width + column) * 4..][..4].copy_from_slice(&[red, green, blue, 255]);
            }
        }
    }
    (width as u32, height as u32, rgba)
}

/// Places of a build's albums on the small map, with their colours.
fn dots(data: &MapData) -> impl Iterator<Item = (Point, u32)> + '_ {
    let scale = Scale::of(data.manifest.bounds);
    let places = data.columns.x.iter().zip(&data.columns.y);
    let place = move |(x, y): (&f32, &f32)| scale.to_small((f64::from(*x), f64::from(*y)));
    places.map(place).zip(data.columns.colour.iter().map(|colour| colour & 0x00ff_ffff))
}

/// The small map. A click or a drag moves the large one; the keyboard moves that itself.
#[component]
pub fn Minimap(
    /// The map.
    state: MapState,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    #[cfg(feature = "hydrate")]
    live::attach(state, canvas);
    let move_to = move |event: &leptos::ev::PointerEvent| {
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let bounds = state.data.with_untracked(|data| data.as_ref().map(|data| data.manifest.bounds));
        if let (Some(bounds), Some(seen)) = (bounds, state.seen.get_untracked()) {
            let (x, y) = Scale::of(bounds).to_map(at);
            state.look_at.set(Some(super::View { x, y, zoom: seen.view.zoom }));
        }
    };
    view! {
        <canvas
            class="minimap"
            role="img"
            aria-label="The whole map, and the part of it that is shown. Click to go elsewhere."
            width=SIZE.0
            height=SIZE.1
            node_ref=canvas
            hidden=move || state.data.with(|data| data.as_ref().is_none_or(|data| data.is_empty()))
            on:pointerdown=move |event| {
                if event.button() == 0 {
                    hold(&event);
                    move_to(&event);
                }
            }
            on:pointermove=move |event| {
                if event.buttons() & 1 == 1 {
                    move_to(&event);
                }
            }
        ></canvas>
    }
}

/// The drag goes on outside the small map.
#[cfg(feature = "hydrate")]
fn hold(event: &leptos::ev::PointerEvent) {
    use wasm_bindgen::JsCast;
    let canvas = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if let Some(canvas) = canvas {
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
}

#[cfg(not(feature = "hydrate"))]
fn hold(_: &leptos::ev::PointerEvent) {}

#[cfg(feature = "hydrate")]
mod live {
    use super::{SIZE, Scale, painted};
    use crate::map::data::MapData;
    use crate::map::listen::{Listener, Watcher};
    use crate::map::state::MapState;
    use leptos::html;
    use leptos::prelude::*;
    use wasm_bindgen::{Clamped, JsCast};
    use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

    fn pixel() -> f64 {
        window().device_pixel_ratio().clamp(1.0, 2.0)
    }

    /// The canvas emptied, at the small map's size, counted in CSS pixels.
    fn emptied(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
        let pixel = pixel();
        let (width, height) = ((SIZE.0 * pixel) as u32, (SIZE.1 * pixel) as u32);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        // Setting the size makes a new picture, which is dear: only when it is another.
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        context.set_transform(pixel, 0.0, 0.0, pixel, 0.0, 0.0).ok()?;
        context.clear_rect(0.0, 0.0, SIZE.0, SIZE.1);
        Some(context)
    }

    /// All dots, drawn once for as long as albums stand where they do.
    fn drawn(data: &MapData) -> Option<HtmlCanvasElement> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let (width, height, rgba) = painted(data, pixel());
        canvas.set_width(width);
        canvas.set_height(height);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let picture = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height).ok()?;
        context.put_image_data(&picture, 0.0, 0.0).ok()?;
        Some(canvas)
    }

    /// Draws anew when albums, what is seen, or colours change.
    pub fn attach(state: MapState, canvas: NodeRef<html::Canvas>) {
        let dots = StoredValue::new_local(None::<HtmlCanvasElement>);
        let themed = Trigger::new();
        let ink = StoredValue::new(None::<String>);
        let redraw = move || {
            let Some(canvas) = canvas.get_untracked() else { return };
            let Some(context) = emptied(&canvas) else { return };
            dots.with_value(|dots| {
                if let Some(dots) = dots {
                    let _ = context
                        .draw_image_with_html_canvas_element_and_dw_and_dh(dots, 0.0, 0.0, SIZE.0, SIZE.1);
                }
            });
            let bounds = state.data.with_untracked(|data| data.as_ref().map(|data| data.manifest.bounds));
            // To ask for a style makes the browser work out all of them: once a theme, not once a frame.
            if ink.with_value(Option::is_none) {
                let style = window().get_computed_style(&canvas).ok().flatten();
                ink.set_value(style.and_then(|style| style.get_property_value("color").ok()));
            }
            if let (Some(bounds), Some(seen), Some(ink)) =
                (bounds, state.seen.get_untracked(), ink.get_value())
            {
                let [x, y, width, height] = Scale::of(bounds).frame(seen);
                context.set_stroke_style_str(&ink);
                context.set_line_width(1.5);
                context.stroke_rect(x, y, width, height);
            }
        };
        let placed = StoredValue::new(None::<(String, [f32; 4], usize)>);
        Effect::new(move |_| {
            canvas.track();
            state.data.with(|data| {
                // The same albums at the same places are told of again when their names come.
                let of = data.as_ref().map(|data| {
                    let address = std::sync::Arc::as_ptr(data) as usize;
                    (data.manifest.build.clone(), data.manifest.bounds, address)
                });
                if placed.with_value(|before| *before != of) {
                    dots.set_value(data.as_ref().and_then(|data| drawn(data)));
                    placed.set_value(of);
                }
            });
            redraw();
        });
        Effect::new(move |_| {
            state.seen.track();
            themed.track();
            redraw();
        });
        let scheme = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let other_theme = move || {
            ink.set_value(None);
            themed.notify();
        };
        let watching = (
            Watcher::theme(other_theme),
            scheme.map(|list| Listener::new(&list, "change", move |_| other_theme())),
        );
        let watching = StoredValue::new_local(Some(watching));
        on_cleanup(move || {
            watching.try_set_value(None);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::View;
    use crate::map::state::Seen;
    use gatefold::map::{Columns, Manifest};

    #[test]
    fn everything_is_inside_and_a_place_leads_back_to_itself() {
        let scale = Scale::of([-10.0, 0.0, 30.0, 5.0]);
        for place in [(-10.0, 0.0), (30.0, 5.0), (7.0, 2.0)] {
            let (x, y) = scale.to_small(place);
            assert!((0.0..=SIZE.0).contains(&x) && (0.0..=SIZE.1).contains(&y), "{x} {y}");
            let (back_x, back_y) = scale.to_map((x, y));
            assert!((back_x - place.0).abs() < 1e-9 && (back_y - place.1).abs() < 1e-9);
        }
        assert_eq!(Scale::of([3.0, 3.0, 3.0, 3.0]), Scale { centre: (3.0, 3.0), zoom: 1.0 });
    }

    #[test]
    fn the_rectangle_is_what_is_seen_and_stays_inside() {
        let scale = Scale::of([0.0, 0.0, 15.6, 10.8]);
        let seen =
            |x: f64, zoom: f64| Seen { view: View { x, y: 5.4, zoom }, size: (400.0, 200.0), fitting: false };
        let [_, _, width, height] = scale.frame(seen(7.8, 100.0));
        assert!((width - 40.0).abs() < 1e-4 && (height - 20.0).abs() < 1e-4, "{width} {height}");
        assert_eq!(scale.frame(seen(7.8, 0.001)), [1.0, 1.0, SIZE.0 - 2.0, SIZE.1 - 2.0]);
    }

    #[test]
    fn dots_are_painted_where_albums_are() {
        let manifest = Manifest { bounds: [0.0, 0.0, 10.0, 5.0], ..Manifest::default() };
        let columns = Columns {
            id: vec![1, 2],
            x: vec![0.0, 10.0],
            y: vec![0.0, 5.0],
            colour: vec![0x0010_2030, 0x00ff_fefd],
            ..Columns::default()
        };
        for pixel in [1.0, 2.0] {
            let data = MapData::new(manifest.clone(), columns.clone());
            let (width, height, rgba) = painted(&data, pixel);
            assert_eq!((width, height), ((168.0 * pixel) as u32, (120.0 * pixel) as u32));
            let seen: Vec<&[u8]> = rgba.chunks_exact(4).filter(|texel| texel[3] > 0).collect();
            let each = (3.0 * pixel).powi(2) as usize;
            assert_eq!(seen.len(), 2 * each);
            assert_eq!(
                (seen[0], seen[2 * each - 1]),
                (&[0x10, 0x20, 0x30, 255][..], &[255, 254, 253, 255][..])
            );
            let first = Scale::of(manifest.bounds).to_small((0.0, 0.0));
            let at = (first.1 * pixel) as usize * width as usize + (first.0 * pixel) as usize;
            assert_eq!(rgba[at * 4..][..4], [0x10, 0x20, 0x30, 255]);
        }
    }

    #[test]
    fn few_albums_have_larger_dots() {
        assert!(dot(20) > dot(2000) && dot(2000) > dot(50_000));
    }
}
