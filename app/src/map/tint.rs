//! What the colour of an album's frame says.

use super::data::MapData;
use super::years::{YearScale, mixed};
use crate::palette::{NO_GENRE, genre_colour, hue};

/// Nothing of a doubt and all of it, 0xRRGGBB: from the frame of a plain cover to amber.
const DOUBT: (u32, u32) = (NO_GENRE, 0x00f5_9e0b);
/// The forest's doubts are rarely larger: the colour is full from here.
const MOST_DOUBT: f64 = 0.5;

/// What the map's frames show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tint {
    /// No frames.
    #[default]
    Plain,
    /// The genre that an album is tagged with.
    Genre,
    /// The genre that the forest finds the likeliest.
    Said,
    /// How much likelier that is than the tag.
    Doubt,
    /// The year of release.
    Year,
    /// The neighbourhood of the map that an album belongs to.
    Neighbourhood,
}

impl Tint {
    /// All of them, in the order of a choice.
    pub const ALL: [Self; 6] =
        [Self::Plain, Self::Genre, Self::Said, Self::Doubt, Self::Year, Self::Neighbourhood];

    /// As an address says it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Genre => "genre",
            Self::Said => "looks-like",
            Self::Doubt => "doubt",
            Self::Year => "year",
            Self::Neighbourhood => "neighbourhood",
        }
    }

    /// The one of that key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tint| tint.key() == key)
    }

    /// As a choice says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "Covers only",
            Self::Genre => "Genre",
            Self::Said => "What it looks like",
            Self::Doubt => "Where looks and tag differ",
            Self::Year => "Year",
            Self::Neighbourhood => "Neighbourhood",
        }
    }

    /// What one sees, in a sentence; nothing where there is nothing to explain.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Genre => Some("Frames show the genre that an album is tagged with."),
            Self::Said => Some(
                "Frames show the genre that a forest finds likeliest for a cover it has never seen. Dashed lines join two \
                 genres where it doubts one of the tags.",
            ),
            Self::Doubt => Some(
                "The more amber a frame, the surer the forest is of another genre than the tag. Dashed lines join two \
                 genres where it doubts one of the tags.",
            ),
            Self::Year => Some("The lighter a frame, the newer the album. Grey where the year is not known."),
            Self::Neighbourhood => Some(
                "Frames show which albums have more lines among each other than to the rest, the largest neighbourhood \
                 first. Sixteen colours come again and again: press one to see its albums.",
            ),
        }
    }

    /// Whether frames are drawn.
    pub fn framed(self) -> bool {
        self != Self::Plain
    }

    /// Whether all doubtful edges are marked, and not only those of what is pointed at.
    pub fn marks_edges(self) -> bool {
        matches!(self, Self::Said | Self::Doubt)
    }

    /// The colour of each album, 0xRRGGBB.
    pub fn colours(self, data: &MapData) -> Vec<u32> {
        let genres: Vec<u32> = data.manifest.genres.iter().map(|name| genre_colour(name)).collect();
        let of = |number: &u8| genres.get(usize::from(*number)).copied().unwrap_or(NO_GENRE);
        match self {
            Self::Plain | Self::Genre => data.columns.genre.iter().map(of).collect(),
            Self::Said => data.columns.said.iter().map(of).collect(),
            Self::Doubt => {
                data.columns.doubt.iter().map(|doubt| doubted(f64::from(*doubt) / 255.0)).collect()
            }
            Self::Year => {
                let scale = YearScale::of(data);
                let colour = |i| Some(scale?.colour(data.year(i)?));
                (0..data.len() as u32).map(|i| colour(i).unwrap_or(NO_GENRE)).collect()
            }
            Self::Neighbourhood => match data.neighbourhoods() {
                Some(of) => of.iter().map(|number| hue(*number)).collect(),
                None => vec![NO_GENRE; data.len()],
            },
        }
    }
}

fn doubted(doubt: f64) -> u32 {
    mixed(DOUBT.0, DOUBT.1, (doubt / MOST_DOUBT).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::map::{Columns, Manifest, NO_YEAR};

    #[test]
    fn every_tint_is_found_by_its_key() {
        for tint in Tint::ALL {
            assert_eq!(Tint::of(tint.key()), Some(tint));
        }
        assert_eq!(Tint::of("smell"), None);
    }

    #[test]
    fn years_and_neighbourhoods_have_colours_where_they_are_known() {
        let columns = Columns { id: vec![1, 2, 3], year: vec![1970, NO_YEAR, 1990], ..Columns::default() };
        let data = MapData::new(Manifest::default(), columns);
        let years = Tint::Year.colours(&data);
        assert!(years[1] == NO_GENRE && years[0] != years[2] && years[0] != NO_GENRE, "{years:06x?}");
        assert_eq!(Tint::Neighbourhood.colours(&data), [NO_GENRE; 3]);
        data.put_neighbourhoods(vec![1, 0, 17]);
        assert_eq!(Tint::Neighbourhood.colours(&data), [hue(1), hue(0), hue(1)]);
    }

    #[test]
    fn doubt_goes_from_plain_to_amber() {
        assert_eq!(doubted(0.0), DOUBT.0);
        assert_eq!(doubted(MOST_DOUBT), DOUBT.1);
        assert_eq!(doubted(1.0), DOUBT.1);
        let half = doubted(MOST_DOUBT / 2.0);
        assert!(half != DOUBT.0 && half != DOUBT.1);
    }
}
