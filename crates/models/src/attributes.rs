//! Attribute vectors: mean differences of conditions (Larsen et al. 2016, “Autoencoding beyond pixels using a learned
//! similarity metric”), which say what “more jazz” or “darker” means among a catalogue's own covers.
//!
//! A genre's direction leads from the mean of all covers to the mean of those that are tagged with it, and as much to the
//! mean of all weighted by how likely the forest finds the genre; a quality's leads to the mean of the third that has
//! most of it. Genres differ little on average, since covers of one are of many kinds: their directions are drawn out to
//! the usual length of the qualities', at most [`FARTHEST`] times, so that an attribute of amount 1 can be seen.

use super::error::ModelError;
use super::latent_flow::Conditioner;
use gatefold_types::oklab::to_oklab;
use image::RgbImage;
use std::collections::BTreeMap;

/// Covers that a genre needs before it has a direction.
const FEWEST: usize = 5;

/// How many times its own length a genre's direction may become.
const FARTHEST: f32 = 4.0;

/// What is known of one of the catalogue's covers.
pub struct AttributeExample {
    /// Its picture, of any size.
    pub cover: RgbImage,
    /// Its tag.
    pub genre: Option<String>,
    /// Its year.
    pub year: Option<i32>,
    /// What the forest makes of it: genres and their probabilities.
    pub opinion: Vec<(String, f32)>,
}

/// Where each attribute leads.
#[derive(Clone, Debug, Default)]
pub struct AttributeVectors {
    directions: BTreeMap<String, Vec<f32>>,
}

impl AttributeVectors {
    /// Reads the directions from covers.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn of(conditioner: &Conditioner, examples: &[AttributeExample]) -> Result<Self, ModelError> {
        let mut conditions = Vec::with_capacity(examples.len());
        for some in examples.chunks(256) {
            let covers: Vec<RgbImage> = some.iter().map(|example| example.cover.clone()).collect();
            conditions.extend(conditioner.conditions(&covers)?);
        }
        Ok(Self::between(&conditions, examples))
    }

    fn between(conditions: &[Vec<f32>], examples: &[AttributeExample]) -> Self {
        let (mut directions, mut of_genres) = (BTreeMap::new(), BTreeMap::new());
        let all = vec![1.0; examples.len()];
        let middle = weighted(conditions, &all);
        let away = |weights: &[f32]| -> Vec<f32> {
            weighted(conditions, weights).iter().zip(&middle).map(|(a, b)| a - b).collect()
        };
        let mut genres: Vec<&String> = examples.iter().filter_map(|w| w.genre.as_ref()).collect();
        genres.sort();
        genres.dedup();
        for genre in genres {
            let tagged: Vec<f32> =
                examples.iter().map(|w| f32::from(u8::from(w.genre.as_ref() == Some(genre)))).collect();
            if tagged.iter().sum::<f32>() < FEWEST as f32 {
                continue;
            }
            let likely: Vec<f32> = examples.iter().map(|w| probability(w, genre)).collect();
            let by_tag = away(&tagged);
            let direction = if likely.iter().sum::<f32>() > 0.0 {
                by_tag.iter().zip(away(&likely)).map(|(a, b)| 0.5 * (a + b)).collect()
            } else {
                by_tag
            };
            of_genres.insert(genre.to_lowercase(), direction);
        }
        let mut quality = |most: &str, least: &str, of: &dyn Fn(&AttributeExample) -> Option<f32>| {
            let mut known: Vec<(f32, usize)> =
                examples.iter().enumerate().filter_map(|(i, w)| Some((of(w)?, i))).collect();
            let third = known.len() / 3;
            if third < FEWEST {
                return;
            }
            known.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mean = |some: &[(f32, usize)]| {
                let mut weights = vec![0.0; examples.len()];
                some.iter().for_each(|&(_, i)| weights[i] = 1.0);
                weighted(conditions, &weights)
            };
            let (low, high) = (mean(&known[..third]), mean(&known[known.len() - third..]));
            let half: Vec<f32> = high.iter().zip(&low).map(|(h, l)| 0.5 * (h - l)).collect();
            directions.insert(least.to_owned(), half.iter().map(|x| -x).collect());
            directions.insert(most.to_owned(), half);
        };
        quality("light", "dark", &|w| Some(mean_of(&w.cover, |[lightness, ..]| lightness)));
        quality("colourful", "grey", &|w| Some(mean_of(&w.cover, |[_, a, b]| a.hypot(b))));
        quality("new", "old", &|w| w.year.map(|year| year as f32));
        let mut usual: Vec<f32> = directions.values().map(|direction: &Vec<f32>| length(direction)).collect();
        usual.sort_by(f32::total_cmp);
        let usual = usual.get(usual.len() / 2).copied().unwrap_or(0.0);
        for (genre, mut direction) in of_genres {
            let factor = (usual / length(&direction).max(f32::MIN_POSITIVE)).clamp(1.0, FARTHEST);
            direction.iter_mut().for_each(|x: &mut f32| *x *= factor);
            directions.insert(genre, direction);
        }
        Self { directions }
    }

    /// The attributes that have a direction.
    pub fn names(&self) -> Vec<String> {
        self.directions.keys().cloned().collect()
    }

    /// The change of condition that an attribute of amount 1 stands for.
    ///
    /// # Errors
    /// [`ModelError::UnknownAttribute`] with all that is known, when this is not.
    pub fn direction(&self, what: &str) -> Result<Vec<f32>, ModelError> {
        let known =
            || ModelError::UnknownAttribute { attribute: what.to_owned(), known: self.names().join(", ") };
        self.directions.get(&what.trim().to_lowercase()).cloned().ok_or_else(known)
    }
}

fn length(direction: &[f32]) -> f32 {
    direction.iter().map(|x| x * x).sum::<f32>().sqrt()
}

fn probability(example: &AttributeExample, genre: &str) -> f32 {
    example.opinion.iter().find(|(name, _)| name == genre).map_or(0.0, |(_, likely)| *likely)
}

fn weighted(conditions: &[Vec<f32>], weights: &[f32]) -> Vec<f32> {
    let whole: f32 = weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let mut mean = vec![0.0; conditions.first().map_or(0, Vec::len)];
    for (condition, weight) in conditions.iter().zip(weights) {
        mean.iter_mut().zip(condition).for_each(|(sum, x)| *sum += weight / whole * x);
    }
    mean
}

/// Over a grid of pixels in Oklab; thousands more would say the same.
fn mean_of(cover: &RgbImage, of: impl Fn([f32; 3]) -> f32) -> f32 {
    let (width, height) = cover.dimensions();
    let at = |i: u32, side: u32| (2 * i + 1) * side / 32;
    let mut sum = 0.0;
    for y in 0..16 {
        for x in 0..16 {
            sum += of(to_oklab(cover.get_pixel(at(x, width), at(y, height)).0));
        }
    }
    sum / 256.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dark jazz covers of old at one end of the first number, light pop ones at the other.
    fn examples() -> (Vec<Vec<f32>>, Vec<AttributeExample>) {
        let example = |i: usize| {
            let jazz = i < 10;
            let grey = if jazz { 20 + i as u8 } else { 220 + i as u8 };
            AttributeExample {
                cover: RgbImage::from_pixel(16, 16, image::Rgb([grey; 3])),
                genre: Some(if jazz { "Jazz" } else { "pop" }.to_owned()),
                year: Some(if jazz { 1950 } else { 2000 } + i as i32),
                opinion: Vec::new(),
            }
        };
        let conditions = (0..20).map(|i| vec![if i < 10 { 1.0 } else { -1.0 }, 0.5]).collect();
        (conditions, (0..20).map(example).collect())
    }

    #[test]
    fn directions_lead_to_the_covers_that_they_name() {
        let (conditions, examples) = examples();
        let compass = AttributeVectors::between(&conditions, &examples);
        for (name, first) in
            [("jazz", 1.0), ("pop", -1.0), ("dark", 1.0), ("light", -1.0), ("old", 1.0), ("new", -1.0)]
        {
            let direction = compass.direction(name).unwrap();
            assert!(
                (direction[0] - first).abs() < 1e-5 && direction[1].abs() < 1e-5,
                "{name}: {direction:?}"
            );
        }
        assert_eq!(compass.direction(" JAZZ ").unwrap(), compass.direction("jazz").unwrap());
    }

    #[test]
    fn a_genre_leads_as_far_as_a_quality_but_no_farther_than_it_may() {
        let (_, mut examples) = examples();
        let conditions: Vec<Vec<f32>> =
            (0..20).map(|i| vec![0.0, if i < 10 { 0.01 } else { -0.01 }]).collect();
        let mut reach = |jazz: &dyn Fn(usize) -> bool| {
            for (i, example) in examples.iter_mut().enumerate() {
                example.genre = Some(if jazz(i) { "Jazz" } else { "pop" }.to_owned());
            }
            length(&AttributeVectors::between(&conditions, &examples).direction("jazz").unwrap())
        };
        // Eight of twelve at one end: a third of the way by themselves.
        assert!((reach(&|i| i < 8 || (10..14).contains(&i)) - 0.01).abs() < 1e-4);
        // Nine of seventeen: hardly any way.
        let far = reach(&|i| i < 9 || (10..18).contains(&i));
        assert!((far - FARTHEST * 0.01 / 17.0).abs() < 1e-4, "{far}");
    }

    #[test]
    fn the_forest_has_half_a_say() {
        let (mut conditions, mut examples) = examples();
        conditions.iter_mut().enumerate().for_each(|(i, c)| c[1] = if i % 2 == 0 { 1.0 } else { -1.0 });
        for example in &mut examples {
            example.opinion = vec![("Jazz".to_owned(), 0.5)];
        }
        // It finds the second half likely in part: its say pulls there, whatever the length.
        let straight = AttributeVectors::between(&conditions, &examples).direction("jazz").unwrap();
        for (example, condition) in examples.iter_mut().zip(&conditions) {
            example.opinion = vec![("Jazz".to_owned(), if condition[1] > 0.0 { 1.0 } else { 0.0 })];
        }
        let pulled = AttributeVectors::between(&conditions, &examples).direction("jazz").unwrap();
        assert!(straight[1].abs() < 1e-5 && pulled[1] > 0.1 && pulled[0] > 0.1, "{straight:?} {pulled:?}");
    }

    #[test]
    fn an_unknown_attribute_is_refused_with_those_that_are_known() {
        let (conditions, examples) = examples();
        let error =
            AttributeVectors::between(&conditions, &examples).direction("polka").unwrap_err().to_string();
        assert!(error.contains("polka") && error.contains("jazz"), "{error}");
    }
}
