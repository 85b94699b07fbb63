//! The names on plain sleeves: set on a small 2D canvas, kept as letters in a texture for the sleeves in view.

use super::data::MapData;
use super::gl::GlError;
use super::lettering;
use super::lru::Lru;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Pixels across a name's cell.
const CELL: i32 = 256;
/// Cells across a layer; the shader knows it.
const ACROSS: i32 = 8;
/// Pixels across a layer.
pub const SIDE: i32 = CELL * ACROSS;
/// Layers: 4 × 64 names, 4 MiB each.
pub const LAYERS: i32 = 4;
/// Cells of a layer.
const PER_LAYER: u32 = (ACROSS * ACROSS) as u32;
/// Names written in one frame.
const AT_ONCE: usize = 12;
/// Letter sizes for titles and artists, largest first.
const TITLE: [f64; 4] = [36.0, 30.0, 25.0, 21.0];
const ARTIST: [f64; 2] = [21.0, 18.0];
const FACE: &str = "ui-sans-serif, system-ui, sans-serif";

/// Where a name stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Layer.
    pub layer: u32,
    /// Top left corner in it.
    pub corner: (i32, i32),
}

/// What a round of writing did.
#[derive(Debug, Default)]
pub struct Written {
    /// Albums whose cell changed; `None` for those that lost theirs.
    pub changed: Vec<(u32, Option<u32>)>,
    /// Whether names remain to be written.
    pub more: bool,
}

/// The layer of a cell.
pub fn layer(cell: u32) -> u32 {
    cell / PER_LAYER
}

/// The canvas that names are set on, and who has a cell.
pub struct Sleeves {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    cells: Lru,
}

impl Sleeves {
    /// `None` where the browser gives no 2D canvas: sleeves then stay without names.
    pub fn new() -> Option<Self> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(CELL as u32);
        canvas.set_height(CELL as u32);
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, context, cells: Lru::new((ACROSS * ACROSS * LAYERS) as usize) })
    }

    /// Writes the names of a few of `wanted` that have none yet; `put` takes the canvas to the texture.
    pub fn write(
        &mut self,
        data: &MapData,
        wanted: &[u32],
        mut put: impl FnMut(&HtmlCanvasElement, Cell) -> Result<(), GlError>,
    ) -> Result<Written, GlError> {
        let mut written = Written::default();
        let wanted = &wanted[..wanted.len().min(self.cells.places())];
        self.cells.touch(wanted);
        for album in wanted {
            let Some(title) = data.title(*album) else { continue };
            if self.cells.place(*album).is_some() {
                continue;
            }
            if written.changed.len() >= AT_ONCE {
                written.more = true;
                break;
            }
            let Some(claim) = self.cells.claim(*album) else { break };
            if let Some(evicted) = claim.evicted {
                written.changed.push((evicted, None));
            }
            self.letter(title, data.artist(*album).unwrap_or_default());
            let within = (claim.place % PER_LAYER) as i32;
            let corner = (within % ACROSS * CELL, within / ACROSS * CELL);
            put(&self.canvas, Cell { layer: layer(claim.place), corner })?;
            written.changed.push((*album, Some(claim.place)));
        }
        Ok(written)
    }

    /// White letters on black: title from the top, artist at the bottom.
    fn letter(&self, title: &str, artist: &str) {
        let context = &self.context;
        let side = f64::from(CELL);
        let (left, width) = (34.0, side - 34.0 - 20.0);
        context.set_fill_style_str("#000");
        context.fill_rect(0.0, 0.0, side, side);
        context.set_fill_style_str("#fff");
        context.set_text_baseline("alphabetic");
        let measure = |weight: u32| {
            move |text: &str, size: f64| {
                context.set_font(&format!("{weight} {size}px {FACE}"));
                context.measure_text(text).map_or(0.0, |metrics| metrics.width())
            }
        };
        let heading = lettering::set(title, width, 4, &TITLE, measure(600));
        context.set_font(&format!("600 {}px {FACE}", heading.size));
        let mut y = 22.0 + heading.size * 0.8;
        for line in &heading.lines {
            let _ = context.fill_text(line, left, y);
            y += heading.size * 1.14;
        }
        let by = lettering::set(artist, width, 2, &ARTIST, measure(400));
        context.set_font(&format!("400 {}px {FACE}", by.size));
        let mut y = side - 22.0 - (by.lines.len().saturating_sub(1) as f64) * by.size * 1.2;
        for line in &by.lines {
            let _ = context.fill_text(line, left, y);
            y += by.size * 1.2;
        }
    }
}
