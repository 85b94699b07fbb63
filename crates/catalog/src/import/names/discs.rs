//! Numbers of discs in the names of folders: `CD1`, `Disc 02 - Title`, `Album (Disc 2)`.

/// Words for a medium of which an album may have several.
const MEDIA: &[&str] =
    &["cd", "disc", "disk", "disque", "dvd", "cassette", "tape", "vinyl", "record", "schijf", "side", "sacd"];
const NUMBERS: &[&str] =
    &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const ROMAN: &[&str] = &["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
/// The number of discs that have a name instead.
const BONUS: u32 = 99;

/// The number of the disc that a folder within an album's folder holds: `CD1`, `Disc 02 - Title`, `Disk One`.
pub fn disc(name: &str) -> Option<u32> {
    let lower = name.trim().to_lowercase().replace('_', " ");
    let text = lower.trim_start_matches(['(', '[', '{']).trim_start();
    if let Some(rest) = text.strip_prefix("bonus ") {
        let plain = rest.trim_end_matches([')', ']', '}']);
        return MEDIA.contains(&plain).then_some(BONUS);
    }
    let (number, after) = numbered(text)?;
    let rest = after.trim();
    // `CD1 Title`: nobody writes so but of discs.
    let short = ["cd", "dvd"].iter().filter_map(|medium| text.strip_prefix(medium));
    let joined = short.into_iter().any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        && after.starts_with(' ');
    let of = ["of ", "von ", "de ", "di ", "/"].iter().any(|word| rest.starts_with(word));
    let ends = rest.is_empty()
        || of
        || joined
        || rest.starts_with(['-', '–', '—', ':', '(', '[', '{', ')', ']', '}', '.', ',', '~']);
    ends.then_some(number)
}

/// A medium and its number at the begin of a text in lower case, and what follows them.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let rest = MEDIA.iter().filter_map(|medium| text.strip_prefix(medium)).min_by_key(|rest| rest.len())?;
    let blank = rest.trim_start_matches([' ', '.', '#', '-', '\u{a0}']);
    let end = blank.find(|c: char| !c.is_alphanumeric()).unwrap_or(blank.len());
    let (word, after) = blank.split_at(end);
    let number = match word.parse::<u32>() {
        Ok(number) if word.len() <= 2 => number,
        Ok(_) => return None,
        // `CDs`, `Side A`: a word is parted from the medium.
        Err(_) if blank.len() == rest.len() => return None,
        Err(_) => spelt(word)?,
    };
    Some((number, after))
}

fn spelt(word: &str) -> Option<u32> {
    let place = |of: &[&str]| of.iter().position(|&number| number == word);
    let letter = || match word.as_bytes() {
        [letter @ b'a'..=b'h'] => Some(usize::from(letter - b'a')),
        _ => None,
    };
    place(NUMBERS).or_else(|| place(ROMAN)).or_else(letter).map(|place| place as u32 + 1)
}

/// An album's name without the disc that stands at its end: `Album CD1`, `Album - Disc 2`, `Album, Disc One`.
pub(in crate::import) fn without_disc(name: &str) -> &str {
    for (place, _) in name.char_indices().skip(1).filter(|(_, c)| [' ', '-', ',', '_'].contains(c)) {
        let (before, after) = (&name[..place], &name[place + 1..]);
        let lower = after.to_lowercase();
        // Letters and words could be anything: `Side A` is a title too.
        let counted = lower.bytes().any(|b| b.is_ascii_digit()) || lower.starts_with("dis");
        if counted && numbered(&lower).is_some_and(|(_, rest)| rest.is_empty()) {
            let before = before.trim_end_matches([' ', '-', '–', ',', '_', ':']);
            if !before.is_empty() {
                return before;
            }
        }
    }
    name
}

/// An album's name and which of its discs a folder of this name holds: `Album (Disc 1)`, `Album [CD 2 of 3]`, `Album CD1`.
pub fn titled_disc(name: &str) -> Option<(String, u32)> {
    let number = |text: &str| {
        let lower = text.trim().to_lowercase();
        let (number, rest) = numbered(&lower)?;
        let of = rest.trim().strip_prefix("of ").or_else(|| rest.strip_prefix('/'));
        let ends = rest.is_empty() || of.is_some_and(|all| all.trim().parse::<u32>().is_ok());
        ends.then_some(number)
    };
    for (open, bracket) in name.char_indices().filter(|(_, c)| ['(', '[', '{'].contains(c)) {
        let closing = match bracket {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        let Some(length) = name[open + 1..].find(closing) else { continue };
        let (content, after) = (&name[open + 1..][..length], &name[open + 1 + length + 1..]);
        if let Some(disc) = number(content) {
            let title = format!("{} {}", name[..open].trim(), after.trim());
            let title = title.trim().to_owned();
            return (!title.is_empty()).then_some((title, disc));
        }
    }
    let title = without_disc(name);
    let disc = name[title.len()..].trim_start_matches([' ', '-', '–', ',', '_', ':']);
    Some((title.to_owned(), number(disc)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_are_numbered_in_many_ways() {
        for (name, number) in [
            ("CD1", 1),
            ("CD 2", 2),
            ("cd_03", 3),
            ("Disc 1", 1),
            ("Disk 2", 2),
            ("CD1 - The Title", 1),
            ("CD1 The Title", 1),
            ("Disc 02 (Live)", 2),
            ("Disc One", 1),
            ("Disc II", 2),
            ("[CD10]", 10),
            ("Disc 1 of 3", 1),
            ("CD-2", 2),
            ("Side B", 2),
            ("DVD 1", 1),
            ("Bonus Disc", 99),
            ("CD 1: Studio", 1),
        ] {
            assert_eq!(disc(name), Some(number), "{name}");
        }
        for name in [
            "Disco 2",
            "CDs",
            "Discovery",
            "Disc",
            "cd",
            "Tape Music",
            "Disc 1 Love",
            "Disc 1999",
            "Side Effects",
        ] {
            assert_eq!(disc(name), None, "{name}");
        }
    }

    #[test]
    fn a_folder_says_which_disc_of_which_album_it_holds() {
        for (name, title, disc) in [
            ("Double (Disc 1)", "Double", 1),
            ("Double [CD 2 of 3]", "Double", 2),
            ("Double (CD2) (1999)", "Double (1999)", 2),
            ("Double - Disc 3", "Double", 3),
            ("Double CD1", "Double", 1),
        ] {
            assert_eq!(titled_disc(name), Some((title.to_owned(), disc)), "{name}");
        }
        for name in ["Double", "(Disc 1)", "Side A", "Double (1999)", "Double (Live", "Disc 1"] {
            assert_eq!(titled_disc(name), None, "{name}");
        }
    }

    #[test]
    fn a_disc_at_the_end_of_an_album_s_name_is_no_part_of_it() {
        for (name, without) in [
            ("Double Light CD1", "Double Light"),
            ("Double Light - Disc 2", "Double Light"),
            ("Double Light, Disc One", "Double Light"),
            ("Double Light cd 02", "Double Light"),
            ("Double Light", "Double Light"),
            ("Flip Side A", "Flip Side A"),
            ("CD1", "CD1"),
        ] {
            assert_eq!(without_disc(name), without, "{name}");
        }
    }
}
