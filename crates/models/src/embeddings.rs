//! Embeddings of pictures: rows of one length, with their dot products and distances.

/// Rows of equal length, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    /// Numbers per row.
    pub dims: usize,
    /// `rows * dims` numbers.
    pub values: Vec<f32>,
}

impl Embeddings {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.dims.max(1)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.values[i * self.dims..(i + 1) * self.dims]
    }

    /// The rows named, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let values = rows.iter().flat_map(|&i| self.row(i)).copied().collect();
        Self { dims: self.dims, values }
    }

    /// All dot products of rows of `self` with rows of `other`: `[self.len(), other.len()]`, row-major.
    pub fn products(&self, other: &Self) -> Vec<f32> {
        assert_eq!(self.dims, other.dims, "embeddings of one network have one length");
        let (n, m, d) = (self.len(), other.len(), self.dims);
        let mut out = vec![0.0_f32; n * m];
        if n == 0 || m == 0 {
            return out;
        }
        // SAFETY: `out` is n×m, the sides n×d and m×d (read transposed), all row-major and fully in bounds.
        unsafe {
            gemm::gemm(
                n,
                m,
                d,
                out.as_mut_ptr(),
                1,
                m as isize,
                false,
                self.values.as_ptr(),
                1,
                d as isize,
                other.values.as_ptr(),
                d as isize,
                1,
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::Rayon(0),
            );
        }
        out
    }

    /// All squared Euclidean distances between rows of `self` and rows of `other`, `[self.len(), other.len()]`.
    pub fn squared_distances(&self, other: &Self) -> Vec<f32> {
        let norms =
            |e: &Self| -> Vec<f32> { (0..e.len()).map(|i| e.row(i).iter().map(|v| v * v).sum()).collect() };
        let (a, b) = (norms(self), norms(other));
        let mut out = self.products(other);
        for (i, row) in out.chunks_exact_mut(b.len().max(1)).enumerate() {
            for (value, norm) in row.iter_mut().zip(&b) {
                *value = (a[i] + norm - 2.0 * *value).max(0.0);
            }
        }
        out
    }
}
