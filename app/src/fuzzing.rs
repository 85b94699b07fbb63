//! Doors for `fuzz/`, which no other build has.

use crate::address::Address;

/// Reads a query, not escaped, as the map's address, writes what was read and reads that again.
///
/// # Panics
/// When the second reading says something else than the first.
pub fn read_address(query: &str) {
    let read = |query: &str, unescaped: fn(&str) -> String| {
        Address::of(|wanted| {
            let pair =
                query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == wanted));
            pair.map(|(_, value)| unescaped(value))
        })
    };
    let written = read(query, str::to_owned).to("");
    assert_eq!(read(&written, unescaped).to(""), written);
}

/// What a browser makes of `%41`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.split('%');
    bytes.extend_from_slice(rest.next().unwrap_or_default().as_bytes());
    for part in rest {
        let (digits, after) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits after a per cent sign"));
        bytes.extend_from_slice(after.as_bytes());
    }
    String::from_utf8(bytes).expect("what was written is text")
}
