//! Which part of the map is seen: pure arithmetic between map units and CSS pixels of the canvas.
//!
//! Screen coordinates are CSS pixels from the canvas' top left corner; y grows downwards on both sides.

/// A place on the map or on the screen.
pub type Point = (f64, f64);

/// How far one may zoom out beyond “everything fits”.
const FARTHEST: f64 = 0.5;
/// Largest cover on the screen, CSS pixels.
const LARGEST_COVER: f64 = 224.0;
/// Smallest cover on the screen, CSS pixels.
const SMALLEST_COVER: f64 = 2.5;
/// Covers grow slower than their distances, so that edges come into view between them.
const GROWTH: f64 = 0.85;
/// Share of the typical distance that a cover takes when everything fits.
const FILL: f64 = 0.92;
/// Room around the map when everything fits, CSS pixels.
const MARGIN: f64 = 28.0;
/// Height of the tools that lie over the map, beyond [`MARGIN`], CSS pixels.
const COVERED_ABOVE: f64 = 40.0;
/// What the bar of actions covers at the lower end of the screen, CSS pixels.
const COVERED_BELOW: f64 = 72.0;

/// Where one looks and how close.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// Centre, map units.
    pub x: f64,
    /// Centre, map units.
    pub y: f64,
    /// CSS pixels per map unit.
    pub zoom: f64,
}

/// The map's extent and grain, as the manifest gives them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct World {
    /// `[x0, y0, x1, y1]`, map units.
    pub bounds: [f64; 4],
    /// Typical distance between neighbours, map units.
    pub spacing: f64,
}

impl World {
    /// A world that arithmetic can work with, whatever the manifest holds: one album or none has no extent.
    pub fn new(bounds: [f32; 4], spacing: f32) -> Self {
        let mut bounds = bounds.map(f64::from);
        if bounds.iter().any(|b| !b.is_finite()) || bounds[0] > bounds[2] || bounds[1] > bounds[3] {
            bounds = [0.0; 4];
        }
        let extent = (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
        let mut spacing = f64::from(spacing);
        if !spacing.is_finite() || spacing <= 0.0 {
            spacing = if extent > 0.0 { extent / 20.0 } else { 1.0 };
        }
        Self { bounds, spacing }
    }

    fn centre(&self) -> Point {
        ((self.bounds[0] + self.bounds[2]) / 2.0, (self.bounds[1] + self.bounds[3]) / 2.0)
    }
}

/// A view of a world through a canvas of some size.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Camera {
    /// What is looked at.
    pub world: World,
    /// Where one looks.
    pub view: View,
    /// Canvas, CSS pixels across and down.
    pub size: Point,
}

impl Camera {
    /// A camera that shows everything.
    pub fn new(world: World, size: Point) -> Self {
        let mut camera = Self { world, view: View { x: 0.0, y: 0.0, zoom: 1.0 }, size };
        camera.view = camera.fitting();
        camera
    }

    /// The view that shows everything.
    pub fn fitting(&self) -> View {
        let (x, y) = self.world.centre();
        let zoom = self.fit_zoom();
        let (above, below) = self.covered();
        View { x, y: y + (below - above) / 2.0 / zoom, zoom }
    }

    /// Heights that the tools above and the bar of actions below take from the map; a small map gives up less.
    fn covered(&self) -> (f64, f64) {
        (COVERED_ABOVE.min(self.size.1 * 0.06), COVERED_BELOW.min(self.size.1 * 0.15))
    }

    fn fit_zoom(&self) -> f64 {
        let spacing = self.world.spacing;
        let [x0, y0, x1, y1] = self.world.bounds;
        // Half a cover sticks out on each side.
        let across = x1 - x0 + spacing;
        let down = y1 - y0 + spacing;
        let room = |size: f64| (size - 2.0 * MARGIN).max(size * 0.5).max(1.0);
        let (above, below) = self.covered();
        let zoom = (room(self.size.0) / across).min(room(self.size.1 - above - below) / down);
        // A handful of albums need not fill the screen with one cover each.
        zoom.min(LARGEST_COVER * 0.6 / (spacing * FILL))
    }

    /// Least and greatest zoom.
    pub fn limits(&self) -> (f64, f64) {
        let fit = self.fit_zoom();
        let fit_cover = self.world.spacing * fit * FILL;
        let nearest = fit * (LARGEST_COVER / fit_cover).powf(1.0 / GROWTH);
        (fit * FARTHEST, nearest.max(fit))
    }

    /// Side of a cover on the screen at this zoom, CSS pixels.
    pub fn cover_at(&self, zoom: f64) -> f64 {
        let fit = self.fit_zoom();
        let growth = if zoom > fit { GROWTH } else { 1.0 };
        let cover = self.world.spacing * fit * FILL * (zoom / fit).powf(growth);
        cover.clamp(SMALLEST_COVER, LARGEST_COVER)
    }

    /// Side of a cover on the screen now, CSS pixels.
    pub fn cover(&self) -> f64 {
        self.cover_at(self.view.zoom)
    }

    /// The zoom at which covers are `side` CSS pixels across, within limits.
    pub fn zoom_for_cover(&self, side: f64) -> f64 {
        let fit = self.fit_zoom();
        let fit_cover = self.world.spacing * fit * FILL;
        let (least, greatest) = self.limits();
        (fit * (side / fit_cover).powf(1.0 / GROWTH)).clamp(least, greatest)
    }

    /// How many times closer than “everything fits”, as a power of two.
    pub fn closeness(&self) -> f64 {
        (self.view.zoom / self.fit_zoom()).log2()
    }

    /// Where a place of the map is on the screen.
    pub fn to_screen(self, (x, y): Point) -> Point {
        (
            (x - self.view.x) * self.view.zoom + self.size.0 / 2.0,
            (y - self.view.y) * self.view.zoom + self.size.1 / 2.0,
        )
    }

    /// Which place of the map is at this point of the screen.
    pub fn to_world(self, (x, y): Point) -> Point {
        (
            (x - self.size.0 / 2.0) / self.view.zoom + self.view.x,
            (y - self.size.1 / 2.0) / self.view.zoom + self.view.y,
        )
    }

    /// `[x0, y0, x1, y1]` of what is seen and `margin` CSS pixels around it, map units.
    pub fn seen(&self, margin: f64) -> [f64; 4] {
        let (x0, y0) = self.to_world((-margin, -margin));
        let (x1, y1) = self.to_world((self.size.0 + margin, self.size.1 + margin));
        [x0, y0, x1, y1]
    }

    /// Moves the map by CSS pixels, as a hand on paper would.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        self.view.x -= dx / self.view.zoom;
        self.view.y -= dy / self.view.zoom;
        self.view = self.limited(self.view);
    }

    /// Zooms so that what is at `point` of the screen stays there.
    pub fn zoom_about(&mut self, point: Point, factor: f64) {
        self.view = self.zoomed_about(point, factor);
    }

    /// The view that [`Camera::zoom_about`] would lead to.
    pub fn zoomed_about(&self, point: Point, factor: f64) -> View {
        let (least, greatest) = self.limits();
        let (x, y) = self.to_world(point);
        let zoom = (self.view.zoom * factor).clamp(least, greatest);
        let dx = (point.0 - self.size.0 / 2.0) / zoom;
        let dy = (point.1 - self.size.1 / 2.0) / zoom;
        self.limited(View { x: x - dx, y: y - dy, zoom })
    }

    /// The same view within limits: the centre stays over the map, so that nobody gets lost.
    pub fn limited(&self, view: View) -> View {
        let (least, greatest) = self.limits();
        let [x0, y0, x1, y1] = self.world.bounds;
        View {
            x: view.x.clamp(x0, x1),
            y: view.y.clamp(y0, y1),
            zoom: if view.zoom.is_finite() { view.zoom.clamp(least, greatest) } else { least },
        }
    }

    /// A new canvas size; the centre stays, and who saw everything still does.
    pub fn resize(&mut self, size: Point) {
        let fitted = self.is_fitting();
        self.size = size;
        self.view = if fitted { self.fitting() } else { self.limited(self.view) };
    }

    /// Whether everything is shown just so.
    pub fn is_fitting(&self) -> bool {
        let fit = self.fitting();
        let near = |a: f64, b: f64| (a - b).abs() * fit.zoom < 0.5;
        near(self.view.x, fit.x) && near(self.view.y, fit.y) && (self.view.zoom / fit.zoom - 1.0).abs() < 1e-3
    }

    /// How far the view must move so that `place` stands at least `margin` CSS pixels inside the screen;
    /// `None` when it does already.
    pub fn revealing(&self, place: Point, margin: f64) -> Option<View> {
        let (x, y) = self.to_screen(place);
        let outside = |at: f64, size: f64| {
            let margin = margin.min(size / 2.0);
            if at < margin {
                at - margin
            } else if at > size - margin {
                at - (size - margin)
            } else {
                0.0
            }
        };
        let (dx, dy) = (outside(x, self.size.0), outside(y, self.size.1));
        if dx == 0.0 && dy == 0.0 {
            return None;
        }
        let view = self.view;
        Some(View { x: view.x + dx / view.zoom, y: view.y + dy / view.zoom, zoom: view.zoom })
    }
}

/// A way from one view to another: straight, and even in the logarithm of the zoom.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flight {
    /// Where it begins.
    pub from: View,
    /// Where it ends.
    pub to: View,
    /// When it began, milliseconds.
    pub start: f64,
    /// How long it takes, milliseconds.
    pub duration: f64,
}

impl Flight {
    /// The view at `now`, and whether the flight is over.
    pub fn at(&self, now: f64) -> (View, bool) {
        if now >= self.start + self.duration || self.duration <= 0.0 {
            return (self.to, true);
        }
        let t = ((now - self.start) / self.duration).clamp(0.0, 1.0);
        // Smoothstep: sets off and arrives gently.
        let t = t * t * (3.0 - 2.0 * t);
        let zoom = self.from.zoom * (self.to.zoom / self.from.zoom).powf(t);
        // While the zoom changes, the place moves so that the way looks straight on the screen.
        let ratio = self.to.zoom / self.from.zoom;
        let share = if (ratio - 1.0).abs() < 1e-6 {
            t
        } else {
            (1.0 / self.from.zoom - 1.0 / zoom) / (1.0 / self.from.zoom - 1.0 / self.to.zoom)
        };
        let mix = |a: f64, b: f64| a + (b - a) * share;
        (View { x: mix(self.from.x, self.to.x), y: mix(self.from.y, self.to.y), zoom }, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera() -> Camera {
        Camera::new(World::new([-10.0, -5.0, 10.0, 5.0], 0.25), (1000.0, 600.0))
    }

    fn close(a: Point, b: Point) {
        assert!((a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6, "{a:?} is not {b:?}");
    }

    #[test]
    fn screen_and_world_undo_each_other() {
        let mut camera = camera();
        camera.zoom_about((30.0, 500.0), 3.7);
        for point in [(0.0, 0.0), (500.0, 300.0), (999.0, 12.5)] {
            close(camera.to_screen(camera.to_world(point)), point);
        }
    }

    #[test]
    fn fitting_shows_every_corner() {
        for size in [(1000.0, 600.0), (360.0, 640.0), (40.0, 40.0)] {
            let camera = Camera::new(camera().world, size);
            for corner in [(-10.0, -5.0), (10.0, 5.0)] {
                let (x, y) = camera.to_screen(corner);
                assert!(x > 0.0 && x < size.0 && y > 0.0 && y < size.1, "{size:?}: {x} {y}");
            }
        }
        // A map that is as high as wide stands between the tools and the bar of actions.
        let tall = Camera::new(World::new([-5.0, -5.0, 5.0, 5.0], 1.0), (1440.0, 700.0));
        let (top, bottom) = (tall.to_screen((0.0, -5.5)).1, tall.to_screen((0.0, 5.5)).1);
        assert!(
            top >= COVERED_ABOVE + MARGIN - 1.0 && bottom <= 700.0 - COVERED_BELOW - MARGIN + 1.0,
            "{top} {bottom}"
        );
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut camera = camera();
        camera.zoom_about((500.0, 300.0), 4.0);
        let pointer = (620.0, 250.0);
        let before = camera.to_world(pointer);
        camera.zoom_about(pointer, 1.5);
        close(camera.to_world(pointer), before);
    }

    #[test]
    fn zoom_stays_within_its_limits() {
        let mut camera = camera();
        let (least, greatest) = camera.limits();
        camera.zoom_about((500.0, 300.0), 1e9);
        assert_eq!(camera.view.zoom, greatest);
        assert!(camera.cover() <= LARGEST_COVER);
        camera.zoom_about((500.0, 300.0), 1e-9);
        assert_eq!(camera.view.zoom, least);
    }

    #[test]
    fn the_centre_never_leaves_the_map() {
        let mut camera = camera();
        camera.pan(-1e6, 1e6);
        assert_eq!((camera.view.x, camera.view.y), (10.0, -5.0));
    }

    #[test]
    fn neighbours_barely_touch_when_everything_fits() {
        let camera = camera();
        let distance = camera.world.spacing * camera.view.zoom;
        assert!(camera.cover() < distance && camera.cover() > distance * 0.85);
    }

    #[test]
    fn covers_grow_but_slower_than_their_distances() {
        let camera = camera();
        let fit = camera.view.zoom;
        let (near, nearer) = (camera.cover_at(fit * 2.0), camera.cover_at(fit * 4.0));
        assert!(near > camera.cover() * 1.5 && nearer > near * 1.5);
        assert!(nearer < camera.cover() * 4.0);
        assert!((camera.cover_at(camera.zoom_for_cover(60.0)) - 60.0).abs() < 1e-6);
    }

    #[test]
    fn who_sees_everything_still_does_in_another_window() {
        let mut camera = camera();
        camera.resize((400.0, 900.0));
        assert!(camera.is_fitting());
        camera.zoom_about((1.0, 1.0), 2.0);
        let view = camera.view;
        camera.resize((500.0, 900.0));
        assert!(!camera.is_fitting());
        assert_eq!(camera.view, view);
    }

    #[test]
    fn a_map_without_extent_has_a_view() {
        for (bounds, spacing) in [
            ([0.0; 4], 0.0),
            ([3.0, 4.0, 3.0, 4.0], 1.0),
            ([f32::NAN; 4], f32::NAN),
            ([1.0, 1.0, -1.0, 0.0], 0.1),
        ] {
            let camera = Camera::new(World::new(bounds, spacing), (800.0, 600.0));
            assert!(camera.view.zoom.is_finite() && camera.view.zoom > 0.0);
            assert!(camera.cover() <= LARGEST_COVER);
            let (least, greatest) = camera.limits();
            assert!(least <= greatest && greatest.is_finite());
        }
    }

    #[test]
    fn revealing_moves_only_as_far_as_needed() {
        let mut camera = camera();
        camera.zoom_about((500.0, 300.0), 4.0);
        assert_eq!(camera.revealing((0.0, 0.0), 50.0), None);
        let place = camera.to_world((1020.0, 300.0));
        let view = camera.revealing(place, 50.0).unwrap();
        camera.view = view;
        close(camera.to_screen(place), (950.0, 300.0));
    }

    #[test]
    fn a_flight_begins_and_ends_where_it_should() {
        let from = View { x: 0.0, y: 0.0, zoom: 10.0 };
        let to = View { x: 4.0, y: -2.0, zoom: 80.0 };
        let flight = Flight { from, to, start: 100.0, duration: 400.0 };
        let (begin, over) = flight.at(100.0);
        assert!(!over);
        close((begin.x, begin.zoom), (0.0, 10.0));
        let (middle, _) = flight.at(300.0);
        assert!(middle.zoom > 10.0 && middle.zoom < 80.0 && middle.x > 0.0 && middle.x < 4.0);
        assert_eq!(flight.at(500.0), (to, true));
        assert_eq!(Flight { duration: 0.0, ..flight }.at(100.0), (to, true));
    }
}
