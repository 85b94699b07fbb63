//! Named sets of albums, and playlists of albums whose music is known.

use super::{Serve, albums};
use crate::problem::Problem;
use crate::problem::missing::no_set;
use crate::state::AppState;
use gatefold::album::{Album, AlbumId};
use gatefold::catalog::{Catalog, CatalogError};
use gatefold::export::{self, Playlist};
use gatefold::operations::{DeleteSet, ListSets, ReadSet, RenameSet, SaveSet};
use gatefold::sets::{self, AlbumSet, Unfit};
use gatefold::wire::{DeletedSet, SetAlbums, Sets};
use std::path::PathBuf;

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        Self::Unacceptable(unfit.to_string())
    }
}

impl Serve<ListSets> for AppState {
    async fn serve(&self, _: ListSets) -> Result<Sets, Problem> {
        Ok(Sets { sets: self.store.read(Catalog::sets).await? })
    }
}

impl Serve<ReadSet> for AppState {
    async fn serve(&self, ReadSet { name }: ReadSet) -> Result<SetAlbums, Problem> {
        let read = move |catalog: &Catalog| {
            let set = catalog.set(&name)?.ok_or_else(|| no_set(&name))?;
            let lines = albums::lines(catalog, set.albums.clone())?;
            Ok::<_, Problem>(SetAlbums { set, lines })
        };
        self.store.read(read).await
    }
}

impl Serve<SaveSet> for AppState {
    async fn serve(&self, SaveSet { name, albums }: SaveSet) -> Result<AlbumSet, Problem> {
        let (name, albums) = (sets::name(&name)?, sets::albums(&albums)?);
        self.store.keep(move |catalog| catalog.put_set(&name, &albums)).await
    }
}

impl Serve<RenameSet> for AppState {
    async fn serve(&self, RenameSet { name, to }: RenameSet) -> Result<AlbumSet, Problem> {
        let (from, to) = (name.clone(), sets::name(&to)?);
        let renamed = self
            .store
            .keep(move |catalog| match catalog.rename_set(&from, &to) {
                Err(CatalogError::Refused(why)) => Ok(Err(Problem::Unacceptable(why))),
                Ok(true) => Ok(Ok(catalog.set(&to)?)),
                Ok(false) => Ok(Ok(None)),
                Err(error) => Err(error),
            })
            .await??;
        renamed.ok_or_else(|| no_set(&name))
    }
}

impl Serve<DeleteSet> for AppState {
    async fn serve(&self, DeleteSet { name }: DeleteSet) -> Result<DeletedSet, Problem> {
        let wanted = name.clone();
        let known = self.store.keep(move |catalog| catalog.remove_set(&wanted)).await?;
        if known { Ok(DeletedSet { deleted: name }) } else { Err(no_set(&name)) }
    }
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
