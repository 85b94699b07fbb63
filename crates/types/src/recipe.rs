//! Recipes: all that is needed to make a generated cover again, byte for byte on one machine.

use crate::album::AlbumId;
use serde::{Deserialize, Serialize};

/// What is done with the parents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
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
    /// From one parent onward, each picture a little further from it than the one before.
    Walk,
}

/// How several covers become one, and which way an interpolation goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// Exposed onto one sheet, each where it has most to show, and read from there.
    #[default]
    Exposed,
    /// By their codes, around the middle of all covers, along a great circle.
    Round,
    /// By their codes, straight, and nearer to the middle.
    Straight,
}

/// Something that a new cover shall have more of, or less.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Towards {
    /// What: a genre of the catalogue, `dark`, `light`, `old`, `new`, `colourful` or `grey`.
    pub what: String,
    /// How much: 1 goes about as far as covers of that kind lie from the middle of all; negative away from it; within
    /// −3 and 3.
    pub amount: f32,
}

/// A parent and how much of it goes in.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Parent {
    /// Which album.
    pub id: AlbumId,
    /// Its weight: any finite number, at least one of all above 0. Only how weights relate counts. 1 when not said.
    #[serde(default = "one")]
    pub weight: f32,
}

fn one() -> f32 {
    1.0
}

fn is_one(x: &f32) -> bool {
    *x == 1.0
}

fn is_exposed(line: &Line) -> bool {
    *line == Line::Exposed
}

/// A generated cover's recipe. The same recipe gives the same picture.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Recipe {
    /// What is done.
    pub kind: Kind,
    /// With which albums; empty for [`Kind::Sample`].
    #[serde(default)]
    pub parents: Vec<Parent>,
    /// Pictures along the line or the walk, ends included (2–60); others have one.
    #[serde(default = "nine")]
    pub steps: u32,
    /// Seed of everything drawn at random.
    #[serde(default)]
    pub seed: u64,
    /// How it was chosen among variations, again and again: each is a seed that turns what is drawn at random a little.
    /// Without the last it is the recipe of what it was a variation of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evolved: Vec<u64>,
    /// How far what is drawn at random may stray: 0–2, 1 when not said.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub temperature: f32,
    /// How parents become one.
    #[serde(default, skip_serializing_if = "is_exposed")]
    pub line: Line,
    /// What it shall have more of, or less.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub towards: Vec<Towards>,
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
    #[error(
        "no weight is above 0, or none that counts beside the largest: give at least one album such a one, for what is only \
         kept away from leaves nothing to show"
    )]
    NoneWanted,
    #[error(
        "a weight is not a finite number, or too large for one: only how weights relate counts, so 1 and 0.5 do as well"
    )]
    NotFinite,
    #[error("an interpolation or a walk has 2 to 60 steps, not {0}")]
    Steps(u32),
    #[error("a temperature is a number from 0 to 2, not {0}")]
    Temperature(f32),
    #[error("“{0}” can be asked for with an amount from -3 to 3")]
    Amount(String),
    #[error("at most 8 wishes go into one cover, not {0}")]
    Wishes(usize),
    #[error("a cover can be evolved 64 times at most, not {0}: begin again from one that you like")]
    Evolved(usize),
}

impl Recipe {
    /// The usual recipe of this kind: nine steps where it has any, seed 0, no wishes.
    pub fn new(kind: Kind, parents: Vec<Parent>) -> Self {
        Self {
            kind,
            parents,
            steps: nine(),
            seed: 0,
            evolved: Vec::new(),
            temperature: 1.0,
            line: Line::Exposed,
            towards: Vec::new(),
            model: String::new(),
        }
    }

    /// Pictures that come of it.
    pub fn pictures(&self) -> u32 {
        if matches!(self.kind, Kind::Interpolate | Kind::Walk) { self.steps } else { 1 }
    }

    /// The same recipe with weights whose largest is 1 or −1, so that no sum of them is too large and none too small: of
    /// weights it counts how they relate. What is nothing beside the largest becomes 0.
    #[must_use]
    pub fn levelled(&self) -> Self {
        let largest = self.parents.iter().map(|p| f64::from(p.weight).abs()).fold(0.0, f64::max);
        let mut levelled = self.clone();
        if largest > 0.0 && largest.is_finite() {
            for parent in &mut levelled.parents {
                let weight = (f64::from(parent.weight) / largest) as f32;
                parent.weight = if weight.is_subnormal() { 0.0 } else { weight };
            }
        }
        levelled
    }

    /// Checks numbers of parents, weights and steps; says in a sentence what is wrong.
    pub fn check(&self) -> Result<(), RecipeError> {
        let n = self.parents.len();
        let (kind, needed, fits) = match self.kind {
            Kind::Average => ("An average", "at least two albums", n >= 2),
            Kind::Interpolate => ("An interpolation", "exactly two albums", n == 2),
            Kind::Sample => ("A sample", "no album", n == 0),
            Kind::Reconstruct => ("A reconstruction", "exactly one album", n == 1),
            Kind::Walk => ("A walk", "exactly one album", n == 1),
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
        if n > 0 && self.levelled().parents.iter().all(|p| p.weight <= 0.0) {
            return Err(RecipeError::NoneWanted);
        }
        if matches!(self.kind, Kind::Interpolate | Kind::Walk) && !(2..=60).contains(&self.steps) {
            return Err(RecipeError::Steps(self.steps));
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return Err(RecipeError::Temperature(self.temperature));
        }
        if self.evolved.len() > 64 {
            return Err(RecipeError::Evolved(self.evolved.len()));
        }
        if self.towards.len() > 8 {
            return Err(RecipeError::Wishes(self.towards.len()));
        }
        if let Some(wish) = self.towards.iter().find(|wish| !(-3.0..=3.0).contains(&wish.amount)) {
            return Err(RecipeError::Amount(wish.what.clone()));
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
        Recipe::new(kind, parents)
    }

    #[test]
    fn wishes_and_temperatures_have_limits() {
        let wish = |amount: f32| {
            let towards = vec![Towards { what: "jazz".to_owned(), amount }];
            Recipe { towards, ..recipe(Kind::Average, &[1.0, 1.0]) }
        };
        assert_eq!(wish(-3.0).check(), Ok(()));
        assert!(wish(3.5).check().is_err_and(|e| e.to_string().contains("jazz")));
        assert!(wish(f32::NAN).check().is_err());
        assert!(Recipe { temperature: f32::NAN, ..recipe(Kind::Sample, &[]) }.check().is_err());
        assert!(Recipe { towards: vec![wish(1.0).towards[0].clone(); 9], ..wish(1.0) }.check().is_err());
    }

    #[test]
    fn what_is_as_usual_is_not_written_down() {
        let json = serde_json::to_string(&recipe(Kind::Sample, &[])).unwrap();
        assert!(
            !json.contains("temperature") && !json.contains("towards") && !json.contains("line"),
            "{json}"
        );
    }

    #[test]
    fn all_zero_weights_are_refused() {
        assert_eq!(recipe(Kind::Average, &[0.0, 0.0]).check(), Err(RecipeError::AllZero));
        assert_eq!(recipe(Kind::Average, &[0.0, -0.0]).check(), Err(RecipeError::AllZero));
    }

    #[test]
    fn weights_that_only_keep_away_are_refused_and_one_that_wants_something_is_enough() {
        for weights in [&[0.0, -1.0][..], &[-1.0, -1.0], &[-1e-45, -3e38], &[1e-45, -3e38]] {
            assert_eq!(recipe(Kind::Average, weights).check(), Err(RecipeError::NoneWanted), "{weights:?}");
        }
        assert_eq!(recipe(Kind::Reconstruct, &[-1.0]).check(), Err(RecipeError::NoneWanted));
        assert_eq!(recipe(Kind::Average, &[-1.0, 1e-6]).check(), Ok(()));
        assert_eq!(recipe(Kind::Average, &[f32::NAN, 1.0]).check(), Err(RecipeError::NotFinite));
        assert_eq!(recipe(Kind::Average, &[1e39_f64 as f32, 1.0]).check(), Err(RecipeError::NotFinite));
    }

    #[test]
    fn only_how_weights_relate_counts() {
        let level = |weights: &[f32]| -> Vec<f32> {
            recipe(Kind::Average, weights).levelled().parents.iter().map(|p| p.weight).collect()
        };
        for equal in [1e-45, f32::MIN_POSITIVE, 0.3, 1.0, 7.0, 3e38, f32::MAX] {
            assert_eq!(level(&[equal, equal, equal]), [1.0; 3], "{equal}");
        }
        assert_eq!(level(&[2.0, -8.0, 0.0]), [0.25, -1.0, 0.0]);
        assert_eq!(level(&[1.0, 0.5]), [1.0, 0.5]);
        assert_eq!(level(&[3e38, 1e-45]), [1.0, 0.0]);
        assert!(level(&[]).is_empty());
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
