//! Numbers, dates and names as people read them. The same on server and browser, whatever their locale, so that
//! both render the same page.

use gatefold::report::{AlbumLine, PairReport};

/// A whole number with a thin space between thousands: `5 992`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `1 album`, `5 992 albums`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Seconds as a person says them: `0.4 s`, `12 s`, `3 min 20 s`.
pub fn seconds(s: f64) -> String {
    if !s.is_finite() || s < 0.0 {
        return "–".to_owned();
    }
    if s < 9.95 {
        return format!("{s:.1} s");
    }
    let whole = s.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// Seconds since 1970 as `2026-03-01 14:05 UTC`.
pub fn moment(at: i64) -> String {
    let (days, second) = (at.div_euclid(86_400), at.rem_euclid(86_400));
    let (year, month, day) = date(days);
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", second / 3600, second / 60 % 60)
}

/// Days since 1970 to a date, after Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * day_of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * m + 2) / 5 + 1)
}

/// Bytes as `340 kB`, `1.2 MB`, `12 GB`.
pub fn bytes(n: u64) -> String {
    let mut value = n as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        // What would round up to the next unit is said in it.
        if value < 999.5 {
            let digits = usize::from(unit != "bytes" && value < 9.95);
            return format!("{value:.digits$} {unit}");
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// Names in a row: `a`, `a and b`, `a, b and c`.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A share as `87 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// An interval as `0.812–0.874`.
pub fn interval((low, high): (f64, f64)) -> String {
    format!("{low:.3}–{high:.3}")
}

/// Whether a pair is one genre against all the others.
pub fn is_rest(pair: &PairReport) -> bool {
    pair.a.as_str() == "rest"
}

/// What a pair is called.
pub fn pair(pair: &PairReport) -> String {
    if is_rest(pair) {
        format!("{} against the rest", pair.b)
    } else {
        format!("{} against {}", pair.a, pair.b)
    }
}

/// A name as one part of an address: what is not plain is escaped.
pub fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Artist, or that nobody knows.
pub fn artist(line: &AlbumLine) -> String {
    line.artist.clone().unwrap_or_else(|| "Unknown artist".to_owned())
}

/// What stands under a title: artist, genre, year, as far as they are known.
pub fn facts(line: &AlbumLine) -> String {
    let genre = line.genre.as_ref().map(|genre| genre.as_str().to_owned());
    let year = line.year.map(|year| year.to_string());
    [line.artist.clone(), genre, year].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Address of an album's thumbnail, 128 pixels across.
pub fn thumbnail(id: gatefold::album::AlbumId) -> String {
    format!("/api/v1/albums/{id}/cover?size=128")
}

/// Address of an album's cover as it was imported.
pub fn cover(id: gatefold::album::AlbumId) -> String {
    format!("/api/v1/albums/{id}/cover?size=full")
}

/// Address of a picture of a generated cover.
pub fn frame(id: &str, k: u32) -> String {
    format!("/api/v1/generated/{id}/frames/{k}.png")
}

/// Percent-encodes what addresses do not carry (RFC 3986, unreserved characters stay).
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Small letters without accents, for comparing what is typed with what is printed: `Beyoncé` becomes `beyonce`.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => out.push('g'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => out.push('i'),
            'ĺ' | 'ļ' | 'ľ' | 'ł' => out.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => out.push('o'),
            'ŕ' | 'ř' => out.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => out.push('s'),
            'ţ' | 'ť' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            // Accents that stand by themselves, behind their letter.
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(5992), "5\u{202f}992");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(counted(1, "album", "albums"), "1 album");
    }

    #[test]
    fn moments_are_right_across_leap_years() {
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
        assert_eq!(moment(951_782_399), "2000-02-28 23:59 UTC");
        assert_eq!(moment(951_782_400), "2000-02-29 00:00 UTC");
        assert_eq!(moment(4_107_542_399), "2100-02-28 23:59 UTC");
        assert_eq!(moment(4_107_542_400), "2100-03-01 00:00 UTC");
    }

    #[test]
    fn seconds_are_said_as_people_say_them() {
        assert_eq!(seconds(0.42), "0.4 s");
        assert_eq!(seconds(9.99), "10 s");
        assert_eq!(seconds(200.0), "3 min 20 s");
        assert_eq!(seconds(f64::NAN), "–");
    }

    #[test]
    fn bytes_are_said_in_the_unit_that_fits() {
        for (n, said) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_240, "1.2 kB"),
            (340_400, "340 kB"),
            (999_700, "1.0 MB"),
            (12_000_000_000, "12 GB"),
            (2_500_000_000_000, "2.5 TB"),
        ] {
            assert_eq!(bytes(n), said);
        }
    }

    #[test]
    fn a_name_of_any_letters_is_one_part_of_an_address() {
        assert_eq!(segment("r&b"), "r%26b");
        assert_eq!(segment("pop/rock é"), "pop%2Frock%20%C3%A9");
        assert_eq!(segment("synth-pop"), "synth-pop");
    }

    #[test]
    fn the_last_name_gets_an_and() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(listed::<&str>(&[]), "");
    }

    #[test]
    fn quotes_breaks_and_letters_beyond_ascii_are_encoded() {
        assert_eq!(encoded("{\"a\": 1}\né"), "%7B%22a%22%3A%201%7D%0A%C3%A9");
        assert_eq!(encoded("A-z_0.9~"), "A-z_0.9~");
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(plain("Beyoncé"), "beyonce");
        assert_eq!(plain("Sigur Rós – ÁGÆTIS"), "sigur ros – agaetis");
        assert_eq!(plain("e\u{301}"), "e");
        assert_eq!(plain("東京"), "東京");
    }
}
