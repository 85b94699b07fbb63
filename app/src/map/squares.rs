//! Many squares in one draw. The shader is told only how many there are, and reads what each is from a table.
//!
//! An instance is [`BATCH`] squares, not one: four vertices are too few for a card to be busy with, and a card that is
//! emulated by the processor pays for every instance.

use super::gl::{Cells, GlError, Table};
use web_sys::{WebGl2RenderingContext as Gl, WebGlVertexArrayObject};

/// Squares in an instance; [`SQUARE`] knows it.
const BATCH: usize = 256;

/// What a vertex shader begins with: which square a vertex belongs to and which corner of it it is (bit 0: right, bit
/// 1: lower); a square from `u_count` on is none.
pub const SQUARE: &str = r"
uniform highp uint u_count;
highp uint square() { return uint(gl_InstanceID) * 256u + uint(gl_VertexID >> 2); }
int corner_bits() { return gl_VertexID & 3; }
";

/// Draws squares with whatever program is active.
pub struct Squares {
    array: WebGlVertexArrayObject,
}

impl Squares {
    /// Makes the corners of an instance.
    pub fn new(gl: &Gl) -> Result<Self, GlError> {
        let array = gl.create_vertex_array().ok_or(GlError::Lost)?;
        let buffer = gl.create_buffer().ok_or(GlError::Lost)?;
        let corners =
            (0..BATCH as u16).flat_map(|square| [0, 1, 2, 2, 1, 3].map(|corner| 4 * square + corner));
        let corners = js_sys::Uint16Array::from(corners.collect::<Vec<u16>>().as_slice());
        gl.bind_vertex_array(Some(&array));
        gl.bind_buffer(Gl::ELEMENT_ARRAY_BUFFER, Some(&buffer));
        gl.buffer_data_with_array_buffer_view(Gl::ELEMENT_ARRAY_BUFFER, &corners, Gl::STATIC_DRAW);
        gl.bind_vertex_array(None);
        Ok(Self { array })
    }

    /// Draws `count` squares; the program's `u_count` must say so too.
    pub fn draw(&self, gl: &Gl, count: usize) {
        if count == 0 {
            return;
        }
        let (corners, instances) = (6 * count.min(BATCH), count.div_ceil(BATCH));
        gl.bind_vertex_array(Some(&self.array));
        gl.draw_elements_instanced_with_i32(
            Gl::TRIANGLES,
            corners as i32,
            Gl::UNSIGNED_SHORT,
            0,
            instances as i32,
        );
        gl.bind_vertex_array(None);
    }
}

/// Four words for each square, as many squares as need be.
pub struct List {
    table: Table,
    count: usize,
}

impl List {
    /// Nothing yet.
    pub fn new(gl: &Gl) -> Result<Self, GlError> {
        Ok(Self { table: Table::new(gl, Cells::Facts, 1)?, count: 0 })
    }

    /// Replaces all of them; `words` is left with what fills the table up.
    pub fn fill(&mut self, gl: &Gl, words: &mut Vec<u32>) -> Result<(), GlError> {
        self.count = words.len() / 4;
        if words.len() > self.table.padded(4) {
            self.table.delete(gl);
            self.table = Table::new(gl, Cells::Facts, self.count)?;
        }
        words.resize(self.table.padded(4), 0);
        self.table.fill(gl, &js_sys::Uint32Array::from(words.as_slice()));
        Ok(())
    }

    /// Number of squares.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Makes it readable by samplers of that unit.
    pub fn bind(&self, gl: &Gl, unit: u32) {
        self.table.bind(gl, unit);
    }

    /// Bytes that it takes on the card.
    pub fn bytes(&self) -> u64 {
        self.table.bytes()
    }
}
