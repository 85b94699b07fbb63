//! Devices: the processor, or a GPU by CUDA.

use super::error::ModelError;
use candle_core::Device;

/// Where numbers are crunched: what `--device` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DeviceChoice {
    /// CUDA when built with it and present, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// CUDA, or an error that says what is missing.
    Cuda,
}

/// The device that a choice means on this machine.
///
/// # Errors
/// When CUDA was asked for and this build or machine has none.
pub fn device(choice: DeviceChoice) -> Result<Device, ModelError> {
    let cuda = || {
        if cfg!(feature = "cuda") {
            // Behind its first line Candle's error may carry a backtrace.
            let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
            Device::new_cuda(0).map_err(|error| ModelError::Cuda(first(error.to_string())))
        } else {
            Err(ModelError::Cuda(
                "this build has no CUDA (`cargo xtask build --cuda` makes one that has)".to_owned(),
            ))
        }
    };
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda => cuda(),
        DeviceChoice::Auto => Ok(cuda().unwrap_or(Device::Cpu)),
    }
}

/// `cpu` or `cuda:0`.
pub fn device_name(device: &Device) -> String {
    if device.is_cuda() { "cuda:0".to_owned() } else { "cpu".to_owned() }
}
