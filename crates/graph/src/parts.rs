//! What is known of albums, part by part, in numbers: what any mixture's neighbours are found by.
//!
//! Each part gives an album a vector of length 1, or none where nothing is known. How alike two albums are in a part is
//! the cosine between its vectors. A mixture puts the parts side by side, each as long as the root of its weight; the
//! angle between such long vectors is then the weighted mean of the parts' cosines where both albums know every part,
//! and gives way gently where one does not.

use super::links::Links;
use super::neighbours::{Neighbours, neighbours_of_rows};
use gatefold_types::mixture::{Mixture, Part};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};
use rayon::prelude::*;

/// Years between the middles of the bumps that a year is written in.
const BUMPS_APART: f32 = 4.0;
/// Deviation of a bump, in years: two albums seven years apart are alike by 0.6, twenty years apart by 0.02.
const BUMP: f32 = 5.0;
/// The years between which bumps stand; others count as the nearest of them.
const YEARS: (i32, i32) = (1900, 2040);

/// What is known of `n` albums.
#[derive(Clone, Debug)]
pub struct Parts {
    albums: usize,
    /// Look, palette, genre and year, where the part is known of any album: albums × numbers, rows of length 1 or 0.
    dense: Vec<(Part, Array2<f32>)>,
    links: Links,
}

/// What parts are made from. Rows of matrices belong to the albums numbered in `rows`; the matrices may be empty.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Number of albums.
    pub albums: usize,
    /// Album of each row.
    pub rows: &'a [u32],
    /// The map's features.
    pub look: ArrayView2<'a, f32>,
    /// Histograms of colour, or roots of them.
    pub palette: ArrayView2<'a, f32>,
    /// Probabilities of genres.
    pub genre: ArrayView2<'a, f32>,
    /// Year of each album.
    pub years: &'a [Option<i32>],
    /// Pairs of albums that a source calls similar.
    pub links: &'a [(u32, u32)],
}

impl Known<'_> {
    /// The same with other links.
    pub fn with_links<'a>(&'a self, links: &'a [(u32, u32)]) -> Known<'a> {
        Known {
            albums: self.albums,
            rows: self.rows,
            look: self.look.view(),
            palette: self.palette.view(),
            genre: self.genre.view(),
            years: self.years,
            links,
        }
    }
}

impl Parts {
    /// Brings what is known to unit vectors. Palettes and probabilities lose what all covers have in common, so that
    /// two that differ have a cosine about 0 as two looks have.
    pub fn of(known: &Known<'_>) -> Self {
        let mut dense = vec![(Part::Look, unit(known, known.look.to_owned()))];
        dense.push((Part::Palette, unit(known, centred(known.palette.to_owned()))));
        dense.push((Part::Genre, unit(known, centred(known.genre.mapv(|p| p.max(0.0).sqrt())))));
        dense.push((Part::Year, years(known)));
        dense.retain(|(_, rows)| rows.iter().any(|x| *x != 0.0));
        Self { albums: known.albums, dense, links: Links::of(known.albums, known.links) }
    }

    /// Number of albums.
    pub fn len(&self) -> usize {
        self.albums
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.albums == 0
    }

    /// The links between albums.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The parts of which anything is known.
    pub fn known(&self) -> Vec<Part> {
        let dense = |part| self.dense.iter().any(|(known, _)| *known == part);
        let is_known =
            |part: &Part| if *part == Part::Listeners { !self.links.is_empty() } else { dense(*part) };
        Part::ALL.into_iter().filter(is_known).collect()
    }

    /// Whether a part is known of an album.
    pub fn knows(&self, part: Part, i: usize) -> bool {
        match self.row(part, i) {
            Some(row) => row.iter().any(|x| *x != 0.0),
            None => part == Part::Listeners && self.links.knows(i),
        }
    }

    /// How alike two albums are in a part, −1…1; none where the part is not known of both.
    pub fn similarity(&self, part: Part, i: usize, j: usize) -> Option<f32> {
        if !self.knows(part, i) || !self.knows(part, j) {
            return None;
        }
        match part {
            Part::Listeners => Some(self.links.similarity(i, j)),
            _ => Some(self.row(part, i)?.dot(&self.row(part, j)?)),
        }
    }

    /// Whether an album takes part in a mixture: it knows one of its parts. A year alone says too little, unless nothing
    /// else is asked for.
    pub fn takes_part(&self, mixture: &Mixture, i: usize) -> bool {
        let asked = |part: Part| part != Part::Year || mixture.shares().all(|(part, _)| part == Part::Year);
        mixture.shares().any(|(part, _)| asked(part) && self.knows(part, i))
    }

    /// How alike two albums are in a mixture, 0–1, and what each part adds to that: the parts add up to it, unless all
    /// together are below 0.
    pub fn explained(&self, mixture: &Mixture, i: usize, j: usize) -> (f32, Vec<(Part, f32)>) {
        let length = |i: usize| {
            let known = |(part, share)| if self.knows(part, i) { share } else { 0.0 };
            if self.takes_part(mixture, i) { mixture.shares().map(known).sum::<f32>() } else { 0.0 }
        };
        let whole = (length(i) * length(j)).sqrt();
        if whole <= 0.0 {
            return (0.0, Vec::new());
        }
        let adds = |(part, share)| Some((part, share * self.similarity(part, i, j)? / whole));
        let parts: Vec<(Part, f32)> = mixture.shares().filter_map(adds).collect();
        (parts.iter().map(|part| part.1).sum::<f32>().clamp(0.0, 1.0), parts)
    }

    /// The `k` albums most alike to each in a mixture, nearest first; fewer than `k` have a similarity above 0 where
    /// little is known. Exact up to [`super::EXACT`] albums.
    pub fn neighbours(&self, mixture: &Mixture, k: usize) -> Neighbours {
        let mixed = self.mixed(mixture);
        let links = (mixed.listeners > 0.0).then_some((&self.links, mixed.scale.view()));
        neighbours_of_rows(mixed.rows.view(), links, k)
    }

    fn row(&self, part: Part, i: usize) -> Option<ArrayView1<'_, f32>> {
        let (_, rows) = self.dense.iter().find(|(known, _)| *known == part)?;
        (i < rows.nrows()).then(|| rows.row(i))
    }

    /// The long vectors of a mixture, without the listeners' part.
    fn mixed(&self, mixture: &Mixture) -> Mixed {
        let shares: Vec<(Part, f32)> = mixture.shares().collect();
        let share = |part: Part| shares.iter().find(|(of, _)| *of == part).map_or(0.0, |of| of.1);
        let used: Vec<(&Array2<f32>, f32)> = self
            .dense
            .iter()
            .map(|(part, rows)| (rows, share(*part)))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        let dims = used.iter().map(|(rows, _)| rows.ncols()).sum();
        let listeners = share(Part::Listeners);
        let mut rows = Array2::zeros((self.albums, dims));
        let mut scale = Array1::zeros(self.albums);
        rows.axis_iter_mut(Axis(0)).into_par_iter().zip(scale.axis_iter_mut(Axis(0))).enumerate().for_each(
            |(i, (mut row, mut scale))| {
                if !self.takes_part(mixture, i) {
                    return;
                }
                let mut from = 0;
                for (part, share) in &used {
                    let to = from + part.ncols();
                    row.slice_mut(s![from..to]).assign(&(&part.row(i) * share.sqrt()));
                    from = to;
                }
                let own = if self.links.knows(i) { listeners } else { 0.0 };
                let length = (row.iter().map(|x| x * x).sum::<f32>() + own).sqrt();
                if length > 0.0 {
                    row.mapv_inplace(|x| x / length);
                    scale.fill(own.sqrt() / length);
                }
            },
        );
        Mixed { rows, scale, listeners }
    }
}

struct Mixed {
    rows: Array2<f32>,
    /// How long the listeners' part of each album's vector is.
    scale: Array1<f32>,
    listeners: f32,
}

/// Rows for all albums, of length 1; of zeros where there was no row, or one of zeros.
fn unit(known: &Known<'_>, of_rows: Array2<f32>) -> Array2<f32> {
    let mut all = Array2::zeros((known.albums, of_rows.ncols()));
    for (&album, row) in known.rows.iter().zip(of_rows.rows()) {
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 1e-6 {
            all.row_mut(album as usize).assign(&(&row / length));
        }
    }
    all
}

/// Without the mean of all rows.
fn centred(mut rows: Array2<f32>) -> Array2<f32> {
    if let Some(mean) = rows.mean_axis(Axis(0))
        && rows.nrows() > 1
    {
        rows -= &mean;
    }
    rows
}

/// A year as bumps along the line of years; the nearer two years, the more their bumps overlap.
fn years(known: &Known<'_>) -> Array2<f32> {
    let bumps = ((YEARS.1 - YEARS.0) as f32 / BUMPS_APART) as usize + 1;
    let mut all = Array2::zeros((known.albums, bumps));
    for (mut row, year) in all.rows_mut().into_iter().zip(known.years) {
        let Some(year) = year else { continue };
        let at = (year.clamp(&YEARS.0, &YEARS.1) - YEARS.0) as f32 / BUMPS_APART;
        for (bump, x) in row.iter_mut().enumerate() {
            let away = (bump as f32 - at) * BUMPS_APART / BUMP;
            // Beyond four deviations a bump adds nothing that counts.
            *x = if away.abs() < 4.0 { (-0.5 * away * away).exp() } else { 0.0 };
        }
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        row.mapv_inplace(|x| x / length);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const N: usize = 60;

    /// Covers for all but the last ten albums; years for every other one; links in a ring of the last twenty.
    fn parts() -> Parts {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut matrix = |dims| Array2::from_shape_fn((N - 10, dims), |_| rng.gen_range(0.0f32..1.0));
        let (look, palette, genre) = (matrix(6).mapv(|x| x - 0.5), matrix(9), matrix(4));
        let rows: Vec<u32> = (0..N as u32 - 10).collect();
        let years: Vec<Option<i32>> = (0..N).map(|i| (i % 2 == 0).then_some(1960 + i as i32)).collect();
        let links: Vec<(u32, u32)> = (40..60).map(|i| (i, 40 + (i + 1) % 20)).collect();
        Parts::of(&Known {
            albums: N,
            rows: &rows,
            look: look.view(),
            palette: palette.view(),
            genre: genre.view(),
            years: &years,
            links: &links,
        })
    }

    #[test]
    fn neighbours_are_those_that_comparing_all_pairs_finds() {
        let parts = parts();
        let all = Mixture { look: 1.0, palette: 0.5, genre: 0.3, listeners: 0.8, year: 0.4 };
        assert!(parts.takes_part(&all, 55) && !parts.takes_part(&Mixture::only(Part::Look), 55));
        let mixtures = Part::ALL.map(Mixture::only).into_iter().chain([all]);
        for mixture in mixtures {
            let found = parts.neighbours(&mixture, 7);
            for i in 0..N {
                let mut plain: Vec<f32> =
                    (0..N).filter(|&j| j != i).map(|j| parts.explained(&mixture, i, j).0).collect();
                plain.sort_by(|a, b| b.total_cmp(a));
                for (place, (j, similarity)) in found.of(i).enumerate() {
                    assert!((similarity - plain[place]).abs() < 1e-4, "{mixture}: {i}");
                    let own = parts.explained(&mixture, i, j as usize).0;
                    assert!((similarity - own).abs() < 1e-4, "{mixture}: {i}–{j}: {similarity}, {own}");
                }
            }
        }
    }

    #[test]
    fn what_parts_add_is_what_the_similarity_is() {
        let parts = parts();
        let mixture = Mixture { look: 1.0, palette: 0.5, genre: 0.3, listeners: 0.8, year: 0.4 };
        let (similarity, adds) = parts.explained(&mixture, 42, 43);
        assert!(adds.iter().any(|(part, _)| *part == Part::Listeners));
        let sum: f32 = adds.iter().map(|(_, adds)| adds).sum();
        assert!((similarity - sum.max(0.0)).abs() < 1e-6);
        assert!(adds.iter().all(|(part, _)| *part != Part::Year), "43 has no year");
    }

    #[test]
    fn a_year_alone_makes_no_neighbours_unless_only_years_count() {
        let none = Array2::zeros((0, 0));
        let years = [Some(1970), Some(1970), None];
        let parts = Parts::of(&Known {
            albums: 3,
            rows: &[],
            look: none.view(),
            palette: none.view(),
            genre: none.view(),
            years: &years,
            links: &[(1, 2)],
        });
        let near = |mixture: &Mixture, i: usize| {
            parts
                .neighbours(mixture, 2)
                .of(i)
                .filter(|near| near.1 > 0.0)
                .map(|near| near.0)
                .collect::<Vec<_>>()
        };
        assert!(near(&Mixture::USUAL, 0).is_empty());
        assert_eq!(near(&Mixture::USUAL, 1), [2]);
        assert_eq!(near(&Mixture::only(Part::Year), 0), [1]);
        assert_eq!(parts.explained(&Mixture::USUAL, 0, 1), (0.0, Vec::new()));
    }

    #[test]
    fn an_album_without_a_cover_has_neighbours_by_its_listeners_and_its_year() {
        let parts = parts();
        assert!(!parts.knows(Part::Look, 55) && parts.knows(Part::Listeners, 55));
        let near = parts.neighbours(&Mixture::USUAL, 3);
        let of: Vec<u32> = near.of(55).filter(|n| n.1 > 0.0).map(|n| n.0).collect();
        assert!(of.contains(&54) && of.contains(&56), "{of:?}");
        assert_eq!(parts.similarity(Part::Look, 55, 0), None);
    }

    #[test]
    fn years_are_alike_by_how_near_they_are_whenever_they_are() {
        let years: Vec<Option<i32>> = [1970, 1971, 1977, 1990, 2003].map(Some).to_vec();
        let none = Array2::zeros((0, 0));
        let parts = Parts::of(&Known {
            albums: 5,
            rows: &[],
            look: none.view(),
            palette: none.view(),
            genre: none.view(),
            years: &years,
            links: &[],
        });
        let to = |j: usize| parts.similarity(Part::Year, 0, j).unwrap();
        assert!(
            to(1) > 0.98 && to(1) > to(2) && to(2) > to(3) && to(3) >= to(4),
            "{:?}",
            [1, 2, 3, 4].map(to)
        );
        assert!((0.5..0.7).contains(&to(2)) && to(3) < 0.05);
        let later = parts.similarity(Part::Year, 3, 4).unwrap();
        let early = (-(13.0f32 / BUMP).powi(2) / 4.0).exp();
        assert!((later - early).abs() < 0.01, "thirteen years are thirteen years");
        assert_eq!(parts.known(), [Part::Year]);
    }
}
