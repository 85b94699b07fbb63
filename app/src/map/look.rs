//! What one frame looks like: the numbers and colours that every pass of it shares.

/// A colour, 0–1 each.
pub type Rgb = [f32; 3];

/// The map's colours, as the style sheet gives them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Theme {
    /// Behind everything.
    pub ground: Rgb,
    /// Edges.
    pub edge: Rgb,
    /// Rings around chosen and focused albums.
    pub ring: Rgb,
    /// A plain sleeve.
    pub paper: Rgb,
    /// Writing on a plain sleeve.
    pub ink: Rgb,
}

/// The numbers of a frame. Lengths are device pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// Place of the map in the middle of the canvas, map units.
    pub centre: (f32, f32),
    /// Device pixels per map unit.
    pub zoom: f32,
    /// Half the canvas.
    pub half: (f32, f32),
    /// Device pixels per CSS pixel.
    pub pixel: f32,
    /// Side of a cover.
    pub cover: f32,
    /// Typical distance between neighbours.
    pub spacing: f32,
    /// How far a highlight has faded the rest, 0–1.
    pub fade: f32,
    /// How strongly edges show, 0–1.
    pub edges: f32,
    /// Whether covers are framed in their album's colour.
    pub framed: bool,
    /// Whether all doubtful edges are marked.
    pub doubts: bool,
    /// Colours.
    pub theme: Theme,
}
