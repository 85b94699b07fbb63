//! Where a title breaks into lines: evenly, between words, and not after “the”.

use super::runs::Prepared;
use super::shaping::{Style, set};
use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Breaking within a word, when nothing else makes it fit.
const WITHIN_A_WORD: f32 = 2.0;
/// A last line shorter than this share of the longest looks forgotten.
const FORGOTTEN: f32 = 0.4;

/// A piece that is never cut, and what follows it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Index of the typed line that it is of.
    line: usize,
    range: Range<usize>,
    /// In em, without the space behind it.
    width: f32,
    /// Width of the space behind it.
    space: f32,
    /// How bad a break behind it is, 0 for not at all.
    cost: f32,
    /// Whether somebody typed a line break behind it.
    must: bool,
}

/// A line to be set: which typed line, which bytes of it.
pub(super) type Cut = (usize, Range<usize>);

/// Cuts the text at every place where a line may end. With `anywhere` also between letters.
pub(super) fn pieces(text: &Prepared, style: Style, anywhere: bool) -> Vec<Piece> {
    let mut all = Vec::new();
    let segmenter = LineSegmenter::new_lstm(LineBreakOptions::default());
    for (l, line) in text.lines.iter().enumerate() {
        let breaks: Vec<usize> = if anywhere {
            let between = line.text.char_indices().skip(1);
            between
                .filter(|&(_, c)| !is_combining_mark(c) && !super::fonts::is_hidden(c) && c != ' ')
                .map(|(i, _)| i)
                .chain([line.text.len()])
                .collect()
        } else {
            segmenter.segment_str(&line.text).filter(|&i| i > 0).collect()
        };
        let mut start = 0;
        for end in breaks {
            let piece = &line.text[start..end];
            let kept = piece.trim_end();
            let range = start..start + kept.len();
            let width = set(line, range.clone(), style).advance;
            let space = set(line, start..end, style).advance - width;
            let must = end == line.text.len();
            let cost = cost(kept, kept.len() < piece.len(), line.text[end..].chars().next());
            all.push(Piece { line: l, range, width, space, cost, must });
            start = end;
        }
    }
    all
}

/// How bad it is to end a line behind `piece`.
fn cost(piece: &str, space: bool, next: Option<char>) -> f32 {
    let (Some(last), Some(next)) = (piece.chars().next_back(), next) else { return 0.0 };
    let short = |c: char| matches!(c.script(), Script::Latin | Script::Cyrillic | Script::Greek);
    if space {
        // Articles and prepositions belong to what follows.
        let little = piece.chars().count() <= 3 && piece.chars().all(|c| short(c) && c.is_lowercase());
        return if little { 0.12 } else { 0.0 };
    }
    let kind = |c: char| match c.script() {
        Script::Hiragana => 1,
        Script::Katakana => 2,
        Script::Han => 3,
        Script::Hangul => 4,
        Script::Thai | Script::Lao | Script::Khmer => 5,
        Script::Common => 6,
        _ => 0,
    };
    match (kind(last), kind(next)) {
        // Words of these end where the dictionary says.
        (5, 5) => 0.02,
        // A particle ends a phrase, and what follows begins one.
        (1, 2 | 3) | (6, _) => 0.03,
        // What bends a verb stays with its stem.
        (3, 1) => 0.4,
        (a, b) if a != b => 0.15,
        (0, 0) => WITHIN_A_WORD,
        _ => 0.4,
    }
}

/// A way to break the text into some number of lines.
pub(super) struct Broken {
    pub(super) lines: Vec<Cut>,
    /// 0 for even lines that all end well.
    pub(super) cost: f32,
}

/// Breaks into exactly `n` lines as evenly as can be; `None` where there are fewer pieces or more typed breaks.
pub(super) fn broken(pieces: &[Piece], n: usize) -> Option<Broken> {
    let m = pieces.len();
    if n == 0 || n > m {
        return None;
    }
    let width = |from: usize, to: usize| {
        pieces[from..to].iter().map(|p| p.width + p.space).sum::<f32>() - pieces[to - 1].space
    };
    let ideal = (width(0, m) / n as f32).max(1e-3);
    let longest_piece = pieces.iter().map(|p| p.width).fold(ideal, f32::max);
    // best[k][i]: the first i pieces in k lines.
    let mut best = vec![vec![(f32::INFINITY, 0usize); m + 1]; n + 1];
    best[0][0].0 = 0.0;
    for k in 1..=n {
        for to in k..=m {
            for from in (k - 1..to).rev() {
                if pieces[from..to - 1].iter().any(|p| p.must && p.line != pieces[to - 1].line) {
                    break;
                }
                let w = width(from, to);
                let mut cost = best[k - 1][from].0 + ((w - longest_piece) / longest_piece).powi(2);
                if to < m && !pieces[to - 1].must {
                    cost += pieces[to - 1].cost;
                }
                if to == m && n > 1 && w < FORGOTTEN * longest_piece {
                    cost += 0.3;
                }
                if cost < best[k][to].0 {
                    best[k][to] = (cost, from);
                }
            }
        }
    }
    let cost = best[n][m].0;
    if !cost.is_finite() {
        return None;
    }
    let mut lines = Vec::new();
    let (mut k, mut to) = (n, m);
    while k > 0 {
        let from = best[k][to].1;
        lines.push((pieces[from].line, pieces[from].range.start..pieces[to - 1].range.end));
        (k, to) = (k - 1, from);
    }
    lines.reverse();
    Some(Broken { lines, cost })
}

#[cfg(test)]
mod tests {
    use super::super::runs::prepare;
    use super::super::shaping::Han;
    use super::*;
    use gatefold_types::finishing::Face;

    const STYLE: Style = Style { face: Face::Jost, tracking: 0.0, han: Han::Japanese };

    fn lines(text: &str, n: usize) -> Option<Vec<String>> {
        let prepared = prepare(text, Face::Jost);
        let broken = broken(&pieces(&prepared, STYLE, false), n)?;
        Some(broken.lines.iter().map(|(l, r)| prepared.lines[*l].text[r.clone()].to_owned()).collect())
    }

    #[test]
    fn lines_are_even() {
        assert_eq!(lines("one two three four", 2).unwrap(), ["one two", "three four"]);
        assert_eq!(lines("one two", 3), None);
    }

    #[test]
    fn no_word_is_left_alone_at_the_end() {
        let three = lines("Songs from the northern sea at dawn", 3).unwrap();
        assert!(three[2].split(' ').count() > 1, "{three:?}");
    }

    #[test]
    fn a_preposition_goes_with_what_follows() {
        let two = lines("Dreams of Iron", 2).unwrap();
        assert_eq!(two, ["Dreams", "of Iron"]);
    }

    #[test]
    fn a_typed_break_is_kept() {
        assert_eq!(lines("a\nlong line here", 2).unwrap(), ["a", "long line here"]);
        assert_eq!(lines("a\nb", 1), None);
        assert_eq!(lines("a\nlong line here", 3).unwrap()[0], "a");
    }

    #[test]
    fn japanese_breaks_behind_particles_and_thai_between_words() {
        assert_eq!(lines("君のいない夏休み", 2).unwrap(), ["君のいない", "夏休み"]);
        assert_eq!(lines("สวัสดีชาวโลก", 2).unwrap(), ["สวัสดี", "ชาวโลก"]);
    }
}
