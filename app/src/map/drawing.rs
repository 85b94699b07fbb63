//! The view as a drawing (SVG): lines as paths, covers as pictures or squares of their colour, labels as letters.

use super::camera::{Camera, Point};
use super::data::MapData;
use super::look::{Rgb, Theme};
use super::picking::Grid;
use gatefold::album::AlbumId;
use gatefold::wire::MapLabel;
use gatefold::xml;
use std::collections::HashSet;
use std::fmt::Write;

/// Covers that are drawn as pictures at most; the others are squares of their colour.
pub const MOST_PICTURED: usize = 300;
/// Lines at most, the strongest.
const MOST_LINES: usize = 20_000;
/// How much of an album that is not lit is left.
const FADED: f64 = 0.15;

/// A cover of a drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Square {
    /// Which album.
    pub id: AlbumId,
    /// Its centre, CSS pixels.
    pub at: Point,
    /// Its side, CSS pixels.
    pub side: f64,
    /// 0xRRGGBB: its cover's mean colour.
    pub colour: u32,
    /// 0xRRGGBB: the colour of its frame, where frames are shown.
    pub frame: Option<u32>,
    /// Whether it is chosen.
    pub chosen: bool,
    /// 1, or less for one that is not lit.
    pub opacity: f64,
    /// Title and artist, as far as they are known.
    pub name: String,
    /// Whether it has a cover at all.
    pub has_cover: bool,
    /// Its picture as a data address, once it has come.
    pub picture: Option<String>,
}

/// A view as it will be drawn. Lengths are CSS pixels.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    size: Point,
    theme: Theme,
    /// Both ends, and how strongly the line shows.
    lines: Vec<(Point, Point, f64)>,
    /// The nearest to the middle first.
    pub covers: Vec<Square>,
    labels: Vec<(Point, String)>,
}

/// What the page has marked, and how it looks.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    /// Chosen albums.
    pub selected: &'a [AlbumId],
    /// Everything else fades.
    pub highlight: Option<&'a [AlbumId]>,
    /// The colour of each album's frame, where frames are shown.
    pub frames: Option<&'a [u32]>,
    /// What is written on the map.
    pub labels: &'a [MapLabel],
}

impl Drawing {
    /// What is in view.
    pub fn of(camera: &Camera, grid: &Grid, data: &MapData, marked: Marked<'_>, theme: Theme) -> Self {
        let index = |ids: &[AlbumId]| ids.iter().filter_map(|id| data.index(*id)).collect::<HashSet<u32>>();
        let (chosen, lit) = (index(marked.selected), marked.highlight.map(index));
        let is_lit = |album: u32| lit.as_ref().is_none_or(|lit| lit.contains(&album));
        let mut seen = Vec::new();
        grid.inside(camera.seen(camera.cover() / 2.0), |album| seen.push(album));
        let middle = (camera.view.x, camera.view.y);
        let distance = |album: &u32| {
            let (x, y) = grid.place(*album);
            (x - middle.0).hypot(y - middle.1)
        };
        seen.sort_unstable_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
        let square = |&album: &u32| {
            let name = [data.title(album), data.artist(album)];
            Some(Square {
                id: data.id(album)?,
                at: camera.to_screen(grid.place(album)),
                side: camera.cover() * scale(data, album),
                colour: data.columns.colour.get(album as usize).copied().unwrap_or_default() & 0x00ff_ffff,
                frame: marked.frames.and_then(|frames| frames.get(album as usize).copied()),
                chosen: chosen.contains(&album),
                opacity: if is_lit(album) { 1.0 } else { FADED },
                name: name.into_iter().flatten().collect::<Vec<_>>().join(", "),
                has_cover: data.slot(album).is_some(),
                picture: None,
            })
        };
        let covers: Vec<Square> = seen.iter().filter_map(square).collect();
        let here: HashSet<u32> = seen.iter().copied().collect();
        let columns = &data.columns;
        let ends = columns.a.iter().zip(&columns.b).zip(&columns.similarity);
        let mut strong: Vec<(u32, u32, f32)> = ends
            .filter(|((a, b), _)| here.contains(*a) || here.contains(*b))
            .map(|((a, b), similarity)| (*a, *b, *similarity))
            .collect();
        strong.sort_by(|a, b| b.2.total_cmp(&a.2));
        strong.truncate(MOST_LINES);
        let line = |(a, b, similarity): (u32, u32, f32)| {
            let strength = 0.15 + 0.4 * f64::from(similarity.clamp(0.0, 1.0));
            let strength = if is_lit(a) && is_lit(b) { strength } else { strength * FADED };
            (camera.to_screen(grid.place(a)), camera.to_screen(grid.place(b)), strength)
        };
        let place = |label: &MapLabel| {
            (camera.to_screen((f64::from(label.at[0]), f64::from(label.at[1]))), label.text.clone())
        };
        Self {
            size: camera.size,
            theme,
            lines: strong.into_iter().map(line).collect(),
            covers,
            labels: marked.labels.iter().map(place).collect(),
        }
    }

    /// The drawing as an SVG file.
    pub fn svg(&self) -> String {
        let (width, height) = (self.size.0.round(), self.size.1.round());
        let (ground, edge) = (css(self.theme.ground), css(self.theme.edge));
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <title>Gatefold</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>\n\
             <g fill=\"none\" stroke=\"{edge}\" stroke-width=\"1\">"
        );
        for ((ax, ay), (bx, by), strength) in &self.lines {
            let _ = writeln!(
                out,
                "<path d=\"M{ax:.1} {ay:.1}L{bx:.1} {by:.1}\" stroke-opacity=\"{strength:.2}\"/>"
            );
        }
        out.push_str("</g>\n");
        // What is nearest to the middle, and what is chosen, lies on top.
        for cover in self.covers.iter().rev().filter(|cover| !cover.chosen) {
            self.cover(&mut out, cover);
        }
        for cover in self.covers.iter().rev().filter(|cover| cover.chosen) {
            self.cover(&mut out, cover);
        }
        let ink = css(self.theme.ink);
        for ((x, y), text) in &self.labels {
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" font-family=\"sans-serif\" font-size=\"13\" font-weight=\"600\" \
                 text-anchor=\"middle\" fill=\"{ink}\" stroke=\"{ground}\" stroke-width=\"4\" paint-order=\"stroke\">{}</text>",
                xml::text(text)
            );
        }
        out.push_str("</svg>\n");
        out
    }

    fn cover(&self, out: &mut String, cover: &Square) {
        let side = cover.side;
        let (x, y) = (cover.at.0 - side / 2.0, cover.at.1 - side / 2.0);
        let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" width=\"{side:.1}\" height=\"{side:.1}\"");
        let _ = write!(out, "<g opacity=\"{}\"><title>{}</title>", cover.opacity, xml::text(&cover.name));
        let _ = match &cover.picture {
            Some(data) => {
                write!(out, "<image {place} preserveAspectRatio=\"xMidYMid slice\" href=\"{data}\"/>")
            }
            None if cover.has_cover => write!(out, "<rect {place} fill=\"#{:06x}\"/>", cover.colour),
            None => write!(out, "<rect {place} fill=\"{}\"/>", css(self.theme.paper)),
        };
        let ring = if cover.chosen { Some((css(self.theme.ring), 3)) } else { None };
        let frame = cover.frame.map(|colour| (format!("#{colour:06x}"), 2));
        if let Some((colour, width)) = ring.or(frame) {
            let _ = write!(out, "<rect {place} fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>");
        }
        out.push_str("</g>\n");
    }
}

/// How large a cover is beside the usual one.
fn scale(data: &MapData, album: u32) -> f64 {
    data.radius.get(album as usize).map_or(1.0, |radius| (2.0 * f64::from(*radius)).clamp(0.125, 4.0))
}

/// A colour as style sheets write it.
pub fn css(colour: Rgb) -> String {
    let [r, g, b] = colour.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::camera::World;
    use gatefold::map::{Columns, Manifest, NO_SLOT};

    const THEME: Theme =
        Theme { ground: [1.0; 3], edge: [0.5; 3], ring: [0.0, 0.0, 1.0], paper: [0.8; 3], ink: [0.0; 3] };

    fn drawing(marked: Marked<'_>) -> Drawing {
        let columns = Columns {
            id: vec![1, 2, 3],
            x: vec![0.0, 2.0, 500.0],
            y: vec![0.0, 1.0, 500.0],
            slot: vec![0, NO_SLOT, 1],
            colour: vec![0x00ff_0000, 0x0000_ff00, 0x0000_00ff],
            genre: vec![0; 3],
            a: vec![0, 1],
            b: vec![1, 2],
            similarity: vec![0.5, 1.0],
            ..Columns::default()
        };
        let data = MapData::new(Manifest::default(), columns);
        data.name(vec![
            ("A <&> B".into(), "X".into()),
            ("C".into(), String::new()),
            ("D".into(), String::new()),
        ]);
        let grid = Grid::new(&data.columns.x, &data.columns.y);
        let camera = Camera::new(World::new([0.0, 0.0, 2.0, 1.0], 1.0), (400.0, 300.0));
        Drawing::of(&camera, &grid, &data, marked, THEME)
    }

    const NOTHING: Marked<'static> = Marked { selected: &[], highlight: None, frames: None, labels: &[] };

    #[test]
    fn only_what_is_in_view_is_drawn_and_lines_that_lead_out_of_it() {
        let drawing = drawing(NOTHING);
        let mut ids: Vec<u64> = drawing.covers.iter().map(|cover| cover.id.0).collect();
        ids.sort_unstable();
        assert_eq!(ids, [1, 2]);
        assert_eq!(drawing.lines.len(), 2);
        let svg = drawing.svg();
        assert_eq!(svg.matches("<path ").count(), 2);
        assert!(svg.contains("<title>A &lt;&amp;&gt; B, X</title>"), "{svg}");
        assert!(svg.contains("fill=\"#ff0000\"") && svg.contains("fill=\"#cccccc\""), "{svg}");
        assert!(svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn what_is_not_lit_is_faded_and_what_is_chosen_is_ringed_and_on_top() {
        let one = [AlbumId(1)];
        let drawing = drawing(Marked { selected: &one, highlight: Some(&one), ..NOTHING });
        let of = |id: u64| drawing.covers.iter().find(|cover| cover.id.0 == id).unwrap();
        assert_eq!((of(1).opacity, of(2).opacity), (1.0, FADED));
        let svg = drawing.svg();
        assert_eq!(svg.matches("stroke=\"#0000ff\"").count(), 1);
        assert!(svg.find("fill=\"#cccccc\"").unwrap() < svg.find("fill=\"#ff0000\"").unwrap());
    }

    #[test]
    fn names_that_try_to_be_markup_stay_names() {
        let names = [
            "</title><script>x()</script>",
            "]]><svg onload=\"x()\">",
            "' onload='x()",
            "--><!-- &lt;",
            "\u{0}\u{b}\u{1b}\u{fffe}\u{2028}\u{202e}",
        ];
        let labels: Vec<MapLabel> = names
            .iter()
            .map(|name| MapLabel { text: (*name).to_owned(), at: [1.0, 0.5], size: 0.0 })
            .collect();
        let mut drawing = drawing(Marked { labels: &labels, ..NOTHING });
        for (cover, name) in drawing.covers.iter_mut().zip(names) {
            cover.name = name.to_owned();
        }
        let svg = drawing.svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let mut elements = document.descendants().filter(roxmltree::Node::is_element);
        let ours = ["svg", "title", "rect", "g", "path", "text"];
        assert!(elements.all(|element| ours.contains(&element.tag_name().name())), "{svg}");
        let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
        assert!(names[..4].iter().all(|name| texts.contains(name)), "{texts:?}");
    }

    #[test]
    fn pictures_and_labels_stand_in_the_file() {
        let labels = [MapLabel { text: "1970s".into(), at: [1.0, 0.5], size: 0.0 }];
        let frames = [0x0012_3456, 0, 0];
        let mut drawing = drawing(Marked { labels: &labels, frames: Some(&frames), ..NOTHING });
        for cover in &mut drawing.covers {
            cover.picture = cover.has_cover.then(|| "data:image/jpeg;base64,QQ==".to_owned());
        }
        let svg = drawing.svg();
        assert_eq!(svg.matches("<image ").count(), 1);
        assert!(svg.contains(">1970s</text>") && svg.contains("#123456"), "{svg}");
    }
}
