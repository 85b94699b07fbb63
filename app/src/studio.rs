//! What the studio remembers: the recipe that is being worked on, how it came to be, and what to go back to.

use crate::text;
use gatefold::album::AlbumId;
use gatefold::recipe::{Kind, Parent, Recipe, Towards};
use leptos::prelude::*;

/// Variations shown at once.
pub const VARIATIONS: usize = 6;
/// Steps that can be undone.
const MOST_UNDONE: usize = 100;

/// The studio's state. Copies are the same state.
#[derive(Clone, Copy)]
pub struct Studio {
    /// What is being worked on.
    pub recipe: RwSignal<Recipe>,
    /// Recipes to go back to, the last one last.
    undone: RwSignal<Vec<Recipe>>,
    /// Every way in which it was evolved so far, the beginning (empty) included, in the order of first choice.
    pub family: RwSignal<Vec<Vec<u64>>>,
    /// Seed of the variations that are shown.
    pub round: RwSignal<u64>,
    /// The kind of change that the last one was: sliders that go on moving are undone in one step.
    moving: StoredValue<Option<String>>,
}

impl Studio {
    /// Begins with a recipe.
    pub fn new(recipe: Recipe) -> Self {
        let family = lineage(&recipe.evolved);
        Self {
            recipe: RwSignal::new(recipe),
            undone: RwSignal::default(),
            family: RwSignal::new(family),
            round: RwSignal::new(1),
            moving: StoredValue::new(None),
        }
    }

    /// Begins anew with another recipe; what was there can be had back.
    pub fn open(&self, recipe: Recipe) {
        self.family.set(lineage(&recipe.evolved));
        self.change(None, |now| *now = recipe);
    }

    /// Changes the recipe. Changes in a row that name the same thing are undone together.
    pub fn change(&self, what: Option<String>, change: impl FnOnce(&mut Recipe)) {
        let before = self.recipe.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return;
        }
        let goes_on = what.is_some() && self.moving.with_value(|moving| *moving == what);
        if !goes_on {
            self.undone.update(|undone| {
                undone.push(before);
                if undone.len() > MOST_UNDONE {
                    undone.remove(0);
                }
            });
        }
        self.moving.set_value(what);
        self.recipe.set(after);
    }

    /// Whether there is something to go back to.
    pub fn can_undo(&self) -> bool {
        self.undone.with(|undone| !undone.is_empty())
    }

    /// Back to the recipe before the last change.
    pub fn undo(&self) {
        let mut last = None;
        self.undone.update(|undone| last = undone.pop());
        if let Some(recipe) = last {
            self.moving.set_value(None);
            self.recipe.set(recipe);
        }
    }

    /// How much of a parent goes in.
    pub fn weight(&self, id: AlbumId) -> f32 {
        self.recipe.with(|recipe| recipe.parents.iter().find(|p| p.id == id).map_or(0.0, |p| p.weight))
    }

    /// Sets how much of a parent goes in; negative takes it away from the others.
    pub fn weigh(&self, id: AlbumId, weight: f32) {
        self.change(Some(format!("weight {id}")), |recipe| {
            recipe.parents.iter_mut().filter(|p| p.id == id).for_each(|p| p.weight = weight);
        });
    }

    /// Takes a parent out.
    pub fn remove(&self, id: AlbumId) {
        self.change(None, |recipe| {
            recipe.parents.retain(|parent| parent.id != id);
            *recipe = of_parents(recipe.clone());
        });
    }

    /// Puts a parent in, if it is not there.
    pub fn add(&self, id: AlbumId) {
        self.change(None, |recipe| {
            if recipe.parents.iter().all(|parent| parent.id != id) {
                recipe.parents.push(Parent { id, weight: 1.0 });
            }
            *recipe = of_parents(recipe.clone());
        });
    }

    /// How much of something is wished for.
    pub fn wish(&self, what: &str) -> f32 {
        self.recipe.with(|recipe| {
            recipe.towards.iter().find(|wish| wish.what == what).map_or(0.0, |wish| wish.amount)
        })
    }

    /// Wishes for more of something, or less; 0 forgets the wish.
    pub fn wish_for(&self, what: &str, amount: f32) {
        self.change(Some(format!("wish {what}")), |recipe| {
            recipe.towards.retain(|wish| wish.what != what);
            if amount != 0.0 {
                recipe.towards.push(Towards { what: what.to_owned(), amount });
                recipe.towards.sort_by(|a, b| a.what.cmp(&b.what));
            }
        });
    }

    /// The variations of the present recipe that are shown.
    pub fn variations(&self) -> Vec<Recipe> {
        let (recipe, round) = (self.recipe.get(), self.round.get());
        (0..VARIATIONS as u64).map(|i| varied(&recipe, variation_seed(round, i))).collect()
    }

    /// Goes on from a variation.
    pub fn choose(&self, recipe: Recipe) {
        self.family.update(|family| {
            for evolved in lineage(&recipe.evolved) {
                if !family.contains(&evolved) {
                    family.push(evolved);
                }
            }
        });
        self.change(None, |now| *now = recipe);
    }
}

/// A recipe evolved by one more seed.
fn varied(recipe: &Recipe, seed: u64) -> Recipe {
    let mut varied = recipe.clone();
    varied.evolved.push(seed);
    varied
}

/// Seeds of a round of variations; below 2⁵³, so that JSON carries them unharmed everywhere.
fn variation_seed(round: u64, number: u64) -> u64 {
    let mixed =
        (round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03)) >> 11;
    mixed % 9_007_199_254_740_991 + 1
}

/// All that a way of evolving passed through, from the beginning on.
fn lineage(evolved: &[u64]) -> Vec<Vec<u64>> {
    (0..=evolved.len()).map(|n| evolved[..n].to_vec()).collect()
}

/// A recipe whose kind goes with its parents: none is a sample, one a reconstruction, more an average.
pub fn of_parents(mut recipe: Recipe) -> Recipe {
    recipe.kind = match (recipe.parents.len(), recipe.kind) {
        (0, _) => Kind::Sample,
        (1, Kind::Walk) => Kind::Walk,
        (1, _) => Kind::Reconstruct,
        (2, Kind::Interpolate) => Kind::Interpolate,
        _ => Kind::Average,
    };
    recipe
}

/// The recipe that an address asks for: a whole one, or albums by their ids.
pub fn of_address(recipe: Option<&str>, albums: Option<&str>) -> Option<Recipe> {
    if let Some(recipe) = recipe {
        return serde_json::from_str::<Recipe>(recipe).ok();
    }
    let ids = albums?.split(',').filter_map(|id| id.trim().parse::<AlbumId>().ok());
    let parents: Vec<Parent> = ids.map(|id| Parent { id, weight: 1.0 }).collect();
    (!parents.is_empty()).then(|| of_parents(Recipe::new(Kind::Average, parents)))
}

/// A recipe as part of an address.
pub fn in_address(recipe: &Recipe) -> String {
    // A recipe is plain data: it always becomes JSON.
    text::encoded(&serde_json::to_string(recipe).unwrap_or_default())
}

/// Where a recipe's picture can be seen without keeping it. Weights of 0 everywhere have none.
pub fn preview(recipe: &Recipe) -> Option<String> {
    recipe.check().is_ok().then(|| format!("/api/v1/preview?recipe={}", in_address(recipe)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(n: u64) -> Recipe {
        let parents = (1..=n).map(|id| Parent { id: AlbumId(id), weight: 1.0 }).collect();
        of_parents(Recipe::new(Kind::Average, parents))
    }

    #[test]
    fn a_slider_that_goes_on_moving_is_undone_in_one_step() {
        Owner::new().with(|| {
            let studio = Studio::new(recipe(3));
            for weight in [0.9, 0.8, 0.7] {
                studio.weigh(AlbumId(1), weight);
            }
            studio.wish_for("dark", 1.0);
            assert_eq!((studio.weight(AlbumId(1)), studio.wish("dark")), (0.7, 1.0));
            studio.undo();
            assert_eq!((studio.weight(AlbumId(1)), studio.wish("dark")), (0.7, 0.0));
            studio.undo();
            assert_eq!(studio.weight(AlbumId(1)), 1.0);
            assert!(!studio.can_undo());
        });
    }

    #[test]
    fn variations_differ_come_again_and_leave_their_lineage() {
        Owner::new().with(|| {
            let studio = Studio::new(recipe(2));
            let first = studio.variations();
            assert_eq!(first, studio.variations());
            assert!((1..VARIATIONS).all(|i| first[i] != first[0]));
            studio.choose(first[2].clone());
            let second = studio.variations();
            studio.choose(second[0].clone());
            studio.undo();
            studio.choose(studio.variations()[1].clone());
            let depths: Vec<usize> = studio.family.get().iter().map(Vec::len).collect();
            assert_eq!(depths, [0, 1, 2, 2]);
        });
    }

    #[test]
    fn a_recipe_survives_its_address_and_albums_make_one() {
        let mut whole = recipe(2);
        whole.evolved = vec![5, 7];
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(of_address(Some(&json), None), Some(whole));
        let two = of_address(None, Some("0000000000000001, 0000000000000002")).unwrap();
        assert_eq!((two.kind, two.parents.len()), (Kind::Average, 2));
        assert_eq!(of_address(None, Some("0000000000000001")).unwrap().kind, Kind::Reconstruct);
        assert_eq!(of_address(None, Some("")), None);
        assert_eq!(of_address(Some("{"), None), None);
    }

    #[test]
    fn parents_that_go_change_the_kind() {
        Owner::new().with(|| {
            let studio = Studio::new(recipe(2));
            studio.remove(AlbumId(1));
            assert_eq!(studio.recipe.get().kind, Kind::Reconstruct);
            studio.remove(AlbumId(2));
            assert_eq!(studio.recipe.get().kind, Kind::Sample);
            studio.add(AlbumId(9));
            studio.add(AlbumId(9));
            studio.add(AlbumId(8));
            assert_eq!((studio.recipe.get().kind, studio.recipe.get().parents.len()), (Kind::Average, 2));
        });
    }
}
