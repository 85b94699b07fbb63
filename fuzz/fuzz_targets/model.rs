//! A model's two files, description and weights: refused with a sentence, or read. Small descriptions alone, so that no input
//! asks for much memory.
#![no_main]

use candle_core::Device;
use gatefold::models::weights;

libfuzzer_sys::fuzz_target!(|files: (&str, &[u8])| {
    let (description, tensors) = files;
    if let Err(error) = weights::read(tensors, description, &Device::Cpu) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = weights::read_dcgan(tensors, description, &Device::Cpu) {
        assert!(!error.to_string().is_empty());
    }
});
