//! Names of files and albums may hold anything: sequences that command a terminal, line breaks, signs that turn the reading
//! direction. On their way to people they are made visible; what programs read stays what it is.

use std::borrow::Cow;

/// A text of lines, harmless for a terminal: control characters, and signs that turn the reading direction of what
/// follows, are written as `\u{1b}`. Line breaks and tabs stay.
pub fn harmless(text: &str) -> Cow<'_, str> {
    escaped(text, |c| commands(c) && !['\n', '\t'].contains(&c))
}

/// A name within a line: the same, and it stays on its line.
pub fn one_line(name: &str) -> Cow<'_, str> {
    escaped(name, |c| commands(c) || ['\u{2028}', '\u{2029}'].contains(&c))
}

/// JSON that commands no terminal and means the same.
pub fn harmless_json(json: String) -> String {
    // The rest of the control characters is escaped already; these occur in texts only.
    let bare = |c: char| commands(c) && c > '\u{1f}';
    if !json.contains(bare) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if bare(letter) {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

/// Control characters (Unicode's category Cc), and those that override or isolate a direction (UAX #9).
fn commands(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, odd: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if odd(letter) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_commands_a_terminal_passes_and_letters_do() {
        assert_eq!(harmless("a\x1b[31mred\x07\n\tb\u{9b}2J\r"), "a\\u{1b}[31mred\\u{7}\n\tb\\u{9b}2J\\u{d}");
        assert_eq!(harmless("A\u{202e}gnp.cov"), "A\\u{202e}gnp.cov");
        for text in ["שיר הים", "音楽", "🎺🏽 👩‍🚀", "Zero\u{200b}Width", "naïve"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(one_line("New\nLine\u{2028}x\ty"), "New\\u{a}Line\\u{2028}x\\u{9}y");
    }

    #[test]
    fn json_means_the_same_and_holds_no_bare_control_character() {
        let text = "\u{9b}31m \u{7f} \u{1b} é";
        let json = harmless_json(serde_json::to_string(text).unwrap());
        assert!(!json.contains(char::is_control), "{json:?}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
