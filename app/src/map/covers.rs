//! Draws the covers: a square per album, all in one draw; picture, ring and rounding in the shader.
//!
//! Before its sheets have come a cover is a square of its mean colour; a tiny picture fades in over it, a coarse one over that
//! where the cover is large enough, and a fine one over both. Albums that lie on top (chosen, pointed at, their neighbours) are left out of the first draw and
//! drawn by a second.

use super::gl::{GlError, Program, units};
use super::look::Look;
use super::residency::Roles;
use super::squares::{List, Squares};
use web_sys::WebGl2RenderingContext as Gl;

const VERTEX: &str = r"
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;

// Albums by number, where not every one of them is drawn.
uniform usampler2D u_list;
uniform bool u_listed;
uniform sampler2D u_places;
uniform usampler2D u_facts;
uniform usampler2D u_flags;
uniform usampler2D u_residency;
uniform vec2 u_centre;
uniform vec2 u_half;
uniform float u_zoom;
uniform float u_pixel;
uniform float u_cover;
uniform float u_fade;
uniform bool u_on_top;
uniform vec3 u_ring;
uniform vec3 u_paper;
// Of the tiny, the coarse and the fine level: thumbnails across a sheet, the first entry of its sheets, pixels across a thumbnail
// (0: there is no such level).
uniform uvec3 u_columns;
uniform uvec3 u_first;
uniform vec3 u_thumb;
uniform bool u_framed;

out vec2 v_at;
flat out float v_side;
flat out float v_radius;
flat out vec3 v_colour;
flat out vec4 v_tiny;
flat out vec4 v_coarse;
flat out vec4 v_detail;
flat out vec3 v_name;
flat out vec4 v_ring;
flat out vec2 v_outer;
flat out float v_opacity;
flat out vec2 v_lod;
flat out vec4 v_frame;

const uint SELECTED = 1u, HOVERED = 2u, FOCUSED = 4u, LIT = 8u, RAISED = 16u, NEIGHBOUR = 32u;
const uint NO_SLOT = 0xffffffffu;

ivec2 cell(uint i) { return ivec2(int(i & 1023u), int(i >> 10)); }

vec3 rgb(uint c) { return vec3(float((c >> 16) & 255u), float((c >> 8) & 255u), float(c & 255u)) / 255.0; }

// Where a slot's picture is: top left corner in its layer, layer, opacity.
vec4 picture(uint slot, uint columns, uint base) {
    uint per_sheet = columns * columns;
    uint sheet = slot / per_sheet;
    uvec4 there = texelFetch(u_residency, cell(base + sheet), 0);
    uint k = slot - sheet * per_sheet;
    vec2 corner = vec2(float(k % columns), float(k / columns)) / float(columns);
    return vec4(corner, float(there.r) - 1.0, there.r == 0u ? 0.0 : float(there.g) / 255.0);
}

void main() {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    uint album = square();
    if (album >= u_count) return;
    if (u_listed) album = texelFetch(u_list, cell(album), 0).r;
    uint flags = texelFetch(u_flags, cell(album), 0).r;
    if (((flags & RAISED) != 0u) != u_on_top) return;

    bool selected = (flags & SELECTED) != 0u;
    bool hovered = (flags & HOVERED) != 0u;
    bool focused = (flags & FOCUSED) != 0u;
    uvec4 facts = texelFetch(u_facts, cell(album), 0);
    uint sized = facts.b >> 24;
    float usual = sized == 0u ? u_cover : u_cover * float(sized) / 64.0;
    float side = usual;
    if (selected) side = max(side * 1.1, 12.0 * u_pixel);
    if (focused) side = max(side * 1.1, 18.0 * u_pixel);
    if (hovered) side = max(usual * 1.22, 22.0 * u_pixel);
    if ((flags & NEIGHBOUR) != 0u) side = max(side, 5.0 * u_pixel);
    float ring = selected ? 3.0 * u_pixel : hovered ? 2.5 * u_pixel : 0.0;
    float outer = focused ? 2.0 * u_pixel : 0.0;
    float gap = focused ? 2.0 * u_pixel : 0.0;
    float halo = ring + outer > 0.0 ? 1.5 * u_pixel : 0.0;
    float reach = side * 0.5 + ring + gap + outer + halo + 1.0;

    vec2 centre = (texelFetch(u_places, cell(album), 0).rg - u_centre) * u_zoom;
    if (any(greaterThan(abs(centre), u_half + reach))) return;

    vec3 accent = rgb(facts.b);
    v_side = side * 0.5;
    v_radius = min(2.0 * u_pixel, side * 0.22);
    v_name = vec3(0.0, 0.0, -1.0);
    v_tiny = vec4(0.0);
    v_coarse = vec4(0.0);
    v_detail = vec4(0.0);
    if (facts.r == NO_SLOT) {
        v_colour = mix(u_paper, accent, 0.2);
        if (facts.a != 0u) {
            uint k = facts.a - 1u;
            v_name = vec3(float(k & 7u) / 8.0, float((k >> 3) & 7u) / 8.0, float(k >> 6));
        } else {
            v_name.z = -0.5;
        }
    } else {
        v_colour = rgb(facts.g);
        if (u_thumb.x > 0.0) v_tiny = picture(facts.r, u_columns.x, u_first.x);
        if (u_thumb.y > 0.0 && side > u_thumb.x * 1.2) v_coarse = picture(facts.r, u_columns.y, u_first.y);
        if (u_thumb.z > 0.0 && side > u_thumb.y * 1.2) v_detail = picture(facts.r, u_columns.z, u_first.z);
    }
    v_lod = max(log2(max(u_thumb.xy, 1.0) / side), 0.0);
    v_ring = vec4(selected ? u_ring : mix(accent, vec3(1.0), 0.15), ring);
    v_outer = vec2(gap, outer);
    v_frame = vec4(accent, u_framed ? clamp(side * 0.07, 1.5 * u_pixel, 5.0 * u_pixel) : 0.0);
    v_opacity = 1.0;
    if ((flags & (LIT | SELECTED | HOVERED | FOCUSED)) == 0u) {
        v_opacity = mix(1.0, (flags & NEIGHBOUR) != 0u ? 0.6 : 0.12, u_fade);
    }

    vec2 corner = vec2(float(corner_bits() & 1), float(corner_bits() >> 1)) * 2.0 - 1.0;
    v_at = corner * reach;
    gl_Position = vec4((centre + v_at) / u_half * vec2(1.0, -1.0), 0.0, 1.0);
}
";

const FRAGMENT: &str = r"
precision highp float;
precision highp int;
precision highp sampler2DArray;

uniform sampler2DArray u_tiny;
uniform sampler2DArray u_coarse;
uniform sampler2DArray u_detail;
uniform sampler2DArray u_names;
uniform vec3 u_ground;
uniform vec3 u_ring;
uniform vec3 u_ink;
uniform uvec3 u_columns;
uniform vec3 u_thumb;
uniform float u_pixel;

in vec2 v_at;
flat in float v_side;
flat in float v_radius;
flat in vec3 v_colour;
flat in vec4 v_tiny;
flat in vec4 v_coarse;
flat in vec4 v_detail;
flat in vec3 v_name;
flat in vec4 v_ring;
flat in vec2 v_outer;
flat in float v_opacity;
flat in vec2 v_lod;
flat in vec4 v_frame;

out vec4 colour;

float rounded(vec2 p, float side, float radius) {
    vec2 q = abs(p) - side + radius;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

// How much of a band that begins at `from` and is `width` wide this fragment covers.
float band(float d, float from, float width) {
    return width > 0.0 ? clamp(0.5 + width * 0.5 - abs(d - from - width * 0.5), 0.0, 1.0) : 0.0;
}

// A place on a sheet whose mip levels are read at `lod`. Clamped by half a texel of the level that is read, so that no neighbour
// on the sheet bleeds in.
vec3 shrunk(vec4 picture, vec2 uv, float lod, float thumb, uint columns) {
    float edge = min(exp2(ceil(lod)) * 0.5 / thumb, 0.5);
    return vec3(picture.xy + clamp(uv, edge, 1.0 - edge) / float(columns), picture.z);
}

vec3 detail(vec2 uv) {
    float edge = 0.5 / u_thumb.z;
    vec2 at = v_detail.xy;
    float scale = 1.0 / float(u_columns.z);
    return textureLod(u_detail, vec3(at + clamp(uv, edge, 1.0 - edge) * scale, v_detail.z), 0.0).rgb;
}

void main() {
    float d = rounded(v_at, v_side, v_radius);
    vec2 uv = clamp(v_at / v_side * 0.5 + 0.5, 0.0, 1.0);
    vec3 body = v_colour;
    if (v_tiny.w > 0.0 && v_coarse.w < 1.0 && v_detail.w < 1.0) {
        vec3 at = shrunk(v_tiny, uv, v_lod.x, u_thumb.x, u_columns.x);
        body = mix(body, textureLod(u_tiny, at, v_lod.x).rgb, v_tiny.w);
    }
    if (v_coarse.w > 0.0 && v_detail.w < 1.0) {
        vec3 at = shrunk(v_coarse, uv, v_lod.y, u_thumb.y, u_columns.y);
        body = mix(body, textureLod(u_coarse, at, v_lod.y).rgb, v_coarse.w);
    }
    if (v_detail.w > 0.0) {
        // Four looks per fragment: the fine sheets have no mip levels.
        vec2 o = vec2(0.125, -0.125) / v_side;
        vec3 sum = detail(uv + o.xx) + detail(uv + o.xy) + detail(uv + o.yx) + detail(uv + o.yy);
        body = mix(body, sum * 0.25, v_detail.w);
    }
    if (v_name.z > -0.75) {
        body = mix(body, u_ink, uv.x < 0.05 ? 0.14 : 0.0);
        if (v_name.z >= 0.0) {
            float edge = 2.0 / 256.0;
            vec2 at = v_name.xy + clamp(uv, edge, 1.0 - edge) / 8.0;
            float lod = clamp(log2(128.0 / v_side), 0.0, 5.0);
            body = mix(body, u_ink, textureLod(u_names, vec3(at, v_name.z), lod).r * 0.92);
        }
    }
    // A hairline keeps pale covers apart from a pale ground, and dark ones from a dark one.
    if (v_side > 8.0 * u_pixel) body = mix(body, u_ink, 0.16 * clamp(d + 1.5 * u_pixel, 0.0, 1.0));

    // A cover too small to be seen is a patch of its frame's colour.
    if (v_frame.w > 0.0) {
        float patch_only = 1.0 - smoothstep(4.0, 9.0, v_side / u_pixel);
        body = mix(body, v_frame.rgb, max(clamp(d + v_frame.w + 0.5, 0.0, 1.0), patch_only));
    }

    float alpha = clamp(0.5 - d, 0.0, 1.0);
    vec3 sum = body * alpha;
    float ringed = v_ring.w + v_outer.x + v_outer.y;
    if (ringed > 0.0) {
        float ground = clamp(0.5 + ringed + 1.5 * u_pixel - d, 0.0, 1.0) * (1.0 - alpha);
        sum += u_ground * ground;
        alpha += ground;
        float inner = band(d, 0.0, v_ring.w);
        sum = mix(sum, v_ring.rgb * alpha, inner);
        float outer = band(d, v_ring.w + v_outer.x, v_outer.y);
        sum = mix(sum, u_ring * alpha, outer);
    }
    colour = vec4(sum, alpha) * v_opacity;
}
";

/// The samplers first, in the order of [`SAMPLERS`].
const UNIFORMS: [&str; 26] = [
    "u_places",
    "u_facts",
    "u_flags",
    "u_residency",
    "u_tiny",
    "u_coarse",
    "u_detail",
    "u_names",
    "u_list",
    "u_centre",
    "u_half",
    "u_zoom",
    "u_pixel",
    "u_cover",
    "u_fade",
    "u_on_top",
    "u_ring",
    "u_paper",
    "u_ground",
    "u_ink",
    "u_columns",
    "u_first",
    "u_thumb",
    "u_framed",
    "u_count",
    "u_listed",
];

/// The unit of each sampler.
const SAMPLERS: [u32; 9] = [
    units::PLACES,
    units::FACTS,
    units::FLAGS,
    units::RESIDENCY,
    units::TINY,
    units::COARSE,
    units::DETAIL,
    units::NAMES,
    units::LIST,
];

/// The covers' program and who is drawn by it.
pub struct Covers {
    program: Program,
    squares: Squares,
    everyone: usize,
    raised: List,
    words: Vec<u32>,
}

impl Covers {
    /// Compiles, for `n` albums with sheets of these levels.
    pub fn new(gl: &Gl, n: usize, roles: &Roles) -> Result<Self, GlError> {
        let program = Program::new(gl, VERTEX, FRAGMENT, &UNIFORMS)?;
        program.activate(gl);
        for (place, unit) in SAMPLERS.into_iter().enumerate() {
            gl.uniform1i(program.uniform(place), unit as i32);
        }
        let columns = roles.each_ref().map(|role| role.map_or(1, |role| role.level.columns.max(1)));
        let first = roles.each_ref().map(|role| role.map_or(0, |role| role.first as u32));
        let thumb = roles.each_ref().map(|role| role.map_or(0.0, |role| role.level.size as f32));
        gl.uniform3ui(program.uniform(20), columns[0], columns[1], columns[2]);
        gl.uniform3ui(program.uniform(21), first[0], first[1], first[2]);
        gl.uniform3f(program.uniform(22), thumb[0], thumb[1], thumb[2]);
        Ok(Self {
            program,
            squares: Squares::new(gl)?,
            everyone: n,
            raised: List::new(gl)?,
            words: Vec::new(),
        })
    }

    /// Who lies on top, the topmost last.
    pub fn raise(&mut self, gl: &Gl, albums: &[u32]) -> Result<(), GlError> {
        self.words.clear();
        self.words.extend(albums.iter().flat_map(|album| [*album, 0, 0, 0]));
        self.raised.fill(gl, &mut self.words)
    }

    /// Bytes of their list on the card.
    pub fn bytes(&self) -> u64 {
        self.raised.bytes()
    }

    /// Draws everyone but those on top, or those alone.
    pub fn draw(&self, gl: &Gl, look: &Look, on_top: bool) {
        let uniform = |place| self.program.uniform(place);
        self.program.activate(gl);
        self.raised.bind(gl, units::LIST);
        let count = if on_top { self.raised.len() } else { self.everyone };
        gl.uniform1i(uniform(15), i32::from(on_top));
        gl.uniform1ui(uniform(24), count as u32);
        gl.uniform1i(uniform(25), i32::from(on_top));
        // Those on top: the same frame's numbers are still set.
        if !on_top {
            let colour = |place, [r, g, b]: [f32; 3]| gl.uniform3f(uniform(place), r, g, b);
            gl.uniform2f(uniform(9), look.centre.0, look.centre.1);
            gl.uniform2f(uniform(10), look.half.0, look.half.1);
            gl.uniform1f(uniform(11), look.zoom);
            gl.uniform1f(uniform(12), look.pixel);
            gl.uniform1f(uniform(13), look.cover);
            gl.uniform1f(uniform(14), look.fade);
            gl.uniform1i(uniform(23), i32::from(look.framed));
            colour(16, look.theme.ring);
            colour(17, look.theme.paper);
            colour(18, look.theme.ground);
            colour(19, look.theme.ink);
        }
        self.squares.draw(gl, count);
    }
}
