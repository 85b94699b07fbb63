//! The map's colours as the style sheet gives them, whatever notation it uses.

use super::look::{Rgb, Theme};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

/// Reads `--map-ground`, `--map-edge`, `--map-ring`, `--map-paper` and `--map-ink` where `host` stands; colours that
/// are not given follow the browser's light or dark preference.
pub fn read(host: &HtmlElement) -> Theme {
    let dark = prefers("(prefers-color-scheme: dark)");
    let mut reader = Reader::new(host);
    let mut colour = |name: &str, light: u32, night: u32| {
        let fallback = if dark { night } else { light };
        reader.as_mut().and_then(|reader| reader.colour(name, fallback)).unwrap_or_else(|| unpacked(fallback))
    };
    Theme {
        ground: colour("--map-ground", 0x00f4_f2ee, 0x0014_1416),
        edge: colour("--map-edge", 0x008a_8378, 0x007d_7a74),
        ring: colour("--map-ring", 0x0017_1717, 0x00ff_ffff),
        paper: colour("--map-paper", 0x00ec_e6d8, 0x0038_352f),
        ink: colour("--map-ink", 0x0023_2019, 0x00ee_e9dd),
    }
}

/// Whether a media query holds.
pub fn prefers(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

fn unpacked(colour: u32) -> Rgb {
    [16, 8, 0].map(|shift| ((colour >> shift) & 255) as f32 / 255.0)
}

/// Lets the browser resolve a variable to a colour, and one pixel of a canvas turn that into numbers.
struct Reader {
    probe: HtmlElement,
    context: CanvasRenderingContext2d,
}

impl Reader {
    fn new(host: &HtmlElement) -> Option<Self> {
        let probe: HtmlElement = document().create_element("span").ok()?.dyn_into().ok()?;
        probe.set_hidden(true);
        host.append_child(&probe).ok()?;
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(1);
        canvas.set_height(1);
        // Read back for every colour: a canvas in the processor's memory answers at once.
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
        Some(Self { probe, context })
    }

    fn colour(&mut self, name: &str, fallback: u32) -> Option<Rgb> {
        let value = format!("var({name}, #{fallback:06x})");
        self.probe.style().set_property("color", &value).ok()?;
        let computed = window().get_computed_style(&self.probe).ok()??.get_property_value("color").ok()?;
        self.context.set_fill_style_str(&computed);
        self.context.fill_rect(0.0, 0.0, 1.0, 1.0);
        let pixel = self.context.get_image_data(0.0, 0.0, 1.0, 1.0).ok()?.data();
        Some([0, 1, 2].map(|i| f32::from(pixel[i]) / 255.0))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.probe.remove();
    }
}
