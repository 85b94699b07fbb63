//! What names of files and folders mean in music libraries: which show a cover, which are discs, which belong to the
//! system. Nothing here looks at a disk.

mod discs;
mod folders;
mod genres;
mod pictures;

pub(in crate::import) use discs::without_disc;
pub use discs::{disc, titled_disc};
pub use folders::is_scans;
pub(in crate::import) use folders::{Hidden, Shelf, hidden, is_shelf, is_system, is_various};
pub(in crate::import) use genres::is_genre;
pub use pictures::{Shows, is_music, is_picture, shows};
pub(in crate::import) use pictures::{is_other, is_readable, says_front};

/// A file's name in its stem and its ending; the ending in lower case, empty where there is none.
pub fn parted(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending.to_lowercase()),
        None => (name, String::new()),
    }
}
