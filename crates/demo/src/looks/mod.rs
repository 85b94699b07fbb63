//! How each genre's covers look: palettes, layouts and how they were printed; and what one artist's covers share.

mod ambient;
mod classical;
mod country;
mod electronic;
mod folk;
mod jazz;
mod metal;
mod pop;
mod rap;
mod rock;

use super::canvas::Canvas;
use super::finish::{self, Finish};
use super::palette::{Ink, Inks};
use super::subjects::things;
use super::type_setting::{self, Align, Area, Face, Setting};
use super::{DemoAlbum, Style};
use rand::Rng;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use tiny_skia::{Path, Transform};

/// One way to lay a cover out.
type Layout = fn(&mut Sleeve<'_>);

/// A genre's look.
struct Look {
    palettes: &'static [Inks],
    layouts: &'static [Layout],
    /// How far an artist's hue may lie from the palette's, in degrees.
    tilt: f32,
    /// How a new copy is printed; age comes on top.
    print: Finish,
}

fn look(style: Style) -> &'static Look {
    match style {
        Style::Rock => &rock::LOOK,
        Style::Pop => &pop::LOOK,
        Style::Electronic => &electronic::LOOK,
        Style::Rap => &rap::LOOK,
        Style::Metal => &metal::LOOK,
        Style::Jazz => &jazz::LOOK,
        Style::Classical => &classical::LOOK,
        Style::Country => &country::LOOK,
        Style::Folk => &folk::LOOK,
        Style::Ambient => &ambient::LOOK,
    }
}

/// A cover being drawn.
struct Sleeve<'a> {
    c: Canvas,
    rng: ChaCha8Rng,
    album: &'a DemoAlbum,
    /// Ground, two mains, accent, ink for type.
    inks: [Ink; 5],
    /// The same on all covers of an artist: picks a logo treatment, a face, a corner.
    habit: u64,
}

/// Draws an album's cover.
pub(super) fn draw(album: &DemoAlbum, size: u32) -> image::RgbImage {
    let look = look(album.style);
    let mut artist = ChaCha8Rng::seed_from_u64(album.artist_seed ^ album.style as u64);
    let mut rng = ChaCha8Rng::seed_from_u64(album.seed);
    let favourite = |artist: &mut ChaCha8Rng, rng: &mut ChaCha8Rng, n: usize, loyal: f64| {
        let (a, b) = (artist.gen_range(0..n), artist.gen_range(0..n));
        match rng.gen_bool(loyal) {
            true if rng.gen_bool(0.5) => a,
            true => b,
            false => rng.gen_range(0..n),
        }
    };
    let palette = favourite(&mut artist, &mut rng, look.palettes.len(), 0.75);
    // An artist goes through the layouts like through a deck of cards; now and then two covers make a series.
    let mut deck: Vec<usize> = (0..look.layouts.len()).collect();
    deck.shuffle(&mut artist);
    let back = u32::from(album.nth > 0 && rng.gen_bool(0.12));
    let layout = deck[(album.nth - back) as usize % deck.len()];
    let tilt = artist.gen_range(-1.0..1.0) * look.tilt + rng.gen_range(-0.25..0.25) * look.tilt;
    let depth: f32 = artist.gen_range(-0.05..0.05) + rng.gen_range(-0.04..0.04);
    let inks = look.palettes[palette].map(|rgb| {
        let ink = Ink::hex(rgb).tilt(tilt);
        if depth > 0.0 { ink.light(depth) } else { ink.dark(-depth) }
    });
    let mut sleeve = Sleeve { c: Canvas::new(size, inks[0]), rng, album, inks, habit: artist.r#gen() };
    look.layouts[layout](&mut sleeve);
    let finish = sleeve.aged(look.print);
    finish::apply(&mut sleeve.c, &finish, album.seed as u32);
    sleeve.c.into_image()
}

impl Sleeve<'_> {
    /// The older the record, the more its sleeve shows it; some were kept well.
    fn aged(&mut self, new: Finish) -> Finish {
        let years = (2026 - self.album.year).max(0) as f32 / 68.0;
        let care = self.rng.gen_range(0.0..1.0f32).powf(1.6);
        let ring = if self.rng.gen_bool(0.35) { self.rng.gen_range(0.2..0.9) } else { 0.0 };
        Finish {
            wear: new.wear + years * care * 0.55,
            ring: new.ring + years * ring * 0.7,
            age: new.age + years * (0.12 + 0.4 * care),
            mottle: new.mottle + years * 0.25,
            pits: new.pits + years * care * 0.3,
            ..new
        }
    }

    fn size(&self) -> u32 {
        self.c.size()
    }

    fn chance(&mut self, p: f64) -> bool {
        self.rng.gen_bool(p)
    }

    fn range(&mut self, low: f32, high: f32) -> f32 {
        self.rng.gen_range(low..high)
    }

    fn count(&mut self, low: usize, high: usize) -> usize {
        self.rng.gen_range(low..=high)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.gen_range(0..of.len())]
    }

    /// What this artist always does: one of `n` ways.
    fn habit(&self, n: usize) -> usize {
        (self.habit % n as u64) as usize
    }

    /// Another habit, independent of the first.
    fn second_habit(&self, n: usize) -> usize {
        ((self.habit >> 20) % n as u64) as usize
    }

    fn title(&self) -> String {
        self.album.title.clone()
    }

    fn artist(&self) -> String {
        self.album.artist.clone()
    }

    /// The ink itself where it reads on what is already drawn there, else black or cream.
    fn legible(&self, area: Area, ink: Ink) -> Ink {
        let (ground, spread) = self.c.look_at(area);
        if (ground - ink.luma()).abs() * ink.a > 0.22 + 0.5 * spread {
            return ink;
        }
        let reading = if ground > 0.46 { Ink::hex(0x14110f) } else { Ink::hex(0xf6f0e2) };
        reading.fade(ink.a.max(0.85))
    }

    /// Sets a text in a box, in an ink that reads there, and says what its ink covers.
    fn set(&mut self, text: &str, setting: Setting, area: Area, ink: Ink) -> Area {
        let block = type_setting::block(text, &setting, area);
        let ink = self.legible(block.area, ink);
        self.c.fill(&block.path, ink);
        block.area
    }

    /// A strip of paper for type to stand on, a little larger than `area`, where what lies there is restless.
    fn quiet(&mut self, (x, y, w, h): Area, ink: Ink) {
        let (_, spread) = self.c.look_at((x, y, w, h));
        if spread > 0.12 {
            self.c.rect(x - 1.8, y - 1.6, w + 3.6, h + 3.2, ink);
        }
    }

    /// Sets each line of a text to the full width of a box.
    fn stack(&mut self, text: &str, face: Face, rows: usize, gap: f32, area: Area, ink: Ink) -> Area {
        let block = type_setting::stack(text, face, rows, gap, area);
        let ink = self.legible(block.area, ink);
        self.c.fill(&block.path, ink);
        block.area
    }

    /// An outline around the origin placed on the sheet.
    fn stamp(&mut self, path: &Path, x: f32, y: f32, scale: f32, turn: f32, ink: Ink) {
        let place = Transform::from_translate(x, y).pre_rotate(turn).pre_scale(scale, scale);
        self.c.moved(place, |c| c.fill(path, ink));
    }

    /// The label's mark, `r` units from its middle to its tip.
    fn kite(&mut self, x: f32, y: f32, r: f32, ink: Ink) {
        let [left, right, tail] = things::kite();
        self.stamp(&left, x, y, r, 14.0, ink);
        self.stamp(&right, x, y, r, 14.0, ink.fade(0.55));
        self.stamp(&tail, x, y, r, 14.0, ink);
    }

    /// The label's mark with the catalogue number, small, in one corner: `right`/`low` say which.
    fn imprint(&mut self, right: bool, low: bool, ink: Ink) {
        let (x, y) = (if right { 95.2 } else { 4.8 }, if low { 94.6 } else { 5.0 });
        self.kite(x, y, 2.0, ink);
        let align = if right { Align::Right } else { Align::Left };
        let area = (if right { 73.0 } else { 7.4 }, y - 1.0, 19.6, 1.7);
        let number = self.album.catalogue_number();
        self.set(&number, Setting::new(Face::Jost).to(align).at(0.5).in_lines(1).tracked(0.08), area, ink);
    }
}
