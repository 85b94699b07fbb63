//! Every block that a model uses, against finite differences; a tensor used twice; second order where a gradient
//! penalty passes.

use crate::helpers::device::{device, values};
use candle_core::backprop::GradStore;
use candle_core::{DType, Module, Result, Tensor, Var};
use gatefold::models::vae::{Config, Vae};
use gatefold_nn::layers::{
    BatchNorm, NormSilu, Params, Statistics, Tape, UpConv, conv_transpose2d, conv2d, leaky, squared_error,
    tanh, upsample_conv2d,
};

/// Deterministic numbers between −1 and 1 that look drawn.
fn numbers(shape: &[usize], seed: usize) -> Tensor {
    let n: usize = shape.iter().product();
    let value = |i: usize| (((i + 17 * seed) * 7919 % 1009) as f32 / 504.5 - 1.0) * 0.8;
    Tensor::from_vec((0..n).map(value).collect::<Vec<f32>>(), shape, device()).unwrap()
}

fn variable(shape: &[usize], seed: usize) -> Var {
    Var::from_tensor(&numbers(shape, seed)).unwrap()
}

/// A scalar that weighs every output differently; summed in double precision, so that differences of it have digits.
fn weighed(y: &Tensor) -> Result<Tensor> {
    (y * numbers(y.dims(), 5))?.to_dtype(DType::F64)?.sum_all()
}

/// Compares the gradient of `f` at each of `variables` with central differences along several directions.
fn check(name: &str, variables: &[&Var], f: &dyn Fn() -> Result<Tensor>) {
    let gradients = f().unwrap().backward().unwrap();
    for (which, variable) in variables.iter().enumerate() {
        let gradient =
            gradients.get(variable).unwrap_or_else(|| panic!("{name}: no gradient for variable {which}"));
        let start = variable.as_tensor().copy().unwrap();
        for seed in 0..4 {
            let direction = numbers(start.dims(), 31 + seed);
            let along = values(&(gradient * &direction).unwrap()).iter().sum::<f64>();
            let step = 2e-3;
            let at = |sign: f64| {
                variable.set(&(&start + (&direction * (sign * step)).unwrap()).unwrap()).unwrap();
                f().unwrap().to_dtype(DType::F64).unwrap().to_scalar::<f64>().unwrap()
            };
            let measured = (at(1.0) - at(-1.0)) / (2.0 * step);
            variable.set(&start).unwrap();
            let tolerance = 1e-2 * along.abs().max(measured.abs()).max(0.5);
            assert!(
                (along - measured).abs() < tolerance,
                "{name}, variable {which}, direction {seed}: gradient {along}, measured {measured}"
            );
        }
    }
}

#[test]
fn convolution_has_the_gradient_that_finite_differences_measure() {
    for (kernel, stride, padding) in [(3, 1, 1), (4, 2, 1), (1, 1, 0), (5, 3, 2)] {
        let (x, w) = (variable(&[2, 3, 8, 8], 1), variable(&[4, 3, kernel, kernel], 2));
        check("conv2d", &[&x, &w], &|| weighed(&conv2d(x.as_tensor(), w.as_tensor(), stride, padding)?));
    }
}

#[test]
fn transposed_convolution_has_the_gradient_that_finite_differences_measure() {
    for (kernel, stride, padding) in [(4, 2, 1), (3, 1, 1), (2, 2, 0)] {
        let (x, w) = (variable(&[2, 3, 5, 5], 1), variable(&[3, 4, kernel, kernel], 2));
        check("conv_transpose2d", &[&x, &w], &|| {
            weighed(&conv_transpose2d(x.as_tensor(), w.as_tensor(), stride, padding)?)
        });
    }
}

#[test]
fn a_transposed_convolution_is_candles_own() {
    let (x, w) = (numbers(&[2, 3, 5, 5], 1), numbers(&[3, 4, 4, 4], 2));
    let ours = values(&conv_transpose2d(&x, &w, 2, 1).unwrap());
    let theirs = values(&x.conv_transpose2d(&w, 1, 0, 2, 1).unwrap());
    assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-4));
    let (x, w) = (numbers(&[2, 3, 9, 9], 1), numbers(&[4, 3, 3, 3], 2));
    let ours = values(&conv2d(&x, &w, 2, 1).unwrap());
    let theirs = values(&x.conv2d(&w, 1, 2, 1, 1).unwrap());
    assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn normalisation_has_the_gradient_that_finite_differences_measure() {
    let params = Params::drawn(1, device());
    let norm = NormSilu::new(&params.root(), 16).unwrap();
    let all = params.variables();
    let (scale, shift) = (&all["scale"], &all["shift"]);
    scale.set(&(numbers(&[16], 3) + 1.0).unwrap()).unwrap();
    shift.set(&numbers(&[16], 4)).unwrap();
    let x = variable(&[3, 16, 5, 5], 1);
    check("norm", &[&x, scale, shift], &|| weighed(&norm.forward(x.as_tensor())?));
}

/// Numbers that stay away from 0, where a rectifier has its corner.
fn cornerless(shape: &[usize], seed: usize) -> Var {
    let t = numbers(shape, seed);
    Var::from_tensor(&(&t + (t.sign().unwrap() * 0.5).unwrap()).unwrap()).unwrap()
}

/// A normalisation whose parameters and running statistics are not those it begins with.
fn batch_norm(params: &Params, channels: usize, slope: f32) -> BatchNorm {
    let norm = BatchNorm::new(&params.root(), channels, 0.1, slope).unwrap();
    params.variables()["shift"].set(&(numbers(&[channels], 4) * 0.1).unwrap()).unwrap();
    params.statistics()["running_mean"].set(&(numbers(&[channels], 6) * 0.1).unwrap()).unwrap();
    params.statistics()["running_variance"].set(&(numbers(&[channels], 7) + 1.5).unwrap()).unwrap();
    norm
}

#[test]
fn batch_normalisation_has_the_gradient_that_finite_differences_measure() {
    for slope in [1.0, 0.2, 0.0] {
        for statistics in [Statistics::Batch(0.0), Statistics::Running] {
            let params = Params::drawn(1, device());
            let norm = batch_norm(&params, 6, slope);
            let all = params.variables();
            let x = cornerless(&[3, 6, 5, 5], 1);
            check(
                &format!("batch norm {slope} {statistics:?}"),
                &[&x, &all["scale"], &all["shift"]],
                &|| weighed(&norm.forward(x.as_tensor(), statistics)?),
            );
        }
    }
}

#[test]
fn running_statistics_are_those_of_the_batches_that_went_through() {
    let params = Params::drawn(1, device());
    let norm = BatchNorm::new(&params.root(), 4, 0.0, 1.0).unwrap();
    let all: Vec<Tensor> = (0..3).map(|seed| numbers(&[5, 4, 3, 3], 40 + seed)).collect();
    for (k, x) in all.iter().enumerate() {
        norm.forward(x, Statistics::Batch(1.0 / (k + 1) as f64)).unwrap();
    }
    let (mut mean, mut variance) = ([0.0_f64; 4], [0.0_f64; 4]);
    for x in &all {
        for c in 0..4 {
            let x = values(&x.narrow(1, c, 1).unwrap());
            let m = x.iter().sum::<f64>() / 45.0;
            mean[c] += m / 3.0;
            variance[c] += x.iter().map(|v| (v - m).powi(2)).sum::<f64>() / 44.0 / 3.0;
        }
    }
    let close = |name: &str, wanted: [f64; 4]| {
        let found = values(params.statistics()[name].as_tensor());
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{name} {found:?}");
    };
    close("running_mean", mean);
    close("running_variance", variance);
    // With the batch's own moments every channel comes out with mean 0 and variance 1.
    let y = norm.forward(&all[0], Statistics::Batch(0.0)).unwrap();
    let y = values(&y.narrow(1, 2, 1).unwrap());
    assert!((y.iter().sum::<f64>() / 45.0).abs() < 1e-5);
    assert!((y.iter().map(|v| v * v).sum::<f64>() / 45.0 - 1.0).abs() < 1e-3);
    close("running_mean", mean);
}

/// Doubled by repetition, then convolved: what the fused operation must equal.
fn doubled_then_convolved(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    let (n, c, height, width) = x.dims4()?;
    let wide = x.reshape((n, c, height, 1, width, 1))?.broadcast_as((n, c, height, 2, width, 2))?;
    conv2d(&wide.reshape((n, c, 2 * height, 2 * width))?, w, 1, 1)
}

#[test]
fn doubling_and_convolving_in_one_is_doubling_then_convolving() {
    for (height, width) in [(1, 1), (5, 7), (8, 8)] {
        let (x, w) = (numbers(&[2, 3, height, width], 1), numbers(&[4, 3, 3, 3], 2));
        let (ours, plain) = (upsample_conv2d(&x, &w).unwrap(), doubled_then_convolved(&x, &w).unwrap());
        assert_eq!(ours.dims(), plain.dims());
        assert!(values(&ours).iter().zip(values(&plain)).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}

#[test]
fn doubling_and_convolving_has_the_gradient_that_finite_differences_measure() {
    let (x, w) = (variable(&[2, 4, 5, 5], 1), variable(&[4, 4, 3, 3], 2));
    check("upsample", &[&x, &w], &|| weighed(&upsample_conv2d(x.as_tensor(), w.as_tensor())?));
    check("upsample, both used twice", &[&x, &w], &|| {
        let once = upsample_conv2d(x.as_tensor(), w.as_tensor())?;
        let again = upsample_conv2d(&(x.as_tensor() * 0.5)?.sqr()?, w.as_tensor())?;
        weighed(&upsample_conv2d(&once, w.as_tensor())?)? + weighed(&(once + again)?.sqr()?)?
    });
    let params = Params::drawn(1, device());
    let layer = UpConv::new(&params.root(), (4, 3), 1.0).unwrap();
    let all = params.variables();
    check("upsampling layer", &[&x, &all["weight"], &all["bias"]], &|| {
        weighed(&layer.forward(x.as_tensor())?)
    });
}

#[test]
fn rectifiers_have_the_gradient_that_finite_differences_measure() {
    let x = cornerless(&[2, 3, 7, 7], 1);
    for slope in [0.2, 0.0] {
        check("leaky", &[&x], &|| weighed(&leaky(x.as_tensor(), slope)?.sqr()?));
    }
}

#[test]
fn a_tensor_used_twice_gathers_both_gradients() {
    let params = Params::drawn(1, device());
    let norm = NormSilu::new(&params.root(), 8).unwrap();
    let (x, w) = (variable(&[2, 8, 6, 6], 1), variable(&[8, 8, 3, 3], 2));
    let t = variable(&[8, 8, 4, 4], 3);
    check("twice", &[&x, &w, &t], &|| {
        let once = conv2d(x.as_tensor(), w.as_tensor(), 1, 1)?;
        let again = conv2d(&(&once + x.as_tensor())?, w.as_tensor(), 1, 1)?;
        let normal = norm.forward(&once)?;
        let up = (conv_transpose2d(&normal, t.as_tensor(), 2, 1)?
            + conv_transpose2d(&once, t.as_tensor(), 2, 1)?)?;
        weighed(&up)? + weighed(&(again + norm.forward(&(normal * 0.5)?)?)?)?
    });
}

/// A gradient penalty: the squared length of the critic's gradient at its input, as a function of the weights.
#[test]
fn second_order_passes_through_both_convolutions() {
    // SAFETY: no other test of this program reads or writes the environment while this one sets it; Candle reads it at
    // a thread's first backward pass, and this thread has made none.
    unsafe { std::env::set_var("CANDLE_GRAD_DO_NOT_DETACH", "1") };
    let (w, t) = (variable(&[4, 3, 4, 4], 2), variable(&[4, 2, 4, 4], 3));
    let x = variable(&[2, 3, 8, 8], 1);
    let penalty = || -> Result<Tensor> {
        let h = conv2d(x.as_tensor(), w.as_tensor(), 2, 1)?;
        // Not linear, so that the input's gradient depends on the input too.
        let y = conv_transpose2d(&h.sqr()?, t.as_tensor(), 2, 1)?;
        let gradients = weighed(&y)?.backward()?;
        let Some(gradient) = gradients.get(&x) else { candle_core::bail!("no gradient at the input") };
        gradient.sqr()?.mean_all()
    };
    check("penalty", &[&w, &t, &x], &penalty);

    let u = variable(&[4, 3, 3, 3], 6);
    let penalty = || -> Result<Tensor> {
        let y = upsample_conv2d(&x.as_tensor().sqr()?, u.as_tensor())?;
        let gradients = weighed(&y.sqr()?)?.backward()?;
        let Some(gradient) = gradients.get(&x) else { candle_core::bail!("no gradient at the input") };
        (gradient.sqr()? * 0.01)?.mean_all()
    };
    check("penalty through an upsampling", &[&u, &x], &penalty);

    let params = Params::drawn(1, device());
    let norm = batch_norm(&params, 4, 0.2);
    let all = params.variables();
    let x = cornerless(&[3, 4, 5, 5], 1);
    let penalty = || -> Result<Tensor> {
        let y = norm.forward(x.as_tensor(), Statistics::Batch(0.0))?;
        // The rectifier is bent, and so has a second derivative, by what stands around it.
        let gradients = weighed(&leaky(&(y.sqr()? - 9.0)?, 0.2)?.sqr()?)?.backward()?;
        let Some(gradient) = gradients.get(&x) else { candle_core::bail!("no gradient at the input") };
        gradient.sqr()?.mean_all()
    };
    check("penalty through a normalisation", &[&all["scale"], &all["shift"], &x], &penalty);
}

#[test]
fn the_whole_vae_has_the_gradient_that_finite_differences_measure() {
    let config = Config { size: 16, channels: vec![8, 16], coarse: 2, fine: 1, blocks: vec![1, 1] };
    let params = Params::drawn(3, device());
    let vae = Vae::new(&config, &params.root()).unwrap();
    let covers = numbers(&[2, 3, 16, 16], 9);
    let noise = numbers(&[2, 2, 4, 4], 8);
    let all = params.variables();
    let loss = || {
        let encoded = vae.encode(&covers)?;
        let sketch = vae.sketch(&encoded.coarse.draw(&noise)?)?;
        let detail = vae.fine(&encoded, &sketch)?.unwrap();
        // One cover with its detail, one with what is expected.
        let expected = sketch.prior.as_ref().unwrap();
        let mixed = Tensor::cat(&[detail.mean.narrow(0, 0, 1)?, expected.mean.narrow(0, 1, 1)?], 0)?;
        let error = (vae.paint(&sketch, Some(&mixed))? - &covers)?.sqr()?.sum_all()?;
        (error * 0.1)? + (encoded.coarse.kl()?.sum_all()? + detail.kl_from(expected)?.sum_all()?)?
    };
    let some: Vec<&Var> = all.values().collect();
    check("vae", &some, &loss);
}

/// Gradients of every variable with and without a tape.
fn agree(name: &str, variables: &[Var], candles: &GradStore, ours: &GradStore) {
    for (i, variable) in variables.iter().enumerate() {
        let (a, b) = (values(candles.get(variable).unwrap()), values(ours.get(variable).unwrap()));
        let size = a.iter().fold(1e-6_f64, |size, v| size.max(v.abs()));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4 * size), "{name}, variable {i}");
    }
}

#[test]
fn a_tangent_and_a_squared_error_have_the_gradients_that_finite_differences_measure() {
    let (x, y) = (variable(&[2, 3, 5, 5], 1), variable(&[2, 3, 5, 5], 2));
    check("tanh", &[&x], &|| weighed(&tanh(x.as_tensor())?));
    check("squared error", &[&x, &y], &|| squared_error(&(x.as_tensor() * 9.0)?, &(y.as_tensor() * 9.0)?));
}

#[test]
fn a_tape_gives_the_gradients_that_candle_gives() {
    let params = Params::drawn(5, device());
    let config = Config { size: 16, channels: vec![8, 16], coarse: 3, fine: 2, blocks: vec![2, 2] };
    let vae = Vae::new(&config, &params.root()).unwrap();
    let variables: Vec<Var> = params.variables().into_values().collect();
    let (covers, noise) = (numbers(&[2, 3, 16, 16], 1), numbers(&[2, 3, 4, 4], 2));
    // Between encoder and decoder, and behind the decoder, are operations of Candle's own.
    let loss = || {
        let encoded = vae.encode(&covers).unwrap();
        let sketch = vae.sketch(&encoded.coarse.draw(&noise).unwrap()).unwrap();
        let detail = vae.fine(&encoded, &sketch).unwrap().unwrap();
        let made = vae.paint(&sketch, Some(&detail.mean)).unwrap();
        let error = (made - &covers).unwrap().sqr().unwrap().mean_all().unwrap();
        let kl = detail.kl_from(sketch.prior.as_ref().unwrap()).unwrap();
        (error.log().unwrap() + (encoded.coarse.kl().unwrap() + kl).unwrap().sum_all().unwrap()).unwrap()
    };
    let candles = loss().backward().unwrap();
    let tape = Tape::record();
    let ours = tape.backward(&loss()).unwrap();
    drop(tape);
    agree("VAE", &variables, &candles, &ours);
}

#[test]
fn a_tape_serves_two_scalars_and_a_tensor_used_twice() {
    let (x, v, w) = (variable(&[2, 4, 8, 8], 1), variable(&[4, 4, 3, 3], 2), variable(&[4, 4, 3, 3], 3));
    let made = || conv2d(x.as_tensor(), v.as_tensor(), 1, 1).unwrap();
    let judged = |made: &Tensor| {
        let once = conv2d(made, w.as_tensor(), 1, 1).unwrap();
        let twice = (made * conv2d(&once, w.as_tensor(), 1, 1).unwrap()).unwrap();
        weighed(&conv2d(&twice, w.as_tensor(), 1, 1).unwrap()).unwrap()
    };
    let first = judged(&made().detach()).backward().unwrap();
    let second = judged(&made()).backward().unwrap();
    let tape = Tape::record();
    let shared = made();
    let ours = tape.backward(&judged(&shared.detach())).unwrap();
    agree("what is judged", std::slice::from_ref(&w), &first, &ours);
    assert!(ours.get(&x).is_none());
    let ours = tape.backward(&judged(&shared)).unwrap();
    drop(tape);
    agree("what is made", &[x.clone(), v.clone(), w.clone()], &second, &ours);
}
