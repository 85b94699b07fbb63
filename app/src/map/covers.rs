//! Draws the covers: one instanced square per album, picture, ring and rounding in the shader.
//!
//! Before its sheets have come a cover is a square of its mean colour; a coarse picture fades in over it, a fine
//! one over that. Albums that lie on top (chosen, pointed at, their neighbours) are left out of the first draw and
//! drawn by a second.

use super::gl::{GlError, Instances, Program, units};
use super::look::Look;
use gatefold::map::Level;
use web_sys::WebGl2RenderingContext as Gl;

const VERTEX: &str = r"#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;

layout(location = 0) in uint a_album;

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
uniform uvec2 u_columns;
uniform uint u_fine;
uniform vec2 u_thumb;
uniform bool u_framed;

out vec2 v_at;
flat out float v_side;
flat out float v_radius;
flat out vec3 v_colour;
flat out vec4 v_coarse;
flat out vec4 v_detail;
flat out vec3 v_name;
flat out vec4 v_ring;
flat out vec2 v_outer;
flat out float v_opacity;
flat out float v_lod;
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
    uint flags = texelFetch(u_flags, cell(a_album), 0).r;
    if (((flags & RAISED) != 0u) != u_on_top) return;

    bool selected = (flags & SELECTED) != 0u;
    bool hovered = (flags & HOVERED) != 0u;
    bool focused = (flags & FOCUSED) != 0u;
    uvec4 facts = texelFetch(u_facts, cell(a_album), 0);
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

    vec2 centre = (texelFetch(u_places, cell(a_album), 0).rg - u_centre) * u_zoom;
    if (any(greaterThan(abs(centre), u_half + reach))) return;

    vec3 accent = rgb(facts.b);
    v_side = side * 0.5;
    v_radius = min(2.0 * u_pixel, side * 0.22);
    v_name = vec3(0.0, 0.0, -1.0);
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
        v_coarse = picture(facts.r, u_columns.x, 0u);
        if (side > u_thumb.x * 1.2) v_detail = picture(facts.r, u_columns.y, u_fine);
    }
    v_lod = max(log2(u_thumb.x / side), 0.0);
    v_ring = vec4(selected ? u_ring : mix(accent, vec3(1.0), 0.15), ring);
    v_outer = vec2(gap, outer);
    v_frame = vec4(accent, u_framed ? clamp(side * 0.07, 1.5 * u_pixel, 5.0 * u_pixel) : 0.0);
    v_opacity = 1.0;
    if ((flags & (LIT | SELECTED | HOVERED | FOCUSED)) == 0u) {
        v_opacity = mix(1.0, (flags & NEIGHBOUR) != 0u ? 0.6 : 0.12, u_fade);
    }

    vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
    v_at = corner * reach;
    gl_Position = vec4((centre + v_at) / u_half * vec2(1.0, -1.0), 0.0, 1.0);
}
";

const FRAGMENT: &str = r"#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;

uniform sampler2DArray u_coarse;
uniform sampler2DArray u_detail;
uniform sampler2DArray u_names;
uniform vec3 u_ground;
uniform vec3 u_ring;
uniform vec3 u_ink;
uniform uvec2 u_columns;
uniform vec2 u_thumb;
uniform float u_pixel;

in vec2 v_at;
flat in float v_side;
flat in float v_radius;
flat in vec3 v_colour;
flat in vec4 v_coarse;
flat in vec4 v_detail;
flat in vec3 v_name;
flat in vec4 v_ring;
flat in vec2 v_outer;
flat in float v_opacity;
flat in float v_lod;
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

vec3 detail(vec2 uv) {
    float edge = 0.5 / u_thumb.y;
    vec2 at = v_detail.xy;
    float scale = 1.0 / float(u_columns.y);
    return textureLod(u_detail, vec3(at + clamp(uv, edge, 1.0 - edge) * scale, v_detail.z), 0.0).rgb;
}

void main() {
    float d = rounded(v_at, v_side, v_radius);
    vec2 uv = clamp(v_at / v_side * 0.5 + 0.5, 0.0, 1.0);
    vec3 body = v_colour;
    if (v_coarse.w > 0.0 && v_detail.w < 1.0) {
        // Clamped by half a texel of the mip level that is read, so that no neighbour on the sheet bleeds in.
        float edge = min(exp2(ceil(v_lod)) * 0.5 / u_thumb.x, 0.5);
        vec2 at = v_coarse.xy + clamp(uv, edge, 1.0 - edge) / float(u_columns.x);
        body = mix(body, textureLod(u_coarse, vec3(at, v_coarse.z), v_lod).rgb, v_coarse.w);
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

const UNIFORMS: [&str; 22] = [
    "u_places",
    "u_facts",
    "u_flags",
    "u_residency",
    "u_coarse",
    "u_detail",
    "u_names",
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
    "u_fine",
    "u_thumb",
    "u_framed",
];

/// The covers' program and who is drawn by it.
pub struct Covers {
    program: Program,
    everyone: Instances,
    raised: Instances,
}

impl Covers {
    /// Compiles, and makes room for `n` albums with sheets of these levels; the second level's sheets begin at entry
    /// `fine` of the residency.
    pub fn new(gl: &Gl, n: usize, levels: &[Level], fine: usize) -> Result<Self, GlError> {
        let program = Program::new(gl, VERTEX, FRAGMENT, &UNIFORMS)?;
        let mut everyone = Instances::new(gl, 1)?;
        everyone.fill(gl, &(0..n as u32).collect::<Vec<u32>>());
        let raised = Instances::new(gl, 1)?;
        program.activate(gl);
        let samplers = [
            units::PLACES,
            units::FACTS,
            units::FLAGS,
            units::RESIDENCY,
            units::COARSE,
            units::DETAIL,
            units::NAMES,
        ];
        for (place, unit) in samplers.into_iter().enumerate() {
            gl.uniform1i(program.uniform(place), unit as i32);
        }
        let level =
            |i: usize| levels.get(i).copied().unwrap_or(Level { size: 1 << 20, columns: 1, sheets: 0 });
        let (coarse, detail) = (level(0), level(1));
        gl.uniform2ui(program.uniform(18), coarse.columns.max(1), detail.columns.max(1));
        gl.uniform1ui(program.uniform(19), fine as u32);
        gl.uniform2f(program.uniform(20), coarse.size as f32, detail.size as f32);
        Ok(Self { program, everyone, raised })
    }

    /// Who lies on top, the topmost last.
    pub fn raise(&mut self, gl: &Gl, albums: &[u32]) {
        self.raised.fill(gl, albums);
    }

    /// Draws everyone but those on top, or those alone.
    pub fn draw(&self, gl: &Gl, look: &Look, on_top: bool) {
        let uniform = |place| self.program.uniform(place);
        self.program.activate(gl);
        if on_top {
            // The same frame's numbers are still set.
            gl.uniform1i(uniform(13), 1);
            self.raised.draw(gl);
            return;
        }
        let colour = |place, [r, g, b]: [f32; 3]| gl.uniform3f(uniform(place), r, g, b);
        gl.uniform2f(uniform(7), look.centre.0, look.centre.1);
        gl.uniform2f(uniform(8), look.half.0, look.half.1);
        gl.uniform1f(uniform(9), look.zoom);
        gl.uniform1f(uniform(10), look.pixel);
        gl.uniform1f(uniform(11), look.cover);
        gl.uniform1f(uniform(12), look.fade);
        gl.uniform1i(uniform(13), 0);
        gl.uniform1i(uniform(21), i32::from(look.framed));
        colour(14, look.theme.ring);
        colour(15, look.theme.paper);
        colour(16, look.theme.ground);
        colour(17, look.theme.ink);
        self.everyone.draw(gl);
    }
}
