//! One of the two networks of adversarial training, with its own Adam.

use super::error::TrainError;
use candle_core::{Tensor, Var};
use gatefold_nn::layers::{Params, Tape};
use gatefold_nn::optimiser::{Adam, AdamSettings, saved};
use std::collections::{BTreeMap, HashMap};

/// A network and all that belongs to it.
pub(super) struct Adversary<N> {
    pub(super) network: N,
    pub(super) variables: BTreeMap<String, Var>,
    pub(super) statistics: BTreeMap<String, Var>,
    pub(super) adam: Adam,
}

impl<N> Adversary<N> {
    pub(super) fn new(network: N, params: &Params, settings: AdamSettings) -> Result<Self, TrainError> {
        let (variables, statistics) = (params.variables(), params.statistics());
        Ok(Self { network, adam: Adam::new(variables.clone(), settings)?, variables, statistics })
    }

    /// Parameters and statistics, on the memory of the network itself.
    pub(super) fn tensors(&self) -> HashMap<String, Tensor> {
        let all = self.variables.iter().chain(&self.statistics);
        all.map(|(name, variable)| (name.clone(), variable.as_tensor().detach())).collect()
    }

    pub(super) fn restore(
        &mut self,
        tensors: &HashMap<String, Tensor>,
        adam: &HashMap<String, Tensor>,
    ) -> Result<(), TrainError> {
        for (name, variable) in self.variables.iter().chain(&self.statistics) {
            variable.set(&saved(tensors, name, variable.as_tensor())?)?;
        }
        Ok(self.adam.restore(adam)?)
    }

    /// One step down the loss; its value.
    pub(super) fn learn(
        &mut self,
        tape: &Tape,
        loss: &Tensor,
        rate: f64,
        step: u64,
    ) -> Result<f64, TrainError> {
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(TrainError::NotANumber { step });
        }
        let length = self.adam.step(&tape.backward(loss)?, rate, f64::INFINITY)?;
        if length.is_finite() { Ok(value) } else { Err(TrainError::NotANumber { step }) }
    }
}
