//! Oklab, a colour space in which equal steps look equal (B. Ottosson, "A perceptual color space for image processing",
//! 2020): lightness 0–1, green to red, blue to yellow.

use std::sync::LazyLock;

/// sRGB value to light, IEC 61966-2-1.
static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|v| {
        let v = v as f32 / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    })
});

/// An sRGB colour in Oklab: lightness 0–1, green to red, blue to yellow.
pub fn to_oklab([r, g, b]: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = [r, g, b].map(|v| LIGHT[usize::from(v)]);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// The way back; what sRGB cannot show ends at its edge.
pub fn to_srgb([l, a, b]: [f32; 3]) -> [u8; 3] {
    let cube = |v: f32| v * v * v;
    let x = cube(l + 0.396_337_78 * a + 0.215_803_76 * b);
    let y = cube(l - 0.105_561_346 * a - 0.063_854_17 * b);
    let z = cube(l - 0.089_484_18 * a - 1.291_485_5 * b);
    [
        4.076_741_7 * x - 3.307_711_6 * y + 0.230_969_94 * z,
        -1.268_438 * x + 2.609_757_4 * y - 0.341_319_38 * z,
        -0.004_196_086_3 * x - 0.703_418_6 * y + 1.707_614_7 * z,
    ]
    .map(|v| {
        let v = v.clamp(0.0, 1.0);
        let s = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
        (s * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oklab_and_back_is_the_same_colour() {
        for colour in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [12, 200, 99], [1, 2, 254]] {
            let back = to_srgb(to_oklab(colour));
            for k in 0..3 {
                assert!(back[k].abs_diff(colour[k]) <= 1, "{colour:?} → {back:?}");
            }
        }
    }
}
