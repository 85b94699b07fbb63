//! The name on a plain sleeve: which words stand on which line. Pure; whoever draws says how wide a text is.

/// A name set into lines.
#[derive(Clone, PartialEq, Debug)]
pub struct Lettering {
    /// Lines from top to bottom.
    pub lines: Vec<String>,
    /// Size of the letters, the unit of `measure`'s caller.
    pub size: f64,
}

/// Sets `text` into at most `most_lines` lines no wider than `width`, with the first of `sizes` (largest first) that
/// holds it all; with the last one what does not fit ends in “…”. `measure(text, size)` is a text's width.
pub fn set(
    text: &str,
    width: f64,
    most_lines: usize,
    sizes: &[f64],
    measure: impl Fn(&str, f64) -> f64,
) -> Lettering {
    let mut last = Lettering { lines: Vec::new(), size: sizes.last().copied().unwrap_or(1.0) };
    for size in sizes {
        let (lines, whole) = wrap(text, width, most_lines, |text| measure(text, *size));
        last = Lettering { lines, size: *size };
        if whole {
            break;
        }
    }
    last
}

/// Lines, and whether everything stands on them unbroken.
fn wrap(text: &str, width: f64, most_lines: usize, measure: impl Fn(&str) -> f64) -> (Vec<String>, bool) {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut whole = true;
    for word in text.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if measure(&joined) <= width {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = word.to_owned();
        // A word that is wider than the sleeve is broken where it must be.
        while measure(&line) > width && line.chars().count() > 1 {
            whole = false;
            let mut head = String::new();
            for letter in line.chars() {
                head.push(letter);
                if measure(&head) > width {
                    head.pop();
                    break;
                }
            }
            let cut = head.len().max(line.chars().next().map_or(1, char::len_utf8));
            let rest = line.split_off(cut);
            lines.push(std::mem::replace(&mut line, rest));
            if lines.len() > most_lines {
                break;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most_lines {
        whole = false;
        lines.truncate(most_lines);
        if let Some(end) = lines.last_mut() {
            while !end.is_empty() && measure(&format!("{end}…")) > width {
                end.pop();
            }
            *end = format!("{}…", end.trim_end());
        }
    }
    (lines, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str, size: f64) -> f64 {
        text.chars().count() as f64 * size
    }

    fn lines(text: &str, sizes: &[f64]) -> (Vec<String>, f64) {
        let lettering = set(text, 10.0, 3, sizes, letters);
        (lettering.lines, lettering.size)
    }

    #[test]
    fn words_wrap_where_they_must() {
        assert_eq!(lines("one two three", &[1.0]), (vec!["one two".into(), "three".into()], 1.0));
        assert_eq!(lines("  ", &[1.0]), (vec![], 1.0));
    }

    #[test]
    fn letters_shrink_before_words_break() {
        assert_eq!(lines("Mississippi", &[2.0, 1.0, 0.5]), (vec!["Mississippi".into()], 0.5));
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let (lines, size) = lines("a very long name that goes on and on without an end", &[2.0, 1.0]);
        assert_eq!((lines.len(), size), (3, 1.0));
        assert!(lines[2].ends_with('…') && lines[2].chars().count() <= 10);
    }

    #[test]
    fn a_word_wider_than_the_sleeve_is_broken() {
        let (lines, _) = lines("Überschallgeschwindigkeitsgesellschaft", &[1.0]);
        assert!(lines.iter().all(|line| line.chars().count() <= 10), "{lines:?}");
        assert_eq!(lines[0], "Überschall");
    }

    #[test]
    fn a_letter_wider_than_the_sleeve_does_not_hang() {
        let lettering = set("WWW", 0.5, 3, &[1.0], letters);
        assert_eq!(lettering.lines.len(), 3);
    }
}
