//! Draws the edges: a long square for each, all in one draw. Near and alike is strong, far and unlike is faint; under a highlight
//! only edges within it stay. Edges of albums that are pointed at or chosen are drawn again, over the covers.

use super::data::MapData;
use super::gl::{GlError, Program, TABLE_WIDTH, units};
use super::look::Look;
use super::squares::{List, Squares};
use gatefold::map::Columns;
use web_sys::WebGl2RenderingContext as Gl;

const VERTEX: &str = r"
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;

// Two albums, and the bits of a float: how alike they are, 0 the least of all edges, 1 the most; its sign says that the
// edge joins two genres and that one of them is doubted.
uniform usampler2D u_list;
uniform sampler2D u_places;
uniform usampler2D u_flags;
uniform vec2 u_centre;
uniform vec2 u_half;
uniform float u_zoom;
uniform float u_pixel;
uniform float u_spacing;
uniform float u_fade;
uniform float u_strength;
uniform bool u_on_top;
uniform bool u_doubts;

out float v_aside;
out float v_along;
flat out float v_width;
flat out float v_opacity;
flat out float v_marked;
flat out float v_doubted;

const uint LIT = 8u;

ivec2 cell(uint i) { return ivec2(int(i & 1023u), int(i >> 10)); }

void main() {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    if (square() >= u_count) return;
    uvec4 edge = texelFetch(u_list, cell(square()), 0);
    vec2 a = (texelFetch(u_places, cell(edge.x), 0).rg - u_centre) * u_zoom;
    vec2 b = (texelFetch(u_places, cell(edge.y), 0).rg - u_centre) * u_zoom;
    if (any(lessThan(max(a, b), -u_half)) || any(greaterThan(min(a, b), u_half))) return;

    vec2 way = b - a;
    float far = length(way);
    float alike = uintBitsToFloat(edge.z & 0x7fffffffu);
    bool doubted = (edge.z >> 31) != 0u && (u_on_top || u_doubts);
    float stretch = far / (u_spacing * 6.0);
    float opacity = u_strength * mix(0.25, 0.9, alike * alike) / (1.0 + stretch * stretch);
    uint both = texelFetch(u_flags, cell(edge.x), 0).r & texelFetch(u_flags, cell(edge.y), 0).r;
    v_marked = 0.0;
    v_width = 1.15 * u_pixel;
    if (u_on_top) {
        opacity = 0.9;
        v_marked = 1.0;
        v_width = 1.75 * u_pixel;
    } else if ((both & LIT) != 0u) {
        opacity = mix(opacity, max(opacity, 0.55), u_fade);
        v_marked = u_fade;
        v_width *= 1.0 + 0.3 * u_fade;
    } else {
        opacity *= mix(1.0, 0.1, u_fade);
    }
    v_doubted = doubted ? 1.0 : 0.0;
    if (doubted) opacity = max(opacity, 0.75 * mix(1.0, 0.2, u_fade * (1.0 - v_marked)) / (1.0 + 0.1 * stretch * stretch));
    // What nobody would see costs nothing.
    if (opacity < 0.02 || far < 1.0) return;
    v_opacity = opacity;

    way /= far;
    float side = float(corner_bits() >> 1) * 2.0 - 1.0;
    v_aside = side * (v_width * 0.5 + 1.0);
    v_along = (corner_bits() & 1) == 0 ? 0.0 : far;
    vec2 at = ((corner_bits() & 1) == 0 ? a : b) + vec2(-way.y, way.x) * v_aside;
    gl_Position = vec4(at / u_half * vec2(1.0, -1.0), 0.0, 1.0);
}
";

const FRAGMENT: &str = r"
precision highp float;

uniform vec3 u_edge;
uniform vec3 u_ring;
uniform float u_pixel;

in float v_aside;
in float v_along;
flat in float v_width;
flat in float v_opacity;
flat in float v_marked;
flat in float v_doubted;

out vec4 colour;

const vec3 AMBER = vec3(0.961, 0.620, 0.043);

void main() {
    float alpha = v_opacity * clamp(v_width * 0.5 + 0.5 - abs(v_aside), 0.0, 1.0);
    // Dashes as well as colour: nobody needs to tell amber from another.
    if (v_doubted > 0.5) alpha *= clamp(4.0 * u_pixel - abs(mod(v_along, 9.0 * u_pixel) - 3.5 * u_pixel), 0.0, 1.0);
    colour = vec4(mix(mix(u_edge, u_ring, v_marked), AMBER, v_doubted), 1.0) * alpha;
}
";

const UNIFORMS: [&str; 15] = [
    "u_places",
    "u_flags",
    "u_centre",
    "u_half",
    "u_zoom",
    "u_pixel",
    "u_spacing",
    "u_fade",
    "u_strength",
    "u_on_top",
    "u_edge",
    "u_ring",
    "u_doubts",
    "u_list",
    "u_count",
];

/// See `u_list` in the shader.
fn word(alike: f32, doubted: bool) -> u32 {
    alike.abs().to_bits() | u32::from(doubted) << 31
}

/// The edges' program and which are drawn by it.
pub struct Edges {
    program: Program,
    squares: Squares,
    all: List,
    marked: List,
    words: Vec<u32>,
}

impl Edges {
    /// Compiles, and takes over every edge.
    pub fn new(gl: &Gl, data: &MapData) -> Result<Self, GlError> {
        let program = Program::new(gl, VERTEX, FRAGMENT, &UNIFORMS)?;
        program.activate(gl);
        gl.uniform1i(program.uniform(0), units::PLACES as i32);
        gl.uniform1i(program.uniform(1), units::FLAGS as i32);
        gl.uniform1i(program.uniform(13), units::LIST as i32);
        let (squares, all, marked) = (Squares::new(gl)?, List::new(gl)?, List::new(gl)?);
        let mut edges = Self { program, squares, all, marked, words: Vec::new() };
        edges.fill(gl, data)?;
        Ok(edges)
    }

    /// Takes over every edge.
    pub fn fill(&mut self, gl: &Gl, data: &MapData) -> Result<(), GlError> {
        let Columns { a, b, similarity, .. } = &data.columns;
        let least = similarity.iter().copied().fold(f32::INFINITY, f32::min);
        let most = similarity.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let range = (most - least).max(1e-6);
        let mut words = Vec::with_capacity((a.len() + TABLE_WIDTH) * 4);
        for ((a, b), similarity) in a.iter().zip(b).zip(similarity) {
            let alike = word((similarity - least) / range, data.doubtful_edge(*a, *b));
            words.extend_from_slice(&[*a, *b, alike, 0]);
        }
        self.all.fill(gl, &mut words)
    }

    /// Which edges to draw over the covers.
    pub fn mark(&mut self, gl: &Gl, data: &MapData, edges: &[(u32, u32)]) -> Result<(), GlError> {
        self.words.clear();
        for (a, b) in edges {
            self.words.extend_from_slice(&[*a, *b, word(1.0, data.doubtful_edge(*a, *b)), 0]);
        }
        self.marked.fill(gl, &mut self.words)
    }

    /// Bytes of their lists on the card.
    pub fn bytes(&self) -> u64 {
        self.all.bytes() + self.marked.bytes()
    }

    fn draw_list(&self, gl: &Gl, list: &List) {
        list.bind(gl, units::LIST);
        gl.uniform1ui(self.program.uniform(14), list.len() as u32);
        self.squares.draw(gl, list.len());
    }

    /// Draws every edge, or those over the covers.
    pub fn draw(&self, gl: &Gl, look: &Look, on_top: bool) {
        let uniform = |place| self.program.uniform(place);
        self.program.activate(gl);
        if on_top {
            // The same frame's numbers are still set.
            gl.uniform1i(uniform(9), 1);
            self.draw_list(gl, &self.marked);
            return;
        }
        gl.uniform2f(uniform(2), look.centre.0, look.centre.1);
        gl.uniform2f(uniform(3), look.half.0, look.half.1);
        gl.uniform1f(uniform(4), look.zoom);
        gl.uniform1f(uniform(5), look.pixel);
        gl.uniform1f(uniform(6), look.spacing);
        gl.uniform1f(uniform(7), look.fade);
        gl.uniform1f(uniform(8), look.edges);
        gl.uniform1i(uniform(9), 0);
        let [r, g, b] = look.theme.edge;
        gl.uniform3f(uniform(10), r, g, b);
        let [r, g, b] = look.theme.ring;
        gl.uniform3f(uniform(11), r, g, b);
        gl.uniform1i(uniform(12), i32::from(look.doubts));
        self.draw_list(gl, &self.all);
    }
}
