//! The device that a test runs on: CUDA in a build with it (`--features cuda`), else the CPU.

use candle_core::{DType, Device, Tensor, Var};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Chosen once for all tests of a program.
pub fn device() -> &'static Device {
    static DEVICE: OnceLock<Device> = OnceLock::new();
    DEVICE.get_or_init(|| match cfg!(feature = "cuda") {
        true => Device::new_cuda(0).expect("a build with CUDA is tested where there is a GPU"),
        false => Device::Cpu,
    })
}

/// Largest difference from double precision that is let pass, relative to the largest number.
pub fn tolerance() -> f64 {
    if device().is_cuda() { 1e-3 } else { 1e-4 }
}

/// All numbers of a tensor, wherever it is.
pub fn values(t: &Tensor) -> Vec<f64> {
    t.flatten_all().unwrap().to_device(&Device::Cpu).unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}

/// Deterministic numbers between −1 and 1 that look drawn.
pub fn numbers(shape: &[usize], seed: usize) -> Tensor {
    let n: usize = shape.iter().product();
    let value = |i: usize| ((i + 17 * seed) * 7919 % 1009) as f64 / 504.5 - 1.0;
    Tensor::from_vec((0..n).map(value).collect::<Vec<f64>>(), shape, &Device::Cpu).unwrap()
}

/// Largest difference, relative to the largest number.
pub fn distance(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.dims(), b.dims());
    let (a, b) = (values(a), values(b));
    let largest = b.iter().fold(1e-6_f64, |m, v| m.max(v.abs()));
    a.iter().zip(&b).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs())) / largest
}

/// Parameters by name.
pub type Weights = BTreeMap<String, Var>;

/// The same parameters in double precision on the CPU.
pub fn double(variables: &Weights) -> Weights {
    let convert = |v: &Var| {
        let tensor = v.as_tensor().to_device(&Device::Cpu).unwrap().to_dtype(DType::F64).unwrap();
        Var::from_tensor(&tensor.detach()).unwrap()
    };
    variables.iter().map(|(name, v)| (name.clone(), convert(v))).collect()
}
