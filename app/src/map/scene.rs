//! Everything that lies in the graphics card's memory for one build, and the order in which it is drawn. A lost
//! context takes all of it away; it is made anew from what the page still holds.

use super::covers::Covers;
use super::data::MapData;
use super::edges::Edges;
use super::gl::{Cells, GlError, Layers, Table, units};
use super::look::Look;
use super::marks::Marks;
use super::memory::Memory;
use super::residency::{Residency, Sheet};
use super::sleeves::{self, Sleeves};
use super::tint::Tint;
use gatefold::map::NO_SLOT;
use web_sys::{ImageBitmap, WebGl2RenderingContext as Gl};

/// Layers for the coarse level at most: 14 × 11 MiB in [`Gl::RGB565`].
const MOST_COARSE: u32 = 14;
/// Layers for the fine level at most: 32 × 4 MiB.
const MOST_FINE: u32 = 32;
/// Coarse sheets from which they are kept in 16 bits a texel: so small, covers do not show it.
const MANY: u32 = 5;

/// Places of a build's albums, x and y in turn.
pub fn in_turn(data: &MapData) -> Vec<f32> {
    data.columns.x.iter().zip(&data.columns.y).flat_map(|(x, y)| [*x, *y]).collect()
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
    sheets: [Layers; 2],
    names: Layers,
    /// Which sheets are there.
    pub residency: Residency,
    sleeves: Option<Sleeves>,
    fact_words: Vec<u32>,
    flag_bytes: Vec<u8>,
    there_words: Vec<u16>,
    blurred: bool,
}

impl Scene {
    /// Puts a build on the card; facts are still to be put.
    pub fn new(gl: &Gl, data: &MapData) -> Result<Self, GlError> {
        let n = data.len();
        let levels = &data.manifest.levels;
        let mut sheets = Vec::with_capacity(2);
        for (i, most) in [MOST_COARSE, MOST_FINE].into_iter().enumerate() {
            sheets.push(match levels.get(i).filter(|level| level.sheets > 0) {
                Some(level) => {
                    // The coarse level is shrunk down to one texel per cover, no further: that would mix covers.
                    let mips = if i == 0 { level.size.ilog2() as i32 + 1 } else { 1 };
                    let side = (level.size * level.columns) as i32;
                    let format = if i == 0 && level.sheets >= MANY { Gl::RGB565 } else { Gl::RGBA8 };
                    Layers::new(gl, side, level.sheets.min(most) as i32, mips, format)?
                }
                None => Layers::new(gl, 1, 1, 1, Gl::RGBA8)?,
            });
        }
        let room: Vec<usize> = sheets.iter().map(|layers| layers.layers as usize).collect();
        let residency = Residency::new(levels, &room);
        let plain = data.columns.slot.contains(&NO_SLOT);
        let sleeves = if plain { Sleeves::new() } else { None };
        let names = match &sleeves {
            Some(_) => Layers::new(gl, sleeves::SIDE, sleeves::LAYERS, 6, Gl::R8)?,
            None => Layers::new(gl, 1, 1, 1, Gl::R8)?,
        };
        let [coarse, fine] = <[Layers; 2]>::try_from(sheets).map_err(|_| GlError::Memory)?;
        let mut scene = Self {
            covers: Covers::new(gl, n, levels, residency.base(1))?,
            edges: Edges::new(gl, data)?,
            places: Table::new(gl, Cells::Places, n)?,
            facts: Table::new(gl, Cells::Facts, n)?,
            flags: Table::new(gl, Cells::Flags, n)?,
            there: Table::new(gl, Cells::Residency, residency.entries())?,
            gl: gl.clone(),
            sheets: [coarse, fine],
            names,
            residency,
            sleeves,
            fact_words: Vec::new(),
            flag_bytes: Vec::new(),
            there_words: Vec::new(),
            blurred: false,
        };
        scene.put_places(data);
        scene.put_marks(data, &Marks::default());
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
    pub fn put_lines(&mut self, data: &MapData) {
        self.edges.fill(&self.gl, data);
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
    pub fn put_marks(&mut self, data: &MapData, marks: &Marks) {
        self.flag_bytes.clear();
        self.flag_bytes.extend_from_slice(&marks.flags);
        self.flag_bytes.resize(self.flags.padded(1), 0);
        self.flags.fill(&self.gl, &js_sys::Uint8Array::from(self.flag_bytes.as_slice()));
        self.covers.raise(&self.gl, &marks.raised);
        self.edges.mark(&self.gl, data, &marks.edges);
    }

    /// Takes over a sheet that has come.
    pub fn put_sheet(
        &mut self,
        sheet: Sheet,
        bitmap: &ImageBitmap,
        now: f64,
        still: bool,
    ) -> Result<(), GlError> {
        let Some(layer) = self.residency.arrived(sheet, now, still) else { return Ok(()) };
        if let Some(layers) = self.sheets.get(sheet.level) {
            layers.put(&self.gl, layer, bitmap)?;
            self.blurred |= sheet.level == 0;
        }
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
        self.names.shrink(&self.gl);
        Ok(written.more)
    }

    /// What the textures take of the card's memory.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for table in [&self.places, &self.facts, &self.flags, &self.there] {
            memory.add(table.bytes());
        }
        memory.add(self.names.layers as u64 * self.names.bytes_each());
        for (layers, there) in self.sheets.iter().zip(self.residency.there()) {
            memory.add_sheets(there, layers.layers as usize, layers.bytes_each());
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
        if self.blurred {
            self.blurred = false;
            self.sheets[0].shrink(gl);
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
        self.sheets[0].bind(gl, units::COARSE);
        self.sheets[1].bind(gl, units::DETAIL);
        self.names.bind(gl, units::NAMES);
        self.edges.draw(gl, look, false);
        self.covers.draw(gl, look, false);
        self.edges.draw(gl, look, true);
        self.covers.draw(gl, look, true);
    }
}
