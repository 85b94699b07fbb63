//! AdamW with everything that has to be saved, clipping by global norm, a moving average of the weights, and the
//! schedule of the learning rate.

use super::fused;
use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};
use std::collections::{BTreeMap, HashMap};

/// Loshchilov & Hutter 2017, “Decoupled weight decay regularization”.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AdamSettings {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Keeps the division finite.
    pub epsilon: f64,
    /// Decay of the weights themselves, times the learning rate.
    pub weight_decay: f64,
}

impl Default for AdamSettings {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weight_decay: 1e-4 }
    }
}

/// The optimiser and its state: two moments per parameter and the number of steps.
pub struct Adam {
    settings: AdamSettings,
    variables: BTreeMap<String, Var>,
    first: BTreeMap<String, Tensor>,
    second: BTreeMap<String, Tensor>,
    steps: u64,
}

impl Adam {
    /// For these parameters, from rest.
    ///
    /// # Errors
    /// When memory for the state cannot be had.
    pub fn new(variables: BTreeMap<String, Var>, settings: AdamSettings) -> Result<Self> {
        let zeros = || -> Result<BTreeMap<String, Tensor>> {
            variables.iter().map(|(name, v)| Ok((name.clone(), v.zeros_like()?.detach()))).collect()
        };
        Ok(Self { settings, first: zeros()?, second: zeros()?, variables, steps: 0 })
    }

    /// One step at learning rate `rate`; gradients longer together than `clip` are shortened to it. Returns the
    /// gradients' length before that; when it is not a number, nothing was changed.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn step(&mut self, gradients: &GradStore, rate: f64, clip: f64) -> Result<f64> {
        let length = length(&self.variables, gradients)?;
        if !length.is_finite() {
            return Ok(length);
        }
        let shrink = if length > clip { clip / length } else { 1.0 };
        self.steps += 1;
        let AdamSettings { beta1, beta2, epsilon, weight_decay } = self.settings;
        let steps = self.steps.min(1_000_000) as i32;
        let (debias1, debias2) = (1.0 - beta1.powi(steps), 1.0 - beta2.powi(steps));
        for (name, variable) in &self.variables {
            let Some(gradient) = gradients.get(variable) else { continue };
            let gradient = gradient.detach().contiguous()?;
            let (Some(first), Some(second)) = (self.first.get_mut(name), self.second.get_mut(name)) else {
                continue;
            };
            let kept = 1.0 - rate * weight_decay;
            if gradient.device().is_cpu() {
                fused::decay(first, &gradient, beta1, shrink * (1.0 - beta1))?;
                fused::decay_squares(second, &gradient, beta2, shrink * shrink * (1.0 - beta2))?;
                let weights = variable.as_tensor();
                fused::descend(weights, first, second, (kept, rate / debias1, debias2, epsilon))?;
                continue;
            }
            let gradient = (gradient * shrink)?;
            *first = ((&*first * beta1)? + (&gradient * (1.0 - beta1))?)?;
            *second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
            let change = ((&*first / debias1)? / ((&*second / debias2)?.sqrt()? + epsilon)?)?;
            variable.set(&((variable.as_tensor().detach() * kept)? - (change * rate)?)?)?;
        }
        Ok(length)
    }

    /// A copy of all state as named tensors.
    ///
    /// # Errors
    /// When memory cannot be had.
    pub fn state(&self) -> Result<HashMap<String, Tensor>> {
        let mut all = HashMap::new();
        all.insert("steps".to_owned(), Tensor::new(self.steps as u32, &Device::Cpu)?);
        for (kind, of) in [("first", &self.first), ("second", &self.second)] {
            for (name, tensor) in of {
                all.insert(format!("{kind}.{name}"), tensor.copy()?);
            }
        }
        Ok(all)
    }

    /// Takes up a saved state.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn restore(&mut self, state: &HashMap<String, Tensor>) -> Result<()> {
        for (kind, of) in [("first", &mut self.first), ("second", &mut self.second)] {
            for (name, tensor) in of.iter_mut() {
                *tensor = saved(state, &format!("{kind}.{name}"), tensor)?.copy()?;
            }
        }
        self.steps = steps_of(state)?;
        Ok(())
    }
}

/// The number of steps in an optimiser's state.
pub(crate) fn steps_of(state: &HashMap<String, Tensor>) -> Result<u64> {
    match state.get("steps") {
        Some(steps) => Ok(u64::from(steps.to_scalar::<u32>()?)),
        None => {
            candle_core::bail!("the number of steps is missing: the checkpoint belongs to another optimiser")
        }
    }
}

/// Length of all gradients together.
pub(crate) fn length(variables: &BTreeMap<String, Var>, gradients: &GradStore) -> Result<f64> {
    let mut squares = 0.0_f64;
    for variable in variables.values() {
        let Some(gradient) = gradients.get(variable) else { continue };
        squares += if gradient.device().is_cpu() {
            fused::squares(&gradient.contiguous()?)?
        } else {
            f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?)
        };
    }
    Ok(squares.sqrt())
}

/// A saved tensor, if it is there and has the shape of `like`.
pub fn saved(state: &HashMap<String, Tensor>, name: &str, like: &Tensor) -> Result<Tensor> {
    match state.get(name) {
        Some(tensor) if tensor.shape() == like.shape() => tensor.to_device(like.device()),
        Some(tensor) => {
            candle_core::bail!("{name} is {:?}, this model needs {:?}", tensor.shape(), like.shape())
        }
        None => candle_core::bail!("{name} is missing: the checkpoint belongs to another model"),
    }
}

/// Exponential moving average of the weights: what is shipped and sampled from.
pub struct Average {
    decay: f64,
    weights: BTreeMap<String, Tensor>,
}

impl Average {
    /// Begins at the present weights.
    ///
    /// # Errors
    /// When memory cannot be had.
    pub fn new(variables: &BTreeMap<String, Var>, decay: f64) -> Result<Self> {
        let copy = |v: &Var| v.as_tensor().detach().copy();
        let weights =
            variables.iter().map(|(name, v)| Ok((name.clone(), copy(v)?))).collect::<Result<_>>()?;
        Ok(Self { decay, weights })
    }

    /// Moves towards the present weights; early steps move faster, so that the beginning is forgotten.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn update(&mut self, variables: &BTreeMap<String, Var>, step: u64) -> Result<()> {
        let decay = self.decay.min((1.0 + step as f64) / (10.0 + step as f64));
        for (name, weight) in &mut self.weights {
            let Some(variable) = variables.get(name) else { continue };
            if weight.device().is_cpu() {
                fused::decay(weight, variable.as_tensor(), decay, 1.0 - decay)?;
            } else {
                *weight = ((&*weight * decay)? + (variable.as_tensor().detach() * (1.0 - decay))?)?;
            }
        }
        Ok(())
    }

    /// A copy of the averaged weights.
    ///
    /// # Errors
    /// When memory cannot be had.
    pub fn weights(&self) -> Result<HashMap<String, Tensor>> {
        self.weights.iter().map(|(name, tensor)| Ok((name.clone(), tensor.copy()?))).collect()
    }

    /// Takes up saved weights.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn restore(&mut self, state: &HashMap<String, Tensor>) -> Result<()> {
        for (name, weight) in &mut self.weights {
            *weight = saved(state, name, weight)?.copy()?;
        }
        Ok(())
    }
}

/// Learning rate at `step`: a linear rise over `warm_up` steps, then half a cosine down to a twentieth at `steps`.
pub fn rate(peak: f64, step: u64, warm_up: u64, steps: u64) -> f64 {
    if step < warm_up {
        return peak * (step + 1) as f64 / warm_up as f64;
    }
    let done = (step - warm_up) as f64 / steps.saturating_sub(warm_up).max(1) as f64;
    let cosine = 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos());
    peak * (0.05 + 0.95 * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adam_finds_the_bottom_of_a_bowl_and_continues_from_its_state() {
        let variable = Var::new(&[3.0_f32, -2.0], &Device::Cpu).unwrap();
        let variables = BTreeMap::from([("x".to_owned(), variable.clone())]);
        let settings = AdamSettings { weight_decay: 0.0, ..AdamSettings::default() };
        let mut adam = Adam::new(variables.clone(), settings).unwrap();
        let descend = |adam: &mut Adam, steps: usize| {
            for _ in 0..steps {
                let loss = variable.as_tensor().sqr().unwrap().sum_all().unwrap();
                adam.step(&loss.backward().unwrap(), 0.05, 10.0).unwrap();
            }
            variable.as_tensor().to_vec1::<f32>().unwrap()
        };
        descend(&mut adam, 50);
        let state = adam.state().unwrap();
        let kept = variable.as_tensor().copy().unwrap();
        let straight = descend(&mut adam, 50);
        variable.set(&kept).unwrap();
        let mut again = Adam::new(variables, settings).unwrap();
        again.restore(&state).unwrap();
        assert_eq!(descend(&mut again, 50), straight);
        assert!(descend(&mut again, 200).iter().all(|x| x.abs() < 1e-2));
    }

    #[test]
    fn the_rate_rises_then_falls() {
        assert!(rate(1.0, 0, 10, 100) < rate(1.0, 5, 10, 100));
        assert!((rate(1.0, 10, 10, 100) - 1.0).abs() < 1e-9);
        assert!((rate(1.0, 100, 10, 100) - 0.05).abs() < 1e-9);
    }
}
