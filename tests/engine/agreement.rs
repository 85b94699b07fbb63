//! Blocks and whole networks against the same written down plainly, in double precision and Candle's own operations on
//! the CPU: outputs and every gradient. With `--features cuda` the left side runs on the GPU, so that CPU and CUDA agree
//! because both agree with this.

use crate::helpers::device::{Weights, device, distance, double, numbers, tolerance};
use candle_core::{DType, Module, Result, Tensor, Var};
use gatefold::models::dcgan::{Config, Discriminator, Generator, softplus};
use gatefold_nn::layers::{
    BatchNorm, NormSilu, Params, Statistics, conv_transpose2d, conv2d, leaky, upsample_conv2d,
};

/// A block in single precision on the device under test, and the same in double precision.
struct Block {
    name: &'static str,
    /// Shapes of what goes in; gradients are compared at each.
    shapes: Vec<Vec<usize>>,
    ours: fn(&[Tensor]) -> Result<Tensor>,
    plain: fn(&[Tensor]) -> Result<Tensor>,
}

fn blocks() -> Vec<Block> {
    let block = |name, shapes: &[&[usize]], ours, plain| {
        let shapes = shapes.iter().map(|shape| shape.to_vec()).collect();
        Block { name, shapes, ours, plain }
    };
    vec![
        block(
            "convolution 3×3",
            &[&[2, 5, 9, 9], &[7, 5, 3, 3]],
            |t| conv2d(&t[0], &t[1], 1, 1),
            |t| t[0].conv2d(&t[1], 1, 1, 1, 1),
        ),
        block(
            "convolution 4×4, stride 2",
            &[&[2, 3, 16, 16], &[8, 3, 4, 4]],
            |t| conv2d(&t[0], &t[1], 2, 1),
            |t| t[0].conv2d(&t[1], 1, 2, 1, 1),
        ),
        block(
            "transposed convolution 4×4, stride 2",
            &[&[2, 6, 8, 8], &[6, 3, 4, 4]],
            |t| conv_transpose2d(&t[0], &t[1], 2, 1),
            |t| t[0].conv_transpose2d(&t[1], 1, 0, 2, 1),
        ),
        block(
            "doubling and convolution",
            &[&[2, 4, 6, 6], &[5, 4, 3, 3]],
            |t| upsample_conv2d(&t[0], &t[1]),
            |t| {
                let (n, c, h, w) = t[0].dims4()?;
                let doubled = t[0].reshape((n, c, h, 1, w, 1))?.broadcast_as((n, c, h, 2, w, 2))?;
                doubled.reshape((n, c, 2 * h, 2 * w))?.conv2d(&t[1], 1, 1, 1, 1)
            },
        ),
        block("leaky rectifier", &[&[2, 3, 9, 9]], |t| leaky(&t[0], 0.2), |t| rectified(&t[0], 0.2)),
        block(
            "batch normalisation",
            &[&[4, 6, 5, 5]],
            |t| {
                let params = Params::drawn(1, t[0].device());
                let norm = BatchNorm::new(&params.root(), 6, 0.0, 0.2)?;
                norm.forward(&t[0], Statistics::Batch(0.0))
            },
            |t| {
                let centred = t[0].broadcast_sub(&t[0].mean_keepdim((0, 2, 3))?)?;
                let variance = centred.sqr()?.mean_keepdim((0, 2, 3))?;
                rectified(&centred.broadcast_div(&(variance + 1e-5)?.sqrt()?)?, 0.2)
            },
        ),
        block(
            "group normalisation and SiLU",
            &[&[2, 16, 5, 5]],
            |t| NormSilu::new(&Params::drawn(1, t[0].device()).root(), 16)?.forward(&t[0]),
            |t| {
                let grouped = t[0].reshape((2, 2, 8 * 25))?;
                let centred = grouped.broadcast_sub(&grouped.mean_keepdim(2)?)?;
                let deviation = (centred.sqr()?.mean_keepdim(2)? + 1e-5)?.sqrt()?;
                let y = centred.broadcast_div(&deviation)?.reshape((2, 16, 5, 5))?;
                &y / (y.neg()?.exp()? + 1.0)?
            },
        ),
    ]
}

#[test]
fn every_block_and_its_gradients_are_those_of_plain_double_precision() {
    for block in blocks() {
        let plain: Vec<Var> = block
            .shapes
            .iter()
            .enumerate()
            .map(|(i, shape)| Var::from_tensor(&numbers(shape, i + 1)).unwrap())
            .collect();
        let single = |v: &Var| v.as_tensor().to_dtype(DType::F32).unwrap().to_device(device()).unwrap();
        let ours: Vec<Var> = plain.iter().map(|v| Var::from_tensor(&single(v)).unwrap()).collect();
        let tensors = |all: &[Var]| all.iter().map(|v| v.as_tensor().clone()).collect::<Vec<_>>();
        let (a, b) = ((block.ours)(&tensors(&ours)).unwrap(), (block.plain)(&tensors(&plain)).unwrap());
        assert!(distance(&a, &b) < tolerance(), "{}: {}", block.name, distance(&a, &b));
        let weights = numbers(b.dims(), 50);
        let weighed = |y: &Tensor| {
            let weights = weights.to_dtype(y.dtype()).unwrap().to_device(y.device()).unwrap();
            (y * weights).unwrap().sum_all().unwrap().backward().unwrap()
        };
        let (a, b) = (weighed(&a), weighed(&b));
        for (i, (ours, plain)) in ours.iter().zip(&plain).enumerate() {
            let far = distance(a.get(ours).unwrap(), b.get(plain).unwrap());
            assert!(far < tolerance(), "{}, gradient {i}: {far}", block.name);
        }
    }
}

fn normalised(x: &Tensor, weights: &Weights, level: &str, slope: f64) -> Result<Tensor> {
    let centred = x.broadcast_sub(&x.mean_keepdim((0, 2, 3))?)?;
    let variance = centred.sqr()?.mean_keepdim((0, 2, 3))?;
    let channel = |name: &str| weights[&format!("{level}.norm.{name}")].as_tensor().reshape((1, (), 1, 1));
    let y = centred
        .broadcast_div(&(variance + 1e-5)?.sqrt()?)?
        .broadcast_mul(&channel("scale")?)?
        .broadcast_add(&channel("shift")?)?;
    rectified(&y, slope)
}

fn rectified(y: &Tensor, slope: f64) -> Result<Tensor> {
    y.relu()? - (y.neg()?.relu()? * slope)?
}

fn generated(noise: &Tensor, weights: &Weights, levels: usize) -> Result<Tensor> {
    let n = noise.dims2()?.0;
    let mut x = noise.matmul(&weights["first.weight"])?.reshape((n, (), 4, 4))?;
    for i in 0..levels {
        x = normalised(&x, weights, &format!("level{i}"), 0.0)?;
        x = x.conv_transpose2d(&weights[&format!("level{i}.up.weight")], 1, 0, 2, 1)?;
    }
    x.tanh()
}

fn judged(covers: &Tensor, weights: &Weights, levels: usize) -> Result<Tensor> {
    let mut x = covers.clone();
    for i in 0..levels {
        x = x.conv2d(&weights[&format!("level{i}.down.weight")], 1, 2, 1, 1)?;
        x = if i == 0 { rectified(&x, 0.2)? } else { normalised(&x, weights, &format!("level{i}"), 0.2)? };
    }
    x.flatten_from(1)?.matmul(&weights["last.weight"])?.flatten_all()
}

#[test]
fn both_networks_of_the_dcgan_and_their_gradients_are_those_of_plain_double_precision() {
    let config = Config { size: 16, noise: 5, width: 4 };
    let (own, other) = (Params::drawn(3, device()), Params::drawn(4, device()));
    let generator = Generator::new(&config, &own.root()).unwrap();
    let discriminator = Discriminator::new(&config, &other.root()).unwrap();
    for (i, (name, variable)) in own.variables().iter().chain(&other.variables()).enumerate() {
        // Shifts that are not all 0, weights of the size that training leads to.
        let changed = match name.ends_with("shift") {
            true => (numbers(variable.dims(), i) * 0.3).unwrap().to_dtype(DType::F32).unwrap(),
            false => (variable.as_tensor() * 5.0).unwrap(),
        };
        variable.set(&changed.to_device(device()).unwrap()).unwrap();
    }
    let noise = numbers(&[6, 5], 9);
    let batch = Statistics::Batch(0.0);
    let single = noise.to_dtype(DType::F32).unwrap().to_device(device()).unwrap();
    let covers = generator.forward(&single, batch).unwrap();
    let logits = discriminator.forward(&covers, batch).unwrap();
    let loss = softplus(&logits.neg().unwrap()).unwrap().sum_all().unwrap();

    let (plain_own, plain_other) = (double(&own.variables()), double(&other.variables()));
    let plain_covers = generated(&noise, &plain_own, 2).unwrap();
    let plain_logits = judged(&plain_covers, &plain_other, 2).unwrap();
    let sigmoid_loss = (plain_logits.neg().unwrap().exp().unwrap() + 1.0).unwrap().log().unwrap();
    let plain_loss = sigmoid_loss.sum_all().unwrap();
    for (name, a, b) in
        [("covers", &covers, &plain_covers), ("logits", &logits, &plain_logits), ("loss", &loss, &plain_loss)]
    {
        assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
    }
    let (gradients, plain) = (loss.backward().unwrap(), plain_loss.backward().unwrap());
    for (ours, theirs) in [(own.variables(), plain_own), (other.variables(), plain_other)] {
        for (name, variable) in &ours {
            let (a, b) = (gradients.get(variable).unwrap(), plain.get(&theirs[name]).unwrap());
            assert!(distance(a, b) < tolerance(), "{name}: {}", distance(a, b));
        }
    }
}
