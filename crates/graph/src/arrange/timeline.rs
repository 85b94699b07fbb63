//! A timeline: a band of columns for each year, from left to right, its albums stacked about a middle line.

use super::room::{bounds, finite};
use std::collections::BTreeMap;

/// Width : height that the whole should have.
const ASPECT: f32 = 3.0;
/// Beyond this a timeline of few albums is drawn out upwards and downwards.
const WIDEST: f32 = 4.0;
/// Room between two bands, in units of one cover.
const BETWEEN: f32 = 0.5;
/// Room for each year without albums, and the most for any number of them in a row.
const EMPTY: f32 = 0.25;
const EMPTIEST: f32 = 4.0;
/// Room before the albums without a year.
const APART: f32 = 4.0;
/// Bands up to which each has its year at the axis.
const SINGLE: usize = 15;
/// Two labels at the axis keep at least this share of the whole width, and never less than so many covers.
const LABEL_SHARE: f32 = 0.045;
const LABEL_LEAST: f32 = 1.5;
/// How many times higher or lower than wished a band may be so that its rows are full, and what that costs: e-fold,
/// as much as this share of its places left free.
const NEAR: f32 = 1.5;
const OFF: f32 = 0.5;
/// Steps in which a band's height per width is tried, eight for a doubling.
const SHAPES: std::ops::Range<i32> = -48..160;

/// A year at the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// The year: of a single band, or the first of a decade.
    pub year: i32,
    /// Where it stands: the middle of its band, or the left edge of the decade's first band where that year has no
    /// album.
    pub x: f32,
}

/// Albums by year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// A position for each album, in units of one cover, no two nearer than 1; the middle line is y = 0, and x = 0 is
    /// half-way between the first and the last.
    pub at: Vec<[f32; 2]>,
    /// Labels of the axis, left to right: every year that has albums when these are few, else decades; those that would
    /// stand on another are left out.
    pub ticks: Vec<Tick>,
    /// The middle of the albums without a year, at the right end; `None` if all have one.
    pub undated: Option<f32>,
}

/// Albums in bands by year. `map` has each album's position on the similarity map, in any units: within a year albums
/// stand from top to bottom by its y, and those side by side from left to right by its x. What is missing from
/// either slice counts as (0, 0) and as unknown.
///
/// All bands are about equally many times as high as wide: as many as makes the whole three times as wide as high.
/// Where there are too few albums for that, those of a year stand apart, at heights by the map's y.
pub fn by_year(map: &[[f32; 2]], year: &[Option<i32>]) -> Timeline {
    let n = map.len().max(year.len());
    let mut map = finite(map);
    map.resize(n, [0.0; 2]);
    let mut years: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    let mut undated = Vec::new();
    for i in 0..n {
        match year.get(i).copied().flatten() {
            Some(year) => years.entry(year).or_default().push(i as u32),
            None => undated.push(i as u32),
        }
    }
    let plan = Plan::best(&years, undated.len());
    let mut at = vec![[0.0; 2]; n];
    let heights = plan.drawn_out().map(|height| heights(&map, years.values().flatten(), height));
    for (members, band) in years.values().zip(&plan.bands) {
        match &heights {
            Some(heights) => stand_apart(members, heights, band, &mut at),
            None => stack(&map, members, band, &mut at),
        }
    }
    if let Some(band) = &plan.undated {
        stack(&map, &undated, band, &mut at);
    }
    let [low, high] = bounds(&at);
    let middle = 0.5 * (low[0] + high[0]);
    for p in &mut at {
        p[0] -= middle;
    }
    let undated = plan.undated.as_ref().map(Band::middle);
    let apart = (LABEL_SHARE * plan.width()).max(LABEL_LEAST);
    let mut ticks = legible(ticks(&years, &plan.bands), undated, apart);
    for tick in &mut ticks {
        tick.x -= middle;
    }
    let undated = undated.map(|x| x - middle);
    Timeline { at, ticks, undated }
}

/// A block of covers about the middle line: its outer rows may be one cover shorter than its inner ones, so that its
/// height can be any.
#[derive(Clone, Copy, Debug)]
struct Band {
    left: f32,
    albums: usize,
    columns: usize,
    rows: usize,
}

impl Band {
    fn new(left: f32, albums: usize, rows: usize) -> Self {
        let rows = rows.clamp(1, albums.max(1));
        Self { left, albums, columns: albums.div_ceil(rows), rows }
    }

    /// How many covers each row has, from top to bottom.
    fn row_lengths(&self) -> impl Iterator<Item = usize> + '_ {
        let full = self.albums.saturating_sub((self.columns.max(1) - 1) * self.rows);
        let top = (self.rows - full.min(self.rows)) / 2;
        (0..self.rows).map(move |row| self.columns - usize::from(!(top..top + full).contains(&row)))
    }

    fn middle(&self) -> f32 {
        self.left + 0.5 * self.columns as f32
    }

    fn right(&self) -> f32 {
        self.left + self.columns as f32
    }
}

/// Bands of all years, and of the albums without one.
struct Plan {
    bands: Vec<Band>,
    undated: Option<Band>,
}

impl Plan {
    /// Of all shapes of bands the one that makes the whole look as [`ASPECT`] says; of equals the lower bands.
    fn best(years: &BTreeMap<i32, Vec<u32>>, undated: usize) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for step in SHAPES {
            let plan = Self::with(years, undated, (step as f32 / 8.0).exp2());
            let wrong = (plan.aspect() / ASPECT).ln().abs();
            if best.as_ref().is_none_or(|b| wrong < b.0 - 1e-6) {
                best = Some((wrong, plan));
            }
        }
        best.map_or(Self { bands: Vec::new(), undated: None }, |b| b.1)
    }

    /// Bands of which each is about `shape` times as high as wide.
    fn with(years: &BTreeMap<i32, Vec<u32>>, undated: usize, shape: f32) -> Self {
        let rows = |n: usize| fitting(n, (n as f32 * shape).sqrt());
        let mut bands: Vec<Band> = Vec::with_capacity(years.len());
        let mut before: Option<i32> = None;
        for (&year, members) in years {
            let left = match (before, bands.last()) {
                (Some(before), Some(band)) => {
                    let empty = (i64::from(year) - i64::from(before) - 1) as f32;
                    band.right() + BETWEEN + (EMPTY * empty).min(EMPTIEST)
                }
                _ => 0.0,
            };
            bands.push(Band::new(left, members.len(), rows(members.len())));
            before = Some(year);
        }
        let highest = bands.iter().map(|b| b.rows).max();
        let left = bands.last().map_or(0.0, |last| last.right() + APART);
        let undated = (undated > 0).then(|| {
            // As high as the highest band, but itself no wider than the whole should be.
            let least = (undated as f32 / ASPECT).sqrt().ceil() as usize;
            Band::new(left, undated, highest.map_or(rows(undated), |highest| highest.max(least)))
        });
        Self { bands, undated }
    }

    fn width(&self) -> f32 {
        self.undated.as_ref().or(self.bands.last()).map_or(0.0, Band::right)
    }

    fn aspect(&self) -> f32 {
        let highest = self.bands.iter().chain(&self.undated).map(|b| b.rows).max().unwrap_or(0);
        self.width().max(1.0) / highest.max(1) as f32
    }

    /// The height over which single columns are drawn out, if there are so few albums.
    fn drawn_out(&self) -> Option<f32> {
        let single = self.bands.iter().all(|b| b.columns == 1);
        (single && self.bands.len() > 1 && self.aspect() > WIDEST).then(|| self.width() / WIDEST)
    }
}

/// The number of rows near `wanted` at which few places stay free; of equals the lower one.
fn fitting(albums: usize, wanted: f32) -> usize {
    let near = |share: f32| ((share * wanted).round() as usize).clamp(1, albums.max(1));
    let cost = |rows: usize| {
        let free = albums.div_ceil(rows) * rows - albums;
        free as f32 / albums.max(1) as f32 + OFF * (rows as f32 / wanted).ln().abs()
    };
    (near(1.0 / NEAR)..=near(NEAR)).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(1)
}

/// Rows from top to bottom by the map's y, each from left to right by its x.
fn stack(map: &[[f32; 2]], members: &[u32], band: &Band, at: &mut [[f32; 2]]) {
    let by = |c: usize| {
        move |&a: &u32, &b: &u32| map[a as usize][c].total_cmp(&map[b as usize][c]).then(a.cmp(&b))
    };
    let mut order = members.to_vec();
    order.sort_by(by(1));
    let mut rest = order.as_mut_slice();
    let top = -0.5 * (band.rows as f32 - 1.0);
    for (row, length) in band.row_lengths().enumerate() {
        let (members, below) = rest.split_at_mut(length.min(rest.len()));
        rest = below;
        members.sort_by(by(0));
        let left = band.middle() - 0.5 * (members.len() as f32 - 1.0);
        for (column, &i) in members.iter().enumerate() {
            at[i as usize] = [left + column as f32, top + row as f32];
        }
    }
}

/// Where each album would like to stand when there is room: evenly over `height`, in order of the map's y.
fn heights<'a>(map: &[[f32; 2]], members: impl Iterator<Item = &'a u32>, height: f32) -> Vec<f32> {
    let mut order: Vec<u32> = members.copied().collect();
    order.sort_by(|&a, &b| map[a as usize][1].total_cmp(&map[b as usize][1]).then(a.cmp(&b)));
    let mut heights = vec![0.0; map.len()];
    for (rank, &i) in order.iter().enumerate() {
        heights[i as usize] = height * ((rank as f32 + 0.5) / order.len() as f32 - 0.5);
    }
    heights
}

/// One column whose albums stand as near to their heights as can be with one unit each: least squares under order, by
/// pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, 1955).
fn stand_apart(members: &[u32], heights: &[f32], band: &Band, at: &mut [[f32; 2]]) {
    let mut order = members.to_vec();
    order.sort_by(|&a, &b| heights[a as usize].total_cmp(&heights[b as usize]).then(a.cmp(&b)));
    // Less one unit per place the heights need only not fall.
    let mut pools: Vec<(f32, usize)> = Vec::with_capacity(order.len());
    for (place, &i) in order.iter().enumerate() {
        let mut pool = (heights[i as usize] - place as f32, 1);
        while let Some(&(mean, count)) = pools.last().filter(|last| last.0 >= pool.0) {
            let together = count + pool.1;
            pool = ((mean * count as f32 + pool.0 * pool.1 as f32) / together as f32, together);
            pools.pop();
        }
        pools.push(pool);
    }
    let pooled = pools.iter().flat_map(|&(mean, count)| std::iter::repeat_n(mean, count));
    for ((place, &i), y) in order.iter().enumerate().zip(pooled) {
        at[i as usize] = [band.middle(), y + place as f32];
    }
}

fn ticks(years: &BTreeMap<i32, Vec<u32>>, bands: &[Band]) -> Vec<Tick> {
    let all = years.keys().zip(bands);
    if bands.len() <= SINGLE {
        return all.map(|(&year, band)| Tick { year, x: band.middle() }).collect();
    }
    let mut ticks: Vec<Tick> = Vec::new();
    for (&year, band) in all {
        let decade = year.div_euclid(10).saturating_mul(10);
        if ticks.last().is_none_or(|t| t.year != decade) {
            ticks.push(Tick { year: decade, x: if year == decade { band.middle() } else { band.left } });
        }
    }
    ticks
}

/// The labels that can be read side by side: `apart` from each other and from the one at `end`. Of two that are too near the
/// later one stays, since the later years have more albums.
fn legible(ticks: Vec<Tick>, end: Option<f32>, apart: f32) -> Vec<Tick> {
    let mut before = end.unwrap_or(f32::INFINITY);
    let mut kept: Vec<Tick> = ticks
        .into_iter()
        .rev()
        .filter(|tick| {
            let fits = before - tick.x >= apart;
            if fits {
                before = tick.x;
            }
            fits
        })
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrange::room::closest;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// `n` albums of `span` years up to 2020, later ones more; every twentieth without a year.
    fn albums(n: usize, span: i32) -> (Vec<[f32; 2]>, Vec<Option<i32>>) {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        (0..n)
            .map(|i| {
                let back = (span as f32 * rng.gen_range(0.0f32..1.0).powf(1.7)) as i32;
                ([rng.gen_range(-9.0..9.0), rng.gen_range(-9.0..9.0)], (i % 20 != 3).then_some(2020 - back))
            })
            .unzip()
    }

    fn extent(at: &[[f32; 2]]) -> [f32; 2] {
        let [low, high] = bounds(at);
        [high[0] - low[0] + 1.0, high[1] - low[1] + 1.0]
    }

    #[test]
    fn years_run_from_left_to_right_each_in_its_own_band() {
        for n in [60, 800, 6_000] {
            let (map, year) = albums(n, 70);
            let line = by_year(&map, &year);
            let mut bands: BTreeMap<i32, [f32; 2]> = BTreeMap::new();
            for (p, year) in line.at.iter().zip(&year) {
                if let Some(year) = year {
                    let band = bands.entry(*year).or_insert([p[0], p[0]]);
                    *band = [band[0].min(p[0]), band[1].max(p[0])];
                }
            }
            let bands: Vec<[f32; 2]> = bands.into_values().collect();
            assert!(bands.windows(2).all(|w| w[0][1] + 1.0 <= w[1][0]), "{n}");
        }
    }

    #[test]
    fn every_album_has_room() {
        for (n, span) in [(60, 70), (800, 70), (6_000, 70), (6_000, 3), (500, 1)] {
            let (map, year) = albums(n, span);
            let least = closest(&by_year(&map, &year).at);
            assert!(least > 0.999, "{n} {span}: {least}");
        }
    }

    #[test]
    fn the_whole_can_be_looked_at() {
        for (n, span) in
            [(60, 70), (300, 100), (800, 70), (6_000, 70), (50_000, 60), (6_000, 3), (500, 1), (40, 2)]
        {
            let (map, year) = albums(n, span);
            let [width, height] = extent(&by_year(&map, &year).at);
            assert!((2.0..4.2).contains(&(width / height)), "{n} {span}: {width} {height}");
        }
        // Nearly all without a year.
        let (map, mut year) = albums(6_000, 70);
        year[5..].fill(None);
        let [width, height] = extent(&by_year(&map, &year).at);
        assert!((2.0..4.2).contains(&(width / height)), "{width} {height}");
    }

    #[test]
    fn within_a_year_albums_stand_in_the_order_of_the_map() {
        for n in [300, 6_000] {
            let (map, year) = albums(n, 70);
            let line = by_year(&map, &year);
            for y in 1990..2020 {
                let mut members: Vec<usize> = (0..n).filter(|&i| year[i] == Some(y)).collect();
                members.sort_by(|&a, &b| map[a][1].total_cmp(&map[b][1]));
                assert!(members.windows(2).all(|w| line.at[w[0]][1] <= line.at[w[1]][1]), "{n} {y}");
            }
        }
    }

    #[test]
    fn bands_lie_about_the_middle_line() {
        let (map, year) = albums(6_000, 70);
        let line = by_year(&map, &year);
        for y in [None, Some(1970), Some(2000), Some(2020)] {
            let band: Vec<[f32; 2]> =
                line.at.iter().zip(&year).filter(|(_, year)| **year == y).map(|(&p, _)| p).collect();
            let [low, high] = bounds(&band);
            assert!((low[1] + high[1]).abs() < 1e-3, "{y:?}");
        }
        let [low, high] = bounds(&line.at);
        assert!((low[0] + high[0]).abs() < 1e-2);
    }

    #[test]
    fn albums_without_a_year_stand_apart_at_the_end() {
        let (map, year) = albums(800, 70);
        let line = by_year(&map, &year);
        let of = |dated: bool| {
            line.at.iter().zip(&year).filter(move |(_, y)| y.is_some() == dated).map(|(p, _)| p[0])
        };
        let last = of(true).fold(f32::NEG_INFINITY, f32::max);
        let first = of(false).fold(f32::INFINITY, f32::min);
        assert!(first - last >= APART, "{first} {last}");
        assert!(line.undated.is_some_and(|x| x >= first));
        let dated = vec![Some(1999); 10];
        assert_eq!(by_year(&[], &dated).undated, None);
    }

    #[test]
    fn many_years_have_decades_at_the_axis_and_few_have_each_year() {
        let (map, year) = albums(800, 70);
        let line = by_year(&map, &year);
        assert!(line.ticks.iter().all(|t| t.year % 10 == 0));
        assert!(line.ticks.windows(2).all(|w| w[0].year < w[1].year && w[0].x < w[1].x));
        let of_2000: Vec<f32> =
            line.at.iter().zip(&year).filter(|(_, y)| **y == Some(2000)).map(|(p, _)| p[0]).collect();
        let middle = 0.5
            * (of_2000.iter().copied().fold(f32::INFINITY, f32::min)
                + of_2000.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        assert!(line.ticks.iter().any(|t| t.year == 2000 && (t.x - middle).abs() < 1e-3));
        let few = by_year(&[], &[Some(1999), Some(2001), Some(1999)]);
        assert!(few.ticks.iter().map(|t| t.year).eq([1999, 2001]));
        assert_eq!(few.ticks[1].x, few.at[1][0]);
    }

    #[test]
    fn labels_of_decades_with_few_albums_do_not_stand_on_each_other() {
        // A few early albums, then thousands.
        let mut year: Vec<Option<i32>> = (1900..1960).step_by(10).map(Some).collect();
        year.extend((0..3_000).map(|i| Some(1980 + i % 40)));
        year.extend([None; 20]);
        let line = by_year(&[], &year);
        let [low, high] = bounds(&line.at);
        let apart = LABEL_SHARE * (high[0] - low[0]);
        let places: Vec<f32> = line.ticks.iter().map(|tick| tick.x).chain(line.undated).collect();
        assert!(places.windows(2).all(|w| w[1] - w[0] >= apart), "{apart}: {places:?}");
        let years: Vec<i32> = line.ticks.iter().map(|tick| tick.year).collect();
        assert!([1980, 1990, 2000, 2010].iter().all(|year| years.contains(year)), "{years:?}");
        assert!(years.len() < 10, "ten decades have albums: {years:?}");
    }

    #[test]
    fn of_two_labels_that_are_too_near_the_later_one_stays() {
        let ticks = [0.0, 1.0, 4.0, 9.0].map(|x| Tick { year: 1900 + x as i32, x });
        let kept = |end| -> Vec<f32> { legible(ticks.to_vec(), end, 2.0).iter().map(|t| t.x).collect() };
        assert_eq!(kept(None), [1.0, 4.0, 9.0]);
        assert_eq!(kept(Some(10.0)), [1.0, 4.0]);
        assert_eq!(legible(Vec::new(), Some(0.0), 2.0), []);
    }

    #[test]
    fn no_albums_and_impossible_years_are_no_trouble() {
        assert_eq!(by_year(&[], &[]), Timeline::default());
        assert_eq!(by_year(&[[3.0, 4.0]], &[]).at, [[0.0, 0.0]]);
        let two = by_year(&[[f32::NAN, 4.0]], &[Some(i32::MAX), Some(i32::MIN)]);
        assert!(two.at[1][0] < two.at[0][0] && extent(&two.at)[0] < 10.0);
    }

    #[test]
    fn heights_give_way_only_where_albums_would_overlap() {
        let heights = [0.0, 0.2, 5.0, 5.0, 5.0, 9.0];
        let mut at = vec![[0.0; 2]; 6];
        stand_apart(&[0, 1, 2, 3, 4, 5], &heights, &Band::new(0.0, 6, 6), &mut at);
        let y: Vec<f32> = at.iter().map(|p| p[1]).collect();
        let expected = [-0.4, 0.6, 4.0, 5.0, 6.0, 9.0];
        assert!(y.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{y:?}");
    }
}
