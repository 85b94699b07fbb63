//! How a padded input lies in memory while a weight's gradient is made.

use super::product::Padded;
use super::tile::WIDTH;
use super::transpose::transpose;

/// Sixteen channels side by side for each place: `[channels / 16][row][column mod stride][column / stride][16]`, so that
/// what a tap sees for a row of outputs follows each other whatever the stride.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Blocked {
    padded: Padded,
    stride: usize,
    /// Columns of each kind.
    pitch: usize,
}

impl Blocked {
    /// For whole blocks of channels.
    pub fn new(padded: Padded, stride: usize) -> Self {
        debug_assert_eq!(padded.channels % WIDTH, 0);
        Self { padded, stride, pitch: padded.size.1.div_ceil(stride) }
    }

    fn row(&self) -> usize {
        self.stride * self.pitch * WIDTH
    }

    fn column(&self, column: usize) -> usize {
        (column % self.stride * self.pitch + column / self.stride) * WIDTH
    }

    fn fill(&self, picture: &[f32], values: &mut [f32]) {
        let ((height, width), before) = (self.padded.inner, self.padded.before);
        let (left, rows) = (before.1 as usize, self.padded.size.0);
        let columns = width.min(self.padded.size.1 - left);
        let mut line = vec![0.0; columns * WIDTH];
        for (i, values) in values.chunks_exact_mut(self.row()).enumerate() {
            let (block, y) = (i / rows, (i % rows) as isize - before.0);
            if y < 0 || y >= height as isize || columns < self.padded.size.1 {
                values.fill(0.0);
            }
            if y < 0 || y >= height as isize {
                continue;
            }
            let from = &picture[(block * WIDTH * height + y as usize) * width..];
            if self.stride == 1 {
                transpose((from, height * width), (&mut values[left * WIDTH..], WIDTH), (WIDTH, columns));
                continue;
            }
            transpose((from, height * width), (&mut line, WIDTH), (WIDTH, columns));
            for (x, place) in line.chunks_exact(WIDTH).enumerate() {
                values[self.column(left + x)..][..WIDTH].copy_from_slice(place);
            }
        }
    }
}

/// Either of two layouts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Laid {
    /// All channels side by side.
    Last(Padded),
    /// Sixteen channels side by side.
    Blocked(Blocked),
}

impl Laid {
    /// Numbers in a picture.
    pub fn len(&self) -> usize {
        match self {
            Self::Last(padded) => padded.row() * padded.size.0,
            Self::Blocked(blocked) => blocked.padded.channels / WIDTH * blocked.padded.size.0 * blocked.row(),
        }
    }

    /// Lays a picture `[channels, height, width]` out.
    pub fn fill(&self, picture: &[f32], values: &mut [f32]) {
        match self {
            Self::Last(padded) => padded.fill(picture, 0..padded.size.0, values),
            Self::Blocked(blocked) => blocked.fill(picture, values),
        }
    }

    /// Where sixteen numbers of a row of taps lie from an output's start: the first is `from` in `[column][channel]`.
    pub fn tap(&self, row: usize, from: usize) -> usize {
        match self {
            Self::Last(padded) => row * padded.row() + from,
            Self::Blocked(blocked) => {
                let (column, channel) = (from / blocked.padded.channels, from % blocked.padded.channels);
                (channel / WIDTH * blocked.padded.size.0 + row) * blocked.row() + blocked.column(column)
            }
        }
    }

    /// Where an output begins.
    pub fn start(&self, picture: usize, y: usize, x: usize, stride: usize) -> usize {
        match self {
            Self::Last(padded) => {
                (picture * padded.size.0 + y * stride) * padded.row() + x * stride * padded.channels
            }
            Self::Blocked(blocked) => picture * self.len() + y * stride * blocked.row() + x * WIDTH,
        }
    }
}
