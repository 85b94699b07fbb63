//! Repulsion of everything by everything in n log n: far groups push as one.
//!
//! A quadtree over positions in Morton order, walked without a stack: each cell knows where the walk goes on when it
//! is taken as a whole (Barnes and Hut, 1986, "A hierarchical O(N log N) force-calculation algorithm").

use super::room::bounds;
use rayon::prelude::*;

/// Bodies up to which a cell is not divided further.
const LEAF: usize = 8;
/// Bits per dimension of a Morton code, and so the deepest cell.
const BITS: u32 = 16;

/// Bodies with mass, in cells.
pub(super) struct Tree {
    cells: Vec<Cell>,
    /// Positions and masses in the order of the cells' leaves.
    bodies: Vec<Body>,
    /// Which body stands where in that order.
    order: Vec<(u32, u32)>,
    /// Square of the distance below which repulsion grows no further.
    soft: f32,
}

/// Where, and how heavy.
#[derive(Clone, Copy)]
struct Body {
    at: [f32; 2],
    mass: f32,
}

struct Cell {
    /// All that it contains as one, at the mean position by mass.
    body: Body,
    /// Square of the distance from which it counts as one body.
    far: f32,
    /// The cell after all that this one contains.
    next: u32,
    /// Places in the order of all bodies that it contains.
    from: u32,
    to: u32,
}

impl Tree {
    /// A cell is taken as one body by those that are further from it than its diagonal / `theta`. Bodies nearer than
    /// `soft` repel no more than at that distance.
    pub(super) fn new(at: &[[f32; 2]], mass: &[f32], theta: f32, soft: f32) -> Self {
        let [low, high] = bounds(at);
        let side = (high[0] - low[0]).max(high[1] - low[1]).max(f32::MIN_POSITIVE);
        let scale = ((1 << BITS) - 1) as f32 / side;
        let mut order: Vec<(u32, u32)> = at
            .par_iter()
            .enumerate()
            .map(|(i, p)| (morton([0, 1].map(|c| ((p[c] - low[c]) * scale) as u32)), i as u32))
            .collect();
        order.par_sort_unstable();
        let bodies =
            order.iter().map(|&(_, i)| Body { at: at[i as usize], mass: mass[i as usize] }).collect();
        let mut tree =
            Self { cells: Vec::with_capacity(at.len() / 2), bodies, order, soft: (soft * soft).max(1e-30) };
        if !at.is_empty() {
            tree.divide(0, at.len(), 1.0 / (theta * theta));
        }
        tree
    }

    /// Appends the cell of bodies `from..to` and all cells within it.
    fn divide(&mut self, from: usize, to: usize, opening: f32) {
        let cell = self.cells.len();
        let (mut low, mut high) = (self.bodies[from].at, self.bodies[from].at);
        for Body { at, .. } in &self.bodies[from + 1..to] {
            low = [low[0].min(at[0]), low[1].min(at[1])];
            high = [high[0].max(at[0]), high[1].max(at[1])];
        }
        let diagonal = (high[0] - low[0]).powi(2) + (high[1] - low[1]).powi(2);
        let (body, far) = (self.sum(from, to), opening * diagonal);
        self.cells.push(Cell { body, far, next: 0, from: from as u32, to: to as u32 });
        // Codes that begin alike share a cell; the first pair of bits that differs is where it divides.
        let differ = self.order[from].0 ^ self.order[to - 1].0;
        if to - from > LEAF && differ != 0 {
            let shift = differ.ilog2() & !1;
            let mut start = from;
            while start < to {
                let quarter = self.order[start].0 >> shift;
                let end = start + self.order[start..to].partition_point(|o| o.0 >> shift == quarter);
                self.divide(start, end, opening);
                start = end;
            }
        }
        self.cells[cell].next = self.cells.len() as u32;
    }

    fn sum(&self, from: usize, to: usize) -> Body {
        let mut sum = [0.0f64; 3];
        for b in &self.bodies[from..to] {
            let mass = f64::from(b.mass);
            sum = [sum[0] + mass * f64::from(b.at[0]), sum[1] + mass * f64::from(b.at[1]), sum[2] + mass];
        }
        Body { at: [(sum[0] / sum[2]) as f32, (sum[1] / sum[2]) as f32], mass: sum[2] as f32 }
    }

    /// What pushes each body, per unit of its mass: the sum of mass / distance of all others, as a vector. Calls
    /// `visit` with the body's number, in an order in which neighbours follow each other, and answers with what it
    /// gave.
    pub(super) fn pushes<T: Send>(&self, visit: impl Fn(usize, &dyn Fn() -> [f32; 2]) -> T + Sync) -> Vec<T> {
        self.order
            .par_iter()
            .enumerate()
            .map(|(place, &(_, i))| visit(i as usize, &|| self.push(place as u32)))
            .collect()
    }

    /// Bodies at the very same place do not push each other.
    fn push(&self, place: u32) -> [f32; 2] {
        let p = self.bodies[place as usize].at;
        let mut sum = [0.0f32; 2];
        let mut add = |b: &Body| {
            let d = [p[0] - b.at[0], p[1] - b.at[1]];
            let push = b.mass / (d[0] * d[0] + d[1] * d[1]).max(self.soft);
            sum = [sum[0] + push * d[0], sum[1] + push * d[1]];
        };
        let mut at = 0;
        while let Some(cell) = self.cells.get(at) {
            let d = [p[0] - cell.body.at[0], p[1] - cell.body.at[1]];
            if d[0] * d[0] + d[1] * d[1] > cell.far && !(cell.from..cell.to).contains(&place) {
                add(&cell.body);
                at = cell.next as usize;
            } else if cell.next as usize == at + 1 {
                self.bodies[cell.from as usize..cell.to as usize].iter().for_each(&mut add);
                at += 1;
            } else {
                at += 1;
            }
        }
        sum
    }
}

/// Bits of both numbers by turns; of each only the lowest [`BITS`] count.
fn morton([x, y]: [u32; 2]) -> u32 {
    let apart = |v: u32| {
        let v = v & 0xffff;
        let v = (v | v << 8) & 0x00ff_00ff;
        let v = (v | v << 4) & 0x0f0f_0f0f;
        let v = (v | v << 2) & 0x3333_3333;
        (v | v << 1) & 0x5555_5555
    };
    apart(x) | apart(y) << 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn bodies(n: usize) -> (Vec<[f32; 2]>, Vec<f32>) {
        let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
        let at = (0..n)
            .map(|i| {
                // Half of them in a heap, far off to one side.
                let r: f32 = if i % 2 == 0 { 1.0 } else { 50.0 };
                [rng.gen_range(-r..r) + if i % 2 == 0 { 80.0 } else { 0.0 }, rng.gen_range(-r..r)]
            })
            .collect();
        (at, (0..n).map(|i| 1.0 + (i % 7) as f32).collect())
    }

    fn exact(at: &[[f32; 2]], mass: &[f32], p: [f32; 2]) -> [f64; 2] {
        let mut sum = [0.0f64; 2];
        for (q, &m) in at.iter().zip(mass) {
            let d = [0, 1].map(|c| f64::from(p[c]) - f64::from(q[c]));
            let square = d[0] * d[0] + d[1] * d[1];
            if square > 0.0 {
                sum = [0, 1].map(|c| sum[c] + f64::from(m) * d[c] / square);
            }
        }
        sum
    }

    #[test]
    fn the_push_is_that_of_all_pairs_within_some_percent() {
        let (at, mass) = bodies(2_000);
        let tree = Tree::new(&at, &mass, 1.5, 1e-4);
        let (mut wrong, mut right) = (0.0, 0.0);
        for (i, found) in tree.pushes(|i, push| (i, push())) {
            let wanted = exact(&at, &mass, at[i]);
            wrong += (f64::from(found[0]) - wanted[0]).hypot(f64::from(found[1]) - wanted[1]);
            right += wanted[0].hypot(wanted[1]);
        }
        println!("{}", wrong / right);
        assert!(wrong / right < 0.03, "{}", wrong / right);
    }

    #[test]
    fn with_a_narrow_opening_every_body_pushes_for_itself() {
        let (at, mass) = bodies(300);
        let tree = Tree::new(&at, &mass, 1e-3, 1e-4);
        for (i, found) in tree.pushes(|i, push| (i, push())) {
            let wanted = exact(&at, &mass, at[i]);
            assert!((f64::from(found[0]) - wanted[0]).abs() < 1e-3 * wanted[0].abs().max(1.0));
            assert!((f64::from(found[1]) - wanted[1]).abs() < 1e-3 * wanted[1].abs().max(1.0));
        }
    }

    #[test]
    fn no_body_pushes_itself_by_way_of_its_cell() {
        // Far enough from the middle of all nine that their cell would count as one body.
        let mut at: Vec<[f32; 2]> = (0..8).map(|i| [1e-4 * i as f32, 0.0]).collect();
        at.push([1.0, 1.0]);
        let pushes = Tree::new(&at, &[1.0; 9], 1.5, 1e-6).pushes(|i, push| (i, push()));
        let (_, alone) = pushes.into_iter().find(|p| p.0 == 8).unwrap();
        assert!((alone[0] - 4.0).abs() < 0.01, "{alone:?}");
    }

    #[test]
    fn bodies_on_one_spot_neither_push_each_other_nor_dig_forever() {
        let at = vec![[3.0, 3.0]; 100];
        let tree = Tree::new(&at, &[1.0; 100], 1.0, 0.1);
        assert_eq!(tree.pushes(|_, push| push()), [[0.0; 2]; 100]);
        assert!(Tree::new(&[], &[], 1.0, 0.1).pushes(|_, push| push()).is_empty());
    }
}
