//! Colours as eyes compare them: Oklab (B. Ottosson, "A perceptual color space for image processing", 2020).

use std::collections::HashMap;

/// Side of the cells in which covers are counted for the catalogue's common colours, Oklab.
const CELL: f32 = 0.07;
/// Common colours are at least so far apart, Oklab.
const APART: f32 = 0.13;

/// Lightness, green to red, blue to yellow of an sRGB colour 0xRRGGBB.
pub fn oklab(colour: u32) -> [f32; 3] {
    let linear = |shift: u32| {
        let value = ((colour >> shift) & 255) as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let (r, g, b) = (linear(16), linear(8), linear(0));
    let l = (0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// How far two colours are apart.
pub fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// The commonest of `colours`, at most `most`, none like another, the commonest first.
pub fn common(colours: impl Iterator<Item = u32>, most: usize) -> Vec<u32> {
    let mut cells: HashMap<[i8; 3], (u32, [u32; 3])> = HashMap::new();
    for colour in colours {
        let cell = oklab(colour).map(|value| (value / CELL).floor() as i8);
        let (count, sums) = cells.entry(cell).or_default();
        *count += 1;
        for (sum, shift) in sums.iter_mut().zip([16, 8, 0]) {
            *sum += (colour >> shift) & 255;
        }
    }
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_unstable_by_key(|(cell, (count, _))| (std::cmp::Reverse(*count), *cell));
    let mut found: Vec<u32> = Vec::new();
    for (_, (count, [r, g, b])) in cells {
        let mean = (r / count) << 16 | (g / count) << 8 | (b / count);
        let unlike = |other: &u32| distance(oklab(*other), oklab(mean)) >= APART;
        if found.len() < most && found.iter().all(unlike) {
            found.push(mean);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_black_and_red_are_where_the_paper_has_them() {
        let near = |colour, expected: [f32; 3]| {
            let found = oklab(colour);
            assert!(distance(found, expected) < 1e-3, "{colour:06x}: {found:?}");
        };
        near(0x00ff_ffff, [1.0, 0.0, 0.0]);
        near(0, [0.0, 0.0, 0.0]);
        near(0x00ff_0000, [0.627_955, 0.224_863, 0.125_846]);
    }

    #[test]
    fn common_colours_are_common_and_unlike_each_other() {
        let reds = std::iter::repeat_n(0x00c0_2020, 5);
        let nearly = std::iter::repeat_n(0x00c2_2222, 2);
        let blues = std::iter::repeat_n(0x0020_20c0, 3);
        let all = reds.chain(nearly).chain(blues).chain([0x00ff_ffff]);
        let found = common(all, 2);
        assert_eq!(found.len(), 2);
        assert!(distance(oklab(found[0]), oklab(0x00c0_2020)) < 0.02, "{:06x}", found[0]);
        assert_eq!(found[1], 0x0020_20c0);
        assert_eq!(common(std::iter::empty(), 5), Vec::<u32>::new());
    }
}
