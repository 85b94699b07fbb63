//! The plane on which the vectors of all covers lie furthest apart, popular albums drawn larger.

use super::room::{centre_on, finite, mean};
use gatefold_linalg::dense::symmetric_eigen;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use rayon::prelude::*;

/// The median distance from a cover to the nearest on the plane, in units of one cover.
const SPACING: f32 = 0.7;
/// Radius of an album of median popularity, and the least and the most that any has, in units of one cover.
const MEDIAN: f32 = 0.5;
const SMALLEST: f32 = 0.3;
const LARGEST: f32 = 2.0;
/// How much of a mean variance the last column has less than the first where they would be equal: a tie goes to the
/// first.
const TIE: f64 = 1e-4;
/// Observations per block of the covariance, and blocks held at once.
const BLOCK: usize = 1_024;
const HELD: usize = 16;

/// Albums on the plane of the first two principal components.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// A position for each row, mean (0, 0), in units of one cover: half of them have another nearer than
    /// 0.7. Albums may lie on each other: where they are says what they are.
    pub at: Vec<[f32; 2]>,
    /// Half of the width at which each should be drawn, 0.3–2.
    pub radius: Vec<f32>,
}

/// Rows of `vectors` on the plane of their first two principal components (Pearson, 1901, "On lines and planes of
/// closest fit to systems of points in space"), x along the first, both in one scale. An axis points to where the
/// largest of its weights does. Where no direction has more variance than another, as after whitening, the first
/// columns are taken.
///
/// The area at which an album is drawn grows with the square root of its `popularity` (plays or listeners, whatever
/// the unit), clipped; unknown is smallest.
///
/// O(n·d² + d³) for n rows of d numbers.
pub fn by_components(vectors: ArrayView2<'_, f32>, popularity: &[Option<f32>]) -> Plane {
    let mut at = finite(&scores(vectors));
    let origin = mean(&at);
    centre_on(&mut at, origin);
    let scale = scale(&at);
    for p in &mut at {
        *p = p.map(|x| x * scale);
    }
    let radius = radii(at.len(), popularity);
    Plane { at, radius }
}

fn scores(vectors: ArrayView2<'_, f32>) -> Vec<[f32; 2]> {
    let (n, dims) = vectors.dim();
    if n == 0 || dims == 0 {
        return vec![[0.0; 2]; n];
    }
    let mean: Array1<f64> =
        (0..dims).map(|c| vectors.column(c).iter().map(|&x| number(x)).sum::<f64>() / n as f64).collect();
    let centred = |from: usize, to: usize| {
        let mut block = vectors.slice(s![from..to, ..]).mapv(number);
        block -= &mean;
        block
    };
    let mut covariance = Array2::<f64>::zeros((dims, dims));
    let starts: Vec<usize> = (0..n).step_by(BLOCK).collect();
    for some in starts.chunks(HELD) {
        let products: Vec<Array2<f64>> = some
            .par_iter()
            .map(|&from| {
                let block = centred(from, (from + BLOCK).min(n));
                block.t().dot(&block)
            })
            .collect();
        // In the order of blocks, whoever was ready first.
        for product in products {
            covariance += &product;
        }
    }
    let typical = covariance.diag().sum() / dims as f64;
    for c in 0..dims {
        covariance[[c, c]] += TIE * typical * (1.0 - c as f64 / dims as f64);
    }
    let (_, directions) = symmetric_eigen(covariance.view());
    let mut axes = Array2::<f64>::zeros((dims, 2));
    for c in 0..2.min(dims) {
        let axis = directions.column(c);
        let largest = axis.iter().fold(0.0f64, |most, &x| if x.abs() > most.abs() { x } else { most });
        axes.column_mut(c).assign(&axis.mapv(|x| x * largest.signum()));
    }
    let blocks: Vec<Array2<f64>> =
        starts.par_iter().map(|&from| centred(from, (from + BLOCK).min(n)).dot(&axes)).collect();
    blocks.iter().flat_map(|b| b.axis_iter(Axis(0)).map(|r| [r[0] as f32, r[1] as f32])).collect()
}

/// What is no number counts as 0.
fn number(x: f32) -> f64 {
    if x.is_finite() { f64::from(x) } else { 0.0 }
}

/// What makes the median distance to the nearest other position [`SPACING`].
fn scale(at: &[[f32; 2]]) -> f32 {
    let mut order = at.to_vec();
    order.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    // Equal covers do not make a map wide.
    order.dedup();
    let mut nearest: Vec<f32> = (0..order.len())
        .into_par_iter()
        .map(|i| {
            let mut least = f32::INFINITY;
            let p = order[i];
            let mut look = |q: &[f32; 2]| {
                least = least.min((p[0] - q[0]).hypot(p[1] - q[1]));
                (p[0] - q[0]).abs() < least
            };
            let _ = order[..i].iter().rev().all(&mut look);
            let _ = order[i + 1..].iter().all(&mut look);
            least
        })
        .collect();
    nearest.sort_by(f32::total_cmp);
    match nearest.get(nearest.len() / 2) {
        Some(&median) if median.is_finite() && median > 0.0 => SPACING / median,
        _ => 1.0,
    }
}

fn radii(n: usize, popularity: &[Option<f32>]) -> Vec<f32> {
    let of = |i: usize| popularity.get(i).copied().flatten().filter(|p| p.is_finite() && *p > 0.0);
    let mut known: Vec<f32> = (0..n).filter_map(of).collect();
    known.sort_by(f32::total_cmp);
    let median = known.get(known.len() / 2).copied().unwrap_or(1.0);
    // Area by the square root: radius by the fourth.
    let radius = |p: f32| MEDIAN * (p / median).sqrt().sqrt();
    (0..n).map(|i| of(i).map_or(SMALLEST, |p| radius(p).clamp(SMALLEST, LARGEST))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Rows whose first direction is (0, 0.8, −0.6, 0…) with amounts from −9 to 9, the second (1, 0…) from −3 to 3,
    /// and some noise; with those amounts.
    fn flat(n: usize) -> (Array2<f32>, Vec<[f32; 2]>) {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        let amounts: Vec<[f32; 2]> =
            (0..n).map(|_| [rng.gen_range(-9.0..9.0), rng.gen_range(-3.0..3.0)]).collect();
        let vectors = Array2::from_shape_fn((n, 12), |(i, c)| {
            let [a, b] = amounts[i];
            5.0 + match c {
                0 => b,
                1 => 0.8 * a,
                2 => -0.6 * a,
                _ => rng.gen_range(-0.5..0.5),
            }
        });
        (vectors, amounts)
    }

    fn correlation(a: impl Iterator<Item = f32> + Clone, b: impl Iterator<Item = f32> + Clone) -> f32 {
        let mean = |v: &dyn Fn() -> f32, n: f32| v() / n;
        let n = a.clone().count() as f32;
        let (ma, mb) = (mean(&|| a.clone().sum(), n), mean(&|| b.clone().sum(), n));
        let both: f32 = a.clone().zip(b.clone()).map(|(x, y)| (x - ma) * (y - mb)).sum();
        let (sa, sb) = (a.map(|x| (x - ma).powi(2)).sum::<f32>(), b.map(|y| (y - mb).powi(2)).sum::<f32>());
        both / (sa * sb).sqrt()
    }

    #[test]
    fn axes_are_the_two_directions_of_most_variance_with_their_sign() {
        let (vectors, amounts) = flat(3_000);
        let plane = by_components(vectors.view(), &[]);
        for c in 0..2 {
            let found = correlation(plane.at.iter().map(|p| p[c]), amounts.iter().map(|a| a[c]));
            assert!(found > 0.99, "{c}: {found}");
        }
        // The largest weight is that of column 1: positive there.
        let upside_down = vectors.mapv(|x| -x);
        let other = by_components(upside_down.view(), &[]);
        let found = correlation(plane.at.iter().map(|p| p[0]), other.at.iter().map(|p| p[0]));
        assert!(found < -0.99, "{found}");
    }

    #[test]
    fn half_of_all_covers_have_another_within_the_spacing() {
        let (vectors, _) = flat(1_001);
        for factor in [1e-3, 1.0, 1e4] {
            let at = by_components(vectors.mapv(|x| x * factor).view(), &[]).at;
            let mut nearest: Vec<f32> = (0..at.len())
                .map(|i| {
                    (0..at.len())
                        .filter(|&j| j != i)
                        .map(|j| (at[i][0] - at[j][0]).hypot(at[i][1] - at[j][1]))
                        .fold(f32::INFINITY, f32::min)
                })
                .collect();
            nearest.sort_by(f32::total_cmp);
            assert!((nearest[500] / SPACING - 1.0).abs() < 1e-2, "{}", nearest[500]);
        }
    }

    #[test]
    fn equal_variances_give_the_first_columns() {
        // Columns of ±1 that are uncorrelated to the last digit, as whitened scores are.
        let vectors = Array2::from_shape_fn((64, 6), |(i, c)| if i >> c & 1 == 1 { 1.0f32 } else { -1.0 });
        let at = by_components(vectors.view(), &[]).at;
        for (i, p) in at.iter().enumerate() {
            for c in 0..2 {
                assert_eq!(p[c] > 0.0, vectors[[i, c]] > 0.0);
            }
        }
    }

    #[test]
    fn popular_albums_are_larger_within_bounds_and_unknown_ones_smallest() {
        let plays =
            [Some(10.0), Some(160.0), None, Some(1e9), Some(0.0), Some(f32::NAN), Some(10.0), Some(1e-9)];
        let radius = by_components(Array2::zeros((9, 2)).view(), &plays).radius;
        assert_eq!(radius[0], MEDIAN);
        // Sixteen times the plays is four times the area.
        assert!((radius[1] - 2.0 * MEDIAN).abs() < 1e-5);
        assert_eq!(radius[3], LARGEST);
        for i in [2, 4, 5, 7, 8] {
            assert_eq!(radius[i], SMALLEST, "{i}");
        }
    }

    #[test]
    fn no_rows_no_columns_and_equal_rows_are_no_trouble() {
        for (n, dims) in [(0, 0), (0, 5), (3, 0), (1, 5), (2, 1), (2, 5), (40, 3)] {
            let plane = by_components(Array2::from_elem((n, dims), 7.0).view(), &[]);
            assert_eq!(plane.at, vec![[0.0; 2]; n], "{n} {dims}");
            assert_eq!(plane.radius.len(), n);
        }
        let mut strange = Array2::from_shape_fn((30, 3), |(i, c)| (i * (c + 1) % 7) as f32);
        strange[[3, 1]] = f32::NAN;
        strange[[4, 2]] = f32::INFINITY;
        assert!(by_components(strange.view(), &[]).at.iter().flatten().all(|x| x.is_finite()));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (vectors, _) = flat(5_000);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| by_components(vectors.view(), &[]))
        };
        assert_eq!(with(1), with(3));
    }
}
