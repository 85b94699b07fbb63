//! What an encoder learns from: the catalogue's covers with their genres, seven tenths of them, and what a teacher
//! sees in several views of each.

use super::data::mix;
use super::metrics::Embeddings;
use super::metrics::efficientnet::{self, EfficientNetLite0};
use super::{TrainError, grid, write_tensors};
use crate::album::Genre;
use crate::catalog::{Catalog, CatalogError};
use crate::cover;
use crate::features::measures::{self, Standard, measures};
use crate::graph::{Look, clusters};
use crate::progress::Progress;
use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Pixels across of the covers that views are cut from: thumbnails, as they are encoded in use.
const SIDE: u32 = cover::THUMBNAIL_SIDE;
/// Pixels across of what the teacher's views are cut from.
const TEACHERS_SIDE: u32 = 256;
/// Share of near-duplicate clusters that is learned from, in percent. The rest is never seen.
const LEARNED: u64 = 70;
/// Covers that the teacher looks at between two looks at the progress.
const AT_ONCE: usize = 64;
/// Numbers that the teacher says of a picture.
pub(super) const TEACHERS: usize = efficientnet::DIMS;

/// A cover to learn from, or one that is not.
pub struct Lesson {
    /// 128×128 RGB.
    pub thumbnail: Vec<u8>,
    /// Number of its genre in [`Lessons::genres`], if it has one.
    pub genre: Option<u32>,
    /// Difference hash.
    pub dhash: u64,
}

/// What is learned from in one step.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Batch {
    /// Views of covers, `[batch, 3, size, size]` in −1–1.
    pub covers: Vec<f32>,
    /// Their measures on the lessons' scale, `[batch, dims]`.
    pub measures: Vec<f32>,
    /// What the teacher says of each, `[batch, TEACHERS]`.
    pub said: Vec<f32>,
    /// Genre of each.
    pub genres: Vec<Option<u32>>,
}

/// Seven tenths of a catalogue to learn from, three to be asked about.
#[derive(Default)]
pub struct Lessons {
    /// Covers to learn from.
    pub learned: Vec<Lesson>,
    /// Covers that are never learned from.
    pub unseen: Vec<Lesson>,
    /// Names of the genres, ascending.
    pub genres: Vec<Genre>,
    /// Views per cover.
    views: u32,
    seed: u64,
    /// Scale of the measures of the covers that are learned from.
    pub standard: Standard,
    /// `[learned][view][TEACHERS]`, each number with mean 0 and variance 1 over all.
    teacher: Vec<f32>,
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

impl Lessons {
    /// Reads the catalogue's covers and asks the teacher in `teacher` (EfficientNet-Lite0) about `views` views of each;
    /// its answers are kept in `out`, so that a run that is resumed need not ask again.
    ///
    /// # Errors
    /// When there is no cover, or a file cannot be read or written.
    pub fn read(
        catalog: &Catalog,
        teacher: &Path,
        (views, seed): (u32, u64),
        out: &Path,
        progress: &dyn Progress,
    ) -> Result<Self, TrainError> {
        let refused = |error: CatalogError| TrainError::Settings(error.to_string());
        let mut genre_of = BTreeMap::new();
        for album in catalog.albums().map_err(refused)? {
            if let Some(cover) = album.cover {
                let genre = genre_of.entry(cover).or_insert(None);
                *genre = genre.take().or(album.genre);
            }
        }
        let mut genres: Vec<Genre> = genre_of.values().flatten().cloned().collect();
        genres.sort();
        genres.dedup();
        let hashes: Vec<_> = genre_of.keys().cloned().collect();
        // What cannot be read was said at import, and has nothing derived from it.
        let (hashes, derived): (Vec<_>, Vec<_>) = hashes
            .iter()
            .zip(catalog.derived_many(&hashes).map_err(refused)?)
            .filter_map(|(hash, derived)| Some((hash.clone(), derived?)))
            .unzip();
        let looks: Vec<Look<'_>> =
            derived.iter().map(|d| Look { dhash: d.dhash, pixels: &d.pixels }).collect();
        let learned = chosen(&looks, &clusters(&looks));
        let mut all =
            Self { learned: Vec::new(), unseen: Vec::new(), genres, views, seed, ..Self::default() };
        let mut to_ask = Vec::new();
        let thumbnails: Vec<_> = derived.par_iter().map(|d| cover::decode(&d.thumbnail, SIDE)).collect();
        for (i, thumbnail) in thumbnails.into_iter().enumerate() {
            let thumbnail = thumbnail.map_err(|error| TrainError::Settings(error.to_string()))?;
            let genre = genre_of[&hashes[i]].as_ref();
            let genre = genre.and_then(|genre| all.genres.binary_search(genre).ok()).map(|at| at as u32);
            let lesson = Lesson { thumbnail: thumbnail.into_raw(), genre, dhash: derived[i].dhash };
            if learned[i] {
                all.learned.push(lesson);
                to_ask.push(catalog.cover_path(&hashes[i]));
            } else {
                all.unseen.push(lesson);
            }
        }
        if all.learned.is_empty() {
            return Err(TrainError::NoData { skipped: 0 });
        }
        let measured: Vec<Vec<f32>> =
            all.learned.par_iter().map(|lesson| measures(&picture(&lesson.thumbnail))).collect();
        all.standard = Standard::of(measured.iter().map(Vec::as_slice));
        let answers = all.ask(&to_ask, teacher, out, progress)?;
        all.teacher = standardised(answers);
        Ok(all)
    }

    /// The teacher's answers, asked or remembered: `[learned][view][TEACHERS]`.
    fn ask(
        &self,
        files: &[std::path::PathBuf],
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
        let covers: Vec<i64> = self.learned.iter().map(|lesson| lesson.dhash.cast_signed()).collect();
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
        self.learned.iter().for_each(|lesson| {
            hasher.update(&lesson.thumbnail);
        });
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// What is learned from in step `step`. It depends on seed and step alone.
    pub(super) fn batch(&self, size: usize, step: u64, batch: usize) -> Batch {
        let (plane, dims) = (3 * size * size, measures::dims());
        let mut rng = ChaCha8Rng::seed_from_u64(mix(self.seed, 0x6c_6573, step));
        let drawn: Vec<(usize, u32, u64)> = (0..batch)
            .map(|_| (rng.gen_range(0..self.learned.len()), rng.gen_range(0..self.views), rng.r#gen()))
            .collect();
        let mut covers = vec![0.0; batch * plane];
        let mut measured = vec![0.0; batch * dims];
        let places = covers.par_chunks_exact_mut(plane).zip(measured.par_chunks_exact_mut(dims));
        places.zip(&drawn).for_each(|((out, measured), &(cover, view, seed))| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mirror = rng.gen_bool(0.5);
            let contrast = rng.gen_range(0.85..=1.15_f32);
            let brightness: [f32; 3] = std::array::from_fn(|_| rng.gen_range(-0.08..=0.08));
            let view = View::of(self.seed, cover, view);
            cut(&self.learned[cover].thumbnail, view, mirror, size, out);
            for (plane, shift) in out.chunks_exact_mut(size * size).zip(brightness) {
                plane.iter_mut().for_each(|x| *x = (*x * contrast + shift).clamp(-1.0, 1.0));
            }
            measured.copy_from_slice(&self.standard.measures(&grid::picture(out, size as u32, size as u32)));
        });
        let said = drawn.iter().flat_map(|&(cover, view, _)| {
            let at = (cover * self.views as usize + view as usize) * TEACHERS;
            self.teacher[at..at + TEACHERS].iter().copied()
        });
        Batch {
            covers,
            measures: measured,
            said: said.collect(),
            genres: drawn.iter().map(|&(cover, ..)| self.learned[cover].genre).collect(),
        }
    }
}

/// A thumbnail's bytes as a picture.
pub(super) fn picture(thumbnail: &[u8]) -> RgbImage {
    RgbImage::from_raw(SIDE, SIDE, thumbnail.to_vec()).unwrap_or_else(|| RgbImage::new(SIDE, SIDE))
}

/// Which covers are learned from: whole clusters, chosen by the cluster's smallest hash, always the same.
fn chosen(looks: &[Look<'_>], clusters: &[u32]) -> Vec<bool> {
    let mut smallest: HashMap<u32, u64> = HashMap::new();
    for (look, &cluster) in looks.iter().zip(clusters) {
        let least = smallest.entry(cluster).or_insert(look.dhash);
        *least = look.dhash.min(*least);
    }
    clusters.iter().map(|cluster| mix(0, 0x6c_6561, smallest[cluster]) % 100 < LEARNED).collect()
}

/// Each of the teacher's numbers to mean 0 and variance 1; those that never change to 0.
fn standardised(mut answers: Vec<f32>) -> Vec<f32> {
    let standard = Standard::of(answers.chunks_exact(TEACHERS));
    answers.chunks_exact_mut(TEACHERS).for_each(|row| standard.apply(row));
    answers
}

/// A view of the teacher's cover, in whole pixels.
fn part(cover: &RgbImage, view: View) -> RgbImage {
    let pixels = |share: f32| (share * cover.width() as f32).round() as u32;
    let side = pixels(view.side).clamp(1, cover.width());
    let (left, top) =
        (pixels(view.left).min(cover.width() - side), pixels(view.top).min(cover.width() - side));
    image::imageops::crop_imm(cover, left, top, side, side).to_image()
}

/// A view of a thumbnail at `size` px, channels first in −1–1, bilinear.
fn cut(thumbnail: &[u8], view: View, mirror: bool, size: usize, out: &mut [f32]) {
    let whole = SIDE as usize;
    let scale = view.side * whole as f32 / size as f32;
    let places = |from: f32, flip: bool| -> Vec<(usize, usize, f32)> {
        (0..size)
            .map(|i| {
                let i = if flip { size - 1 - i } else { i };
                let at =
                    (from * whole as f32 + (i as f32 + 0.5) * scale - 0.5).clamp(0.0, whole as f32 - 1.0);
                (at as usize, (at as usize + 1).min(whole - 1), at.fract())
            })
            .collect()
    };
    let (columns, rows) = (places(view.left, mirror), places(view.top, false));
    for (y, &(top, bottom, down)) in rows.iter().enumerate() {
        for (x, &(left, right, along)) in columns.iter().enumerate() {
            for c in 0..3 {
                let pixel = |y: usize, x: usize| f32::from(thumbnail[(y * whole + x) * 3 + c]);
                let above = pixel(top, left) * (1.0 - along) + pixel(top, right) * along;
                let below = pixel(bottom, left) * (1.0 - along) + pixel(bottom, right) * along;
                out[(c * size + y) * size + x] = (above * (1.0 - down) + below * down) / 127.5 - 1.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lessons() -> Lessons {
        let lesson = |i: u8| Lesson { thumbnail: vec![i; 128 * 128 * 3], genre: None, dhash: u64::from(i) };
        let teacher = (0..3 * 2 * TEACHERS).map(|i| (i / TEACHERS) as f32).collect();
        Lessons {
            learned: (0..3).map(|i| lesson(100 * i)).collect(),
            unseen: Vec::new(),
            genres: Vec::new(),
            views: 2,
            seed: 5,
            teacher,
            standard: Standard { mean: vec![0.0; measures::dims()], scale: vec![1.0; measures::dims()] },
        }
    }

    #[test]
    fn a_batch_depends_on_seed_and_step_alone() {
        assert!(lessons().batch(32, 3, 8) == lessons().batch(32, 3, 8));
        assert!(lessons().batch(32, 3, 8) != lessons().batch(32, 4, 8));
    }

    #[test]
    fn the_teachers_answer_belongs_to_the_cover_that_is_shown() {
        let Batch { covers, said, .. } = lessons().batch(8, 0, 32);
        for (cover, said) in covers.chunks(3 * 64).zip(said.chunks(TEACHERS)) {
            let mean: f32 = cover.iter().sum::<f32>() / 192.0;
            let shown = if mean < -0.7 {
                0
            } else if mean < 0.2 {
                1
            } else {
                2
            };
            assert_eq!(said[0] as usize / 2, shown, "{mean}");
        }
    }

    #[test]
    fn the_whole_view_is_the_cover() {
        let ramp: Vec<u8> = (0..128 * 128 * 3).map(|i| (i / 3 % 128) as u8).collect();
        let mut out = vec![0.0; 3 * 128 * 128];
        cut(&ramp, View { left: 0.0, top: 0.0, side: 1.0 }, false, 128, &mut out);
        assert!((out[5] - (5.0 / 127.5 - 1.0)).abs() < 1e-5);
        cut(&ramp, View { left: 0.0, top: 0.0, side: 1.0 }, true, 128, &mut out);
        assert!((out[0] - (127.0 / 127.5 - 1.0)).abs() < 1e-5);
    }

    #[test]
    fn near_duplicates_are_on_one_side_and_seven_tenths_are_learned_from() {
        let pixels = vec![0; 64 * 64 * 3];
        let looks: Vec<Look<'_>> = (0..4000_u64)
            .map(|i| Look { dhash: i.wrapping_mul(0x9e37_79b9_7f4a_7c15), pixels: &pixels })
            .collect();
        let clusters: Vec<u32> = (0..4000).map(|i| i / 2).collect();
        let learned = chosen(&looks, &clusters);
        assert!(learned.chunks(2).all(|pair| pair[0] == pair[1]));
        let share = learned.iter().filter(|&&x| x).count();
        assert!((2600..3000).contains(&share), "{share}");
    }
}
