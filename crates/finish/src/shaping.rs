//! A line's letters as outlines: reading order turned into places, joined and stacked as each script asks.

use super::fonts;
use super::runs::{Run, TypedLine};
use gatefold_types::finishing::Face;
use harfrust::font::Font;
use harfrust::{Buffer, BufferFlags, Direction, Language, ShapeOptions, ShaperFont, Tag, shape};
use std::ops::Range;
use tiny_skia::{Path, PathBuilder};
use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};

/// How letters are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) face: Face,
    /// Extra space between letters of scripts that bear it, in em.
    pub(super) tracking: f32,
    /// Which country's forms Chinese characters take.
    pub(super) han: Han,
}

/// Whose forms of Chinese characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Han {
    Chinese,
    Japanese,
}

/// Japanese where there is kana; Chinese elsewhere.
pub(super) fn han_of(texts: [&str; 2]) -> Han {
    let kana = |c: char| matches!(c.script(), Script::Hiragana | Script::Katakana);
    if texts.iter().any(|t| t.chars().any(kana)) { Han::Japanese } else { Han::Chinese }
}

/// Letters that were set, one unit per em, from the origin, y down.
pub(super) struct Letters {
    /// Nothing where there is only space.
    pub(super) path: Option<Path>,
    /// How far the next letter would stand.
    pub(super) advance: f32,
}

/// Sets some bytes of a line. The cut must lie between letters.
pub(super) fn set(line: &TypedLine, range: Range<usize>, style: Style) -> Letters {
    let mut ink = PathBuilder::new();
    let mut x = 0.0;
    let bidi = BidiInfo::new(&line.text, None);
    for paragraph in &bidi.paragraphs {
        let range = range.start.max(paragraph.range.start)..range.end.min(paragraph.range.end);
        if range.is_empty() {
            continue;
        }
        let (levels, visual) = bidi.visual_runs(paragraph, range);
        for part in visual {
            let rtl = levels[part.start].is_rtl();
            let within = |run: &Run| {
                let range = run.range.start.max(part.start)..run.range.end.min(part.end);
                (!range.is_empty()).then(|| Run { range, ..run.clone() })
            };
            let mut runs: Vec<Run> = line.runs.iter().filter_map(within).collect();
            if rtl {
                runs.reverse();
            }
            for run in runs {
                x = set_run(&line.text, &run, rtl, style, x, &mut ink);
            }
        }
    }
    Letters { path: ink.finish(), advance: x }
}

/// Whether letters may stand apart without breaking what joins them.
fn bears_tracking(script: Script) -> bool {
    use Script::*;
    matches!(
        script,
        Latin | Greek | Cyrillic | Armenian | Georgian | Hebrew | Han | Hiragana | Katakana | Hangul
    )
}

fn set_run(text: &str, run: &Run, rtl: bool, style: Style, mut x: f32, ink: &mut PathBuilder) -> f32 {
    let loaded = run.font.loaded();
    let font: &Font = &loaded.font;
    let scale = run.font.match_to(style.face) / loaded.em;
    let mut buffer = Buffer::new();
    buffer.set_pre_context(&text[..run.range.start]);
    buffer.push_str(&text[run.range.clone()]);
    buffer.set_post_context(&text[run.range.end..]);
    buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    buffer.set_script(script(run.script));
    let japanese = style.han == Han::Japanese;
    buffer.set_language(Language::new(if japanese { "ja" } else { "und" }));
    // A cut or a left-out letter never shows as a dotted ring.
    buffer.set_flags(BufferFlags::DO_NOT_INSERT_DOTTED_CIRCLE);
    let shaper = ShaperFont::new(font);
    if shape(&shaper, &mut buffer, ShapeOptions::new()).is_err() {
        debug_assert!(false, "direction is set and no plan is given");
        return x;
    }
    let tracking = if bears_tracking(run.script) { style.tracking } else { 0.0 };
    let glyphs = buffer.glyph_infos();
    for (i, (glyph, place)) in glyphs.iter().zip(buffer.glyph_positions()).enumerate() {
        let at = (x + place.x_offset as f32 * scale, -place.y_offset as f32 * scale);
        fonts::draw(run.font, glyph.glyph_id, at, scale, ink);
        x += place.x_advance as f32 * scale;
        if glyphs.get(i + 1).is_none_or(|next| next.cluster != glyph.cluster) {
            x += tracking;
        }
    }
    x
}

fn script(script: Script) -> Option<harfrust::Script> {
    let tag: [u8; 4] = script.short_name().as_bytes().try_into().ok()?;
    harfrust::Script::from_iso15924_tag(Tag::new(&tag))
}

#[cfg(test)]
mod tests {
    use super::super::runs::prepare;
    use super::*;

    const STYLE: Style = Style { face: Face::Jost, tracking: 0.0, han: Han::Chinese };

    fn whole(text: &str) -> Letters {
        let prepared = prepare(text, Face::Jost);
        set(&prepared.lines[0], 0..prepared.lines[0].text.len(), STYLE)
    }

    /// Glyph by glyph, one font and script only.
    fn glyphs(text: &str) -> Vec<u32> {
        let prepared = prepare(text, Face::Jost);
        let run = &prepared.lines[0].runs[0];
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script(run.script));
        shape(&ShaperFont::new(&run.font.loaded().font), &mut buffer, ShapeOptions::new()).unwrap();
        buffer.glyph_infos().iter().map(|g| g.glyph_id).collect()
    }

    #[test]
    fn arabic_letters_join() {
        // Joined, three behs are narrower than three that stand alone.
        assert!(whole("ببب").advance < 3.0 * whole("ب").advance * 0.8);
    }

    #[test]
    fn right_to_left_words_stand_from_right_to_left() {
        // The same letters in the other order of words; ink differs, width does not.
        let (a, b) = (whole("אב גד"), whole("גד אב"));
        assert!((a.advance - b.advance).abs() < 1e-4);
        // First word first means rightmost: cut to the first word it starts where the line ends.
        let first = whole("אב").path.unwrap().bounds();
        let line = a.path.unwrap().bounds();
        assert!(line.width() > first.width());
        assert_ne!(line, b.path.unwrap().bounds());
    }

    #[test]
    fn a_devanagari_conjunct_is_fewer_glyphs_than_letters() {
        assert!(glyphs("क्ष").len() < 3, "{:?}", glyphs("क्ष"));
    }

    #[test]
    fn a_mark_adds_no_width() {
        assert!((whole("กี่").advance - whole("ก").advance).abs() < 1e-3);
        assert!((whole("שָׁ").advance - whole("ש").advance).abs() < 1e-3);
    }

    #[test]
    fn accents_stand_over_their_letters_in_every_face() {
        for face in Face::ALL {
            let ink = |text: &str| {
                let line = &prepare(text, face).lines[0];
                set(line, 0..line.text.len(), Style { face, ..STYLE }).path.unwrap().bounds()
            };
            for (letter, plain) in
                [("Ś", "S"), ("É", "E"), ("ñ", "n"), ("ř", "r"), ("ő", "o"), ("ž", "z"), ("Ũ", "U")]
            {
                let font = |text: &str| prepare(text, face).lines[0].runs[0].font;
                if !super::super::fonts::families(face)[0].contains(&font(letter)) {
                    // The face lacks it: the sans writes it, and its plain letter is another's.
                    assert_ne!(font(letter), font(plain));
                    continue;
                }
                let (a, b) = (ink(letter), ink(plain));
                let (a, b) = ((a.left() + a.right()) / 2.0, (b.left() + b.right()) / 2.0);
                assert!((a - b).abs() < 0.12, "{face:?} {letter}: {a} {b}");
            }
            // A letter that Unicode has in no one piece.
            let line = &prepare("n\u{308}", face).lines[0];
            let spinal = set(line, 0..line.text.len(), Style { face, ..STYLE });
            let ink = spinal.path.unwrap().bounds();
            assert!(((ink.left() + ink.right()) / 2.0 - spinal.advance / 2.0).abs() < 0.05, "{face:?}");
        }
    }

    #[test]
    fn japanese_and_chinese_forms_of_one_character_differ() {
        let prepared = prepare("直", Face::Jost);
        let shape =
            |han| set(&prepared.lines[0], 0..3, Style { han, ..STYLE }).path.unwrap().points().to_vec();
        assert_ne!(shape(Han::Chinese), shape(Han::Japanese));
        assert_eq!(han_of(["直", "ラ"]), Han::Japanese);
    }

    #[test]
    fn tracking_spreads_latin_and_not_arabic() {
        let wide = Style { tracking: 0.1, ..STYLE };
        let latin = prepare("abc", Face::Jost);
        assert!(set(&latin.lines[0], 0..3, wide).advance > set(&latin.lines[0], 0..3, STYLE).advance + 0.25);
        let arabic = prepare("ببب", Face::Jost);
        assert_eq!(set(&arabic.lines[0], 0..6, wide).advance, set(&arabic.lines[0], 0..6, STYLE).advance);
    }
}
