//! Named parameters behind candle-nn's [`VarBuilder`]: drawn from a seed into a [`VarMap`], or loaded.
//!
//! candle-nn itself draws from the device's generator, which on the processor has no seed. This back end has a generator of
//! its own and draws in the order in which a network asks for its parameters, so that a seed gives the same network. It
//! keeps what a network measures rather than learns (running statistics) apart, where no optimiser sees it.

use candle_core::{DType, Device, Result, Shape, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder, VarMap};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Last parts of the names of running statistics.
pub const STATISTICS: [&str; 2] = ["running_mean", "running_variance"];

/// Where parameters come from, and those that were asked for.
pub struct Params {
    shared: Arc<Shared>,
    device: Device,
}

struct Shared {
    source: Source,
    variables: VarMap,
    statistics: VarMap,
}

enum Source {
    Drawn(Box<Mutex<ChaCha8Rng>>),
    Loaded(HashMap<String, Tensor>),
}

impl Params {
    /// New parameters, to be trained; the same seed draws the same.
    pub fn drawn(seed: u64, device: &Device) -> Self {
        let rng = Mutex::new(ChaCha8Rng::seed_from_u64(seed));
        Self::from(Source::Drawn(Box::new(rng)), device)
    }

    /// Parameters to be used as they are; they gather no gradients.
    pub fn loaded(tensors: HashMap<String, Tensor>, device: &Device) -> Self {
        Self::from(Source::Loaded(tensors), device)
    }

    fn from(source: Source, device: &Device) -> Self {
        let shared = Shared { source, variables: VarMap::new(), statistics: VarMap::new() };
        Self { shared: Arc::new(shared), device: device.clone() }
    }

    /// What networks are built from: the root of the names.
    pub fn root(&self) -> VarBuilder<'static> {
        let backend = Box::new(Backend(Arc::clone(&self.shared)));
        VarBuilder::from_backend(backend, DType::F32, self.device.clone())
    }

    /// All that were drawn, by name.
    pub fn variables(&self) -> BTreeMap<String, Var> {
        sorted(&self.shared.variables)
    }

    /// What the network measures rather than learns, by name: it is saved with the parameters, no optimiser sees it.
    pub fn statistics(&self) -> BTreeMap<String, Var> {
        sorted(&self.shared.statistics)
    }
}

/// A map of candle-nn's has no order; sums over parameters need one.
fn sorted(map: &VarMap) -> BTreeMap<String, Var> {
    let map = map.data().lock().unwrap_or_else(PoisonError::into_inner);
    map.iter().map(|(name, variable)| (name.clone(), variable.clone())).collect()
}

fn insert(map: &VarMap, name: &str, tensor: &Tensor) -> Result<Tensor> {
    let variable = Var::from_tensor(tensor)?;
    let tensor = variable.as_tensor().clone();
    map.data().lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), variable);
    Ok(tensor)
}

fn is_statistic(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| STATISTICS.contains(&last))
}

/// Parameters drawn from N(0, deviation²).
pub fn normal(deviation: f64) -> Init {
    Init::Randn { mean: 0.0, stdev: deviation }
}

struct Backend(Arc<Shared>);

impl SimpleBackend for Backend {
    fn get(&self, shape: Shape, name: &str, init: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let Shared { source, variables, statistics } = &*self.0;
        let tensor = match source {
            Source::Loaded(tensors) => {
                let Some(tensor) = tensors.get(name) else {
                    candle_core::bail!("the weights have no tensor {name}: they belong to another model");
                };
                if *tensor.shape() != shape {
                    let (found, needed) = (tensor.dims(), shape.dims());
                    candle_core::bail!("the tensor {name} is {found:?}, this model needs {needed:?}");
                }
                tensor.to_dtype(dtype)?.to_device(device)?
            }
            Source::Drawn(rng) => {
                let mut rng = rng.lock().unwrap_or_else(PoisonError::into_inner);
                let values: Vec<f32> = match init {
                    Init::Const(value) => vec![value as f32; shape.elem_count()],
                    Init::Randn { mean, stdev } => {
                        let draw = |_| {
                            (Distribution::<f64>::sample(&StandardNormal, &mut *rng) * stdev + mean) as f32
                        };
                        (0..shape.elem_count()).map(draw).collect()
                    }
                    other => candle_core::bail!("{name} begins as {other:?}, which has no seed here"),
                };
                Tensor::from_vec(values, shape, device)?.to_dtype(dtype)?
            }
        };
        match source {
            _ if is_statistic(name) => insert(statistics, name, &tensor),
            Source::Drawn(_) => insert(variables, name, &tensor),
            Source::Loaded(_) => Ok(tensor),
        }
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name} was asked for without a shape, and a network knows its shapes")
    }

    fn contains_tensor(&self, name: &str) -> bool {
        match &self.0.source {
            Source::Drawn(_) => true,
            Source::Loaded(tensors) => tensors.contains_key(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(params: &Params) -> Result<Vec<f32>> {
        let root = params.root();
        let weight = root.pp("a").get_with_hints((2, 3), "weight", normal(0.5))?;
        root.pp("a").get_with_hints(3, "running_mean", Init::Const(1.0))?;
        weight.flatten_all()?.to_vec1()
    }

    #[test]
    fn a_seed_draws_the_same_and_statistics_stand_apart() {
        let [one, same, other] = [1, 1, 2].map(|seed| Params::drawn(seed, &Device::Cpu));
        let first = ask(&one).unwrap();
        assert_eq!(first, ask(&same).unwrap());
        assert_ne!(first, ask(&other).unwrap());
        assert_eq!(one.variables().into_keys().collect::<Vec<_>>(), ["a.weight"]);
        assert_eq!(one.statistics().into_keys().collect::<Vec<_>>(), ["a.running_mean"]);
    }

    #[test]
    fn loaded_weights_are_used_as_they_are_and_others_are_refused_by_name() {
        let tensors = |name: &str, n: usize| {
            let weight = Tensor::full(2.0_f32, (2, n), &Device::Cpu).unwrap();
            let mean = Tensor::full(7.0_f32, 3, &Device::Cpu).unwrap();
            HashMap::from([(name.to_owned(), weight), ("a.running_mean".to_owned(), mean)])
        };
        let params = Params::loaded(tensors("a.weight", 3), &Device::Cpu);
        assert_eq!(ask(&params).unwrap(), [2.0; 6]);
        assert!(params.variables().is_empty());
        let mean = params.statistics()["a.running_mean"].as_tensor().to_vec1::<f32>().unwrap();
        assert_eq!(mean, [7.0; 3]);
        for wrong in [tensors("b.weight", 3), tensors("a.weight", 4)] {
            let refused = ask(&Params::loaded(wrong, &Device::Cpu)).unwrap_err().to_string();
            assert!(refused.contains("a.weight"), "{refused}");
        }
    }
}
