//! Pictures that are sent here: a bounded number at one time, in a bounded memory, from the first byte to the end of the work.

use crate::pace::TooSlow;
use crate::problem::Problem;
use axum::body::{Body, HttpBody};
use http_body_util::{BodyExt, LengthLimitError};
use std::error::Error;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pictures that come or are worked on at one time.
const PLACES: usize = 16;
/// What all of them may hold: four of the largest.
const MEMORY_KIB: usize = 128 << 10;
/// Pictures that are judged at one time. Others wait in their places.
const WORKING: usize = 2;
/// When asking again makes sense, seconds.
const RETRY_S: u32 = 10;

/// How many pictures come at one time, and what they hold.
pub struct Uploads {
    places: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self::new(PLACES, MEMORY_KIB)
    }
}

impl Uploads {
    fn new(places: usize, memory_kib: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            memory: Arc::new(Semaphore::new(memory_kib)),
            working: Arc::new(Semaphore::new(WORKING)),
        }
    }

    /// Waits for leave to work on a picture.
    ///
    /// # Errors
    /// When the server goes down.
    pub async fn work(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let going_down = |_| Problem::Internal("the server is going down".to_owned());
        self.working.clone().acquire_owned().await.map_err(going_down)
    }

    /// Reads a picture's file, as long as there is room.
    ///
    /// # Errors
    /// [`Problem::Busy`] when there is none, [`Problem::TooLarge`], [`Problem::TooSlow`], [`Problem::Malformed`] for a body that
    /// breaks off.
    pub async fn take(&self, body: &mut Body) -> Result<Picture, Problem> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| full())?;
        let mut held = Held { _place: place, memory: None, kib: 0 };
        let mut bytes = Vec::new();
        // What is announced need not come: only what came is counted, and the system gives memory as it is filled.
        let announced = body.size_hint().exact().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        held.grow(&self.memory, announced.min(FIRST))?;
        bytes.reserve_exact(announced.min(FIRST));
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| broken(&error))?;
            let Ok(data) = frame.into_data() else { continue };
            let needed = bytes.len() + data.len();
            if needed > bytes.capacity() {
                // Doubling, as a vector would, but asked for first.
                let twice = 2 * bytes.capacity();
                let room = if announced >= needed { twice.min(announced) } else { twice }.max(needed);
                held.grow(&self.memory, room)?;
                bytes.reserve_exact(room - bytes.len());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Picture { bytes, _held: held })
    }
}

/// Room for this much is made before anything came.
const FIRST: usize = 64 << 10;

fn full() -> Problem {
    Problem::Busy {
        sentence: "too many pictures are being sent here already: try again in a few seconds".to_owned(),
        retry_after_s: RETRY_S,
    }
}

/// What a picture takes up, given back when dropped.
#[derive(Debug)]
struct Held {
    _place: OwnedSemaphorePermit,
    memory: Option<OwnedSemaphorePermit>,
    kib: usize,
}

impl Held {
    /// Makes room for `bytes` in all.
    fn grow(&mut self, memory: &Arc<Semaphore>, bytes: usize) -> Result<(), Problem> {
        let kib = bytes.div_ceil(1024);
        let more = u32::try_from(kib.saturating_sub(self.kib)).map_err(|_| full())?;
        let permit = memory.clone().try_acquire_many_owned(more).map_err(|_| full())?;
        match &mut self.memory {
            Some(held) => held.merge(permit),
            none => *none = Some(permit),
        }
        self.kib = self.kib.max(kib);
        Ok(())
    }
}

/// A picture's file. What it takes up is free again when it is dropped.
#[derive(Debug)]
pub struct Picture {
    bytes: Vec<u8>,
    _held: Held,
}

impl AsRef<[u8]> for Picture {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a body did not come to its end.
pub fn broken(error: &(dyn Error + 'static)) -> Problem {
    if let Some(slow) = TooSlow::is_in(error) {
        return Problem::TooSlow(slow.to_string());
    }
    let mut chain = std::iter::successors(Some(error), |error| (*error).source());
    if chain.any(|error| error.is::<LengthLimitError>()) {
        return Problem::TooLarge("that is more than anything here takes at once".to_owned());
    }
    Problem::Malformed("the request breaks off before its end: send it again".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use futures::stream;

    fn is_busy(answer: &Result<Picture, Problem>) -> bool {
        matches!(answer, Err(Problem::Busy { retry_after_s: RETRY_S, .. }))
    }

    #[tokio::test]
    async fn there_are_so_many_places_and_each_is_given_back() {
        let uploads = Uploads::new(2, 1024);
        let first = uploads.take(&mut Body::from("one")).await.unwrap();
        let second = uploads.take(&mut Body::from("two")).await.unwrap();
        assert_eq!((first.as_ref(), second.as_ref()), (&b"one"[..], &b"two"[..]));
        assert!(is_busy(&uploads.take(&mut Body::from("three")).await));
        drop(first);
        assert!(uploads.take(&mut Body::from("three")).await.is_ok());
    }

    #[tokio::test]
    async fn memory_is_counted_as_it_is_filled_whatever_is_announced() {
        let uploads = Uploads::new(9, 1024);
        let large = || vec![7; 700 << 10];
        let first = uploads.take(&mut Body::from(large())).await.unwrap();
        assert_eq!(first.as_ref().len(), 700 << 10);
        assert!(is_busy(&uploads.take(&mut Body::from(large())).await));
        // In pieces, and without a word about how many come.
        let pieces = stream::iter((0..7).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![7; 100 << 10]))));
        assert!(is_busy(&uploads.take(&mut Body::from_stream(pieces)).await));
        drop(first);
        assert!(uploads.take(&mut Body::from(large())).await.is_ok());
        assert_eq!(uploads.memory.available_permits(), 1024, "all is given back");
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_the_senders_fault() {
        let uploads = Uploads::default();
        let pieces = stream::iter([Ok(Bytes::from_static(b"x")), Err(std::io::Error::other("reset"))]);
        let answer = uploads.take(&mut Body::from_stream(pieces)).await;
        assert!(matches!(answer, Err(Problem::Malformed(_))), "{answer:?}");
    }
}
