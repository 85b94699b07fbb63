//! Everything that requests share.

use crate::compass::Compasses;
use crate::compute::Compute;
use crate::exploring::Atlases;
use crate::finishing::Finishers;
use crate::http::host::AllowedHosts;
use crate::jobs::{JobHandle, Jobs};
use crate::maps::Maps;
use crate::model_thread::ModelThread;
use crate::problem::Problem;
use crate::store::Store;
use crate::studio::{Decoded, Resemblances};
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Work that may wait for the compute thread, beside what it does.
const COMPUTE_QUEUE: usize = 8;
/// Orders whose parents' covers are decoded at one time.
const DECODERS: usize = 2;

/// Questions about the map that are answered at one time.
const EXPLORERS: usize = 2;

/// The model, or a sentence that says why there is none.
pub type MaybeModel = Result<ModelThread, String>;

/// What requests share; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of [`AppState`].
pub struct Parts {
    /// The catalogue.
    pub store: Store,
    /// The builds.
    pub maps: Maps,
    /// Background work, by name.
    pub jobs: Jobs,
    /// The thread for long work.
    pub compute: Compute,
    /// The model's thread.
    pub model: MaybeModel,
    /// What wishes mean in the present build.
    pub compasses: Compasses,
    /// Covers decoded lately.
    pub decoded: Decoded,
    /// The present build, ready to be explored.
    pub atlases: Atlases,
    /// Bounds how much is explored at one time.
    pub explorers: Arc<Semaphore>,
    /// The present build's covers, ready to be compared with.
    pub resemblances: Resemblances,
    /// Bounds and remembers the finishing of covers.
    pub finishers: Finishers,
    /// Names this server answers to.
    pub hosts: AllowedHosts,
    /// Bounds how much is decoded for the model at one time.
    pub decoders: Arc<Semaphore>,
    /// Becomes true when the server goes down; streams end then.
    pub going_down: watch::Sender<bool>,
}

impl AppState {
    /// Puts the parts together and opens the present build.
    ///
    /// # Errors
    /// When the build's files cannot be read, or there is no thread to be had.
    pub fn new(store: Store, model: MaybeModel, hosts: AllowedHosts) -> Result<Self, Problem> {
        let maps = Maps::default();
        maps.refresh(&store.writer())?;
        let compute = Compute::start(COMPUTE_QUEUE)
            .map_err(|e| Problem::Internal(format!("there is no thread for long work: {e}")))?;
        Ok(Self(Arc::new(Parts {
            store,
            maps,
            jobs: Jobs::default(),
            compute,
            model,
            compasses: Compasses::default(),
            decoded: Decoded::default(),
            atlases: Atlases::default(),
            explorers: Arc::new(Semaphore::new(EXPLORERS)),
            resemblances: Resemblances::default(),
            finishers: Finishers::default(),
            hosts,
            decoders: Arc::new(Semaphore::new(DECODERS)),
            going_down: watch::Sender::new(false),
        })))
    }

    /// The model's thread.
    ///
    /// # Errors
    /// [`Problem::NotHere`] with the reason why there is no model.
    pub fn model(&self) -> Result<&ModelThread, Problem> {
        self.model.as_ref().map_err(|why| Problem::NotHere(why.clone()))
    }

    /// The job of that name.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when none is known, or not any more.
    pub fn known_job(&self, id: &str) -> Result<Arc<JobHandle>, Problem> {
        self.jobs.get(id).ok_or_else(|| {
            Problem::NotFound(format!(
                "no job is called “{id}”; jobs are forgotten when the server starts anew and some time after \
                 they end"
            ))
        })
    }

    /// Ends streams and asks all jobs to stop.
    pub fn go_down(&self) {
        self.going_down.send_replace(true);
        self.jobs.cancel_all();
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
