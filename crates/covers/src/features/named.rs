//! Features that have a name and can be said in words: what sentences about genres are made of.

use super::colour::{Colour, MOST_CHROMA, colours};
use super::form::{edge_share, even_border, fine_share, mirror_symmetry, strokes, text_share};
use super::palette::count;
use super::planes::{Plane, mean_and_sd};
use image::RgbImage;

/// A feature, and how to say that a cover has little or much of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named {
    /// Its name.
    pub name: &'static str,
    /// Said of covers below a value, which stands for `{}`.
    less: &'static str,
    /// Said of covers above a value.
    more: &'static str,
    /// Said of covers between two values, which stand for `{}` together.
    between: &'static str,
    unit: Unit,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    /// 0.30
    Plain,
    /// 30 %
    Percent,
    /// 12
    Count,
}

const fn named(
    name: &'static str,
    unit: Unit,
    less: &'static str,
    more: &'static str,
    between: &'static str,
) -> Named {
    Named { name, less, more, between, unit }
}

/// Numbers per cover.
pub const DIMS: usize = 16;

/// The features, in the order of [`features`]' numbers.
pub const ALL: [Named; DIMS] = [
    // Mean Oklab lightness, 0–1.
    named("lightness", Unit::Plain, "darker than {}", "lighter than {}", "lightness of {}"),
    // Spread of lightness, 0–0.5.
    named("contrast", Unit::Plain, "contrast below {}", "contrast above {}", "contrast of {}"),
    // Mean chroma, where 1 is the most colourful that a screen can show.
    named("saturation", Unit::Plain, "saturation below {}", "saturation above {}", "saturation of {}"),
    // Colours on more than 1 % of the cover.
    named("colours", Unit::Count, "fewer than {} colours", "{} colours or more", "{} colours"),
    // Shares of the cover.
    named("red", Unit::Percent, "less than {} red", "more than {} red", "{} red"),
    named(
        "yellow and orange",
        Unit::Percent,
        "less than {} yellow and orange",
        "more than {} yellow and orange",
        "{} yellow and orange",
    ),
    named("green", Unit::Percent, "less than {} green", "more than {} green", "{} green"),
    named("blue", Unit::Percent, "less than {} blue", "more than {} blue", "{} blue"),
    named("black", Unit::Percent, "less than {} black", "more than {} black", "{} black"),
    named("white", Unit::Percent, "less than {} white", "more than {} white", "{} white"),
    named("skin tones", Unit::Percent, "less than {} skin tones", "more than {} skin tones", "{} skin tones"),
    // Share of pixels at a clear edge.
    named("edges", Unit::Percent, "edges on less than {}", "edges on more than {}", "edges on {}"),
    // Share of fine detail in all detail.
    named("sharpness", Unit::Plain, "softer than {}", "sharper than {}", "sharpness of {}"),
    // Share of rows that look written on.
    named("writing", Unit::Plain, "writing below {}", "writing above {}", "writing of {}"),
    // Correlation with the mirror image, −1–1.
    named("symmetry", Unit::Plain, "symmetry below {}", "symmetry above {}", "symmetry of {}"),
    // 1 where the border has one lightness.
    named(
        "even border",
        Unit::Plain,
        "a border less even than {}",
        "a border more even than {}",
        "a border with an evenness of {}",
    ),
];

/// What each number is called.
pub fn names() -> Vec<String> {
    ALL.iter().map(|feature| feature.name.to_owned()).collect()
}

/// [`DIMS`] numbers of a cover of any size; 128×128 needs no scaling.
pub fn features(cover: &RgbImage) -> Vec<f32> {
    let pixels = colours(cover);
    let luma = Plane::luma(cover);
    let share =
        |of: &dyn Fn(&Colour) -> bool| pixels.iter().filter(|p| of(p)).count() as f32 / pixels.len() as f32;
    let coloured = |from: f32, to: f32| share(&|p| p.chroma > 0.05 && p.hue_within(from, to));
    let (lightness, contrast) = mean_and_sd(pixels.iter().map(|p| p.l));
    let (chroma, _) = mean_and_sd(pixels.iter().map(|p| p.chroma));
    vec![
        lightness,
        contrast,
        chroma / MOST_CHROMA,
        count(&pixels, 0.01) as f32,
        coloured(0.95, 0.13),
        coloured(0.13, 0.32),
        coloured(0.32, 0.48),
        coloured(0.55, 0.8),
        share(&|p| p.l < 0.2),
        share(&|p| p.l > 0.93 && p.chroma < 0.04),
        share(&Colour::skin_like),
        edge_share(&luma),
        fine_share(&luma),
        text_share(&strokes(&luma)),
        mirror_symmetry(&luma),
        even_border(&luma),
    ]
}

impl Named {
    /// The value as it is written: two decimals, whole percents or a whole number. A condition that is counted with
    /// this value is the one that its words say.
    pub fn rounded(&self, value: f32) -> f32 {
        match self.unit {
            Unit::Plain => (value * 100.0).round() / 100.0,
            // “Less than 0 %” says nothing.
            Unit::Percent => (value * 100.0).round().clamp(1.0, 99.0) / 100.0,
            // Between 4 and 5 colours the condition is “fewer than 5”.
            Unit::Count => value.ceil(),
        }
    }

    /// What is said of covers from `from` up to, but not with, `to`; empty where both are open.
    pub fn condition(&self, from: Option<f32>, to: Option<f32>) -> String {
        match (from, to) {
            (None, None) => String::new(),
            (None, Some(to)) => self.less.replace("{}", &self.text(to)),
            (Some(from), None) => self.more.replace("{}", &self.text(from)),
            (Some(from), Some(to)) => {
                let range = match self.unit {
                    Unit::Plain => format!("{from:.2} to {to:.2}"),
                    Unit::Percent => format!("{:.0} to {:.0} %", from * 100.0, to * 100.0),
                    Unit::Count if to - from <= 1.0 => format!("{from:.0}"),
                    Unit::Count => format!("{from:.0} to {:.0}", to - 1.0),
                };
                self.between.replace("{}", &range)
            }
        }
    }

    fn text(&self, value: f32) -> String {
        match self.unit {
            Unit::Plain => format!("{value:.2}"),
            Unit::Percent => format!("{:.0} %", value * 100.0),
            Unit::Count => format!("{value:.0}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn at(cover: &RgbImage, name: &str) -> f32 {
        let place = ALL.iter().position(|feature| feature.name == name).unwrap();
        features(cover)[place]
    }

    fn plain(colour: [u8; 3]) -> RgbImage {
        RgbImage::from_pixel(128, 128, Rgb(colour))
    }

    fn feature(name: &str) -> Named {
        *ALL.iter().find(|feature| feature.name == name).unwrap()
    }

    #[test]
    fn black_is_dark_and_white_is_light() {
        assert_eq!(at(&plain([0; 3]), "lightness"), 0.0);
        assert_eq!(at(&plain([0; 3]), "black"), 1.0);
        assert!((at(&plain([255; 3]), "lightness") - 1.0).abs() < 1e-3);
        assert_eq!(at(&plain([255; 3]), "white"), 1.0);
    }

    #[test]
    fn colours_are_called_what_people_call_them() {
        for (name, colour) in [
            ("red", [200, 30, 40]),
            ("yellow and orange", [240, 160, 20]),
            ("yellow and orange", [250, 230, 40]),
            ("green", [40, 140, 50]),
            ("blue", [30, 80, 200]),
            ("blue", [90, 180, 240]),
        ] {
            for other in ["red", "yellow and orange", "green", "blue"] {
                assert_eq!(at(&plain(colour), other) > 0.5, other == name, "{colour:?} as {other}");
            }
        }
    }

    #[test]
    fn covers_of_one_colour_have_finite_numbers() {
        for colour in [[0; 3], [255; 3], [9, 200, 30]] {
            assert!(features(&plain(colour)).iter().all(|x| x.is_finite()), "{colour:?}");
            assert_eq!(at(&plain(colour), "colours"), 1.0);
        }
    }

    #[test]
    fn conditions_are_said_in_words() {
        let lightness = feature("lightness");
        assert_eq!(lightness.condition(None, Some(0.3)), "darker than 0.30");
        assert_eq!(lightness.condition(Some(0.3), None), "lighter than 0.30");
        assert_eq!(lightness.condition(Some(0.3), Some(0.456)), "lightness of 0.30 to 0.46");
        assert_eq!(lightness.condition(None, None), "");
        assert_eq!(feature("black").condition(Some(0.12), None), "more than 12 % black");
        assert_eq!(feature("red").condition(Some(0.1), Some(0.25)), "10 to 25 % red");
        assert_eq!(feature("colours").condition(None, Some(5.0)), "fewer than 5 colours");
        assert_eq!(feature("colours").condition(Some(4.0), Some(5.0)), "4 colours");
        assert_eq!(feature("colours").condition(Some(4.0), Some(9.0)), "4 to 8 colours");
    }

    #[test]
    fn a_threshold_is_counted_as_it_is_written() {
        assert_eq!(feature("lightness").rounded(0.3049), 0.3);
        assert_eq!(feature("colours").rounded(4.5), 5.0);
        assert_eq!(feature("white").rounded(0.001), 0.01);
    }
}
