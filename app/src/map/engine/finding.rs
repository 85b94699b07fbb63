//! What lies where: under the pointer, in a rectangle, inside the lasso, in the middle.

use super::Engine;
use crate::map::camera::{Camera, Point};
use crate::map::data::MapData;
use crate::map::picking::{Grid, PICK_RADIUS};
use crate::map::polygon;
use crate::map::state::Hover;
use gatefold::album::AlbumId;
use gatefold::map::NO_SLOT;

/// Names are written on sleeves from this side on, device pixels.
const LEGIBLE: f64 = 56.0;

impl Engine {
    /// The album at a point of the canvas, CSS pixels.
    pub fn pick(&self, point: Point) -> Option<u32> {
        let zoom = self.camera.view.zoom;
        let half = self.camera.cover() / 2.0;
        // Small covers are hit from a little way off, large ones where they are.
        let radius = PICK_RADIUS.max(half);
        self.grid.pick(self.camera.to_world(point), half / zoom, radius.min(half + PICK_RADIUS) / zoom)
    }

    /// What pointing at an album tells the page.
    pub fn hover(&self, index: u32) -> Option<Hover> {
        let id = self.data.as_ref()?.id(index)?;
        let (x, y) = self.camera.to_screen(self.grid.place(index));
        let corner = self.canvas.get_bounding_client_rect();
        Some(Hover { id, index, x: corner.left() + x, y: corner.top() + y })
    }

    /// Where an album stands on the canvas, CSS pixels.
    pub fn on_canvas(&self, index: u32) -> Point {
        self.camera.to_screen(self.grid.place(index))
    }

    /// Albums in a rectangle of the canvas, CSS pixels.
    pub fn within(&self, a: Point, b: Point) -> Vec<AlbumId> {
        let (ax, ay) = self.camera.to_world((a.0.min(b.0), a.1.min(b.1)));
        let (bx, by) = self.camera.to_world((a.0.max(b.0), a.1.max(b.1)));
        let mut found = Vec::new();
        self.grid.inside([ax, ay, bx, by], |album| found.push(album));
        found.sort_unstable();
        found.into_iter().filter_map(|album| self.data.as_ref()?.id(album)).collect()
    }

    /// Albums inside a polygon of the canvas, CSS pixels.
    pub fn enclosed(&self, polygon: &[Point]) -> Vec<AlbumId> {
        let corners: Vec<Point> = polygon.iter().map(|corner| self.camera.to_world(*corner)).collect();
        let Some(bounds) = polygon::bounds(&corners) else { return Vec::new() };
        let mut found = Vec::new();
        self.grid.inside(bounds, |album| {
            if polygon::contains(&corners, self.grid.place(album)) {
                found.push(album);
            }
        });
        found.sort_unstable();
        found.into_iter().filter_map(|album| self.data.as_ref()?.id(album)).collect()
    }

    /// The album nearest to the middle of the canvas.
    pub fn central(&self) -> Option<u32> {
        self.grid.nearest((self.camera.view.x, self.camera.view.y))
    }

    /// Where an album stands, CSS pixels from the window's top left corner.
    pub fn position(&self, id: AlbumId) -> Option<Point> {
        let hover = self.hover(self.data.as_ref()?.index(id)?)?;
        Some((hover.x, hover.y))
    }
}

/// Plain sleeves in view that are large enough to read, the nearest to the middle first.
pub(super) fn find_plain(found: &mut Vec<u32>, camera: &Camera, grid: &Grid, data: &MapData, side: f64) {
    found.clear();
    if side < LEGIBLE {
        return;
    }
    grid.inside(camera.seen(camera.cover() / 2.0), |album| {
        if data.columns.slot[album as usize] == NO_SLOT {
            found.push(album);
        }
    });
    let distance = |album: &u32| {
        let (x, y) = grid.place(*album);
        (x - camera.view.x).hypot(y - camera.view.y)
    };
    found.sort_unstable_by(|a, b| distance(a).total_cmp(&distance(b)));
}
