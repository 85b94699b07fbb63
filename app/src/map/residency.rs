//! Which sheets are there, which are on their way, and which to ask for next. Pure: the textures and the network are
//! elsewhere.

use super::camera::Camera;
use super::lru::Lru;
use super::picking::Grid;
use super::sheets::Ranking;
use gatefold::map::Level;

/// Requests under way at once.
const AT_ONCE: usize = 4;
/// A sheet that failed so often is left alone.
const MOST_FAILURES: u8 = 3;
/// Milliseconds in which a sheet that has come fades in.
const FADE_IN: f64 = 180.0;
/// Opacity of a sheet that is all there.
const OPAQUE: u16 = 255;

/// A sheet of a level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// Level of detail, coarse first.
    pub level: usize,
    /// Number within the level.
    pub number: u32,
}

/// A level in its role: where its sheets begin among [`Residency::cells`]' entries, and which of the build's levels it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Role {
    /// The level.
    pub level: Level,
    /// Its number in the manifest.
    pub number: usize,
    /// The entry of its first sheet.
    pub first: usize,
}

/// The tiny, the coarse and the fine level, as far as a build has them: builds of earlier versions have no tiny one.
pub type Roles = [Option<Role>; 3];

/// Which level plays which role; levels without sheets play none.
pub fn roles(levels: &[Level]) -> Roles {
    let mut first = 0;
    let mut all = levels.iter().enumerate().map(|(number, level)| {
        let role = Role { level: *level, number, first };
        first += level.sheets as usize;
        role
    });
    let missing = 3_usize.saturating_sub(levels.len());
    std::array::from_fn(|i| if i < missing { None } else { all.next() })
        .map(|role| role.filter(|role: &Role| role.level.sheets > 0))
}

struct Detail {
    level: Level,
    /// Where the level begins in [`Residency::cells`].
    base: usize,
    lru: Lru,
    loading: Vec<u32>,
    failures: Vec<u8>,
    ranking: Ranking,
    wanted: Vec<u32>,
}

/// All levels.
pub struct Residency {
    details: Vec<Detail>,
    /// What shaders read: layer + 1 (0: not there) and opacity 0–255, for each sheet of each level.
    pub cells: Vec<u16>,
    /// Whether [`Residency::cells`] changed since somebody last looked.
    pub dirty: bool,
    fading: Vec<(usize, f64)>,
}

impl Residency {
    /// Nothing there yet; `layers` is how many sheets of each level there is room for.
    pub fn new(levels: &[Level], layers: &[usize]) -> Self {
        let mut base = 0;
        let details = levels
            .iter()
            .zip(layers)
            .map(|(level, layers)| {
                let detail = Detail {
                    level: *level,
                    base,
                    lru: Lru::new(*layers),
                    loading: Vec::new(),
                    failures: vec![0; level.sheets as usize],
                    ranking: Ranking::default(),
                    wanted: Vec::new(),
                };
                base += level.sheets as usize;
                detail
            })
            .collect();
        Self { details, cells: vec![0; base * 2], dirty: true, fading: Vec::new() }
    }

    /// There is room for no more than `layers` sheets of a level; none of them is there yet.
    pub fn limit(&mut self, level: usize, layers: usize) {
        if let Some(detail) = self.details.get_mut(level).filter(|detail| detail.lru.places() > layers) {
            detail.lru = Lru::new(layers);
        }
    }

    /// Whether a sheet would be taken over.
    pub fn takes(&self, sheet: Sheet) -> bool {
        self.details.get(sheet.level).is_some_and(|detail| sheet.number < detail.level.sheets)
    }

    /// Number of entries.
    pub fn entries(&self) -> usize {
        self.cells.len() / 2
    }

    /// How many sheets of each level are there.
    pub fn there(&self) -> Vec<usize> {
        self.details.iter().map(|detail| detail.lru.taken()).collect()
    }

    /// Which sheets to ask for now; they count as under way from here on. `side` is a cover's side in device pixels:
    /// a finer level is wanted once the one before it would be blown up.
    pub fn plan(&mut self, camera: &Camera, grid: &Grid, slots: &[u32], side: f64) -> Vec<Sheet> {
        let mut start = Vec::new();
        let mut room = AT_ONCE.saturating_sub(self.details.iter().map(|detail| detail.loading.len()).sum());
        let mut coarser = 0;
        for (number, detail) in self.details.iter_mut().enumerate() {
            detail.wanted.clear();
            // Nothing to ask for, and nothing to make room for: no need to look at every album in view.
            if detail.lru.taken() == detail.level.sheets as usize {
                coarser = detail.level.size;
                continue;
            }
            if number == 0 || side > f64::from(coarser) * 1.2 {
                let most = detail.lru.places();
                detail.wanted.extend_from_slice(detail.ranking.rank(camera, grid, slots, detail.level, most));
            }
            coarser = detail.level.size;
            detail.lru.touch(&detail.wanted);
            if number == 0 && detail.lru.places() >= detail.level.sheets as usize {
                // There is room for all of the coarsest level: what is out of view comes last.
                for sheet in 0..detail.level.sheets {
                    if !detail.wanted.contains(&sheet) {
                        detail.wanted.push(sheet);
                    }
                }
            }
            for sheet in &detail.wanted {
                if room == 0 {
                    break;
                }
                let there = detail.lru.place(*sheet).is_some() || detail.loading.contains(sheet);
                if !there && detail.failures[*sheet as usize] < MOST_FAILURES {
                    detail.loading.push(*sheet);
                    start.push(Sheet { level: number, number: *sheet });
                    room -= 1;
                }
            }
        }
        start
    }

    /// A sheet did not come.
    pub fn failed(&mut self, sheet: Sheet) {
        if let Some(detail) = self.details.get_mut(sheet.level) {
            detail.loading.retain(|loading| *loading != sheet.number);
            if let Some(failures) = detail.failures.get_mut(sheet.number as usize) {
                *failures = failures.saturating_add(1);
            }
        }
    }

    /// A sheet has come: the layer it goes to, or `None` when it is not wanted any more. It fades in from `now`,
    /// milliseconds; at once with `still`.
    pub fn arrived(&mut self, sheet: Sheet, now: f64, still: bool) -> Option<u32> {
        let detail = self.details.get_mut(sheet.level)?;
        detail.loading.retain(|loading| *loading != sheet.number);
        if sheet.number >= detail.level.sheets {
            return None;
        }
        let claim = detail.lru.claim(sheet.number)?;
        if let Some(evicted) = claim.evicted {
            let entry = detail.base + evicted as usize;
            self.cells[entry * 2] = 0;
            self.cells[entry * 2 + 1] = 0;
            self.fading.retain(|(fading, _)| *fading != entry);
        }
        let entry = detail.base + sheet.number as usize;
        self.cells[entry * 2] = claim.place as u16 + 1;
        self.cells[entry * 2 + 1] = if still { OPAQUE } else { 0 };
        if !still {
            self.fading.push((entry, now));
        }
        self.dirty = true;
        Some(claim.place)
    }

    /// Brings opacities to `now`; whether any is still on its way.
    pub fn fade(&mut self, now: f64) -> bool {
        if self.fading.is_empty() {
            return false;
        }
        let cells = &mut self.cells;
        self.fading.retain(|(entry, since)| {
            let share = ((now - since) / FADE_IN).clamp(0.0, 1.0);
            cells[entry * 2 + 1] = (share * f64::from(OPAQUE)) as u16;
            share < 1.0
        });
        self.dirty = true;
        !self.fading.is_empty()
    }

    /// Whether the picture of that slot can be drawn at some level.
    pub fn has(&self, slot: u32) -> bool {
        self.details.iter().any(|detail| {
            let per_sheet = (detail.level.columns * detail.level.columns).max(1);
            detail.lru.place(slot / per_sheet).is_some()
        })
    }

    /// Whether every sheet that the view wants is there or given up.
    pub fn settled(&self) -> bool {
        self.details.iter().all(|detail| {
            detail.loading.is_empty()
                && detail.wanted.iter().all(|sheet| {
                    detail.lru.place(*sheet).is_some() || detail.failures[*sheet as usize] >= MOST_FAILURES
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::camera::World;

    const COARSE: Level = Level { size: 32, columns: 4, sheets: 3 };
    const FINE: Level = Level { size: 128, columns: 2, sheets: 10 };

    /// 40 albums in a row, one unit apart, seen from album `x`.
    fn scene(x: f64, zoom: f64) -> (Camera, Grid, Vec<u32>) {
        let places: Vec<f32> = (0..40).map(|i| i as f32).collect();
        let mut camera = Camera::new(World::new([0.0, 0.0, 39.0, 0.0], 1.0), (800.0, 600.0));
        (camera.view.x, camera.view.y) = (x, 0.0);
        camera.view.zoom = zoom;
        (camera, Grid::new(&places, &[0.0; 40]), (0..40).collect())
    }

    fn sheet(level: usize, number: u32) -> Sheet {
        Sheet { level, number }
    }

    #[test]
    fn small_covers_want_no_fine_sheets() {
        let (camera, grid, slots) = scene(20.0, 100.0);
        let mut residency = Residency::new(&[COARSE, FINE], &[3, 4]);
        let asked = residency.plan(&camera, &grid, &slots, 20.0);
        assert!(asked.iter().all(|sheet| sheet.level == 0) && asked.len() == 3);
        assert!(!residency.settled());
    }

    #[test]
    fn the_last_level_is_the_fine_one() {
        let tiny = Level { size: 8, columns: 32, sheets: 1 };
        let named = |levels: &[Level]| roles(levels).map(|role| role.map(|role| (role.number, role.first)));
        assert_eq!(named(&[tiny, COARSE, FINE]), [Some((0, 0)), Some((1, 1)), Some((2, 4))]);
        assert_eq!(named(&[COARSE, FINE]), [None, Some((0, 0)), Some((1, 3))]);
        assert_eq!(named(&[]), [None; 3]);
        let empty = Level { sheets: 0, ..tiny };
        assert_eq!(named(&[empty, empty, empty]), [None; 3]);
    }

    #[test]
    fn less_room_than_hoped_for_is_all_there_is() {
        let mut residency = Residency::new(&[COARSE, FINE], &[3, 8]);
        residency.limit(1, 2);
        assert!(
            residency.takes(sheet(1, 9)) && !residency.takes(sheet(1, 10)) && !residency.takes(sheet(7, 0))
        );
        for number in 0..5 {
            residency.arrived(sheet(1, number), 0.0, true);
        }
        assert_eq!(residency.there(), [0, 2]);
    }

    #[test]
    fn few_requests_at_once_and_none_twice() {
        let (camera, grid, slots) = scene(20.0, 40.0);
        let mut residency = Residency::new(&[COARSE, FINE], &[3, 8]);
        let asked = residency.plan(&camera, &grid, &slots, 60.0);
        assert_eq!(asked.len(), AT_ONCE);
        assert!(residency.plan(&camera, &grid, &slots, 60.0).is_empty());
        residency.arrived(asked[0], 0.0, true);
        assert_eq!(residency.plan(&camera, &grid, &slots, 60.0).len(), 1);
    }

    #[test]
    fn a_level_that_is_all_there_is_not_looked_at() {
        let (camera, grid, slots) = scene(20.0, 400.0);
        let mut residency = Residency::new(&[COARSE, FINE], &[3, 10]);
        for number in 0..3 {
            residency.arrived(sheet(0, number), 0.0, true);
        }
        let asked = residency.plan(&camera, &grid, &slots, 30.0);
        assert_eq!(asked, [], "the coarse level does for covers of this size");
        assert!(residency.settled());
        let asked = residency.plan(&camera, &grid, &slots, 60.0);
        assert!(!asked.is_empty() && asked.iter().all(|sheet| sheet.level == 1), "{asked:?}");
    }

    #[test]
    fn a_sheet_that_came_fades_in() {
        let mut residency = Residency::new(&[COARSE], &[3]);
        assert_eq!(residency.arrived(sheet(0, 2), 1000.0, false), Some(0));
        assert_eq!(residency.cells, [0, 0, 0, 0, 1, 0]);
        assert!(residency.fade(1090.0));
        assert_eq!(residency.cells[5], 127);
        assert!(!residency.fade(1200.0));
        assert_eq!(residency.cells[5], 255);
        assert!(residency.has(32) && !residency.has(0));
        assert_eq!(residency.there(), [1]);
    }

    #[test]
    fn still_pages_show_a_sheet_at_once() {
        let mut residency = Residency::new(&[COARSE], &[3]);
        residency.arrived(sheet(0, 1), 0.0, true);
        assert_eq!(residency.cells, [0, 0, 1, 255, 0, 0]);
        assert!(!residency.fade(0.0));
    }

    #[test]
    fn what_went_out_of_view_makes_room() {
        let mut residency = Residency::new(&[COARSE, FINE], &[3, 2]);
        let (camera, grid, slots) = scene(0.0, 400.0);
        for asked in residency.plan(&camera, &grid, &slots, 128.0) {
            residency.arrived(asked, 0.0, true);
        }
        residency.arrived(sheet(1, 1), 0.0, true);
        let fine = COARSE.sheets as usize;
        assert_ne!(residency.cells[fine * 2], 0);
        let (camera, ..) = scene(30.0, 400.0);
        let asked = residency.plan(&camera, &grid, &slots, 128.0);
        assert!(asked.contains(&sheet(1, 7)), "{asked:?}");
        assert!(residency.arrived(sheet(1, 7), 0.0, true).is_some());
        let first_two = &residency.cells[fine * 2..][..4];
        assert!(first_two[0] == 0 || first_two[2] == 0, "one of them made room: {first_two:?}");
    }

    #[test]
    fn a_sheet_that_keeps_failing_is_left_alone() {
        let (camera, grid, slots) = scene(2.0, 800.0);
        let mut residency = Residency::new(&[Level { sheets: 1, ..COARSE }], &[1]);
        for _ in 0..MOST_FAILURES {
            assert_eq!(residency.plan(&camera, &grid, &slots, 32.0), [sheet(0, 0)]);
            residency.failed(sheet(0, 0));
        }
        assert!(residency.plan(&camera, &grid, &slots, 32.0).is_empty());
        assert!(residency.settled());
    }

    #[test]
    fn a_sheet_that_nobody_announced_is_dropped() {
        let mut residency = Residency::new(&[COARSE], &[3]);
        assert_eq!(residency.arrived(sheet(0, 99), 0.0, true), None);
        assert_eq!(residency.arrived(sheet(5, 0), 0.0, true), None);
        residency.failed(sheet(5, 0));
    }
}
