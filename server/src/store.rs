//! The catalogue as many requests share it: a few connections that read, one that imports and builds, and one
//! that keeps what is small (a generated cover, an evaluation) meanwhile.
//!
//! SQLite answers on threads that may block; tokio's workers never touch it.
//!
//! A file that is open stays when its folder is deleted, and so does a lock. Before anything that was written is acknowledged
//! the directory must still be the one that was opened ([`Store::still_there`]).

use crate::identity::Identity;
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
    /// None where a command only reads.
    writers: Option<Writers>,
    /// The catalogue and its lock, as they were opened.
    opened: [(PathBuf, Identity); 2],
    read_only: bool,
}

/// The connections that write: one for what takes long, one for what is small.
struct Writers {
    writer: Mutex<Catalog>,
    keeper: Mutex<Catalog>,
}

impl Shared {
    fn new(dir: PathBuf, readers: Vec<Catalog>, writers: Option<Writers>, read_only: bool) -> Self {
        let opened = ["catalog.sqlite", "lock"].map(|name| {
            let path = dir.join(name);
            let identity = Identity::of(&path);
            (path, identity)
        });
        let reading = Semaphore::new(READERS);
        Self { dir, readers: Mutex::new(readers), reading, writers, opened, read_only }
    }

    fn writers(&self) -> Result<&Writers, Problem> {
        // No operation that only reads asks for them.
        self.writers.as_ref().ok_or_else(|| Problem::Internal("this command only reads".to_owned()))
    }

    fn still_there(&self) -> Result<(), Problem> {
        if self.opened.iter().all(|(path, opened)| opened.is_at(path)) {
            return Ok(());
        }
        Err(Problem::Internal(format!(
            "the data directory {} was removed or replaced while it was served, so nothing can be kept: stop this server, \
             put the directory back, and start it again",
            self.dir.display()
        )))
    }

    fn may_change(&self) -> Result<(), Problem> {
        if self.read_only {
            return Err(Problem::Forbidden(READ_ONLY.to_owned()));
        }
        self.still_there()
    }

    fn read<T, E>(&self, read: impl FnOnce(&Catalog) -> Result<T, E>) -> Result<T, Problem>
    where
        Problem: From<E>,
    {
        let pooled = lock(&self.readers).pop();
        let catalog = match pooled {
            Some(catalog) => catalog,
            None => Catalog::open(&self.dir, Access::Read)
                .map_err(|error| self.still_there().err().unwrap_or_else(|| error.into()))?,
        };
        let answer = read(&catalog).map_err(Problem::from);
        lock(&self.readers).push(catalog);
        answer
    }
}

/// What is said where a server that only reads is asked for more.
pub const READ_ONLY: &str =
    "this server only reads: it was started with `--read-only`, so nothing can be changed or begun here";

impl Store {
    /// Shares a catalogue that was opened for writing.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn new(writer: Catalog) -> Result<Self, CatalogError> {
        Self::of(writer, false)
    }

    /// Reads a catalogue beside whatever writes it.
    ///
    /// # Errors
    /// When there is no catalogue, or it cannot be opened.
    pub fn reading(dir: &Path) -> Result<Self, CatalogError> {
        let reader = Catalog::open(dir, Access::Read)?;
        Ok(Self { shared: Arc::new(Shared::new(dir.to_owned(), vec![reader], None, true)) })
    }

    /// The same, but nothing can be changed or begun through it.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn read_only(writer: Catalog) -> Result<Self, CatalogError> {
        Self::of(writer, true)
    }

    fn of(writer: Catalog, read_only: bool) -> Result<Self, CatalogError> {
        let keeper = writer.another()?;
        let dir = writer.dir().to_owned();
        let writers = Writers { writer: Mutex::new(writer), keeper: Mutex::new(keeper) };
        Ok(Self { shared: Arc::new(Shared::new(dir, Vec::new(), Some(writers), read_only)) })
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// Whether nothing can be changed or begun here.
    pub fn is_read_only(&self) -> bool {
        self.shared.read_only
    }

    /// Whether something may be changed or begun, as far as one can know before. Asks the disk: not for tokio's workers.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] where this only reads, [`Problem::Internal`] where the data directory is gone.
    pub fn may_change(&self) -> Result<(), Problem> {
        self.shared.may_change()
    }

    /// Whether the data directory is the one that was opened, so that what was written is kept. Asks the disk: not for
    /// tokio's workers.
    ///
    /// # Errors
    /// [`Problem::Internal`] with a sentence where it was removed or replaced.
    pub fn still_there(&self) -> Result<(), Problem> {
        self.shared.still_there()
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
        let answer = blocking(move || shared.read(read)).await;
        drop(permit);
        answer
    }

    /// Reads on the calling thread, which may block and is one of few.
    ///
    /// # Errors
    /// `read`'s own, and the catalogue's when it cannot be opened.
    pub fn read_here<T, E>(&self, read: impl FnOnce(&Catalog) -> Result<T, E>) -> Result<T, Problem>
    where
        Problem: From<E>,
    {
        self.shared.read(read)
    }

    /// Keeps something small, on a thread that may block. It does not wait for an import to end, only for the
    /// transaction that is under way. When this returns it is kept in the directory that one sees.
    ///
    /// # Errors
    /// `keep`'s own, and those of [`Store::may_change`].
    pub async fn keep<T: Send + 'static>(
        &self,
        keep: impl FnOnce(&mut Catalog) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = self.shared.clone();
        blocking(move || {
            shared.may_change()?;
            let mut keeper = lock(&shared.writers()?.keeper);
            shared.may_change()?;
            let kept = keep(&mut keeper)?;
            shared.still_there()?;
            Ok(kept)
        })
        .await
    }

    /// The connection for what takes long. Blocks; for threads that may.
    ///
    /// # Errors
    /// Where a command only reads.
    pub fn writer(&self) -> Result<MutexGuard<'_, Catalog>, Problem> {
        Ok(lock(&self.shared.writers()?.writer))
    }

    /// The connection for what is small. Blocks; for threads that may.
    ///
    /// # Errors
    /// Where a command only reads.
    pub fn keeper(&self) -> Result<MutexGuard<'_, Catalog>, Problem> {
        Ok(lock(&self.shared.writers()?.keeper))
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
