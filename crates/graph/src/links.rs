//! Who is listened to beside whom: albums that sources call similar, as sparse vectors whose angle says how alike two
//! albums are to their listeners.
//!
//! An album's vector has itself and every album that it is linked with; an album that is linked with many counts less in
//! all of them, for it says less. Two albums are alike when one is linked with the other, and the more so the more
//! neighbours they share (Adamic & Adar 2003, “Friends and neighbors on the Web”, weigh shared neighbours so).

use rayon::prelude::*;

/// What an album's own place in its vector weighs, that of a link being 1: linked albums are then nearer than those that
/// merely share a neighbour.
const SELF: f32 = 1.5;

/// Sparse unit vectors of albums, by row and by column.
#[derive(Clone, Debug, Default)]
pub struct Links {
    rows: Rows,
    columns: Rows,
    direct: Vec<Vec<u32>>,
}

/// Compressed rows: `entries[starts[i]..starts[i + 1]]` are those of row `i`, by rising number.
#[derive(Clone, Debug, Default)]
struct Rows {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
}

impl Rows {
    fn of(lists: Vec<Vec<(u32, f32)>>) -> Self {
        let mut starts = Vec::with_capacity(lists.len() + 1);
        starts.push(0);
        let mut entries = Vec::with_capacity(lists.iter().map(Vec::len).sum());
        for list in lists {
            entries.extend(list);
            starts.push(entries.len() as u32);
        }
        Self { starts, entries }
    }

    fn row(&self, i: usize) -> &[(u32, f32)] {
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.entries[from as usize..to as usize],
            _ => &[],
        }
    }
}

impl Links {
    /// Of `albums` albums and the pairs among them that are linked, in either direction and any number of times.
    pub fn of(albums: usize, pairs: &[(u32, u32)]) -> Self {
        let mut direct: Vec<Vec<u32>> = vec![Vec::new(); albums];
        for &(a, b) in pairs {
            if a != b && (a as usize) < albums && (b as usize) < albums {
                direct[a as usize].push(b);
                direct[b as usize].push(a);
            }
        }
        direct.par_iter_mut().for_each(|of| {
            of.sort_unstable();
            of.dedup();
        });
        let says: Vec<f32> = direct.iter().map(|of| 1.0 / (1.0 + of.len() as f32).ln().max(0.5)).collect();
        let row = |(i, of): (usize, &Vec<u32>)| {
            if of.is_empty() {
                return Vec::new();
            }
            let own = (i as u32, SELF * says[i]);
            let mut row: Vec<(u32, f32)> = of.iter().map(|&j| (j, says[j as usize])).chain([own]).collect();
            row.sort_unstable_by_key(|entry| entry.0);
            let length = row.iter().map(|(_, x)| x * x).sum::<f32>().sqrt();
            row.iter_mut().for_each(|(_, x)| *x /= length);
            row
        };
        let rows: Vec<Vec<(u32, f32)>> = direct.par_iter().enumerate().map(row).collect();
        let mut columns = vec![Vec::new(); albums];
        for (i, row) in rows.iter().enumerate() {
            for &(j, x) in row {
                columns[j as usize].push((i as u32, x));
            }
        }
        Self { rows: Rows::of(rows), columns: Rows::of(columns), direct }
    }

    /// Whether anything is known of an album.
    pub fn knows(&self, i: usize) -> bool {
        self.direct.get(i).is_some_and(|of| !of.is_empty())
    }

    /// Whether nothing is known of any.
    pub fn is_empty(&self) -> bool {
        self.rows.entries.is_empty()
    }

    /// The albums that an album is linked with, by rising number.
    pub fn direct(&self, i: usize) -> &[u32] {
        self.direct.get(i).map_or(&[], Vec::as_slice)
    }

    /// How alike two albums are to their listeners, 0–1.
    pub fn similarity(&self, i: usize, j: usize) -> f32 {
        let (mut a, mut b) = (self.rows.row(i), self.rows.row(j));
        let mut sum = 0.0;
        while let (Some((&(x, left), rest_a)), Some((&(y, right), rest_b))) =
            (a.split_first(), b.split_first())
        {
            match x.cmp(&y) {
                std::cmp::Ordering::Less => a = rest_a,
                std::cmp::Ordering::Greater => b = rest_b,
                std::cmp::Ordering::Equal => {
                    sum += left * right;
                    (a, b) = (rest_a, rest_b);
                }
            }
        }
        sum
    }

    /// All albums that are alike to album `i` at all, with their similarity, by rising number; itself among them.
    /// `scratch` has a zero for each album, and has zeros again afterwards.
    pub fn alike(&self, i: usize, scratch: &mut [f32]) -> Vec<(u32, f32)> {
        let mut touched = Vec::new();
        for &(f, x) in self.rows.row(i) {
            for &(j, y) in self.columns.row(f as usize) {
                let sum = &mut scratch[j as usize];
                if *sum == 0.0 {
                    touched.push(j);
                }
                *sum += x * y;
            }
        }
        touched.sort_unstable();
        touched.into_iter().map(|j| (j, std::mem::take(&mut scratch[j as usize]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0–1, 0–2, 1–2, 2–3; 4 knows nobody.
    fn links() -> Links {
        Links::of(5, &[(0, 1), (1, 0), (2, 0), (1, 2), (3, 2), (3, 3), (0, 9)])
    }

    #[test]
    fn a_link_counts_once_and_both_ways() {
        let links = links();
        assert_eq!([0, 1, 2, 3, 4].map(|i| links.direct(i).len()), [2, 2, 3, 1, 0]);
        assert!(links.knows(3) && !links.knows(4) && !links.is_empty());
        assert!(Links::of(3, &[]).is_empty());
    }

    #[test]
    fn linked_albums_are_nearer_than_those_that_share_a_neighbour() {
        let links = links();
        assert!((links.similarity(2, 2) - 1.0).abs() < 1e-6);
        assert!(links.similarity(0, 1) > links.similarity(0, 3));
        assert!(links.similarity(0, 3) > 0.0, "both are linked with 2");
        assert_eq!(links.similarity(0, 4), 0.0);
        assert_eq!(links.similarity(1, 3), links.similarity(3, 1));
    }

    #[test]
    fn all_that_are_alike_are_those_whose_similarity_is_not_zero() {
        let links = links();
        let mut scratch = vec![0.0; 5];
        for i in 0..5 {
            let found = links.alike(i, &mut scratch);
            assert!(scratch.iter().all(|x| *x == 0.0));
            for j in 0..5 {
                let listed = found.iter().find(|(k, _)| *k as usize == j).map_or(0.0, |f| f.1);
                assert!((listed - links.similarity(i, j)).abs() < 1e-6, "{i} {j}");
            }
        }
    }
}
