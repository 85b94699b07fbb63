//! All albums in one full grid, sorted by the colour of their covers.

use super::sorting::{Cells, Lab, sort};
use gatefold_types::oklab::to_oklab;

/// Width : height of the grid.
const ASPECT: f32 = 4.0 / 3.0;
/// Chroma in Oklab below which a colour is a grey; that of a pure red is 0.26.
const GREY: f32 = 0.02;
/// The hue, in degrees of Oklab, at which the rainbow begins: between purple and red, where fewest covers are.
const BEGIN: f32 = 345.0;

/// Albums by colour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColourGrid {
    /// A position for each album, in units of one cover, all on a square lattice of side 1 with its middle in (0, 0).
    pub at: Vec<[f32; 2]>,
    /// Columns, of which the last may lack cells at the bottom.
    pub columns: u32,
    /// Cells of a column.
    pub rows: u32,
}

/// A grid about 4:3, filled column by column: colours from red by yellow and green to blue and purple, then greys, at
/// the end those without a cover. `colour` is the mean colour of each cover, 0x00RRGGBB.
///
/// Greys are those of little chroma in Oklab (Ottosson, 2020, "A perceptual color space for image processing").
/// Colours start in order of hue, within a column of lightness, light ones on top, and are sorted from there by
/// linear assignment; so are greys.
pub fn by_colour(colour: &[Option<u32>]) -> ColourGrid {
    let n = colour.len();
    if n == 0 {
        return ColourGrid::default();
    }
    let rows = ((n as f32 / ASPECT).sqrt().round() as usize).max(1);
    let columns = n.div_ceil(rows);
    let values: Vec<Lab> = colour.iter().map(|c| lab(c.unwrap_or(0))).collect();
    let known = |i: &u32| colour[*i as usize].is_some();
    let grey = |i: &u32| chroma(values[*i as usize]) < GREY;
    let (of_covers, without): (Vec<u32>, Vec<u32>) = (0..n as u32).partition(known);
    let (greys, colours): (Vec<u32>, Vec<u32>) = of_covers.into_iter().partition(grey);

    let mut at = vec![[0.0; 2]; n];
    let mut filled = 0;
    for (mut members, sorted) in [(colours, true), (greys, true), (without, false)] {
        if sorted {
            let cells = Cells { rows, before: filled % rows, count: members.len() };
            begin(&values, cells, &mut members);
            sort(&values, cells, &mut members);
        }
        for (k, &i) in members.iter().enumerate() {
            let (column, row) = ((filled + k) / rows, (filled + k) % rows);
            at[i as usize] =
                [column as f32 - 0.5 * (columns as f32 - 1.0), row as f32 - 0.5 * (rows as f32 - 1.0)];
        }
        filled += members.len();
    }
    ColourGrid { at, columns: columns as u32, rows: rows as u32 }
}

/// Columns in order of hue, each from light to dark.
fn begin(values: &[Lab], cells: Cells, members: &mut [u32]) {
    members.sort_by(|&a, &b| hue(values[a as usize]).total_cmp(&hue(values[b as usize])).then(a.cmp(&b)));
    let first = (cells.rows - cells.before).min(members.len());
    let (head, tail) = members.split_at_mut(first);
    for column in std::iter::once(head).chain(tail.chunks_mut(cells.rows)) {
        column.sort_by(|&a, &b| values[b as usize][0].total_cmp(&values[a as usize][0]).then(a.cmp(&b)));
    }
}

fn lab(colour: u32) -> Lab {
    let [_, r, g, b] = colour.to_be_bytes();
    to_oklab([r, g, b])
}

fn chroma([_, a, b]: Lab) -> f32 {
    a.hypot(b)
}

/// In turns from [`BEGIN`], 0–1.
fn hue([_, a, b]: Lab) -> f32 {
    ((b.atan2(a).to_degrees() - BEGIN) / 360.0).rem_euclid(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrange::sorting::square;
    use rand::seq::SliceRandom;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Muted colours as covers have them, in their mean; every thirtieth is none.
    fn covers(n: usize) -> Vec<Option<u32>> {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        (0..n)
            .map(|i| {
                let light: f32 = rng.gen_range(10.0..240.0);
                let strength: f32 = rng.gen_range(0.0f32..1.0).powi(3);
                let [r, g, b] =
                    [(); 3].map(|()| (light * (1.0 - strength * rng.gen_range(0.0..1.0f32))) as u32);
                (i % 30 != 7).then_some(r << 16 | g << 8 | b)
            })
            .collect()
    }

    /// Which album stands in which cell, column by column.
    fn cells(grid: &ColourGrid) -> Vec<usize> {
        let mut order: Vec<usize> = (0..grid.at.len()).collect();
        order.sort_by(|&a, &b| {
            let (p, q) = (grid.at[a], grid.at[b]);
            p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1]))
        });
        order
    }

    /// Mean distance in Oklab of cells side by side or on top of each other.
    fn roughness(order: &[usize], rows: usize, colour: &[Option<u32>]) -> f32 {
        let of = |k: usize| order.get(k).and_then(|&i| colour[i]).map(lab);
        let pairs: Vec<f32> = (0..order.len())
            .flat_map(|k| [(k, k + rows)].into_iter().chain(((k + 1) % rows != 0).then_some((k, k + 1))))
            .filter_map(|(a, b)| Some(square(of(a)?, of(b)?).sqrt()))
            .collect();
        pairs.iter().sum::<f32>() / pairs.len() as f32
    }

    #[test]
    fn the_grid_is_full_and_four_by_three() {
        for n in [1, 2, 3, 10, 1_000, 1_200] {
            let grid = by_colour(&covers(n));
            let (columns, rows) = (grid.columns as usize, grid.rows as usize);
            assert!(columns * rows >= n && (columns - 1) * rows < n);
            for (k, &i) in cells(&grid).iter().enumerate() {
                let expected = [
                    (k / rows) as f32 - 0.5 * (columns - 1) as f32,
                    (k % rows) as f32 - 0.5 * (rows - 1) as f32,
                ];
                assert_eq!(grid.at[i], expected);
            }
        }
        let grid = by_colour(&covers(1_200));
        assert_eq!((grid.columns, grid.rows), (40, 30));
        assert_eq!(by_colour(&[]), ColourGrid::default());
    }

    #[test]
    fn it_is_many_times_smoother_than_a_sort_by_hue() {
        let colour = covers(3_000);
        let grid = by_colour(&colour);
        let rows = grid.rows as usize;
        let sorted = roughness(&cells(&grid), rows, &colour);
        let mut order: Vec<usize> = (0..3_000).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(1));
        let random = roughness(&order, rows, &colour);
        order.sort_by(|&a, &b| {
            let of = |i: usize| colour[i].map_or(2.0, |c| hue(lab(c)));
            of(a).total_cmp(&of(b))
        });
        let by_hue = roughness(&order, rows, &colour);
        assert!(sorted < 0.2 * by_hue && by_hue < random, "{sorted} {by_hue} {random}");
    }

    #[test]
    fn greys_stand_after_colours_and_albums_without_cover_at_the_end() {
        let colour = covers(900);
        let kind = |i: usize| match colour[i] {
            None => 2,
            Some(c) if chroma(lab(c)) < GREY => 1,
            Some(_) => 0,
        };
        let kinds: Vec<u8> = cells(&by_colour(&colour)).into_iter().map(kind).collect();
        assert!(kinds.is_sorted());
        assert_eq!(kinds.first().zip(kinds.last()), Some((&0, &2)));
        assert!(kinds.contains(&1));
    }

    #[test]
    fn the_rainbow_runs_from_left_to_right_and_light_is_above() {
        let colour = covers(3_000);
        let grid = by_colour(&colour);
        let mean = |c: usize, of: &dyn Fn(Lab) -> bool| {
            let all: Vec<f32> = (0..3_000)
                .filter(|&i| colour[i].is_some_and(|v| chroma(lab(v)) > 0.06 && of(lab(v))))
                .map(|i| grid.at[i][c])
                .collect();
            all.iter().sum::<f32>() / all.len() as f32
        };
        let [red, green, blue] =
            [0.1, 0.4, 0.8].map(|from| mean(0, &|v| (from..from + 0.1).contains(&hue(v))));
        assert!(red < green && green < blue, "{red} {green} {blue}");
        assert!(mean(1, &|v| v[0] > 0.6) < mean(1, &|v| v[0] < 0.4));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let colour = covers(2_000);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| by_colour(&colour))
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn equal_colours_and_none_at_all_are_no_trouble() {
        for colour in [vec![Some(0x0012_3456); 50], vec![None; 50], vec![Some(0); 1]] {
            let grid = by_colour(&colour);
            assert_eq!(cells(&grid).len(), colour.len());
            assert!(grid.at.iter().flatten().all(|x| x.is_finite()));
        }
    }
}
