//! What the size of an album's cover says.

use super::data::MapData;

/// The usual size in the card's table.
const USUAL: f32 = 64.0;
/// The least and the most of it that a cover is drawn at.
const RANGE: (f32, f32) = (0.6, 2.0);

/// What covers are sized by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Size {
    /// All alike, except where the layout says how large each is.
    #[default]
    Layout,
    /// All alike.
    Uniform,
    /// How often an album was played.
    Plays,
    /// How many neighbours an album has.
    Degree,
}

impl Size {
    /// All of them, in the order of a choice.
    pub const ALL: [Self; 4] = [Self::Layout, Self::Uniform, Self::Plays, Self::Degree];

    /// As an address says it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Uniform => "uniform",
            Self::Plays => "plays",
            Self::Degree => "degree",
        }
    }

    /// The one of that key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.key() == key)
    }

    /// As a choice says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Layout => "Sized by layout",
            Self::Uniform => "One size",
            Self::Plays => "Larger: more plays",
            Self::Degree => "Larger: more neighbours",
        }
    }

    /// What one sees, in a sentence; nothing where there is nothing to explain.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Layout | Self::Uniform => None,
            Self::Plays => Some(
                "The more an album was played, the larger its cover: sixteen times the plays are four times the area. \
                 Unknown plays are drawn smallest.",
            ),
            Self::Degree => Some(
                "The more neighbours an album has on the map, the larger its cover: sixteen times as many are four times \
                 the area.",
            ),
        }
    }

    /// How large each cover is drawn, of 64 for the usual size; 0 where nothing says.
    pub fn of_each(self, data: &MapData) -> Vec<u32> {
        let columns = &data.columns;
        match self {
            Self::Uniform => vec![0; data.len()],
            Self::Layout => {
                let sized = |radius: &f32| (2.0 * USUAL * radius).round().clamp(8.0, 255.0) as u32;
                let mut all: Vec<u32> = data.radius.iter().map(sized).collect();
                all.resize(data.len(), 0);
                all
            }
            Self::Plays => by(&columns.plays),
            Self::Degree => by(&columns.degree.iter().map(|degree| *degree as f32).collect::<Vec<f32>>()),
        }
    }
}

/// The usual size for the median of what is known; area grows with the square root, so that a few large values do not
/// cover the rest.
fn by(values: &[f32]) -> Vec<u32> {
    let mut known: Vec<f32> = values.iter().copied().filter(|value| *value > 0.0).collect();
    known.sort_unstable_by(f32::total_cmp);
    let Some(median) = known.get(known.len() / 2).copied() else { return vec![0; values.len()] };
    let sized = |value: &f32| {
        let share = (value.max(0.0) / median).sqrt().sqrt().clamp(RANGE.0, RANGE.1);
        (USUAL * share).round() as u32
    };
    values.iter().map(sized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::map::{Columns, Manifest};

    #[test]
    fn every_size_is_found_by_its_key() {
        for size in Size::ALL {
            assert_eq!(Size::of(size.key()), Some(size));
        }
        assert_eq!(Size::of("weight"), None);
    }

    #[test]
    fn the_median_has_the_usual_size_and_sixteen_times_as_much_twice_that() {
        assert_eq!(by(&[10.0, 160.0, 0.0, 1.0, 10.0, 1e9]), [64, 128, 38, 38, 64, 128]);
        assert_eq!(by(&[0.0, 0.0]), [0, 0], "nobody knows: all alike");
        assert_eq!(by(&[]), [0_u32; 0]);
    }

    #[test]
    fn a_layout_may_say_how_large_covers_are() {
        let columns =
            Columns { id: vec![1, 2], degree: vec![4, 4], plays: vec![0.0; 2], ..Columns::default() };
        let mut data = MapData::new(Manifest::default(), columns);
        assert_eq!(Size::Layout.of_each(&data), [0, 0]);
        data.radius = vec![0.5, 2.0];
        assert_eq!(Size::Layout.of_each(&data), [64, 255]);
        assert_eq!(Size::Uniform.of_each(&data), [0, 0]);
        assert_eq!(Size::Degree.of_each(&data), [64, 64]);
    }
}
