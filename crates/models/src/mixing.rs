//! Mixing of latents: from a recipe, its parents' covers and their latents to the latent of each picture.
//!
//! Several parents become one blend ([`super::blend`]), whose latent is the mixture's. Attributes of light and colour grade
//! the blend ([`super::color_grade`]); for the others the latent flow resamples its latent (SDEdit), as strongly as the
//! attributes are asked for. Where a recipe asks for the mean of latents itself, the latent flow resamples it as strongly as
//! the parents disagree; without one the mean is drawn out to the parents' length. Parents that are one cover give that
//! cover's own latent, and so do the ends of an interpolation.

use super::aggregate_posterior::{AggregatePosterior, round};
use super::blend::{Chance, Layer, blend};
use super::color_grade::{color_grade, is_color};
use super::latent_flow::LatentFlow;
use super::sampler::InitialLatent;
use gatefold_types::recipe::{Kind, Line, Recipe};
use image::RgbImage;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// What is known of a parent.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its latent, unscaled ([`super::latent::whole`]).
    pub latent: Vec<f32>,
    /// What a flow is told of it; empty without a latent flow.
    pub condition: Vec<f32>,
    /// What is measured by hand on it, each number on the scale of covers.
    pub look: Vec<f32>,
}

/// A picture's latent, or where the sampler begins for it.
#[derive(Clone, Debug)]
pub enum Latent {
    /// As the decoder paints it.
    Ready(Vec<f32>),
    /// On the flow's scale.
    Mixed(InitialLatent),
    /// Noise alone, and what shall come of it.
    Sampled(InitialLatent),
}

/// Strength for parents that have nothing in common.
const STRONGEST: f32 = 0.7;
/// How much disagreement an attribute of amount 1 stands for.
const ATTRIBUTE: f32 = 0.3;
/// How far a variation turns what is drawn at random, in radians.
const TURN: f32 = 0.6;
/// How far a variation goes towards a sample where nothing is drawn at random, as a share of the way.
const STRAY: f64 = 0.15;
/// What tells the noise of a sample's condition from that of its latent.
const TOLD: u64 = 0x74_6f6c;
/// How far in condition a walk of temperature 1 goes, in deviations per number.
const WALK: f32 = 0.7;

/// The blends that a recipe's pictures are read from, one for each picture; none where latents alone say what it is.
/// `pictures` are the parents' covers, `known` what is known of them.
pub fn blends(recipe: &Recipe, pictures: &[RgbImage], known: &[Known]) -> Vec<Option<RgbImage>> {
    let frames = recipe.pictures();
    let none = vec![None; frames as usize];
    if recipe.line != Line::Exposed {
        return none;
    }
    let chance = Chance {
        seed: recipe.seed,
        evolved: &recipe.evolved,
        temperature: recipe.temperature,
        lead: recipe.kind == Kind::Average,
    };
    let blended = |weights: &[f32]| {
        let all = pictures.iter().zip(known).zip(weights);
        let parents: Vec<Layer<'_>> =
            all.map(|((picture, known), &weight)| Layer { picture, look: &known.look, weight }).collect();
        blend(&parents, chance).map(|blended| color_grade(blended, &recipe.towards))
    };
    match recipe.kind {
        Kind::Average | Kind::Reconstruct if own(recipe, known).is_none() || !recipe.towards.is_empty() => {
            vec![blended(&weights(recipe))]
        }
        Kind::Interpolate if !recipe.towards.is_empty() => {
            let at = |i: u32| i as f32 / (frames.max(2) - 1) as f32;
            (0..frames).map(|i| blended(&[1.0 - at(i), at(i)])).collect()
        }
        Kind::Interpolate => {
            let last = frames.max(2) - 1;
            let at = |i: u32| i as f32 / last as f32;
            let between = |i: u32| (i > 0 && i < last).then(|| blended(&[1.0 - at(i), at(i)])).flatten();
            (0..frames).map(between).collect()
        }
        _ => none,
    }
}

/// The latents of a recipe's pictures, without a latent flow; `blends` are those of [`blends`], encoded. Of the `coarse`
/// first numbers `posterior` knows how they go together; the others are what the coarse latent does not lead one to expect.
pub fn without_flow(
    recipe: &Recipe,
    parents: &[Known],
    blends: &[Option<Vec<f32>>],
    posterior: &AggregatePosterior,
    coarse: usize,
) -> Vec<Latent> {
    let rest = |weights: &[f32]| -> Vec<f32> {
        let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut sum = vec![0.0; parents.first().map_or(0, |p| p.latent.len() - coarse)];
        for (parent, weight) in parents.iter().zip(weights) {
            sum.iter_mut().zip(&parent.latent[coarse..]).for_each(|(sum, x)| *sum += weight / whole * x);
        }
        sum
    };
    let frames = recipe.pictures();
    let share = |i: u32| f64::from(i) / f64::from(frames.max(2) - 1);
    let evolved = |mut latent: Vec<f32>| {
        for &seed in &recipe.evolved {
            let stray = posterior.between(
                &latent[..coarse],
                &posterior.sample(seed, recipe.temperature),
                Line::Round,
                STRAY,
            );
            latent[..coarse].copy_from_slice(&stray);
        }
        latent
    };
    let line = if recipe.line == Line::Exposed { Line::Round } else { recipe.line };
    let latent = |i: u32| match (recipe.kind, parents) {
        (Kind::Interpolate, [from, to]) => {
            let t = share(i);
            let latent = posterior.between(&from.latent[..coarse], &to.latent[..coarse], line, t);
            [latent, rest(&[1.0 - t as f32, t as f32])].concat()
        }
        (Kind::Walk, [from]) => {
            let far = posterior.sample(recipe.seed, recipe.temperature);
            let t = share(i) * 0.7;
            [posterior.between(&from.latent[..coarse], &far, Line::Round, t), rest(&[1.0])].concat()
        }
        (Kind::Sample, _) => posterior.sample(recipe.seed, recipe.temperature),
        _ => match own(recipe, parents) {
            Some(own) => own.latent.clone(),
            None => {
                let weights = weights(recipe);
                let all_coarse: Vec<(&[f32], f32)> =
                    parents.iter().zip(&weights).map(|(parent, w)| (&parent.latent[..coarse], *w)).collect();
                [posterior.average(&all_coarse), rest(&weights)].concat()
            }
        },
    };
    let latent = |i: u32| match blends.get(i as usize) {
        Some(Some(blended)) => less(blended, recipe, parents, coarse),
        _ => evolved(latent(i)),
    };
    (0..frames).map(|i| Latent::Ready(latent(i))).collect()
}

/// A blend's latent without what the parents of negative weight have more of than the others, in its coarse part.
fn less(blended: &[f32], recipe: &Recipe, parents: &[Known], coarse: usize) -> Vec<f32> {
    let mut latent = blended.to_vec();
    if recipe.kind != Kind::Average {
        return latent;
    }
    let weights = weights(recipe);
    let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
    let wanted: f32 = weights.iter().filter(|w| **w > 0.0).sum::<f32>().max(f32::MIN_POSITIVE);
    let unwanted = weights.iter().map(|w| (-w).max(0.0)).sum::<f32>() / whole;
    for (parent, weight) in parents.iter().zip(&weights) {
        // Towards the mean of the wanted ones, and away from the unwanted one.
        let part = if *weight > 0.0 { unwanted * weight / wanted } else { weight / whole };
        latent[..coarse].iter_mut().zip(&parent.latent).for_each(|(sum, x)| *sum += part * x);
    }
    latent
}

/// The same with a latent flow; `attributes` are changes of the condition, one for each of the recipe's.
pub fn with_flow(
    recipe: &Recipe,
    parents: &[Known],
    blends: &[Option<Vec<f32>>],
    attributes: &[Vec<f32>],
    flow: &LatentFlow,
    cells: usize,
) -> Vec<Latent> {
    let blended = |i: u32| {
        let blended = blends.get(i as usize)?.as_deref()?;
        Some(less(blended, recipe, parents, flow.scale.coarse() * cells))
    };
    let mix = Mix { flow, cells, parents: parents.iter().map(|parent| on_scale(parent, flow)).collect() };
    let change = changed(recipe, attributes, mix.flow.condition().numbers());
    let size = flow.network.config().numbers * cells;
    let noise = turned(size, recipe, 0);
    // What was chosen among variations is no parent itself any more.
    let as_it_is = recipe.towards.is_empty() && recipe.evolved.is_empty();
    let frames = recipe.pictures();
    let share = |i: u32| i as f32 / (frames.max(2) - 1) as f32;
    let frame = |i: u32| match (recipe.kind, parents) {
        (Kind::Interpolate, [from, to]) => {
            let t = share(i);
            match (as_it_is, t) {
                (true, 0.0) => Latent::Ready(from.latent.clone()),
                (true, 1.0) => Latent::Ready(to.latent.clone()),
                _ => mix.of(&[1.0 - t, t], blended(i), recipe, &change, noise.clone()),
            }
        }
        (Kind::Walk, [from]) if i == 0 && as_it_is => Latent::Ready(from.latent.clone()),
        (Kind::Walk, [_]) => {
            let t = share(i) * recipe.temperature;
            let drawn = self::noise(change.len(), recipe.seed ^ 0x77_616c, WALK * t);
            let change: Vec<f32> = change.iter().zip(&drawn).map(|(a, b)| a + b).collect();
            mix.start(&[1.0], recipe, &change, noise.clone(), t)
        }
        (Kind::Sample, _) => {
            let mut start = sample(recipe, size, change.len());
            if let Some(condition) = &mut start.condition {
                condition.iter_mut().zip(&change).for_each(|(x, change)| *x += change);
            }
            Latent::Sampled(start)
        }
        _ => match own(recipe, parents).filter(|_| as_it_is) {
            Some(own) => Latent::Ready(own.latent.clone()),
            None => mix.of(&weights(recipe), blended(i), recipe, &change, noise.clone()),
        },
    };
    (0..frames).map(frame).collect()
}

struct Mix<'a> {
    flow: &'a LatentFlow,
    cells: usize,
    parents: Vec<Known>,
}

impl Mix<'_> {
    /// A mixture: what was read from its blend, resampled only as strongly as attributes are asked for; without a blend, from the
    /// parents' latents.
    fn of(
        &self,
        weights: &[f32],
        blended: Option<Vec<f32>>,
        recipe: &Recipe,
        change: &[f32],
        noise: Vec<f32>,
    ) -> Latent {
        match blended {
            Some(blended) if recipe.towards.iter().all(|attribute| is_color(&attribute.what)) => {
                Latent::Ready(blended)
            }
            Some(mut blended) => {
                self.flow.scale.scaled(&mut blended);
                let others = recipe.towards.iter().filter(|attribute| !is_color(&attribute.what));
                let wanted: f32 = others.map(|attribute| ATTRIBUTE * attribute.amount.abs()).sum();
                let strength = STRONGEST * wanted.min(1.0).sqrt();
                self.initial(blended, weights, change, noise, strength)
            }
            None => self.start(weights, recipe, change, noise, 0.0),
        }
    }

    /// Where the sampler begins with a latent on the flow's scale, at strength `strength`.
    fn initial(
        &self,
        mut latent: Vec<f32>,
        shares: &[f32],
        change: &[f32],
        noise: Vec<f32>,
        strength: f32,
    ) -> Latent {
        let told: Vec<(&[f32], f32)> =
            self.parents.iter().zip(shares).map(|(parent, share)| (&parent.condition[..], *share)).collect();
        let mut condition = self.flow.condition().mixed(&told);
        condition.iter_mut().zip(change).for_each(|(x, change)| *x += change);
        latent.iter_mut().zip(self.flow.steered(change)).for_each(|(x, change)| *x += change);
        Latent::Mixed(InitialLatent { latent, strength, noise, condition: Some(condition) })
    }

    /// What a mixture by these weights begins with; `restless` adds strength to the parents' disagreement.
    fn start(
        &self,
        weights: &[f32],
        recipe: &Recipe,
        change: &[f32],
        noise: Vec<f32>,
        restless: f32,
    ) -> Latent {
        let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
        let shares: Vec<f32> = weights.iter().map(|w| w / whole).collect();
        let coarse = self.flow.scale.coarse() * self.cells;
        let latent = match (&self.parents[..], recipe.kind, recipe.line) {
            ([from, to], Kind::Interpolate, Line::Round | Line::Exposed) => {
                let double =
                    |parent: &Known| parent.latent.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
                let latent = round(&double(from), &double(to), f64::from(shares[1]));
                latent.into_iter().map(|x| x as f32).collect()
            }
            _ => self.mean(&shares),
        };
        let mean = self.mean(&shares);
        let apart = |parent: &Known| {
            parent.latent[..coarse].iter().zip(&mean).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
                / coarse as f32
        };
        let disagreement: f32 =
            self.parents.iter().zip(&shares).map(|(parent, share)| share.abs() * apart(parent)).sum();
        let evolved = if recipe.evolved.is_empty() { 0.0 } else { ATTRIBUTE };
        let strength =
            STRONGEST * (disagreement + wanted(recipe) + evolved + restless).clamp(0.0, 1.0).sqrt();
        self.initial(latent, &shares, change, noise, strength)
    }

    fn mean(&self, shares: &[f32]) -> Vec<f32> {
        let mut mean = vec![0.0; self.parents.first().map_or(0, |parent| parent.latent.len())];
        for (parent, share) in self.parents.iter().zip(shares) {
            mean.iter_mut().zip(&parent.latent).for_each(|(sum, x)| *sum += share * x);
        }
        mean
    }
}

/// How much disagreement a recipe's attributes stand for.
fn wanted(recipe: &Recipe) -> f32 {
    recipe.towards.iter().map(|attribute| ATTRIBUTE * attribute.amount.abs()).sum()
}

fn on_scale(parent: &Known, flow: &LatentFlow) -> Known {
    let mut scaled = parent.clone();
    flow.scale.scaled(&mut scaled.latent);
    scaled
}

fn weights(recipe: &Recipe) -> Vec<f32> {
    recipe.parents.iter().map(|parent| parent.weight).collect()
}

/// The one cover that all the weight is on, if there is one.
fn own<'a>(recipe: &Recipe, parents: &'a [Known]) -> Option<&'a Known> {
    let mut used = parents.iter().zip(&recipe.parents).filter(|(_, parent)| parent.weight != 0.0);
    let (first, weight) = used.next()?;
    let same = weight.weight > 0.0
        && used.all(|(other, parent)| parent.weight > 0.0 && other.latent == first.latent);
    same.then_some(first)
}

fn changed(recipe: &Recipe, attributes: &[Vec<f32>], numbers: usize) -> Vec<f32> {
    let mut change = vec![0.0; numbers];
    for (attribute, direction) in recipe.towards.iter().zip(attributes) {
        change.iter_mut().zip(direction).for_each(|(sum, x)| *sum += attribute.amount * x);
    }
    change
}

/// What a sample begins with: noise for a latent of `size` numbers, and what it shall be like, drawn as covers are
/// (the `told` numbers of a condition have mean 0 and variance 1 over covers).
pub fn sample(recipe: &Recipe, size: usize, told: usize) -> InitialLatent {
    InitialLatent {
        latent: Vec::new(),
        strength: 1.0,
        noise: turned(size, recipe, 0),
        condition: Some(turned(told, recipe, TOLD)),
    }
}

/// A recipe's noise: its seed's, turned by each seed that it was evolved with; `purpose` tells one noise from another.
pub(super) fn turned(count: usize, recipe: &Recipe, purpose: u64) -> Vec<f32> {
    let mut all = noise(count, recipe.seed ^ purpose, recipe.temperature);
    for &seed in &recipe.evolved {
        let other = noise(count, seed ^ purpose, recipe.temperature);
        all.iter_mut().zip(other).for_each(|(x, other)| *x = TURN.cos() * *x + TURN.sin() * other);
    }
    all
}

fn noise(count: usize, seed: u64, deviation: f32) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| Distribution::<f32>::sample(&StandardNormal, &mut rng) * deviation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_types::album::AlbumId;
    use gatefold_types::recipe::{Parent, Towards};

    fn covers() -> Vec<RgbImage> {
        let cover =
            |n: u8| RgbImage::from_fn(32, 32, |x, y| image::Rgb([90 + n, (x * 7) as u8, (y * 7) as u8]));
        vec![cover(0), cover(100)]
    }

    fn known(covers: &[RgbImage]) -> Vec<Known> {
        let of = |(i, _)| Known { latent: vec![i as f32], condition: Vec::new(), look: vec![i as f32] };
        covers.iter().enumerate().map(of).collect()
    }

    fn recipe(kind: Kind, parents: u64, attribute: Option<&str>) -> Recipe {
        let parents = (0..parents).map(|id| Parent { id: AlbumId(id), weight: 1.0 }).collect();
        let towards =
            attribute.map(|what| Towards { what: what.to_owned(), amount: 1.0 }).into_iter().collect();
        Recipe { steps: 4, towards, ..Recipe::new(kind, parents) }
    }

    fn light(blended: &RgbImage) -> u64 {
        blended.as_raw().iter().map(|&v| u64::from(v)).sum()
    }

    #[test]
    fn attributes_of_light_are_in_every_blend() {
        let covers = covers();
        let known = known(&covers);
        let dark = |kind: Kind, n: usize| {
            let blends = blends(&recipe(kind, n as u64, Some("dark")), &covers[..n], &known[..n]);
            blends.into_iter().map(|blended| light(&blended.unwrap())).collect::<Vec<u64>>()
        };
        let without_flow = blends(&recipe(Kind::Average, 2, None), &covers, &known).remove(0).unwrap();
        assert!(dark(Kind::Average, 2)[0] < light(&without_flow) * 9 / 10);
        let strip = dark(Kind::Interpolate, 2);
        assert_eq!(strip.len(), 4);
        assert!(strip[0] < light(&covers[0]) * 9 / 10 && strip[3] < light(&covers[1]) * 9 / 10);
        assert!(dark(Kind::Reconstruct, 1)[0] < light(&covers[0]) * 9 / 10);
    }

    #[test]
    fn one_cover_without_an_attribute_needs_no_blend() {
        let covers = covers();
        let known = known(&covers);
        for kind in [Kind::Reconstruct, Kind::Walk] {
            assert!(blends(&recipe(kind, 1, None), &covers[..1], &known[..1]).iter().all(Option::is_none));
        }
        let strip = blends(&recipe(Kind::Interpolate, 2, None), &covers, &known);
        assert!(strip[0].is_none() && strip[1].is_some() && strip[3].is_none());
    }
}
