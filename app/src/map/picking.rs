//! Which album is where: a grid over the map, so that pointing at 50,000 covers costs nothing.

use super::camera::Point;

/// Within so many CSS pixels of a cover's centre it counts as pointed at, however small it is.
pub const PICK_RADIUS: f64 = 14.0;
/// Albums per cell that the grid aims at.
const PER_CELL: f64 = 4.0;
/// Cells along one side at most.
const MOST_CELLS: usize = 512;

/// Albums by place. Cells stand row by row; the albums of cell `c` are `items[first[c]..first[c + 1]]`.
#[derive(Debug, Default)]
pub struct Grid {
    origin: Point,
    cell: f64,
    across: usize,
    down: usize,
    first: Vec<u32>,
    items: Vec<u32>,
    x: Vec<f32>,
    y: Vec<f32>,
    /// How large each cover is, of 1 for the usual size; empty where all are alike.
    sizes: Vec<f32>,
    largest: f64,
}

impl Grid {
    /// Sorts places into cells. A place that is no number counts as the origin's cell and is never near anything.
    pub fn new(x: &[f32], y: &[f32]) -> Self {
        let n = x.len().min(y.len());
        let range = |values: &[f32]| {
            let finite = values.iter().copied().filter(|v| v.is_finite());
            let low = finite.clone().fold(f32::INFINITY, f32::min);
            let high = finite.fold(f32::NEG_INFINITY, f32::max);
            if low <= high { (f64::from(low), f64::from(high)) } else { (0.0, 0.0) }
        };
        let ((x0, x1), (y0, y1)) = (range(x), range(y));
        let longer = (x1 - x0).max(y1 - y0).max(1e-9);
        let area = ((x1 - x0) * (y1 - y0)).max(longer * longer * 1e-3);
        let cell = (area * PER_CELL / n.max(1) as f64).sqrt().max(longer / MOST_CELLS as f64);
        let count = |from: f64, to: f64| (((to - from) / cell) as usize + 1).min(MOST_CELLS + 1);
        let (across, down) = (count(x0, x1), count(y0, y1));
        let mut grid = Self {
            origin: (x0, y0),
            cell,
            across,
            down,
            first: vec![0; across * down + 1],
            items: vec![0; n],
            x: x[..n].to_vec(),
            y: y[..n].to_vec(),
            sizes: Vec::new(),
            largest: 1.0,
        };
        for i in 0..n {
            let cell = grid.cell_of(f64::from(x[i]), f64::from(y[i]));
            grid.first[cell + 1] += 1;
        }
        for cell in 0..across * down {
            grid.first[cell + 1] += grid.first[cell];
        }
        let mut next = grid.first.clone();
        for i in 0..n {
            let cell = grid.cell_of(f64::from(x[i]), f64::from(y[i]));
            grid.items[next[cell] as usize] = i as u32;
            next[cell] += 1;
        }
        grid
    }

    /// Covers are this large, of 64 for the usual size; 0 is the usual size too.
    pub fn put_sizes(&mut self, of_each: &[u32]) {
        self.sizes = of_each.iter().map(|size| if *size == 0 { 1.0 } else { *size as f32 / 64.0 }).collect();
        self.largest = f64::from(self.sizes.iter().copied().fold(1.0, f32::max));
    }

    fn column(&self, x: f64) -> usize {
        // A float that is negative or no number becomes 0.
        (((x - self.origin.0) / self.cell) as usize).min(self.across.saturating_sub(1))
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.origin.1) / self.cell) as usize).min(self.down.saturating_sub(1))
    }

    fn cell_of(&self, x: f64, y: f64) -> usize {
        self.row(y) * self.across + self.column(x)
    }

    /// Calls `found` with every album inside `[x0, y0, x1, y1]`, map units, borders included.
    pub fn inside(&self, [x0, y0, x1, y1]: [f64; 4], mut found: impl FnMut(u32)) {
        if self.items.is_empty() {
            return;
        }
        for row in self.row(y0)..=self.row(y1) {
            let start = row * self.across;
            let cells = start + self.column(x0)..=start + self.column(x1);
            let albums = self.first[*cells.start()] as usize..self.first[*cells.end() + 1] as usize;
            for &album in &self.items[albums] {
                let (x, y) = self.place(album);
                if x >= x0 && x <= x1 && y >= y0 && y <= y1 {
                    found(album);
                }
            }
        }
    }

    /// Where an album is.
    pub fn place(&self, album: u32) -> Point {
        let i = album as usize;
        (f64::from(self.x[i]), f64::from(self.y[i]))
    }

    /// The album that is pointed at: the nearest whose square holds the point, else the nearest within `radius`. `half` is
    /// half the side of a cover of the usual size; all in map units.
    pub fn pick(&self, (px, py): Point, half: f64, radius: f64) -> Option<u32> {
        let reach = (half * self.largest).max(radius);
        let mut best: Option<(bool, f64, u32)> = None;
        self.inside([px - reach, py - reach, px + reach, py + reach], |album| {
            let (x, y) = self.place(album);
            let (dx, dy) = ((x - px).abs(), (y - py).abs());
            let half = half * self.sizes.get(album as usize).map_or(1.0, |size| f64::from(*size));
            let outside = dx > half || dy > half;
            let distance = dx * dx + dy * dy;
            if outside && distance > radius * radius {
                return;
            }
            if best.is_none_or(|(o, d, _)| (outside, distance) < (o, d)) {
                best = Some((outside, distance, album));
            }
        });
        best.map(|(_, _, album)| album)
    }

    /// The album nearest to a place, however far.
    pub fn nearest(&self, (px, py): Point) -> Option<u32> {
        let distance = |album: u32| {
            let (x, y) = self.place(album);
            (x - px).powi(2) + (y - py).powi(2)
        };
        let everyone = 0..self.items.len() as u32;
        everyone
            .filter(|album| distance(*album).is_finite())
            .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crowd that no regularity helps: a multiplicative congruential sequence.
    fn crowd(n: usize) -> (Vec<f32>, Vec<f32>) {
        let mut state = 12345_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32
        };
        ((0..n).map(|_| next() * 20.0 - 10.0).collect(), (0..n).map(|_| next() * 8.0).collect())
    }

    #[test]
    fn a_rectangle_holds_what_a_look_at_each_finds() {
        let (x, y) = crowd(3000);
        let grid = Grid::new(&x, &y);
        for rectangle in [
            [-3.0, 1.0, 2.0, 4.0],
            [-100.0, -100.0, 100.0, 100.0],
            [5.0, 5.0, 5.1, 5.1],
            [11.0, 9.0, 12.0, 10.0],
        ] {
            let [x0, y0, x1, y1] = rectangle;
            let mut found = Vec::new();
            grid.inside(rectangle, |album| found.push(album));
            found.sort_unstable();
            let inside = |i: &u32| {
                let (px, py) = (f64::from(x[*i as usize]), f64::from(y[*i as usize]));
                px >= x0 && px <= x1 && py >= y0 && py <= y1
            };
            assert_eq!(found, (0..3000).filter(inside).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn picking_finds_the_nearest_within_reach() {
        let (x, y) = crowd(2000);
        let grid = Grid::new(&x, &y);
        for i in (0..2000_u32).step_by(37) {
            let (px, py) = grid.place(i);
            let picked = grid.pick((px + 1e-4, py), 0.0, 0.05).unwrap();
            assert_eq!(picked, grid.nearest((px + 1e-4, py)).unwrap());
        }
        assert_eq!(grid.pick((50.0, 50.0), 0.5, 1.0), None);
    }

    #[test]
    fn a_cover_under_the_pointer_wins_over_a_nearer_dot_beside_it() {
        // The pointer is in the corner of the first square; the second's centre is nearer but its square is not hit.
        let grid = Grid::new(&[0.0, 1.9], &[0.0, 0.9]);
        assert_eq!(grid.pick((0.89, 0.89), 0.9, 2.0), Some(0));
        assert_eq!(grid.pick((0.95, 0.95), 0.9, 2.0), Some(1));
    }

    #[test]
    fn a_large_cover_is_hit_as_far_as_it_reaches() {
        let mut grid = Grid::new(&[0.0, 5.0], &[0.0, 0.0]);
        assert_eq!(grid.pick((1.8, 0.0), 1.0, 1.0), None);
        grid.put_sizes(&[128, 38]);
        assert_eq!(grid.pick((1.8, 0.0), 1.0, 1.0), Some(0));
        assert_eq!(grid.pick((2.1, 0.0), 1.0, 1.0), None);
        grid.put_sizes(&[0, 0]);
        assert_eq!(grid.pick((1.8, 0.0), 1.0, 1.0), None);
    }

    #[test]
    fn a_small_cover_is_hit_from_fourteen_pixels_away() {
        let grid = Grid::new(&[0.0], &[0.0]);
        let zoom = 10.0;
        let at = |pixels: f64| grid.pick((pixels / zoom, 0.0), 1.5 / zoom, PICK_RADIUS / zoom);
        assert_eq!(at(13.9), Some(0));
        assert_eq!(at(14.1), None);
    }

    #[test]
    fn a_grid_of_nothing_finds_nothing() {
        let grid = Grid::new(&[], &[]);
        assert_eq!(grid.pick((0.0, 0.0), 1.0, 1.0), None);
        assert_eq!(grid.nearest((0.0, 0.0)), None);
        grid.inside([-1.0, -1.0, 1.0, 1.0], |_| panic!("found something"));
    }

    #[test]
    fn everything_at_one_place_is_found() {
        let grid = Grid::new(&[1.0; 50], &[2.0; 50]);
        let mut found = 0;
        grid.inside([0.0, 0.0, 3.0, 3.0], |_| found += 1);
        assert_eq!(found, 50);
    }

    #[test]
    fn a_place_that_is_no_number_is_never_picked() {
        let grid = Grid::new(&[f32::NAN, 4.0], &[0.0, 4.0]);
        assert_eq!(grid.nearest((0.0, 0.0)), Some(1));
        assert_eq!(grid.pick((0.0, 0.0), 1.0, 1.0), None);
    }
}
