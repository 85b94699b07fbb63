//! Which thumbnail sheets the view needs, the most visible near the centre first.

use super::camera::{Camera, Point};
use super::picking::Grid;
use gatefold::map::{Level, NO_SLOT};

/// Sheets of one level by how much of the view they would fill. Keeps its memory from one look to the next.
#[derive(Debug, Default)]
pub struct Ranking {
    scores: Vec<f32>,
    order: Vec<u32>,
}

impl Ranking {
    /// Ranks the sheets that hold a cover in view; at most `most` of them, the best first.
    pub fn rank(&mut self, camera: &Camera, grid: &Grid, slots: &[u32], level: Level, most: usize) -> &[u32] {
        self.scores.clear();
        self.scores.resize(level.sheets as usize, 0.0);
        self.order.clear();
        let per_sheet = (level.columns * level.columns).max(1);
        let centre: Point = (camera.view.x, camera.view.y);
        // A quarter of the screen's diagonal from the centre, a cover counts half.
        let half_way = (camera.size.0.hypot(camera.size.1) / 4.0 / camera.view.zoom).max(f64::MIN_POSITIVE);
        grid.inside(camera.seen(camera.cover() / 2.0), |album| {
            let slot = slots[album as usize];
            if slot == NO_SLOT {
                return;
            }
            let sheet = slot / per_sheet;
            let Some(score) = self.scores.get_mut(sheet as usize) else { return };
            if *score == 0.0 {
                self.order.push(sheet);
            }
            let (x, y) = grid.place(album);
            let distance = (x - centre.0).hypot(y - centre.1) / half_way;
            *score += (1.0 / (1.0 + distance * distance)) as f32;
        });
        let scores = &self.scores;
        self.order.sort_unstable_by(|a, b| {
            scores[*b as usize].total_cmp(&scores[*a as usize]).then_with(|| a.cmp(b))
        });
        self.order.truncate(most);
        &self.order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::camera::World;

    /// A row of 40 albums, one unit apart; four covers a sheet.
    fn row() -> (Grid, Vec<u32>, Level) {
        let x: Vec<f32> = (0..40).map(|i| i as f32).collect();
        (Grid::new(&x, &[0.0; 40]), (0..40).collect(), Level { size: 32, columns: 2, sheets: 10 })
    }

    fn camera(x: f64, zoom: f64) -> Camera {
        let mut camera = Camera::new(World::new([0.0, 0.0, 39.0, 0.0], 1.0), (800.0, 600.0));
        camera.view.x = x;
        camera.view.zoom = zoom;
        camera
    }

    #[test]
    fn only_sheets_in_view_are_wanted_the_centre_first() {
        let (grid, slots, level) = row();
        let mut ranking = Ranking::default();
        // 8 units across: albums 14 to 22 and a little more.
        let wanted = ranking.rank(&camera(17.6, 100.0), &grid, &slots, level, 10).to_vec();
        assert_eq!(wanted[0], 4);
        let mut sorted = wanted.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [3, 4, 5]);
    }

    #[test]
    fn no_more_sheets_than_there_is_room_for() {
        let (grid, slots, level) = row();
        let mut ranking = Ranking::default();
        let camera = camera(0.0, 15.0);
        assert_eq!(ranking.rank(&camera, &grid, &slots, level, 3), [0, 1, 2]);
    }

    #[test]
    fn albums_without_a_cover_want_no_sheet() {
        let (grid, mut slots, level) = row();
        slots[..20].fill(NO_SLOT);
        let mut ranking = Ranking::default();
        assert!(ranking.rank(&camera(5.0, 100.0), &grid, &slots, level, 10).is_empty());
    }

    #[test]
    fn a_slot_beyond_the_last_sheet_is_ignored() {
        let (grid, mut slots, level) = row();
        slots.fill(1_000_000);
        let mut ranking = Ranking::default();
        assert!(ranking.rank(&camera(5.0, 100.0), &grid, &slots, level, 10).is_empty());
    }
}
