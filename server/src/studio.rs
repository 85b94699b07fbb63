//! What the studio asks besides new covers: previews while a slider moves, whether a result comes too near to a real
//! cover, and what people think of it.

use crate::generating::{self, Parent};
use crate::jobs::JobHandle;
use crate::pictures::{self, Format};
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use crate::{compass, queries};
use gatefold::album::CoverHash;
use gatefold::catalog::{Catalog, CatalogError};
use gatefold::models::Order;
use gatefold::near_duplicates::Look;
use gatefold::recipe::Recipe;
use gatefold::report::AlbumLine;
use gatefold::resemblance::Resemblance;
use gatefold::wire::{Generated, RatedKind, Resembles};
use image::RgbImage;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Decoded covers that are remembered; one at 128 pixels takes 48 kB.
const REMEMBERED: usize = 512;
/// How long an asker whose preview found no place may wait before asking again.
const RETRY_S: u32 = 1;

/// Covers decoded lately, by name and size.
#[derive(Default)]
pub struct Decoded {
    covers: Mutex<HashMap<(CoverHash, u32), Arc<RgbImage>>>,
}

impl Decoded {
    /// The parents' covers at the model's size, as [`generating::decode`] gives them.
    ///
    /// # Errors
    /// When a cover cannot be decoded any more.
    pub fn get(&self, catalog: &Catalog, parents: &[Parent], size: u32) -> Result<Vec<RgbImage>, Problem> {
        let mut all = Vec::with_capacity(parents.len());
        for parent in parents {
            let name = (parent.cover.clone(), size);
            let there = self.covers.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
            let cover = match there {
                Some(cover) => cover,
                None => {
                    let decoded = generating::decode(catalog, std::slice::from_ref(parent), size)?;
                    let Some(cover) = decoded.into_iter().next().map(Arc::new) else { continue };
                    let mut covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
                    if covers.len() >= REMEMBERED {
                        covers.clear();
                    }
                    covers.insert(name, cover.clone());
                    cover
                }
            };
            all.push(RgbImage::clone(&cover));
        }
        Ok(all)
    }
}

/// Makes a recipe's first picture at once and keeps nothing: JPEG. Whoever goes away meanwhile gets nothing made.
///
/// # Errors
/// When the recipe cannot be made, and [`Problem::Busy`] when the model has enough to do.
pub async fn preview(state: &AppState, recipe: Recipe) -> Result<Vec<u8>, Problem> {
    let model = state.model()?;
    let about = model.about().clone();
    let mut recipe = generating::complete(recipe, &about.info)?;
    // Of a strip the middle says most.
    recipe.steps = recipe.steps.min(3);
    let place =
        model.reserve().map_err(|e| Problem::Busy { sentence: e.to_string(), retry_after_s: RETRY_S })?;
    let shared = state.clone();
    let order = state
        .store
        .read(move |catalog| {
            let parents = generating::parents(catalog, &recipe)?;
            let wishes =
                compass::of_recipe(&shared.compasses, catalog, about.conditioner.as_deref(), &recipe)?;
            let covers = shared.decoded.get(catalog, &parents, about.size)?;
            Ok::<_, Problem>(Order { recipe, parents: covers, attributes: wishes })
        })
        .await?;
    let job = Arc::new(JobHandle::unlisted());
    let frames = model.make(place, order, job).await?;
    blocking(move || {
        let frame =
            frames.get(frames.len() / 2).ok_or_else(|| Problem::Internal("no picture came".to_owned()))?;
        pictures::encode(frame, Format::Jpeg).map_err(|e| Problem::Internal(e.to_string()))
    })
    .await
}

/// A build's covers, ready to be compared with.
struct Compared {
    build: String,
    albums: Vec<AlbumLine>,
    resemblance: Resemblance,
}

impl Compared {
    fn read(catalog: &Catalog, build: String) -> Result<Self, CatalogError> {
        let albums: Vec<_> = catalog.albums()?.into_iter().filter(|album| album.cover.is_some()).collect();
        let hashes: Vec<_> = albums.iter().filter_map(|album| album.cover.clone()).collect();
        let derived = catalog.derived_many(&hashes)?;
        let both: Vec<_> = albums.iter().zip(&derived).filter_map(|(a, d)| Some((a, d.as_ref()?))).collect();
        let looks: Vec<Look<'_>> =
            both.iter().map(|(_, d)| Look { dhash: d.dhash, pixels: &d.pixels }).collect();
        Ok(Self {
            build,
            resemblance: Resemblance::of(&looks),
            albums: both.iter().map(|(album, _)| AlbumLine::from(*album)).collect(),
        })
    }

    fn nearest(&self, picture: &RgbImage) -> Option<Resembles> {
        let found = self.resemblance.nearest(picture)?;
        let album = self.albums.get(found.index)?.clone();
        Some(Resembles { album, similarity: found.similarity, too_near: found.too_near })
    }
}

/// The real cover of a catalogue that a picture resembles most; none in a catalogue without covers.
///
/// # Errors
/// The catalogue's.
pub fn nearest(catalog: &Catalog, picture: &RgbImage) -> Result<Option<Resembles>, CatalogError> {
    Ok(Compared::read(catalog, String::new())?.nearest(picture))
}

/// The present build's covers, ready to be compared with; made when first asked for.
#[derive(Default)]
pub struct Resemblances {
    of_build: Mutex<Option<Arc<Compared>>>,
}

impl Resemblances {
    fn get(&self, catalog: &Catalog) -> Result<Arc<Compared>, Problem> {
        let build = catalog.meta(gatefold::pipeline::CURRENT)?.unwrap_or_default();
        // Held meanwhile, so that two who ask at once do not make the same twice.
        let mut of_build = self.of_build.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compared) = of_build.as_ref().filter(|compared| compared.build == build) {
            return Ok(compared.clone());
        }
        let compared = Arc::new(Compared::read(catalog, build)?);
        *of_build = Some(compared.clone());
        Ok(compared)
    }
}

/// The real cover that a generated one resembles most; none in a catalogue without covers.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such generated cover.
pub async fn resembles(state: &AppState, id: String) -> Result<Option<Resembles>, Problem> {
    let generated = queries::generated(state, id).await?;
    let shared = state.clone();
    state
        .store
        .read(move |catalog| {
            let frame = generated.frames / 2;
            let png = catalog.generated_png(&generated.id, if generated.frames == 1 { 0 } else { frame })?;
            let png = png.ok_or_else(|| Problem::Gone("its picture is gone: make it again".to_owned()))?;
            let picture = pictures::from_png(&png).map_err(|e| Problem::Internal(e.to_string()))?;
            Ok::<_, Problem>(shared.resemblances.get(catalog)?.nearest(&picture))
        })
        .await
}

/// Keeps what somebody thinks of a generated cover, 1 to 5, or forgets it.
///
/// # Errors
/// [`Problem::Unacceptable`] for other numbers, [`Problem::NotFound`] when there is no such cover.
pub async fn rate(state: &AppState, id: String, stars: Option<u8>) -> Result<Generated, Problem> {
    if stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(Problem::Unacceptable("a rating is a number from 1 to 5, or null for none".to_owned()));
    }
    let named = id.clone();
    let known = state.store.keep(move |catalog| catalog.rate_generated(&named, stars)).await?;
    if !known {
        return Err(Problem::NotFound(format!("there is no generated cover “{id}”")));
    }
    queries::generated(state, id).await
}

/// What people think of each kind of recipe.
///
/// # Errors
/// The catalogue's.
pub async fn ratings(state: &AppState) -> Result<Vec<RatedKind>, Problem> {
    state.store.read(|catalog| catalog.ratings()).await
}
