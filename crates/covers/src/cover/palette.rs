//! The colours that a person would name: k-means in OKLab, where distance is what eyes see.
//! (B. Ottosson, “A perceptual color space for image processing”, 2020.)

use super::resize::halve;
use gatefold_types::oklab::{to_oklab, to_srgb};
use image::RgbImage;

/// Most colours in a palette.
const COLOURS: usize = 5;
/// Rounds of k-means; covers settle within these.
const ROUNDS: usize = 8;
/// Colours nearer than this in OKLab look alike side by side and are joined.
const ALIKE: f32 = 0.07;
/// Colours with less than this share of the picture are left out.
const SMALLEST_SHARE: f32 = 0.02;

/// Mean of the pixels' values.
pub fn mean_colour(picture: &RgbImage) -> [u8; 3] {
    let n = u64::from(picture.width()) * u64::from(picture.height());
    let mut sums = [0u64; 3];
    for pixel in picture.pixels() {
        for c in 0..3 {
            sums[c] += u64::from(pixel[c]);
        }
    }
    sums.map(|sum| ((sum + n / 2) / n.max(1)) as u8)
}

/// Up to five colours, most common first; at least one. The same picture always gives the same.
pub fn palette(picture: &RgbImage) -> Vec<[u8; 3]> {
    // A quarter of the pixels says the same about colour.
    let picture = if picture.width().min(picture.height()) >= 2 { &halve(picture) } else { picture };
    let pixels: Vec<Lab> = picture.pixels().map(|p| to_oklab(p.0)).collect();
    let mut clusters = cluster(&pixels);
    join_alike(&mut clusters);
    clusters.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let least = SMALLEST_SHARE * pixels.len() as f32;
    clusters
        .iter()
        .enumerate()
        .filter(|(i, c)| *i == 0 || c.weight >= least)
        .map(|(_, c)| to_srgb(c.centre))
        .collect()
}

type Lab = [f32; 3];

#[derive(Clone, Copy)]
struct Cluster {
    centre: Lab,
    weight: f32,
}

fn squared(a: Lab, b: Lab) -> f32 {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

/// k-means from a fixed start: the mean, then each time the pixel farthest from all centres so far, which finds
/// small bright areas that a random start misses.
fn cluster(pixels: &[Lab]) -> Vec<Cluster> {
    let mut centres = vec![mean(pixels)];
    let mut far: Vec<f32> = pixels.iter().map(|&p| squared(p, centres[0])).collect();
    while centres.len() < COLOURS {
        let mut next = 0;
        for i in 1..far.len() {
            if far[i] > far[next] {
                next = i;
            }
        }
        if far[next] < ALIKE * ALIKE {
            break;
        }
        let centre = pixels[next];
        centres.push(centre);
        for (f, &p) in far.iter_mut().zip(pixels) {
            *f = f.min(squared(p, centre));
        }
    }
    let mut weights = vec![0f32; centres.len()];
    let (mut own, mut least) = (vec![0u32; pixels.len()], far);
    for _ in 0..ROUNDS {
        let before = own.clone();
        least.fill(f32::INFINITY);
        for (c, &centre) in (0..).zip(&centres) {
            for ((own, least), &p) in own.iter_mut().zip(&mut least).zip(pixels) {
                let d = squared(p, centre);
                (*own, *least) = if d < *least { (c, d) } else { (*own, *least) };
            }
        }
        let mut sums = vec![[0f32; 3]; centres.len()];
        weights.fill(0.0);
        for (&c, p) in own.iter().zip(pixels) {
            let c = c as usize;
            for k in 0..3 {
                sums[c][k] += p[k];
            }
            weights[c] += 1.0;
        }
        for c in 0..centres.len() {
            if weights[c] > 0.0 {
                centres[c] = sums[c].map(|s| s / weights[c]);
            }
        }
        if before == own {
            break;
        }
    }
    centres
        .into_iter()
        .zip(weights)
        .filter(|&(_, weight)| weight > 0.0)
        .map(|(centre, weight)| Cluster { centre, weight })
        .collect()
}

fn mean(pixels: &[Lab]) -> Lab {
    let mut sum = [0f32; 3];
    for p in pixels {
        for k in 0..3 {
            sum[k] += p[k];
        }
    }
    sum.map(|s| s / pixels.len().max(1) as f32)
}

fn join_alike(clusters: &mut Vec<Cluster>) {
    loop {
        let mut pair = None;
        let mut least = ALIKE * ALIKE;
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                let d = squared(clusters[a].centre, clusters[b].centre);
                if d < least {
                    (pair, least) = (Some((a, b)), d);
                }
            }
        }
        let Some((a, b)) = pair else { return };
        let gone = clusters.remove(b);
        let kept = &mut clusters[a];
        let weight = kept.weight + gone.weight;
        for k in 0..3 {
            kept.centre[k] = (kept.centre[k] * kept.weight + gone.centre[k] * gone.weight) / weight;
        }
        kept.weight = weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn a_palette_names_each_colour_most_common_first() {
        let picture = RgbImage::from_fn(64, 64, |x, _| {
            Rgb(match x {
                0..32 => [200, 30, 30],
                32..52 => [20, 20, 120],
                _ => [250, 240, 200],
            })
        });
        assert_eq!(palette(&picture), [[200, 30, 30], [20, 20, 120], [250, 240, 200]]);
    }

    #[test]
    fn one_colour_is_a_palette_of_one() {
        assert_eq!(palette(&RgbImage::from_pixel(64, 64, Rgb([7, 7, 7]))), [[7, 7, 7]]);
        assert_eq!(palette(&RgbImage::from_pixel(1, 1, Rgb([7, 7, 7]))), [[7, 7, 7]]);
    }
}
