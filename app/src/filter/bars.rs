//! Albums by year, as a small picture of bars.

/// Bars at most.
const MOST: i32 = 48;

/// How many albums there are of each stretch of years.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bars {
    /// First year of the first bar.
    pub from: i16,
    /// Years that a bar stands for.
    pub step: i16,
    /// Albums of each.
    pub counts: Vec<u32>,
}

impl Bars {
    /// Bars for years from `from` to `to`; a year for each where that are not too many.
    pub fn new(from: i16, to: i16) -> Self {
        let years = i32::from(to) - i32::from(from) + 1;
        let step = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|step| years <= MOST * step).unwrap_or(1000);
        let from = i32::from(from).div_euclid(step) * step;
        let bars = (i32::from(to) - from) / step + 1;
        let from = i16::try_from(from).unwrap_or(i16::MIN);
        Self { from, step: step as i16, counts: vec![0; bars.max(0) as usize] }
    }

    /// Counts an album of that year.
    pub fn count(&mut self, year: i16) {
        let place = (i32::from(year) - i32::from(self.from)).div_euclid(i32::from(self.step));
        if let Some(bar) = usize::try_from(place).ok().and_then(|place| self.counts.get_mut(place)) {
            *bar += 1;
        }
    }

    /// The bars as an SVG path, each one wide, the highest of them one high, standing on y = 1.
    pub fn path(&self) -> String {
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        let bar = |(i, count): (usize, &u32)| {
            let height = f64::from(*count) / f64::from(most);
            format!("M{i} 1v{:.3}h.86v{height:.3}z", -height)
        };
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar).collect()
    }

    /// The stretch from one year to another, both included, as an SVG path behind the bars.
    pub fn stretch(&self, from: i16, to: i16) -> String {
        let at = |years: i32| {
            let place = f64::from(years - i32::from(self.from)) / f64::from(self.step.max(1));
            place.clamp(0.0, self.counts.len() as f64)
        };
        let (left, right) = (at(i32::from(from)), at(i32::from(to) + 1));
        format!("M{left:.2} 0H{right:.2}V1H{left:.2}z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_years_have_a_bar_each_and_many_share() {
        let mut few = Bars::new(1977, 1979);
        for year in [1977, 1979, 1979, 1800, 2100] {
            few.count(year);
        }
        assert_eq!(few, Bars { from: 1977, step: 1, counts: vec![1, 0, 2] });
        assert_eq!(few.path(), "M0 1v-0.500h.86v0.500zM2 1v-1.000h.86v1.000z");
        let many = Bars::new(1902, 2026);
        assert_eq!((many.from, many.step, many.counts.len()), (1900, 5, 26));
        assert_eq!(Bars::new(-3, 4).from, -3);
        assert_eq!(Bars::default().path(), "");
    }

    #[test]
    fn a_stretch_of_years_ends_with_the_bars() {
        let bars = Bars::new(1900, 1999);
        assert_eq!((bars.step, bars.counts.len()), (5, 20));
        assert_eq!(bars.stretch(1970, 1979), "M14.00 0H16.00V1H14.00z");
        assert_eq!(bars.stretch(i16::MIN + 1, i16::MAX), "M0.00 0H20.00V1H0.00z");
        assert_eq!(Bars::default().stretch(1970, 1979), "M0.00 0H0.00V1H0.00z");
    }

    #[test]
    fn every_year_has_a_bar_whatever_the_span() {
        for (from, to) in [(2000, 2000), (i16::MIN + 1, i16::MAX), (1955, 2026), (-500, 2000)] {
            let mut bars = Bars::new(from, to);
            bars.count(from);
            bars.count(to);
            assert_eq!(bars.counts.iter().sum::<u32>(), 2, "{from} to {to}");
        }
    }
}
