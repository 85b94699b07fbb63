//! Memory for results that is zeroed where it is used: by the thread that fills it, when its cache holds it, rather than
//! beforehand by one thread for all.

use rayon::prelude::*;
use std::mem::MaybeUninit;

/// `length` numbers; `fill` is called for each portion of `share` (the last may be shorter) with its index and zeros.
pub fn shared(length: usize, share: usize, fill: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    collected(length, share, |i, portion| fill(i, portion)).0
}

/// The same; also returns what each call gave, in order.
pub fn collected<T: Send>(
    length: usize,
    share: usize,
    fill: impl Fn(usize, &mut [f32]) -> T + Sync,
) -> (Vec<f32>, Vec<T>) {
    let mut numbers = Vec::with_capacity(length);
    let room = &mut numbers.spare_capacity_mut()[..length];
    let given = room
        .par_chunks_mut(share.max(1))
        .enumerate()
        .map(|(i, portion)| {
            portion.fill(MaybeUninit::new(0.0));
            // SAFETY: all of it was just written.
            fill(i, unsafe { &mut *(std::ptr::from_mut(portion) as *mut [f32]) })
        })
        .collect();
    // SAFETY: the portions are the whole, and each was written.
    unsafe { numbers.set_len(length) };
    (numbers, given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_zeros_in_order() {
        let (numbers, given) = collected(10, 4, |i, portion| {
            assert!(portion.iter().all(|v| *v == 0.0));
            portion[0] = i as f32 + 1.0;
            portion.len()
        });
        assert_eq!(numbers, [1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 3.0, 0.0]);
        assert_eq!(given, [4, 4, 2]);
        assert!(shared(0, 4, |_, _| unreachable!()).is_empty());
    }
}
