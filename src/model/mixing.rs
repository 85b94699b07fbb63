//! From a recipe and its parents' codes to the code of each picture.
//!
//! With a second stage, the mean of codes is drowned in noise as deep as the parents disagree, and carried from there to
//! a code that a cover could have, told the mean of what is known of the parents. Parents that are one cover do not
//! disagree at all, and give that cover's own code; so do the ends of an interpolation.

use super::carry::Start;
use super::codes::{Prior, round};
use super::second::Second;
use crate::recipe::{Kind, Line, Recipe};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// What is known of a parent.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its whole code, unscaled ([`super::latent::whole`]).
    pub code: Vec<f32>,
    /// What a flow is told of it; empty without a second stage.
    pub condition: Vec<f32>,
}

/// A picture's code, or what it is carried from.
#[derive(Clone, Debug)]
pub enum Code {
    /// As the decoder paints it.
    Ready(Vec<f32>),
    /// On the flow's scale.
    Carried(Start),
}

/// How deep codes of parents that have nothing in common are drowned.
const DEEPEST: f32 = 0.7;
/// How much disagreement a wish of amount 1 stands for.
const WISH: f32 = 0.3;
/// How far a variation turns what is drawn at random, in radians.
const TURN: f32 = 0.6;
/// How far a variation goes towards a sample where nothing is drawn at random, as a share of the way.
const STRAY: f64 = 0.15;
/// How far in condition a walk of temperature 1 goes, in deviations per number.
const WALK: f32 = 0.7;

/// The codes of a recipe's pictures, without a second stage. Of the `rough` first numbers `prior` knows how they go
/// together; the others are what the rough code does not lead one to expect.
pub fn plain(recipe: &Recipe, parents: &[Known], prior: &Prior, rough: usize) -> Vec<Code> {
    let rest = |weights: &[f32]| -> Vec<f32> {
        let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut sum = vec![0.0; parents.first().map_or(0, |p| p.code.len() - rough)];
        for (parent, weight) in parents.iter().zip(weights) {
            sum.iter_mut().zip(&parent.code[rough..]).for_each(|(sum, x)| *sum += weight / whole * x);
        }
        sum
    };
    let frames = recipe.pictures();
    let share = |i: u32| f64::from(i) / f64::from(frames.max(2) - 1);
    let evolved = |mut code: Vec<f32>| {
        for &seed in &recipe.evolved {
            let stray =
                prior.between(&code[..rough], &prior.sample(seed, recipe.temperature), Line::Round, STRAY);
            code[..rough].copy_from_slice(&stray);
        }
        code
    };
    let code = |i: u32| match (recipe.kind, parents) {
        (Kind::Interpolate, [from, to]) => {
            let t = share(i);
            let code = prior.between(&from.code[..rough], &to.code[..rough], recipe.line, t);
            [code, rest(&[1.0 - t as f32, t as f32])].concat()
        }
        (Kind::Walk, [from]) => {
            let far = prior.sample(recipe.seed, recipe.temperature);
            let t = share(i) * 0.7;
            [prior.between(&from.code[..rough], &far, Line::Round, t), rest(&[1.0])].concat()
        }
        (Kind::Sample, _) => prior.sample(recipe.seed, recipe.temperature),
        _ => match own(recipe, parents) {
            Some(own) => own.code.clone(),
            None => {
                let weights = weights(recipe);
                let roughs: Vec<(&[f32], f32)> =
                    parents.iter().zip(&weights).map(|(parent, w)| (&parent.code[..rough], *w)).collect();
                [prior.average(&roughs), rest(&weights)].concat()
            }
        },
    };
    (0..frames).map(|i| Code::Ready(evolved(code(i)))).collect()
}

/// The same with a second stage; `wishes` are changes of the condition, one for each of the recipe's.
pub fn carried(
    recipe: &Recipe,
    parents: &[Known],
    wishes: &[Vec<f32>],
    second: &Second,
    cells: usize,
) -> Vec<Code> {
    let mix = Mix { second, cells, parents: parents.iter().map(|parent| on_scale(parent, second)).collect() };
    let change = wished(recipe, wishes, mix.second.condition().numbers());
    let size = second.flow.config().numbers * cells;
    let noise = turned(size, recipe);
    // What was chosen among variations is no parent itself any more.
    let as_it_is = recipe.towards.is_empty() && recipe.evolved.is_empty();
    let frames = recipe.pictures();
    let share = |i: u32| i as f32 / (frames.max(2) - 1) as f32;
    let frame = |i: u32| match (recipe.kind, parents) {
        (Kind::Interpolate, [from, to]) => {
            let t = share(i);
            match (as_it_is, t) {
                (true, 0.0) => Code::Ready(from.code.clone()),
                (true, 1.0) => Code::Ready(to.code.clone()),
                _ => mix.start(&[1.0 - t, t], recipe, &change, noise.clone(), 0.0),
            }
        }
        (Kind::Walk, [from]) if i == 0 && as_it_is => Code::Ready(from.code.clone()),
        (Kind::Walk, [_]) => {
            let t = share(i) * recipe.temperature;
            let drawn = self::noise(change.len(), recipe.seed ^ 0x77_616c, WALK * t);
            let change: Vec<f32> = change.iter().zip(&drawn).map(|(a, b)| a + b).collect();
            mix.start(&[1.0], recipe, &change, noise.clone(), t)
        }
        (Kind::Sample, _) => Code::Carried(Start {
            code: Vec::new(),
            keep: 0.0,
            noise: noise.clone(),
            condition: (!wishes.is_empty()).then(|| change.clone()),
        }),
        _ => match own(recipe, parents).filter(|_| as_it_is) {
            Some(own) => Code::Ready(own.code.clone()),
            None => mix.start(&weights(recipe), recipe, &change, noise.clone(), 0.0),
        },
    };
    (0..frames).map(frame).collect()
}

struct Mix<'a> {
    second: &'a Second,
    cells: usize,
    parents: Vec<Known>,
}

impl Mix<'_> {
    /// What a mixture by these weights begins with; `restless` drowns it deeper than the parents' disagreement does.
    fn start(
        &self,
        weights: &[f32],
        recipe: &Recipe,
        change: &[f32],
        noise: Vec<f32>,
        restless: f32,
    ) -> Code {
        let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
        let shares: Vec<f32> = weights.iter().map(|w| w / whole).collect();
        let rough = self.second.scale.rough() * self.cells;
        let mut code = match (&self.parents[..], recipe.kind, recipe.line) {
            ([from, to], Kind::Interpolate, Line::Round) => {
                let double = |parent: &Known| parent.code.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
                let code = round(&double(from), &double(to), f64::from(shares[1]));
                code.into_iter().map(|x| x as f32).collect()
            }
            _ => self.mean(&shares),
        };
        let mean = self.mean(&shares);
        let apart = |parent: &Known| {
            parent.code[..rough].iter().zip(&mean).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / rough as f32
        };
        let disagreement: f32 =
            self.parents.iter().zip(&shares).map(|(parent, share)| share.abs() * apart(parent)).sum();
        let wishes: f32 = recipe.towards.iter().map(|wish| WISH * wish.amount.abs()).sum();
        let evolved = if recipe.evolved.is_empty() { 0.0 } else { WISH };
        let depth = DEEPEST * (disagreement + wishes + evolved + restless).clamp(0.0, 1.0).sqrt();
        let told: Vec<(&[f32], f32)> =
            self.parents.iter().zip(&shares).map(|(parent, share)| (&parent.condition[..], *share)).collect();
        let mut condition = self.second.condition().mixed(&told);
        condition.iter_mut().zip(change).for_each(|(x, change)| *x += change);
        code.iter_mut().zip(self.second.steered(change)).for_each(|(x, change)| *x += change);
        Code::Carried(Start { code, keep: 1.0 - depth, noise, condition: Some(condition) })
    }

    fn mean(&self, shares: &[f32]) -> Vec<f32> {
        let mut mean = vec![0.0; self.parents.first().map_or(0, |parent| parent.code.len())];
        for (parent, share) in self.parents.iter().zip(shares) {
            mean.iter_mut().zip(&parent.code).for_each(|(sum, x)| *sum += share * x);
        }
        mean
    }
}

fn on_scale(parent: &Known, second: &Second) -> Known {
    let mut scaled = parent.clone();
    second.scale.scaled(&mut scaled.code);
    scaled
}

fn weights(recipe: &Recipe) -> Vec<f32> {
    recipe.parents.iter().map(|parent| parent.weight).collect()
}

/// The one cover that all the weight is on, if there is one.
fn own<'a>(recipe: &Recipe, parents: &'a [Known]) -> Option<&'a Known> {
    let mut used = parents.iter().zip(&recipe.parents).filter(|(_, parent)| parent.weight != 0.0);
    let (first, weight) = used.next()?;
    let same =
        weight.weight > 0.0 && used.all(|(other, parent)| parent.weight > 0.0 && other.code == first.code);
    same.then_some(first)
}

fn wished(recipe: &Recipe, wishes: &[Vec<f32>], numbers: usize) -> Vec<f32> {
    let mut change = vec![0.0; numbers];
    for (wish, direction) in recipe.towards.iter().zip(wishes) {
        change.iter_mut().zip(direction).for_each(|(sum, x)| *sum += wish.amount * x);
    }
    change
}

/// A recipe's noise: its seed's, turned by each seed that it was evolved with.
fn turned(count: usize, recipe: &Recipe) -> Vec<f32> {
    let mut all = noise(count, recipe.seed, recipe.temperature);
    for &seed in &recipe.evolved {
        let other = noise(count, seed, recipe.temperature);
        all.iter_mut().zip(other).for_each(|(x, other)| *x = TURN.cos() * *x + TURN.sin() * other);
    }
    all
}

fn noise(count: usize, seed: u64, deviation: f32) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| Distribution::<f32>::sample(&StandardNormal, &mut rng) * deviation).collect()
}
