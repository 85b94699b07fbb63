//! Colours in words.

use gatefold_types::oklab::to_oklab;

/// Chroma in OKLab below which a colour is called black, grey or white.
const NEUTRAL: f32 = 0.035;
/// Hues in OKLab as shares of a turn, up to which each name goes; what is beyond the last is the first again.
const HUES: [(f32, &str); 9] = [
    (0.01, "pink"),
    (0.115, "red"),
    (0.205, "orange"),
    (0.325, "yellow"),
    (0.44, "green"),
    (0.60, "teal"),
    (0.77, "blue"),
    (0.9, "purple"),
    (0.98, "pink"),
];

/// What people call a colour in sRGB, such as “dark green”.
pub fn colour_name(rgb: [u8; 3]) -> String {
    let [l, a, b] = to_oklab(rgb);
    let chroma = a.hypot(b);
    if chroma < NEUTRAL {
        let name = match l {
            ..0.25 => "black",
            ..0.45 => "dark grey",
            ..0.75 => "grey",
            ..0.92 => "light grey",
            _ => "white",
        };
        return name.to_owned();
    }
    if l < 0.18 {
        return "black".to_owned();
    }
    let turn = b.atan2(a).rem_euclid(std::f32::consts::TAU) / std::f32::consts::TAU;
    let hue = HUES.iter().find(|(to, _)| turn < *to).map_or("pink", |(_, name)| *name);
    // A red that is light is a pink, an orange or yellow that is dark a brown.
    let hue = match hue {
        "red" if l > 0.72 => "pink",
        "orange" if l < 0.58 => "brown",
        "orange" if chroma < 0.08 => "beige",
        "yellow" if l < 0.5 => "olive",
        "yellow" if chroma < 0.07 => "beige",
        hue => hue,
    };
    let shade = match l {
        ..0.4 if !matches!(hue, "brown" | "olive") => "dark ",
        0.82.. if !matches!(hue, "yellow" | "beige" | "pink") => "light ",
        _ => "",
    };
    format!("{shade}{hue}")
}

/// How far apart two colours in sRGB look: 0 for equal ones, 1 between black and white.
pub fn colour_distance(one: [u8; 3], other: [u8; 3]) -> f32 {
    let (one, other) = (seen(one), seen(other));
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// OKLab with its lightness as on a white page, where near-blacks look alike (B. Ottosson, “Okhsv and Okhsl”, 2021).
fn seen(rgb: [u8; 3]) -> [f32; 3] {
    const K1: f32 = 0.206;
    const K2: f32 = 0.03;
    const K3: f32 = (1.0 + K1) / (1.0 + K2);
    let [l, a, b] = to_oklab(rgb);
    let x = K3 * l - K1;
    [0.5 * (x + (x * x + 4.0 * K2 * K3 * l).sqrt()), a, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_called_what_people_call_them() {
        let named = [
            ([0, 0, 0], "black"),
            ([255, 255, 255], "white"),
            ([128, 128, 128], "grey"),
            ([220, 20, 30], "red"),
            ([255, 140, 0], "orange"),
            ([255, 225, 40], "yellow"),
            ([30, 160, 50], "green"),
            ([0, 60, 20], "dark green"),
            ([40, 90, 220], "blue"),
            ([10, 20, 90], "dark blue"),
            ([130, 40, 160], "purple"),
            ([255, 150, 190], "pink"),
            ([110, 60, 20], "brown"),
            ([225, 205, 170], "beige"),
            ([20, 150, 150], "teal"),
        ];
        for (rgb, name) in named {
            assert_eq!(colour_name(rgb), name, "{rgb:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_near() {
        assert_eq!(colour_distance([7, 8, 9], [7, 8, 9]), 0.0);
        assert!((colour_distance([0; 3], [255; 3]) - 1.0).abs() < 1e-3);
        assert!(
            colour_distance([200, 30, 30], [205, 40, 35]) < colour_distance([200, 30, 30], [30, 200, 30])
        );
    }
}
