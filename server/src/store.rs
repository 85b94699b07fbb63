//! The catalogue as many requests share it: a few connections that read, one that imports and builds, and one
//! that keeps what is small (a generated cover, an evaluation) meanwhile.
//!
//! SQLite answers on threads that may block; tokio's workers never touch it.

use crate::problem::Problem;
use gatefold::catalog::{Access, Catalog, CatalogError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Connections that read at one time. More than processors gains nothing.
const READERS: usize = 4;

/// A data directory that this process serves.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    readers: Mutex<Vec<Catalog>>,
    reading: Semaphore,
    writer: Mutex<Catalog>,
    keeper: Mutex<Catalog>,
}

impl Store {
    /// Shares a catalogue that was opened for writing.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn new(writer: Catalog) -> Result<Self, CatalogError> {
        let keeper = writer.another()?;
        let shared = Shared {
            dir: writer.dir().to_owned(),
            readers: Mutex::new(Vec::new()),
            reading: Semaphore::new(READERS),
            writer: Mutex::new(writer),
            keeper: Mutex::new(keeper),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// Reads on a thread that may block.
    ///
    /// # Errors
    /// `read`'s own, and the catalogue's when it cannot be opened.
    pub async fn read<T, E>(
        &self,
        read: impl FnOnce(&Catalog) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        Problem: From<E>,
    {
        // Closed only when the process ends.
        let permit = self.shared.reading.acquire().await.map_err(|_| going_down())?;
        let shared = self.shared.clone();
        let answer = blocking(move || {
            let pooled = lock(&shared.readers).pop();
            let catalog = match pooled {
                Some(catalog) => catalog,
                None => Catalog::open(&shared.dir, Access::Read)?,
            };
            let answer = read(&catalog).map_err(Problem::from);
            lock(&shared.readers).push(catalog);
            answer
        })
        .await;
        drop(permit);
        answer
    }

    /// Keeps something small, on a thread that may block. It does not wait for an import to end, only for the
    /// transaction that is under way.
    ///
    /// # Errors
    /// `keep`'s own.
    pub async fn keep<T: Send + 'static>(
        &self,
        keep: impl FnOnce(&mut Catalog) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = self.shared.clone();
        blocking(move || Ok(keep(&mut lock(&shared.keeper))?)).await
    }

    /// The connection for what takes long. Blocks; for threads that may.
    pub fn writer(&self) -> MutexGuard<'_, Catalog> {
        lock(&self.shared.writer)
    }

    /// The connection for what is small. Blocks; for threads that may.
    pub fn keeper(&self) -> MutexGuard<'_, Catalog> {
        lock(&self.shared.keeper)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // SQLite rolls back what a panic left open, so the connection stays good.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn going_down() -> Problem {
    Problem::Internal("the server is going down".to_owned())
}

/// Runs what may block or compute a while, away from tokio's workers.
///
/// # Errors
/// `work`'s own; a sentence when it panics.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
        let why =
            if e.is_panic() { "a fault in Gatefold: please report it" } else { "the server is going down" };
        Err(Problem::Internal(why.to_owned()))
    })
}
