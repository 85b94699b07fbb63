//! Pyramids of a picture's channel: ever smaller, or as the bands that each size adds to the next smaller one (Burt &
//! Adelson 1983, “The Laplacian pyramid as a compact image code”).

/// Sides at which a pyramid ends.
const SMALLEST: usize = 4;

/// One channel of a picture.
#[derive(Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// Pictures ever smaller, the whole one first.
pub(super) fn gaussian(plane: Plane) -> Vec<Plane> {
    let mut all = vec![plane];
    while let Some(last) = all.last().filter(|last| last.width.min(last.height) > SMALLEST) {
        let next = reduced(last);
        all.push(next);
    }
    all
}

/// What each size adds to the next smaller one; the smallest as it is.
pub(super) fn laplacian(plane: Plane) -> Vec<Plane> {
    let mut all = gaussian(plane);
    for k in 1..all.len() {
        let coarse = expanded(&all[k], all[k - 1].width, all[k - 1].height);
        all[k - 1].values.iter_mut().zip(coarse.values).for_each(|(x, coarse)| *x -= coarse);
    }
    all
}

/// The picture that the bands of a [`laplacian`] belong to.
pub(super) fn joined(mut bands: Vec<Plane>) -> Vec<f32> {
    let Some(mut sum) = bands.pop() else { return Vec::new() };
    while let Some(mut band) = bands.pop() {
        let coarse = expanded(&sum, band.width, band.height);
        band.values.iter_mut().zip(coarse.values).for_each(|(x, coarse)| *x += coarse);
        sum = band;
    }
    sum.values
}

/// Binomial weights of five neighbours.
const TAPS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];

/// Each value the mean of its neighbours, along rows and columns; beyond an edge the edge goes on.
fn smooth(plane: &Plane) -> Plane {
    let (width, height) = (plane.width, plane.height);
    let near = |i: usize, k: usize, n: usize| (i + k).saturating_sub(2).min(n - 1);
    let mut rows = vec![0.0; plane.values.len()];
    for (row, out) in plane.values.chunks_exact(width).zip(rows.chunks_exact_mut(width)) {
        for (x, out) in out.iter_mut().enumerate() {
            *out = (0..5).map(|k| TAPS[k] * row[near(x, k, width)]).sum();
        }
    }
    let mut values = vec![0.0; rows.len()];
    for (y, out) in values.chunks_exact_mut(width).enumerate() {
        for k in 0..5 {
            let row = &rows[near(y, k, height) * width..][..width];
            out.iter_mut().zip(row).for_each(|(out, x)| *out += TAPS[k] * x);
        }
    }
    Plane { width, height, values }
}

/// Half as large, rounded up.
pub(super) fn reduced(plane: &Plane) -> Plane {
    let smooth = smooth(plane);
    let (width, height) = (plane.width.div_ceil(2), plane.height.div_ceil(2));
    let values =
        (0..width * height).map(|i| smooth.values[i / width * 2 * plane.width + i % width * 2]).collect();
    Plane { width, height, values }
}

/// Brought to a size of which it is the half.
pub(super) fn expanded(plane: &Plane, width: usize, height: usize) -> Plane {
    let along = |x: usize, n: usize| {
        let (low, high) = (x / 2, (x / 2 + 1).min(n - 1));
        let before = (x / 2).saturating_sub(1);
        // Every other of the five weights falls on a value; they are doubled to make up for the zeros between.
        if x.is_multiple_of(2) {
            [(before, 0.125), (low, 0.75), (high, 0.125)]
        } else {
            [(low, 0.5), (high, 0.5), (high, 0.0)]
        }
    };
    let columns: Vec<_> = (0..width).map(|x| along(x, plane.width)).collect();
    let mut wide = vec![0.0; width * plane.height];
    for (row, out) in plane.values.chunks_exact(plane.width).zip(wide.chunks_exact_mut(width)) {
        for (out, near) in out.iter_mut().zip(&columns) {
            *out = near.iter().map(|&(i, tap)| tap * row[i]).sum();
        }
    }
    let mut values = vec![0.0; width * height];
    for (y, out) in values.chunks_exact_mut(width).enumerate() {
        for (i, tap) in along(y, plane.height) {
            out.iter_mut().zip(&wide[i * width..][..width]).for_each(|(out, x)| *out += tap * x);
        }
    }
    Plane { width, height, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pyramid_joins_to_what_it_was_made_of_at_any_size() {
        for (width, height) in [(128, 128), (37, 50), (5, 9), (3, 3)] {
            let values = (0..width * height).map(|i| ((i % width) * 31 + i / width * 17) as u8);
            let plane = Plane { width, height, values: values.map(f32::from).collect() };
            let again = joined(laplacian(plane.clone()));
            let worst = plane.values.iter().zip(again).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-3, "{width}×{height}: {worst}");
        }
    }

    #[test]
    fn an_even_plane_stays_even_in_every_band() {
        let plane = Plane { width: 19, height: 23, values: vec![7.0; 19 * 23] };
        let bands = laplacian(plane);
        let (last, others) = bands.split_last().unwrap();
        assert!(others.iter().flat_map(|band| &band.values).all(|x| x.abs() < 1e-4));
        assert!(last.values.iter().all(|x| (x - 7.0).abs() < 1e-4));
    }
}
