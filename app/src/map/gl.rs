//! WebGL2 in small: programs, buffers and textures, with errors as sentences.

use super::memory;
use super::squares::SQUARE;
use wasm_bindgen::JsCast;
use web_sys::{
    HtmlCanvasElement, WebGl2RenderingContext as Gl, WebGlContextAttributes, WebGlFramebuffer, WebGlProgram,
    WebGlShader, WebGlTexture, WebGlUniformLocation,
};

/// What every shader begins with.
const VERSION: &str = "#version 300 es\n";

/// Which texture unit holds what, for every pass.
pub mod units {
    /// Where albums are.
    pub const PLACES: u32 = 0;
    /// Slot, mean colour, accent, name's cell.
    pub const FACTS: u32 = 1;
    /// Marks.
    pub const FLAGS: u32 = 2;
    /// Which sheets are there.
    pub const RESIDENCY: u32 = 3;
    /// Sheets of the level for covers that are hardly seen.
    pub const TINY: u32 = 4;
    /// Sheets of the middle level.
    pub const COARSE: u32 = 5;
    /// Sheets of the finest level.
    pub const DETAIL: u32 = 6;
    /// Names on plain sleeves.
    pub const NAMES: u32 = 7;
    /// What is drawn, where it is not every album.
    pub const LIST: u32 = 8;
}

/// Why nothing can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlError {
    /// The browser or its settings forbid it.
    #[error("this browser offers no WebGL2: switch on hardware acceleration, or use the list of albums")]
    Missing,
    /// The driver does not take our shaders.
    #[error("the graphics driver refuses the map's {0} shader: {1}")]
    Shader(&'static str, String),
    /// The context went away meanwhile; the browser brings it back.
    #[error("the graphics driver was reset; the map comes back by itself")]
    Lost,
    /// No memory for textures.
    #[error("the graphics memory is full: close other tabs that draw, then reload the page")]
    Memory,
}

/// The canvas' context: no alpha (the ground is opaque), no antialiasing (the shaders do their own).
pub fn context(canvas: &HtmlCanvasElement) -> Result<Gl, GlError> {
    let attributes = WebGlContextAttributes::new();
    attributes.set_alpha(false);
    attributes.set_antialias(false);
    attributes.set_depth(false);
    attributes.set_stencil(false);
    canvas
        .get_context_with_context_options("webgl2", &attributes)
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into::<Gl>().ok())
        .ok_or(GlError::Missing)
}

/// A linked program with its uniforms by place in `names`.
pub struct Program {
    program: WebGlProgram,
    uniforms: Vec<Option<WebGlUniformLocation>>,
}

impl Program {
    /// Compiles and links shaders without their version; the vertex shader draws [`squares`](super::squares). A uniform that the
    /// driver optimised away is skipped when set.
    pub fn new(gl: &Gl, vertex: &str, fragment: &str, names: &[&str]) -> Result<Self, GlError> {
        let vertex = compile(gl, Gl::VERTEX_SHADER, "vertex", &[VERSION, SQUARE, vertex].concat())?;
        let fragment = compile(gl, Gl::FRAGMENT_SHADER, "fragment", &[VERSION, fragment].concat())?;
        let program = gl.create_program().ok_or(GlError::Lost)?;
        gl.attach_shader(&program, &vertex);
        gl.attach_shader(&program, &fragment);
        gl.link_program(&program);
        gl.delete_shader(Some(&vertex));
        gl.delete_shader(Some(&fragment));
        if gl.get_program_parameter(&program, Gl::LINK_STATUS).as_bool() != Some(true) {
            if gl.is_context_lost() {
                return Err(GlError::Lost);
            }
            return Err(GlError::Shader("linked", gl.get_program_info_log(&program).unwrap_or_default()));
        }
        let uniforms = names.iter().map(|name| gl.get_uniform_location(&program, name)).collect();
        Ok(Self { program, uniforms })
    }

    /// Makes it the one that draws.
    pub fn activate(&self, gl: &Gl) {
        gl.use_program(Some(&self.program));
    }

    /// Where the uniform that stood at `place` in the names is.
    pub fn uniform(&self, place: usize) -> Option<&WebGlUniformLocation> {
        self.uniforms.get(place).and_then(Option::as_ref)
    }
}

fn compile(gl: &Gl, kind: u32, name: &'static str, source: &str) -> Result<WebGlShader, GlError> {
    let shader = gl.create_shader(kind).ok_or(GlError::Lost)?;
    gl.shader_source(&shader, source);
    gl.compile_shader(&shader);
    if gl.get_shader_parameter(&shader, Gl::COMPILE_STATUS).as_bool() == Some(true) {
        return Ok(shader);
    }
    if gl.is_context_lost() {
        return Err(GlError::Lost);
    }
    Err(GlError::Shader(name, gl.get_shader_info_log(&shader).unwrap_or_default()))
}

/// How a table's texels are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cells {
    /// Two floats.
    Places,
    /// Four unsigned words.
    Facts,
    /// One byte.
    Flags,
    /// Two unsigned half words.
    Residency,
}

impl Cells {
    fn formats(self) -> (u32, u32, u32) {
        match self {
            Self::Places => (Gl::RG32F, Gl::RG, Gl::FLOAT),
            Self::Facts => (Gl::RGBA32UI, Gl::RGBA_INTEGER, Gl::UNSIGNED_INT),
            Self::Flags => (Gl::R8UI, Gl::RED_INTEGER, Gl::UNSIGNED_BYTE),
            Self::Residency => (Gl::RG16UI, Gl::RG_INTEGER, Gl::UNSIGNED_SHORT),
        }
    }

    /// Bytes of one.
    fn bytes(self) -> u64 {
        match self {
            Self::Places => 8,
            Self::Facts => 16,
            Self::Flags => 1,
            Self::Residency => 4,
        }
    }
}

/// Texels of layers whose memory is not asked about.
const LITTLE: i64 = 1 << 22;

/// Texels in a table's row: shaders find entry `i` at `(i & 1023, i >> 10)`.
pub const TABLE_WIDTH: usize = 1024;

/// Numbers that shaders read by index.
pub struct Table {
    texture: WebGlTexture,
    cells: Cells,
    rows: usize,
}

impl Table {
    /// Room for `n` entries, zero at first.
    pub fn new(gl: &Gl, cells: Cells, n: usize) -> Result<Self, GlError> {
        let texture = gl.create_texture().ok_or(GlError::Lost)?;
        let rows = n.div_ceil(TABLE_WIDTH).max(1);
        gl.bind_texture(Gl::TEXTURE_2D, Some(&texture));
        gl.tex_storage_2d(Gl::TEXTURE_2D, 1, cells.formats().0, TABLE_WIDTH as i32, rows as i32);
        for (name, value) in [
            (Gl::TEXTURE_MIN_FILTER, Gl::NEAREST),
            (Gl::TEXTURE_MAG_FILTER, Gl::NEAREST),
            (Gl::TEXTURE_WRAP_S, Gl::CLAMP_TO_EDGE),
            (Gl::TEXTURE_WRAP_T, Gl::CLAMP_TO_EDGE),
        ] {
            gl.tex_parameteri(Gl::TEXTURE_2D, name, value as i32);
        }
        Ok(Self { texture, cells, rows })
    }

    /// Bytes that it takes on the card.
    pub fn bytes(&self) -> u64 {
        self.padded(1) as u64 * self.cells.bytes()
    }

    /// Number of values that [`Table::fill`] takes, for entries of `components` values.
    pub fn padded(&self, components: usize) -> usize {
        self.rows * TABLE_WIDTH * components
    }

    /// Replaces everything; `values` is a typed array of [`Table::padded`] values.
    pub fn fill(&self, gl: &Gl, values: &js_sys::Object) {
        let (_, format, kind) = self.cells.formats();
        gl.bind_texture(Gl::TEXTURE_2D, Some(&self.texture));
        gl.pixel_storei(Gl::UNPACK_ALIGNMENT, 1);
        let filled = gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_array_buffer_view(
            Gl::TEXTURE_2D,
            0,
            0,
            0,
            TABLE_WIDTH as i32,
            self.rows as i32,
            format,
            kind,
            Some(values),
        );
        debug_assert!(filled.is_ok(), "the array holds as many values as the table");
    }

    /// Makes it readable by samplers of that unit.
    pub fn bind(&self, gl: &Gl, unit: u32) {
        gl.active_texture(Gl::TEXTURE0 + unit);
        gl.bind_texture(Gl::TEXTURE_2D, Some(&self.texture));
    }

    /// Gives the memory back.
    pub fn delete(&self, gl: &Gl) {
        gl.delete_texture(Some(&self.texture));
    }
}

/// Squares of `side` pixels, `layers` of them, in `levels` mip levels.
pub struct Layers {
    texture: WebGlTexture,
    /// Pixels across a layer.
    pub side: i32,
    /// Number of layers.
    pub layers: i32,
    levels: i32,
    format: u32,
    /// What a level is read from and what the next is written to.
    between: Option<[WebGlFramebuffer; 2]>,
}

impl Layers {
    /// Reserves memory: as many layers as there is room for, `layers` at most.
    pub fn new(gl: &Gl, side: i32, layers: i32, levels: i32, format: u32) -> Result<Self, GlError> {
        let mut layers = layers.max(1);
        // To ask for an error is to wait until everything before is drawn. So little there always is.
        let little = i64::from(side) * i64::from(side) * i64::from(layers) <= LITTLE;
        while !little && gl.get_error() != Gl::NO_ERROR && !gl.is_context_lost() {}
        loop {
            let texture = gl.create_texture().ok_or(GlError::Lost)?;
            gl.bind_texture(Gl::TEXTURE_2D_ARRAY, Some(&texture));
            gl.tex_storage_3d(Gl::TEXTURE_2D_ARRAY, levels, format, side, side, layers);
            match if little { Gl::NO_ERROR } else { gl.get_error() } {
                Gl::NO_ERROR => {
                    let shrinking = if levels > 1 { Gl::LINEAR_MIPMAP_LINEAR } else { Gl::LINEAR };
                    for (name, value) in [
                        (Gl::TEXTURE_MIN_FILTER, shrinking),
                        (Gl::TEXTURE_MAG_FILTER, Gl::LINEAR),
                        (Gl::TEXTURE_WRAP_S, Gl::CLAMP_TO_EDGE),
                        (Gl::TEXTURE_WRAP_T, Gl::CLAMP_TO_EDGE),
                    ] {
                        gl.tex_parameteri(Gl::TEXTURE_2D_ARRAY, name, value as i32);
                    }
                    let between = match levels {
                        1 => None,
                        _ => {
                            gl.create_framebuffer().zip(gl.create_framebuffer()).map(|(from, to)| [from, to])
                        }
                    };
                    return Ok(Self { texture, side, layers, levels, format, between });
                }
                Gl::CONTEXT_LOST_WEBGL => return Err(GlError::Lost),
                _ if layers == 1 => return Err(GlError::Memory),
                _ => {
                    gl.delete_texture(Some(&texture));
                    layers /= 2;
                }
            }
        }
    }

    /// Makes it readable by samplers of that unit.
    pub fn bind(&self, gl: &Gl, unit: u32) {
        gl.active_texture(Gl::TEXTURE0 + unit);
        gl.bind_texture(Gl::TEXTURE_2D_ARRAY, Some(&self.texture));
    }

    /// Bytes that a layer takes on the card.
    pub fn bytes_each(&self) -> u64 {
        let texel = match self.format {
            Gl::R8 => 1,
            Gl::RGB565 => 2,
            _ => 4,
        };
        memory::square(self.side as u32, self.levels as u32, texel)
    }

    /// Makes a layer's smaller mip levels from the largest. `generateMipmap` would make those of every layer, each time.
    pub fn shrink(&self, gl: &Gl, layer: u32) {
        let Some([from, to]) = &self.between else { return };
        gl.bind_framebuffer(Gl::READ_FRAMEBUFFER, Some(from));
        gl.bind_framebuffer(Gl::DRAW_FRAMEBUFFER, Some(to));
        let attach = |target, level| {
            let texture = Some(&self.texture);
            gl.framebuffer_texture_layer(target, Gl::COLOR_ATTACHMENT0, texture, level, layer as i32);
        };
        let mut side = self.side;
        for level in 1..self.levels {
            let half = (side / 2).max(1);
            attach(Gl::READ_FRAMEBUFFER, level - 1);
            attach(Gl::DRAW_FRAMEBUFFER, level);
            // Linear, at half the size: each texel is the mean of four.
            gl.blit_framebuffer(0, 0, side, side, 0, 0, half, half, Gl::COLOR_BUFFER_BIT, Gl::LINEAR);
            side = half;
        }
        gl.bind_framebuffer(Gl::READ_FRAMEBUFFER, None);
        gl.bind_framebuffer(Gl::DRAW_FRAMEBUFFER, None);
    }

    /// Puts a picture into a layer, its top left corner at `(x, y)`.
    pub fn put(&self, gl: &Gl, layer: u32, bitmap: &web_sys::ImageBitmap) -> Result<(), GlError> {
        gl.bind_texture(Gl::TEXTURE_2D_ARRAY, Some(&self.texture));
        let (width, height) = (bitmap.width() as i32, bitmap.height() as i32);
        let (format, kind) = match self.format {
            Gl::RGB565 => (Gl::RGB, Gl::UNSIGNED_SHORT_5_6_5),
            _ => (Gl::RGBA, Gl::UNSIGNED_BYTE),
        };
        gl.tex_sub_image_3d_with_image_bitmap(
            Gl::TEXTURE_2D_ARRAY,
            0,
            0,
            0,
            layer as i32,
            width.min(self.side),
            height.min(self.side),
            1,
            format,
            kind,
            bitmap,
        )
        .map_err(|_| GlError::Lost)
    }

    /// Puts a canvas' red channel into a layer, its top left corner at `(x, y)`.
    pub fn put_canvas(
        &self,
        gl: &Gl,
        layer: u32,
        (x, y): (i32, i32),
        canvas: &HtmlCanvasElement,
    ) -> Result<(), GlError> {
        gl.bind_texture(Gl::TEXTURE_2D_ARRAY, Some(&self.texture));
        gl.tex_sub_image_3d_with_html_canvas_element(
            Gl::TEXTURE_2D_ARRAY,
            0,
            x,
            y,
            layer as i32,
            canvas.width() as i32,
            canvas.height() as i32,
            1,
            Gl::RED,
            Gl::UNSIGNED_BYTE,
            canvas,
        )
        .map_err(|_| GlError::Lost)
    }
}
