//! Walking a map: why two albums are neighbours, journeys, neighbourhoods, more like these, other layouts.
//!
//! An [`Atlas`] is what one build's albums are explored by. It finds neighbours of any mixture when they are asked for,
//! and remembers the last few.

mod arranged;
mod mixed;
mod neighbourhoods;
mod reasons;

pub use arranged::Arranged;
pub use mixed::Mixed;
pub use reasons::{About, reasons};

use crate::album::{Album, AlbumId};
use crate::catalog::text;
use crate::cover::colour_name;
use crate::features::measures::Standard;
use crate::graph::arrange::{self, Begin};
use crate::graph::{self, Bridge, Journey, NoJourney, Parts, Rules, Start};
use crate::map::{Layout, NO_GENRE, NO_SLOT, NO_YEAR};
use crate::mixture::{Mixture, Part};
use crate::pipeline::{BuildError, Built, Facts};
use crate::wire::MapLabel;
use ndarray::{Array2, ArrayView1};
use neighbourhoods::Words;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Mixtures whose neighbours are remembered.
const REMEMBERED: usize = 4;
/// Resolution of the communities: about one for each two hundred albums of a few thousand.
const RESOLUTION: f64 = 1.0;
/// Seed of communities and of what is sampled.
const SEED: u64 = 0x6761_7465;
/// Albums from which traffic is sampled; of fewer it is exact.
const SOURCES: usize = 256;
/// Places named at most where two communities meet.
const CROSSINGS: usize = 3;
/// How likely a wanderer goes on, for “more like these”.
const DAMPING: f32 = 0.85;

/// A build, ready to be explored. Albums are numbered as in its columns.
pub struct Atlas {
    built: Arc<Built>,
    parts: Parts,
    look: Array2<f32>,
    standard: Option<Standard>,
    rows: Vec<u32>,
    artist: Vec<Option<u32>>,
    popularity: Vec<Option<f32>>,
    mixed: Mutex<Vec<Arc<Explored>>>,
}

/// A mixture's neighbours, and what was asked of them.
pub struct Explored {
    mixed: Mixed,
    communities: OnceLock<Communities>,
    layouts: Mutex<HashMap<Layout, Arc<Arranged>>>,
}

/// The communities of a mixture's graph.
#[derive(Clone, PartialEq, Debug)]
pub struct Communities {
    /// Number of each album's community, the largest 0.
    pub of: Vec<u32>,
    /// What each is called.
    pub names: Vec<String>,
    /// The most central albums of each, at most five.
    pub central: Vec<Vec<u32>>,
    /// Where communities meet, the busiest first.
    pub bridges: Vec<Bridge>,
}

impl std::ops::Deref for Explored {
    type Target = Mixed;
    fn deref(&self) -> &Mixed {
        &self.mixed
    }
}

impl Atlas {
    /// Of a build whose catalogue has `albums`.
    ///
    /// # Errors
    /// When files of the build are missing or damaged.
    pub fn of(built: Arc<Built>, albums: &[Album]) -> Result<Self, BuildError> {
        let facts = Facts::of(&built, albums)?;
        let by_id: HashMap<u64, &Album> = albums.iter().map(|album| (album.id.0, album)).collect();
        let of_build = || built.columns.id.iter().map(|id| by_id.get(id).copied());
        let artist = text::numbered_artists(of_build().map(|album| album?.artist.as_deref()));
        let popularity = of_build()
            .map(|album| album?.plays.or(album?.listeners).map(|n| n as f32).or(album?.popularity))
            .collect();
        let parts = Parts::of(&facts.known());
        let (rows, look, standard) = facts.into_look();
        Ok(Self { parts, look, standard, rows, artist, popularity, built, mixed: Mutex::default() })
    }

    /// The build.
    pub fn built(&self) -> &Arc<Built> {
        &self.built
    }

    /// What is known of the albums, part by part.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The neighbours of a checked mixture. The first time, all albums are compared with all: seconds for some ten
    /// thousand.
    pub fn mixed(&self, mixture: &Mixture) -> Arc<Explored> {
        let known = |mixed: &mut Vec<Arc<Explored>>| {
            let at = mixed.iter().position(|known| known.mixture == *mixture)?;
            mixed[..=at].rotate_right(1);
            mixed.first().cloned()
        };
        if let Some(found) = known(&mut self.mixed.lock().unwrap_or_else(PoisonError::into_inner)) {
            return found;
        }
        // Nobody waits for the lock meanwhile; two who ask at once may both compare.
        let fresh = Arc::new(Explored {
            mixed: Mixed::of(&self.parts, mixture),
            communities: OnceLock::new(),
            layouts: Mutex::default(),
        });
        let mut mixed = self.mixed.lock().unwrap_or_else(PoisonError::into_inner);
        mixed.insert(0, fresh.clone());
        mixed.truncate(REMEMBERED);
        fresh
    }

    /// Up to `count` different journeys between two albums, one album per artist, none of `avoid`.
    ///
    /// # Errors
    /// When there is none, with the reason.
    pub fn journeys(
        &self,
        mixture: &Mixture,
        (from, to): (u32, u32),
        count: usize,
        stops: Option<usize>,
        avoid: &[u32],
    ) -> Result<Vec<Journey>, NoJourney> {
        let mut avoided = vec![false; self.parts.len()];
        for &album in avoid {
            if let Some(place) = avoided.get_mut(album as usize) {
                *place = true;
            }
        }
        let rules = Rules { count, stops, artist: &self.artist, avoid: &avoided };
        graph::journeys(&self.mixed(mixture).graph, from, to, &rules)
    }

    /// The `n` albums most like some and unlike others (weights below 0), best first, with a score 0–1.
    pub fn more_like(&self, mixture: &Mixture, seeds: &[(u32, f32)], n: usize) -> Vec<(u32, f32)> {
        graph::more_like(&self.mixed(mixture).graph, seeds, n, DAMPING)
    }

    /// Groups of albums that have the same picture, each with at least two, the largest first.
    pub fn duplicates(&self) -> Vec<Vec<u32>> {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for (i, &cluster) in (0..).zip(&self.built.clusters) {
            groups.entry(cluster).or_default().push(i);
        }
        let mut groups: Vec<Vec<u32>> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        groups
    }

    /// Why two albums are neighbours; see [`mod@reasons`]. `palettes` are their covers' colours.
    pub fn reasons(
        &self,
        mixture: &Mixture,
        (i, j): (u32, u32),
        palettes: [&[[u8; 3]]; 2],
    ) -> (f32, Vec<crate::wire::Reason>) {
        let year = |i: u32| Some(self.built.columns.year[i as usize]).filter(|&year| year != NO_YEAR);
        let about = |i: u32, palette| About {
            palette,
            opinion: self.built.opinion_row(AlbumId(self.built.columns.id[i as usize])),
            year: year(i).map(i32::from),
        };
        let (one, other) = (about(i, palettes[0]), about(j, palettes[1]));
        reasons(&self.parts, mixture, (i as usize, one), (j as usize, other), self.built.opinion_genres())
    }

    /// The `n` albums that look most like a picture whose vector is known ([`crate::pipeline::vector_of`]), with similarity
    /// 0–1, and where on the map the picture would stand: among the three that are most like it.
    pub fn near_vector(&self, vector: &[f32], n: usize) -> (Vec<(u32, f32)>, Option<[f32; 2]>) {
        let vector = ArrayView1::from(vector);
        if vector.len() != self.look.ncols() {
            return (Vec::new(), None);
        }
        let length = |row: ArrayView1<'_, f32>| row.dot(&row).sqrt().max(f32::MIN_POSITIVE);
        let own = length(vector);
        let mut all: Vec<(u32, f32)> = self
            .rows
            .iter()
            .zip(self.look.rows())
            .map(|(&i, row)| (i, (row.dot(&vector) / (own * length(row))).clamp(0.0, 1.0)))
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(n.max(3));
        let (mut at, mut whole) = ([0.0, 0.0], 0.0);
        for &(i, similarity) in all.iter().take(3) {
            // The nearer one is, the more it draws: a copy of a cover stands on it.
            let weight = 1.0 / (1.001 - similarity).powi(2);
            at[0] += weight * self.built.columns.x[i as usize];
            at[1] += weight * self.built.columns.y[i as usize];
            whole += weight;
        }
        all.truncate(n);
        (all, (whole > 0.0).then(|| at.map(|x| x / whole)))
    }

    /// The communities of a mixture's graph.
    pub fn communities<'a>(&self, explored: &'a Explored) -> &'a Communities {
        explored.communities.get_or_init(|| {
            let of = graph::communities(&explored.graph, RESOLUTION, SEED);
            let names = neighbourhoods::names(&of, &self.words());
            let traffic = graph::traffic(&explored.graph, SOURCES, SEED);
            let rank = graph::pagerank(&explored.graph, DAMPING);
            let mut members: Vec<Vec<u32>> = vec![Vec::new(); names.len()];
            for (i, &community) in (0..).zip(&of) {
                members[community as usize].push(i);
            }
            let central = members.into_iter().map(|mut members| {
                members.sort_by(|a, b| rank[*b as usize].total_cmp(&rank[*a as usize]).then(a.cmp(b)));
                members.truncate(5);
                members
            });
            let central = central.collect();
            let bridges = graph::bridges(&explored.graph, &of, &traffic, CROSSINGS);
            Communities { of, names, central, bridges }
        })
    }

    fn words(&self) -> Words {
        let columns = &self.built.columns;
        let genre = |&genre: &u8| self.built.manifest.genres.get(usize::from(genre)).cloned();
        let colour = |(&colour, &slot): (&u32, &u32)| {
            let [_, r, g, b] = colour.to_be_bytes();
            (slot != NO_SLOT).then(|| colour_name([r, g, b]))
        };
        Words {
            genre: columns.genre.iter().map(genre).collect(),
            colour: columns.colour.iter().zip(&columns.slot).map(colour).collect(),
        }
    }

    /// All albums in a layout. Those that follow from neighbours take seconds the first time.
    pub fn arranged(&self, explored: &Explored, layout: Layout) -> Arc<Arranged> {
        let mut layouts = explored.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        layouts.entry(layout).or_insert_with(|| Arc::new(self.arrange(explored, layout))).clone()
    }

    fn arrange(&self, explored: &Explored, layout: Layout) -> Arranged {
        let columns = &self.built.columns;
        let map: Vec<[f32; 2]> = columns.x.iter().zip(&columns.y).map(|(&x, &y)| [x, y]).collect();
        let n = map.len();
        let mut arranged = Arranged { layout, ..Arranged::default() };
        match layout {
            Layout::Similarity if explored.mixture.is_usual() => arranged.at = map,
            Layout::Similarity => {
                let mut at = graph::layout(explored.neighbours(), Start::Bent(&map));
                graph::spread(&mut at);
                arranged.at = at;
            }
            Layout::Force => arranged.at = arrange::by_force(n, &explored.edges, Begin::Places(&map)),
            Layout::Genre => {
                let genre = |&genre: &u8| (genre != NO_GENRE).then_some(u16::from(genre));
                let genres: Vec<Option<u16>> = columns.genre.iter().map(genre).collect();
                let islands = arrange::by_genre(&map, &genres);
                let name = |genre: Option<u16>| {
                    let known = genre.and_then(|genre| self.built.manifest.genres.get(usize::from(genre)));
                    known.cloned().unwrap_or_else(|| "no genre".to_owned())
                };
                let label = |island: &arrange::Island| MapLabel {
                    text: name(island.genre),
                    at: [island.centre[0], island.centre[1] - island.radius],
                    size: island.radius,
                };
                arranged.labels = islands.islands.iter().map(label).collect();
                arranged.at = islands.at;
            }
            Layout::Timeline => {
                let year = |&year: &i16| (year != NO_YEAR).then_some(i32::from(year));
                let years: Vec<Option<i32>> = columns.year.iter().map(year).collect();
                let line = arrange::by_year(&map, &years);
                let below = line.at.iter().map(|p| p[1]).fold(0.0, f32::max) + 1.5;
                let ticks = line.ticks.iter().map(|tick| (tick.year.to_string(), tick.x));
                let undated = line.undated.map(|x| ("no year".to_owned(), x));
                let label = |(text, x)| MapLabel { text, at: [x, below], size: 0.0 };
                arranged.labels = ticks.chain(undated).map(label).collect();
                arranged.at = line.at;
            }
            Layout::Colour => {
                let colour = |(&colour, &slot): (&u32, &u32)| (slot != NO_SLOT).then_some(colour);
                let colours: Vec<Option<u32>> =
                    columns.colour.iter().zip(&columns.slot).map(colour).collect();
                arranged.at = arrange::by_colour(&colours).at;
            }
            Layout::Plane => {
                let popularity: Vec<Option<f32>> =
                    self.rows.iter().map(|&i| self.popularity[i as usize]).collect();
                // Standardised columns are all as wide: which way covers differ most is seen on their own scale.
                let own_scale = self.standard.as_ref().map(|standard| standard.undone(self.look.view()));
                let look = own_scale.as_ref().map_or(self.look.view(), Array2::view);
                let plane = arrange::by_components(look, &popularity);
                // Albums without a cover have no components: they stay beside their place on the map.
                arranged.at = map;
                arranged.radius = vec![plane.radius.iter().copied().fold(0.5, f32::min); n];
                for ((&i, at), radius) in self.rows.iter().zip(plane.at).zip(plane.radius) {
                    (arranged.at[i as usize], arranged.radius[i as usize]) = (at, radius);
                }
            }
        }
        arranged
    }

    /// The parts that anything is known of.
    pub fn known(&self) -> Vec<Part> {
        self.parts.known()
    }
}
