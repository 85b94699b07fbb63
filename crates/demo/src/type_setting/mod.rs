//! Sets type as outlines: the largest size that fits a box, broken into lines, kerned by eye, ready to be bent.

mod faces;

use super::shapes::{P, finish, moved};
use ab_glyph::OutlineCurve;
use faces::Sort;
pub use faces::{FACES, Face};
use tiny_skia::{Path, PathBuilder, Transform};

/// Draws one line at one unit per em from the origin; returns it and its advance.
fn run(text: &str, face: Face, tracking: f32) -> (Vec<(f32, char)>, f32) {
    let case = face.case();
    let mut places = Vec::new();
    let (mut x, mut before) = (0.0f32, None);
    for c in text.chars() {
        let c = if case.sorts.contains_key(&c) { c } else { plain(c) };
        let Some(sort) = case.sorts.get(&c) else { continue };
        if let Some(b) = before {
            x += case.kern(b, c) + tracking;
        }
        places.push((x, c));
        x += sort.advance;
        before = Some(c);
    }
    (places, x)
}

/// What to set where a face lacks a letter.
fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ó' | 'ö' | 'ô' | 'ø' => 'o',
        'ú' | 'ü' => 'u',
        'Ö' | 'Ø' => 'O',
        'Ä' | 'Å' => 'A',
        'É' => 'E',
        'Ü' => 'U',
        '’' | '‘' => '\'',
        '–' | '—' => '-',
        _ => ' ',
    }
}

fn ink(builder: &mut PathBuilder, sort: &Sort, place: impl Fn(P) -> P) {
    let mut last: Option<ab_glyph::Point> = None;
    let near = |a: ab_glyph::Point, b: ab_glyph::Point| (a.x - b.x).abs() + (a.y - b.y).abs() < 1e-5;
    for curve in &sort.curves {
        let start = match curve {
            OutlineCurve::Line(a, _) | OutlineCurve::Quad(a, ..) | OutlineCurve::Cubic(a, ..) => *a,
        };
        if last.is_none_or(|l| !near(l, start)) {
            if last.is_some() {
                builder.close();
            }
            let p = place((start.x, start.y));
            builder.move_to(p.0, p.1);
        }
        let q = |p: &ab_glyph::Point| place((p.x, p.y));
        last = Some(match curve {
            OutlineCurve::Line(_, b) => {
                let p = q(b);
                builder.line_to(p.0, p.1);
                *b
            }
            OutlineCurve::Quad(_, b, c) => {
                let (b, p) = (q(b), q(c));
                builder.quad_to(b.0, b.1, p.0, p.1);
                *c
            }
            OutlineCurve::Cubic(_, b, c, d) => {
                let (b, c, p) = (q(b), q(c), q(d));
                builder.cubic_to(b.0, b.1, c.0, c.1, p.0, p.1);
                *d
            }
        });
    }
    if last.is_some() {
        builder.close();
    }
}

/// One line with its origin at `(0, 0)`, one unit per em.
pub fn line(text: &str, face: Face, tracking: f32) -> Path {
    let mut builder = PathBuilder::new();
    let (places, _) = run(text, face, tracking);
    for (x, c) in places {
        if let Some(sort) = face.case().sorts.get(&c) {
            ink(&mut builder, sort, |(px, py)| (x + px, py));
        }
    }
    finish(builder)
}

/// Where lines of unequal length stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// How a text is to be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The typeface.
    pub face: Face,
    /// Extra space between letters, in em.
    pub tracking: f32,
    /// From baseline to baseline, in em.
    pub leading: f32,
    /// Where lines and the whole block stand across the box.
    pub align: Align,
    /// Where the block stands down the box: 0 at its top, 1 at its bottom.
    pub down: f32,
    /// No more lines than this.
    pub lines: usize,
    /// No larger than this, units per em.
    pub most: f32,
}

impl Setting {
    /// One to three lines, set tight, from the upper left.
    pub fn new(face: Face) -> Self {
        Self { face, tracking: 0.0, leading: 1.0, align: Align::Left, down: 0.0, lines: 3, most: 100.0 }
    }

    /// With extra space between letters, in em.
    pub fn tracked(self, tracking: f32) -> Self {
        Self { tracking, ..self }
    }

    /// With this many em from baseline to baseline.
    pub fn led(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    /// Standing elsewhere across the box.
    pub fn to(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// Standing elsewhere down the box.
    pub fn at(self, down: f32) -> Self {
        Self { down, ..self }
    }

    /// In at most so many lines.
    pub fn in_lines(self, lines: usize) -> Self {
        Self { lines, ..self }
    }

    /// No larger than so many units per em.
    pub fn upto(self, most: f32) -> Self {
        Self { most, ..self }
    }
}

/// A rectangle: left, top, width, height.
pub type Area = (f32, f32, f32, f32);

/// Type that has been set.
pub struct Block {
    /// Its outlines.
    pub path: Path,
    /// What its ink covers.
    pub area: Area,
    /// Units per em.
    pub size: f32,
}

fn bounds(path: &Path) -> Area {
    let b = path.compute_tight_bounds().unwrap_or_else(|| path.bounds());
    (b.left(), b.top(), b.width(), b.height())
}

/// Breaks words into `n` lines whose longest is as short as can be.
fn broken(words: &[&str], n: usize) -> Vec<String> {
    let lengths: Vec<usize> = words.iter().map(|w| w.chars().count() + 1).collect();
    let (mut low, mut high) = (lengths.iter().copied().max().unwrap_or(1), lengths.iter().sum::<usize>());
    let lay = |limit: usize| {
        let mut lines: Vec<Vec<&str>> = vec![vec![]];
        let mut used = 0;
        for (word, length) in words.iter().zip(&lengths) {
            if used + length > limit && used > 0 {
                lines.push(vec![]);
                used = 0;
            }
            lines.last_mut().expect("starts with one line").push(word);
            used += length;
        }
        lines
    };
    while low < high {
        let middle = usize::midpoint(low, high);
        if lay(middle).len() <= n { high = middle } else { low = middle + 1 }
    }
    lay(low).into_iter().map(|line| line.join(" ")).collect()
}

/// Sets `text` as large as the box allows; all of its ink lies inside the box.
pub fn block(text: &str, setting: &Setting, (x, y, w, h): Area) -> Block {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut best: Option<Block> = None;
    for n in 1..=setting.lines.clamp(1, words.len().max(1)) {
        let lines: Vec<Path> =
            broken(&words, n).iter().map(|l| line(l, setting.face, setting.tracking)).collect();
        let areas: Vec<Area> = lines.iter().map(bounds).collect();
        let widest = areas.iter().map(|a| a.2).fold(0.01, f32::max);
        let top =
            areas.iter().enumerate().map(|(i, a)| a.1 + i as f32 * setting.leading).fold(f32::MAX, f32::min);
        let foot = areas
            .iter()
            .enumerate()
            .map(|(i, a)| a.1 + a.3 + i as f32 * setting.leading)
            .fold(f32::MIN, f32::max);
        let tall = (foot - top).max(0.01);
        let size = (w / widest).min(h / tall).min(setting.most);
        if best.as_ref().is_some_and(|b| b.size >= size * 0.999) {
            continue;
        }
        let y0 = y + (h - tall * size) * setting.down - top * size;
        let mut builder = PathBuilder::new();
        for (i, (path, area)) in lines.into_iter().zip(&areas).enumerate() {
            let free = w - area.2 * size;
            let x0 = x - area.0 * size
                + match setting.align {
                    Align::Left => 0.0,
                    Align::Centre => free / 2.0,
                    Align::Right => free,
                };
            let place = Transform::from_row(size, 0.0, 0.0, size, x0, y0 + i as f32 * setting.leading * size);
            builder.push_path(&moved(path, place));
        }
        let path = finish(builder);
        let area = bounds(&path);
        best = Some(Block { path, area, size });
    }
    best.unwrap_or_else(|| Block { path: line("", setting.face, 0.0), area: (x, y, 0.0, 0.0), size: 0.0 })
}

/// Letters pressed flatter than this look broken; lines then give up width instead.
const FLATTEST: f32 = 0.68;

/// Sets each line to the full width of the box, one under the other with `gap` units between; lines keep their
/// proportions unless the whole is too tall, when all are pressed down a little, then made narrower, together.
pub fn stack(text: &str, face: Face, rows: usize, gap: f32, (x, y, w, h): Area) -> Block {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lines = broken(&words, rows.clamp(1, words.len().max(1)));
    let set: Vec<(Path, Area)> = lines
        .iter()
        .map(|l| {
            let path = line(l, face, 0.0);
            let area = bounds(&path);
            (path, area)
        })
        .collect();
    let tall: f32 = set.iter().map(|(_, a)| a.3 * w / a.2.max(0.01)).sum();
    let room = h - gap * (set.len().max(1) - 1) as f32;
    let fit = (room / tall.max(0.01)).min(1.6);
    let (press, narrow) = if fit < FLATTEST { (FLATTEST, fit / FLATTEST) } else { (fit, 1.0) };
    let mut builder = PathBuilder::new();
    let mut top = y;
    for (path, a) in set {
        let k = narrow * w / a.2.max(0.01);
        let place = Transform::from_row(k, 0.0, 0.0, k * press, x - a.0 * k, top - a.1 * k * press);
        top += a.3 * k * press + gap;
        builder.push_path(&moved(path, place));
    }
    let path = finish(builder);
    let area = bounds(&path);
    Block { path, area, size: area.3 }
}

/// Sets a line around a circle, its middle at `angle` (radians, −π/2 is the top); `inward` turns the feet
/// outwards so that it reads along the bottom.
pub fn arch(
    text: &str,
    face: Face,
    tracking: f32,
    size: f32,
    (cx, cy): P,
    r: f32,
    angle: f32,
    inward: bool,
) -> Path {
    let (places, advance) = run(text, face, tracking);
    let mut builder = PathBuilder::new();
    for (x, c) in places {
        let Some(sort) = face.case().sorts.get(&c) else { continue };
        let off = (x + sort.advance / 2.0 - advance / 2.0) * size / r;
        let (a, sign) = if inward { (angle - off, -1.0) } else { (angle + off, 1.0) };
        let (s, k) = a.sin_cos();
        ink(&mut builder, sort, |(px, py)| {
            let along = (px - sort.advance / 2.0) * size * sign;
            let out = r - py * size * sign;
            (cx + k * out - s * along, cy + s * out + k * along)
        });
    }
    finish(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_face_has_the_letters_of_a_title() {
        for face in FACES {
            for c in ('A'..='Z').chain('0'..='9') {
                assert!(
                    face.case().sorts.get(&c).is_some_and(|s| !s.curves.is_empty()),
                    "{face:?} lacks {c}"
                );
            }
        }
    }

    #[test]
    fn a_text_lies_inside_its_box() {
        for face in FACES {
            for text in ["A", "Wide Open Country Roads", "Incomprehensibilities", "de la Ó & jyq"] {
                for area in [(5.0, 5.0, 90.0, 20.0), (50.0, 10.0, 12.0, 80.0)] {
                    let set = block(text, &Setting::new(face).to(Align::Centre).at(0.5), area);
                    let (x, y, w, h) = set.area;
                    let slack = 0.05;
                    assert!(x >= area.0 - slack && y >= area.1 - slack, "{face:?} {text} {:?}", set.area);
                    assert!(x + w <= area.0 + area.2 + slack, "{face:?} {text} {:?}", set.area);
                    assert!(y + h <= area.1 + area.3 + slack, "{face:?} {text} {:?}", set.area);
                    assert!(w > area.2 * 0.98 || h > area.3 * 0.98, "{face:?} {text} fills neither way");
                }
            }
        }
    }

    #[test]
    fn open_pairs_stand_closer_than_upright_ones() {
        let case = Face::Jost.case();
        assert!(case.kern('A', 'V') < case.kern('H', 'H') - 0.02);
    }

    #[test]
    fn words_break_into_even_lines() {
        assert_eq!(broken(&["one", "two", "three", "four"], 2), ["one two", "three four"]);
        assert_eq!(broken(&["alone"], 3), ["alone"]);
    }
}
