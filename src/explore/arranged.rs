//! The same albums laid out in different ways, between which a page can move.

use crate::map::Layout;
use crate::wire::MapLabel;

/// Positions of all albums in one layout, in units of a cover.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Arranged {
    /// Which layout; none for the empty one.
    pub layout: Layout,
    /// Where each album stands.
    pub at: Vec<[f32; 2]>,
    /// Radius of each album where the layout says how large it is drawn; else empty.
    pub radius: Vec<f32>,
    /// What stands written on the map.
    pub labels: Vec<MapLabel>,
}

impl Arranged {
    /// Little-endian: `GFAR`, version 1, n, whether there are radii (0 or 1), then `x: f32[n]`, `y: f32[n]` and, if so,
    /// `radius: f32[n]`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = b"GFAR".to_vec();
        for number in [1, self.at.len() as u32, u32::from(!self.radius.is_empty())] {
            out.extend(number.to_le_bytes());
        }
        out.extend(self.at.iter().flat_map(|p| p[0].to_le_bytes()));
        out.extend(self.at.iter().flat_map(|p| p[1].to_le_bytes()));
        out.extend(self.radius.iter().flat_map(|radius| radius.to_le_bytes()));
        out
    }
}
