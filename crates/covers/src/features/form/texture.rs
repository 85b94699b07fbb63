//! How coarse a cover is: energies of a Haar pyramid by scale, and local binary patterns.
//! (T. Ojala, M. Pietikäinen and T. Mäenpää, “Multiresolution gray-scale and rotation invariant texture
//! classification with local binary patterns”, 2002.)

use super::super::planes::Plane;
use super::numbered;

/// Scales of the pyramid, from 2 pixels of a cover of 128 to 64.
const SCALES: usize = 6;
/// Patterns: a run of 0–8 brighter neighbours, and everything that is no single run.
const PATTERNS: usize = 10;
/// A neighbour is brighter by more than this; less is what JPEG makes of a flat area.
const BRIGHTER: f32 = 2.5 / 255.0;

pub(super) const DIMS: usize = SCALES * 4 + 2 * PATTERNS;

pub(super) fn names() -> Vec<String> {
    let mut names = Vec::with_capacity(DIMS);
    for way in ["across", "down", "crossing"] {
        names.extend((1..=SCALES).map(|scale| format!("detail {way} of {} pixels", 1 << scale)));
    }
    names.extend((1..=SCALES).map(|scale| format!("share of detail of {} pixels", 1 << scale)));
    for scale in ["fine", "coarse"] {
        names.extend(numbered(&format!("{scale} pattern"), PATTERNS));
    }
    names
}

/// Mean absolute change of luma across, down and crosswise at each scale; each scale's share of all; shares of pixels
/// with each pattern, at full size and at half.
pub(super) fn features(full: &Plane, out: &mut Vec<f32>) {
    let scales = pyramid(full);
    for way in 0..3 {
        out.extend(scales.iter().map(|scale| scale[way]));
    }
    out.extend(shares(&scales));
    out.extend(patterns(full));
    out.extend(patterns(&full.halve()));
}

/// Share of detail of 2 and 4 pixels in all detail, 0–1: low where a cover is soft or plain, high where it is sharp and
/// busy.
pub(in crate::features) fn fine_share(full: &Plane) -> f32 {
    shares(&pyramid(full))[..2].iter().sum()
}

fn shares(scales: &[[f32; 3]; SCALES]) -> [f32; SCALES] {
    let all: f32 = scales.iter().flatten().sum();
    scales.map(|scale| scale.iter().sum::<f32>() / (all + 1e-3))
}

/// Means of |horizontal|, |vertical| and |diagonal| Haar coefficients by scale, finest first.
fn pyramid(full: &Plane) -> [[f32; 3]; SCALES] {
    let mut scales = [[0.0; 3]; SCALES];
    let mut plane = full.clone();
    for sums in &mut scales {
        let side = plane.side / 2;
        let mut next = Vec::with_capacity(side * side);
        for y in 0..side {
            let pairs = plane.row(2 * y).chunks_exact(2).zip(plane.row(2 * y + 1).chunks_exact(2));
            for (upper, lower) in pairs {
                let (top, bottom) = (upper[0] + upper[1], lower[0] + lower[1]);
                let (falls, falls_below) = (upper[0] - upper[1], lower[0] - lower[1]);
                sums[0] += (falls + falls_below).abs();
                sums[1] += (top - bottom).abs();
                sums[2] += (falls - falls_below).abs();
                next.push((top + bottom) * 0.25);
            }
        }
        sums.iter_mut().for_each(|sum| *sum *= 0.5 / (side * side) as f32);
        plane = Plane { side, values: next };
    }
    scales
}

/// Which pattern each set of brighter neighbours is, the neighbours as bits around the circle.
const PATTERN_OF: [u8; 256] = {
    let mut table = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        let byte = bits as u8;
        let changes = (byte ^ byte.rotate_left(1)).count_ones();
        table[bits] = if changes <= 2 { byte.count_ones() as u8 } else { 9 };
        bits += 1;
    }
    table
};

/// Share of inner pixels with each pattern.
fn patterns(plane: &Plane) -> [f32; PATTERNS] {
    let mut counts = [0_u32; PATTERNS];
    for y in 1..plane.side - 1 {
        let rows = [plane.row(y - 1), plane.row(y), plane.row(y + 1)];
        let own = rows[1].windows(3);
        for ((upper, own), lower) in rows[0].windows(3).zip(own).zip(rows[2].windows(3)) {
            let least = own[1] + BRIGHTER;
            let around = [upper[0], upper[1], upper[2], own[2], lower[2], lower[1], lower[0], own[0]];
            let bits = around.iter().enumerate().fold(0, |bits, (i, &v)| bits | usize::from(v > least) << i);
            counts[usize::from(PATTERN_OF[bits])] += 1;
        }
    }
    let inner = (plane.side - 2) * (plane.side - 2);
    counts.map(|count| count as f32 / inner as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_have_their_detail_at_their_width() {
        for (scale, width) in [(0, 1), (1, 2), (2, 4), (4, 16)] {
            let stripes = pyramid(&Plane::from_fn(128, |x, _| f32::from(x / width % 2 == 0)));
            for (i, found) in stripes.iter().enumerate() {
                let across = if i == scale { 1.0 } else { 0.0 };
                assert!((found[0] - across).abs() < 1e-4, "width {width}, scale {i}: {found:?}");
                assert_eq!(found[1..], [0.0, 0.0]);
            }
        }
    }

    #[test]
    fn a_chessboard_is_crossing_detail() {
        let board = pyramid(&Plane::from_fn(128, |x, y| ((x + y) % 2) as f32));
        assert_eq!(board[0], [0.0, 0.0, 1.0]);
    }

    #[test]
    fn turning_a_picture_keeps_its_patterns() {
        let plane = Plane::from_fn(128, |x, y| ((x * 31 + y * 17 + x * y) % 97) as f32 / 97.0);
        let turned = Plane::from_fn(128, |x, y| plane.at(y, 127 - x));
        assert_eq!(patterns(&plane), patterns(&turned));
    }

    #[test]
    fn a_flat_area_with_a_little_noise_has_no_brighter_neighbours() {
        let plane = Plane::from_fn(128, |x, y| 0.5 + ((x * 7 + y * 3) % 3) as f32 / 255.0);
        assert_eq!(patterns(&plane)[0], 1.0);
    }

    #[test]
    fn a_soft_picture_has_little_fine_detail() {
        let wave = |length: f32| {
            let turns = std::f32::consts::TAU / length;
            Plane::from_fn(128, |x, y| (x as f32 * turns).sin() * (y as f32 * turns).cos())
        };
        assert!(fine_share(&wave(5.0)) > 2.0 * fine_share(&wave(64.0)));
    }
}
