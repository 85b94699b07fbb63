//! The map at work: what it holds, and what a frame does with it. Where one looks is `flight`'s, how albums get to other
//! places `moving`'s, what lies where `finding`'s; signals, events and the network are the shell's.

mod finding;
mod flight;
mod moving;

use super::arrangement::Moving;
use super::camera::{Camera, Flight, Point, View, World};
use super::data::MapData;
use super::drawing::{self, Drawing};
use super::gl::{self, GlError};
use super::look::{Look, Theme};
use super::marks::{Marked, Marks};
use super::memory::Memory;
use super::picking::Grid;
use super::residency::Sheet;
use super::scene::Scene;
use super::state::{MapState, Seen};
use super::theme;
use super::timing::Timing;
use gatefold::album::AlbumId;
use leptos::prelude::*;
use std::collections::VecDeque;
use std::sync::Arc;
use web_sys::{HtmlCanvasElement, HtmlElement, ImageBitmap, WebGl2RenderingContext as Gl};

/// Device pixels per CSS pixel at most: beyond it nobody sees the difference, and every frame pays for it.
const MOST_PIXELS: f64 = 2.0;
/// While the map moves, sheets are chosen anew at most so often, milliseconds.
const PLAN_EVERY: f64 = 120.0;
/// Milliseconds in which everything but a highlight fades.
const FADE: f64 = 160.0;

/// What is to be brought up to date before the next frame.
#[derive(Debug, Default)]
pub struct Stale {
    /// Who is chosen, pointed at, lit.
    pub marks: bool,
    /// The canvas' size.
    pub size: bool,
    /// Colours.
    pub theme: bool,
    /// Which sheets are wanted.
    pub plan: bool,
    /// What frames and sizes show.
    pub facts: bool,
    /// Which albums are joined.
    pub lines: bool,
}

/// What a frame leaves to the shell.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Another frame is due.
    pub again: bool,
    /// Sheets to fetch.
    pub fetch: Vec<Sheet>,
    /// Nothing can be drawn any more.
    pub failed: Option<GlError>,
}

/// The map at work.
pub struct Engine {
    state: MapState,
    surface: HtmlElement,
    canvas: HtmlCanvasElement,
    gl: Option<Gl>,
    scene: Option<Scene>,
    data: Option<Arc<MapData>>,
    grid: Grid,
    /// Where one looks.
    pub camera: Camera,
    flight: Option<Flight>,
    fly_when_ready: Option<AlbumId>,
    look_when_ready: Option<View>,
    marks: Marks,
    theme: Theme,
    pixel: f64,
    fading_since: Option<f64>,
    moving: Option<Moving>,
    planned: f64,
    arrived: VecDeque<(Sheet, ImageBitmap)>,
    plain_in_view: Vec<u32>,
    /// How long frames took.
    pub timing: Timing,
    /// Frames drawn since the build was put on the card.
    pub frames: u64,
    /// What is to be brought up to date.
    pub stale: Stale,
    /// Whether the focused album shows it: the canvas has the focus, and keys gave it.
    pub focus_visible: bool,
}

impl Engine {
    /// Nothing to draw yet. Without WebGL2 the map still answers what it knows.
    pub fn new(state: MapState, surface: HtmlElement, canvas: HtmlCanvasElement) -> Self {
        let theme = theme::read(&surface);
        Self {
            state,
            surface,
            canvas,
            gl: None,
            scene: None,
            data: None,
            grid: Grid::default(),
            camera: Camera::new(World::new([0.0; 4], 1.0), (1.0, 1.0)),
            flight: None,
            fly_when_ready: None,
            look_when_ready: None,
            marks: Marks::default(),
            theme,
            pixel: 1.0,
            fading_since: None,
            moving: None,
            planned: 0.0,
            arrived: VecDeque::new(),
            plain_in_view: Vec::new(),
            timing: Timing::default(),
            frames: 0,
            stale: Stale { size: true, ..Stale::default() },
            focus_visible: false,
        }
    }

    /// Takes over a build and shows all of it.
    pub fn accept(&mut self, data: Arc<MapData>) -> Result<(), GlError> {
        self.grid = Grid::new(&data.columns.x, &data.columns.y);
        let world = World::new(data.manifest.bounds, data.manifest.spacing);
        self.measure();
        self.camera = Camera::new(world, self.camera.size);
        if let Some(view) = flight::left(&data.manifest.build) {
            self.camera.view = self.camera.limited(view);
        }
        self.flight = None;
        self.data = Some(data);
        self.restore()?;
        if let Some(id) = self.fly_when_ready.take() {
            self.fly_to(id);
        }
        Ok(())
    }

    /// Puts the build on the card, again where the card lost it.
    pub fn restore(&mut self) -> Result<(), GlError> {
        self.frames = 0;
        self.arrived.clear();
        self.scene = None;
        if let Some(data) = &self.data {
            // Not before there is something to draw: the browser gives a context when it has shown the page itself, and the page
            // stands still until it has.
            let gl = match self.gl.take() {
                Some(gl) => gl,
                None => gl::context(&self.canvas)?,
            };
            self.scene = Some(Scene::new(self.gl.insert(gl), data)?);
        }
        self.stale = Stale { marks: true, size: true, theme: true, plan: true, facts: true, lines: false };
        Ok(())
    }

    /// The card lost everything.
    pub fn lost(&mut self) {
        self.scene = None;
        self.arrived.clear();
    }

    /// Gives the card back what it holds.
    pub fn close(&mut self) {
        self.scene = None;
        if let Some(gl) = self.gl.take() {
            release(&gl);
        }
        if let Some(data) = &self.data {
            let view = self.flight.map_or(self.camera.view, |flight| flight.to);
            flight::leave(data.manifest.build.clone(), view);
        }
    }

    /// The build that is shown.
    pub fn data(&self) -> Option<&Arc<MapData>> {
        self.data.as_ref()
    }

    fn size(&self) -> Point {
        (f64::from(self.canvas.client_width()).max(1.0), f64::from(self.canvas.client_height()).max(1.0))
    }

    fn measure(&mut self) {
        self.stale.size = false;
        self.pixel = window().device_pixel_ratio().clamp(0.5, MOST_PIXELS);
        let size = self.size();
        let device = |length: f64| (length * self.pixel).round().max(1.0) as u32;
        let (width, height) = (device(size.0), device(size.1));
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        if size != self.camera.size {
            self.camera.resize(size);
            self.flight = None;
            self.stale.plan = true;
        }
    }

    /// Brings everything up to `now` (milliseconds, as animation frames count) and draws.
    pub fn frame(&mut self, now: f64) -> Outcome {
        let mut outcome = Outcome::default();
        let moving = self.advance(now);
        outcome.again |= moving;
        if self.stale.size || window().device_pixel_ratio().clamp(0.5, MOST_PIXELS) != self.pixel {
            self.measure();
        }
        if std::mem::take(&mut self.stale.theme) {
            self.theme = theme::read(&self.surface);
        }
        let marks = std::mem::take(&mut self.stale.marks);
        if marks {
            self.mark(now);
        }
        let fade = self.fade(now);
        outcome.again |= fade > 0.0 && fade < 1.0;
        outcome.again |= self.carry(now);
        let look = self.look(fade as f32);
        let (Some(scene), Some(data)) = (&mut self.scene, &self.data) else { return outcome };
        if std::mem::take(&mut self.stale.lines)
            && let Err(error) = scene.put_lines(data)
        {
            outcome.failed = Some(error);
        }
        if marks && let Err(error) = scene.put_marks(data, &self.marks) {
            outcome.failed = Some(error);
        }
        if std::mem::take(&mut self.stale.facts) {
            let sizes = self.state.size.get_untracked().of_each(data);
            self.grid.put_sizes(&sizes);
            scene.put_facts(data, self.state.tint.get_untracked(), &sizes);
        }
        if let Some((sheet, bitmap)) = self.arrived.pop_front() {
            let still = theme::prefers("(prefers-reduced-motion: reduce)");
            if let Err(error) = scene.put_sheet(sheet, &bitmap, now, still) {
                outcome.failed = Some(error);
            }
            bitmap.close();
            self.stale.plan = true;
            outcome.again = true;
        }
        outcome.again |= scene.residency.fade(now);
        if self.stale.plan {
            if now - self.planned >= PLAN_EVERY || !moving {
                self.stale.plan = false;
                self.planned = now;
                let side = self.camera.cover() * self.pixel;
                outcome.fetch = scene.residency.plan(&self.camera, &self.grid, &data.columns.slot, side);
                finding::find_plain(&mut self.plain_in_view, &self.camera, &self.grid, data, side);
            } else {
                outcome.again = true;
            }
        }
        match scene.write_names(data, &self.plain_in_view) {
            Ok(more) => outcome.again |= more,
            Err(error) => outcome.failed = Some(error),
        }
        scene.draw(&look, self.canvas.width() as i32, self.canvas.height() as i32);
        self.frames += 1;
        outcome
    }

    fn mark(&mut self, now: f64) {
        let Some(data) = &self.data else { return };
        let selected = self.state.selected.read_untracked();
        let highlight = self.state.highlight.read_untracked();
        let focused = self.state.focused.get_untracked().filter(|_| self.focus_visible);
        let marked = Marked {
            selected: &selected,
            hovered: self.state.hovered.get_untracked().map(|hover| hover.index),
            focused: focused.and_then(|id| data.index(id)),
            highlight: highlight.as_deref(),
        };
        self.marks.update(data, marked);
        match (highlight.is_some(), self.fading_since) {
            (true, None) => self.fading_since = Some(now),
            (false, _) => self.fading_since = None,
            _ => {}
        }
    }

    fn fade(&self, now: f64) -> f64 {
        self.fading_since.map_or(0.0, |since| ((now - since) / FADE).clamp(0.02, 1.0))
    }

    fn look(&self, fade: f32) -> Look {
        let (camera, pixel, tint) = (&self.camera, self.pixel, self.state.tint.get_untracked());
        Look {
            centre: (camera.view.x as f32, camera.view.y as f32),
            zoom: (camera.view.zoom * pixel) as f32,
            half: (self.canvas.width() as f32 / 2.0, self.canvas.height() as f32 / 2.0),
            pixel: pixel as f32,
            cover: (camera.cover() * pixel) as f32,
            spacing: (camera.world.spacing * camera.view.zoom * pixel) as f32,
            fade,
            edges: (0.5 + 0.16 * camera.closeness()).clamp(0.3, 0.95) as f32,
            framed: tint.framed(),
            doubts: tint.marks_edges(),
            theme: self.theme,
        }
    }

    /// A sheet has come.
    pub fn arrived(&mut self, sheet: Sheet, bitmap: ImageBitmap) {
        self.arrived.push_back((sheet, bitmap));
    }

    /// A sheet did not come.
    pub fn missed(&mut self, sheet: Sheet) {
        if let Some(scene) = &mut self.scene {
            scene.residency.failed(sheet);
        }
        self.stale.plan = true;
    }

    /// The view as a drawing; nothing before there are albums.
    pub fn drawing(&self) -> Option<Drawing> {
        let data = self.data.as_ref()?;
        let tint = self.state.tint.get_untracked();
        let frames = tint.framed().then(|| tint.colours(data));
        let selected = self.state.selected.read_untracked();
        let highlight = self.state.highlight.read_untracked();
        let labels = self.state.labels.read_untracked();
        let marked = drawing::Marked {
            selected: &selected,
            highlight: highlight.as_deref(),
            frames: frames.as_deref(),
            labels: &labels,
        };
        Some(Drawing::of(&self.camera, &self.grid, data, marked, self.theme))
    }

    /// What is seen just now; nothing before there are albums.
    pub fn seen(&self) -> Option<Seen> {
        self.data.as_ref()?;
        let camera = &self.camera;
        Some(Seen { view: camera.view, size: camera.size, fitting: camera.is_fitting() })
    }

    /// How many albums are in view, and how many of those show their picture.
    pub fn in_view(&self) -> (u32, u32) {
        let (mut seen, mut pictured) = (0, 0);
        if let (Some(scene), Some(data)) = (&self.scene, &self.data)
            && self.frames > 0
        {
            self.grid.inside(self.camera.seen(self.camera.cover() / 2.0), |album| {
                seen += 1;
                pictured += u32::from(data.slot(album).is_none_or(|slot| scene.residency.has(slot)));
            });
        }
        (seen, pictured)
    }

    /// What the textures take of the card's memory.
    pub fn memory(&self) -> Memory {
        self.scene.as_ref().map(Scene::memory).unwrap_or_default()
    }

    /// Whether everything that the view needs has come and stands still.
    pub fn settled(&self) -> bool {
        self.frames > 0
            && !self.moves()
            && self.arrived.is_empty()
            && !self.stale.plan
            && self.scene.as_ref().is_some_and(|scene| scene.residency.settled())
    }

    /// Whether the view or the albums are on their way.
    pub fn moves(&self) -> bool {
        self.flight.is_some() || self.moving.is_some()
    }
}

/// Lets go of the context now rather than when the garbage is collected: browsers give out only a few.
fn release(gl: &Gl) {
    let Ok(Some(extension)) = gl.get_extension("WEBGL_lose_context") else { return };
    let lose = js_sys::Reflect::get(&extension, &"loseContext".into());
    if let Ok(lose) = lose
        && let Ok(lose) = wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(lose)
    {
        let _ = lose.call0(&extension);
    }
}
