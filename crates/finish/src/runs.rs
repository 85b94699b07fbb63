//! A text cut into runs of one font and one script, and freed of what no shipped font can write.

use super::fonts::{self, Family, FontId, is_hidden};
use gatefold_types::finishing::Face;
use std::collections::HashMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Neighbouring letters of one font and script, in reading order.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Run {
    /// Bytes of the line's text.
    pub(super) range: Range<usize>,
    pub(super) font: FontId,
    pub(super) script: Script,
}

/// A line as it was typed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TypedLine {
    pub(super) text: String,
    pub(super) runs: Vec<Run>,
}

/// A text that the fonts can write all of.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Prepared {
    pub(super) face: Face,
    pub(super) lines: Vec<TypedLine>,
    /// What was left out, each character once, in the order in which it was met.
    pub(super) missing: Vec<char>,
}

/// Composes letters with their marks, drops what cannot be written, tidies spaces, and finds a font for the rest.
pub(super) fn prepare(text: &str, face: Face) -> Prepared {
    let families = fonts::families(face);
    let composed: String = text.nfc().collect();
    let mut missing = Vec::new();
    let kept: Vec<String> = composed
        .lines()
        .map(|line| tidy(&writable(line, families, &mut missing)))
        .filter(|line| !line.chars().all(|c| c.is_whitespace() || is_hidden(c)))
        .collect();
    let choice = choose(&kept, families);
    let lines = kept
        .into_iter()
        .map(|text| {
            let runs = runs(&text, families, &choice);
            TypedLine { text, runs }
        })
        .collect();
    Prepared { face, lines, missing }
}

/// A letter with the marks and selectors that follow it.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let tone = matches!(c, '\u{1f3fb}'..='\u{1f3ff}');
        match all.last_mut() {
            Some(last) if is_combining_mark(c) || is_hidden(c) || tone => last.end = end,
            _ => all.push(at..end),
        }
    }
    all
}

fn writable(line: &str, families: &[Family], missing: &mut Vec<char>) -> String {
    let mut out = String::new();
    let mut miss = |c: char| {
        if !missing.contains(&c) {
            missing.push(c);
        }
    };
    for cluster in clusters(line) {
        let cluster = &line[cluster];
        let base = cluster.chars().next().unwrap_or(' ');
        if base.is_whitespace() || base.is_control() {
            out.push(' ');
        } else if families.iter().flatten().any(|font| font.covers(cluster)) {
            out.push_str(cluster);
        } else if let Some(font) = families.iter().flatten().find(|f| f.covers(base.encode_utf8(&mut [0; 4])))
        {
            for c in cluster.chars() {
                if font.covers(c.encode_utf8(&mut [0; 4])) {
                    out.push(c);
                } else {
                    miss(c);
                }
            }
        } else {
            miss(base);
        }
    }
    out
}

/// One space between words, none around them.
fn tidy(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Scripts that are set in one font because they are mixed within words.
fn group(script: Script) -> Script {
    match script {
        Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo => Script::Han,
        other => other,
    }
}

fn is_neutral(script: Script) -> bool {
    matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// The script of each cluster; signs and spaces belong with what they follow.
fn scripts(text: &str, clusters: &[Range<usize>]) -> Vec<Script> {
    let own = |c: &Range<usize>| text[c.clone()].chars().next().map_or(Script::Common, |c| c.script());
    let mut last = clusters.iter().map(own).find(|&s| !is_neutral(s)).unwrap_or(Script::Latin);
    let mut resolve = |c: &Range<usize>| {
        let script = own(c);
        if !is_neutral(script) {
            last = script;
        }
        last
    };
    clusters.iter().map(&mut resolve).collect()
}

/// The family that each script is set in: the first that can write all of it, so that no word mixes two designs.
fn choose(lines: &[String], families: &[Family]) -> HashMap<Script, usize> {
    let mut letters: HashMap<Script, Vec<&str>> = HashMap::new();
    for line in lines {
        for cluster in clusters(line) {
            let cluster = &line[cluster];
            let script = cluster.chars().next().map_or(Script::Common, |c| c.script());
            if !is_neutral(script) {
                letters.entry(group(script)).or_default().push(cluster);
            }
        }
    }
    let whole = |family: &Family, all: &[&str]| all.iter().all(|c| family.iter().any(|f| f.covers(c)));
    letters
        .into_iter()
        .filter_map(|(script, all)| Some((script, families.iter().position(|f| whole(f, &all))?)))
        .collect()
}

fn runs(text: &str, families: &[Family], choice: &HashMap<Script, usize>) -> Vec<Run> {
    let clusters = clusters(text);
    let scripts = scripts(text, &clusters);
    let mut runs: Vec<Run> = Vec::new();
    for (cluster, script) in clusters.into_iter().zip(scripts) {
        let letter = &text[cluster.clone()];
        let preferred = choice.get(&group(script)).map(|&i| &families[i]);
        let mut fonts = preferred.into_iter().chain(families).flatten();
        // All of it can be written; what cannot was left out.
        let Some(&font) = fonts.find(|f| f.covers(letter)) else { continue };
        match runs.last_mut() {
            Some(run) if run.font == font && run.script == script => run.range.end = cluster.end,
            _ => runs.push(Run { range: cluster, font, script }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts_of(text: &str, face: Face) -> Vec<FontId> {
        prepare(text, face).lines[0].runs.iter().map(|r| r.font).collect()
    }

    #[test]
    fn what_no_font_has_is_named_once_and_left_out() {
        let prepared = prepare("Love 🔥 me 🔥🔥 ok", Face::Anton);
        assert_eq!(prepared.missing, ['🔥']);
        assert_eq!(prepared.lines[0].text, "Love me ok");
    }

    #[test]
    fn an_emoji_of_several_parts_leaves_nothing_behind() {
        let prepared = prepare("A 👩🏽\u{200d}🚀 B ❤\u{fe0f}", Face::Jost);
        assert!(prepared.missing.contains(&'👩') && prepared.missing.contains(&'🚀'));
        assert!(prepared.lines[0].text.starts_with("A B"), "{:?}", prepared.lines[0].text);
    }

    #[test]
    fn a_text_of_nothing_but_emoji_has_no_lines() {
        assert!(prepare("👩🏽\u{200d}🚀", Face::Jost).lines.is_empty());
        assert!(prepare(" \n \u{200b}", Face::Jost).lines.is_empty());
    }

    #[test]
    fn letters_and_marks_typed_apart_become_one() {
        assert_eq!(prepare("Cafe\u{301}", Face::Anton).lines[0].text, "Café");
    }

    #[test]
    fn no_word_mixes_two_designs() {
        // Archivo Black has no Cyrillic: all of it comes from the sans, in one run.
        assert_eq!(fonts_of("Группа", Face::ArchivoBlack).len(), 1);
        // Shrikhand lacks ơ: the whole title goes to the sans, not the one letter.
        let all = fonts_of("Giấc mơ", Face::Shrikhand);
        assert!(all.iter().all(|f| *f == all[0]), "{all:?}");
        assert_ne!(all[0], fonts_of("Giac mo", Face::Shrikhand)[0]);
    }

    #[test]
    fn a_face_that_has_a_script_is_used_for_it() {
        let families = fonts::families(Face::AmaticSc);
        for text in ["שלום", "Привет", "Łódź"] {
            assert!(fonts_of(text, Face::AmaticSc).iter().all(|f| families[0].contains(f)), "{text}");
        }
    }

    #[test]
    fn kana_and_kanji_share_a_font_and_keep_their_scripts() {
        let prepared = prepare("東京ラブ", Face::Jost);
        let runs = &prepared.lines[0].runs;
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].font, runs[1].font);
    }
}
