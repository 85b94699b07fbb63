//! The same albums laid out otherwise: what the server says of it, and how they get there.

use super::camera::Point;

/// Milliseconds in which albums move to another layout.
pub const MOVING: f64 = 750.0;

/// Positions of all albums in a layout.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Places {
    /// Map units.
    pub x: Vec<f32>,
    /// Map units.
    pub y: Vec<f32>,
    /// Radius of each cover in map units, where the layout says how large they are; else empty.
    pub radius: Vec<f32>,
}

/// Lines between albums.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lines {
    /// One end.
    pub a: Vec<u32>,
    /// The other end.
    pub b: Vec<u32>,
    /// How alike the two are, 0–1.
    pub similarity: Vec<f32>,
}

fn words(bytes: &[u8]) -> Option<Vec<[u8; 4]>> {
    let (words, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| words.to_vec())
}

fn floats(words: &[[u8; 4]]) -> Vec<f32> {
    words.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

impl Places {
    /// Reads what the server sends for `albums` albums; `None` when it is something else.
    pub fn decode(bytes: &[u8], albums: usize) -> Option<Self> {
        let words = words(bytes)?;
        let (header, rest) = words.split_at_checked(4)?;
        let [version, n, sized] = [1, 2, 3].map(|i| u32::from_le_bytes(header[i]));
        let columns = if sized == 1 { 3 } else { 2 };
        if header[0] != *b"GFAR" || version != 1 || n as usize != albums || rest.len() != columns * albums {
            return None;
        }
        let column = |k: usize| floats(&rest[k * albums..(k + 1) * albums]);
        let radius = if sized == 1 { column(2) } else { Vec::new() };
        let places = Self { x: column(0), y: column(1), radius };
        places.x.iter().chain(&places.y).all(|value| value.is_finite()).then_some(places)
    }

    /// Smallest and largest x and y: `[x0, y0, x1, y1]`.
    pub fn bounds(&self) -> [f32; 4] {
        let range = |values: &[f32]| {
            let low = values.iter().copied().fold(f32::INFINITY, f32::min);
            (low, values.iter().copied().fold(f32::NEG_INFINITY, f32::max))
        };
        if self.x.is_empty() {
            return [0.0; 4];
        }
        let ((x0, x1), (y0, y1)) = (range(&self.x), range(&self.y));
        [x0, y0, x1, y1]
    }
}

impl Lines {
    /// Reads what the server sends; `None` when it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let words = words(bytes)?;
        let (header, rest) = words.split_first()?;
        let m = u32::from_le_bytes(*header) as usize;
        if rest.len() != 3 * m {
            return None;
        }
        let numbers =
            |k: usize| rest[k * m..(k + 1) * m].iter().map(|word| u32::from_le_bytes(*word)).collect();
        Some(Self { a: numbers(0), b: numbers(1), similarity: floats(&rest[2 * m..]) })
    }
}

/// Reads the number of each album's neighbourhood, for `albums` albums; `None` when it is something else.
pub fn neighbourhoods(bytes: &[u8], albums: usize) -> Option<Vec<u32>> {
    let numbers: Vec<u32> = words(bytes)?.into_iter().map(u32::from_le_bytes).collect();
    (numbers.len() == albums).then_some(numbers)
}

/// Albums on their way from one layout to another.
#[derive(Clone, Debug)]
pub struct Moving {
    /// Where each was, x and y in turn.
    from: Vec<f32>,
    /// When it began, milliseconds.
    start: f64,
}

impl Moving {
    /// From those places on, x and y in turn.
    pub fn begin(from: Vec<f32>, start: f64) -> Self {
        Self { from, start }
    }

    /// Where albums are now on their way to `x` and `y`, x and y in turn, and whether they have arrived.
    pub fn at(&self, now: f64, x: &[f32], y: &[f32]) -> (Vec<f32>, bool) {
        let t = ((now - self.start) / MOVING).clamp(0.0, 1.0);
        // Slow at both ends, so that an eye can follow.
        let eased = (t * t * (3.0 - 2.0 * t)) as f32;
        let to = x.iter().zip(y).flat_map(|(x, y)| [*x, *y]);
        let way = self.from.iter().zip(to).map(|(from, to)| from + eased * (to - from));
        (way.collect(), t >= 1.0)
    }
}

/// Whether a label at this place of the canvas can be seen at all.
pub fn is_in(canvas: Point, at: Point) -> bool {
    let margin = 120.0;
    (-margin..canvas.0 + margin).contains(&at.0) && (-margin..canvas.1 + margin).contains(&at.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: &[[u8; 4]]) -> Vec<u8> {
        words.concat()
    }

    #[test]
    fn places_are_read_and_what_is_something_else_is_not() {
        let header = [*b"GFAR", 1u32.to_le_bytes(), 2u32.to_le_bytes(), 0u32.to_le_bytes()];
        let values = [1.0f32, -2.0, 3.0, 4.5].map(f32::to_le_bytes);
        let good = bytes(&[&header[..], &values[..]].concat());
        let places = Places::decode(&good, 2).unwrap();
        assert_eq!((places.x.clone(), places.y.clone()), (vec![1.0, -2.0], vec![3.0, 4.5]));
        assert_eq!(places.bounds(), [-2.0, 3.0, 1.0, 4.5]);
        assert_eq!(Places::decode(&good, 3), None, "another map");
        assert_eq!(Places::decode(&good[..good.len() - 1], 2), None);
        let mut broken = good.clone();
        broken[16..20].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(Places::decode(&broken, 2), None);
        assert_eq!(Places::default().bounds(), [0.0; 4]);
    }

    #[test]
    fn lines_are_read_and_a_cut_answer_is_not() {
        let words = [1u32.to_le_bytes(), 4u32.to_le_bytes(), 7u32.to_le_bytes(), 0.5f32.to_le_bytes()];
        let lines = Lines::decode(&bytes(&words)).unwrap();
        assert_eq!((lines.a, lines.b, lines.similarity), (vec![4], vec![7], vec![0.5]));
        assert_eq!(Lines::decode(&bytes(&words[..3])), None);
        assert_eq!(Lines::decode(&[]), None);
    }

    #[test]
    fn neighbourhoods_are_one_for_each_album() {
        let bytes = bytes(&[3u32.to_le_bytes(), 0u32.to_le_bytes()]);
        assert_eq!(neighbourhoods(&bytes, 2), Some(vec![3, 0]));
        assert_eq!(neighbourhoods(&bytes, 3), None);
        assert_eq!(neighbourhoods(&bytes[1..], 2), None);
    }

    #[test]
    fn albums_go_from_where_they_were_to_where_they_belong() {
        let moving = Moving::begin(vec![0.0, 0.0, 10.0, 10.0], 100.0);
        let (x, y) = ([4.0, 10.0], [8.0, 0.0]);
        assert_eq!(moving.at(100.0, &x, &y), (vec![0.0, 0.0, 10.0, 10.0], false));
        assert_eq!(moving.at(100.0 + MOVING / 2.0, &x, &y).0, vec![2.0, 4.0, 10.0, 5.0]);
        assert_eq!(moving.at(100.0 + MOVING, &x, &y), (vec![4.0, 8.0, 10.0, 0.0], true));
    }
}
