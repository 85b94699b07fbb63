//! Changes of albums and sources by a person, and what a catalogue is made of.

use super::{Serve, long_work};
use crate::problem::Problem;
use crate::problem::missing::{no_album, no_source, not_deleted};
use crate::state::AppState;
use gatefold::album::Album;
use gatefold::catalog::{Catalog, CatalogError, folder_size};
use gatefold::operations::{
    DeleteAlbum, EditAlbum, ReadCatalogue, RemoveSource, RestoreAlbum, ShowSource, UndoEdits,
};
use gatefold::report::{CatalogueReport, DiskPart};
use gatefold::train::runs;
use gatefold::wire::{Changed, Job};
use std::path::Path;

impl Serve<EditAlbum> for AppState {
    async fn serve(&self, EditAlbum { id, edit, build }: EditAlbum) -> Result<Changed, Problem> {
        let edit = edit.checked().map_err(|error| Problem::Unacceptable(error.to_string()))?;
        let album = self.store.keep(move |catalog| catalog.edit_album(id, edit)).await?;
        let album = album.ok_or_else(|| no_album(id))?;
        Ok(changed(self, Some(album), build).await)
    }
}

impl Serve<UndoEdits> for AppState {
    async fn serve(&self, UndoEdits { id, build }: UndoEdits) -> Result<Changed, Problem> {
        let album = self.store.keep(move |catalog| catalog.undo_edits(id)).await?;
        let album = album.ok_or_else(|| no_album(id))?;
        Ok(changed(self, Some(album), build).await)
    }
}

impl Serve<DeleteAlbum> for AppState {
    async fn serve(&self, DeleteAlbum { id, build }: DeleteAlbum) -> Result<Changed, Problem> {
        let found = self.store.keep(move |catalog| catalog.remove_album(id)).await?;
        if found { Ok(changed(self, None, build).await) } else { Err(no_album(id)) }
    }
}

impl Serve<RestoreAlbum> for AppState {
    async fn serve(&self, RestoreAlbum { id, build }: RestoreAlbum) -> Result<Changed, Problem> {
        let album = self.store.keep(move |catalog| catalog.restore_album(id)).await?;
        let album = album.ok_or_else(|| not_deleted(id))?;
        Ok(changed(self, Some(album), build).await)
    }
}

/// The map has to follow. Where too much waits already, the next build will do it.
async fn changed(state: &AppState, album: Option<Album>, build: bool) -> Changed {
    let job = if build { long_work::build(state).await.ok() } else { None };
    Changed { album, build: job.map(|job| job.id().to_owned()) }
}

impl Serve<ReadCatalogue> for AppState {
    async fn serve(&self, _: ReadCatalogue) -> Result<CatalogueReport, Problem> {
        self.store.read(catalogue_of).await
    }
}

/// What a catalogue is made of. Measures folders: not for tokio's workers.
///
/// # Errors
/// The catalogue's.
fn catalogue_of(catalog: &Catalog) -> Result<CatalogueReport, CatalogError> {
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

impl Serve<RemoveSource> for AppState {
    async fn serve(&self, RemoveSource { id }: RemoveSource) -> Result<Job, Problem> {
        known_source(self, id).await?;
        let change = move |catalog: &mut Catalog| catalog.remove_source(id).map(drop);
        Ok(long_work::change_and_build(self, change).await?.job())
    }
}

impl Serve<ShowSource> for AppState {
    async fn serve(&self, ShowSource { id, shown }: ShowSource) -> Result<Job, Problem> {
        known_source(self, id).await?;
        let change = move |catalog: &mut Catalog| catalog.show_source(id, shown).map(drop);
        Ok(long_work::change_and_build(self, change).await?.job())
    }
}

async fn known_source(state: &AppState, id: i64) -> Result<(), Problem> {
    let sources = state.store.read(Catalog::sources).await?;
    if sources.iter().any(|source| source.id == id) { Ok(()) } else { Err(no_source(id)) }
}
