//! Conditions of the latent flow: principal components, of variance 1, of what the encoder ([`Learned`]) and the descriptors
//! say of covers, so that means of several covers mean something.

use super::error::ModelError;
use crate::learned::Learned;
use candle_core::{DType, Device, Tensor};
use gatefold_covers::features::measures::{self, Standard};
use gatefold_linalg::PcaParams;
use image::RgbImage;
use ndarray::{Array2, Axis};
use std::collections::HashMap;

/// What brings that which is known of covers to numbers of mean 0 and variance 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    standard: Standard,
    /// `[kept, known]`, row-major: unit vectors over their deviation.
    components: Vec<f32>,
    kept: usize,
}

/// All that is known of covers, a row each: the encoder's numbers, then the measures.
///
/// # Errors
/// When the encoder refuses.
pub fn known(learned: &Learned, covers: &[RgbImage]) -> Result<Array2<f32>, ModelError> {
    let measured = measures::of_each(covers);
    let seen = learned.of_measures(measured.view())?;
    ndarray::concatenate(Axis(1), &[seen.view(), measured.view()])
        .map_err(|error| ModelError::Refused(error.to_string()))
}

impl Condition {
    /// From rows of [`known`] of the training covers; `kept` components.
    ///
    /// # Errors
    /// When there are too few rows.
    pub fn of(mut rows: Array2<f32>, kept: usize) -> Result<Self, ModelError> {
        let standard = Standard::of(rows.rows().into_iter().filter_map(|row| row.to_slice()));
        for mut row in rows.rows_mut() {
            let bounded = standard.bounded(row.to_vec());
            row.iter_mut().zip(bounded).for_each(|(to, from)| *to = from);
        }
        let pca =
            PcaParams::new(kept).fit_rows(&rows).map_err(|error| ModelError::Refused(error.to_string()))?;
        if pca.components.nrows() != kept {
            let (found, rows) = (pca.components.nrows(), rows.nrows());
            return Err(ModelError::Refused(format!(
                "{rows} covers have {found} components, and a condition of {kept} is wanted: train on more covers"
            )));
        }
        let scales = pca.scales();
        let components = pca
            .components
            .rows()
            .into_iter()
            .zip(&scales)
            .flat_map(|(row, scale)| row.iter().map(|x| x * scale).collect::<Vec<f32>>())
            .collect();
        Ok(Self { standard, components, kept })
    }

    /// Numbers of a condition.
    pub fn numbers(&self) -> usize {
        self.kept
    }

    /// The condition that a row of [`known`] is. The mean row's is all 0.
    pub fn apply(&self, row: &[f32]) -> Vec<f32> {
        let row = self.standard.bounded(row.to_vec());
        let dot = |component: &[f32]| component.iter().zip(&row).map(|(a, b)| a * b).sum();
        self.components.chunks_exact(row.len().max(1)).map(dot).collect()
    }

    /// The mean of conditions by weight, as long as the weighted mean of their lengths.
    pub fn mixed(&self, conditions: &[(&[f32], f32)]) -> Vec<f32> {
        let whole: f32 =
            conditions.iter().map(|(_, weight)| weight.abs()).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut mean = vec![0.0; self.kept];
        let mut wanted = 0.0;
        for (condition, weight) in conditions {
            wanted += weight.abs() / whole * length(condition);
            for (sum, x) in mean.iter_mut().zip(*condition) {
                *sum += weight / whole * x;
            }
        }
        let found = length(&mean);
        // Parents that cancel out leave nothing that could be drawn out to any length.
        if found > 1e-6 * wanted {
            mean.iter_mut().for_each(|x| *x *= wanted / found);
        }
        mean
    }

    pub(super) fn save(&self, tensors: &mut HashMap<String, Tensor>) -> candle_core::Result<()> {
        let known = self.standard.mean.len();
        let rows =
            [self.standard.mean.clone(), self.standard.scale.clone(), self.components.clone()].concat();
        let rows = Tensor::from_vec(rows, (2 + self.kept, known), &Device::Cpu)?;
        tensors.insert("condition".to_owned(), rows);
        Ok(())
    }

    pub(super) fn load(tensors: &HashMap<String, Tensor>, kept: usize) -> Result<Self, ModelError> {
        let missing = || ModelError::Description(format!("the weights have no condition of {kept} numbers"));
        let rows = tensors.get("condition").filter(|t| t.dims().first() == Some(&(2 + kept)));
        let rows = rows.ok_or_else(missing)?.to_dtype(DType::F32)?.to_vec2::<f32>()?;
        let [mean, scale, components @ ..] = rows.as_slice() else { return Err(missing()) };
        let standard = Standard { mean: mean.clone(), scale: scale.clone() };
        Ok(Self { standard, components: components.concat(), kept })
    }
}

fn length(v: &[f32]) -> f32 {
    v.iter().map(|x| x * x).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn rows() -> Array2<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        Array2::from_shape_simple_fn((200, 8), || rng.gen_range(-1.0..3.0))
    }

    #[test]
    fn conditions_have_mean_0_and_variance_1() {
        let condition = Condition::of(rows(), 4).unwrap();
        let all: Vec<Vec<f32>> =
            rows().rows().into_iter().map(|row| condition.apply(row.as_slice().unwrap())).collect();
        for k in 0..4 {
            let mean = all.iter().map(|c| c[k]).sum::<f32>() / 200.0;
            let square = all.iter().map(|c| c[k] * c[k]).sum::<f32>() / 200.0;
            assert!(mean.abs() < 0.05 && (square - 1.0).abs() < 0.05, "{mean} {square}");
        }
    }

    #[test]
    fn a_mixture_keeps_its_length_and_one_cover_is_itself() {
        let condition = Condition::of(rows(), 4).unwrap();
        let (a, b) = (vec![3.0, 0.0, 0.0, 0.0], vec![0.0, 1.0, 0.0, 0.0]);
        assert_eq!(condition.mixed(&[(&a, 2.0), (&b, 0.0)]), a);
        assert!((length(&condition.mixed(&[(&a, 1.0), (&b, 1.0)])) - 2.0).abs() < 1e-5);
        assert!(condition.mixed(&[(&a, 1.0), (&a, -1.0)]).iter().all(|x| x.abs() < 1e-6));
    }

    #[test]
    fn too_few_covers_are_refused_with_a_sentence() {
        let few = rows().slice(ndarray::s![..3, ..]).to_owned();
        assert!(Condition::of(few, 8).unwrap_err().to_string().contains("more covers"));
    }

    #[test]
    fn a_condition_survives_its_file() {
        let condition = Condition::of(rows(), 4).unwrap();
        let mut tensors = HashMap::new();
        condition.save(&mut tensors).unwrap();
        assert_eq!(Condition::load(&tensors, 4).unwrap(), condition);
        assert!(Condition::load(&tensors, 5).is_err());
    }
}
