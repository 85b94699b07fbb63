//! Gaussian and Laplacian pyramids of a channel (Burt & Adelson 1983, “The Laplacian pyramid as a compact image code”).

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

/// Half as large, rounded up: each value the binomial mean of five by five neighbours; beyond an edge the edge goes on.
pub(super) fn reduced(plane: &Plane) -> Plane {
    let (width, height) = (plane.width.div_ceil(2), plane.height.div_ceil(2));
    let near = |i: usize, k: usize, n: usize| (i + k).saturating_sub(2).min(n - 1);
    let mut values = Vec::with_capacity(width * height);
    let mut line = vec![0.0; plane.width];
    for y in 0..height {
        line.fill(0.0);
        for (k, tap) in TAPS.into_iter().enumerate() {
            let row = &plane.values[near(2 * y, k, plane.height) * plane.width..][..plane.width];
            line.iter_mut().zip(row).for_each(|(sum, x)| *sum += tap * x);
        }
        let at_edge = |x: usize| (0..5).map(|k| TAPS[k] * line[near(2 * x, k, plane.width)]).sum::<f32>();
        // Where all five neighbours are there, none needs to be looked for.
        let inner = (plane.width.saturating_sub(3) / 2).min(width.saturating_sub(1));
        values.push(at_edge(0));
        values.extend(
            line.windows(5).step_by(2).take(inner).map(|five| {
                TAPS[0] * (five[0] + five[4]) + TAPS[1] * (five[1] + five[3]) + TAPS[2] * five[2]
            }),
        );
        values.extend((1 + inner..width).map(at_edge));
    }
    Plane { width, height, values }
}

/// Brought to a size of which it is the half.
pub(super) fn expanded(plane: &Plane, width: usize, height: usize) -> Plane {
    let mut values = vec![0.0; width * height];
    let mut line = vec![0.0; plane.width];
    for (y, out) in values.chunks_exact_mut(width).enumerate() {
        let row = |i: usize| &plane.values[i * plane.width..][..plane.width];
        let (low, high) = (y / 2, (y / 2 + 1).min(plane.height - 1));
        // Every other of the five weights falls on a value; they are doubled to make up for the zeros between.
        if y.is_multiple_of(2) {
            let outer = row((y / 2).saturating_sub(1)).iter().zip(row(high));
            let all = line.iter_mut().zip(row(low)).zip(outer);
            all.for_each(|((sum, x), (a, b))| *sum = 0.75 * x + 0.125 * (a + b));
        } else {
            let both = line.iter_mut().zip(row(low).iter().zip(row(high)));
            both.for_each(|(sum, (a, b))| *sum = 0.5 * (a + b));
        }
        for (x, pair) in out.chunks_mut(2).enumerate() {
            let (before, own, after) =
                (line[x.saturating_sub(1)], line[x], line[(x + 1).min(plane.width - 1)]);
            pair[0] = 0.75 * own + 0.125 * (before + after);
            if let Some(next) = pair.get_mut(1) {
                *next = 0.5 * (own + after);
            }
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
