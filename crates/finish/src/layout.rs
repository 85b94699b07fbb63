//! Where title and artist stand and how large: as large as asked, as small as needed, never over the edge.

use super::breaking::{Broken, Piece, broken, pieces};
use super::fonts;
use super::runs::{Prepared, prepare};
use super::shaping::{Han, Style, han_of, set};
use gatefold_types::finishing::{Finish, Place, Size};
use tiny_skia::{Path, PathBuilder, Rect, Transform};

/// Kept free on every side, as a share of the sheet's shorter side.
const MARGIN: f32 = 0.06;
/// Least distance from baseline to baseline, in heights of a capital.
const LEADING: f32 = 1.24;
/// Least air between the ink of two lines, in heights of a capital.
const AIR: f32 = 0.13;
/// The artist's capitals beside the title's.
const ARTIST: f32 = 0.42;
/// Capitals lower than this share of the side cannot be read on a phone; words are then cut rather than shrunk.
const LOWEST: f32 = 0.016;
/// Extra space between the artist's letters, in em: small type reads better when it is set wider.
const ARTIST_TRACKING: f32 = 0.025;
/// Lines of a title at most, unless more were typed.
const TITLE_LINES: usize = 6;
/// Lines of an artist at most.
const ARTIST_LINES: usize = 3;

/// Type that has its place on the picture.
pub(super) struct Block {
    /// Outlines in pixels.
    pub(super) path: Path,
    /// What the ink covers, in pixels.
    pub(super) area: Rect,
    /// Height of the smallest capitals in it, in pixels.
    pub(super) cap: f32,
    /// Whether it stands at the top (-1), in the middle (0) or at the foot (1).
    pub(super) down: i8,
}

/// All type of a cover, and what could not be written.
pub(super) struct Layout {
    pub(super) blocks: Vec<Block>,
    pub(super) missing: Vec<char>,
}

/// Lines of one size.
struct Fitted {
    /// In em, each with its ink.
    lines: Vec<(Path, Rect)>,
    /// Pixels per em.
    size: f32,
    /// From baseline to baseline, in em.
    step: f32,
    /// Height of a capital, in em.
    cap: f32,
}

impl Fitted {
    fn tall(&self) -> f32 {
        self.size * tall(&self.lines, self.step)
    }
}

/// Height of the ink of all lines, in em.
fn tall(lines: &[(Path, Rect)], step: f32) -> f32 {
    match (lines.first(), lines.last()) {
        (Some((_, first)), Some((_, last))) => step * (lines.len() - 1) as f32 + last.bottom() - first.top(),
        _ => 0.0,
    }
}

/// Sets title and artist on the sheet, the part of the picture within the border.
pub(super) fn lay_out(finish: &Finish, sheet: Rect) -> Layout {
    let (title, artist) = (prepare(&finish.title, finish.face), prepare(&finish.artist, finish.face));
    let mut missing = title.missing.clone();
    missing.extend(artist.missing.iter().filter(|c| !title.missing.contains(c)));
    let side = sheet.width().min(sheet.height());
    let (w, h) = (sheet.width() - 2.0 * MARGIN * side, sheet.height() - 2.0 * MARGIN * side);
    let han = han_of([&finish.title, &finish.artist]);
    let (tallest, share) = match finish.size {
        Size::Small => (0.05, 0.3),
        Size::Medium => (0.095, 0.45),
        Size::Large => (0.2, 0.66),
    };
    let titled = fit(&title, han, 0.0, (w, h * share), tallest * side, LOWEST * side);
    let small = match &titled {
        Some(title) => (title.cap * title.size * ARTIST).clamp(0.023 * side, 0.055 * side),
        None => (tallest * side * 0.6).min(0.09 * side),
    };
    // Where the title had to be small, the artist stays smaller.
    let small = titled.as_ref().map_or(small, |title| small.min(title.cap * title.size * 0.8));
    let named = fit(&artist, han, ARTIST_TRACKING, (w, h * 0.22), small, (LOWEST * side).min(small));
    Layout { blocks: stand(finish.place, titled, named, sheet, side), missing }
}

/// The largest setting of a text within a box; `None` where there is no text.
fn fit(
    text: &Prepared,
    han: Han,
    tracking: f32,
    room: (f32, f32),
    tallest: f32,
    lowest: f32,
) -> Option<Fitted> {
    if text.lines.is_empty() {
        return None;
    }
    let style = Style { face: text.face, tracking, han };
    let most = if tracking > 0.0 { ARTIST_LINES } else { TITLE_LINES }.max(text.lines.len());
    let words = pieces(text, style, false);
    let fitted = fit_pieces(text, style, &words, room, tallest, most);
    match &fitted {
        Some(f) if f.size * f.cap >= lowest => fitted,
        _ => {
            let letters = pieces(text, style, true);
            let cut = fit_pieces(text, style, &letters, room, tallest, most);
            match (&fitted, &cut) {
                (Some(a), Some(b)) if b.size < a.size * 1.2 => fitted,
                (_, Some(_)) => cut,
                _ => fitted,
            }
        }
    }
}

fn fit_pieces(
    text: &Prepared,
    style: Style,
    pieces: &[Piece],
    (w, h): (f32, f32),
    tallest: f32,
    most: usize,
) -> Option<Fitted> {
    let cap = fonts::cap(text.face);
    let mut best: Option<(f32, Fitted)> = None;
    for Broken { lines, cost } in (1..=most).filter_map(|n| broken(pieces, n)) {
        let lines: Vec<(Path, Rect)> = lines
            .into_iter()
            .filter_map(|(l, range)| {
                let path = set(&text.lines[l], range, style).path?;
                let ink = path.compute_tight_bounds()?;
                Some((path, ink))
            })
            .collect();
        if lines.is_empty() {
            continue;
        }
        let widest = lines.iter().map(|(_, ink)| ink.width()).fold(1e-3, f32::max);
        let close = |pair: &[(Path, Rect)]| pair[0].1.bottom() - pair[1].1.top() + AIR * cap;
        let step = lines.windows(2).map(close).fold(LEADING * cap, f32::max);
        let size = (tallest / cap).min(w / widest).min(h / tall(&lines, step).max(1e-3));
        // Size counts most; an even setting may be a little smaller, and so may one in fewer lines.
        let score = size * (1.0 - 0.3 * cost.min(2.0)) * (1.0 - 0.02 * lines.len() as f32);
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            best = Some((score, Fitted { lines, size, step, cap }));
        }
    }
    best.map(|(_, fitted)| fitted)
}

/// Across: 0 left, 0.5 centre, 1 right; down likewise.
fn corner(place: Place) -> (f32, f32) {
    let across = match place {
        Place::TopLeft | Place::Left | Place::BottomLeft | Place::Apart => 0.0,
        Place::Top | Place::Centre | Place::Bottom => 0.5,
        Place::TopRight | Place::Right | Place::BottomRight => 1.0,
    };
    let down = match place {
        Place::TopLeft | Place::Top | Place::TopRight | Place::Apart => 0.0,
        Place::Left | Place::Centre | Place::Right => 0.5,
        Place::BottomLeft | Place::Bottom | Place::BottomRight => 1.0,
    };
    (across, down)
}

fn stand(place: Place, title: Option<Fitted>, artist: Option<Fitted>, sheet: Rect, side: f32) -> Vec<Block> {
    let margin = MARGIN * side;
    let (top, foot) = (sheet.top() + margin, sheet.bottom() - margin);
    let (across, down) = corner(place);
    let x = |f: &Fitted, ink: &Rect| {
        let free = sheet.width() - 2.0 * margin - ink.width() * f.size;
        sheet.left() + margin + free * across - ink.left() * f.size
    };
    if place == Place::Apart {
        let placed = [(title, false), (artist, true)].into_iter().filter_map(|(fitted, low)| {
            let fitted = fitted?;
            let y = if low { foot - fitted.tall() } else { top };
            block(&[(&fitted, y)], x, if low { 1 } else { -1 })
        });
        return placed.collect();
    }
    let gap = match (&title, &artist) {
        (Some(t), Some(a)) => (0.5 * t.cap * t.size).clamp(0.75 * a.cap * a.size, 1.6 * a.cap * a.size),
        _ => 0.0,
    };
    let tall = |f: &Option<Fitted>| f.as_ref().map_or(0.0, Fitted::tall);
    let start = top + (foot - top - tall(&title) - gap - tall(&artist)) * down;
    let second = start + tall(&title) + gap;
    let placed: Vec<(&Fitted, f32)> = [(&title, start), (&artist, second)]
        .into_iter()
        .filter_map(|(f, y)| Some((f.as_ref()?, y)))
        .collect();
    block(&placed, x, (2.0 * down - 1.0) as i8).into_iter().collect()
}

fn block(parts: &[(&Fitted, f32)], x: impl Fn(&Fitted, &Rect) -> f32, down: i8) -> Option<Block> {
    let mut ink = PathBuilder::new();
    for (fitted, y) in parts {
        let first = fitted.lines.first().map_or(0.0, |(_, ink)| ink.top());
        for (i, (path, line)) in fitted.lines.iter().enumerate() {
            let baseline = y + (i as f32 * fitted.step - first) * fitted.size;
            let place = Transform::from_row(fitted.size, 0.0, 0.0, fitted.size, x(fitted, line), baseline);
            if let Some(path) = path.clone().transform(place) {
                ink.push_path(&path);
            }
        }
    }
    let path = ink.finish()?;
    let area = path.compute_tight_bounds()?;
    let cap = parts.iter().map(|(f, _)| f.cap * f.size).fold(f32::INFINITY, f32::min);
    Some(Block { path, area, cap, down })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_types::finishing::Face;

    fn sheet() -> Rect {
        Rect::from_ltrb(100.0, 100.0, 2900.0, 2900.0).unwrap()
    }

    const TITLES: [&str; 8] = [
        "A",
        "Blue",
        "The Long and Winding Road to Somewhere Else Entirely",
        "Incomprehensibilities",
        "夜明けの歌が聞こえる街で君を待っている",
        "ليلة القمر الطويلة",
        "क्षितिज के पार एक नया सवेरा",
        "ทะเลสีดำกับความรักครั้งสุดท้าย",
    ];

    #[test]
    fn type_never_stands_beyond_the_margin() {
        let margin = MARGIN * 2800.0 - 1.0;
        for face in Face::ALL {
            for place in [Place::TopLeft, Place::Centre, Place::BottomRight, Place::Apart] {
                for title in TITLES {
                    let artist = "Somebody & the Others".to_owned();
                    let finish = Finish {
                        title: title.to_owned(),
                        artist,
                        face,
                        place,
                        size: Size::Large,
                        ..Finish::default()
                    };
                    for block in lay_out(&finish, sheet()).blocks {
                        let a = block.area;
                        assert!(
                            a.left() >= 100.0 + margin && a.top() >= 100.0 + margin,
                            "{face:?} {place:?} {title} {a:?}"
                        );
                        assert!(
                            a.right() <= 2900.0 - margin && a.bottom() <= 2900.0 - margin,
                            "{face:?} {place:?} {title} {a:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_longest_texts_fit_and_can_still_be_read() {
        for text in ["w".repeat(160), "W ".repeat(80), "愛".repeat(160), "ab cd efg ".repeat(16)] {
            let finish =
                Finish { title: text.clone(), artist: text.clone(), size: Size::Large, ..Finish::default() };
            let layout = lay_out(&finish, sheet());
            assert_eq!(layout.blocks.len(), 1);
            let block = &layout.blocks[0];
            assert!(block.area.bottom() < 2900.0 && block.area.right() < 2900.0);
            assert!(block.cap > 0.009 * 2800.0, "{} px for {text}", block.cap);
        }
    }

    #[test]
    fn each_place_is_where_it_says() {
        let at = |place| {
            let finish = Finish { title: "Blue".to_owned(), place, ..Finish::default() };
            let area = lay_out(&finish, sheet()).blocks[0].area;
            ((area.left() + area.right()) / 2.0, (area.top() + area.bottom()) / 2.0)
        };
        assert!((at(Place::Centre).0 - 1500.0).abs() < 2.0 && (at(Place::Centre).1 - 1500.0).abs() < 2.0);
        assert!(at(Place::TopLeft).0 < 1400.0 && at(Place::TopLeft).1 < 500.0);
        assert!(at(Place::BottomRight).0 > 1600.0 && at(Place::BottomRight).1 > 2500.0);
    }

    #[test]
    fn a_larger_size_is_larger_and_no_text_is_no_type() {
        let cap = |size| {
            let finish = Finish { title: "Blue".to_owned(), size, ..Finish::default() };
            lay_out(&finish, sheet()).blocks[0].cap
        };
        assert!(cap(Size::Small) < cap(Size::Medium) && cap(Size::Medium) < cap(Size::Large));
        assert!(lay_out(&Finish::default(), sheet()).blocks.is_empty());
    }
}
