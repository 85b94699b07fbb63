//! The device that a test runs on: CUDA in a build with it (`--features cuda`), else the CPU.

#![allow(dead_code)] // each test binary uses its part

use candle_core::{DType, Device, Tensor};
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
