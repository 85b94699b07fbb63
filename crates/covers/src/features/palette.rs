//! Colour: which colours a cover has and how much of each, and how its border differs from its middle. Where
//! colours lie is otherwise ignored.

use super::colour::{Colour, MOST_CHROMA, SIDE, colours};
use super::planes::mean_and_sd;
use image::RgbImage;

/// Levels of lightness in the histogram.
const LEVELS: usize = 5;
/// Hues in the histogram.
const HUES: usize = 8;
/// Chroma of the histogram's three steps: neutral, muted, vivid. Colours between two steps count for both.
const CHROMAS: [f32; 3] = [0.02, 0.07, 0.16];
/// Bins of one level of lightness: neutral, then each hue muted and vivid.
const BINS: usize = 1 + 2 * HUES;
/// Hues of the hue energies.
const FINE_HUES: usize = 12;
/// Quantiles of lightness and chroma.
const QUANTILES: [f32; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Steps that a quantile is exact to: as fine as the bytes that colours come from.
const STEPS: usize = 256;
/// Pixels of the border's width.
const BORDER: usize = SIDE / 10;
/// Pixels between the edge and the middle.
const MARGIN: usize = SIDE / 4;

/// Numbers of a cover's histogram of colours, with which [`features`] begin: the root of each colour's share.
pub const HISTOGRAM: usize = LEVELS * BINS;
/// Numbers per cover.
pub const DIMS: usize = HISTOGRAM + 2 * QUANTILES.len() + 11 + 7 + FINE_HUES + 4 + 5 + 12;

/// What each number is called.
pub fn names() -> Vec<String> {
    let mut names = Vec::with_capacity(DIMS);
    for level in 1..=LEVELS {
        names.push(format!("level {level} neutral"));
        for chroma in ["muted", "vivid"] {
            names.extend((0..HUES).map(|hue| format!("level {level} {chroma} hue {}°", hue * 360 / HUES)));
        }
    }
    for what in ["lightness", "chroma"] {
        names.extend(QUANTILES.map(|q| format!("{what} quantile {q}")));
    }
    for what in ["lightness", "red–green", "yellow–blue", "chroma"] {
        names.extend([format!("{what} mean"), format!("{what} spread")]);
    }
    names.extend(
        ["lightness skew", "chroma skew", "lightness–chroma correlation"]
            .into_iter()
            .chain(["black", "white", "grey", "vivid", "skin-like", "warm", "cold"])
            .map(str::to_owned),
    );
    names.extend((0..FINE_HUES).map(|hue| format!("energy of hue {}°", hue * 360 / FINE_HUES)));
    names.extend(
        ["main hue cosine", "main hue sine", "one hue", "two opposite hues"]
            .into_iter()
            .chain(["entropy", "largest bin", "three largest bins", "colours", "rare colours"])
            .chain(["border lightness", "border red–green", "border yellow–blue", "border spread"])
            .chain(["border black", "border white"])
            .chain(["middle lightness", "middle red–green", "middle yellow–blue", "middle spread"])
            .chain(["middle lighter by", "middle differs by"])
            .map(str::to_owned),
    );
    names
}

/// [`DIMS`] numbers of a cover of any size; 128×128 needs no scaling. Shares are of its area, lightness 0–1,
/// chroma and distances in Oklab units (0–0.32), entropy in nats.
pub fn features(cover: &RgbImage) -> Vec<f32> {
    let pixels = colours(cover);
    let mut out = Vec::with_capacity(DIMS);
    let histogram = histogram(&pixels);
    out.extend(histogram.iter().map(|share| share.sqrt()));
    quantiles(pixels.iter().map(|p| p.l), &mut out);
    quantiles(pixels.iter().map(|p| p.chroma / MOST_CHROMA), &mut out);
    moments(&pixels, &mut out);
    shares(&pixels, &mut out);
    hues(&pixels, &mut out);
    variety(&pixels, &histogram, &mut out);
    border(&pixels, &mut out);
    out
}

/// A place on a scale of `bins` whose first and last bins are at its ends: the lower bin and the upper one's weight.
fn between(x: f32, bins: usize) -> (usize, f32) {
    let x = x.clamp(0.0, 1.0) * (bins - 1) as f32;
    let lower = (x as usize).min(bins - 2);
    (lower, x - lower as f32)
}

/// Weights of [`CHROMAS`], which sum to 1.
fn chroma_weights(chroma: f32) -> [f32; 3] {
    let [neutral, muted, vivid] = CHROMAS;
    if chroma < muted {
        let up = ((chroma - neutral) / (muted - neutral)).max(0.0);
        [1.0 - up, up, 0.0]
    } else {
        let up = ((chroma - muted) / (vivid - muted)).min(1.0);
        [0.0, 1.0 - up, up]
    }
}

/// Share of the cover in each bin of lightness × chroma × hue. A pixel counts for the bins around it, each by how near
/// it is, so that a small change of colour is a small change of the histogram.
fn histogram(pixels: &[Colour]) -> [f32; LEVELS * BINS] {
    let mut bins = [0.0; LEVELS * BINS];
    for p in pixels {
        let (level, up) = between(p.l, LEVELS);
        let [neutral, muted, vivid] = chroma_weights(p.chroma);
        let turn = p.hue * HUES as f32;
        let (hue, on) = ((turn as usize).min(HUES - 1), turn.fract());
        for (level, weight) in [(level, 1.0 - up), (level + 1, up)] {
            let bins = &mut bins[level * BINS..][..BINS];
            bins[0] += weight * neutral;
            for (hue, weight) in [(hue, weight * (1.0 - on)), ((hue + 1) % HUES, weight * on)] {
                bins[1 + hue] += weight * muted;
                bins[1 + HUES + hue] += weight * vivid;
            }
        }
    }
    bins.map(|sum| sum / pixels.len() as f32)
}

fn quantiles(values: impl ExactSizeIterator<Item = f32>, out: &mut Vec<f32>) {
    let n = values.len() as f32;
    let mut counts = [0_u32; STEPS];
    for value in values {
        counts[(value.clamp(0.0, 1.0) * (STEPS - 1) as f32).round() as usize] += 1;
    }
    for q in QUANTILES {
        let mut below = 0;
        let step = counts.iter().position(|&count| {
            below += count;
            below as f32 >= q * n
        });
        out.push(step.unwrap_or(STEPS - 1) as f32 / (STEPS - 1) as f32);
    }
}

fn moments(pixels: &[Colour], out: &mut Vec<f32>) {
    let n = pixels.len() as f32;
    let lightness = mean_and_sd(pixels.iter().map(|p| p.l));
    let chroma = mean_and_sd(pixels.iter().map(|p| p.chroma));
    let others = [mean_and_sd(pixels.iter().map(|p| p.a)), mean_and_sd(pixels.iter().map(|p| p.b))];
    for (mean, sd) in [lightness, others[0], others[1], chroma] {
        out.extend([mean, sd]);
    }
    // An evenly coloured cover leans nowhere: its spread of almost nothing must not become a large quotient.
    let standard = |x: f32, (mean, sd): (f32, f32)| if sd > 1e-3 { (x - mean) / sd } else { 0.0 };
    let mean = |f: &dyn Fn(&Colour) -> f32| pixels.iter().map(f).sum::<f32>() / n;
    out.push(mean(&|p| standard(p.l, lightness).powi(3)));
    out.push(mean(&|p| standard(p.chroma, chroma).powi(3)));
    out.push(mean(&|p| standard(p.l, lightness) * standard(p.chroma, chroma)));
}

fn share(pixels: &[Colour], of: impl Fn(&Colour) -> bool) -> f32 {
    pixels.iter().filter(|p| of(p)).count() as f32 / pixels.len().max(1) as f32
}

fn near_black(p: &Colour) -> bool {
    p.l < 0.2
}

fn near_white(p: &Colour) -> bool {
    p.l > 0.93 && p.chroma < 0.04
}

fn shares(pixels: &[Colour], out: &mut Vec<f32>) {
    out.extend([
        share(pixels, near_black),
        share(pixels, near_white),
        share(pixels, |p| p.chroma < 0.02),
        share(pixels, |p| p.chroma > 0.15),
        share(pixels, Colour::skin_like),
        share(pixels, |p| p.chroma > 0.05 && p.hue_within(0.95, 0.32)),
        share(pixels, |p| p.chroma > 0.05 && p.hue_within(0.45, 0.85)),
    ]);
}

/// How much of all chroma each hue has; where it gathers, once and twice around the circle.
fn hues(pixels: &[Colour], out: &mut Vec<f32>) {
    let mut energies = [0.0; FINE_HUES];
    let (mut all, mut once, mut twice) = (0.0, [0.0; 2], [0.0; 2]);
    for p in pixels {
        energies[((p.hue * FINE_HUES as f32) as usize).min(FINE_HUES - 1)] += p.chroma;
        all += p.chroma;
        once = [once[0] + p.a, once[1] + p.b];
        if p.chroma > 0.0 {
            // Twice the angle by the formulas of the double angle.
            twice[0] += (p.a * p.a - p.b * p.b) / p.chroma;
            twice[1] += 2.0 * p.a * p.b / p.chroma;
        }
    }
    // A grey cover has chroma of rounding errors only; half a hundredth a pixel keeps them small.
    let all = all + 0.005 * pixels.len() as f32;
    out.extend(energies.map(|energy| energy / all));
    out.extend([once[0] / all, once[1] / all, once[0].hypot(once[1]) / all, twice[0].hypot(twice[1]) / all]);
}

/// Bins across of each axis when colours are counted.
const COUNTED: usize = 8;

/// A cell of a coarse cube of Oklab, 0.125 of lightness by 0.08 of each colour axis.
fn cell(p: &Colour) -> usize {
    let along = |x: f32| (((x + 0.32) / 0.08) as usize).min(COUNTED - 1);
    let level = ((p.l * COUNTED as f32) as usize).min(COUNTED - 1);
    (level * COUNTED + along(p.a)) * COUNTED + along(p.b)
}

/// How many colours cover more than `least` of the pixels, as cells of a coarse cube.
pub(super) fn count(pixels: &[Colour], least: f32) -> usize {
    let mut counts = [0_u32; COUNTED * COUNTED * COUNTED];
    pixels.iter().for_each(|p| counts[cell(p)] += 1);
    let least = least * pixels.len() as f32;
    counts.iter().filter(|&&count| count as f32 > least).count()
}

fn variety(pixels: &[Colour], histogram: &[f32], out: &mut Vec<f32>) {
    out.push(-histogram.iter().filter(|&&share| share > 0.0).map(|share| share * share.ln()).sum::<f32>());
    let mut sorted = histogram.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    out.extend([sorted[0], sorted[..3].iter().sum()]);
    out.extend([count(pixels, 0.01) as f32, count(pixels, 0.001) as f32]);
}

/// The outermost pixels and those in the middle.
fn border(pixels: &[Colour], out: &mut Vec<f32>) {
    let from_edge = |i: usize| {
        let (x, y) = (i % SIDE, i / SIDE);
        x.min(y).min(SIDE - 1 - x).min(SIDE - 1 - y)
    };
    let part = |within: &dyn Fn(usize) -> bool| -> Vec<Colour> {
        (0..pixels.len()).filter(|&i| within(from_edge(i))).map(|i| pixels[i]).collect()
    };
    let (ring, middle) = (part(&|edge| edge < BORDER), part(&|edge| edge >= MARGIN));
    let (outer, inner) = (summary(&ring), summary(&middle));
    out.extend(outer);
    out.extend([share(&ring, near_black), share(&ring, near_white)]);
    out.extend(inner);
    let squares: f32 = (0..3).map(|k| (inner[k] - outer[k]).powi(2)).sum();
    out.extend([inner[0] - outer[0], squares.sqrt()]);
}

/// Mean lightness, red–green and yellow–blue, and the root of the mean squared distance from them.
fn summary(pixels: &[Colour]) -> [f32; 4] {
    let parts = [
        mean_and_sd(pixels.iter().map(|p| p.l)),
        mean_and_sd(pixels.iter().map(|p| p.a)),
        mean_and_sd(pixels.iter().map(|p| p.b)),
    ];
    let spread = parts.iter().map(|(_, sd)| sd * sd).sum::<f32>().sqrt();
    [parts[0].0, parts[1].0, parts[2].0, spread]
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn at(cover: &RgbImage, name: &str) -> f32 {
        let place = names().iter().position(|n| n == name).unwrap();
        features(cover)[place]
    }

    fn painting(shift: u32) -> RgbImage {
        RgbImage::from_fn(128, 128, |x, y| {
            // Blocks of 2×2 pixels survive the halving; a middle of shuffled blocks inside an even border.
            let (x, y) = (x / 2, y / 2);
            if !(16..48).contains(&x) || !(16..48).contains(&y) {
                return Rgb([30, 60, 90]);
            }
            let i = ((y - 16) * 32 + (x - 16) + shift) % 1024;
            Rgb([(i * 7 % 256) as u8, (i * 13 % 256) as u8, (i / 4) as u8])
        })
    }

    #[test]
    fn there_is_a_name_for_every_number() {
        assert_eq!(names().len(), DIMS);
        assert_eq!(features(&painting(0)).len(), DIMS);
    }

    #[test]
    fn where_colours_lie_in_the_middle_does_not_matter() {
        for (a, b) in features(&painting(0)).iter().zip(features(&painting(357))) {
            assert!((a - b).abs() < 1e-3, "{a} and {b}");
        }
    }

    #[test]
    fn covers_of_one_colour_have_finite_numbers() {
        for colour in [[0; 3], [255; 3], [127; 3], [255, 0, 0], [0, 0, 255]] {
            let all = features(&RgbImage::from_pixel(128, 128, Rgb(colour)));
            assert!(all.iter().all(|x| x.is_finite()), "{colour:?}");
        }
    }

    #[test]
    fn the_histogram_shares_out_the_whole_cover() {
        let sum: f32 = histogram(&colours(&painting(0))).iter().sum();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn black_is_counted_as_black_and_white_as_white() {
        let half = RgbImage::from_fn(128, 128, |x, _| Rgb(if x < 32 { [0; 3] } else { [255; 3] }));
        assert!((at(&half, "black") - 0.25).abs() < 1e-6);
        assert!((at(&half, "white") - 0.75).abs() < 1e-6);
        assert_eq!(at(&half, "vivid"), 0.0);
        assert_eq!(at(&half, "colours"), 2.0);
    }

    #[test]
    fn a_dark_frame_is_told_from_its_light_middle() {
        let framed = RgbImage::from_fn(128, 128, |x, y| {
            Rgb(if (20..108).contains(&x) && (20..108).contains(&y) { [240; 3] } else { [10; 3] })
        });
        assert!(at(&framed, "border lightness") < 0.2);
        assert!(at(&framed, "middle lighter by") > 0.7);
        assert!(at(&framed, "border spread") < 0.01);
    }

    #[test]
    fn quantiles_of_a_ramp_are_where_they_should_be() {
        let mut out = Vec::new();
        quantiles((0..1001).map(|i| i as f32 / 1000.0), &mut out);
        for (found, q) in out.iter().zip(QUANTILES) {
            assert!((found - q).abs() < 0.005, "{found} for {q}");
        }
    }

    #[test]
    fn opposite_hues_cancel_once_but_not_twice() {
        let (red, cyan) = ([200, 80, 80], [40, 150, 150]);
        let both = RgbImage::from_fn(128, 128, |x, _| Rgb(if x < 64 { red } else { cyan }));
        let one = RgbImage::from_pixel(128, 128, Rgb(red));
        assert!(at(&both, "one hue") < 0.4 && at(&both, "two opposite hues") > 0.8);
        assert!(at(&one, "one hue") > 0.9);
    }
}
