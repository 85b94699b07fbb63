//! The whole VAE against the same written down plainly, in double precision and Candle's own operations on the CPU:
//! codes, covers, loss, and the gradient of every parameter. With `--features cuda` the left side runs on the GPU, so
//! that CPU and CUDA agree because both agree with this.

use crate::helpers::device::{Weights, device, distance, double, numbers, tolerance};
use candle_core::{D, DType, Result, Tensor};
use gatefold::models::vae::{Config, Vae};
use gatefold_nn::layers::{Params, Tape, squared_error};

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

    fn head(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        self.conv(&self.norm_silu(x, &format!("{name}.norm"))?, &format!("{name}.conv"), 1)
    }

    /// Patches one by one: pictures `[n, 3, h, w]` → `[n, numbers, h / side, w / side]`.
    fn analyse(&self, x: &Tensor, name: &str, side: usize) -> Result<Tensor> {
        let (weight, bias) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let (_, _, height, width) = x.dims4()?;
        let row = |down: usize| -> Result<Tensor> {
            let cells = (0..width / side).map(|across| {
                let patch = x.narrow(2, down * side, side)?.narrow(3, across * side, side)?;
                let said = patch.contiguous()?.flatten_from(1)?.matmul(&weight)?.broadcast_add(&bias)?;
                said.unsqueeze(2)?.unsqueeze(3)
            });
            Tensor::cat(&cells.collect::<Result<Vec<_>>>()?, 3)
        };
        Tensor::cat(&(0..height / side).map(row).collect::<Result<Vec<_>>>()?, 2)
    }

    /// The way back.
    fn synthesise(&self, code: &Tensor, name: &str, side: usize) -> Result<Tensor> {
        let (weight, bias) = (self.get(&format!("{name}.weight")), self.get(&format!("{name}.bias")));
        let (n, _, rows, columns) = code.dims4()?;
        let row = |down: usize| -> Result<Tensor> {
            let cells = (0..columns).map(|across| {
                let cell = code.narrow(2, down, 1)?.narrow(3, across, 1)?.contiguous()?.flatten_from(1)?;
                cell.matmul(&weight)?.broadcast_add(&bias)?.reshape((n, 3, side, side))
            });
            Tensor::cat(&cells.collect::<Result<Vec<_>>>()?, 3)
        };
        Tensor::cat(&(0..rows).map(row).collect::<Result<Vec<_>>>()?, 2)
    }

    /// Everything that a training step computes: the rough code's mean, the detail's, the pictures, both KL terms summed.
    fn whole(&self, covers: &Tensor, noise: [&Tensor; 2]) -> Result<[Tensor; 4]> {
        let split = |x: Tensor, n: usize| -> Result<(Tensor, Tensor)> {
            Ok((x.narrow(1, 0, n)?, x.narrow(1, n, n)?.clamp(-12.0, 4.0)?))
        };
        let drawn = |mean: &Tensor, log: &Tensor, noise: &Tensor| mean + ((log * 0.5)?.exp()? * noise)?;
        let x = self.residual(&self.conv(covers, "encoder.stem", 2)?, "encoder.level0.0")?;
        let features = x.clone();
        let x = self.residual(&self.conv(&x, "encoder.down0", 2)?, "encoder.level1.0")?;
        let (mean, log) = split(self.head(&x, "encoder.code")?, CODE)?;
        let mean = (mean + self.analyse(covers, "encoder.linear", 4)?)?;
        let code = drawn(&mean, &log, noise[0])?;

        let picture = self.synthesise(&code, "decoder.linear", 4)?;
        let x = self.residual(&self.conv(&code, "decoder.uncode", 1)?, "decoder.level1.0")?;
        let x = self.residual(&self.up(&x, "decoder.up0")?, "decoder.detail.before")?;
        let (expected, spread) = split(self.head(&x, "decoder.detail")?, DETAIL)?;
        let rest = self.analyse(&(covers - &picture)?, "encoder.detail.linear", 2)?;
        let said = self.head(&Tensor::cat(&[&features, &x], 1)?, "encoder.detail")?;
        let (correction, sure) = split(said, DETAIL)?;
        let detail_mean = (correction + rest)?;
        let detail = drawn(&detail_mean, &sure, noise[1])?;

        let x = (x + self.conv(&detail, "decoder.detail.mix", 1)?)?;
        let picture = (picture + self.synthesise(&detail, "decoder.detail.linear", 2)?)?;
        let x = self.residual(&x, "decoder.level0.0")?;
        let made = (picture + self.up(&self.norm_silu(&x, "decoder.paint.norm")?, "decoder.paint.conv")?)?;

        let own = (((mean.sqr()? + log.exp()?)? - &log)? - 1.0)?.sum_all()?;
        let moved = ((&detail_mean - &expected)?.sqr()? / spread.exp()?)?;
        let apart = (&sure - &spread)?;
        let other = (((moved + apart.exp()?)? - apart)? - 1.0)?.sum_all()?;
        Ok([mean, detail_mean, made, ((own + other)? * 0.5)?])
    }
}

const CODE: usize = 3;
const DETAIL: usize = 2;

#[test]
fn the_vae_and_its_gradients_are_those_of_plain_double_precision() {
    let config = Config { size: 16, channels: vec![8, 16], coarse: CODE, fine: DETAIL, blocks: vec![1, 1] };
    let params = Params::drawn(5, device());
    let vae = Vae::new(&config, &params.root()).unwrap();
    for (i, (name, variable)) in params.variables().iter().enumerate() {
        // Biases and shifts that are not all 0, and heads that say something.
        let changed = if name.ends_with("shift") || name.ends_with("bias") {
            (numbers(variable.dims(), i) * 0.3).unwrap().to_dtype(DType::F32).unwrap()
        } else if name.ends_with("conv.weight") && !name.contains("level") {
            (numbers(variable.dims(), i) * 0.1).unwrap().to_dtype(DType::F32).unwrap()
        } else {
            continue;
        };
        variable.set(&changed.to_device(device()).unwrap()).unwrap();
    }
    let covers = numbers(&[4, 3, 16, 16], 2);
    let noise = [numbers(&[4, CODE, 4, 4], 3), numbers(&[4, DETAIL, 8, 8], 4)];
    let single = |t: &Tensor| t.to_dtype(DType::F32).unwrap().to_device(device()).unwrap();

    let plain_weights = double(&params.variables());
    let [mean, detail_mean, plain_made, kl] =
        Plain(&plain_weights).whole(&covers, [&noise[0], &noise[1]]).unwrap();
    let error = (&plain_made - &covers).unwrap().sqr().unwrap().mean_all().unwrap();
    let plain_loss = ((error * 100.0).unwrap() + (kl * 0.25).unwrap()).unwrap();

    let tape = Tape::record();
    let encoded = vae.encode(&single(&covers)).unwrap();
    let sketch = vae.sketch(&encoded.coarse.draw(&single(&noise[0])).unwrap()).unwrap();
    let detail = vae.fine(&encoded, &sketch).unwrap().unwrap();
    let made = vae.paint(&sketch, Some(&detail.draw(&single(&noise[1])).unwrap())).unwrap();
    let error = squared_error(&made, &single(&covers)).unwrap();
    let expected = sketch.prior.as_ref().unwrap();
    let kl = (encoded.coarse.kl().unwrap() + detail.kl_from(expected).unwrap()).unwrap().sum_all().unwrap();
    let loss = ((error * 100.0).unwrap() + (kl * 0.25).unwrap()).unwrap();
    for (name, a, b) in [
        ("codes", &encoded.coarse.mean, &mean),
        ("details", &detail.mean, &detail_mean),
        ("covers", &made, &plain_made),
        ("loss", &loss, &plain_loss),
    ] {
        assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
    }
    let (gradients, plain) = (tape.backward(&loss).unwrap(), plain_loss.backward().unwrap());
    for (name, variable) in &params.variables() {
        let (a, b) = (gradients.get(variable).unwrap(), plain.get(&plain_weights[name]).unwrap());
        assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
    }
}
