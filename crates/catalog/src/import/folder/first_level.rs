//! What the folders stand for that lie directly in the folder that is imported: genres, as in collections of covers, or
//! artists, as in many music libraries.

use super::scan::Folder;
use crate::catalog::text::fold;
use crate::import::file_name;
use crate::import::names::{self, Shows};
use crate::report::FirstLevel;

/// Names of splits.
const SPLITS: [&str; 7] = ["train", "training", "val", "valid", "validation", "test", "testing"];
/// Artists that it takes, without music or years, to believe that folders are artists.
const MANY: usize = 3;

/// What a folder of the first level stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Part of a data set: the genre is the level below.
    Split,
    Genre,
    Artist,
    /// An album; the artist may stand in its name.
    Album,
}

/// What one folder looks like by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Looks {
    /// A genre by its name.
    Genre,
    /// Nothing to learn from it.
    Unclear,
    /// An artist: it holds albums. Sure where these hold music or have years in their names.
    Artist {
        sure: bool,
    },
    Album,
}

/// The role of each folder in `root`, and how they were read as a whole.
pub(super) fn roles(root: &Folder) -> (Vec<Role>, Option<FirstLevel>) {
    let looks: Vec<Option<Looks>> =
        root.folders.iter().map(|f| (!is_split(&f.name)).then(|| looks(f))).collect();
    let count =
        |wanted: &dyn Fn(&Looks) -> bool| looks.iter().flatten().filter(|found| wanted(found)).count();
    let artists = count(&|l| matches!(l, Looks::Artist { .. }));
    let sure = count(&|l| matches!(l, Looks::Artist { sure: true })) > 0;
    let genres = count(&|l| *l == Looks::Genre);
    let unclear = count(&|l| *l == Looks::Unclear);
    let all = artists + genres + unclear;
    // Among many artists a folder `Jazz` or two may stand; among genres, artists do not.
    let by_artist = artists > unclear && genres * 5 < all.max(1) && (sure || artists >= MANY);
    let role = |looks: &Option<Looks>, folder: &Folder| match looks {
        None => Role::Split,
        Some(Looks::Genre) => Role::Genre,
        Some(Looks::Album) => Role::Album,
        Some(Looks::Artist { .. }) if by_artist => Role::Artist,
        // Shelves of artists (`A`, `Various Artists`) stand among artists.
        Some(Looks::Unclear) if by_artist && !is_of_covers(folder) => Role::Artist,
        Some(_) => Role::Genre,
    };
    let roles: Vec<Role> =
        looks.iter().zip(&root.folders).map(|(looks, folder)| role(looks, folder)).collect();
    let read = match () {
        () if roles.contains(&Role::Artist) => Some(FirstLevel::Artists),
        () if roles.contains(&Role::Genre) || roles.contains(&Role::Split) => Some(FirstLevel::Genres),
        () => None,
    };
    (roles, read)
}

fn is_split(name: &str) -> bool {
    SPLITS.contains(&name.to_lowercase().as_str())
}

fn looks(folder: &Folder) -> Looks {
    if names::is_genre(&folder.name) {
        return Looks::Genre;
    }
    let albums: Vec<&Folder> = folder.others().filter(|below| below.is_album()).collect();
    if albums.is_empty() {
        let named =
            file_name::is_dashed(&folder.name) || file_name::album(&folder.name, None, false).year.is_some();
        let holds = folder.others().any(|below| below.others().any(Folder::is_album));
        let album = folder.is_album() && !holds && (folder.has_music() || named);
        return if album { Looks::Album } else { Looks::Unclear };
    }
    if is_of_covers(folder) {
        return Looks::Unclear;
    }
    let own = |below: &&&Folder| {
        let named = file_name::album(&below.name, Some(&folder.name), true);
        let same = |artist: &str| fold(artist) == fold(&folder.name);
        named.artist.as_deref().is_none_or(same)
    };
    let named = albums.iter().filter(own).count();
    let deeper = folder.others().flat_map(Folder::others).filter(|below| below.is_album()).count();
    if named * 2 <= albums.len() || albums.len() < deeper {
        return Looks::Unclear;
    }
    let year = |album: &&Folder| file_name::album(&album.name, None, false).year.is_some();
    Looks::Artist { sure: albums.iter().any(|album| album.has_music() || year(album)) }
}

/// Whether covers lie in a folder one by one, as they do in a genre's: more of them than there are albums in folders.
fn is_of_covers(folder: &Folder) -> bool {
    let loose = folder.pictures.iter().filter(|picture| picture.shows() == Shows::Other).count();
    let albums = folder.others().filter(|below| below.is_album()).count();
    loose > albums && folder.music.is_empty()
}
