//! What stands in brackets in an album's name, and words about the file that stand without: the year, the disc, the
//! format (`[FLAC]`, `[24-96 WEB]`), the number in a label's catalogue (`{SHVL 804}`). What is none of these is part of the
//! title.

use super::names;

/// Words about a file by which alone a text is about the file.
const FILE: &[&str] = &[
    "flac", "alac", "ape", "wav", "wavpack", "wv", "aiff", "aif", "mp3", "m4a", "aac", "ogg", "opus",
    "vorbis", "wma", "mpc", "tta", "dsd", "dsf", "dff", "sacd", "iso", "mqa", "dts", "ac3", "atmos",
    "lossless", "lossy", "web", "webrip", "webdl", "cd", "cdr", "cdrip", "cda", "cdda", "lp", "vinyl",
    "cassette", "dvda", "dvd", "bluray", "bd", "hdtracks", "qobuz", "tidal", "deezer", "bandcamp", "itunes",
    "hires", "hd", "hq", "eac", "xld", "mfsl", "mofi", "hdcd", "xrcd", "xrcd24", "shm", "bluspec", "kbps",
    "cbr", "vbr", "v0", "v1", "v2", "rip", "vinylrip", "retail", "scene", "khz",
];
/// Words that stand beside those.
const BESIDE: &[&str] = &[
    "dl", "log", "cue", "scans", "ripped", "bit", "bits", "hz", "stereo", "audio", "spec", "disc", "disk",
    "and", "quality", "download", "files", "full", "mobile", "fidelity", "the", "from", "k2", "uhqcd", "q8",
    "q10", "covers", "lame", "joint",
];
/// Sampling rates in kHz, as names give them beside a number of bits.
const RATES: &[&str] =
    &["44", "44.1", "441", "48", "88", "88.2", "96", "176", "176.4", "192", "352", "352.8", "384"];
const BITS: &[&str] = &["16", "24", "32"];
/// Rates of compressed files in kbit/s.
const COMPRESSED: &[&str] = &["128", "160", "192", "224", "256", "320"];

/// What a bracket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    /// The year, be it with month and day, or with words about the file.
    Year(i32),
    /// Something about the file, or the number of a disc.
    File,
    /// Part of the title.
    Title,
}

/// What stands in a bracket that opens with `open`.
pub(super) fn holds(open: char, content: &str) -> Holds {
    let text = content.trim();
    if let Some(year) = date(text) {
        return Holds::Year(year);
    }
    if names::disc(text).is_some() || (open != '(' && catalogue_number(open, text)) {
        return Holds::File;
    }
    match about_file(text) {
        Some(Some(year)) => Holds::Year(year),
        Some(None) => Holds::File,
        None => Holds::Title,
    }
}

/// Whether a text is about the file, and the year that it gives beside.
pub(super) fn about_file(text: &str) -> Option<Option<i32>> {
    let lower = text.to_lowercase();
    // One word each, however they are written.
    let joined = lower.replace("hi-res", "hires").replace("hi res", "hires").replace("blu-ray", "bluray");
    let words: Vec<&str> = joined
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    let (mut sure, mut year, mut bits, mut rate) = (false, None, false, false);
    for word in words.iter().copied() {
        if FILE.contains(&word) || numbered(word) {
            sure = true;
        } else if BITS.contains(&word) {
            bits = true;
        } else if RATES.contains(&word) {
            rate = true;
        } else if let (None, Some(found)) = (year, bare_year(word)) {
            year = Some(found);
        } else if !BESIDE.contains(&word) && !COMPRESSED.contains(&word) && word != "5.1" {
            return None;
        }
    }
    let alone = words.len() == 1 && ["320", "256", "5.1"].contains(&words[0]);
    let pair = words.len() == 2 && bits && rate;
    (sure || alone || pair).then_some(year)
}

/// Whether a text has a word in it that means a file and nothing else.
pub(super) fn is_surely_file(text: &str) -> bool {
    const SURE: &[&str] =
        &["flac", "mp3", "alac", "320kbps", "256kbps", "192kbps", "128kbps", "24bit", "16bit", "v0"];
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| SURE.contains(&word)) && about_file(text).is_some()
}

/// `320kbps`, `24bit`, `96khz`, `dsd64`, `2cd`, `3xlp`.
fn numbered(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if digits.len() < word.len() {
        return [
            "kbps", "kbit", "kbits", "k", "mhz", "bit", "bits", "khz", "b", "cd", "cds", "lp", "lps", "xcd", "xlp", "xvinyl", "dvd",
            "disc", "discs",
        ]
        .contains(&digits)
            // `10k` and `2b` could be a title.
            && (digits.len() > 1 || word.len() > 2 && COMPRESSED.iter().chain(BITS).any(|n| word.starts_with(n)));
    }
    ["dsd64", "dsd128", "dsd256", "dsd512"].contains(&word)
}

/// A number from a label's catalogue or a bar code: capitals and digits, `SHVL 804`, `CDP 7 46001 2`.
fn catalogue_number(open: char, text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let year = words().any(|word| bare_year(word).is_some());
    if open == '{' {
        // Label and number: `{Harvest, SHVL 804}`.
        let number =
            |word: &str| word.chars().filter(char::is_ascii_digit).count() >= 3 && bare_year(word).is_none();
        return words().any(number)
            || digits >= 5 && words().all(|word| word.chars().all(|c| c.is_ascii_digit()));
    }
    let plain = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || " .-/#".contains(c));
    let short = words().filter(|word| word.chars().all(char::is_alphabetic)).all(|word| word.len() <= 4);
    plain && short && !year && digits >= 3 && text.len() >= 5
}

/// A year alone, or with month and day.
pub(super) fn date(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.split(['-', '.', '/', '_']).collect();
    let two = |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year] => bare_year(year),
        [year, rest @ ..] if rest.len() <= 2 && rest.iter().all(two) => bare_year(year),
        _ => None,
    }
}

/// Four digits that can be a year.
pub(super) fn bare_year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|year| digits && (1000..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_file_is_told_from_the_title() {
        for content in [
            "FLAC",
            "24-96 WEB",
            "24bit-96kHz",
            "MP3 320",
            "320kbps",
            "V0",
            "WEB",
            "Vinyl Rip",
            "CD-FLAC",
            "FLAC 24/192",
            "16-44",
            "MFSL",
            "DSD64",
            "Hi-Res",
            "Blu-ray",
            "LP",
            "2CD",
            "320",
            "flac, log, cue",
            "EAC-FLAC",
            "Disc 1",
            "CD2",
            "24B-96kHz",
        ] {
            assert_eq!(holds('[', content), Holds::File, "{content}");
        }
        for content in [
            "Deluxe Edition",
            "Live 2001",
            "Remastered 2011",
            "2011 Remaster",
            "EP",
            "Mono",
            "feat. Nobody",
            "Disc Jockey Mix",
            "Web of Lies",
            "1999-2004",
            "UK 2001",
            "LIVE 2001",
            "24 Hours",
            "10",
            "Vol. 2",
        ] {
            assert_eq!(holds('(', content), Holds::Title, "{content}");
            assert_eq!(holds('[', content), Holds::Title, "[{content}]");
        }
    }

    #[test]
    fn years_stand_alone_in_dates_or_beside_a_format() {
        for content in ["1999", " 1999 ", "1999-05-04", "1999.05.04", "1999, FLAC", "WEB 1999"] {
            assert_eq!(holds('(', content), Holds::Year(1999), "{content}");
        }
    }

    #[test]
    fn catalogue_numbers_are_no_titles() {
        for content in ["SHVL 804", "UICY-93456", "CDP 7 46001 2", "5099902893822"] {
            assert_eq!(holds('{', content), Holds::File, "{content}");
            assert_eq!(holds('[', content), Holds::File, "{content}");
        }
        assert_eq!(holds('{', "Harvest, SHVL 804"), Holds::File);
        assert_eq!(holds('{', "Remaster"), Holds::Title);
        assert_eq!(holds('(', "B-52 1000"), Holds::Title);
    }
}
