//! Paths as text: where files lie is kept in the catalogue as text, and a file may be called anything.
//!
//! What is UTF-8 stays as it is. Any other byte becomes U+FFFD and its two hexadecimal digits, so that no two paths are
//! the same text and each is found again.

use std::ffi::{OsStr, OsString};

/// The mark before a byte that is part of no letter.
const MARK: char = '\u{fffd}';

/// A path, or a part of one, as text from which [`from_text`] makes it again.
pub fn to_text(path: &OsStr) -> String {
    let Some(bytes) = bytes(path) else { return path.to_string_lossy().into_owned() };
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for (place, letter) in chunk.valid().char_indices() {
            let rest = &chunk.valid()[place + letter.len_utf8()..];
            if letter == MARK && marked(rest).is_some() {
                // The letter itself, before what would be read as a byte.
                MARK.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push(&mut out, byte));
            } else {
                out.push(letter);
            }
        }
        chunk.invalid().iter().for_each(|&byte| push(&mut out, byte));
    }
    out
}

/// The path of which [`to_text`] made a text.
pub fn from_text(text: &str) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        match marked(after).filter(|_| letter == MARK) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.extend_from_slice(&rest.as_bytes()[..letter.len_utf8()]);
                rest = after;
            }
        }
    }
    of_bytes(bytes, text)
}

/// A name as a person reads it: bytes that are no UTF-8 are read as Latin-1, which old programs wrote.
pub fn shown(name: &OsStr) -> String {
    let Some(bytes) = bytes(name) else { return name.to_string_lossy().into_owned() };
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|&byte| if byte < 0xa0 { MARK } else { char::from(byte) }));
    }
    out
}

fn push(out: &mut String, byte: u8) {
    out.push_str(&format!("{MARK}{byte:02X}"));
}

/// The byte that a text begins with, written after a mark.
fn marked(text: &str) -> Option<u8> {
    let digits = text.get(..2)?;
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    if hexadecimal { u8::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(unix)]
fn bytes(path: &OsStr) -> Option<&[u8]> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(path.as_bytes())
}

#[cfg(not(unix))]
fn bytes(path: &OsStr) -> Option<&[u8]> {
    path.to_str().map(str::as_bytes)
}

#[cfg(unix)]
fn of_bytes(bytes: Vec<u8>, _text: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn of_bytes(bytes: Vec<u8>, text: &str) -> OsString {
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()).into()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt as _;

    #[test]
    fn any_bytes_come_back_and_no_two_names_are_the_same_text() {
        let names: [&[u8]; 9] = [
            b"rock/plain.jpg",
            "Bj\u{f6}rk \u{1f3ba}".as_bytes(),
            b"Sj\xf6.mp3",
            b"Sj\xf7.mp3",
            b"\xff\xfe",
            "a \u{fffd} b".as_bytes(),
            "\u{fffd}F6".as_bytes(),
            b"\xf6",
            b"\xef\xbf\xbdF6\xf6",
        ];
        let texts = names.map(|name| to_text(OsStr::from_bytes(name)));
        for (name, text) in names.into_iter().zip(&texts) {
            assert_eq!(from_text(text).as_bytes(), name, "{text}");
        }
        let distinct: std::collections::HashSet<_> = texts.iter().collect();
        assert_eq!(distinct.len(), texts.len());
        assert_eq!(texts[0], "rock/plain.jpg", "and what is UTF-8 stays as it is");
        assert_eq!(texts[1], "Bj\u{f6}rk \u{1f3ba}");
    }

    #[test]
    fn old_letters_are_read_as_they_were_meant() {
        assert_eq!(shown(OsStr::from_bytes(b"Sj\xf6 \x81")), "Sj\u{f6} \u{fffd}");
        assert_eq!(shown(OsStr::new("Sj\u{f6}")), "Sj\u{f6}");
    }
}
