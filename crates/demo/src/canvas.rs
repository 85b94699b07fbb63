//! A square sheet on which covers are drawn in units of a hundredth of its side, whatever its size in pixels.

use super::palette::Ink;
use tiny_skia::{
    BlendMode, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Mask, Paint, Path, Pixmap, Point,
    RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

/// The sheet. `(0, 0)` is its upper left corner, `(100, 100)` the lower right one.
pub struct Canvas {
    pub(super) pixmap: Pixmap,
    base: Transform,
    mask: Option<Mask>,
    blend: BlendMode,
}

impl Canvas {
    /// A sheet of `size` × `size` pixels (at least one) in one ink.
    pub fn new(size: u32, ground: Ink) -> Self {
        let size = size.max(1);
        let mut pixmap = Pixmap::new(size, size).expect("a square of at least one pixel");
        pixmap.fill(ground.fade(1.0).color());
        let k = size as f32 / 100.0;
        Self { pixmap, base: Transform::from_scale(k, k), mask: None, blend: BlendMode::SourceOver }
    }

    /// Side in pixels.
    pub fn size(&self) -> u32 {
        self.pixmap.width()
    }

    fn paint<'a>(&self, shader: Shader<'a>) -> Paint<'a> {
        Paint { shader, anti_alias: true, blend_mode: self.blend, ..Paint::default() }
    }

    fn fill_with(&mut self, path: &Path, shader: Shader<'_>, rule: FillRule) {
        let paint = self.paint(shader);
        self.pixmap.fill_path(path, &paint, rule, self.base, self.mask.as_ref());
    }

    /// Fills an outline.
    pub fn fill(&mut self, path: &Path, ink: Ink) {
        self.fill_with(path, Shader::SolidColor(ink.color()), FillRule::Winding);
    }

    /// Fills an outline, overlaps left open.
    pub fn fill_even(&mut self, path: &Path, ink: Ink) {
        self.fill_with(path, Shader::SolidColor(ink.color()), FillRule::EvenOdd);
    }

    /// Draws along an outline with round joins; `width` in units.
    pub fn stroke(&mut self, path: &Path, ink: Ink, width: f32) {
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let paint = self.paint(Shader::SolidColor(ink.color()));
        self.pixmap.stroke_path(path, &paint, &stroke, self.base, self.mask.as_ref());
    }

    /// Draws along an outline with butt caps and sharp joins.
    pub fn rule(&mut self, path: &Path, ink: Ink, width: f32) {
        let stroke = Stroke { width, miter_limit: 8.0, ..Stroke::default() };
        let paint = self.paint(Shader::SolidColor(ink.color()));
        self.pixmap.stroke_path(path, &paint, &stroke, self.base, self.mask.as_ref());
    }

    /// A straight line with butt ends.
    pub fn line(&mut self, x0: f32, y0: f32, x1: f32, y1: f32, ink: Ink, width: f32) {
        let mut builder = tiny_skia::PathBuilder::new();
        builder.move_to(x0, y0);
        builder.line_to(x1, y1);
        if let Some(path) = builder.finish() {
            self.rule(&path, ink, width);
        }
    }

    /// A filled rectangle.
    pub fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, ink: Ink) {
        if let Some(rect) = Rect::from_xywh(x, y, w.max(0.01), h.max(0.01)) {
            self.fill(&tiny_skia::PathBuilder::from_rect(rect), ink);
        }
    }

    /// A filled disc.
    pub fn disc(&mut self, x: f32, y: f32, r: f32, ink: Ink) {
        if let Some(path) = tiny_skia::PathBuilder::from_circle(x, y, r.max(0.01)) {
            self.fill(&path, ink);
        }
    }

    /// A drawn circle.
    pub fn ring(&mut self, x: f32, y: f32, r: f32, ink: Ink, width: f32) {
        if let Some(path) = tiny_skia::PathBuilder::from_circle(x, y, r.max(0.01)) {
            self.rule(&path, ink, width);
        }
    }

    /// Fills an outline with inks that run from one point to another; stops lie at 0–1.
    pub fn linear(&mut self, path: &Path, from: (f32, f32), to: (f32, f32), stops: &[(f32, Ink)]) {
        let stops = stops.iter().map(|(at, ink)| GradientStop::new(*at, ink.color())).collect();
        let shader = LinearGradient::new(
            Point::from_xy(from.0, from.1),
            Point::from_xy(to.0, to.1),
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        );
        if let Some(shader) = shader {
            self.fill_with(path, shader, FillRule::Winding);
        }
    }

    /// Fills an outline with inks that run outwards from a centre to the radius `r`.
    pub fn radial(&mut self, path: &Path, centre: (f32, f32), r: f32, stops: &[(f32, Ink)]) {
        let stops = stops.iter().map(|(at, ink)| GradientStop::new(*at, ink.color())).collect();
        let centre = Point::from_xy(centre.0, centre.1);
        let shader =
            RadialGradient::new(centre, 0.0, centre, r, stops, SpreadMode::Pad, Transform::identity());
        if let Some(shader) = shader {
            self.fill_with(path, shader, FillRule::Winding);
        }
    }

    /// The whole sheet in a run of inks from top to bottom.
    pub fn sky(&mut self, stops: &[(f32, Ink)]) {
        if let Some(rect) = Rect::from_xywh(0.0, 0.0, 100.0, 100.0) {
            self.linear(&tiny_skia::PathBuilder::from_rect(rect), (0.0, 0.0), (0.0, 100.0), stops);
        }
    }

    /// Draws only inside `path`.
    pub fn within(&mut self, path: &Path, draw: impl FnOnce(&mut Self)) {
        let size = self.size();
        let mut mask = match &self.mask {
            Some(mask) => mask.clone(),
            None => {
                let mut mask = Mask::new(size, size).expect("as large as the sheet");
                mask.data_mut().fill(255);
                mask
            }
        };
        mask.intersect_path(path, FillRule::Winding, true, self.base);
        let before = self.mask.replace(mask);
        draw(self);
        self.mask = before;
    }

    /// Draws in a moved, turned or scaled system of units.
    pub fn moved(&mut self, transform: Transform, draw: impl FnOnce(&mut Self)) {
        let before = self.base;
        self.base = before.pre_concat(transform);
        draw(self);
        self.base = before;
    }

    /// Draws with another way of laying ink over ink.
    pub fn blended(&mut self, blend: BlendMode, draw: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.blend, blend);
        draw(self);
        self.blend = before;
    }

    /// Lays `image` (same size, premultiplied RGBA) over the sheet under the present clip.
    pub fn overlay(&mut self, image: &Pixmap) {
        let paint = tiny_skia::PixmapPaint { blend_mode: self.blend, ..Default::default() };
        self.pixmap.draw_pixmap(0, 0, image.as_ref(), &paint, Transform::identity(), self.mask.as_ref());
    }

    /// Mean brightness of a rectangle (left, top, width, height) and how far it spreads around it, both 0–1.
    pub fn look_at(&self, (x, y, w, h): (f32, f32, f32, f32)) -> (f32, f32) {
        let k = self.size() as f32 / 100.0;
        let (mut sum, mut squares, mut n) = (0.0f32, 0.0f32, 0.0f32);
        for i in 0..24 {
            for j in 0..8 {
                let px = ((x + w * (i as f32 + 0.5) / 24.0) * k).clamp(0.0, self.size() as f32 - 1.0);
                let py = ((y + h * (j as f32 + 0.5) / 8.0) * k).clamp(0.0, self.size() as f32 - 1.0);
                if let Some(p) = self.pixmap.pixel(px as u32, py as u32) {
                    let luma = 0.2126 * f32::from(p.red())
                        + 0.7152 * f32::from(p.green())
                        + 0.0722 * f32::from(p.blue());
                    let luma = luma / 255.0;
                    sum += luma;
                    squares += luma * luma;
                    n += 1.0;
                }
            }
        }
        let mean = sum / n.max(1.0);
        (mean, (squares / n.max(1.0) - mean * mean).max(0.0).sqrt())
    }

    /// Takes the sheet as an opaque picture.
    pub fn into_image(self) -> image::RgbImage {
        let (w, h) = (self.pixmap.width(), self.pixmap.height());
        let rgb: Vec<u8> = self.pixmap.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        image::RgbImage::from_raw(w, h, rgb).expect("three bytes for each pixel")
    }
}
