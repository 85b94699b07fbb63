//! Colours of genres: the same name has the same colour on every page, on the map, and in every catalogue.
//! Always shown beside the name, never instead of it.

/// Sixteen hues that stay apart on light and on dark ground, 0xRRGGBB. The genres that people use most have
/// one each; every other name falls on one of the same sixteen.
const GENRES: [(&str, u32); 16] = [
    ("rock", 0x00d9_503f),
    ("pop", 0x00e8_84b4),
    ("electronic", 0x003e_8ede),
    ("rap", 0x00e0_8a2b),
    ("metal", 0x007d_7972),
    ("jazz", 0x00c9_a227),
    ("classical", 0x008f_6fd1),
    ("country", 0x00a9_713c),
    ("folk", 0x006f_9e45),
    ("ambient", 0x0038_a7a0),
    ("indie", 0x00b2_5fc0),
    ("dance", 0x0030_b4e0),
    ("r&b", 0x009b_4668),
    ("reggae", 0x002f_9e5b),
    ("experimental", 0x0055_60c8),
    ("latin", 0x00b3_bd3a),
];

/// What an album without a genre gets, 0xRRGGBB.
pub const NO_GENRE: u32 = 0x0094_8f86;

/// A genre's colour, 0xRRGGBB.
pub fn genre_colour(name: &str) -> u32 {
    if name.is_empty() {
        return NO_GENRE;
    }
    match GENRES.iter().find(|(known, _)| *known == name) {
        Some((_, colour)) => *colour,
        None => GENRES[usize::from(fnv(name) % 16)].1,
    }
}

/// A genre's colour as style sheets write it: `#rrggbb`.
pub fn genre_css(name: &str) -> String {
    format!("#{:06x}", genre_colour(name))
}

/// One of sixteen colours by number, for groups that have no name, 0xRRGGBB.
pub fn hue(number: u32) -> u32 {
    GENRES[number as usize % GENRES.len()].1
}

/// FNV-1a over 32 bits, folded to 16.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fnv(text: &str) -> u16 {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    ((hash >> 16) ^ hash) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_common_genres_share_a_colour() {
        let colours: HashSet<u32> = GENRES.iter().map(|(name, _)| genre_colour(name)).collect();
        assert_eq!(colours.len(), GENRES.len());
    }

    #[test]
    fn a_name_nobody_listed_has_one_colour_and_no_name_is_grey() {
        assert_eq!(genre_colour("shoegaze"), genre_colour("shoegaze"));
        assert_ne!(genre_colour("shoegaze"), genre_colour("bossa nova"));
        assert_eq!(genre_css(""), "#948f86");
    }
}
