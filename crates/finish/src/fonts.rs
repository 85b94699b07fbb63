//! The fonts that titles are set in: each display face with its further letters, then a bold sans per script.

use gatefold_types::finishing::Face;
use harfrust::GlyphId;
use harfrust::font::Font;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use std::sync::LazyLock;
use tiny_skia::PathBuilder;
use unicode_normalization::char::is_combining_mark;

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../assets/fonts/", $name)) as &'static [u8])),*]
    };
}

/// No font of the system is ever used: a title looks the same everywhere.
static FILES: [(&str, &[u8]); 50] = embedded![
    "amatic-sc-700.ttf",
    "amatic-sc-700-latin-ext.ttf",
    "amatic-sc-700-cyrillic.ttf",
    "amatic-sc-700-hebrew.ttf",
    "anton-400.ttf",
    "anton-400-latin-ext.ttf",
    "anton-400-vietnamese.ttf",
    "archivo-black-400.ttf",
    "archivo-black-400-latin-ext.ttf",
    "cormorant-garamond-500.ttf",
    "cormorant-garamond-500-latin-ext.ttf",
    "cormorant-garamond-500-cyrillic.ttf",
    "grenze-gotisch-800.ttf",
    "grenze-gotisch-800-latin-ext.ttf",
    "jost-500.ttf",
    "jost-500-latin-ext.ttf",
    "jost-500-cyrillic.ttf",
    "league-gothic-400.ttf",
    "league-gothic-400-latin-ext.ttf",
    "league-gothic-400-vietnamese.ttf",
    "shrikhand-400.ttf",
    "shrikhand-400-latin-ext.ttf",
    "space-mono-700.ttf",
    "space-mono-700-latin-ext.ttf",
    "space-mono-700-vietnamese.ttf",
    "syne-800.ttf",
    "syne-800-latin-ext.ttf",
    "syne-800-greek.ttf",
    "ultra-400.ttf",
    "ultra-400-latin-ext.ttf",
    "unbounded-300.ttf",
    "unbounded-300-latin-ext.ttf",
    "unbounded-300-cyrillic.ttf",
    "noto-sans-700.ttf",
    "noto-sans-arabic-700.ttf",
    "noto-sans-armenian-700.ttf",
    "noto-sans-bengali-700.ttf",
    "noto-sans-devanagari-700.ttf",
    "noto-sans-georgian-700.ttf",
    "noto-sans-gujarati-700.ttf",
    "noto-sans-gurmukhi-700.ttf",
    "noto-sans-hebrew-700.ttf",
    "noto-sans-kannada-700.ttf",
    "noto-sans-khmer-700.ttf",
    "noto-sans-lao-700.ttf",
    "noto-sans-malayalam-700.ttf",
    "noto-sans-tamil-700.ttf",
    "noto-sans-telugu-700.ttf",
    "noto-sans-thai-700.ttf",
    "noto-sans-cjk-700.otf",
];

/// Which of the embedded fonts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct FontId(usize);

/// A font that is ready to be read.
pub(super) struct Loaded {
    pub(super) font: Font,
    /// Font units per em.
    pub(super) em: f32,
    /// Height of a capital in em.
    cap: f32,
}

/// Capitals of Noto Sans, in em: what its fonts for other scripts are drawn to go with.
const NOTO_CAP: f32 = 0.714;

static LOADED: LazyLock<Vec<Loaded>> = LazyLock::new(|| {
    let load = |&(_, bytes): &(&str, &'static [u8])| {
        let font = Font::new(bytes, 0).expect("the embedded fonts are valid; a test reads each");
        let em = f32::from(font.units_per_em());
        let cap = capital(&font).map_or(NOTO_CAP, |units| units / em);
        Loaded { font, em, cap }
    };
    FILES.iter().map(load).collect()
});

/// The height of an H in font units.
fn capital(font: &Font) -> Option<f32> {
    let mut ink = PathBuilder::new();
    trace(font, font.charmap().map_unicode('H')?, &mut Pen { ink: &mut ink, x: 0.0, y: 0.0, scale: 1.0 });
    Some(-ink.finish()?.bounds().top()).filter(|height| *height > 0.0)
}

fn find(prefix: &str) -> Vec<FontId> {
    (0..FILES.len()).filter(|&i| FILES[i].0.starts_with(prefix)).map(FontId).collect()
}

/// Files of one design, the one with the plain alphabet first.
pub(super) type Family = Vec<FontId>;

/// The face's own files, then the shipped sans of every script, in the order in which they are asked.
pub(super) fn families(face: Face) -> &'static [Family] {
    static ALL: LazyLock<Vec<Vec<Family>>> = LazyLock::new(|| {
        let sans: Vec<Family> =
            (0..FILES.len()).filter(|&i| FILES[i].0.starts_with("noto")).map(|i| vec![FontId(i)]).collect();
        let with_sans = |&face: &Face| {
            let mut all = vec![find(prefix(face))];
            all.extend(sans.iter().cloned());
            all
        };
        Face::ALL.iter().map(with_sans).collect()
    });
    let at = Face::ALL.iter().position(|&f| f == face).unwrap_or_default();
    &ALL[at]
}

fn prefix(face: Face) -> &'static str {
    match face {
        Face::ArchivoBlack => "archivo-black",
        Face::Anton => "anton",
        Face::LeagueGothic => "league-gothic",
        Face::Syne => "syne",
        Face::Jost => "jost-500",
        Face::Unbounded => "unbounded",
        Face::Cormorant => "cormorant-garamond",
        Face::Ultra => "ultra",
        Face::GrenzeGotisch => "grenze-gotisch",
        Face::Shrikhand => "shrikhand",
        Face::SpaceMono => "space-mono",
        Face::AmaticSc => "amatic-sc",
    }
}

impl FontId {
    pub(super) fn loaded(self) -> &'static Loaded {
        &LOADED[self.0]
    }

    /// Whether the font can write a letter with its marks. Only the sans knows where a loose mark belongs.
    pub(super) fn covers(self, cluster: &str) -> bool {
        let places_marks = FILES[self.0].0.starts_with("noto");
        cluster.chars().all(|c| is_hidden(c) || self.has(c) && (places_marks || !is_combining_mark(c)))
    }

    fn has(self, c: char) -> bool {
        // A shaper would take “Ś” apart where it has the parts; the display faces have no places for those.
        self.loaded().font.charmap().map_unicode(c).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// How much larger this font is set than `face`, so that their capitals are of one height.
    pub(super) fn match_to(self, face: Face) -> f32 {
        (cap(face) / self.loaded().cap).clamp(0.8, 1.3)
    }
}

/// Height of the face's capitals in em.
pub(super) fn cap(face: Face) -> f32 {
    families(face)[0][0].loaded().cap
}

/// Characters that steer and are never seen: joiners, direction marks, selectors, soft hyphens.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Draws glyphs into a path: font units, y up, become the path's, y down.
struct Pen<'a> {
    ink: &'a mut PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl PathSink for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.ink.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.ink.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.at(cx, cy), self.at(x, y));
        self.ink.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let ((ax, ay), (bx, by), (x, y)) = (self.at(ax, ay), self.at(bx, by), self.at(x, y));
        self.ink.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.ink.close();
    }
}

fn trace(font: &Font, glyph: GlyphId, pen: &mut Pen<'_>) {
    if let Some(outline) = font.outline_glyphs().get(glyph) {
        // A glyph of an embedded font that cannot be drawn would be a broken build; a test draws every one.
        let drawn = outline.draw(&DrawOptions::default(), DrawMemory::default(), pen);
        debug_assert!(drawn.is_ok(), "glyph {glyph:?} cannot be drawn");
    }
}

/// Adds a glyph's outline with its origin at `(x, y)`, `scale` path units per font unit.
pub(super) fn draw(font: FontId, glyph: u32, (x, y): (f32, f32), scale: f32, ink: &mut PathBuilder) {
    trace(&font.loaded().font, GlyphId::new(glyph), &mut Pen { ink, x, y, scale });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_glyph_of_every_embedded_font_can_be_drawn() {
        for (i, (name, _)) in FILES.iter().enumerate() {
            let font = &FontId(i).loaded().font;
            let mut drawn = 0;
            for glyph in 0..font.num_glyphs() {
                let mut ink = PathBuilder::new();
                let mut pen = Pen { ink: &mut ink, x: 0.0, y: 0.0, scale: 1.0 };
                if let Some(outline) = font.outline_glyphs().get(GlyphId::new(glyph)) {
                    let done = outline.draw(&DrawOptions::default(), DrawMemory::default(), &mut pen);
                    assert!(done.is_ok(), "{name} {glyph}");
                    drawn += usize::from(!ink.is_empty());
                }
            }
            assert!(drawn > 20, "{name} draws {drawn} glyphs only");
        }
    }

    #[test]
    fn every_face_has_its_own_alphabet_and_every_file_is_asked() {
        let mut asked: std::collections::HashSet<FontId> = std::collections::HashSet::new();
        for face in Face::ALL {
            let own = &families(face)[0];
            assert!(('A'..='Z').chain('a'..='z').chain('0'..='9').all(|c| own[0].has(c)), "{face:?}");
            assert!((0.4..1.1).contains(&cap(face)), "{face:?} {}", cap(face));
            asked.extend(families(face).iter().flatten().copied());
        }
        assert_eq!(asked.len(), FILES.len());
    }

    #[test]
    fn everyday_writing_of_many_scripts_is_covered() {
        let texts = "ÞæßŁőşğı Ελληνικά Кириллица Українська עברית العربية فارسی हिन्दी বাংলা தமிழ் ไทย ქართული \
            Հայերեն ひらがなカタカナ漢字 한국어 简体中文 繁體中文 ગુજરાતી ਪੰਜਾਬੀ తెలుగు ಕನ್ನಡ മലയാളം ລາວ ខ្មែរ Tiếng Việt ★♥♪";
        for word in texts.split_whitespace() {
            let all = families(Face::Anton);
            let missing: Vec<char> =
                word.chars().filter(|&c| !is_hidden(c) && !all.iter().flatten().any(|f| f.has(c))).collect();
            assert!(missing.is_empty(), "{word}: {missing:?}");
        }
    }
}
