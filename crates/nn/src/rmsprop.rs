//! RMSprop with state that is saved, for critics that momentum unsettles (Arjovsky et al. 2017, “Wasserstein GAN”).

use super::fused;
use super::optimiser::{length, saved, steps_of};
use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};
use std::collections::{BTreeMap, HashMap};

/// Hinton's lecture 6e of “Neural networks for machine learning”, 2012; defaults and order of operations are PyTorch's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RmsPropSettings {
    /// Decay of the mean square.
    pub decay: f64,
    /// Keeps the division finite.
    pub epsilon: f64,
}

impl Default for RmsPropSettings {
    fn default() -> Self {
        Self { decay: 0.99, epsilon: 1e-8 }
    }
}

/// The optimiser and its state: a mean square per parameter and the number of steps.
pub struct RmsProp {
    settings: RmsPropSettings,
    variables: BTreeMap<String, Var>,
    squares: BTreeMap<String, Tensor>,
    steps: u64,
}

impl RmsProp {
    /// For these parameters, from rest.
    ///
    /// # Errors
    /// When memory cannot be had.
    pub fn new(variables: BTreeMap<String, Var>, settings: RmsPropSettings) -> Result<Self> {
        let zeros = |(name, v): (&String, &Var)| Ok((name.clone(), v.zeros_like()?.detach()));
        let squares = variables.iter().map(zeros).collect::<Result<_>>()?;
        Ok(Self { settings, variables, squares, steps: 0 })
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
        let RmsPropSettings { decay, epsilon } = self.settings;
        for (name, variable) in &self.variables {
            let (Some(gradient), Some(squares)) = (gradients.get(variable), self.squares.get_mut(name))
            else {
                continue;
            };
            let gradient = gradient.detach().contiguous()?;
            if gradient.device().is_cpu() {
                fused::decay_squares(squares, &gradient, decay, shrink * shrink * (1.0 - decay))?;
                fused::descend(variable.as_tensor(), &gradient, squares, (1.0, rate * shrink, 1.0, epsilon))?;
                continue;
            }
            let gradient = (gradient * shrink)?;
            *squares = ((&*squares * decay)? + (gradient.sqr()? * (1.0 - decay))?)?;
            let change = (gradient / (squares.sqrt()? + epsilon)?)?;
            variable.set(&(variable.as_tensor().detach() - (change * rate)?)?)?;
        }
        Ok(length)
    }

    /// A copy of all state as named tensors.
    ///
    /// # Errors
    /// When memory cannot be had.
    pub fn state(&self) -> Result<HashMap<String, Tensor>> {
        let mut all = HashMap::from([("steps".to_owned(), Tensor::new(self.steps as u32, &Device::Cpu)?)]);
        for (name, tensor) in &self.squares {
            all.insert(format!("squares.{name}"), tensor.copy()?);
        }
        Ok(all)
    }

    /// Takes up a saved state.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn restore(&mut self, state: &HashMap<String, Tensor>) -> Result<()> {
        for (name, tensor) in &mut self.squares {
            *tensor = saved(state, &format!("squares.{name}"), tensor)?.copy()?;
        }
        self.steps = steps_of(state)?;
        Ok(())
    }
}
