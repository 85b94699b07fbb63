//! Names inside pictures that are XML.

/// A text that XML reads as nothing else, between tags and inside quotes of either kind. What no XML may hold becomes a space.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML 1.0, production 2 (Char); the others that are controls are discouraged there.
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_text_and_what_xml_forbids_is_left_out() {
        assert_eq!(
            text("]]><b a='x' c=\"y\">&amp;"),
            "]]&gt;&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;amp;"
        );
        assert_eq!(text("a\u{0}\u{b}\u{1b}b\u{fffe}\u{ffff}"), "a   b  ");
        assert_eq!(text("夜 – Ünïcode 🎵"), "夜 – Ünïcode 🎵");
    }
}
