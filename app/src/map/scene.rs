//! Everything that lies in the graphics card's memory for one build, and the order in which it is drawn. A lost
//! context takes all of it away; it is made anew from what the page still holds.

use super::covers::Covers;
use super::data::MapData;
use super::edges::Edges;
use super::gl::{Cells, GlError, Layers, Table, units};
use super::look::Look;
use super::marks::Marks;
use super::memory::Memory;
use super::residency::{Residency, Role, Sheet, roles};
use super::sleeves::{self, Sleeves};
use super::tint::Tint;
use gatefold::map::{Level, NO_SLOT};
use web_sys::{ImageBitmap, WebGl2RenderingContext as Gl};

/// Layers of the tiny, the coarse and the fine level at most: 4 × 21 MiB, 10 × 11 MiB in [`Gl::RGB565`], 32 × 4 MiB.
const MOST: [u32; 3] = [4, 10, 32];
/// Coarse sheets from which they are kept in 16 bits a texel: so small, covers do not show it.
const MANY: u32 = 5;

/// Places of a build's albums, x and y in turn.
pub fn in_turn(data: &MapData) -> Vec<f32> {
    data.columns.x.iter().zip(&data.columns.y).flat_map(|(x, y)| [*x, *y]).collect()
}

/// A level's sheets. They take room from the first that comes.
struct Sheets {
    role: Role,
    room: u32,
    mips: i32,
    format: u32,
    layers: Option<Layers>,
}

impl Sheets {
    fn new(place: usize, role: Role, coarsest: bool) -> Self {
        let Level { size, sheets, .. } = role.level;
        // The coarsest level is shrunk down to one texel per cover, no further: that would mix covers. The coarse one is not drawn at
        // less than a quarter of its size, the fine one has four looks per fragment instead.
        let mips = match place {
            _ if coarsest => size.ilog2() as i32 + 1,
            1 => 3,
            _ => 1,
        };
        let format = if place == 1 && sheets >= MANY { Gl::RGB565 } else { Gl::RGBA8 };
        Self { role, room: sheets.min(MOST[place]), mips, format, layers: None }
    }

    /// Its layers, reserved now if they are not yet.
    fn reserved(&mut self, gl: &Gl) -> Result<&Layers, GlError> {
        if let Some(ref layers) = self.layers {
            return Ok(layers);
        }
        let side = (self.role.level.size * self.role.level.columns) as i32;
        let layers = Layers::new(gl, side, self.room as i32, self.mips, self.format)?;
        Ok(self.layers.insert(layers))
    }
}

/// One build on the graphics card.
pub struct Scene {
    gl: Gl,
    covers: Covers,
    edges: Edges,
    places: Table,
    facts: Table,
    flags: Table,
    there: Table,
    sheets: [Option<Sheets>; 3],
    nothing: Layers,
    names: Layers,
    /// Which sheets are there.
    pub residency: Residency,
    sleeves: Option<Sleeves>,
    fact_words: Vec<u32>,
    flag_bytes: Vec<u8>,
    there_words: Vec<u16>,
}

impl Scene {
    /// Puts a build on the card; facts are still to be put.
    pub fn new(gl: &Gl, data: &MapData) -> Result<Self, GlError> {
        let n = data.len();
        let levels = &data.manifest.levels;
        let roles = roles(levels);
        let mut sheets = [const { None }; 3];
        let mut room = vec![1; levels.len()];
        let coarsest = roles.iter().position(Option::is_some);
        for (place, role) in roles.iter().enumerate() {
            let Some(role) = role else { continue };
            let level = Sheets::new(place, *role, Some(place) == coarsest);
            room[role.number] = level.room as usize;
            sheets[place] = Some(level);
        }
        let residency = Residency::new(levels, &room);
        let plain = data.columns.slot.contains(&NO_SLOT);
        let sleeves = if plain { Sleeves::new() } else { None };
        let names = match &sleeves {
            Some(_) => Layers::new(gl, sleeves::SIDE, sleeves::LAYERS, 6, Gl::R8)?,
            None => Layers::new(gl, 1, 1, 1, Gl::R8)?,
        };
        let mut scene = Self {
            covers: Covers::new(gl, n, &roles)?,
            edges: Edges::new(gl, data)?,
            places: Table::new(gl, Cells::Places, n)?,
            facts: Table::new(gl, Cells::Facts, n)?,
            flags: Table::new(gl, Cells::Flags, n)?,
            there: Table::new(gl, Cells::Residency, residency.entries())?,
            gl: gl.clone(),
            sheets,
            nothing: Layers::new(gl, 1, 1, 1, Gl::RGBA8)?,
            names,
            residency,
            sleeves,
            fact_words: Vec::new(),
            flag_bytes: Vec::new(),
            there_words: Vec::new(),
        };
        scene.put_places(data);
        scene.put_marks(data, &Marks::default())?;
        Ok(scene)
    }

    fn put_places(&self, data: &MapData) {
        self.put_all_places(in_turn(data));
    }

    /// Takes over where albums are just now, x and y in turn.
    pub fn put_all_places(&self, mut words: Vec<f32>) {
        words.resize(self.places.padded(2), 0.0);
        self.places.fill(&self.gl, &js_sys::Float32Array::from(words.as_slice()));
    }

    /// Takes over the lines.
    pub fn put_lines(&mut self, data: &MapData) -> Result<(), GlError> {
        self.edges.fill(&self.gl, data)
    }

    /// Takes over what the albums' own colours and sizes show; these of 64 for the usual size, 0 where nothing says. Names
    /// that were written stay.
    pub fn put_facts(&mut self, data: &MapData, tint: Tint, sizes: &[u32]) {
        let columns = &data.columns;
        self.fact_words.resize(self.facts.padded(4), 0);
        let accents = tint.colours(data);
        for (i, words) in self.fact_words.chunks_exact_mut(4).take(data.len()).enumerate() {
            let accent = accents[i] | sizes[i] << 24;
            words[..3].copy_from_slice(&[columns.slot[i], columns.colour[i], accent]);
        }
        self.facts.fill(&self.gl, &js_sys::Uint32Array::from(self.fact_words.as_slice()));
    }

    /// Takes over who is chosen, pointed at, lit.
    pub fn put_marks(&mut self, data: &MapData, marks: &Marks) -> Result<(), GlError> {
        self.flag_bytes.clear();
        self.flag_bytes.extend_from_slice(&marks.flags);
        self.flag_bytes.resize(self.flags.padded(1), 0);
        self.flags.fill(&self.gl, &js_sys::Uint8Array::from(self.flag_bytes.as_slice()));
        self.covers.raise(&self.gl, &marks.raised)?;
        self.edges.mark(&self.gl, data, &marks.edges)
    }

    /// Takes over a sheet that has come.
    pub fn put_sheet(
        &mut self,
        sheet: Sheet,
        bitmap: &ImageBitmap,
        now: f64,
        still: bool,
    ) -> Result<(), GlError> {
        let level = self.sheets.iter_mut().flatten().find(|level| level.role.number == sheet.level);
        let Some(level) = level.filter(|_| self.residency.takes(sheet)) else { return Ok(()) };
        let layers = level.reserved(&self.gl)?;
        self.residency.limit(sheet.level, layers.layers as usize);
        let Some(layer) = self.residency.arrived(sheet, now, still) else { return Ok(()) };
        layers.put(&self.gl, layer, bitmap)?;
        layers.shrink(&self.gl, layer);
        Ok(())
    }

    /// Writes names on plain sleeves, the nearest to the middle first; a few at a time. `wanted` is in that order.
    /// Returns whether more remain.
    pub fn write_names(&mut self, data: &MapData, wanted: &[u32]) -> Result<bool, GlError> {
        let Some(sleeves) = &mut self.sleeves else { return Ok(false) };
        let written = sleeves.write(data, wanted, |canvas, cell| {
            self.names.put_canvas(&self.gl, cell.layer, cell.corner, canvas)
        })?;
        if written.changed.is_empty() {
            return Ok(written.more);
        }
        for (album, cell) in &written.changed {
            self.fact_words[*album as usize * 4 + 3] = cell.map_or(0, |cell| cell + 1);
        }
        self.facts.fill(&self.gl, &js_sys::Uint32Array::from(self.fact_words.as_slice()));
        let mut layers: Vec<u32> =
            written.changed.iter().filter_map(|(_, cell)| cell.map(sleeves::layer)).collect();
        layers.dedup();
        for layer in layers {
            self.names.shrink(&self.gl, layer);
        }
        Ok(written.more)
    }

    /// What the textures take of the card's memory.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for table in [&self.places, &self.facts, &self.flags, &self.there] {
            memory.add(table.bytes());
        }
        memory.add(self.names.layers as u64 * self.names.bytes_each());
        memory.add(self.covers.bytes() + self.edges.bytes());
        let there = self.residency.there();
        for level in self.sheets.iter().flatten() {
            let (room, each) = level.layers.as_ref().map_or((0, 0), |l| (l.layers as usize, l.bytes_each()));
            memory.add_sheets(there[level.role.number], room, each);
        }
        memory
    }

    /// Draws a frame.
    pub fn draw(&mut self, look: &Look, width: i32, height: i32) {
        let gl = &self.gl;
        if self.residency.dirty {
            self.residency.dirty = false;
            self.there_words.clear();
            self.there_words.extend_from_slice(&self.residency.cells);
            self.there_words.resize(self.there.padded(2), 0);
            self.there.fill(gl, &js_sys::Uint16Array::from(self.there_words.as_slice()));
        }
        gl.viewport(0, 0, width, height);
        let [r, g, b] = look.theme.ground;
        gl.clear_color(r, g, b, 1.0);
        gl.clear(Gl::COLOR_BUFFER_BIT);
        gl.enable(Gl::BLEND);
        gl.blend_func(Gl::ONE, Gl::ONE_MINUS_SRC_ALPHA);
        self.places.bind(gl, units::PLACES);
        self.facts.bind(gl, units::FACTS);
        self.flags.bind(gl, units::FLAGS);
        self.there.bind(gl, units::RESIDENCY);
        for (level, unit) in self.sheets.iter().zip([units::TINY, units::COARSE, units::DETAIL]) {
            level.as_ref().and_then(|level| level.layers.as_ref()).unwrap_or(&self.nothing).bind(gl, unit);
        }
        self.names.bind(gl, units::NAMES);
        self.edges.draw(gl, look, false);
        self.covers.draw(gl, look, false);
        self.edges.draw(gl, look, true);
        self.covers.draw(gl, look, true);
    }
}
