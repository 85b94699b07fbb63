//! Albums: what is here, lists, one, what is near it.

use super::{Serve, exploring};
use crate::model_thread::About;
use crate::problem::Problem;
use crate::problem::missing::{no_album, not_on_map};
use crate::state::AppState;
use gatefold::album::{Album, AlbumId, Edge};
use gatefold::catalog::{Catalog, CatalogError};
use gatefold::mixture::Mixture;
use gatefold::operations::{FindNearest, FindNeighbours, ListAlbums, ListSurprises, ReadAlbum, ReadInfo};
use gatefold::pipeline::Built;
use gatefold::report::{AlbumLine, AlbumList, Info};
use gatefold::wire::{AlbumDetail, AlbumQuery, Nearest, Neighbours, Surprise, Surprises};
use std::collections::BTreeMap;
use std::path::Path;

/// What is said of a data directory that has no catalogue yet.
pub fn nothing_here(dir: &Path) -> Info {
    Info {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data: dir.display().to_string(),
        features: gatefold::genre::offered(),
        ..Info::default()
    }
}

/// Adds what only a running model knows.
pub fn with_model(info: Info, about: &About) -> Info {
    Info { device: about.device.clone(), models: vec![about.info.clone()], ..info }
}

impl Serve<ReadInfo> for AppState {
    async fn serve(&self, _: ReadInfo) -> Result<Info, Problem> {
        let info = self.store.read(|catalog| {
            Ok::<_, CatalogError>(Info {
                albums: catalog.len()?,
                genres: catalog.genres()?,
                demo: catalog.is_demo()?,
                ..nothing_here(catalog.dir())
            })
        });
        let info = info.await?;
        Ok(match self.model() {
            Ok(model) => with_model(info, model.about()),
            Err(_) => Info { device: "cpu".to_owned(), ..info },
        })
    }
}

impl Serve<ListAlbums> for AppState {
    async fn serve(&self, asked: ListAlbums) -> Result<AlbumList, Problem> {
        if let Some(ids) = asked.ids {
            let albums = self.store.read(move |catalog| lines(catalog, ids)).await?;
            return Ok(AlbumList { total: albums.len() as u64, albums });
        }
        let query = AlbumQuery {
            query: asked.query,
            // A form sends its empty fields along.
            genre: asked.genre.filter(|genre| !genre.trim().is_empty()),
            limit: asked.limit.map(|n| n.min(ListAlbums::MOST)),
            offset: asked.offset,
        };
        self.store.read(move |catalog| catalog.find(&query)).await
    }
}

/// What a catalogue says of albums in a line each; those that it does not know any more are left out.
pub fn lines(catalog: &Catalog, ids: Vec<AlbumId>) -> Result<Vec<AlbumLine>, CatalogError> {
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        lines.extend(catalog.album(id)?.as_ref().map(AlbumLine::from));
    }
    Ok(lines)
}

impl Serve<ReadAlbum> for AppState {
    async fn serve(&self, ReadAlbum { id }: ReadAlbum) -> Result<AlbumDetail, Problem> {
        let present = self.maps.present().ok();
        let shared = self.clone();
        let read = move |catalog: &Catalog| {
            let album = catalog.album(id)?.ok_or_else(|| no_album(id))?;
            let mut detail = AlbumDetail {
                title: album.display_title(),
                neighbours: Vec::new(),
                palette: Vec::new(),
                opinion: present.as_ref().map_or_else(Vec::new, |map| map.opinion(id)),
                edit: catalog.edit_of(id)?,
                album,
            };
            if let Some(map) = present.filter(|map| map.index(id).is_some()) {
                let atlas = exploring::atlas(&shared, catalog, &map)?;
                detail.neighbours = exploring::neighbours(catalog, &atlas, &Mixture::USUAL, id)?;
            }
            if let Some(cover) = &detail.album.cover
                && let Some(derived) = catalog.derived(cover)?
            {
                detail.palette =
                    derived.palette.iter().map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")).collect();
            }
            Ok::<_, Problem>(detail)
        };
        self.store.read(read).await
    }
}

impl Serve<FindNearest> for AppState {
    async fn serve(&self, FindNearest { id, n }: FindNearest) -> Result<Nearest, Problem> {
        let map = self.maps.present()?;
        let Some(centre) = map.index(id) else { return Err(why_not_on_map(self, id).await) };
        let name = move |map: &Built, i: u32| AlbumId(map.columns.id[i as usize]);
        let (order, edges) = map.nearest(centre, n as usize);
        let edges = edges
            .into_iter()
            .map(|(a, b, similarity)| Edge { a: name(&map, a), b: name(&map, b), similarity })
            .collect();
        let ids: Vec<_> = order.into_iter().map(|i| name(&map, i)).collect();
        let albums = self.store.read(move |catalog| lines(catalog, ids)).await?;
        Ok(Nearest { centre: id, albums, edges })
    }
}

/// There is no such album, or it is not on the map yet.
async fn why_not_on_map(state: &AppState, id: AlbumId) -> Problem {
    match state.store.read(move |catalog| catalog.album(id)).await {
        Ok(None) => no_album(id),
        Ok(Some(_)) => not_on_map(id),
        Err(problem) => problem,
    }
}

impl Serve<FindNeighbours> for AppState {
    async fn serve(&self, FindNeighbours { id, mix }: FindNeighbours) -> Result<Neighbours, Problem> {
        if self.maps.present()?.index(id).is_none() {
            return Err(why_not_on_map(self, id).await);
        }
        let mixture = exploring::checked(&mix)?;
        let ask = move |catalog: &_, atlas: &_| exploring::neighbours(catalog, atlas, &mixture, id);
        Ok(Neighbours { albums: exploring::explore(self, None, ask).await? })
    }
}

impl Serve<ListSurprises> for AppState {
    async fn serve(&self, ListSurprises { limit }: ListSurprises) -> Result<Surprises, Problem> {
        let map = self.maps.present()?;
        let surprises = self.store.read(move |catalog| surprising(catalog, &map, limit)).await?;
        Ok(Surprises { surprises })
    }
}

fn surprising(catalog: &Catalog, map: &Built, limit: u32) -> Result<Vec<Surprise>, CatalogError> {
    let albums: BTreeMap<AlbumId, Album> =
        catalog.albums()?.into_iter().map(|album| (album.id, album)).collect();
    let found = map.surprises(|id| albums.get(&id).and_then(|album| album.genre.clone()));
    let line = |(id, looks_like, likely, tagged)| {
        Some(Surprise { album: AlbumLine::from(albums.get(&id)?), looks_like, likely, tagged })
    };
    Ok(found.into_iter().filter_map(line).take(limit.min(ListSurprises::MOST) as usize).collect())
}
