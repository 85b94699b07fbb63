//! First-order gradients without Candle's detours.
//!
//! Candle adds every gradient of an operation to a tensor of zeros that it makes for the purpose: four passes over
//! memory where none is needed, as most tensors are used once. While a [`Tape`] records, the operations of this folder
//! write themselves down here; what they make is a variable to Candle, where its own graph ends. [`Tape::backward`] lets
//! Candle derive what lies behind the last of them (the loss), goes backward through the tape, and lets Candle derive
//! what lies between (a bridge). Without a tape everything is Candle's graph, gradients of any order included.

use super::slices::with_slices;
use candle_core::backprop::GradStore;
use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, Device, Layout, Result, Shape, Storage, Tensor, TensorId,
    Var,
};
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static ENTRIES: RefCell<Option<Vec<Entry>>> = const { RefCell::new(None) };
}

/// Values that one thread takes at a time.
const SHARE: usize = 64 * 1024;

type Derivative = Box<dyn Fn(&[Tensor], &Tensor, &Tensor) -> Result<Vec<Option<Tensor>>>>;

/// An operation that was made: what went in, what came out, how a gradient goes back.
struct Entry {
    inputs: Vec<Tensor>,
    output: Tensor,
    backward: Derivative,
}

/// Records what this thread computes, from its making to its end.
#[derive(Debug)]
pub struct Tape(std::marker::PhantomData<*const ()>);

impl Tape {
    /// Begins to record. What an earlier tape of this thread holds is forgotten.
    pub fn record() -> Self {
        ENTRIES.set(Some(Vec::new()));
        Self(std::marker::PhantomData)
    }

    /// Gradients of a scalar for every variable that it was made from. The operations on the way are forgotten; others
    /// stay, for another scalar.
    ///
    /// # Errors
    /// When Candle refuses a computation.
    pub fn backward(&self, loss: &Tensor) -> Result<GradStore> {
        // Nothing is recorded meanwhile: a gradient has no gradient here.
        let mut entries = ENTRIES.take().unwrap_or_default();
        let gradients = derived(loss, &mut entries);
        ENTRIES.set(Some(entries));
        gradients
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        ENTRIES.set(None);
    }
}

fn derived(loss: &Tensor, entries: &mut Vec<Entry>) -> Result<GradStore> {
    let mut gradients = HashMap::new();
    take_in(&mut gradients, loss.backward()?)?;
    let mut left = Vec::new();
    while let Some(entry) = entries.pop() {
        let Some(gradient) = gradients.remove(&entry.output.id()) else {
            left.push(entry);
            continue;
        };
        let Entry { inputs, output, backward } = entry;
        for (input, gradient) in inputs.iter().zip(backward(&inputs, &output, &gradient)?) {
            let Some(gradient) = gradient.filter(|_| input.track_op()) else { continue };
            let gradient = gradient.detach();
            if input.is_variable() {
                add(&mut gradients, input.id(), gradient)?;
            } else {
                take_in(&mut gradients, (input * gradient)?.sum_all()?.backward()?)?;
            }
        }
    }
    left.reverse();
    *entries = left;
    let mut store = GradStore::default();
    for (id, gradient) in gradients {
        store.insert_id(id, gradient);
    }
    Ok(store)
}

fn take_in(gradients: &mut HashMap<TensorId, Tensor>, mut store: GradStore) -> Result<()> {
    // Which comes first changes nothing: ids differ.
    let ids: Vec<TensorId> = store.get_ids().copied().collect();
    for id in ids {
        if let Some(gradient) = store.get_id(id).cloned() {
            store.insert_id(id, Tensor::zeros((), gradient.dtype(), gradient.device())?);
            add(gradients, id, gradient.detach())?;
        }
    }
    Ok(())
}

fn add(gradients: &mut HashMap<TensorId, Tensor>, id: TensorId, gradient: Tensor) -> Result<()> {
    let sum = match gradients.remove(&id) {
        Some(before) => added(&before, &gradient)?,
        None => gradient,
    };
    gradients.insert(id, sum);
    Ok(())
}

fn added(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if !a.device().is_cpu() || a.dims() != b.dims() {
        return a + b;
    }
    let (a, b) = (a.contiguous()?, b.contiguous()?);
    let sum = with_slices([&a, &b], |[a, b]| sums(a, b))?;
    Tensor::from_vec(sum, a.shape(), &Device::Cpu)
}

fn sums(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.par_iter().zip(b).with_min_len(SHARE).map(|(a, b)| a + b).collect()
}

/// Whether this operation is written down: a tape records, and something is to be learnt.
fn records(inputs: &[&Tensor]) -> bool {
    ENTRIES.with_borrow(Option::is_some)
        && inputs.iter().any(|input| input.track_op())
        && inputs.iter().all(|input| input.device().is_cpu())
}

fn write_down(
    inputs: &[&Tensor],
    (made, shape): (CpuStorage, Shape),
    backward: impl Fn(&[Tensor], &Tensor, &Tensor) -> Result<Vec<Option<Tensor>>> + 'static,
) -> Result<Tensor> {
    let CpuStorage::F32(made) = made else { candle_core::bail!("gradients are single precision here") };
    let output = Var::from_vec(made, shape, &Device::Cpu)?.into_inner();
    let inputs = inputs.iter().map(|&input| input.clone()).collect();
    let entry = Entry { inputs, output: output.clone(), backward: Box::new(backward) };
    ENTRIES.with_borrow_mut(|entries| {
        if let Some(entries) = entries {
            entries.push(entry);
        }
    });
    Ok(output)
}

fn on_cpu<T>(input: &Tensor, f: impl FnOnce(&CpuStorage, &Layout) -> Result<T>) -> Result<T> {
    let (storage, layout) = input.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => f(storage, layout),
        _ => candle_core::bail!("this operation was meant for the CPU"),
    }
}

/// Candle's `apply_op1`, on the tape where there is one.
///
/// # Errors
/// When the operation refuses.
pub(super) fn apply1<C: CustomOp1 + Send + Sync + 'static>(a: &Tensor, op: C) -> Result<Tensor> {
    if !records(&[a]) {
        return a.apply_op1(op);
    }
    let made = on_cpu(a, |s, l| op.cpu_fwd(s, l))?;
    write_down(&[a], made, move |inputs, output, gradient| Ok(vec![op.bwd(&inputs[0], output, gradient)?]))
}

/// Candle's `apply_op2`, on the tape where there is one.
///
/// # Errors
/// When the operation refuses.
pub(super) fn apply2<C: CustomOp2 + Send + Sync + 'static>(a: &Tensor, b: &Tensor, op: C) -> Result<Tensor> {
    if !records(&[a, b]) {
        return a.apply_op2(b, op);
    }
    let made = on_cpu(a, |s1, l1| on_cpu(b, |s2, l2| op.cpu_fwd(s1, l1, s2, l2)))?;
    write_down(&[a, b], made, move |inputs, output, gradient| {
        let (a, b) = op.bwd(&inputs[0], &inputs[1], output, gradient)?;
        Ok(vec![a, b])
    })
}

/// Candle's `apply_op3`, on the tape where there is one.
///
/// # Errors
/// When the operation refuses.
pub(super) fn apply3<C: CustomOp3 + Send + Sync + 'static>(
    a: &Tensor,
    b: &Tensor,
    c: &Tensor,
    op: C,
) -> Result<Tensor> {
    if !records(&[a, b, c]) {
        return a.apply_op3(b, c, op);
    }
    let made =
        on_cpu(a, |s1, l1| on_cpu(b, |s2, l2| on_cpu(c, |s3, l3| op.cpu_fwd(s1, l1, s2, l2, s3, l3))))?;
    write_down(&[a, b, c], made, move |inputs, output, gradient| {
        let (a, b, c) = op.bwd(&inputs[0], &inputs[1], &inputs[2], output, gradient)?;
        Ok(vec![a, b, c])
    })
}

/// `a + b` of one shape.
///
/// # Errors
/// When the shapes differ.
pub fn sum(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims() != b.dims() || !records(&[a, b]) {
        return a + b;
    }
    let (a, b) = (a.contiguous()?, b.contiguous()?);
    let made = with_slices([&a, &b], |[a, b]| sums(a, b))?;
    let shape = a.shape().clone();
    write_down(&[&a, &b], (CpuStorage::F32(made), shape), |_, _, gradient| {
        Ok(vec![Some(gradient.clone()), Some(gradient.clone())])
    })
}
