//! Parameters by name, drawn from a seed or loaded; always in the order of their names.

use candle_core::{DType, Device, Result, Tensor, Var};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// Where parameters come from, and the list of those that were asked for.
pub struct Params {
    source: Source,
    device: Device,
    variables: RefCell<BTreeMap<String, Var>>,
    statistics: RefCell<BTreeMap<String, Var>>,
}

enum Source {
    Drawn(Box<RefCell<ChaCha8Rng>>),
    Loaded(HashMap<String, Tensor>),
}

impl Params {
    /// New parameters, to be trained; the same seed draws the same.
    pub fn drawn(seed: u64, device: &Device) -> Self {
        let rng = RefCell::new(ChaCha8Rng::seed_from_u64(seed));
        Self::from(Source::Drawn(Box::new(rng)), device)
    }

    /// Parameters to be used as they are; they gather no gradients.
    pub fn loaded(tensors: HashMap<String, Tensor>, device: &Device) -> Self {
        Self::from(Source::Loaded(tensors), device)
    }

    fn from(source: Source, device: &Device) -> Self {
        let (variables, statistics) = Default::default();
        Self { source, device: device.clone(), variables, statistics }
    }

    /// The root of the names.
    pub fn root(&self) -> Scope<'_> {
        Scope { params: self, prefix: String::new() }
    }

    /// All that were drawn, by name.
    pub fn variables(&self) -> BTreeMap<String, Var> {
        self.variables.borrow().clone()
    }

    /// What the network measures rather than learns, by name: it is saved with the parameters, no optimiser sees it.
    pub fn statistics(&self) -> BTreeMap<String, Var> {
        self.statistics.borrow().clone()
    }

    fn found(&self, tensors: &HashMap<String, Tensor>, name: &str, shape: &[usize]) -> Result<Tensor> {
        let Some(tensor) = tensors.get(name) else {
            candle_core::bail!("the weights have no tensor {name}: they belong to another model");
        };
        if tensor.dims() != shape {
            candle_core::bail!("the tensor {name} is {:?}, this model needs {shape:?}", tensor.dims());
        }
        tensor.to_dtype(DType::F32)?.to_device(&self.device)
    }

    fn get(
        &self,
        name: String,
        shape: &[usize],
        draw: impl FnOnce(&mut ChaCha8Rng) -> Vec<f32>,
    ) -> Result<Tensor> {
        match &self.source {
            Source::Loaded(tensors) => self.found(tensors, &name, shape),
            Source::Drawn(rng) => {
                let values = draw(&mut rng.borrow_mut());
                let variable = Var::from_tensor(&Tensor::from_vec(values, shape, &self.device)?)?;
                let tensor = variable.as_tensor().clone();
                self.variables.borrow_mut().insert(name, variable);
                Ok(tensor)
            }
        }
    }
}

/// A place in the tree of names.
#[derive(Clone)]
pub struct Scope<'a> {
    params: &'a Params,
    prefix: String,
}

impl Scope<'_> {
    /// One level down.
    pub fn pp(&self, name: impl std::fmt::Display) -> Self {
        Self { params: self.params, prefix: self.join(&name.to_string()) }
    }

    /// Where the parameters are.
    pub fn device(&self) -> &Device {
        &self.params.device
    }

    fn join(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) }
    }

    /// A parameter drawn from N(0, deviation²).
    ///
    /// # Errors
    /// When loaded weights have another shape or lack it.
    pub fn normal(&self, name: &str, shape: &[usize], deviation: f64) -> Result<Tensor> {
        self.normal_around(name, shape, 0.0, deviation)
    }

    /// A parameter drawn from N(mean, deviation²).
    ///
    /// # Errors
    /// When loaded weights have another shape or lack it.
    pub fn normal_around(&self, name: &str, shape: &[usize], mean: f64, deviation: f64) -> Result<Tensor> {
        let n = shape.iter().product();
        self.params.get(self.join(name), shape, |rng| {
            let draw = |_| (Distribution::<f64>::sample(&StandardNormal, rng) * deviation + mean) as f32;
            (0..n).map(draw).collect()
        })
    }

    /// A parameter that begins as one number.
    ///
    /// # Errors
    /// When loaded weights have another shape or lack it.
    pub fn constant(&self, name: &str, shape: &[usize], value: f32) -> Result<Tensor> {
        let n = shape.iter().product();
        self.params.get(self.join(name), shape, |_| vec![value; n])
    }

    /// A number per channel that the network measures itself, and what it is before anything was measured.
    ///
    /// # Errors
    /// When loaded weights have another shape or lack it.
    pub fn statistic(&self, name: &str, shape: &[usize], value: f32) -> Result<Var> {
        let name = self.join(name);
        let tensor = match &self.params.source {
            Source::Loaded(tensors) => self.params.found(tensors, &name, shape)?,
            Source::Drawn(_) => Tensor::full(value, shape, &self.params.device)?,
        };
        let variable = Var::from_tensor(&tensor)?;
        self.params.statistics.borrow_mut().insert(name, variable.clone());
        Ok(variable)
    }
}
