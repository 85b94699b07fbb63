//! The studio: previews while a slider moves, covers that were made, whether one comes too near to a real cover, and what people
//! think of it.

use super::{Serve, attributes, generating};
use crate::jobs::JobHandle;
use crate::pictures::{self, Format};
use crate::problem::Problem;
use crate::problem::missing::no_generated;
use crate::resembling::Compared;
use crate::state::AppState;
use crate::store::blocking;
use gatefold::catalog::Catalog;
use gatefold::models::Order;
use gatefold::operations::{
    Generate, ListGenerated, ListRatings, RateGenerated, ReadGenerated, ReadResemblance,
};
use gatefold::recipe::Recipe;
use gatefold::wire::{Generated, GeneratedCovers, Job, Ratings, Resemblance};
use std::sync::Arc;

/// Generated covers of one answer.
const LISTED: u32 = 500;
/// How long an asker whose preview found no place may wait before asking again.
const RETRY_S: u32 = 1;

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
            let cache = &shared.caches.attributes;
            let wishes = attributes::of_recipe(cache, catalog, about.conditioner.as_deref(), &recipe)?;
            let covers = generating::decoded(&shared, catalog, &parents, about.size)?;
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

impl Serve<Generate> for AppState {
    async fn serve(&self, Generate { recipe }: Generate) -> Result<Job, Problem> {
        Ok(generating::generate(self, recipe).await?.job())
    }
}

impl Serve<ListGenerated> for AppState {
    async fn serve(&self, _: ListGenerated) -> Result<GeneratedCovers, Problem> {
        let generated = self.store.read(|catalog| catalog.generated_list(LISTED)).await?;
        Ok(GeneratedCovers { generated })
    }
}

impl Serve<ReadGenerated> for AppState {
    async fn serve(&self, ReadGenerated { id }: ReadGenerated) -> Result<Generated, Problem> {
        generated(self, id).await
    }
}

/// The generated cover of that name.
///
/// # Errors
/// [`Problem::Unknown`], and the catalogue's.
pub async fn generated(state: &AppState, id: String) -> Result<Generated, Problem> {
    let name = id.clone();
    let found = state.store.read(move |catalog| catalog.generated(&id)).await?;
    found.ok_or_else(|| no_generated(&name))
}

impl Serve<RateGenerated> for AppState {
    async fn serve(&self, RateGenerated { id, stars }: RateGenerated) -> Result<Generated, Problem> {
        let named = id.clone();
        let known = self.store.keep(move |catalog| catalog.rate_generated(&named, stars)).await?;
        if known { generated(self, id).await } else { Err(no_generated(&id)) }
    }
}

impl Serve<ReadResemblance> for AppState {
    async fn serve(&self, ReadResemblance { id }: ReadResemblance) -> Result<Resemblance, Problem> {
        let generated = generated(self, id).await?;
        let shared = self.clone();
        let read = move |catalog: &Catalog| {
            let frame = generated.frames / 2;
            let png = catalog.generated_png(&generated.id, if generated.frames == 1 { 0 } else { frame })?;
            let png = png.ok_or_else(|| Problem::Gone("its picture is gone: make it again".to_owned()))?;
            let picture = pictures::from_png(&png).map_err(|e| Problem::Internal(e.to_string()))?;
            let build = catalog.meta(gatefold::pipeline::CURRENT)?.unwrap_or_default();
            let compared = shared.caches.compared.get(&build, || Compared::read(catalog))?;
            Ok::<_, Problem>(Resemblance { resembles: compared.nearest(&picture) })
        };
        self.store.read(read).await
    }
}

impl Serve<ListRatings> for AppState {
    async fn serve(&self, _: ListRatings) -> Result<Ratings, Problem> {
        Ok(Ratings { ratings: self.store.read(Catalog::ratings).await? })
    }
}
