//! What the pages remember together while one walks about: chosen albums, what is lit on the map, what is being
//! made. It lives as long as the page is open.

use crate::api::{self, Beginning};
use crate::chosen::{Choices, Chosen};
use crate::filter::Filter;
use crate::map::{MapData, Size, Tint};
use gatefold::album::AlbumId;
use gatefold::map::{Layout, NO_GENRE};
use gatefold::mixture::Mixture;
use gatefold::operations::Generate;
use gatefold::recipe::{Kind, Parent, Recipe};
use gatefold::report::AlbumLine;
use gatefold::wire::Journeys;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Albums that a link to the map may name (`/?select=…`): longer addresses are cut off on their way.
pub const MOST_LINKED: usize = 200;

/// Why some albums are lit and the others faded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lit {
    /// They are of one genre.
    Genre(String),
    /// They answer a search.
    Search(String),
    /// They are the nearest of one album.
    Nearest(AlbumId, usize),
    /// They are most like the chosen ones.
    Like,
    /// They lie on the way from one album to another.
    Journey,
    /// They pass the filter.
    Filter,
    /// They are the neighbourhood of that name.
    Neighbourhood(String),
    /// They look most like a picture.
    Picture,
    /// They were named by the link that was followed.
    Link,
}

/// The shared state. Copies are the same state.
#[derive(Clone, Copy)]
pub struct Explore {
    /// Chosen albums, in the order in which they were chosen.
    pub selected: RwSignal<Vec<AlbumId>>,
    /// Weights that are not 1.
    pub weights: RwSignal<HashMap<AlbumId, f32>>,
    /// What was chosen before.
    pub choices: RwSignal<Choices>,
    /// The albums that are lit; `None` when all are.
    pub highlight: RwSignal<Option<Vec<AlbumId>>>,
    reason: RwSignal<Option<Lit>>,
    /// Where the map should fly as soon as it can.
    pub go_to: RwSignal<Option<AlbumId>>,
    /// The cover that is being made, or was just made; `None` when nobody looks.
    pub making: RwSignal<Option<Recipe>>,
    /// Asks for it.
    pub generate: Beginning<Generate>,
    /// The map's albums, once the browser has them.
    pub data: RwSignal<Option<Arc<MapData>>>,
    /// What the map's frames show.
    pub tint: RwSignal<Tint>,
    /// What the map's covers are sized by.
    pub size: RwSignal<Size>,
    /// What albums must be to be lit.
    pub filter: RwSignal<Filter>,
    /// Ways from one album to another that are looked at.
    pub journeys: RwSignal<Option<Journeys>>,
    /// How the map's albums are laid out.
    pub layout: RwSignal<Layout>,
    /// What the map's neighbours are made of.
    pub mixture: RwSignal<Mixture>,
    /// Whether the list stands beside the map.
    pub list: RwSignal<bool>,
    known: RwSignal<HashMap<AlbumId, AlbumLine>>,
}

impl Explore {
    /// Nothing chosen, nothing lit.
    pub fn new() -> Self {
        Self {
            selected: RwSignal::default(),
            weights: RwSignal::default(),
            choices: RwSignal::new(Choices::new(Chosen::default())),
            highlight: RwSignal::default(),
            reason: RwSignal::default(),
            go_to: RwSignal::default(),
            making: RwSignal::default(),
            generate: api::beginning(),
            data: RwSignal::default(),
            tint: RwSignal::default(),
            size: RwSignal::default(),
            filter: RwSignal::default(),
            journeys: RwSignal::default(),
            layout: RwSignal::default(),
            mixture: RwSignal::new(Mixture::USUAL),
            list: RwSignal::new(false),
            known: RwSignal::default(),
        }
    }

    /// The one of this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Remembers what an answer said of albums.
    pub fn remember<'a>(&self, lines: impl IntoIterator<Item = &'a AlbumLine>) {
        self.known.update(|known| known.extend(lines.into_iter().map(|line| (line.id, line.clone()))));
    }

    /// What is known here of an album, without asking the server.
    pub fn line(&self, id: AlbumId) -> Option<AlbumLine> {
        if let Some(line) = self.known.with(|known| known.get(&id).cloned()) {
            return Some(line);
        }
        self.data.with(|data| line_of(data.as_deref()?, id))
    }

    /// The genre that an album's cover looks like, where that is not its own.
    pub fn looks_like(&self, id: AlbumId) -> Option<String> {
        self.data.with(|data| {
            let data = data.as_deref()?;
            data.doubt(data.index(id)?).map(|(name, _)| name.to_owned())
        })
    }

    /// The number of an album's neighbourhood, where frames show it and it is known.
    pub fn neighbourhood(&self, id: AlbumId) -> Option<u32> {
        if self.tint.get() != Tint::Neighbourhood {
            return None;
        }
        self.data.with(|data| {
            let data = data.as_deref()?;
            data.neighbourhoods()?.get(data.index(id)? as usize).copied()
        })
    }

    /// Chooses an album, or no longer.
    pub fn toggle(&self, id: AlbumId) {
        self.selected.update(|selected| match selected.iter().position(|other| *other == id) {
            Some(place) => {
                selected.remove(place);
            }
            None => selected.push(id),
        });
    }

    /// Chooses these albums and no others, and lights them.
    pub fn choose(&self, albums: Vec<AlbumId>) {
        self.light(Lit::Link, albums.clone());
        self.selected.set(albums);
    }

    /// Whether an album is chosen.
    pub fn is_selected(&self, id: AlbumId) -> bool {
        self.selected.with(|selected| selected.contains(&id))
    }

    /// An album's weight in an average.
    pub fn weight(&self, id: AlbumId) -> f32 {
        self.weights.with(|weights| weights.get(&id).copied().unwrap_or(1.0))
    }

    /// Lights albums, fades the others.
    pub fn light(&self, reason: Lit, albums: Vec<AlbumId>) {
        self.reason.set(Some(reason));
        self.highlight.set(Some(albums));
    }

    /// Lights a genre whose albums were not known when it was asked for.
    pub fn light_again(&self) {
        if let Some(Lit::Genre(name)) = self.reason.get_untracked()
            && self.highlight.with_untracked(|lit| lit.as_ref().is_some_and(Vec::is_empty))
        {
            self.highlight.set(Some(self.of_genre(&name)));
        }
    }

    /// Lights everything again.
    pub fn unlight(&self) {
        self.reason.set(None);
        self.highlight.set(None);
    }

    /// Why albums are lit; `None` when all are. (The map takes the light away by itself on Escape.)
    pub fn lit(&self) -> Option<Lit> {
        if self.highlight.with(Option::is_none) { None } else { self.reason.get() }
    }

    /// The same, without following it.
    pub fn lit_untracked(&self) -> Option<Lit> {
        if self.highlight.with_untracked(Option::is_none) { None } else { self.reason.get_untracked() }
    }

    /// Albums of a genre, as far as the map's albums have come.
    pub fn of_genre(&self, name: &str) -> Vec<AlbumId> {
        self.data.with_untracked(|data| {
            let Some(data) = data else { return Vec::new() };
            let number = data.manifest.genres.iter().position(|genre| genre == name);
            let Some(number) = number.filter(|number| *number < usize::from(NO_GENRE)) else {
                return Vec::new();
            };
            let columns = &data.columns;
            let of_it = columns.id.iter().zip(&columns.genre).filter(|(_, g)| usize::from(**g) == number);
            of_it.map(|(id, _)| AlbumId(*id)).collect()
        })
    }

    /// Albums of an artist, as far as the map's names have come.
    pub fn of_artist(&self, name: &str) -> Vec<AlbumId> {
        self.albums_where(|data, i| data.artist(i) == Some(name))
    }

    /// Albums of these years, both included, as far as the map's albums have come.
    pub fn of_years(&self, from: i16, to: i16) -> Vec<AlbumId> {
        self.albums_where(|data, i| data.year(i).is_some_and(|year| (from..=to).contains(&year)))
    }

    /// Albums of which something is so, as far as the map's albums have come; the function is given their number in the
    /// columns.
    pub fn albums_where(&self, is_so: impl Fn(&MapData, u32) -> bool) -> Vec<AlbumId> {
        self.data.with_untracked(|data| {
            let Some(data) = data else { return Vec::new() };
            (0..data.len() as u32).filter(|i| is_so(data, *i)).filter_map(|i| data.id(i)).collect()
        })
    }

    /// Has a cover made, and shows how that goes.
    pub fn make(&self, recipe: Recipe) {
        self.making.set(Some(recipe.clone()));
        self.generate.dispatch(Generate { recipe });
    }

    /// The recipe that the chosen albums and their weights give.
    pub fn recipe(&self, kind: Kind, seed: u64) -> Recipe {
        let parents = match kind {
            Kind::Sample => Vec::new(),
            _ => self.selected.get_untracked(),
        };
        let weight = |id| match kind {
            Kind::Average => self.weights.with_untracked(|w| w.get(&id).copied().unwrap_or(1.0)),
            _ => 1.0,
        };
        let parents = parents.into_iter().map(|id| Parent { id, weight: weight(id) }).collect();
        Recipe { seed, ..Recipe::new(kind, parents) }
    }
}

/// An album as the map knows it.
fn line_of(data: &MapData, id: AlbumId) -> Option<AlbumLine> {
    let index = data.index(id)?;
    let title = data.title(index)?.to_owned();
    Some(AlbumLine {
        id,
        artist: data.artist(index).map(str::to_owned),
        album: Some(title.clone()),
        genre: data.genre_name(index).and_then(gatefold::album::Genre::new),
        year: data.year(index).map(i32::from),
        title,
        has_cover: data.slot(index).is_some(),
    })
}
