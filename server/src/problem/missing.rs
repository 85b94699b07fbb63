//! What is not there: one sentence for each kind of thing, and where to look by each way of asking.

use super::{Hint, Problem};
use gatefold::album::AlbumId;

fn missing(what: String, http: &str, command: &str) -> Problem {
    Problem::Unknown { what, hint: Hint::new(http, command) }
}

/// No album has that id.
pub fn no_album(id: AlbumId) -> Problem {
    missing(
        format!("there is no album {id}"),
        "`/api/v1/albums` lists those there are",
        "`gatefold albums` lists those there are",
    )
}

/// The album is not on the map.
pub fn not_on_map(id: AlbumId) -> Problem {
    missing(
        format!("album {id} is not on the map"),
        "`POST /api/v1/build` brings the map up to date",
        "`gatefold build` brings the map up to date",
    )
}

/// The album was not deleted.
pub fn not_deleted(id: AlbumId) -> Problem {
    missing(
        format!("album {id} was not deleted"),
        "`/api/v1/catalogue` lists those that were",
        "`gatefold catalogue` lists those that were",
    )
}

/// No generated cover has that name.
pub fn no_generated(id: &str) -> Problem {
    missing(
        format!("no generated cover is called “{id}”"),
        "`/api/v1/generated` lists them",
        "`gatefold generated` lists them",
    )
}

/// No evaluation has that run.
pub fn no_evaluation(run: &str) -> Problem {
    missing(
        format!("no evaluation is called “{run}”"),
        "`/api/v1/evaluations` lists them",
        "`gatefold evaluations` lists them",
    )
}

/// A run did not tell two genres apart.
pub fn no_pair(run: &str, a: &str, b: &str) -> Problem {
    missing(
        format!("the run “{run}” does not tell “{b}” from “{a}”"),
        &format!("`/api/v1/evaluations/{run}` lists its pairs, the negative class first"),
        &format!("`gatefold evaluations {run}` lists its pairs, the negative class first"),
    )
}

/// No set has that name.
pub fn no_set(name: &str) -> Problem {
    missing(
        format!("no set is called “{name}”"),
        "`/api/v1/sets` lists those there are",
        "`gatefold sets` lists those there are",
    )
}

/// No source has that number.
pub fn no_source(id: i64) -> Problem {
    missing(
        format!("no source has the number {id}"),
        "`/api/v1/catalogue` lists them",
        "`gatefold catalogue` lists them",
    )
}

/// No neighbourhood has that number.
pub fn no_neighbourhood(number: u32) -> Problem {
    missing(
        format!("no neighbourhood has the number {number}"),
        "`/api/v1/neighbourhoods` lists them",
        "`gatefold neighbourhoods` lists them",
    )
}

/// No run of training has that id.
pub fn no_training(id: &str) -> Problem {
    missing(
        format!("no run of training is called “{id}”, or its folder is gone"),
        "`/api/v1/training` lists them",
        "`gatefold runs` lists them",
    )
}

/// No job has that name.
pub fn no_job(id: &str) -> Problem {
    missing(
        format!(
            "no job is called “{id}”; jobs are forgotten when the server starts anew and some time after they end"
        ),
        "`/api/v1/jobs` lists those that are known",
        "`gatefold jobs` lists those that are known",
    )
}
