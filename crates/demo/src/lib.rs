//! An invented record label, drawn from a seed: what there is to look at before anyone has imported anything.
//!
//! The label, its artists and its albums do not exist. [`label`] decides the facts, [`DemoAlbum::draw`] draws a
//! sleeve in its genre's manner ([`looks`]) on a [`canvas`], with type set from embedded open fonts
//! ([`type_setting`]) and printed on paper that has aged since the album's year ([`finish`]). The same seed and
//! number give the same facts and the same pixels.
//!
//! ```
//! let albums = gatefold_demo::label(7, 12);
//! assert_eq!(albums.len(), 12);
//! assert_eq!(albums[3].draw(64), gatefold_demo::label(7, 12)[3].draw(64), "the same seed, the same pixels");
//! ```

pub mod canvas;
pub mod finish;
mod looks;
mod names;
pub mod palette;
pub mod shapes;
mod subjects;
pub mod tone;
pub mod type_setting;

use gatefold_types::album::Genre;
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;

/// The label's name.
pub const LABEL: &str = "Umber Kite Records";

/// The genres in which the label releases; each has its own look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // a genre's own name
pub enum Style {
    Rock,
    Pop,
    Electronic,
    Rap,
    Metal,
    Jazz,
    Classical,
    Country,
    Folk,
    Ambient,
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Rock,
        Self::Pop,
        Self::Electronic,
        Self::Rap,
        Self::Metal,
        Self::Jazz,
        Self::Classical,
        Self::Country,
        Self::Folk,
        Self::Ambient,
    ];

    /// The genre as the catalogue writes it.
    pub fn genre(self) -> Genre {
        let name = match self {
            Self::Rock => "rock",
            Self::Pop => "pop",
            Self::Electronic => "electronic",
            Self::Rap => "rap",
            Self::Metal => "metal",
            Self::Jazz => "jazz",
            Self::Classical => "classical",
            Self::Country => "country",
            Self::Folk => "folk",
            Self::Ambient => "ambient",
        };
        Genre::new(name).expect("none of these names means “no genre”")
    }

    /// The first year in which the label released it, and how its releases lean to later years (1 = evenly).
    fn years(self) -> (i32, f32) {
        match self {
            Self::Jazz => (1958, 1.6),
            Self::Classical => (1958, 1.2),
            Self::Country => (1961, 1.0),
            Self::Folk => (1962, 0.9),
            Self::Rock => (1965, 0.9),
            Self::Pop => (1964, 0.7),
            Self::Electronic => (1974, 0.6),
            Self::Metal => (1979, 0.7),
            Self::Ambient => (1978, 0.6),
            Self::Rap => (1985, 0.7),
        }
    }

    /// Genres that an artist of this one may visit.
    fn neighbour(self) -> Self {
        match self {
            Self::Rock => Self::Metal,
            Self::Pop => Self::Electronic,
            Self::Electronic => Self::Ambient,
            Self::Rap => Self::Pop,
            Self::Metal => Self::Rock,
            Self::Jazz => Self::Rap,
            Self::Classical => Self::Ambient,
            Self::Country => Self::Folk,
            Self::Folk => Self::Country,
            Self::Ambient => Self::Classical,
        }
    }
}

/// One album of the invented label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAlbum {
    /// Its catalogue number, from 1.
    pub number: u32,
    /// Who made it.
    pub artist: String,
    /// Its title.
    pub title: String,
    /// Its genre as the catalogue writes it.
    pub genre: Genre,
    /// Its genre as the label draws it.
    pub style: Style,
    /// Year of release, 1958–2026.
    pub year: i32,
    /// How often it was played.
    pub plays: u64,
    /// How many people listened to it; never more than `plays`.
    pub listeners: u64,
    /// Decides the cover.
    pub seed: u64,
    /// Decides what the covers of one artist have in common.
    pub artist_seed: u64,
    /// How many albums the artist had made before this one.
    pub nth: u32,
}

impl DemoAlbum {
    /// Draws the cover at `size` × `size` pixels. Nothing but `self` and `size` decides the pixels.
    pub fn draw(&self, size: u32) -> image::RgbImage {
        looks::draw(self, size)
    }

    /// The number as it is printed on the sleeve: `KITE 0042`.
    pub fn catalogue_number(&self) -> String {
        format!("KITE {:04}", self.number)
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014): spreads neighbouring seeds far apart.
fn spread(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number with a long tail: most are small, a few very large (Pareto, shape 1.1).
fn heavy(rng: &mut impl Rng, least: f64) -> f64 {
    let u: f64 = rng.gen_range(1e-5..1.0);
    least * u.powf(-1.0 / 1.1)
}

/// The label's catalogue: `albums` albums, all artist–title pairs different. A longer catalogue of the same seed
/// begins with the shorter one.
pub fn label(seed: u64, albums: u32) -> Vec<DemoAlbum> {
    let mut out: Vec<DemoAlbum> = Vec::with_capacity(albums as usize);
    let mut artists = HashSet::new();
    let mut turn = 0u64;
    while out.len() < albums as usize {
        let artist_seed = spread(seed ^ spread(turn));
        let mut rng = ChaCha8Rng::seed_from_u64(artist_seed);
        let style = Style::ALL[(turn % Style::ALL.len() as u64) as usize];
        turn += 1;
        let mut artist = names::artist(&mut rng, style);
        for n in 2.. {
            if artists.insert(artist.to_lowercase()) {
                break;
            }
            artist =
                if n < 8 { names::artist(&mut rng, style) } else { format!("{artist} {}", roman(n - 6)) };
        }
        discography(&mut rng, style, &artist, artist_seed, &mut out, albums as usize);
    }
    out
}

/// One artist's albums, in the order of their years.
fn discography(
    rng: &mut ChaCha8Rng,
    style: Style,
    artist: &str,
    artist_seed: u64,
    out: &mut Vec<DemoAlbum>,
    most: usize,
) {
    let count: u32 = [1, 2, 2, 3, 3, 4, 4, 5, 6, 8][rng.gen_range(0..10)];
    let (first, lean) = style.years();
    let debut = first + ((2024 - first) as f32 * rng.gen_range(0.0f32..1.0).powf(lean)) as i32;
    let wanders = rng.gen_bool(0.15);
    let fame = heavy(rng, 400.0);
    let mut year = debut;
    let mut titles = HashSet::new();
    for nth in 0..count {
        let style = if wanders && nth > 0 && rng.gen_bool(0.3) { style.neighbour() } else { style };
        let mut title =
            if nth == 0 && rng.gen_bool(0.12) { artist.to_owned() } else { names::title(rng, style) };
        while !titles.insert(title.to_lowercase()) {
            title = names::title(rng, style);
        }
        let plays = (fame * heavy(rng, 1.0) * rng.gen_range(3.0..14.0)).min(4.0e8) as u64;
        let listeners = ((plays as f64) / rng.gen_range(3.0..16.0)) as u64;
        let number = out.len() as u32 + 1;
        let album_seed = spread(artist_seed ^ spread(u64::from(nth) + 1));
        if out.len() == most {
            return;
        }
        out.push(DemoAlbum {
            number,
            artist: artist.to_owned(),
            title,
            genre: style.genre(),
            style,
            year: year.min(2026),
            plays,
            listeners: listeners.max(1),
            seed: album_seed,
            artist_seed,
            nth,
        });
        year += rng.gen_range(1..=4);
    }
}

fn roman(n: u32) -> String {
    let signs = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = n;
    let mut out = String::new();
    for (value, sign) in signs {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}
