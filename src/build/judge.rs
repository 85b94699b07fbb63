//! What the catalogue's forest makes of a cover that is not in the catalogue.

use super::look::Look;
use super::{BuildError, Built, files};
use crate::album::Genre;
use crate::cover::Derived;
use crate::features::Pca;
use crate::features::measures::Standard;
use crate::genre::forest::Forest;
use ndarray::{Array2, ArrayView2};

/// Brings a cover's numbers among the build's vectors: standardised, then, where there are any, along axes.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Projection {
    pub standard: Standard,
    /// Dimensions × numbers; none where the standardised numbers are the vector.
    pub axes: Array2<f32>,
}

impl Projection {
    /// Scores of unit variance on principal components.
    pub(super) fn of_pca(pca: &Pca) -> Self {
        let mut axes = pca.components.clone();
        for (mut axis, scale) in axes.rows_mut().into_iter().zip(pca.scales()) {
            axis.mapv_inplace(|x| x * scale);
        }
        Self { standard: Standard { mean: pca.mean.to_vec(), scale: vec![1.0; pca.mean.len()] }, axes }
    }

    pub(super) fn apply(&self, mut row: Vec<f32>) -> Vec<f32> {
        self.standard.apply(&mut row);
        if self.axes.is_empty() {
            return row;
        }
        let along = |axis: ndarray::ArrayView1<'_, f32>| axis.iter().zip(&row).map(|(a, x)| a * x).sum();
        self.axes.rows().into_iter().map(along).collect()
    }

    /// Little-endian: numbers, axes, then mean, scale and axes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Standard { mean, scale } = &self.standard;
        let mut out = Vec::new();
        out.extend((mean.len() as u32).to_le_bytes());
        out.extend((self.axes.nrows() as u32).to_le_bytes());
        out.extend(mean.iter().chain(scale).chain(&self.axes).flat_map(|x| x.to_le_bytes()));
        out
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<4>();
        let ([numbers, axes], words) = words.split_first_chunk::<2>()?;
        let (n, k) = (u32::from_le_bytes(*numbers) as usize, u32::from_le_bytes(*axes) as usize);
        if !rest.is_empty() || words.len() != n.checked_mul(k.checked_add(2)?)? {
            return None;
        }
        let all: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        let axes = Array2::from_shape_vec((k, n), all[2 * n..].to_vec()).ok()?;
        Some(Self { standard: Standard { mean: all[..n].to_vec(), scale: all[n..2 * n].to_vec() }, axes })
    }
}

/// Says what any cover looks like.
pub struct Judge {
    look: Look,
    projection: Projection,
    forest: Forest<usize>,
    genres: Vec<Genre>,
}

impl Judge {
    /// The one of a catalogue's build.
    ///
    /// # Errors
    /// [`BuildError::NoForest`] where there are too few tagged covers; when files of the build are missing or damaged, or
    /// this program has not the encoder that the build was made with.
    pub fn of(built: &Built) -> Result<Self, BuildError> {
        let genres = built.record.opinion_genres.clone();
        if genres.is_empty() {
            return Err(BuildError::NoForest);
        }
        let look = Look::named(&built.features.name)?;
        let read = |name: &str| super::folder::read(&built.dir, name);
        let damaged = |name: &str| BuildError::Damaged(built.dir.join(name));
        let projection =
            Projection::from_bytes(&read(files::PROJECTION)?).ok_or_else(|| damaged(files::PROJECTION))?;
        let forest = Forest::from_bytes(&read(files::FOREST)?).ok_or_else(|| damaged(files::FOREST))?;
        if forest.classes().iter().any(|&class| class >= genres.len()) {
            return Err(damaged(files::FOREST));
        }
        Ok(Self { look, projection, forest, genres })
    }

    /// Genres with their probability, the likeliest first. For a cover that is in the catalogue ask
    /// [`Built::opinion`]: this forest was grown on it.
    ///
    /// # Errors
    /// When the encoder fails, or the build was made with another one.
    pub fn judge(&self, cover: &Derived) -> Result<Vec<(Genre, f32)>, BuildError> {
        let vector = self.look.vector(cover, &self.projection)?;
        if vector.len() != self.forest.features() {
            return Err(BuildError::Encoder(
                "the map was made with another one: run `gatefold build`".to_owned(),
            ));
        }
        let row = ArrayView2::from_shape((1, vector.len()), &vector)
            .map_err(|e| BuildError::Opinions(e.to_string()))?;
        let said = self.forest.probabilities(&row);
        let mut all: Vec<(Genre, f32)> = self
            .forest
            .classes()
            .iter()
            .zip(said.row(0))
            .map(|(&class, &p)| (self.genres[class].clone(), p as f32))
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_projection_survives_its_bytes_and_a_cut_one_is_refused() {
        let standard = Standard { mean: vec![1.0, 2.0], scale: vec![2.0, 1.0] };
        let projection = Projection { standard, axes: array![[1.0, 1.0], [0.0, 3.0], [1.0, 0.0]] };
        assert_eq!(projection.apply(vec![2.0, 3.0]), [3.0, 3.0, 2.0]);
        let bytes = projection.to_bytes();
        assert_eq!(Projection::from_bytes(&bytes), Some(projection));
        for n in 0..bytes.len() {
            assert_eq!(Projection::from_bytes(&bytes[..n]), None);
        }
    }
}
