//! Changes of albums and sources by a person, and what a catalogue is made of. HTTP, the pages and the command line ask
//! the same.

use crate::jobs::JobHandle;
use crate::long_work;
use crate::problem::Problem;
use crate::queries::no_album;
use crate::state::AppState;
use gatefold::album::AlbumId;
use gatefold::catalog::{Catalog, CatalogError, folder_size};
use gatefold::edit::Edit;
use gatefold::report::{CatalogueReport, DiskPart};
use gatefold::train::runs;
use gatefold::wire::Changed;
use std::path::Path;
use std::sync::Arc;

/// `PATCH albums/{id}`
///
/// # Errors
/// [`Problem::Unacceptable`] for an edit that cannot be made, [`Problem::NotFound`], and the catalogue's.
pub async fn edit(state: &AppState, id: AlbumId, edit: &Edit) -> Result<Changed, Problem> {
    let edit = checked(edit)?;
    let album = state.store.keep(move |catalog| catalog.edit_album(id, edit)).await?;
    album.ok_or_else(|| no_album(id))?;
    Ok(changed(state).await)
}

/// An edit that can be made.
///
/// # Errors
/// [`Problem::Unacceptable`] with a sentence.
pub fn checked(edit: &Edit) -> Result<Edit, Problem> {
    if edit.is_empty() {
        let sentence = "nothing is to be changed: say an artist, an album, a genre or a year".to_owned();
        return Err(Problem::Unacceptable(sentence));
    }
    edit.checked().map_err(|error| Problem::Unacceptable(error.to_string()))
}

/// `DELETE albums/{id}/edit`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn undo(state: &AppState, id: AlbumId) -> Result<Changed, Problem> {
    let album = state.store.keep(move |catalog| catalog.undo_edits(id)).await?;
    album.ok_or_else(|| no_album(id))?;
    Ok(changed(state).await)
}

/// `DELETE albums/{id}`
///
/// # Errors
/// [`Problem::NotFound`], and the catalogue's.
pub async fn delete(state: &AppState, id: AlbumId) -> Result<Changed, Problem> {
    let found = state.store.keep(move |catalog| catalog.remove_album(id)).await?;
    if found { Ok(changed(state).await) } else { Err(no_album(id)) }
}

/// `POST albums/{id}/restore`
///
/// # Errors
/// [`Problem::NotFound`] for an album that was not deleted, and the catalogue's.
pub async fn restore(state: &AppState, id: AlbumId) -> Result<Changed, Problem> {
    let album = state.store.keep(move |catalog| catalog.restore_album(id)).await?;
    album.ok_or_else(|| not_deleted(id))?;
    Ok(changed(state).await)
}

/// The sentence for an album that cannot be restored.
pub fn not_deleted(id: AlbumId) -> Problem {
    Problem::NotFound(format!("album {id} was not deleted; `gatefold catalogue` lists those that were"))
}

/// The map has to follow. Where too much waits already, the next build will do it.
async fn changed(state: &AppState) -> Changed {
    Changed { build: long_work::build(state).await.ok().map(|job| job.id().to_owned()) }
}

/// `GET catalogue`
///
/// # Errors
/// The catalogue's.
pub async fn catalogue(state: &AppState) -> Result<CatalogueReport, Problem> {
    state.store.read(catalogue_of).await
}

/// What a catalogue is made of. Measures folders: not for tokio's workers.
///
/// # Errors
/// The catalogue's.
pub fn catalogue_of(catalog: &Catalog) -> Result<CatalogueReport, CatalogError> {
    let mut disk = catalog.disk_use()?;
    let runs = runs::list(catalog.dir());
    let training = runs.iter().map(|run| folder_size(Path::new(&run.out))).sum();
    disk.parts.push(DiskPart::new("training", training));
    disk.total += training;
    Ok(CatalogueReport {
        data: catalog.dir().display().to_string(),
        albums: catalog.len()?,
        disk,
        sources: catalog.sources()?,
        deleted: catalog.removed_albums()?,
    })
}

/// `DELETE sources/{id}`: a job that ends with a new map.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Busy`], and the catalogue's.
pub async fn remove_source(state: &AppState, id: i64) -> Result<Arc<JobHandle>, Problem> {
    known_source(state, id).await?;
    long_work::change_and_build(state, move |catalog| catalog.remove_source(id).map(drop)).await
}

/// `PUT sources/{id}/shown`: a job that ends with a new map.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Busy`], and the catalogue's.
pub async fn show_source(state: &AppState, id: i64, shown: bool) -> Result<Arc<JobHandle>, Problem> {
    known_source(state, id).await?;
    long_work::change_and_build(state, move |catalog| catalog.show_source(id, shown).map(drop)).await
}

async fn known_source(state: &AppState, id: i64) -> Result<(), Problem> {
    let sources = state.store.read(Catalog::sources).await?;
    if sources.iter().any(|source| source.id == id) { Ok(()) } else { Err(no_source(id)) }
}

/// The sentence for a number that no source has.
pub fn no_source(id: i64) -> Problem {
    Problem::NotFound(format!("no source has the number {id}; `gatefold catalogue` lists them"))
}
