//! Links to what other people's catalogues say of an album. Nothing is asked of them until somebody follows one.

use crate::text;

/// Searches for an album elsewhere: the site's name and the address. None for an album without artist and title.
pub fn links(artist: Option<&str>, title: Option<&str>) -> Vec<(&'static str, String)> {
    let words: Vec<&str> =
        [artist, title].into_iter().flatten().map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let words = text::encoded(&words.join(" "));
    vec![
        (
            "MusicBrainz",
            format!("https://musicbrainz.org/search?query={words}&type=release_group&method=indexed"),
        ),
        ("Last.fm", format!("https://www.last.fm/search/albums?q={words}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_letters_stay_inside_the_question() {
        let links = links(Some("Sigur Rós"), Some("( ) & more?type=x#y"));
        for (_, address) in &links {
            assert!(
                address.contains("Sigur%20R%C3%B3s%20%28%20%29%20%26%20more%3Ftype%3Dx%23y"),
                "{address}"
            );
            assert!(!address.contains('#') && !address.contains(' '), "{address}");
        }
        assert_eq!(links.len(), 2);
    }

    #[test]
    fn what_has_no_name_cannot_be_looked_up() {
        assert!(links(None, Some("  ")).is_empty());
        assert!(links(None, Some("Post"))[1].1.ends_with("q=Post"));
    }
}
