//! Generation: from a recipe to a cover that is kept. It is checked, looked for, its parents are decoded, it is made and written
//! down. The command line shares the first steps.

use super::attributes;
use crate::jobs::JobHandle;
use crate::model_thread::{About, MakeError, Place};
use crate::pictures::{self, Format};
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use gatefold::album::CoverHash;
use gatefold::catalog::Catalog;
use gatefold::models::{Generator, ModelError, Order};
use gatefold::progress::Progress;
use gatefold::recipe::{Kind, Recipe};
use gatefold::report::{AlbumLine, ModelInfo};
use gatefold::wire::{Generated, JobState, Outcome};
use image::RgbImage;
use std::sync::Arc;
use std::time::Instant;

/// Parents beyond this are a mistake: their mean no longer depends on any of them.
pub const MOST_PARENTS: usize = 256;

/// How a recipe names its model.
pub fn model_name(info: &ModelInfo) -> String {
    format!("{}:{}", info.name, info.hash)
}

/// Checks a recipe and writes into it what it leaves open: the model, and the steps where they mean nothing.
///
/// # Errors
/// [`Problem::Unacceptable`] with the recipe's own sentence, or when another model made it.
pub fn complete(mut recipe: Recipe, info: &ModelInfo) -> Result<Recipe, Problem> {
    recipe.check().map_err(|e| Problem::Unacceptable(e.to_string()))?;
    if recipe.parents.len() > MOST_PARENTS {
        let n = recipe.parents.len();
        return Err(Problem::Unacceptable(format!("at most {MOST_PARENTS} albums can be mixed, not {n}")));
    }
    let ours = model_name(info);
    if !recipe.model.is_empty() && recipe.model != ours && recipe.model != info.hash {
        return Err(Problem::Unacceptable(format!(
            "this recipe was made by the model {}, and here is {ours}: leave the model out to use this one",
            recipe.model
        )));
    }
    recipe.model = ours;
    if !matches!(recipe.kind, Kind::Interpolate | Kind::Walk) {
        // One name for one picture, whatever a page sent along.
        recipe.steps = 9;
    }
    Ok(recipe)
}

/// A parent as the catalogue knows it.
#[derive(Clone, Debug)]
pub struct Parent {
    /// For people.
    pub line: AlbumLine,
    /// Its cover.
    pub cover: CoverHash,
}

/// The recipe's parents, in its order.
///
/// # Errors
/// [`Problem::Unacceptable`] when one is not in the catalogue, or has no cover.
pub fn parents(catalog: &Catalog, recipe: &Recipe) -> Result<Vec<Parent>, Problem> {
    let find = |parent: &gatefold::recipe::Parent| {
        let id = parent.id;
        let album = catalog.album(id)?.ok_or_else(|| {
            Problem::Unacceptable(format!(
                "album {id} is not in this catalogue: `gatefold albums` lists those that are"
            ))
        })?;
        let line = AlbumLine::from(&album);
        let cover = album.cover.ok_or_else(|| {
            Problem::Unacceptable(format!("“{}” ({id}) has no cover: choose another album", line.title))
        })?;
        Ok(Parent { line, cover })
    };
    recipe.parents.iter().map(find).collect()
}

/// A generated cover's name: sixteen hexadecimal digits of the hash of its completed recipe, of its parents' covers and
/// of what its wishes mean, so that a cover replaced by a later import gives a new name and not the old picture.
pub fn name(recipe: &Recipe, parents: &[Parent], wishes: &[Vec<f32>]) -> Result<String, Problem> {
    let json = serde_json::to_vec(recipe).map_err(|e| Problem::Internal(e.to_string()))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&json);
    for parent in parents {
        hasher.update(parent.cover.0.as_bytes());
    }
    // A wish means something else when other covers came.
    for number in wishes.iter().flatten() {
        hasher.update(&number.to_le_bytes());
    }
    Ok(hasher.finalize().to_hex()[..16].to_owned())
}

impl From<MakeError> for Problem {
    fn from(error: MakeError) -> Self {
        let sentence = error.to_string();
        match error {
            MakeError::Full => Self::Busy { sentence, retry_after_s: 5 },
            MakeError::Cancelled => Self::Gone(sentence),
            MakeError::Lost => Self::Internal(sentence),
            MakeError::Model(error) => error.into(),
        }
    }
}

/// Decodes the parents' covers at the model's size. Takes milliseconds per cover.
///
/// # Errors
/// [`Problem::Internal`] when a cover cannot be decoded any more: when it was imported it could.
pub fn decode(catalog: &Catalog, parents: &[Parent], size: u32) -> Result<Vec<RgbImage>, Problem> {
    let decode = |parent: &Parent| {
        let bytes = catalog.cover(&parent.cover)?;
        gatefold::cover::decode(&bytes, size).map_err(|e| {
            Problem::Internal(format!("the cover of “{}” cannot be used: {e}", parent.line.title))
        })
    };
    parents.iter().map(decode).collect()
}

/// The same, of a running server: covers that were decoded lately are remembered.
///
/// # Errors
/// As [`decode`].
pub fn decoded(
    state: &AppState,
    catalog: &Catalog,
    parents: &[Parent],
    size: u32,
) -> Result<Vec<RgbImage>, Problem> {
    let one = |parent: &Parent| {
        let name = (parent.cover.clone(), size);
        let make = || {
            let covers = decode(catalog, std::slice::from_ref(parent), size)?;
            let none = || Problem::Internal("a cover came to nothing".to_owned());
            covers.into_iter().next().map(Arc::new).ok_or_else(none)
        };
        state.caches.decoded.get_or_insert_with(&name, make).map(|cover| RgbImage::clone(&cover))
    };
    parents.iter().map(one).collect()
}

/// Has a recipe made in the background. The same recipe is made once: who asks again gets the picture that is
/// there, or joins the job that is under way.
///
/// # Errors
/// When the recipe cannot be made, and [`Problem::Busy`] when the model has enough to do.
pub async fn generate(state: &AppState, recipe: Recipe) -> Result<Arc<JobHandle>, Problem> {
    let model = state.model()?;
    let recipe = complete(recipe, &model.about().info)?;
    let store = state.store.clone();
    blocking(move || store.may_change()).await?;
    let (shared, conditioner) = (state.clone(), model.about().conditioner.clone());
    let (plan, there) = state
        .store
        .read(move |catalog| {
            let parents = parents(catalog, &recipe)?;
            let cache = &shared.caches.attributes;
            let wishes = attributes::of_recipe(cache, catalog, conditioner.as_deref(), &recipe)?;
            let id = name(&recipe, &parents, &wishes)?;
            let there = catalog.generated(&id)?;
            Ok::<_, Problem>((Plan { recipe, parents, wishes, id }, there))
        })
        .await?;
    if let Some(generated) = there {
        return Ok(state.jobs.done_already(Outcome::Generated(generated)));
    }
    // Who joins needs no place in the queue.
    if let Some(job) = state.jobs.under_way(&plan.id) {
        return Ok(job);
    }
    let place = model.reserve()?;
    let (job, is_new) = state.jobs.start_or_join(&plan.id);
    if is_new {
        let (state, job) = (state.clone(), job.clone());
        tokio::spawn(async move {
            let made = make(&state, &job, place, plan).await;
            job.finish(match made {
                Ok(generated) => JobState::Done { outcome: Outcome::Generated(generated) },
                Err(_) if job.cancelled() => JobState::Cancelled,
                Err(problem) => {
                    problem.log();
                    JobState::Failed { reason: problem.to_string() }
                }
            });
        });
    }
    Ok(job)
}

/// A recipe with all that is needed to make it.
struct Plan {
    recipe: Recipe,
    parents: Vec<Parent>,
    wishes: Vec<Vec<f32>>,
    id: String,
}

async fn make(
    state: &AppState,
    job: &Arc<JobHandle>,
    place: Place,
    plan: Plan,
) -> Result<Generated, Problem> {
    let Plan { recipe, parents, wishes, id } = plan;
    let started = Instant::now();
    let model = state.model()?;
    let About { size, .. } = model.about().clone();
    let covers = {
        let _permit = state.decoders.acquire().await;
        if job.cancelled() {
            return Err(Problem::Gone(MakeError::Cancelled.to_string()));
        }
        let parents = parents.clone();
        let shared = state.clone();
        state.store.read(move |catalog| decoded(&shared, catalog, &parents, size)).await?
    };
    let order = Order { recipe: recipe.clone(), parents: covers, attributes: wishes };
    let frames = model.make(place, order, job.clone()).await?;
    job.stage("Writing", 0);
    let (width, height) = frames.first().map_or((size, size), RgbImage::dimensions);
    let mut generated = Generated {
        id,
        recipe,
        width,
        height,
        frames: frames.len() as u32,
        seconds: 0.0,
        parents: parents.into_iter().map(|p| p.line).collect(),
        stars: None,
    };
    let pngs = blocking(move || encode(&frames)).await?;
    generated.seconds = started.elapsed().as_secs_f64();
    let kept = generated.clone();
    state.store.keep(move |catalog| catalog.put_generated(&kept, &pngs)).await?;
    Ok(generated)
}

/// Makes the pictures of a generated cover again, with a model that is at hand. It is the command line's way.
///
/// # Errors
/// When the recipe gives another cover by now: the model, a parent's cover or what a wish means are others.
pub fn again(catalog: &Catalog, model: &Generator, generated: &Generated) -> Result<Vec<Vec<u8>>, Problem> {
    let recipe = complete(generated.recipe.clone(), &model.info())?;
    let parents = parents(catalog, &recipe)?;
    let wishes = match (recipe.towards.is_empty(), model.conditioner()) {
        (true, _) => Vec::new(),
        (false, None) => return Err(ModelError::NoAttributes.into()),
        (false, Some(conditioner)) => {
            attributes::directions(&attributes::read(catalog, &conditioner)?, &recipe)?
        }
    };
    if name(&recipe, &parents, &wishes)? != generated.id {
        let sentence = "its parents' covers, or what its wishes mean, are others by now";
        return Err(Problem::Unacceptable(sentence.to_owned()));
    }
    let covers = decode(catalog, &parents, model.size())?;
    let made = model.make(&[Order { recipe, parents: covers, attributes: wishes }]).pop();
    let frames = made.ok_or_else(|| Problem::Internal("the model made nothing".to_owned()))?;
    encode(&frames?)
}

/// Each frame as PNG; for several, the strip of all comes last.
fn encode(frames: &[RgbImage]) -> Result<Vec<Vec<u8>>, Problem> {
    let png = |picture: &RgbImage| {
        pictures::encode(picture, Format::Png)
            .map_err(|e| Problem::Internal(format!("the picture cannot be written: {e}")))
    };
    let mut pngs = frames.iter().map(png).collect::<Result<Vec<_>, _>>()?;
    if frames.len() > 1 {
        pngs.push(png(&pictures::strip(frames))?);
    }
    Ok(pngs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::AlbumId;

    fn info() -> ModelInfo {
        ModelInfo { name: "vae".to_owned(), hash: "00ff00ff00ff00ff".to_owned(), params: 1 }
    }

    fn sample(seed: u64) -> Recipe {
        Recipe { seed, ..Recipe::new(Kind::Sample, vec![]) }
    }

    fn parent(cover: &str) -> Parent {
        let line = AlbumLine {
            id: AlbumId(1),
            artist: None,
            album: None,
            genre: None,
            year: None,
            title: "t".to_owned(),
            has_cover: true,
        };
        Parent { line, cover: CoverHash(cover.to_owned()) }
    }

    #[test]
    fn a_recipe_names_its_model_and_survives_being_asked_again() {
        let once = complete(sample(1), &info()).unwrap();
        assert_eq!(once.model, "vae:00ff00ff00ff00ff");
        assert_eq!(complete(once.clone(), &info()).unwrap(), once);
    }

    #[test]
    fn another_models_recipe_is_refused_rather_than_made_differently() {
        let recipe = Recipe { model: "vae:1111111111111111".to_owned(), ..sample(1) };
        assert!(matches!(complete(recipe, &info()), Err(Problem::Unacceptable(_))));
    }

    #[test]
    fn names_differ_by_seed_and_by_the_parents_covers() {
        let recipe = complete(sample(1), &info()).unwrap();
        let other = complete(sample(2), &info()).unwrap();
        assert_eq!(name(&recipe, &[], &[]).unwrap(), name(&recipe, &[], &[]).unwrap());
        assert_ne!(name(&recipe, &[], &[]).unwrap(), name(&other, &[], &[]).unwrap());
        assert_ne!(name(&recipe, &[], &[vec![1.0]]).unwrap(), name(&recipe, &[], &[vec![2.0]]).unwrap());
        assert_ne!(name(&recipe, &[parent("a")], &[]).unwrap(), name(&recipe, &[parent("b")], &[]).unwrap());
    }

    #[test]
    fn steps_do_not_rename_what_has_none() {
        let recipe = Recipe { steps: 5, ..sample(1) };
        assert_eq!(complete(recipe, &info()).unwrap().steps, 9);
    }
}
