//! Heun ODE sampler for the latent flow, with classifier-free guidance (Ho & Salimans 2022, “Classifier-free diffusion
//! guidance”) and SDEdit's partial noising (Meng et al. 2021).

use super::flow::Flow;
use candle_core::{Result, Tensor};

/// Where the sampler begins, and what it is told.
#[derive(Clone, Debug)]
pub struct InitialLatent {
    /// What one begins with, on the flow's scale: `[numbers · cells]`; ignored where `strength` is 1.
    pub latent: Vec<f32>,
    /// SDEdit's strength, the share of the way that is gone: 1 begins with noise alone, 0 changes nothing.
    pub strength: f32,
    /// Standard normal numbers, as many as the latent's.
    pub noise: Vec<f32>,
    /// What the new cover shall be like; none for whatever cover.
    pub condition: Option<Vec<f32>>,
}

impl InitialLatent {
    /// The time at which it begins: 0 is noise, 1 a cover's latent.
    fn begins(&self) -> f32 {
        1.0 - self.strength.clamp(0.0, 1.0)
    }
}

/// How the flow is integrated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SamplerConfig {
    /// Steps (Heun's, two evaluations each but for the last).
    pub steps: u32,
    /// Guidance: how much more than in the flow itself the condition counts; 1 is the flow's own velocity.
    pub guidance: f64,
}

impl SamplerConfig {
    /// From a mixture of covers to one that has more of an attribute.
    pub const MIXING: Self = Self { steps: 6, guidance: 2.0 };
    /// From noise alone; measured, see `docs/models.md`.
    pub const SAMPLING: Self = Self { steps: 6, guidance: 5.0 };
}

/// Integrates the flow from each beginning to a latent that a cover could have. They go through the network together; none
/// depends on the others.
///
/// # Errors
/// When the latents have another shape than the flow's.
pub fn integrate(
    flow: &Flow,
    initial: &[InitialLatent],
    side: usize,
    sampler: SamplerConfig,
) -> Result<Vec<Vec<f32>>> {
    let SamplerConfig { steps, guidance } = sampler;
    if initial.is_empty() || steps == 0 {
        return Ok(initial.iter().map(|initial| initial.latent.clone()).collect());
    }
    let n = initial.len();
    let device = flow.device();
    let numbers = flow.config().numbers;
    let noised = initial.iter().flat_map(|initial| {
        let begins = initial.begins();
        let latent = initial.latent.iter().copied().chain(std::iter::repeat(0.0));
        initial.noise.iter().zip(latent).map(move |(noise, latent)| begins * latent + (1.0 - begins) * noise)
    });
    let mut x = Tensor::from_vec(noised.collect::<Vec<f32>>(), (n, numbers, side, side), device)?;
    let told = flow.config().condition + 1;
    let conditions = initial.iter().flat_map(|initial| match &initial.condition {
        Some(condition) => condition.iter().copied().chain([1.0]).collect::<Vec<f32>>(),
        None => vec![0.0; told],
    });
    let conditions = Tensor::from_vec(conditions.collect::<Vec<f32>>(), (n, told, 1, 1), device)?;
    let unconditional = conditions.zeros_like()?;
    let guided = guidance != 1.0 && initial.iter().any(|initial| initial.condition.is_some());
    let velocity = |x: &Tensor, done: f64| -> Result<Tensor> {
        let time = |initial: &InitialLatent| initial.begins() + (1.0 - initial.begins()) * done as f32;
        let times = Tensor::from_vec(initial.iter().map(time).collect::<Vec<f32>>(), (n, 1, 1, 1), device)?;
        if !guided {
            return flow.velocity(x, &times, &conditions);
        }
        let both = flow.velocity(
            &Tensor::cat(&[x, x], 0)?,
            &Tensor::cat(&[&times, &times], 0)?,
            &Tensor::cat(&[&conditions, &unconditional], 0)?,
        )?;
        let (with, without) = (both.narrow(0, 0, n)?, both.narrow(0, n, n)?);
        &without + ((with - &without)? * guidance)?
    };
    let lengths: Vec<f32> = initial.iter().map(|initial| (1.0 - initial.begins()) / steps as f32).collect();
    let lengths = Tensor::from_vec(lengths, (n, 1, 1, 1), device)?;
    for step in 0..steps {
        let at = |step: u32| f64::from(step) / f64::from(steps);
        let here = velocity(&x, at(step))?;
        let ahead = (&x + here.broadcast_mul(&lengths)?)?;
        x = if step + 1 < steps {
            let there = velocity(&ahead, at(step + 1))?;
            (&x + ((here + there)? * 0.5)?.broadcast_mul(&lengths)?)?
        } else {
            ahead
        };
    }
    x.flatten_from(1)?.to_device(&candle_core::Device::Cpu)?.to_vec2::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Config;
    use candle_core::Device;
    use gatefold_nn::layers::Params;

    fn flow() -> Flow {
        let config = Config { numbers: 4, condition: 3, width: 8, blocks: 1 };
        let params = Params::drawn(2, &Device::Cpu);
        let flow = Flow::new(&config, &params.root()).unwrap();
        // What leaves begins at almost nothing; let it say something.
        for (name, variable) in params.variables() {
            if name == "leave.conv.weight" {
                variable.set(&(variable.as_tensor() * 100.0).unwrap()).unwrap();
            }
        }
        flow
    }

    fn initial(strength: f32, seed: f32, condition: Option<Vec<f32>>) -> InitialLatent {
        let wave = |k: f32| (0..16).map(|i| (i as f32 * k + seed).sin()).collect();
        InitialLatent { latent: wave(0.7), strength, noise: wave(1.9), condition }
    }

    const SAMPLER: SamplerConfig = SamplerConfig { steps: 4, guidance: 2.0 };

    #[test]
    fn at_strength_0_nothing_changes() {
        let initial = initial(0.0, 0.3, Some(vec![1.0, 2.0, 3.0]));
        let found = integrate(&flow(), std::slice::from_ref(&initial), 2, SAMPLER).unwrap();
        assert!(found[0].iter().zip(&initial.latent).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn no_latent_depends_on_what_is_sampled_with_it() {
        let starts = [
            initial(0.8, 0.1, Some(vec![1.0, 0.0, -1.0])),
            initial(1.0, 0.9, None),
            initial(0.3, 0.5, Some(vec![0.5; 3])),
        ];
        let together = integrate(&flow(), &starts, 2, SAMPLER).unwrap();
        for (initial, together) in starts.iter().zip(together) {
            assert_eq!(integrate(&flow(), std::slice::from_ref(initial), 2, SAMPLER).unwrap()[0], together);
        }
    }

    #[test]
    fn a_condition_changes_where_it_goes() {
        let with = integrate(&flow(), &[initial(0.8, 0.1, Some(vec![1.0, 0.0, -1.0]))], 2, SAMPLER).unwrap();
        let other = integrate(&flow(), &[initial(0.8, 0.1, Some(vec![-1.0, 2.0, 1.0]))], 2, SAMPLER).unwrap();
        assert_ne!(with, other);
    }
}
