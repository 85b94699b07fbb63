//! The colours of years: from dark blue for the oldest albums over green to yellow for the newest.

use super::data::MapData;

/// The scale's colours, equally far apart, 0xRRGGBB; its lightness rises all the way, so that it is a scale without
/// colours too (after viridis, N. Smith and S. van der Walt, 2015).
const STOPS: [u32; 5] = [0x0046_327e, 0x0036_5c8d, 0x0027_9b8c, 0x0071_c95a, 0x00f4_e126];
/// So many albums of a hundred lie beyond each end: a few old ones shall not take half of the colours.
const BEYOND: usize = 2;

/// Which years the colours stand for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearScale {
    /// The first colour's year; older albums have the same.
    pub from: i16,
    /// The last colour's year; newer albums have the same.
    pub to: i16,
}

impl YearScale {
    /// For a map; `None` where no year is known.
    pub fn of(data: &MapData) -> Option<Self> {
        let mut years: Vec<i16> = (0..data.len() as u32).filter_map(|i| data.year(i)).collect();
        years.sort_unstable();
        let beyond = years.len() * BEYOND / 100;
        let last = years.len().checked_sub(1 + beyond)?;
        Some(Self { from: years[beyond], to: years[last] })
    }

    /// A year's colour, 0xRRGGBB.
    pub fn colour(&self, year: i16) -> u32 {
        let span = f64::from(self.to) - f64::from(self.from);
        let share = if span > 0.0 { (f64::from(year) - f64::from(self.from)) / span } else { 1.0 };
        let at = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
        let i = (at as usize).min(STOPS.len() - 2);
        mixed(STOPS[i], STOPS[i + 1], at - i as f64)
    }

    /// The scale as a style sheet draws it.
    pub fn css() -> String {
        let stops = STOPS.map(|stop| format!("#{stop:06x}"));
        format!("linear-gradient(to right, {})", stops.join(", "))
    }
}

/// A colour between two, 0xRRGGBB: the first at 0, the second at 1.
pub fn mixed(from: u32, to: u32, share: f64) -> u32 {
    let channel = |shift: u32| {
        let of = |colour: u32| f64::from((colour >> shift) & 255);
        ((of(from) * (1.0 - share) + of(to) * share).round() as u32) << shift
    };
    channel(16) | channel(8) | channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::map::{Columns, Manifest, NO_YEAR};

    fn scale(year: Vec<i16>) -> Option<YearScale> {
        let columns = Columns { id: (0..year.len() as u64).collect(), year, ..Columns::default() };
        YearScale::of(&MapData::new(Manifest::default(), columns))
    }

    #[test]
    fn the_ends_are_those_of_the_map_but_for_a_few() {
        assert_eq!(scale(vec![1990, NO_YEAR, 1970]), Some(YearScale { from: 1970, to: 1990 }));
        assert_eq!(scale(vec![NO_YEAR]), None);
        let mut many: Vec<i16> = (0..100).map(|i| 1950 + i / 2).collect();
        many[0] = 1600;
        assert_eq!(scale(many), Some(YearScale { from: 1951, to: 1998 }));
    }

    #[test]
    fn newer_is_lighter() {
        let scale = YearScale { from: 1960, to: 2020 };
        assert_eq!((scale.colour(1900), scale.colour(2020)), (STOPS[0], STOPS[4]));
        assert_eq!(scale.colour(1990), STOPS[2]);
        let light = |year| {
            let colour = scale.colour(year);
            [(16, 0.2126), (8, 0.7152), (0, 0.0722)]
                .map(|(shift, weight)| (f64::from((colour >> shift) & 255) / 255.0).powf(2.2) * weight)
                .iter()
                .sum::<f64>()
        };
        for year in (1960..2020).step_by(5) {
            assert!(light(year + 5) > light(year), "{year}");
        }
        assert_eq!(YearScale { from: 1990, to: 1990 }.colour(1990), STOPS[4]);
    }
}
