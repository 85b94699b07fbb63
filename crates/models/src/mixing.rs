//! From a recipe, its parents' covers and their codes to the code of each picture.
//!
//! Several parents are exposed onto one sheet ([`super::exposure`]), whose code is the mixture's. Wishes for light and
//! colour tone the sheet ([`super::tone`]); what else is wished for is painted into it by the second stage, as deep as
//! the wishes go. Where a recipe asks for the mean of codes itself, the
//! second stage carries it, drowned in noise as deep as the parents disagree, to a code that a cover could have; without
//! one it is drawn out to the parents' length. Parents that are one cover give that cover's own code, and so do the ends
//! of an interpolation.

use super::carry::Start;
use super::codes::{Prior, round};
use super::exposure::{Chance, Exposed, exposed};
use super::second::Second;
use super::tone::{is_tone, toned};
use gatefold_types::recipe::{Kind, Line, Recipe};
use image::RgbImage;
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
    /// What is measured by hand on it, each number on the scale of covers.
    pub look: Vec<f32>,
}

/// A picture's code, or what it is carried from.
#[derive(Clone, Debug)]
pub enum Code {
    /// As the decoder paints it.
    Ready(Vec<f32>),
    /// On the flow's scale.
    Carried(Start),
    /// Noise alone, and what shall come of it.
    Sampled(Start),
}

/// How deep codes of parents that have nothing in common are drowned.
const DEEPEST: f32 = 0.7;
/// How much disagreement a wish of amount 1 stands for.
const WISH: f32 = 0.3;
/// How far a variation turns what is drawn at random, in radians.
const TURN: f32 = 0.6;
/// How far a variation goes towards a sample where nothing is drawn at random, as a share of the way.
const STRAY: f64 = 0.15;
/// What tells the noise of a sample's condition from that of its code.
const TOLD: u64 = 0x74_6f6c;
/// How far in condition a walk of temperature 1 goes, in deviations per number.
const WALK: f32 = 0.7;

/// The sheets that a recipe's pictures are read from, one for each picture; none where codes alone say what it is.
/// `pictures` are the parents' covers, `known` what is known of them.
pub fn sheets(recipe: &Recipe, pictures: &[RgbImage], known: &[Known]) -> Vec<Option<RgbImage>> {
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
    let sheet = |weights: &[f32]| {
        let all = pictures.iter().zip(known).zip(weights);
        let parents: Vec<Exposed<'_>> =
            all.map(|((picture, known), &weight)| Exposed { picture, look: &known.look, weight }).collect();
        exposed(&parents, chance).map(|sheet| toned(sheet, &recipe.towards))
    };
    match recipe.kind {
        Kind::Average | Kind::Reconstruct if own(recipe, known).is_none() || !recipe.towards.is_empty() => {
            vec![sheet(&weights(recipe))]
        }
        Kind::Interpolate if !recipe.towards.is_empty() => {
            let at = |i: u32| i as f32 / (frames.max(2) - 1) as f32;
            (0..frames).map(|i| sheet(&[1.0 - at(i), at(i)])).collect()
        }
        Kind::Interpolate => {
            let last = frames.max(2) - 1;
            let at = |i: u32| i as f32 / last as f32;
            let between = |i: u32| (i > 0 && i < last).then(|| sheet(&[1.0 - at(i), at(i)])).flatten();
            (0..frames).map(between).collect()
        }
        _ => none,
    }
}

/// The codes of a recipe's pictures, without a second stage; `sheets` are those of [`sheets`], encoded. Of the `rough`
/// first numbers `prior` knows how they go together; the others are what the rough code does not lead one to expect.
pub fn plain(
    recipe: &Recipe,
    parents: &[Known],
    sheets: &[Option<Vec<f32>>],
    prior: &Prior,
    rough: usize,
) -> Vec<Code> {
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
    let line = if recipe.line == Line::Exposed { Line::Round } else { recipe.line };
    let code = |i: u32| match (recipe.kind, parents) {
        (Kind::Interpolate, [from, to]) => {
            let t = share(i);
            let code = prior.between(&from.code[..rough], &to.code[..rough], line, t);
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
    let code = |i: u32| match sheets.get(i as usize) {
        Some(Some(sheet)) => less(sheet, recipe, parents, rough),
        _ => evolved(code(i)),
    };
    (0..frames).map(|i| Code::Ready(code(i))).collect()
}

/// A sheet's code without what the parents of negative weight have more of than the others, in its rough part.
fn less(sheet: &[f32], recipe: &Recipe, parents: &[Known], rough: usize) -> Vec<f32> {
    let mut code = sheet.to_vec();
    if recipe.kind != Kind::Average {
        return code;
    }
    let weights = weights(recipe);
    let whole: f32 = weights.iter().map(|w| w.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
    let wanted: f32 = weights.iter().filter(|w| **w > 0.0).sum::<f32>().max(f32::MIN_POSITIVE);
    let unwanted = weights.iter().map(|w| (-w).max(0.0)).sum::<f32>() / whole;
    for (parent, weight) in parents.iter().zip(&weights) {
        // Towards the mean of the wanted ones, and away from the unwanted one.
        let part = if *weight > 0.0 { unwanted * weight / wanted } else { weight / whole };
        code[..rough].iter_mut().zip(&parent.code).for_each(|(sum, x)| *sum += part * x);
    }
    code
}

/// The same with a second stage; `wishes` are changes of the condition, one for each of the recipe's.
pub fn carried(
    recipe: &Recipe,
    parents: &[Known],
    sheets: &[Option<Vec<f32>>],
    wishes: &[Vec<f32>],
    second: &Second,
    cells: usize,
) -> Vec<Code> {
    let sheet = |i: u32| {
        let sheet = sheets.get(i as usize)?.as_deref()?;
        Some(less(sheet, recipe, parents, second.scale.rough() * cells))
    };
    let mix = Mix { second, cells, parents: parents.iter().map(|parent| on_scale(parent, second)).collect() };
    let change = wished(recipe, wishes, mix.second.condition().numbers());
    let size = second.flow.config().numbers * cells;
    let noise = turned(size, recipe, 0);
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
                _ => mix.of(&[1.0 - t, t], sheet(i), recipe, &change, noise.clone()),
            }
        }
        (Kind::Walk, [from]) if i == 0 && as_it_is => Code::Ready(from.code.clone()),
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
            Code::Sampled(start)
        }
        _ => match own(recipe, parents).filter(|_| as_it_is) {
            Some(own) => Code::Ready(own.code.clone()),
            None => mix.of(&weights(recipe), sheet(i), recipe, &change, noise.clone()),
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
    /// A mixture: what was read from its sheet, carried on only as far as there are wishes; without a sheet, from the
    /// parents' codes.
    fn of(
        &self,
        weights: &[f32],
        sheet: Option<Vec<f32>>,
        recipe: &Recipe,
        change: &[f32],
        noise: Vec<f32>,
    ) -> Code {
        match sheet {
            Some(sheet) if recipe.towards.iter().all(|wish| is_tone(&wish.what)) => Code::Ready(sheet),
            Some(mut sheet) => {
                self.second.scale.scaled(&mut sheet);
                let untoned = recipe.towards.iter().filter(|wish| !is_tone(&wish.what));
                let wanted: f32 = untoned.map(|wish| WISH * wish.amount.abs()).sum();
                let depth = DEEPEST * wanted.min(1.0).sqrt();
                self.begin(sheet, weights, change, noise, depth)
            }
            None => self.start(weights, recipe, change, noise, 0.0),
        }
    }

    /// What begins with a code on the flow's scale, drowned by `depth`.
    fn begin(&self, mut code: Vec<f32>, shares: &[f32], change: &[f32], noise: Vec<f32>, depth: f32) -> Code {
        let told: Vec<(&[f32], f32)> =
            self.parents.iter().zip(shares).map(|(parent, share)| (&parent.condition[..], *share)).collect();
        let mut condition = self.second.condition().mixed(&told);
        condition.iter_mut().zip(change).for_each(|(x, change)| *x += change);
        code.iter_mut().zip(self.second.steered(change)).for_each(|(x, change)| *x += change);
        Code::Carried(Start { code, keep: 1.0 - depth, noise, condition: Some(condition) })
    }

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
        let code = match (&self.parents[..], recipe.kind, recipe.line) {
            ([from, to], Kind::Interpolate, Line::Round | Line::Exposed) => {
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
        let evolved = if recipe.evolved.is_empty() { 0.0 } else { WISH };
        let depth = DEEPEST * (disagreement + wanted(recipe) + evolved + restless).clamp(0.0, 1.0).sqrt();
        self.begin(code, &shares, change, noise, depth)
    }

    fn mean(&self, shares: &[f32]) -> Vec<f32> {
        let mut mean = vec![0.0; self.parents.first().map_or(0, |parent| parent.code.len())];
        for (parent, share) in self.parents.iter().zip(shares) {
            mean.iter_mut().zip(&parent.code).for_each(|(sum, x)| *sum += share * x);
        }
        mean
    }
}

/// How much disagreement a recipe's wishes stand for.
fn wanted(recipe: &Recipe) -> f32 {
    recipe.towards.iter().map(|wish| WISH * wish.amount.abs()).sum()
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

/// What a sample begins with: noise for a code of `size` numbers, and what it shall be like, drawn as covers are
/// (the `told` numbers of a condition have mean 0 and variance 1 over covers).
pub fn sample(recipe: &Recipe, size: usize, told: usize) -> Start {
    Start {
        code: Vec::new(),
        keep: 0.0,
        noise: turned(size, recipe, 0),
        condition: Some(turned(told, recipe, TOLD)),
    }
}

/// A recipe's noise: its seed's, turned by each seed that it was evolved with; `purpose` tells one noise from another.
fn turned(count: usize, recipe: &Recipe, purpose: u64) -> Vec<f32> {
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
        let of = |(i, _)| Known { code: vec![i as f32], condition: Vec::new(), look: vec![i as f32] };
        covers.iter().enumerate().map(of).collect()
    }

    fn recipe(kind: Kind, parents: u64, wish: Option<&str>) -> Recipe {
        let parents = (0..parents).map(|id| Parent { id: AlbumId(id), weight: 1.0 }).collect();
        let towards = wish.map(|what| Towards { what: what.to_owned(), amount: 1.0 }).into_iter().collect();
        Recipe { steps: 4, towards, ..Recipe::new(kind, parents) }
    }

    fn light(sheet: &RgbImage) -> u64 {
        sheet.as_raw().iter().map(|&v| u64::from(v)).sum()
    }

    #[test]
    fn what_is_wished_for_in_light_is_in_every_sheet() {
        let covers = covers();
        let known = known(&covers);
        let dark = |kind: Kind, n: usize| {
            let sheets = sheets(&recipe(kind, n as u64, Some("dark")), &covers[..n], &known[..n]);
            sheets.into_iter().map(|sheet| light(&sheet.unwrap())).collect::<Vec<u64>>()
        };
        let plain = sheets(&recipe(Kind::Average, 2, None), &covers, &known).remove(0).unwrap();
        assert!(dark(Kind::Average, 2)[0] < light(&plain) * 9 / 10);
        let strip = dark(Kind::Interpolate, 2);
        assert_eq!(strip.len(), 4);
        assert!(strip[0] < light(&covers[0]) * 9 / 10 && strip[3] < light(&covers[1]) * 9 / 10);
        assert!(dark(Kind::Reconstruct, 1)[0] < light(&covers[0]) * 9 / 10);
    }

    #[test]
    fn one_cover_without_a_wish_needs_no_sheet() {
        let covers = covers();
        let known = known(&covers);
        for kind in [Kind::Reconstruct, Kind::Walk] {
            assert!(sheets(&recipe(kind, 1, None), &covers[..1], &known[..1]).iter().all(Option::is_none));
        }
        let strip = sheets(&recipe(Kind::Interpolate, 2, None), &covers, &known);
        assert!(strip[0].is_none() && strip[1].is_some() && strip[3].is_none());
    }
}
