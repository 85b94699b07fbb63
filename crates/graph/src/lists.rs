//! Nearest neighbours among very many vectors: an inverted file (Sivic & Zisserman 2003, “Video Google”; Jégou et al. 2011,
//! “Product quantization for nearest neighbor search”, section IV). Vectors are dealt to the nearest of some centres, and
//! compared with those of the centres around their own. Comparing all with all grows with the square of their number,
//! this with its power of one and a half; a few neighbours are missed.

use super::links::Links;
use super::neighbours::{Best, Neighbours};
use gatefold_linalg::dense::gemm_into;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Centres per root of the number of vectors.
const CENTRES: f64 = 2.0;
/// Vectors that centres are found from, for each centre.
const TAUGHT: usize = 48;
/// Times that centres are moved to the middle of their vectors.
const ROUNDS: usize = 8;
/// Lists that a list is compared with, itself included.
const PROBED: usize = 40;
/// Rows compared at once.
const ROWS: usize = 128;
/// Candidates that they are compared with at once: a list may be long, and a tile of similarities is not.
const COLUMNS: usize = 1_024;

/// Vectors by their nearest centre.
struct Lists {
    /// Centres that are nearest to some vector.
    centres: Array2<f32>,
    /// Rising numbers of each centre's vectors.
    members: Vec<Vec<u32>>,
    /// Rising numbers of the vectors of length 0: they are near to none.
    others: Vec<u32>,
}

/// As [`super::neighbours`] of rows of length 1 at most, with links as there; not exact. The same on every run.
pub(super) fn neighbours_by_lists(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    k: usize,
) -> Neighbours {
    let n = unit.nrows();
    let k = k.min(n.saturating_sub(1));
    if k == 0 {
        return Neighbours::default();
    }
    let lists = Lists::of(unit);
    let around = lists.around(k);
    let mut blocks: Vec<(&[usize], &[u32])> = lists.others.chunks(ROWS).map(|rows| (&[][..], rows)).collect();
    for (near, members) in around.iter().zip(&lists.members) {
        blocks.extend(members.chunks(ROWS).map(|rows| (near.as_slice(), rows)));
    }
    let scratch = || vec![0.0; if links.is_some() { n } else { 0 }];
    let block = |sums: &mut Vec<f32>, &(near, rows): &(&[usize], &[u32])| {
        let mut candidates: Vec<u32> = near.iter().flat_map(|&l| lists.members[l].iter().copied()).collect();
        candidates.sort_unstable();
        compared(unit, links, rows, &candidates, k, sums)
    };
    let found: Vec<Vec<(f32, u32)>> = blocks.par_iter().map_init(scratch, block).collect();
    let (mut index, mut similarity) = (vec![0; n * k], vec![0.0; n * k]);
    for ((_, rows), found) in blocks.iter().zip(found) {
        for (&row, best) in rows.iter().zip(found.chunks_exact(k)) {
            for (place, &(s, j)) in (row as usize * k..).zip(best) {
                index[place] = j;
                similarity[place] = s.clamp(0.0, 1.0);
            }
        }
    }
    Neighbours { k, index, similarity }
}

/// The `k` best of the candidates (rising) and of what is linked, for each of some rows, one row's behind the other's.
/// `sums` has a zero for each vector where there are links, and has zeros again afterwards.
fn compared(
    unit: ArrayView2<'_, f32>,
    links: Option<(&Links, ArrayView1<'_, f32>)>,
    rows: &[u32],
    candidates: &[u32],
    k: usize,
    sums: &mut [f32],
) -> Vec<(f32, u32)> {
    let linked: Vec<Linked> =
        rows.iter().map(|&row| Linked::of(unit, links, row, candidates, sums)).collect();
    let mut among: Vec<&[(usize, f32)]> = linked.iter().map(|linked| linked.among.as_slice()).collect();
    let own: Vec<usize> =
        rows.iter().map(|row| candidates.binary_search(row).unwrap_or(usize::MAX)).collect();
    let mut best: Vec<Best> = rows.iter().map(|_| Best::new(k)).collect();
    let mine = gathered(unit, rows);
    let mut tile = vec![0.0; rows.len() * COLUMNS.min(candidates.len())];
    for (some, start) in candidates.chunks(COLUMNS).zip((0..).step_by(COLUMNS)) {
        let tile = &mut tile[..rows.len() * some.len()];
        let view = ArrayViewMut2::from_shape((rows.len(), some.len()), &mut *tile).expect("cut to size");
        gemm_into(view, 0.0, mine.view(), gathered(unit, some).t());
        for (r, products) in tile.chunks_exact_mut(some.len()).enumerate() {
            while let Some((&(place, adds), rest)) = among[r].split_first()
                && place < start + some.len()
            {
                products[place - start] += adds;
                among[r] = rest;
            }
            best[r].offer(products, start, own[r]);
        }
    }
    let mut all = Vec::with_capacity(rows.len() * k);
    for ((best, linked), &row) in best.iter().zip(linked).zip(rows) {
        let mut found = linked.beside;
        found.extend(best.found().iter().map(|&(s, place)| (s, candidates[place as usize])));
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(k);
        // What is like nothing has the first ones for neighbours, as where all are compared.
        let mut next = 0;
        while found.len() < k {
            if next != row && found.iter().all(|&(_, j)| j != next) {
                found.push((0.0, next));
            }
            next += 1;
        }
        all.extend(found);
    }
    all
}

/// Whom a row is linked with.
struct Linked {
    /// Places among the candidates, rising, and what links add to the similarity.
    among: Vec<(usize, f32)>,
    /// Similarity to all others, links included.
    beside: Vec<(f32, u32)>,
}

impl Linked {
    fn of(
        unit: ArrayView2<'_, f32>,
        links: Option<(&Links, ArrayView1<'_, f32>)>,
        row: u32,
        candidates: &[u32],
        sums: &mut [f32],
    ) -> Self {
        let mut linked = Self { among: Vec::new(), beside: Vec::new() };
        let Some((links, scale)) = links else { return linked };
        let (own, mine) = (scale[row as usize], unit.row(row as usize));
        for (j, alike) in links.alike(row as usize, sums) {
            let adds = own * scale[j as usize] * alike;
            match candidates.binary_search(&j) {
                Ok(place) => linked.among.push((place, adds)),
                Err(_) if j != row => linked.beside.push((mine.dot(&unit.row(j as usize)) + adds, j)),
                Err(_) => {}
            }
        }
        linked
    }
}

/// Some rows, one below the other.
fn gathered(unit: ArrayView2<'_, f32>, rows: &[u32]) -> Array2<f32> {
    unit.select(Axis(0), &rows.iter().map(|&row| row as usize).collect::<Vec<usize>>())
}

impl Lists {
    fn of(unit: ArrayView2<'_, f32>) -> Self {
        let (lengthy, others): (Vec<u32>, Vec<u32>) = (0..unit.nrows() as u32)
            .into_par_iter()
            .partition(|&i| unit.row(i as usize).iter().any(|x| *x != 0.0));
        let count = ((CENTRES * (lengthy.len() as f64).sqrt()) as usize).clamp(1, lengthy.len().max(1));
        let mut rng = ChaCha8Rng::seed_from_u64(0x6c69_7374);
        let taught = lengthy.len().min(count * TAUGHT);
        let mut chosen: Vec<u32> =
            sample(&mut rng, lengthy.len(), taught).into_iter().map(|at| lengthy[at]).collect();
        let mut centres = gathered(unit, &chosen[..count.min(chosen.len())]);
        chosen.sort_unstable();
        for _ in 0..ROUNDS {
            let mut sums = Array2::<f32>::zeros(centres.raw_dim());
            for (&row, centre) in chosen.iter().zip(nearest(unit, &chosen, centres.view())) {
                let mut sum = sums.row_mut(centre as usize);
                sum += &unit.row(row as usize);
            }
            for (mut centre, sum) in centres.rows_mut().into_iter().zip(sums.rows()) {
                let length = sum.dot(&sum).sqrt();
                // A centre that nobody chose stays where it is.
                if length > 0.0 {
                    centre.assign(&(&sum / length));
                }
            }
        }
        let mut members = vec![Vec::new(); centres.nrows()];
        for (&row, centre) in lengthy.iter().zip(nearest(unit, &lengthy, centres.view())) {
            members[centre as usize].push(row);
        }
        // Where many vectors are equal, so are centres, and all but one are nobody's.
        let used: Vec<usize> = (0..members.len()).filter(|&centre| !members[centre].is_empty()).collect();
        let centres = centres.select(Axis(0), &used);
        members.retain(|members| !members.is_empty());
        Self { centres, members, others }
    }

    /// For each list those that it is compared with: its own first, then those of the nearest centres, so many more than
    /// usual that `k` others are among them where there are as many.
    fn around(&self, k: usize) -> Vec<Vec<usize>> {
        let of = |i: usize| {
            let products = self.centres.dot(&self.centres.row(i));
            let mut order: Vec<usize> = (0..self.centres.nrows()).collect();
            order.sort_by(|&a, &b| {
                (b == i).cmp(&(a == i)).then(products[b].total_cmp(&products[a])).then(a.cmp(&b))
            });
            let mut members = 0;
            let enough = order.iter().enumerate().position(|(place, &list)| {
                let enough = place >= PROBED && members > k;
                members += self.members[list].len();
                enough
            });
            order.truncate(enough.unwrap_or(order.len()));
            order
        };
        (0..self.centres.nrows()).into_par_iter().map(of).collect()
    }
}

/// The nearest centre of each of some rows.
fn nearest(unit: ArrayView2<'_, f32>, rows: &[u32], centres: ArrayView2<'_, f32>) -> Vec<u32> {
    let block = |rows: &[u32]| {
        let mut tile = Array2::<f32>::zeros((rows.len(), centres.nrows()));
        gemm_into(tile.view_mut(), 0.0, gathered(unit, rows).view(), centres.t());
        let most = |row: ArrayView1<'_, f32>| {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            best.map_or(0, |(place, _)| place as u32)
        };
        tile.rows().into_iter().map(most).collect::<Vec<u32>>()
    };
    rows.par_chunks(ROWS).flat_map_iter(block).collect()
}

#[cfg(test)]
mod tests {
    use super::super::neighbours::neighbours_of_unit;
    use super::*;
    use rand::Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Vectors in a hundred heaps, as covers are; every fiftieth is of length 0.
    fn heaps(n: usize) -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut normal = || -> f32 { StandardNormal.sample(&mut rng) };
        let middles = Array2::from_shape_fn((100, 24), |_| normal());
        let mut all = Array2::from_shape_fn((n, 24), |(i, j)| middles[(i * 7 % 100, j)] + 0.8 * normal());
        for (i, mut row) in all.rows_mut().into_iter().enumerate() {
            let length = if i % 50 == 0 { f32::INFINITY } else { row.dot(&row).sqrt() };
            row /= length;
        }
        all
    }

    fn shared(a: &Neighbours, b: &Neighbours, i: usize) -> usize {
        a.of(i).filter(|(j, _)| b.of(i).any(|(other, _)| other == *j)).count()
    }

    #[test]
    fn nearly_all_neighbours_are_found_and_their_similarities_are_right() {
        let all = heaps(6_000);
        let (listed, exact) =
            (neighbours_by_lists(all.view(), None, 10), neighbours_of_unit(all.view(), None, 10));
        assert_eq!((listed.k, listed.len()), (10, 6_000));
        let found: usize = (0..6_000).map(|i| shared(&listed, &exact, i)).sum();
        assert!(found as f64 > 0.95 * 60_000.0, "{found} of 60000");
        for (j, s) in listed.of(77) {
            assert!((s - all.row(77).dot(&all.row(j as usize)).max(0.0)).abs() < 1e-5);
        }
        assert_eq!(listed, neighbours_by_lists(all.view(), None, 10));
    }

    #[test]
    fn what_is_linked_is_found_wherever_it_lies() {
        let all = heaps(3_000);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let pairs: Vec<(u32, u32)> =
            (0..4_000).map(|_| (rng.gen_range(0..3_000), rng.gen_range(0..3_000))).collect();
        let links = Links::of(3_000, &pairs);
        let scale = ndarray::Array1::from_elem(3_000, 1.0);
        let of = Some((&links, scale.view()));
        let (listed, exact) = (neighbours_by_lists(all.view(), of, 6), neighbours_of_unit(all.view(), of, 6));
        let found: usize = (0..3_000).map(|i| shared(&listed, &exact, i)).sum();
        assert!(found as f64 > 0.93 * 18_000.0, "{found} of 18000");
        // One of length 0: whom it is linked with, and then the first.
        let linked = (0..3_000).step_by(50).find(|&i| links.knows(i)).unwrap();
        assert_eq!(listed.of(linked).next().map(|(j, _)| j), exact.of(linked).next().map(|(j, _)| j));
    }

    #[test]
    fn where_more_are_asked_for_than_the_lists_around_hold_further_lists_are_looked_at() {
        let all = heaps(3_000);
        let (listed, exact) =
            (neighbours_by_lists(all.view(), None, 2_950), neighbours_of_unit(all.view(), None, 2_950));
        for i in [1, 2, 50, 777, 2_999] {
            let mut numbers: Vec<u32> = listed.of(i).map(|(j, _)| j).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), 2_950, "each once");
            assert!(!numbers.contains(&(i as u32)));
            for ((_, a), (_, b)) in listed.of(i).zip(exact.of(i)) {
                assert!((a - b).abs() < 1e-5, "{i}: {a} {b}");
            }
        }
    }

    #[test]
    fn very_many_equal_vectors_are_each_others_neighbours() {
        let mut all = heaps(3_000);
        let picture = all.row(1).to_owned();
        for i in (0..3_000).step_by(2) {
            all.row_mut(i).assign(&picture);
        }
        let (listed, exact) =
            (neighbours_by_lists(all.view(), None, 8), neighbours_of_unit(all.view(), None, 8));
        for i in 0..3_000 {
            let mut numbers: Vec<u32> = listed.of(i).map(|(j, _)| j).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert!(numbers.len() == 8 && !numbers.contains(&(i as u32)), "{i}");
            assert!(i % 2 == 1 || listed.of(i).all(|(_, s)| s > 0.999_99), "{i}");
        }
        let odd = || (1..3_000).step_by(2);
        let found: usize = odd().map(|i| shared(&listed, &exact, i)).sum();
        assert!(found as f64 > 0.93 * 8.0 * odd().count() as f64, "{found}");
    }

    #[test]
    fn threads_do_not_matter() {
        let all = heaps(2_000);
        let links = Links::of(2_000, &(0..1_900).map(|i| (i, i * 7 % 2_000)).collect::<Vec<_>>());
        let scale = ndarray::Array1::from_elem(2_000, 0.5);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| neighbours_by_lists(all.view(), Some((&links, scale.view())), 5))
        };
        assert_eq!(on(1), on(5));
    }

    #[test]
    fn few_and_empty_sets_are_answered() {
        assert!(neighbours_by_lists(heaps(1).view(), None, 5).is_empty());
        let zeros = Array2::<f32>::zeros((4, 3));
        let found = neighbours_by_lists(zeros.view(), None, 2);
        assert_eq!(found.index, [1, 2, 0, 2, 0, 1, 0, 1]);
        assert!(found.similarity.iter().all(|s| *s == 0.0));
    }
}
