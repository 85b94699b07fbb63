//! From noise, or from codes half drowned in it, along a flow to codes that covers could have.

use super::flow::Flow;
use candle_core::{Result, Tensor};

/// A code to be carried, with all that decides where to.
#[derive(Clone, Debug)]
pub struct Start {
    /// What one begins with, on the flow's scale: `[numbers · cells]`; ignored where `keep` is 0.
    pub code: Vec<f32>,
    /// How far on its way that is: 0 begins with noise alone, 1 changes nothing.
    pub keep: f32,
    /// Standard normal numbers, as many as the code's.
    pub noise: Vec<f32>,
    /// What the new cover shall be like; none for whatever cover.
    pub condition: Option<Vec<f32>>,
}

/// How the way is gone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Way {
    /// Steps (Heun's, two evaluations each but for the last).
    pub steps: u32,
    /// How much more than the flow itself the condition counts (Ho & Salimans 2022, “Classifier-free diffusion
    /// guidance”); 1 is the flow's own opinion.
    pub guidance: f64,
}

/// How a flow's way is gone from a mixture to what is wished for.
pub const MIXING: Way = Way { steps: 6, guidance: 2.0 };
/// How it is gone from noise alone; measured, see `docs/models.md`.
pub const SAMPLING: Way = Way { steps: 6, guidance: 5.0 };

/// Carries codes along. They go together; none depends on the others.
///
/// # Errors
/// When the codes have another shape than the flow's.
pub fn carry(flow: &Flow, starts: &[Start], side: usize, way: Way) -> Result<Vec<Vec<f32>>> {
    let (Some(first), 1..) = (starts.first(), way.steps) else {
        return Ok(starts.iter().map(|start| start.code.clone()).collect());
    };
    let n = starts.len();
    let device = flow.device();
    let numbers = flow.config().numbers;
    let mixed = starts.iter().flat_map(|start| {
        let keep = start.keep.clamp(0.0, 1.0);
        let code = start.code.iter().copied().chain(std::iter::repeat(0.0));
        start.noise.iter().zip(code).map(move |(noise, code)| keep * code + (1.0 - keep) * noise)
    });
    let mut x = Tensor::from_vec(mixed.collect::<Vec<f32>>(), (n, numbers, side, side), device)?;
    let told = flow.config().condition + 1;
    let conditions = starts.iter().flat_map(|start| match &start.condition {
        Some(condition) => condition.iter().copied().chain([1.0]).collect::<Vec<f32>>(),
        None => vec![0.0; told],
    });
    let conditions = Tensor::from_vec(conditions.collect::<Vec<f32>>(), (n, told, 1, 1), device)?;
    let untold = conditions.zeros_like()?;
    let guided = first.condition.is_some() || starts.iter().any(|start| start.condition.is_some());
    let velocity = |x: &Tensor, done: f64| -> Result<Tensor> {
        let times: Vec<f32> = starts.iter().map(|s| s.keep + (1.0 - s.keep) * done as f32).collect();
        let times = Tensor::from_vec(times, (n, 1, 1, 1), device)?;
        if !guided || way.guidance == 1.0 {
            return flow.velocity(x, &times, &conditions);
        }
        let both = flow.velocity(
            &Tensor::cat(&[x, x], 0)?,
            &Tensor::cat(&[&times, &times], 0)?,
            &Tensor::cat(&[&conditions, &untold], 0)?,
        )?;
        let (with, without) = (both.narrow(0, 0, n)?, both.narrow(0, n, n)?);
        &without + ((with - &without)? * way.guidance)?
    };
    let lengths: Vec<f32> = starts.iter().map(|s| (1.0 - s.keep) / way.steps as f32).collect();
    let lengths = Tensor::from_vec(lengths, (n, 1, 1, 1), device)?;
    for step in 0..way.steps {
        let at = |step: u32| f64::from(step) / f64::from(way.steps);
        let here = velocity(&x, at(step))?;
        let ahead = (&x + here.broadcast_mul(&lengths)?)?;
        x = if step + 1 < way.steps {
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

    fn start(keep: f32, seed: f32, condition: Option<Vec<f32>>) -> Start {
        let wave = |k: f32| (0..16).map(|i| (i as f32 * k + seed).sin()).collect();
        Start { code: wave(0.7), keep, noise: wave(1.9), condition }
    }

    const WAY: Way = Way { steps: 4, guidance: 2.0 };

    #[test]
    fn what_is_kept_whole_is_not_changed() {
        let start = start(1.0, 0.3, Some(vec![1.0, 2.0, 3.0]));
        let carried = carry(&flow(), std::slice::from_ref(&start), 2, WAY).unwrap();
        assert!(carried[0].iter().zip(&start.code).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn no_code_depends_on_what_is_carried_with_it() {
        let starts = [
            start(0.2, 0.1, Some(vec![1.0, 0.0, -1.0])),
            start(0.0, 0.9, None),
            start(0.7, 0.5, Some(vec![0.5; 3])),
        ];
        let together = carry(&flow(), &starts, 2, WAY).unwrap();
        for (start, together) in starts.iter().zip(together) {
            assert_eq!(carry(&flow(), std::slice::from_ref(start), 2, WAY).unwrap()[0], together);
        }
    }

    #[test]
    fn a_condition_changes_where_it_goes() {
        let with = carry(&flow(), &[start(0.2, 0.1, Some(vec![1.0, 0.0, -1.0]))], 2, WAY).unwrap();
        let other = carry(&flow(), &[start(0.2, 0.1, Some(vec![-1.0, 2.0, 1.0]))], 2, WAY).unwrap();
        assert_ne!(with, other);
    }
}
