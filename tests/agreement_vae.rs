//! The whole VAE against the same written down plainly, in double precision and Candle's own operations on the CPU:
//! codes, covers, loss, and the gradient of every parameter. With `--features cuda` the left side runs on the GPU, so
//! that CPU and CUDA agree because both agree with this.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

#[path = "helpers/device.rs"]
mod device;

use candle_core::{D, DType, Result, Tensor};
use device::{Weights, device, distance, double, numbers, tolerance};
use gatefold::model::layers::{Params, Tape, squared_error};
use gatefold::model::vae::{Config, Vae};

struct Plain<'a>(&'a Weights);

impl Plain<'_> {
    fn get(&self, name: &str) -> Tensor {
        self.0.get(name).unwrap_or_else(|| panic!("{name} is no parameter")).as_tensor().clone()
    }

    fn conv(&self, x: &Tensor, name: &str, stride: usize) -> Result<Tensor> {
        let y = x.conv2d(&self.get(&format!("{name}.weight")), 1, stride, 1, 1)?;
        y.broadcast_add(&self.get(&format!("{name}.bias")).reshape((1, (), 1, 1))?)
    }

    fn up(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let y = x.conv_transpose2d(&self.get(&format!("{name}.weight")), 1, 0, 2, 1)?;
        y.broadcast_add(&self.get(&format!("{name}.bias")).reshape((1, (), 1, 1))?)
    }

    /// Groups of eight channels: both widths of this test's network divide by it.
    fn norm_silu(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let (n, c, h, w) = x.dims4()?;
        let grouped = x.reshape((n, c / 8, 8 * h * w))?;
        let centred = grouped.broadcast_sub(&grouped.mean_keepdim(D::Minus1)?)?;
        let deviation = (centred.sqr()?.mean_keepdim(D::Minus1)? + 1e-5)?.sqrt()?;
        let normal = centred.broadcast_div(&deviation)?.reshape((n, c, h, w))?;
        let channel = |part: &str| self.get(&format!("{name}.{part}")).reshape((1, (), 1, 1));
        let y = normal.broadcast_mul(&channel("scale")?)?.broadcast_add(&channel("shift")?)?;
        &y / (y.neg()?.exp()? + 1.0)?
    }

    fn residual(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let part = |x: &Tensor, part: &str| {
            let x = self.norm_silu(x, &format!("{name}.{part}.norm"))?;
            self.conv(&x, &format!("{name}.{part}.conv"), 1)
        };
        x + part(&part(x, "first")?, "second")?
    }

    /// Mean and logarithm of the variance.
    fn encode(&self, covers: &Tensor, code: usize) -> Result<(Tensor, Tensor)> {
        let x = self.conv(covers, "encoder.stem", 2)?;
        let x = self.residual(&x, "encoder.level0.0")?;
        let x = self.conv(&x, "encoder.level0.down", 2)?;
        let x = self.residual(&x, "encoder.level1.0")?;
        let x = self.conv(&self.norm_silu(&x, "encoder.norm")?, "encoder.code", 1)?;
        Ok((x.narrow(1, 0, code)?, x.narrow(1, code, code)?.clamp(-12.0, 4.0)?))
    }

    fn decode(&self, codes: &Tensor) -> Result<Tensor> {
        let x = self.conv(codes, "decoder.uncode", 1)?;
        let x = self.residual(&x, "decoder.level1.0")?;
        let x = self.up(&x, "decoder.level1.up")?;
        let x = self.residual(&x, "decoder.level0.0")?;
        self.up(&self.norm_silu(&x, "decoder.norm")?, "decoder.paint")
    }
}

#[test]
fn the_vae_and_its_gradients_are_those_of_plain_double_precision() {
    let config = Config { size: 16, channels: vec![8, 16], code: 3, blocks: 1 };
    let params = Params::drawn(5, device());
    let vae = Vae::new(&config, &params.root()).unwrap();
    for (i, (name, variable)) in params.variables().iter().enumerate() {
        // Biases and shifts that are not all 0.
        if name.ends_with("shift") || name.ends_with("bias") {
            let changed = (numbers(variable.dims(), i) * 0.3).unwrap().to_dtype(DType::F32).unwrap();
            variable.set(&changed.to_device(device()).unwrap()).unwrap();
        }
    }
    let (covers, noise) = (numbers(&[4, 3, 16, 16], 2), numbers(&[4, 3, 4, 4], 3));
    let single = |t: &Tensor| t.to_dtype(DType::F32).unwrap().to_device(device()).unwrap();

    let plain_weights = double(&params.variables());
    let plain = Plain(&plain_weights);
    let (mean, log_variance) = plain.encode(&covers, 3).unwrap();
    let drawn = (&mean + ((&log_variance * 0.5).unwrap().exp().unwrap() * &noise).unwrap()).unwrap();
    let plain_made = plain.decode(&drawn).unwrap();
    let error = (&plain_made - &covers).unwrap().sqr().unwrap().mean_all().unwrap();
    let terms = ((mean.sqr().unwrap() + log_variance.exp().unwrap()).unwrap() - &log_variance).unwrap();
    let kl = ((terms.sum_all().unwrap() - mean.elem_count() as f64).unwrap() * 0.5).unwrap();
    let plain_loss = ((error * 100.0).unwrap() + (kl * 0.25).unwrap()).unwrap();

    let tape = Tape::record();
    let posterior = vae.encode(&single(&covers)).unwrap();
    let made = vae.decode(&posterior.draw(&single(&noise)).unwrap()).unwrap();
    let error = squared_error(&made, &single(&covers)).unwrap();
    let loss = ((error * 100.0).unwrap() + (posterior.kl().unwrap() * 0.25).unwrap()).unwrap();
    for (name, a, b) in
        [("codes", &posterior.mean, &mean), ("covers", &made, &plain_made), ("loss", &loss, &plain_loss)]
    {
        assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
    }
    let (gradients, plain) = (tape.backward(&loss).unwrap(), plain_loss.backward().unwrap());
    for (name, variable) in &params.variables() {
        let (a, b) = (gradients.get(variable).unwrap(), plain.get(&plain_weights[name]).unwrap());
        assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
    }
}
