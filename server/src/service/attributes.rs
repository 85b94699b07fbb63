//! Attribute vectors: what “more jazz” or “darker” mean in a catalogue, read from its covers once per build, when a recipe first
//! asks for one.

use super::Serve;
use crate::caches::PerBuild;
use crate::problem::Problem;
use crate::state::AppState;
use gatefold::catalog::Catalog;
use gatefold::cover;
use gatefold::models::ModelError;
use gatefold::models::attributes::{AttributeExample, AttributeVectors};
use gatefold::models::latent_flow::Conditioner;
use gatefold::operations::ListAttributes;
use gatefold::pipeline::Built;
use gatefold::recipe::Recipe;
use gatefold::wire::Attributes;
use std::sync::Arc;

/// Covers that are asked; more say the same and take longer.
const MOST: usize = 3000;

/// Those of the present build. Takes seconds the first time: not for tokio's workers.
fn present(
    cache: &PerBuild<AttributeVectors>,
    catalog: &Catalog,
    conditioner: &Conditioner,
) -> Result<Arc<AttributeVectors>, Problem> {
    let build = catalog.meta(gatefold::pipeline::CURRENT)?.unwrap_or_default();
    cache.get(&build, || read(catalog, conditioner))
}

/// Reads a catalogue's attribute vectors.
///
/// # Errors
/// When its files cannot be read.
pub fn read(catalog: &Catalog, conditioner: &Conditioner) -> Result<AttributeVectors, Problem> {
    let built = Built::open(catalog)?;
    let albums: Vec<_> = catalog.albums()?.into_iter().filter(|album| album.cover.is_some()).collect();
    let every = albums.len().div_ceil(MOST).max(1);
    let some: Vec<_> = albums.into_iter().step_by(every).collect();
    let hashes: Vec<_> = some.iter().filter_map(|album| album.cover.clone()).collect();
    let mut examples = Vec::with_capacity(some.len());
    for (album, derived) in some.into_iter().zip(catalog.derived_many(&hashes)?) {
        // A cover that could not be read was reported at import.
        let Some(derived) = derived else { continue };
        let Ok(cover) = cover::decode(&derived.thumbnail, cover::THUMBNAIL_SIDE) else { continue };
        let opinion = built.as_ref().map(|built| built.opinion(album.id)).unwrap_or_default();
        examples.push(AttributeExample {
            cover,
            genre: album.genre.map(|genre| genre.as_str().to_owned()),
            year: album.year,
            opinion: opinion.into_iter().map(|(genre, likely)| (genre.as_str().to_owned(), likely)).collect(),
        });
    }
    Ok(AttributeVectors::of(conditioner, &examples)?)
}

/// What a recipe's wishes stand for in this catalogue.
///
/// # Errors
/// [`Problem::Unacceptable`] when the model understands no wishes, or a wish has no meaning here.
pub fn of_recipe(
    cache: &PerBuild<AttributeVectors>,
    catalog: &Catalog,
    conditioner: Option<&Conditioner>,
    recipe: &Recipe,
) -> Result<Vec<Vec<f32>>, Problem> {
    match (recipe.towards.is_empty(), conditioner) {
        (true, _) => Ok(Vec::new()),
        (false, None) => Err(ModelError::NoAttributes.into()),
        (false, Some(conditioner)) => directions(&*present(cache, catalog, conditioner)?, recipe),
    }
}

impl Serve<ListAttributes> for AppState {
    async fn serve(&self, _: ListAttributes) -> Result<Attributes, Problem> {
        let Some(conditioner) = self.model()?.about().conditioner.clone() else {
            return Ok(Attributes::default());
        };
        let shared = self.clone();
        let read = move |catalog: &Catalog| present(&shared.caches.attributes, catalog, &conditioner);
        Ok(Attributes { attributes: self.store.read(read).await?.names() })
    }
}

/// The change of condition that each of a recipe's wishes stands for.
///
/// # Errors
/// [`Problem::Unacceptable`] with all that can be wished for, when something else is.
pub fn directions(vectors: &AttributeVectors, recipe: &Recipe) -> Result<Vec<Vec<f32>>, Problem> {
    let direction = |what: &str| -> Result<Vec<f32>, Problem> { Ok(vectors.direction(what)?) };
    recipe.towards.iter().map(|wish| direction(&wish.what)).collect()
}
