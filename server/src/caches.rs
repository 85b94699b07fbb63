//! Caches of a running server: what is computed once per build, and pictures that were decoded or enlarged lately.

use crate::resembling::Compared;
use gatefold::album::CoverHash;
use gatefold::explore::Atlas;
use gatefold::models::attributes::AttributeVectors;
use image::RgbImage;
use quick_cache::sync::Cache;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Builds that can be explored at one time: one page may still walk the build before.
const ATLASES: usize = 2;
/// Decoded covers that are remembered; one at 128 pixels takes 48 kB.
const DECODED: usize = 512;
/// Enlarged pictures that are remembered; one of 2048 pixels takes 12 MB.
const ENLARGED: usize = 6;

/// How a picture is enlarged: a generated cover's id, its frame, and how often it is doubled.
pub type Enlarged = (String, u32, u32);

/// All of them.
pub struct Caches {
    /// Builds, ready to be explored.
    pub atlases: PerBuild<Atlas>,
    /// What attributes mean in the present build.
    pub attributes: PerBuild<AttributeVectors>,
    /// The present build's covers, ready to be compared with.
    pub compared: PerBuild<Compared>,
    /// Covers decoded lately, by name and size.
    pub decoded: Cache<(CoverHash, u32), Arc<RgbImage>>,
    /// Pictures enlarged lately.
    pub enlarged: Cache<Enlarged, Arc<RgbImage>>,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            atlases: PerBuild::keeping(ATLASES),
            attributes: PerBuild::keeping(1),
            compared: PerBuild::keeping(1),
            decoded: Cache::new(DECODED),
            enlarged: Cache::new(ENLARGED),
        }
    }
}

/// Something that is computed once per build, when it is first asked for.
pub struct PerBuild<T> {
    newest_first: Mutex<VecDeque<(String, Arc<T>)>>,
    kept: usize,
}

impl<T> PerBuild<T> {
    /// Of the last so many builds.
    pub fn keeping(kept: usize) -> Self {
        Self { newest_first: Mutex::default(), kept }
    }

    /// Of the build with that hash. Who asks meanwhile waits, so that nothing is computed twice: not for tokio's workers.
    ///
    /// # Errors
    /// `make`'s own.
    pub fn get<E>(&self, build: &str, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut made = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = made.iter().find(|(of, _)| of == build) {
            return Ok(known.clone());
        }
        let new = Arc::new(make()?);
        made.push_front((build.to_owned(), new.clone()));
        made.truncate(self.kept);
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn made<'a>(
        count: &'a mut u32,
        text: &'static str,
    ) -> impl FnOnce() -> Result<&'static str, Infallible> + 'a {
        move || {
            *count += 1;
            Ok(text)
        }
    }

    #[test]
    fn what_is_known_of_a_build_is_computed_once_while_it_is_kept() {
        let (cache, mut count) = (PerBuild::keeping(2), 0);
        for build in ["a", "a", "b", "a"] {
            assert_eq!(*cache.get(build, made(&mut count, "x")).unwrap(), "x");
        }
        assert_eq!(count, 2);
        cache.get("c", made(&mut count, "x")).unwrap();
        cache.get("a", made(&mut count, "x")).unwrap();
        assert_eq!(count, 4, "a went when c came");
    }

    #[test]
    fn what_fails_is_tried_again() {
        let cache = PerBuild::<u8>::keeping(1);
        assert_eq!(cache.get("a", || Err("no")), Err("no"));
        assert_eq!(cache.get("a", || Ok::<_, &str>(1)).as_deref(), Ok(&1));
    }
}
