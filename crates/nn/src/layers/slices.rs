//! The numbers of tensors on the CPU, as slices.

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor};

/// A storage's numbers, in order.
pub(super) fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => candle_core::bail!("this operation needs contiguous tensors"),
    }
}

/// Lends the numbers of contiguous tensors.
pub(super) fn with_slices<T, const N: usize>(
    tensors: [&Tensor; N],
    f: impl FnOnce([&[f32]; N]) -> T,
) -> Result<T> {
    let guards = tensors.map(Tensor::storage_and_layout);
    let mut slices: [&[f32]; N] = [&[]; N];
    for (slot, (storage, layout)) in slices.iter_mut().zip(&guards) {
        match &**storage {
            Storage::Cpu(storage) => *slot = slice(storage, layout)?,
            _ => candle_core::bail!("an operation was recorded on the CPU and is derived elsewhere"),
        }
    }
    Ok(f(slices))
}
