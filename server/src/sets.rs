//! Named sets of albums, and playlists of albums whose music is known. HTTP, the pages and the command line ask the same.

use crate::problem::Problem;
use crate::state::AppState;
use gatefold::album::{Album, AlbumId};
use gatefold::catalog::{Catalog, CatalogError};
use gatefold::export::{self, Playlist};
use gatefold::sets::{self, AlbumSet, Unfit};
use std::path::PathBuf;

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        Self::Unacceptable(unfit.to_string())
    }
}

/// The sentence for a name that no set has.
pub fn no_set(name: &str) -> Problem {
    Problem::unknown(
        format!("no set is called “{name}”"),
        "`/api/v1/sets` and `gatefold sets` list those there are",
    )
}

/// `GET sets`, by name.
///
/// # Errors
/// The catalogue's.
pub async fn list(state: &AppState) -> Result<Vec<AlbumSet>, Problem> {
    state.store.read(Catalog::sets).await
}

/// `GET sets/{name}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn one(state: &AppState, name: String) -> Result<AlbumSet, Problem> {
    let wanted = name.clone();
    state.store.read(move |catalog| catalog.set(&wanted)).await?.ok_or_else(|| no_set(&name))
}

/// `PUT sets/{name}`: keeps albums under a name; a set of that name is replaced.
///
/// # Errors
/// [`Problem::Unacceptable`] for a name or albums that make no set, and the catalogue's.
pub async fn save(state: &AppState, name: String, albums: Vec<AlbumId>) -> Result<AlbumSet, Problem> {
    let (name, albums) = (sets::name(&name)?, sets::albums(&albums)?);
    state.store.keep(move |catalog| catalog.put_set(&name, &albums)).await
}

/// `PUT sets/{name}/name`: gives a set another name.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Unacceptable`] for a name that is none or is taken, and the catalogue's.
pub async fn rename(state: &AppState, name: String, to: String) -> Result<AlbumSet, Problem> {
    let (from, wanted) = (name.clone(), sets::name(&to)?);
    let outcome = state
        .store
        .keep(move |catalog| match catalog.rename_set(&from, &wanted) {
            Err(CatalogError::Refused(why)) => Ok(Err(Problem::Unacceptable(why))),
            renamed => Ok(Ok(renamed?)),
        })
        .await??;
    if outcome { one(state, to).await } else { Err(no_set(&name)) }
}

/// `DELETE sets/{name}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn remove(state: &AppState, name: String) -> Result<(), Problem> {
    let wanted = name.clone();
    let known = state.store.keep(move |catalog| catalog.remove_set(&wanted)).await?;
    if known { Ok(()) } else { Err(no_set(&name)) }
}

/// A playlist of albums, in this order.
///
/// # Errors
/// [`Problem::NotFound`] when of none of them any music is known, and the catalogue's.
pub fn playlist(catalog: &Catalog, albums: &[AlbumId]) -> Result<Playlist, Problem> {
    let mut found: Vec<(Album, Vec<PathBuf>)> = Vec::new();
    for &id in albums {
        let Some(album) = catalog.album(id)? else { continue };
        let pictures = catalog.folder_pictures(id)?;
        let mut files: Vec<PathBuf> = Vec::new();
        for file in pictures.iter().flat_map(|(root, picture)| export::music_beside(root, picture)) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        if !files.is_empty() {
            found.push((album, files));
        }
    }
    if found.is_empty() {
        return Err(Problem::NotFound(
            "no music is known of these albums: it is looked for beside covers called cover, folder or front in folders \
             that were imported"
                .to_owned(),
        ));
    }
    Ok(export::m3u8(&found))
}
