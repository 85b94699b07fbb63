//! Names of files: which are pictures, which hold music, and what a picture in an album's folder shows.

use crate::catalog::text::fold;

/// Endings of pictures that are read.
const READABLE: &[&str] =
    &["jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "bmp", "dib", "tif", "tiff"];
/// Endings of pictures that are not read: their owner should hear of it.
const UNREADABLE: &[&str] = &["avif", "heic", "heif", "jxl", "jp2", "svg", "psd", "ico", "tga", "pnm", "xcf"];
/// Endings of files with music.
const MUSIC: &[&str] = &[
    "mp3", "flac", "ogg", "oga", "opus", "m4a", "m4b", "mp4a", "aac", "alac", "wav", "aif", "aiff", "aifc",
    "wma", "ape", "wv", "mpc", "tta", "tak", "dsf", "dff", "mka",
];
/// Endings of files that lie beside covers, and are not even looked into.
const OTHERS: &[&str] = &[
    "txt", "csv", "tsv", "json", "jsonl", "md", "npy", "npz", "html", "xml", "yaml", "yml", "toml", "db",
    "ini", "nfo", "log", "cue", "m3u", "m3u8", "pls", "lrc", "sfv", "md5", "ffp", "accurip", "torrent",
    "pdf", "mp4", "m4v", "mkv", "avi", "zip", "rar", "7z", "gz", "iso", "sqlite",
];

/// Whether a file is a picture by its ending (in lower case), readable or not.
pub fn is_picture(ending: &str) -> bool {
    is_readable(ending) || UNREADABLE.contains(&ending)
}

/// Whether pictures with this ending are read.
pub(in crate::import) fn is_readable(ending: &str) -> bool {
    READABLE.contains(&ending)
}

/// Whether a file holds music by its ending (in lower case).
pub fn is_music(ending: &str) -> bool {
    MUSIC.contains(&ending)
}

/// Whether a file is something that is never a picture, by its ending (in lower case).
pub(in crate::import) fn is_other(ending: &str) -> bool {
    OTHERS.contains(&ending) || is_music(ending)
}

/// What a picture in an album's folder shows, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shows {
    /// The cover, and so the folder says which album it is. The lower the number, the surer it is.
    Front(u8),
    /// Perhaps the cover: `cover 2`, a player's smaller copy.
    Copy(u8),
    /// What else belongs to an album: its back, a disc, a booklet, the artist.
    Part,
    /// The name says nothing of that.
    Other,
}

/// Names of covers in music libraries, the surest first.
const FRONTS: &[&str] = &[
    "cover",
    "front",
    "folder",
    "album",
    "albumart",
    "artwork",
    "front cover",
    "cover front",
    "frontcover",
    "coverfront",
    "album cover",
    "albumcover",
    "cover art",
    "coverart",
    "album art",
    "portada",
    "pochette",
];
/// Words for the cover's side.
const FRONT_WORDS: &[&str] = &["cover", "front", "folder", "albumart", "coverart", "frontcover"];
/// Words that may stand beside these.
const FILLERS: &[&str] =
    &["album", "art", "image", "large", "big", "small", "hq", "hires", "hi", "res", "original", "copy"];
/// Words for other things of an album.
const PARTS: &[&str] = &[
    "back",
    "backcover",
    "rear",
    "cd",
    "cdart",
    "disc",
    "discart",
    "disk",
    "dvd",
    "vinyl",
    "label",
    "side",
    "inlay",
    "inside",
    "inner",
    "inlet",
    "innersleeve",
    "sleeve",
    "booklet",
    "book",
    "page",
    "pages",
    "tray",
    "traycard",
    "spine",
    "obi",
    "matrix",
    "sticker",
    "insert",
    "leaflet",
    "gatefold",
    "poster",
    "liner",
    "notes",
    "artist",
    "band",
    "fanart",
    "logo",
    "clearart",
    "clearlogo",
    "banner",
    "backdrop",
    "background",
    "landscape",
    "thumb",
    "thumbnail",
    "scan",
    "scans",
    "extrafanart",
    "hype",
    "spectrogram",
];

/// What the picture with this stem shows.
pub fn shows(stem: &str) -> Shows {
    let folded = fold(stem);
    if let Some(rank) = FRONTS.iter().position(|&name| name == folded) {
        return Shows::Front(rank as u8);
    }
    let words: Vec<&str> = folded.split(' ').map(unnumbered).filter(|word| !word.is_empty()).collect();
    // Windows Media Player's copies: `AlbumArtSmall`, `AlbumArt_{…}_Large`.
    if words.first().is_some_and(|word| word.starts_with("albumart")) {
        return Shows::Copy(if folded.ends_with("small") { 2 } else { 1 });
    }
    let usual = |word: &&str| FRONT_WORDS.contains(word) || PARTS.contains(word) || FILLERS.contains(word);
    if !words.iter().all(usual) {
        return Shows::Other;
    }
    if words.iter().any(|word| PARTS.contains(word)) {
        Shows::Part
    } else if words.iter().any(|word| FRONT_WORDS.contains(word)) {
        Shows::Copy(0)
    } else {
        Shows::Other
    }
}

/// Whether a longer name says that it shows the cover (`Artist - Album - Front`), or something else of the album
/// (`Artist - Album (back)`); `None` where it says neither.
pub(in crate::import) fn says_front(stem: &str) -> Option<bool> {
    let folded = fold(stem);
    let words: Vec<&str> = folded.split(' ').map(unnumbered).filter(|word| !word.is_empty()).collect();
    match words.last() {
        Some(last) if PARTS.contains(last) => Some(false),
        Some(last) if FRONT_WORDS.contains(last) => Some(true),
        _ => None,
    }
}

/// `cd1` and `page 02` without their numbers, which have two digits at most.
fn unnumbered(word: &str) -> &str {
    let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if word.len() - plain.len() <= 2 { plain } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_called_in_a_few_ways() {
        assert_eq!(shows("cover"), Shows::Front(0));
        assert_eq!(shows("Folder"), Shows::Front(2));
        for stem in ["FRONT", "Front Cover", "cover-front", "AlbumArt", "album_cover"] {
            assert!(matches!(shows(stem), Shows::Front(_)), "{stem}");
        }
        for stem in ["cover (1)", "cover2", "folder-large", "front 02"] {
            assert_eq!(shows(stem), Shows::Copy(0), "{stem}");
        }
        assert_eq!(shows("AlbumArt_{5FA05D35-A682-4AF6-96F7-0773E42D4D16}_Large"), Shows::Copy(1));
        assert_eq!(shows("AlbumArt_{5FA05D35-A682-4AF6-96F7-0773E42D4D16}_Small"), Shows::Copy(2));
        assert_eq!(shows("AlbumArtSmall"), Shows::Copy(2));
    }

    #[test]
    fn other_pictures_of_an_album_are_no_covers_and_names_of_albums_are_neither() {
        for stem in
            ["back", "Back Cover", "cd", "CD1", "disc 2", "booklet 01", "artist", "fanart", "cdart", "inlay"]
        {
            assert_eq!(shows(stem), Shows::Part, "{stem}");
        }
        for stem in ["Low - Trust", "Front 242", "9377915b7f645b79", "Album of the Year", "1", "Trust"] {
            assert_eq!(shows(stem), Shows::Other, "{stem}");
        }
        assert_eq!(says_front("Low - Trust - Front"), Some(true));
        assert_eq!(says_front("Low - Trust (booklet 02)"), Some(false));
        assert_eq!(says_front("Low - Trust"), None);
    }

    #[test]
    fn no_ending_is_both_a_picture_and_something_else() {
        for ending in READABLE.iter().chain(UNREADABLE) {
            assert!(is_picture(ending) && !is_other(ending), "{ending}");
        }
    }
}
