//! A picture's planes with zeros around them, laid out so that neighbouring outputs read neighbouring numbers.
//!
//! With stride s, column x of a plane goes to sub-plane x mod s, so eight outputs in a row find their inputs side by
//! side whatever the stride. An input is then found at *start of the output* + *offset of the tap*.

use super::kernel::LANES;

/// Layout of padded planes: `[channels][stride][rows][pitch]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Planes {
    /// Channels.
    pub channels: usize,
    /// Rows and columns without padding.
    pub inner: (usize, usize),
    /// Step from one output to the next.
    pub stride: usize,
    /// Zeros above and on the left; negative when the first rows or columns are never read.
    pub before: (isize, isize),
    /// Rows with padding.
    pub rows: usize,
    /// Numbers from one row of a sub-plane to the next.
    pub pitch: usize,
}

impl Planes {
    /// Numbers in all.
    pub fn len(&self) -> usize {
        self.channels * self.stride * self.rows * self.pitch
    }

    /// Where tap `(row, column)` of `channel` lies from an output's start.
    pub fn tap(&self, channel: usize, row: usize, column: usize) -> usize {
        let plane = channel * self.stride + column % self.stride;
        (plane * self.rows + row) * self.pitch + column / self.stride
    }

    /// Where output `(row, column)` begins.
    pub fn start(&self, row: usize, column: usize) -> usize {
        row * self.stride * self.pitch + column
    }

    /// Lays a picture `[channels, inner]` out in `padded`, which is [`Self::len`] long.
    pub fn fill(&self, picture: &[f32], padded: &mut [f32]) {
        padded.fill(0.0);
        let (height, width) = self.inner;
        let s = self.stride;
        for channel in 0..self.channels {
            for phase in 0..s {
                let plane = (channel * s + phase) * self.rows * self.pitch;
                // Column i of the sub-plane is column i·s + phase − before of the picture.
                let shift = phase as isize - self.before.1;
                let first = if shift < 0 { (-shift as usize).div_ceil(s) } else { 0 };
                let last = (width as isize - shift).max(0) as usize;
                let last = last.div_ceil(s).min(self.pitch);
                if first >= last {
                    continue;
                }
                for row in 0..self.rows {
                    let y = row as isize - self.before.0;
                    if y < 0 || y >= height as isize {
                        continue;
                    }
                    let line = &picture[(channel * height + y as usize) * width..][..width];
                    let out = &mut padded[plane + row * self.pitch..][first..last];
                    let from = ((first * s) as isize + shift) as usize;
                    if s == 1 {
                        out.copy_from_slice(&line[from..from + last - first]);
                    } else {
                        for (o, v) in out.iter_mut().zip(line[from..].iter().step_by(s)) {
                            *o = *v;
                        }
                    }
                }
            }
        }
    }
}

/// Rounded up to whole vectors.
pub fn whole(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// Whether rows of `columns` outputs fill vectors well enough to be read in place; else columns are laid out first.
pub fn in_place(columns: usize) -> bool {
    whole(columns) * 7 <= columns * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_find_their_inputs_for_any_stride() {
        for (stride, before) in [(1, (1, 1)), (2, (1, 1)), (3, (2, 2)), (1, (-1, 0))] {
            let planes = Planes { channels: 2, inner: (7, 9), stride, before, rows: 14, pitch: 20 };
            let picture: Vec<f32> = (1..=2 * 63).map(|i| i as f32).collect();
            let mut padded = vec![f32::NAN; planes.len()];
            planes.fill(&picture, &mut padded);
            for (c, y, x, ty, tx) in [(0, 0, 0, 0, 0), (1, 1, 2, 2, 1), (1, 0, 1, 1, 2), (0, 2, 2, 0, 1)] {
                let (row, column) =
                    ((y * stride + ty) as isize - before.0, (x * stride + tx) as isize - before.1);
                let inside = (0..7).contains(&row) && (0..9).contains(&column);
                let wanted = if inside { picture[c * 63 + row as usize * 9 + column as usize] } else { 0.0 };
                assert_eq!(padded[planes.start(y, x) + planes.tap(c, ty, tx)], wanted, "stride {stride}");
            }
        }
    }
}
