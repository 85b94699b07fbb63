//! Whether what somebody typed means a name, spelling forgiven.

use crate::text;

/// Whether `typed` is a part of `name`, or nearly its beginning or one of its words' beginnings, whatever accents, case and
/// signs say. A slip is forgiven from three letters on, two from six, three from nine.
pub fn means(typed: &str, name: &str) -> bool {
    let (typed, words) = (letters(typed), words(name));
    if typed.is_empty() {
        return false;
    }
    let forgiven = match typed.len() {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    (0..words.len()).any(|i| {
        let rest = words[i..].concat();
        let beginning = &rest[..typed.len().min(rest.len())];
        if beginning == typed || forgiven > 0 && contains(&rest, &typed) {
            return true;
        }
        forgiven > 0 && (near(&typed, beginning, forgiven) || near(&typed, &rest, forgiven))
    })
}

fn words(text: &str) -> Vec<Vec<char>> {
    let plain = text::plain(text);
    let words = plain.split_whitespace().map(letters);
    words.filter(|word| !word.is_empty()).collect()
}

fn letters(text: &str) -> Vec<char> {
    text::plain(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

fn contains(text: &[char], part: &[char]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Whether at most so many letters are wrong, missing, too many or exchanged with their neighbour (optimal string
/// alignment).
fn near(a: &[char], b: &[char], forgiven: usize) -> bool {
    if a.len().abs_diff(b.len()) > forgiven {
        return false;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = last.clone();
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let wrong = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = wrong.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().all(|letters| *letters > forgiven) {
            return false;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()] <= forgiven
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_accents_and_signs_are_forgiven() {
        for (typed, name) in [
            ("metalica", "Metallica"),
            ("metallcia", "Metallica"),
            ("beyonec", "Beyoncé"),
            ("sigor ros", "Sigur Rós"),
            ("acdc", "AC/DC"),
            ("beetles", "The Beatles"),
            ("beat", "The Beatles"),
            ("radoi", "Radiohead"),
            ("winehouse", "Amy Winehouse"),
            ("u2", "U2"),
        ] {
            assert!(means(typed, name), "{typed} for {name}");
        }
    }

    #[test]
    fn something_else_is_not_meant() {
        for (typed, name) in [
            ("", "Abba"),
            ("...", "Abba"),
            ("u1", "U2"),
            ("acab", "Abba"),
            ("beatles", "Metallica"),
            ("metallica master of puppets", "Metallica"),
            ("abba", ""),
        ] {
            assert!(!means(typed, name), "{typed} for {name}");
        }
    }
}
