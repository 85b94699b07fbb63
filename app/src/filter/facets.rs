//! A filter at work: which album passes which of its parts, and what each part would leave.

use super::colours::{common, distance, oklab};
use super::{Bars, Filter, NO_GENRE};
use crate::map::MapData;
use crate::text;
use gatefold::album::AlbumId;
use gatefold::map::NO_SLOT;
use std::sync::{Arc, OnceLock};

/// A part of a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Facet {
    /// Genres.
    Genre = 1,
    /// Years.
    Year = 2,
    /// Plays.
    Plays = 4,
    /// The cover's colour.
    Colour = 8,
    /// Words of title and artist.
    Words = 16,
}

const ALL: u8 = 31;
/// Colours offered at most.
const OFFERED: usize = 8;

/// What filters compare, worked out once for a map.
#[derive(Debug)]
pub struct Facets {
    /// The map.
    pub data: Arc<MapData>,
    /// Main colour of each cover in Oklab; of no number where there is no cover, and so near to nothing.
    colours: Vec<[f32; 3]>,
    /// Plays that are known, ascending.
    plays: Vec<f32>,
    /// Title and artist of each album, plain; once the names have come.
    words: OnceLock<Vec<String>>,
    /// Genres of the map by name.
    numbers: Vec<(String, u8)>,
}

impl Facets {
    /// For a map.
    pub fn new(data: Arc<MapData>) -> Self {
        let columns = &data.columns;
        let colour = |(slot, colour): (&u32, &u32)| {
            if *slot == NO_SLOT { [f32::NAN; 3] } else { oklab(*colour) }
        };
        let colours = columns.slot.iter().zip(&columns.colour).map(colour).collect();
        let mut plays: Vec<f32> = columns.plays.iter().copied().filter(|plays| *plays > 0.0).collect();
        plays.sort_unstable_by(f32::total_cmp);
        let genres = data.manifest.genres.iter().take(usize::from(gatefold::map::NO_GENRE));
        let numbers = genres.zip(0..).map(|(name, number)| (name.clone(), number)).collect();
        Self { colours, plays, words: OnceLock::new(), numbers, data }
    }

    /// Which albums pass which parts of a filter. Words count once names have come.
    pub fn find(&self, filter: &Filter) -> Found {
        let columns = &self.data.columns;
        let n = self.data.len();
        let mut passes = vec![ALL; n];
        let mut fail = |facet: Facet, fails: &dyn Fn(usize) -> bool| {
            for (i, passes) in passes.iter_mut().enumerate() {
                if fails(i) {
                    *passes &= !(facet as u8);
                }
            }
        };
        if !filter.genres.is_empty() {
            let mut wanted = [false; 256];
            for (name, number) in &self.numbers {
                wanted[usize::from(*number)] = filter.genres.contains(name);
            }
            wanted[usize::from(gatefold::map::NO_GENRE)] = filter.genres.iter().any(|name| name == NO_GENRE);
            fail(Facet::Genre, &|i| !wanted[usize::from(columns.genre[i])]);
        }
        if filter.years.is_some() || filter.undated {
            fail(Facet::Year, &|i| match (self.data.year(i as u32), filter.years) {
                (Some(year), Some((from, to))) => year < from || year > to,
                (Some(_), None) => true,
                (None, _) => !filter.undated,
            });
        }
        if let Some(least) = filter.plays {
            fail(Facet::Plays, &|i| columns.plays[i] < least);
        }
        if let Some(near) = filter.near {
            let wanted = oklab(near.colour);
            fail(Facet::Colour, &|i| {
                let distance = distance(self.colours[i], wanted);
                distance.is_nan() || distance > near.within
            });
        }
        let words = text::plain(&filter.words);
        let words: Vec<&str> = words.split_whitespace().collect();
        if !words.is_empty()
            && let Some(texts) = self.texts()
        {
            fail(Facet::Words, &|i| !words.iter().all(|word| texts[i].contains(word)));
        }
        Found { data: Arc::clone(&self.data), passes }
    }

    fn texts(&self) -> Option<&[String]> {
        if !self.data.is_named() {
            return None;
        }
        let text = |i: u32| {
            let title = self.data.title(i).unwrap_or_default();
            text::plain(&format!("{title} {}", self.data.artist(i).unwrap_or_default()))
        };
        Some(self.words.get_or_init(|| (0..self.data.len() as u32).map(text).collect()))
    }

    /// Whether anybody knows how often albums were played.
    pub fn knows_plays(&self) -> bool {
        !self.plays.is_empty()
    }

    /// How often the album at this share of those whose plays are known was played: 0.5 for the median.
    pub fn plays_at(&self, share: f32) -> Option<f32> {
        let last = self.plays.len().checked_sub(1)?;
        self.plays.get((share.clamp(0.0, 1.0) * last as f32).round() as usize).copied()
    }

    /// The share of those whose plays are known that were played less.
    pub fn share_below(&self, plays: f32) -> f32 {
        let below = self.plays.partition_point(|other| *other < plays);
        below as f32 / self.plays.len().max(1) as f32
    }

    /// First and last year of the map.
    pub fn span(&self) -> Option<(i16, i16)> {
        let years = || (0..self.data.len() as u32).filter_map(|i| self.data.year(i));
        Some((years().min()?, years().max()?))
    }

    /// Main colours that many covers have, 0xRRGGBB.
    pub fn common_colours(&self) -> Vec<u32> {
        let columns = &self.data.columns;
        let covers = columns.slot.iter().zip(&columns.colour).filter(|(slot, _)| **slot != NO_SLOT);
        common(covers.map(|(_, colour)| *colour), OFFERED)
    }
}

/// Which album passes which part of a filter.
#[derive(Debug)]
pub struct Found {
    data: Arc<MapData>,
    /// A bit for each [`Facet`].
    passes: Vec<u8>,
}

impl Found {
    /// Albums that pass, numbered by the columns.
    pub fn passing(&self) -> impl Iterator<Item = usize> {
        self.passes.iter().enumerate().filter(|(_, passes)| **passes == ALL).map(|(i, _)| i)
    }

    /// Number of albums that pass.
    pub fn total(&self) -> u64 {
        self.passing().count() as u64
    }

    /// Number of albums of the map.
    pub fn of(&self) -> u64 {
        self.passes.len() as u64
    }

    /// The albums that pass.
    pub fn albums(&self) -> Vec<AlbumId> {
        self.passing().map(|i| AlbumId(self.data.columns.id[i])).collect()
    }

    /// At most `most` of the albums that pass: the most played, then those with the most neighbours.
    pub fn foremost(&self, most: usize) -> Vec<AlbumId> {
        let columns = &self.data.columns;
        let mut found: Vec<usize> = self.passing().collect();
        found.sort_by(|a, b| {
            let rank = |i: &usize| (columns.plays[*i], columns.degree[*i]);
            let ((p, d), (q, e)) = (rank(a), rank(b));
            q.total_cmp(&p).then(e.cmp(&d))
        });
        found.truncate(most);
        found.into_iter().map(|i| AlbumId(columns.id[i])).collect()
    }

    /// Albums that pass every other part than this one.
    pub fn left_by_others(&self, than: Facet) -> impl Iterator<Item = usize> {
        let passes = move |passes: u8| passes | than as u8 == ALL;
        self.passes.iter().enumerate().filter(move |(_, p)| passes(**p)).map(|(i, _)| i)
    }

    /// Albums of each genre that the other parts leave, by the manifest's numbers; those without one at the end.
    pub fn genres(&self) -> Vec<u32> {
        let n = self.data.manifest.genres.len();
        let mut counts = vec![0; n + 1];
        for i in self.left_by_others(Facet::Genre) {
            counts[usize::from(self.data.columns.genre[i]).min(n)] += 1;
        }
        counts
    }

    /// Albums by year that the other parts leave, between the years of the map.
    pub fn bars(&self, (from, to): (i16, i16)) -> Bars {
        let mut bars = Bars::new(from, to);
        for year in self.left_by_others(Facet::Year).filter_map(|i| self.data.year(i as u32)) {
            bars.count(year);
        }
        bars
    }

    /// Albums of an unknown year that the other parts leave.
    pub fn undated(&self) -> u64 {
        self.left_by_others(Facet::Year).filter(|i| self.data.year(*i as u32).is_none()).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::Near;
    use super::*;
    use gatefold::map::{Columns, Manifest, NO_YEAR};

    /// Six albums: three of rock (1970, 1980, undated), two of jazz (1980, 1990), one of no genre (1990).
    fn facets() -> Facets {
        let columns = Columns {
            id: vec![10, 11, 12, 13, 14, 15],
            x: vec![0.0; 6],
            y: vec![0.0; 6],
            slot: vec![0, 1, 2, 3, 4, NO_SLOT],
            plays: vec![5.0, 0.0, 30.0, 10.0, 20.0, 0.0],
            degree: vec![1, 3, 2, 2, 2, 9],
            colour: vec![0x00ff_0000, 0x00f0_1010, 0x0000_00ff, 0x00ff_0000, 0, 0x00ff_0000],
            year: vec![1970, 1980, NO_YEAR, 1980, 1990, 1990],
            genre: vec![0, 0, 0, 1, 1, gatefold::map::NO_GENRE],
            said: vec![0; 6],
            doubt: vec![0; 6],
            ..Columns::default()
        };
        let manifest = Manifest { genres: vec!["rock".into(), "jazz".into()], ..Manifest::default() };
        let data = MapData::new(manifest, columns);
        let names = ["Été|Air", "Night|Blue", "Day|Blue", "Blue Night|Trio", "Sea|Trio", "None|"];
        let parted = names.map(|name| name.split_once('|').unwrap());
        data.name(parted.map(|(title, artist)| (title.to_owned(), artist.to_owned())).to_vec());
        Facets::new(Arc::new(data))
    }

    fn found(change: impl FnOnce(&mut Filter)) -> Vec<u64> {
        let mut filter = Filter::default();
        change(&mut filter);
        facets().find(&filter).albums().into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn each_part_lets_through_what_it_says() {
        assert_eq!(found(|_| {}), [10, 11, 12, 13, 14, 15]);
        assert_eq!(found(|filter| filter.genres = vec!["jazz".into()]), [13, 14]);
        assert_eq!(found(|filter| filter.genres = vec!["jazz".into(), NO_GENRE.into()]), [13, 14, 15]);
        assert_eq!(found(|filter| filter.genres = vec!["polka".into()]), [0_u64; 0]);
        assert_eq!(found(|filter| filter.set_years(Some(1975), Some(1985))), [11, 13]);
        assert_eq!(found(|filter| filter.set_years(None, Some(1970))), [10]);
        assert_eq!(found(|filter| filter.undated = true), [12]);
        assert_eq!(
            found(|filter| {
                filter.set_years(Some(1990), None);
                filter.undated = true;
            }),
            [12, 14, 15]
        );
        assert_eq!(found(|filter| filter.plays = Some(10.0)), [12, 13, 14]);
        assert_eq!(found(|filter| filter.words = " BLUE night".into()), [11, 13]);
        assert_eq!(found(|filter| filter.words = "ete".into()), [10]);
    }

    #[test]
    fn near_colours_are_near_and_no_cover_has_none() {
        let near = |within| found(|filter| filter.near = Some(Near { colour: 0x00ff_0000, within }));
        assert_eq!(near(0.02), [10, 13]);
        assert_eq!(near(0.1), [10, 11, 13]);
        assert_eq!(near(9.0), [10, 11, 12, 13, 14]);
    }

    #[test]
    fn counts_of_a_part_are_of_what_the_others_leave() {
        let facets = facets();
        let filter = Filter { genres: vec!["rock".into()], years: Some((1980, 1990)), ..Filter::default() };
        let found = facets.find(&filter);
        assert_eq!((found.total(), found.of()), (1, 6));
        assert_eq!(found.genres(), [1, 2, 1], "of 1980 to 1990, whatever the genre");
        let bars = found.bars(facets.span().unwrap());
        let counted = (bars.counts.iter().sum::<u32>(), found.undated());
        assert_eq!(counted, (2, 1), "of rock, whatever the year");
        assert_eq!(found.left_by_others(Facet::Words).count(), 1);
    }

    #[test]
    fn words_wait_for_names() {
        let named = facets();
        let bare = MapData::new(named.data.manifest.clone(), named.data.columns.clone());
        let facets = Facets::new(Arc::new(bare));
        let filter = Filter { words: "blue".into(), ..Filter::default() };
        assert_eq!(facets.find(&filter).total(), 6);
        facets.data.name(vec![("Blue".into(), String::new()); 6]);
        assert_eq!(facets.find(&filter).total(), 6);
        assert_eq!(facets.find(&Filter { words: "red".into(), ..filter }).total(), 0);
    }

    #[test]
    fn plays_are_known_by_share() {
        let facets = facets();
        assert!(facets.knows_plays());
        assert_eq!([0.0, 0.34, 1.0].map(|share| facets.plays_at(share)), [Some(5.0), Some(10.0), Some(30.0)]);
        assert_eq!(facets.share_below(20.0), 0.5);
        assert_eq!(Facets::new(Arc::default()).plays_at(0.5), None);
    }

    #[test]
    fn the_foremost_are_the_most_played_then_the_best_connected() {
        let ids = |most| {
            let found = facets().find(&Filter::default());
            found.foremost(most).into_iter().map(|id| id.0).collect::<Vec<u64>>()
        };
        assert_eq!(ids(3), [12, 14, 13]);
        assert_eq!(ids(9), [12, 14, 13, 10, 15, 11]);
    }

    #[test]
    fn fifty_thousand_albums_are_counted_like_the_ones_that_pass() {
        let n = 50_000_u32;
        let columns = Columns {
            id: (0..u64::from(n)).collect(),
            slot: (0..n).collect(),
            plays: (0..n).map(|i| i as f32).collect(),
            degree: vec![0; n as usize],
            colour: (0..n).map(|i| i.wrapping_mul(2_654_435_761) & 0x00ff_ffff).collect(),
            year: (0..n).map(|i| 1950 + (i % 75) as i16).collect(),
            genre: (0..n).map(|i| (i % 10) as u8).collect(),
            ..Columns::default()
        };
        let genres = (0..10).map(|i| format!("genre {i}")).collect();
        let data = MapData::new(Manifest { genres, ..Manifest::default() }, columns);
        let facets = Facets::new(Arc::new(data));
        let filter = Filter {
            genres: vec!["genre 3".into()],
            years: Some((1960, 1999)),
            near: Some(Near { colour: 0x0080_8080, within: 0.4 }),
            ..Filter::default()
        };
        let found = facets.find(&filter);
        let (total, counted) = (found.total(), found.genres());
        assert!(total > 0 && u64::from(counted[3]) == total);
    }
}
