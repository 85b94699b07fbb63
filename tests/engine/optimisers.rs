//! Optimisers do what their papers say, step by step, and go on from a saved state to the last bit.

use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use gatefold_nn::optimiser::{Adam, AdamSettings, rate};
use gatefold_nn::rmsprop::{RmsProp, RmsPropSettings};
use std::collections::{BTreeMap, HashMap};

const TARGETS: [f64; 3] = [0.3, -0.7, 2.0];
/// Long gradients at the beginning, short ones later, so that clipping has both to deal with.
const STEEPNESS: [f64; 3] = [1.0, 4.0, 0.25];
const STARTS: [f64; 3] = [2.0, 1.5, -1.0];
const CLIP: f64 = 3.0;
const RATE: f64 = 0.05;

/// Two parameters, one of them of one number, so that clipping must look at both together.
fn variables() -> BTreeMap<String, Var> {
    let var = |values: &[f64]| {
        let values: Vec<f32> = values.iter().map(|v| *v as f32).collect();
        Var::new(values.as_slice(), &Device::Cpu).unwrap()
    };
    BTreeMap::from([("a".to_owned(), var(&STARTS[..1])), ("b".to_owned(), var(&STARTS[1..]))])
}

fn values(variables: &BTreeMap<String, Var>) -> Vec<f32> {
    variables.values().flat_map(|v| v.as_tensor().to_vec1::<f32>().unwrap()).collect()
}

/// Gradients of Σ steepness · (x − target)².
fn gradients(variables: &BTreeMap<String, Var>) -> GradStore {
    let bowl = |name: &str, at: std::ops::Range<usize>| {
        let tensor = |values: &[f64]| {
            Tensor::new(values.iter().map(|v| *v as f32).collect::<Vec<_>>(), &Device::Cpu).unwrap()
        };
        let away = (variables[name].as_tensor() - tensor(&TARGETS[at.clone()])).unwrap();
        (away.sqr().unwrap() * tensor(&STEEPNESS[at])).unwrap().sum_all().unwrap()
    };
    (bowl("a", 0..1) + bowl("b", 1..3)).unwrap().backward().unwrap()
}

/// The same gradients in double precision, shortened to [`CLIP`].
fn clipped(x: &[f64; 3]) -> [f64; 3] {
    let g: [f64; 3] = std::array::from_fn(|i| 2.0 * STEEPNESS[i] * (x[i] - TARGETS[i]));
    let length = g.iter().map(|g| g * g).sum::<f64>().sqrt();
    g.map(|g| if length > CLIP { g * CLIP / length } else { g })
}

fn near(found: &[f32], wanted: &[f64; 3], step: u64) {
    for (a, b) in found.iter().zip(wanted) {
        assert!(
            (f64::from(*a) - b).abs() < 2e-5 * b.abs().max(1.0),
            "step {step}: {found:?}, not {wanted:?}"
        );
    }
}

#[test]
fn adam_with_decoupled_decay_is_the_papers_algorithm() {
    let settings = AdamSettings { beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weight_decay: 0.02 };
    let variables = variables();
    let mut adam = Adam::new(variables.clone(), settings).unwrap();
    let (mut x, mut m, mut v) = (STARTS, [0.0_f64; 3], [0.0_f64; 3]);
    for step in 1..=40 {
        adam.step(&gradients(&variables), RATE, CLIP).unwrap();
        let g = clipped(&x);
        for i in 0..3 {
            m[i] = 0.8 * m[i] + 0.2 * g[i];
            v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
            let (m, v) = (m[i] / (1.0 - 0.8_f64.powi(step)), v[i] / (1.0 - 0.95_f64.powi(step)));
            x[i] = x[i] * (1.0 - RATE * 0.02) - RATE * m / (v.sqrt() + 1e-6);
        }
        near(&values(&variables), &x, step as u64);
    }
}

#[test]
fn rmsprop_is_hintons_rule() {
    let variables = variables();
    let mut rmsprop = RmsProp::new(variables.clone(), RmsPropSettings { decay: 0.9, epsilon: 1e-6 }).unwrap();
    let (mut x, mut v) = (STARTS, [0.0_f64; 3]);
    for step in 1..=40 {
        rmsprop.step(&gradients(&variables), RATE / 5.0, CLIP).unwrap();
        let g = clipped(&x);
        for i in 0..3 {
            v[i] = 0.9 * v[i] + 0.1 * g[i] * g[i];
            x[i] -= RATE / 5.0 * g[i] / (v[i].sqrt() + 1e-6);
        }
        near(&values(&variables), &x, step);
    }
}

/// A state's journey through a file.
fn saved(state: HashMap<String, Tensor>) -> HashMap<String, Tensor> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.safetensors");
    candle_core::safetensors::save(&state, &path).unwrap();
    candle_core::safetensors::load(&path, &Device::Cpu).unwrap()
}

/// Runs 10 steps, saves, runs 10 more; then 10 from what was saved. Both ends must be one.
fn continues<O>(
    new: impl Fn(BTreeMap<String, Var>) -> O,
    step: impl Fn(&mut O, &GradStore) -> f64,
    state: impl Fn(&O) -> HashMap<String, Tensor>,
    restore: impl Fn(&mut O, &HashMap<String, Tensor>),
) {
    let straight = variables();
    let mut optimiser = new(straight.clone());
    let ten = |optimiser: &mut O, variables: &BTreeMap<String, Var>| {
        (0..10).for_each(|_| assert!(step(optimiser, &gradients(variables)) > 0.0))
    };
    ten(&mut optimiser, &straight);
    let (kept, middle) = (saved(state(&optimiser)), values(&straight));
    ten(&mut optimiser, &straight);

    let again = variables();
    again["a"].set(&Tensor::new(&middle[..1], &Device::Cpu).unwrap()).unwrap();
    again["b"].set(&Tensor::new(&middle[1..], &Device::Cpu).unwrap()).unwrap();
    let mut optimiser = new(again.clone());
    restore(&mut optimiser, &kept);
    ten(&mut optimiser, &again);
    assert_eq!(values(&again), values(&straight));
    assert_ne!(values(&again), middle);
}

#[test]
fn both_optimisers_go_on_from_their_saved_state_to_the_last_bit() {
    continues(
        |variables| Adam::new(variables, AdamSettings::default()).unwrap(),
        |adam, gradients| adam.step(gradients, RATE, CLIP).unwrap(),
        |adam| adam.state().unwrap(),
        |adam, state| adam.restore(state).unwrap(),
    );
    continues(
        |variables| RmsProp::new(variables, RmsPropSettings::default()).unwrap(),
        |rmsprop, gradients| rmsprop.step(gradients, RATE, CLIP).unwrap(),
        |rmsprop| rmsprop.state().unwrap(),
        |rmsprop, state| rmsprop.restore(state).unwrap(),
    );
}

#[test]
fn the_state_of_another_optimiser_is_refused() {
    let adam = Adam::new(variables(), AdamSettings::default()).unwrap();
    let mut rmsprop = RmsProp::new(variables(), RmsPropSettings::default()).unwrap();
    let refused = rmsprop.restore(&adam.state().unwrap()).unwrap_err().to_string();
    assert!(refused.contains("another model"), "{refused}");
}

#[test]
fn a_gradient_that_is_no_number_changes_nothing() {
    let variables = variables();
    let mut adam = Adam::new(variables.clone(), AdamSettings::default()).unwrap();
    let loss = (variables["a"].as_tensor() * f64::INFINITY).unwrap().sum_all().unwrap();
    let length = adam.step(&loss.backward().unwrap(), RATE, CLIP).unwrap();
    assert!(!length.is_finite());
    assert_eq!(values(&variables), STARTS.map(|v| v as f32));
}

#[test]
fn the_rate_rises_in_a_line_and_falls_along_a_cosine() {
    let found: Vec<f64> = [0, 4, 9, 10, 55, 100, 200].map(|step| rate(2.0, step, 10, 100)).to_vec();
    let wanted = [0.2, 1.0, 2.0, 2.0, 2.0 * (0.05 + 0.95 / 2.0), 0.1, 0.1];
    assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
}
