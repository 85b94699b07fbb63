//! Names of folders: of the system, of discs, of scans, and shelves that name no artist.

use crate::catalog::text::fold;

/// Folders that systems and servers make, in lower case.
const SYSTEM: &[&str] = &[
    // Apple's archives and servers
    "__macosx",
    "network trash folder",
    "temporary items",
    "thevolumesettingsfolder",
    // Synology
    "@eadir",
    "#recycle",
    "#snapshot",
    "@tmp",
    "@appstore",
    "@appdata",
    "@database",
    "@sharesnap",
    "@cloudsync",
    "@synologydrive",
    "@synodrive",
    "@s2s",
    // QNAP
    "@recycle",
    "@recently-snapshot",
    "@__thumb",
    "@transcode",
    "@uploads",
    "@sharebin",
    "@sys",
    // Windows
    "$recycle.bin",
    "$recyclebin",
    "$windows.~bt",
    "$winreagent",
    "system volume information",
    "msocache",
    // Unix, NetApp, Android
    "lost+found",
    "~snapshot",
    "lost.dir",
    "aquota.user",
];

/// Hidden files and folders that systems and programs make, in lower case, without what follows a number.
const HIDDEN: &[&str] = &[
    ".ds_store",
    ".localized",
    ".hidden",
    ".directory",
    ".nomedia",
    ".appledouble",
    ".appledb",
    ".appledesktop",
    ".appletemp",
    ".apdisk",
    ".documentrevisions-v",
    ".fseventsd",
    ".spotlight-v",
    ".temporaryitems",
    ".trash",
    ".trashes",
    ".trash-",
    ".trashbox",
    ".volumeicon.icns",
    ".pkinstallsandboxmanager",
    ".metadata_never_index",
    ".recycle",
    ".recycle_bin",
    ".snapshot",
    ".snapshots",
    ".zfs",
    ".streams",
    ".@__thumb",
    ".@__comp",
    ".@__qini",
    ".cache",
    ".caches",
    ".config",
    ".local",
    ".thumbnails",
    ".thumbs",
    ".thumb",
    ".tmp",
    ".temp",
    ".git",
    ".svn",
    ".hg",
    ".bzr",
    ".idea",
    ".vscode",
    ".venv",
    ".ipynb_checkpoints",
    ".sync",
    ".stfolder",
    ".stversions",
    ".dropbox",
    ".dropbox.cache",
];
/// What the names of a system's hidden files begin with, in lower case.
const HIDDEN_BEGINNINGS: &[&str] = &[
    "._",
    ".com.apple.",
    ".syncthing.",
    ".~",
    ".fuse_hidden",
    ".nfs0",
    ".smbdelete",
    ".goutputstream",
    ".unfinished",
    ".owncloud",
    ".nextcloud",
    ".__smb",
];

/// Whether a folder belongs to the system or to a server: what lies in it is no album.
pub(in crate::import) fn is_system(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    // Samba's shadow copies.
    if lower.starts_with("@gmt-") {
        return true;
    }
    // The two that Windows once wrote in capitals; found.000 is what a checked disk leaves.
    let windows = ["RECYCLER", "RECYCLED"].contains(&name)
        || lower
            .strip_prefix("found.")
            .is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()));
    windows || SYSTEM.contains(&lower.as_str()) || hidden(name) == Hidden::System
}

/// What a dot in front of a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::import) enum Hidden {
    /// There is none, or it is part of a name: `...And So On`, `.44 Lanterns`.
    No,
    /// It hides what a system or a program keeps.
    System,
    /// It hides something else.
    Unsure,
}

/// What the dot in front of a file's or folder's name stands for.
pub(in crate::import) fn hidden(name: &str) -> Hidden {
    if !name.starts_with('.') {
        return Hidden::No;
    }
    let lower = name.to_lowercase();
    let unnumbered = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    if HIDDEN.contains(&lower.as_str())
        || HIDDEN.contains(&unnumbered)
        || HIDDEN_BEGINNINGS.iter().any(|begin| lower.starts_with(begin))
    {
        return Hidden::System;
    }
    // Programs hide by one dot and do without blanks.
    if name.starts_with("..") || name.contains([' ', '\u{a0}']) || name.contains("_-_") {
        Hidden::No
    } else {
        Hidden::Unsure
    }
}

/// Folders of scans within an album's folder.
const SCANS: &[&str] = &[
    "scan",
    "scans",
    "artwork",
    "artworks",
    "art",
    "cover",
    "covers",
    "cover art",
    "coverart",
    "album art",
    "booklet",
    "booklets",
    "digital booklet",
    "image",
    "images",
    "pic",
    "pics",
    "picture",
    "pictures",
    "photo",
    "photos",
    "inlay",
    "extrafanart",
    "extrathumbs",
    "front",
    "back",
    "inserts",
    "liner notes",
];

/// Whether a folder within an album's folder holds pictures of that album.
pub fn is_scans(name: &str) -> bool {
    let folded = fold(name);
    let first = folded.split(' ').next().unwrap_or_default();
    SCANS.contains(&folded.as_str())
        || ["scan", "scans", "artwork", "booklet"].contains(&first)
        || folded.ends_with(" scans")
}

/// A folder that gathers albums and names no artist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::import) enum Shelf {
    /// A year, a decade, a letter of the alphabet, a format.
    Order,
    /// `Albums`, `Singles`, `Live`: the artist is above it. Without one above, it may be an artist.
    Kind,
}

const FORMATS: &[&str] = &[
    "flac", "mp3", "ogg", "opus", "aac", "m4a", "alac", "wav", "ape", "dsd", "sacd", "lossless", "lossy",
    "hi res", "hires", "24bit", "320", "v0",
];
const KINDS: &[&str] = &[
    "albums",
    "album",
    "studio",
    "studio albums",
    "singles",
    "single",
    "eps",
    "ep",
    "singles and eps",
    "eps and singles",
    "live",
    "live albums",
    "compilations",
    "compilation",
    "best of",
    "bootlegs",
    "bootleg",
    "demos",
    "remixes",
    "box sets",
    "boxsets",
    "discography",
    "collections",
    "other",
    "misc",
];

/// Whether a folder is a shelf rather than an artist.
pub(in crate::import) fn is_shelf(name: &str) -> Option<Shelf> {
    let folded = fold(name);
    let decade = folded.strip_suffix('s').is_some_and(|d| {
        [2, 4].contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()) && d.ends_with('0')
    });
    let year = folded.len() == 4 && folded.bytes().all(|b| b.is_ascii_digit());
    let letters = folded.chars().count() == 1 || ["0 9", "a z", "09", "123", "#"].contains(&folded.as_str());
    let range = {
        let parts: Vec<&str> = folded.split(' ').collect();
        parts.len() == 2 && parts.iter().all(|part| part.chars().count() == 1)
    };
    if decade || year || letters || range || FORMATS.contains(&folded.as_str()) {
        Some(Shelf::Order)
    } else {
        KINDS.contains(&folded.as_str()).then_some(Shelf::Kind)
    }
}

/// Whether a folder of albums is by many artists, each of which stands in the album's own name.
pub(in crate::import) fn is_various(name: &str) -> bool {
    [
        "various",
        "various artists",
        "va",
        "v a",
        "compilations",
        "compilation",
        "samplers",
        "soundtracks",
        "soundtrack",
        "ost",
    ]
    .contains(&fold(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_systems_and_servers_are_known_and_artists_are_not_taken_for_them() {
        for name in [
            "@eaDir",
            "#recycle",
            "@Recycle",
            "$RECYCLE.BIN",
            "RECYCLER",
            "lost+found",
            "System Volume Information",
            ".Trash-1000",
            ".Trashes",
            ".AppleDouble",
            "__MACOSX",
            "Network Trash Folder",
            ".@__thumb",
            "FOUND.000",
            ".Spotlight-V100",
            "@Recently-Snapshot",
        ] {
            assert!(is_system(name), "{name}");
        }
        for name in [
            "Recycled",
            "@",
            "#1 Record",
            "Found",
            "Lost",
            "$uicideboy$",
            "Recycler Collective",
            ".44 Lanterns",
        ] {
            assert!(!is_system(name), "{name}");
        }
    }

    #[test]
    fn a_dot_hides_or_is_a_letter() {
        for name in
            ["...Until Noon", ".44 Lanterns", "..Hits", ".38 Special - Strength (1986).jpg", "plain.jpg"]
        {
            assert_eq!(hidden(name), Hidden::No, "{name}");
        }
        for name in [
            "._Plain Band - Plain Record.jpg",
            ".DS_Store",
            ".cache",
            ".thumbnails",
            ".Trash-501",
            ".nfs0001",
        ] {
            assert_eq!(hidden(name), Hidden::System, "{name}");
        }
        for name in [".folder.jpg", ".O.rang", ".private"] {
            assert_eq!(hidden(name), Hidden::Unsure, "{name}");
        }
    }

    #[test]
    fn shelves_are_no_artists() {
        for name in ["1994", "1990s", "80s", "A", "0-9", "#", "FLAC", "A-C"] {
            assert_eq!(is_shelf(name), Some(Shelf::Order), "{name}");
        }
        for name in ["Albums", "Live", "Singles & EPs"] {
            assert_eq!(is_shelf(name), Some(Shelf::Kind), "{name}");
        }
        for name in ["Low", "10cc", "2Pac", "U2", "311"] {
            assert_eq!(is_shelf(name), None, "{name}");
        }
    }

    #[test]
    fn scans_lie_in_folders_of_their_own() {
        for name in ["Scans", "artwork", "Covers", "Booklet 300dpi", "HQ scans", "scans (png)"] {
            assert!(is_scans(name), "{name}");
        }
        assert!(!is_scans("Art Blakey") && !is_scans("Front 242"));
    }
}
