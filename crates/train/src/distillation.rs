//! Distillation set of the encoder: covers' descriptors and genres, and what a teacher sees in several views of each.
//!
//! Seven tenths of the covers are learned from; the rest are held back ([`holdout`]) and measured on.

use super::error::TrainError;
use super::holdout;
use super::random::mix;
use super::soft_labels::{SoftLabels, soft_labels};
use super::write::write_tensors;
use candle_core::{DType, Device, Tensor};
use gatefold_covers::Look;
use gatefold_covers::cover;
use gatefold_covers::features::measures::{self, Standard, measures};
use gatefold_models::efficientnet::{self, EfficientNetLite0};
use gatefold_models::embeddings::Embeddings;
use gatefold_types::album::Genre;
use gatefold_types::progress::Progress;
use image::RgbImage;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Pixels across of the covers that are measured: thumbnails, as they are encoded in use.
pub const SIDE: u32 = cover::THUMBNAIL_SIDE;
/// Pixels across of what the teacher's views are cut from.
const TEACHERS_SIDE: u32 = 256;
/// Covers that the teacher looks at between two looks at the progress.
const AT_ONCE: usize = 64;
/// Numbers that the teacher says of a picture.
pub(super) const TEACHERS: usize = efficientnet::DIMS;

/// A cover as it comes from whoever keeps it.
pub struct LabelledCover {
    /// Its genre, if somebody says one.
    pub genre: Option<Genre>,
    /// Difference hash.
    pub dhash: u64,
    /// 64×64 RGB, by which near-duplicates are found.
    pub pixels: Vec<u8>,
    /// At [`SIDE`] pixels across.
    pub thumbnail: RgbImage,
    /// The whole cover.
    pub file: PathBuf,
}

/// A cover to learn from, or one that is not.
pub struct Example {
    /// 128×128 RGB.
    pub thumbnail: Vec<u8>,
    /// Number of its genre in [`DistillationSet::genres`], if it has one.
    pub genre: Option<u32>,
    /// Difference hash.
    pub dhash: u64,
}

/// What is learned from in one step.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Batch {
    /// Measures of covers on the lessons' scale, `[batch, dims]`.
    pub measures: Vec<f32>,
    /// Probability of each genre, half the tag's and half the teacher's, `[batch, genres]`.
    pub said: Vec<f32>,
    /// Where the teacher sees them, `[batch, components]`.
    pub components: Vec<f32>,
    /// The tags.
    pub genres: Vec<Option<u32>>,
}

/// Seven tenths of a catalogue to learn from, three to be asked about.
#[derive(Default)]
pub struct DistillationSet {
    /// Covers to learn from.
    pub learned: Vec<Example>,
    /// Covers that are never learned from.
    pub unseen: Vec<Example>,
    /// Names of the genres, ascending.
    pub genres: Vec<Genre>,
    /// Views per cover.
    views: u32,
    seed: u64,
    /// Scale of the measures of the covers that are learned from.
    pub standard: Standard,
    /// What is measured on each cover that is learned from, on that scale.
    measured: Array2<f32>,
    /// What the teacher says of each.
    labels: SoftLabels,
}

/// The part of a cover that a view shows, in shares of its side.
#[derive(Clone, Copy, PartialEq, Debug)]
struct View {
    left: f32,
    top: f32,
    side: f32,
}

impl View {
    /// View `number` of cover `cover`: the first is the whole cover, others a square of 0.55–1 of its side.
    fn of(seed: u64, cover: usize, number: u32) -> Self {
        if number == 0 {
            return Self { left: 0.0, top: 0.0, side: 1.0 };
        }
        let mut rng =
            ChaCha8Rng::seed_from_u64(mix(seed, 0x76_6965, (cover as u64) << 8 | u64::from(number)));
        let side = rng.gen_range(0.55..1.0_f32);
        Self { left: rng.gen_range(0.0..=1.0 - side), top: rng.gen_range(0.0..=1.0 - side), side }
    }
}

impl DistillationSet {
    /// Learns from seven tenths of these covers, and asks the teacher in `teacher` (EfficientNet-Lite0) about `views` views
    /// of each, of whose mean `components` principal components are learned; its answers are kept in `out`, so that a run
    /// that is resumed need not ask again.
    ///
    /// # Errors
    /// When there is no cover, or a file cannot be read or written.
    pub fn of(
        covers: Vec<LabelledCover>,
        teacher: &Path,
        (views, seed, components): (u32, u64, usize),
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let mut genres: Vec<Genre> = covers.iter().filter_map(|cover| cover.genre.clone()).collect();
        genres.sort();
        genres.dedup();
        let looks: Vec<Look<'_>> =
            covers.iter().map(|cover| Look { dhash: cover.dhash, pixels: &cover.pixels }).collect();
        let held = holdout::held_back(&looks, holdout::FROM_ENCODER);
        let mut all =
            Self { learned: Vec::new(), unseen: Vec::new(), genres, views, seed, ..Self::default() };
        let mut to_ask = Vec::new();
        for (cover, held) in covers.into_iter().zip(held) {
            let genre = cover.genre.and_then(|genre| all.genres.binary_search(&genre).ok());
            let example = Example {
                thumbnail: cover.thumbnail.into_raw(),
                genre: genre.map(|at| at as u32),
                dhash: cover.dhash,
            };
            if held {
                all.unseen.push(example);
            } else {
                all.learned.push(example);
                to_ask.push(cover.file);
            }
        }
        if all.learned.is_empty() {
            return Err(TrainError::NoData { skipped: 0 });
        }
        let measured: Vec<Vec<f32>> =
            all.learned.par_iter().map(|example| measures(&picture(&example.thumbnail))).collect();
        all.standard = Standard::of(measured.iter().map(Vec::as_slice));
        all.measured = Array2::zeros((measured.len(), measures::dims()));
        for (mut row, measured) in all.measured.rows_mut().into_iter().zip(measured) {
            row.assign(&Array1::from(all.standard.bounded(measured)));
        }
        let answers = all.ask(&to_ask, teacher, out, progress)?;
        progress.stage("Weighing the teacher's answers", 0);
        let genres: Vec<Option<u32>> = all.learned.iter().map(|example| example.genre).collect();
        let answers = seen_from_all_sides(&answers, views as usize);
        all.labels = soft_labels(answers.view(), &genres, all.genres.len(), components);
        Ok(all)
    }

    /// The teacher's answers, asked or remembered: `[learned][view][TEACHERS]`.
    fn ask(
        &self,
        files: &[PathBuf],
        teacher: &Path,
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Vec<f32>, TrainError> {
        std::fs::create_dir_all(out).map_err(TrainError::file(out))?;
        let (path, name) = (out.join("teacher.safetensors"), self.key());
        if let Ok(tensors) = candle_core::safetensors::load(&path, &Device::Cpu)
            && let Some(answers) = tensors.get(&name)
        {
            return Ok(answers.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?);
        }
        let network = EfficientNetLite0::load(teacher, &Device::Cpu)
            .map_err(|e| TrainError::Settings(e.to_string()))?;
        progress.stage("Asking the teacher", files.len() as u64);
        let mut answers = Vec::with_capacity(files.len() * self.views as usize * TEACHERS);
        for (start, some) in files.chunks(AT_ONCE).enumerate().map(|(i, some)| (i * AT_ONCE, some)) {
            if progress.cancelled() {
                return Err(TrainError::Cancelled { step: 0 });
            }
            let pictures: Vec<Vec<RgbImage>> = some
                .par_iter()
                .enumerate()
                .map(|(i, file)| {
                    let bytes = std::fs::read(file).map_err(TrainError::file(file))?;
                    let cover = cover::decode(&bytes, TEACHERS_SIDE)
                        .map_err(|e| TrainError::Settings(format!("{}: {e}", file.display())))?;
                    let view = |v| part(&cover, View::of(self.seed, start + i, v));
                    Ok((0..self.views).map(view).collect())
                })
                .collect::<Result<_, TrainError>>()?;
            let said: Embeddings =
                network.embed(&pictures.concat()).map_err(|e| TrainError::Settings(e.to_string()))?;
            answers.extend(said.values);
            progress.advance(some.len() as u64);
        }
        let shape = (files.len(), self.views as usize, TEACHERS);
        let tensor = Tensor::from_slice(&answers, shape, &Device::Cpu)?.to_dtype(DType::F16)?;
        // What was asked stands beside the answers: whoever opens the file can ask again.
        let covers: Vec<i64> = self.learned.iter().map(|example| example.dhash.cast_signed()).collect();
        let views: Vec<f32> = (0..files.len())
            .flat_map(|cover| (0..self.views).map(move |view| (cover, view)))
            .flat_map(|(cover, view)| {
                let View { left, top, side } = View::of(self.seed, cover, view);
                [left, top, side]
            })
            .collect();
        let shape = (files.len(), self.views as usize, 3);
        let tensors = HashMap::from([
            (name, tensor),
            ("covers".to_owned(), Tensor::from_vec(covers, files.len(), &Device::Cpu)?),
            ("views".to_owned(), Tensor::from_vec(views, shape, &Device::Cpu)?),
        ]);
        write_tensors(&path, &tensors)?;
        Ok(answers)
    }

    /// What the answers depend on.
    fn key(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes()).update(&self.views.to_le_bytes());
        self.learned.iter().for_each(|example| {
            hasher.update(&example.thumbnail);
        });
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// What is learned from in step `step`. It depends on seed and step alone.
    pub(super) fn batch(&self, step: u64, batch: usize) -> Batch {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(self.seed, 0x6c_6573, step));
        let drawn: Vec<usize> = (0..batch).map(|_| rng.gen_range(0..self.learned.len())).collect();
        let of = |rows: &Array2<f32>| rows.select(Axis(0), &drawn).into_raw_vec_and_offset().0;
        let genres: Vec<Option<u32>> = drawn.iter().map(|&cover| self.learned[cover].genre).collect();
        let mut said = of(&self.labels.genres);
        for (row, genre) in said.chunks_exact_mut(self.genres.len().max(1)).zip(&genres) {
            if let Some(genre) = genre {
                row.iter_mut().for_each(|x| *x *= 0.5);
                row[*genre as usize] += 0.5;
            }
        }
        Batch { measures: of(&self.measured), said, components: of(&self.labels.components), genres }
    }
}

/// A thumbnail's bytes as a picture.
pub(super) fn picture(thumbnail: &[u8]) -> RgbImage {
    RgbImage::from_raw(SIDE, SIDE, thumbnail.to_vec()).unwrap_or_else(|| RgbImage::new(SIDE, SIDE))
}

/// `[cover][view][TEACHERS]` → the mean over a cover's views, each number with mean 0 and variance 1 over all covers,
/// the most extraordinary ones cut off; those that never change to 0.
fn seen_from_all_sides(answers: &[f32], views: usize) -> Array2<f32> {
    let mut rows = Array2::zeros((answers.len() / (views * TEACHERS), TEACHERS));
    for (mut row, views) in rows.rows_mut().into_iter().zip(answers.chunks_exact(views * TEACHERS)) {
        for view in views.chunks_exact(TEACHERS) {
            row += &ArrayView1::from(view);
        }
    }
    let standard = Standard::of(rows.rows().into_iter().filter_map(|row| row.to_slice()));
    for mut row in rows.rows_mut() {
        let bounded = standard.bounded(row.to_vec());
        row.assign(&Array1::from(bounded));
    }
    rows
}

/// A view of the teacher's cover, in whole pixels.
fn part(cover: &RgbImage, view: View) -> RgbImage {
    let pixels = |share: f32| (share * cover.width() as f32).round() as u32;
    let side = pixels(view.side).clamp(1, cover.width());
    let (left, top) =
        (pixels(view.left).min(cover.width() - side), pixels(view.top).min(cover.width() - side));
    image::imageops::crop_imm(cover, left, top, side, side).to_image()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> DistillationSet {
        let example = |i: u8| Example {
            thumbnail: Vec::new(),
            genre: (i != 1).then_some(u32::from(i) / 2),
            dhash: u64::from(i),
        };
        let rows = |columns| Array2::from_shape_fn((3, columns), |(i, _)| i as f32);
        DistillationSet {
            learned: (0..3).map(example).collect(),
            genres: ["a", "b"].into_iter().filter_map(Genre::new).collect(),
            views: 2,
            seed: 5,
            measured: rows(4),
            labels: SoftLabels { genres: Array2::from_elem((3, 2), 0.5), components: rows(3) },
            ..DistillationSet::default()
        }
    }

    #[test]
    fn a_batch_depends_on_seed_and_step_alone() {
        assert!(set().batch(3, 8) == set().batch(3, 8));
        assert!(set().batch(3, 8) != set().batch(4, 8));
    }

    #[test]
    fn a_covers_measures_opinion_and_tag_stay_together() {
        let Batch { measures, said, components, genres } = set().batch(0, 32);
        for i in 0..32 {
            let cover = measures[i * 4];
            assert_eq!(components[i * 3], cover);
            let (expected, tag) = match cover as u32 {
                0 => ([0.75, 0.25], Some(0)),
                1 => ([0.5, 0.5], None),
                _ => ([0.25, 0.75], Some(1)),
            };
            assert_eq!((&said[i * 2..i * 2 + 2], genres[i]), (&expected[..], tag));
        }
    }

    #[test]
    fn views_are_averaged_before_they_are_brought_onto_one_scale() {
        let answer = |x: f32| vec![x; TEACHERS];
        let answers = [answer(0.0), answer(2.0), answer(4.0), answer(6.0)].concat();
        let rows = seen_from_all_sides(&answers, 2);
        assert_eq!((rows.dim(), rows[[0, 7]], rows[[1, 7]]), ((2, TEACHERS), -1.0, 1.0));
    }
}
