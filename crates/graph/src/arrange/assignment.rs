//! Who gets what among few, so that all together pay least.

/// Most rows that a matrix of costs may have.
pub(super) const MOST: usize = 16;
const NOBODY: usize = usize::MAX;

/// For each row of a square matrix of costs (`cost(row, column)`, finite) its column, each given once, such that
/// the sum of costs is least. `n` is at most [`MOST`]; what lies beyond `n` in the answer means nothing.
///
/// The Hungarian method with potentials, O(n³), by shortest augmenting paths (Jonker and Volgenant, 1987, "A shortest
/// augmenting path algorithm for dense and sparse linear assignment problems").
pub(super) fn cheapest(n: usize, cost: impl Fn(usize, usize) -> f32) -> [usize; MOST] {
    let n = n.min(MOST);
    let (mut row_price, mut column_price) = ([0.0f32; MOST], [0.0f32; MOST]);
    let (mut column_of, mut row_of) = ([NOBODY; MOST], [NOBODY; MOST]);
    for newcomer in 0..n {
        // The cheapest chain of changes that ends at a column which nobody has.
        let mut path = [f32::INFINITY; MOST];
        let mut came_from = [newcomer; MOST];
        let mut settled = [false; MOST];
        let (mut row, mut paid) = (newcomer, 0.0f32);
        let end = loop {
            let (mut next, mut least) = (NOBODY, f32::INFINITY);
            for column in (0..n).filter(|&c| !settled[c]) {
                let through = paid + cost(row, column) - row_price[row] - column_price[column];
                if through < path[column] {
                    (path[column], came_from[column]) = (through, row);
                }
                if path[column] < least {
                    (next, least) = (column, path[column]);
                }
            }
            if next == NOBODY {
                // Only a cost that is no number leads here.
                return std::array::from_fn(|i| i);
            }
            settled[next] = true;
            paid = least;
            match row_of[next] {
                NOBODY => break next,
                holder => row = holder,
            }
        };
        row_price[newcomer] += paid;
        for column in (0..n).filter(|&c| settled[c]) {
            let gain = paid - path[column];
            column_price[column] -= gain;
            if row_of[column] != NOBODY {
                row_price[row_of[column]] += gain;
            }
        }
        let mut column = end;
        loop {
            let row = came_from[column];
            row_of[column] = row;
            std::mem::swap(&mut column_of[row], &mut column);
            if row == newcomer {
                break;
            }
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// The least sum by trying every order.
    fn tried(n: usize, costs: &[[f32; 6]; 6], row: usize, taken: u32) -> f32 {
        if row == n {
            return 0.0;
        }
        (0..n)
            .filter(|c| taken & 1 << c == 0)
            .map(|c| costs[row][c] + tried(n, costs, row + 1, taken | 1 << c))
            .fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn it_is_as_cheap_as_the_best_of_all_orders() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for round in 0..200 {
            let n = 1 + round % 6;
            let costs: [[f32; 6]; 6] =
                std::array::from_fn(|_| std::array::from_fn(|_| rng.gen_range(-1.0..1.0)));
            let column = cheapest(n, |r, c| costs[r][c]);
            let mut given = column[..n].to_vec();
            given.sort_unstable();
            assert!(given.iter().copied().eq(0..n));
            let sum: f32 = (0..n).map(|r| costs[r][column[r]]).sum();
            assert!((sum - tried(n, &costs, 0, 0)).abs() < 1e-4, "{sum}");
        }
    }

    #[test]
    fn who_has_the_best_keeps_it() {
        let column = cheapest(MOST, |r, c| (r as f32 - c as f32).powi(2));
        assert!(column.iter().copied().eq(0..MOST));
    }

    #[test]
    fn costs_that_are_no_numbers_leave_everybody_in_place() {
        assert!(cheapest(5, |_, _| f32::NAN)[..5].iter().copied().eq(0..5));
    }
}
