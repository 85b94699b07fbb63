//! What the catalogue's forest makes of a cover that is not in the catalogue.

use super::files::{self, Source as _};
use super::{BuildError, Built};
use crate::album::Genre;
use crate::cover::{self, Derived};
use crate::features::measures;
use crate::genre::forest::Forest;

/// Says what any cover looks like.
pub struct Judge {
    forest: Forest<usize>,
    genres: Vec<Genre>,
}

impl Judge {
    /// The one of a catalogue's build.
    ///
    /// # Errors
    /// [`BuildError::NoForest`] where there are too few tagged covers; when a file of the build is missing or damaged.
    pub fn of(built: &Built) -> Result<Self, BuildError> {
        let genres = built.record.opinion_genres.clone();
        if genres.is_empty() {
            return Err(BuildError::NoForest);
        }
        let damaged = || built.files.damaged(files::FOREST);
        let bytes = built.files.bytes(files::FOREST)?;
        let forest = Forest::from_bytes(&bytes).ok_or_else(damaged)?;
        let unknown = forest.classes().iter().any(|&class| class >= genres.len());
        if unknown || forest.features() != measures::dims() {
            return Err(damaged());
        }
        Ok(Self { forest, genres })
    }

    /// Genres with their probability, the likeliest first. For a cover that is in the catalogue ask
    /// [`Built::opinion`]: this forest was grown on it.
    ///
    /// # Errors
    /// When the cover's thumbnail is damaged.
    pub fn judge(&self, cover: &Derived) -> Result<Vec<(Genre, f32)>, BuildError> {
        let thumbnail = cover::decode(&cover.thumbnail, cover::THUMBNAIL_SIDE)
            .map_err(|error| BuildError::Opinions(error.to_string()))?;
        let row = measures::of_each(&[thumbnail]);
        let said = self.forest.probabilities(&row.view());
        let mut all: Vec<(Genre, f32)> = self
            .forest
            .classes()
            .iter()
            .zip(said.row(0))
            .map(|(&class, &p)| (self.genres[class].clone(), p as f32))
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(all)
    }
}
