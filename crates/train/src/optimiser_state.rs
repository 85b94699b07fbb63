//! Optimiser state of a model with one loss: its parameters, AdamW and an exponential moving average of the weights.

use super::checkpoint::{Groups, Loaded};
use super::error::TrainError;
use candle_core::{Device, Tensor, Var};
use gatefold_nn::layers::Tape;
use gatefold_nn::optimiser::{Adam, AdamSettings, Average, saved};
use std::collections::{BTreeMap, HashMap};

/// Parameters and all state that goes with them.
pub(super) struct OptimiserState {
    variables: BTreeMap<String, Var>,
    adam: Adam,
    average: Average,
}

impl OptimiserState {
    /// From rest; `decay` is the average's.
    pub(super) fn new(
        variables: BTreeMap<String, Var>,
        settings: AdamSettings,
        decay: f64,
    ) -> Result<Self, TrainError> {
        let average = Average::new(&variables, decay)?;
        Ok(Self { adam: Adam::new(variables.clone(), settings)?, average, variables })
    }

    /// Step `step` down `loss` at learning rate `rate`, gradients cut to the length `clip`; loss and gradients' length.
    pub(super) fn descend(
        &mut self,
        tape: &Tape,
        loss: &Tensor,
        step: u64,
        (rate, clip): (f64, f64),
    ) -> Result<(f64, f64), TrainError> {
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(TrainError::NotANumber { step });
        }
        let length = self.adam.step(&tape.backward(loss)?, rate, clip)?;
        if !length.is_finite() {
            return Err(TrainError::NotANumber { step });
        }
        self.average.update(&self.variables, step + 1)?;
        Ok((value, length))
    }

    /// The averaged weights.
    pub(super) fn averaged(&self) -> Result<HashMap<String, Tensor>, TrainError> {
        Ok(self.average.weights()?)
    }

    /// All state, by group.
    pub(super) fn groups(&self) -> Result<Groups, TrainError> {
        let weights = self.variables.iter().map(|(name, v)| (name.clone(), v.as_tensor().clone())).collect();
        Ok(vec![
            ("weights", weights),
            ("average", self.average.weights()?),
            ("optimiser", self.adam.state()?),
        ])
    }

    /// Takes up a saved state.
    pub(super) fn restore(&mut self, loaded: &Loaded, device: &Device) -> Result<(), TrainError> {
        let weights = loaded.group("weights", device)?;
        for (name, variable) in &self.variables {
            variable.set(&saved(&weights, name, variable.as_tensor())?)?;
        }
        self.average.restore(&loaded.group("average", device)?)?;
        Ok(self.adam.restore(&loaded.group("optimiser", device)?)?)
    }
}
