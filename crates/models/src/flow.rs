//! Flow matching (Lipman et al. 2022, “Flow matching for generative modeling”; Liu et al. 2022, “Flow straight and fast”): the
//! network of the latent flow, which says the velocity from noise to covers' latents.
//!
//! A VAE's decoder decodes any latent, and most latents are no cover's. The velocity is conditioned on what is known of covers, so
//! that a mean of latents leads to a latent that a cover could have. Coarse and fine latents go together: four cells of the fine
//! grid lie in one of the coarse grid, and are channels of it here.

use candle_core::{Device, Result, Tensor};
use candle_nn::{Module, VarBuilder};
use gatefold_nn::layers::{Conv, NormSilu, tape};
use serde::{Deserialize, Serialize};

/// Shape of a flow; stands beside its weights.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Config {
    /// Numbers per cell: the coarse latent's, and four times the fine latent's.
    pub numbers: usize,
    /// Numbers of the condition.
    pub condition: usize,
    /// Channels.
    pub width: usize,
    /// Residual blocks.
    pub blocks: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { numbers: 64, condition: 96, width: 224, blocks: 6 }
    }
}

impl Config {
    /// Refuses what cannot be built, with a sentence.
    ///
    /// # Errors
    /// When a number is 0.
    pub fn check(&self) -> std::result::Result<(), String> {
        if self.numbers == 0 || self.width == 0 || self.blocks == 0 {
            return Err("a flow needs at least one number, one channel and one block".to_owned());
        }
        Ok(())
    }
}

/// Waves that tell the time, a sine and a cosine each.
const WAVES: usize = 32;

struct Block {
    first: (NormSilu, Conv),
    /// What time and condition have to say: a factor and a shift per channel.
    told: Conv,
    second: (NormSilu, Conv),
}

/// The network.
pub struct Flow {
    config: Config,
    device: Device,
    time: (Conv, Conv),
    condition: (Conv, Conv),
    enter: Conv,
    blocks: Vec<Block>,
    leave: (NormSilu, Conv),
}

impl Flow {
    /// A network of the given shape.
    ///
    /// # Errors
    /// When the shape cannot be built or loaded weights do not fit it.
    pub fn new(config: &Config, vb: &VarBuilder<'_>) -> Result<Self> {
        config.check().map_err(candle_core::Error::Msg)?;
        let width = config.width;
        let point = |name: &str, (input, output): (usize, usize), gain: f64| {
            Conv::new(&vb.pp(name), (input, output), 1, 1, 0, gain)
        };
        let blocks = (0..config.blocks).map(|i| {
            let vb = vb.pp(format!("block{i}"));
            let part = |name: &str, gain: f64| -> Result<(NormSilu, Conv)> {
                let vb = vb.pp(name);
                let conv = Conv::new(&vb.pp("conv"), (width, width), 3, 1, 1, gain)?;
                Ok((NormSilu::new(&vb.pp("norm"), width)?, conv))
            };
            let told = Conv::new(&vb.pp("told"), (width, 2 * width), 1, 1, 0, 0.1)?;
            Ok(Block { first: part("first", 1.4)?, told, second: part("second", 0.1)? })
        });
        Ok(Self {
            time: (point("time.first", (2 * WAVES, width), 1.0)?, point("time.second", (width, width), 1.0)?),
            // One number more says whether there is a condition at all.
            condition: (
                point("condition.first", (config.condition + 1, width), 1.0)?,
                point("condition.second", (width, width), 1.0)?,
            ),
            enter: Conv::new(&vb.pp("enter"), (config.numbers, width), 3, 1, 1, 1.0)?,
            blocks: blocks.collect::<Result<_>>()?,
            leave: (
                NormSilu::new(&vb.pp("leave.norm"), width)?,
                Conv::new(&vb.pp("leave.conv"), (width, config.numbers), 3, 1, 1, 0.01)?,
            ),
            config: config.clone(),
            device: vb.device().clone(),
        })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where it computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Where latents `[n, numbers, grid, grid]` on their way (0: noise, 1: a cover's latent) are going: the velocity, same
    /// shape. `times [n, 1, 1, 1]`; `conditions [n, condition + 1, 1, 1]`, whose last number is 1 where there is a
    /// condition, and all 0 where there is none.
    ///
    /// # Errors
    /// When the input has another shape.
    pub fn velocity(&self, latents: &Tensor, times: &Tensor, conditions: &Tensor) -> Result<Tensor> {
        let time = self.time.1.forward(&self.time.0.forward(&waves(times)?)?.silu()?)?;
        let condition = self.condition.1.forward(&self.condition.0.forward(conditions)?.silu()?)?;
        let known = (time + condition)?.silu()?;
        let width = self.config.width;
        let mut x = self.enter.forward(latents)?;
        for block in &self.blocks {
            let h = block.first.1.forward(&block.first.0.forward(&x)?)?;
            let told = block.told.forward(&known)?;
            let (factor, shift) = (told.narrow(1, 0, width)?, told.narrow(1, width, width)?);
            let h = h.broadcast_mul(&(factor + 1.0)?)?.broadcast_add(&shift)?;
            x = tape::sum(&x, &block.second.1.forward(&block.second.0.forward(&h)?)?)?;
        }
        self.leave.1.forward(&self.leave.0.forward(&x)?)
    }
}

/// Times `[n, 1, 1, 1]` in 0–1 → `[n, 2·WAVES, 1, 1]`, from one swing over the whole way to a thousand (Vaswani et al.
/// 2017).
fn waves(times: &Tensor) -> Result<Tensor> {
    let swings: Vec<f32> =
        (0..WAVES).map(|i| (1000.0_f32.ln() * i as f32 / (WAVES - 1) as f32).exp()).collect();
    let swings = Tensor::from_vec(swings, (1, WAVES, 1, 1), times.device())?;
    let angles = times.broadcast_mul(&swings)?;
    Tensor::cat(&[angles.sin()?, angles.cos()?], 1)?.contiguous()
}
