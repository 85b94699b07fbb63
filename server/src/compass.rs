//! What wishes (“more jazz”, “darker”) mean in a catalogue; read from its covers once per build, when the first wish
//! comes.

use crate::problem::Problem;
use crate::state::AppState;
use gatefold::catalog::Catalog;
use gatefold::cover;
use gatefold::models::ModelError;
use gatefold::models::attributes::{AttributeExample, AttributeVectors};
use gatefold::models::latent_flow::Conditioner;
use gatefold::pipeline::Built;
use gatefold::recipe::Recipe;
use std::sync::{Arc, Mutex, PoisonError};

/// Covers that are asked; more say the same and take longer.
const MOST: usize = 3000;

/// The compass of the present build.
#[derive(Default)]
pub struct Compasses {
    of_build: Mutex<Option<(String, Arc<AttributeVectors>)>>,
}

impl Compasses {
    /// Reads it, or finds it read already. Takes seconds the first time: not for tokio's workers.
    ///
    /// # Errors
    /// When the catalogue's files cannot be read.
    pub fn get(
        &self,
        catalog: &Catalog,
        conditioner: &Conditioner,
    ) -> Result<Arc<AttributeVectors>, Problem> {
        let build = catalog.meta(gatefold::pipeline::CURRENT)?.unwrap_or_default();
        // Held meanwhile, so that two who wish at once do not read the same twice.
        let mut of_build = self.of_build.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, compass)) = of_build.as_ref().filter(|(of, _)| *of == build) {
            tracing::debug!(build = of, "the compass is there");
            return Ok(compass.clone());
        }
        let compass = Arc::new(read(catalog, conditioner)?);
        *of_build = Some((build, compass.clone()));
        Ok(compass)
    }
}

/// Reads a catalogue's compass.
///
/// # Errors
/// When its files cannot be read.
pub fn read(catalog: &Catalog, conditioner: &Conditioner) -> Result<AttributeVectors, Problem> {
    let built = Built::open(catalog).map_err(|e| Problem::Internal(e.to_string()))?;
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
    AttributeVectors::of(conditioner, &examples).map_err(|e| Problem::Internal(e.to_string()))
}

/// What a recipe's wishes stand for in this catalogue.
///
/// # Errors
/// [`Problem::Unacceptable`] when the model understands no wishes, or a wish has no meaning here.
pub fn of_recipe(
    compasses: &Compasses,
    catalog: &Catalog,
    conditioner: Option<&Conditioner>,
    recipe: &Recipe,
) -> Result<Vec<Vec<f32>>, Problem> {
    match (recipe.towards.is_empty(), conditioner) {
        (true, _) => Ok(Vec::new()),
        (false, None) => Err(Problem::Unacceptable(ModelError::NoAttributes.to_string())),
        (false, Some(conditioner)) => directions(&*compasses.get(catalog, conditioner)?, recipe),
    }
}

/// What can be wished for; nothing where the model understands no wishes.
///
/// # Errors
/// When the catalogue's files cannot be read.
pub async fn names(state: &AppState) -> Result<Vec<String>, Problem> {
    let Some(conditioner) = state.model()?.about().conditioner.clone() else { return Ok(Vec::new()) };
    let shared = state.clone();
    state
        .store
        .read(move |catalog| Ok::<_, Problem>(shared.compasses.get(catalog, &conditioner)?.names()))
        .await
}

/// The change of condition that each of a recipe's wishes stands for.
///
/// # Errors
/// [`Problem::Unacceptable`] with all that can be wished for, when something else is.
pub fn directions(compass: &AttributeVectors, recipe: &Recipe) -> Result<Vec<Vec<f32>>, Problem> {
    let direction = |what: &str| compass.direction(what).map_err(|e| Problem::Unacceptable(e.to_string()));
    recipe.towards.iter().map(|wish| direction(&wish.what)).collect()
}
