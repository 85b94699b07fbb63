//! Pictures that are sent here: which genres they look like, and what is near them.

use super::exploring::{explore, near_picture};
use crate::asker::Asker;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use crate::uploads::Picture;
use gatefold::cover::{self, Derived, Wish};
use gatefold::pipeline::{BuildError, Built, Judge};
use gatefold::wire::{Judged, NearPicture};

/// What is near a picture's file.
///
/// # Errors
/// See [`looked_at`] and [`near_picture`].
pub async fn near(state: &AppState, picture: Picture, n: u32) -> Result<NearPicture, Problem> {
    // Read first, so that a large picture keeps nobody else from exploring.
    let picture = looked_at(state, picture).await?;
    explore(state, None, move |catalog, atlas| near_picture(catalog, atlas, &picture, n)).await
}

/// What the forest makes of a picture's file.
///
/// # Errors
/// [`Problem::Unacceptable`] for what is no picture, [`Problem::NotHere`] where the catalogue knows too little, the
/// build's.
pub async fn judge(state: &AppState, picture: Picture) -> Result<Judged, Problem> {
    let map = state.maps.present()?;
    let cover = looked_at(state, picture).await?;
    blocking(move || judged(&map, &cover)).await
}

/// What the forest of a build makes of a cover.
///
/// # Errors
/// [`Problem::NotHere`] where the catalogue knows too little, the build's.
pub fn judged(map: &Built, cover: &Derived) -> Result<Judged, Problem> {
    let judge = Judge::of(map).map_err(|error| match error {
        BuildError::NoForest => Problem::NotHere(error.to_string()),
        error => error.into(),
    })?;
    Ok(Judged { opinion: judge.judge(cover)? })
}

/// What a picture's file looks like. Reading it ends soon after the client went away.
///
/// # Errors
/// [`Problem::Unacceptable`] for what is no picture, or no picture that can be read.
pub async fn looked_at(state: &AppState, picture: Picture) -> Result<Derived, Problem> {
    let works = state.uploads.work().await?;
    let (asker, asked) = Asker::new();
    let derived = blocking(move || {
        // Not given back before the work is done, even where nobody waits for it any more.
        let _works = works;
        let left_alone = || asked.is_left_alone();
        cover::derive_while(picture.as_ref(), Wish::until(&left_alone))
            .map_err(|error| Problem::Unacceptable(error.to_string()))
    })
    .await;
    drop(asker);
    derived
}
