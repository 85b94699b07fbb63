//! Recipes: all that is needed to make a generated cover again, byte for byte on one machine.

use crate::album::AlbumId;
use serde::{Deserialize, Serialize};

/// What is done with the parents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One cover from the weighted mean of 2 or more.
    Average,
    /// A line from one cover to another.
    Interpolate,
    /// No parents: drawn from what the model believes covers look like.
    Sample,
    /// One parent through the model and back.
    Reconstruct,
}

/// A parent and how much of it goes in.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Parent {
    /// Which album.
    pub id: AlbumId,
    /// Its weight; any finite number, not all zero. 1 when not said.
    #[serde(default = "one")]
    pub weight: f32,
}

fn one() -> f32 {
    1.0
}

/// A generated cover's recipe. The same recipe gives the same picture.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Recipe {
    /// What is done.
    pub kind: Kind,
    /// With which albums; empty for [`Kind::Sample`].
    #[serde(default)]
    pub parents: Vec<Parent>,
    /// Pictures along the line, ends included (interpolation only; 2–60).
    #[serde(default = "nine")]
    pub steps: u32,
    /// Seed of everything drawn at random.
    #[serde(default)]
    pub seed: u64,
    /// Name and hash of the model that made it, as `gatefold info` prints the hash; empty until it was made.
    #[serde(default)]
    pub model: String,
}

fn nine() -> u32 {
    9
}

/// Why a recipe cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum RecipeError {
    #[error("{kind} needs {needed}, and {given} given")]
    Parents { kind: &'static str, needed: &'static str, given: String },
    #[error("the weights are all zero: give at least one album a weight that is not")]
    AllZero,
    #[error("a weight is not a finite number")]
    NotFinite,
    #[error("an interpolation has 2 to 60 steps, not {0}")]
    Steps(u32),
}

impl Recipe {
    /// Checks numbers of parents, weights and steps; says in a sentence what is wrong.
    pub fn check(&self) -> Result<(), RecipeError> {
        let n = self.parents.len();
        let (kind, needed, fits) = match self.kind {
            Kind::Average => ("An average", "at least two albums", n >= 2),
            Kind::Interpolate => ("An interpolation", "exactly two albums", n == 2),
            Kind::Sample => ("A sample", "no album", n == 0),
            Kind::Reconstruct => ("A reconstruction", "exactly one album", n == 1),
        };
        if !fits {
            let given = match n {
                0 => "none was".to_owned(),
                1 => "one was".to_owned(),
                n => format!("{n} were"),
            };
            return Err(RecipeError::Parents { kind, needed, given });
        }
        if self.parents.iter().any(|p| !p.weight.is_finite()) {
            return Err(RecipeError::NotFinite);
        }
        if n > 0 && self.parents.iter().all(|p| p.weight == 0.0) {
            return Err(RecipeError::AllZero);
        }
        if self.kind == Kind::Interpolate && !(2..=60).contains(&self.steps) {
            return Err(RecipeError::Steps(self.steps));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(kind: Kind, weights: &[f32]) -> Recipe {
        let parents =
            weights.iter().enumerate().map(|(i, &weight)| Parent { id: AlbumId(i as u64), weight }).collect();
        Recipe { kind, parents, steps: 9, seed: 0, model: String::new() }
    }

    #[test]
    fn all_zero_weights_are_refused() {
        assert_eq!(recipe(Kind::Average, &[0.0, 0.0]).check(), Err(RecipeError::AllZero));
        assert_eq!(recipe(Kind::Average, &[0.0, -1.0]).check(), Ok(()));
    }

    #[test]
    fn each_kind_has_its_number_of_parents() {
        assert!(recipe(Kind::Average, &[1.0]).check().is_err());
        assert!(recipe(Kind::Interpolate, &[1.0; 3]).check().is_err());
        assert!(recipe(Kind::Sample, &[1.0]).check().is_err());
        assert!(recipe(Kind::Reconstruct, &[1.0]).check().is_ok());
    }

    #[test]
    fn a_recipe_without_weights_or_steps_has_the_usual_ones() {
        let json = r#"{"kind":"average","parents":[{"id":"0000000000000001"},{"id":"0000000000000002"}]}"#;
        let recipe: Recipe = serde_json::from_str(json).unwrap();
        assert_eq!(recipe.steps, 9);
        assert_eq!(recipe.parents[1].weight, 1.0);
    }
}
