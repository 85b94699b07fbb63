//! Everything that requests share.

use crate::access::admission::Admission;
use crate::access::host::AllowedHosts;
use crate::caches::Caches;
use crate::compute::Compute;
use crate::explorers::Explorers;
use crate::finishers::Finishers;
use crate::import_roots::ImportRoots;
use crate::jobs::{JobHandle, Jobs};
use crate::maps::Maps;
use crate::model_thread::ModelThread;
use crate::pace::Pace;
use crate::problem::{Problem, missing};
use crate::store::Store;
use crate::uploads::Uploads;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::sync::{Semaphore, watch};

/// Work that may wait for the compute thread, beside what it does.
const COMPUTE_QUEUE: usize = 8;
/// Orders whose parents' covers are decoded at one time.
const DECODERS: usize = 2;

/// Questions about the map that are answered at one time.
const EXPLORERS: usize = 2;
/// Questions about the map that may wait for that.
const QUESTIONS: usize = 64;

/// The model, or a sentence that says why there is none.
pub type MaybeModel = Result<ModelThread, String>;

/// What whoever starts the server decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Names this server answers to.
    pub hosts: AllowedHosts,
    /// Who may ask.
    pub admission: Admission,
    /// Where an import over HTTP may read.
    pub roots: ImportRoots,
    /// How fast a request's body has to come.
    pub pace: Pace,
    /// Streams of events at one time. Each keeps a connection.
    pub streams: usize,
    /// The program that jobs run which need a process of their own; this one where nothing is said.
    pub program: Option<PathBuf>,
}

impl Settings {
    /// For a server that answers to `hosts`: anybody may ask, and nothing may be imported.
    pub fn new(hosts: AllowedHosts) -> Self {
        Self {
            hosts,
            admission: Admission::default(),
            roots: ImportRoots::default(),
            pace: Pace::USUAL,
            streams: 256,
            program: None,
        }
    }
}

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
    model: OnceLock<MaybeModel>,
    load: fn() -> MaybeModel,
    /// What was computed and may be asked for again.
    pub caches: Caches,
    /// The threads that explore.
    pub explorers: Explorers,
    /// Bounds the finishing of covers.
    pub finishers: Finishers,
    /// What whoever started the server decided.
    pub settings: Settings,
    /// Bounds how many pictures are sent here at one time.
    pub uploads: Uploads,
    /// Bounds how many streams of events there are.
    pub streams: Arc<Semaphore>,
    /// Jobs that run in a process of their own: one at a time.
    pub processes: Arc<Semaphore>,
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
    pub fn new(store: Store, model: MaybeModel, settings: Settings) -> Result<Self, Problem> {
        let maps = Maps::default();
        let writer = store.writer()?;
        maps.refresh(&writer)?;
        drop(writer);
        Self::of(store, maps, OnceLock::from(model), || Err(String::new()), settings)
    }

    /// The same for one command, beside whatever else reads or serves the catalogue: the model is loaded when it is first asked
    /// for, and a build that cannot be read is in nobody's way who does not ask for it.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn of_command(store: Store, load: fn() -> MaybeModel) -> Result<Self, Problem> {
        let maps = Maps::on_demand(store.dir());
        let settings = Settings::new(AllowedHosts::default());
        Self::of(store, maps, OnceLock::new(), load, settings)
    }

    fn of(
        store: Store,
        maps: Maps,
        model: OnceLock<MaybeModel>,
        load: fn() -> MaybeModel,
        settings: Settings,
    ) -> Result<Self, Problem> {
        let no_thread = |e| Problem::Internal(format!("there is no thread for long work: {e}"));
        let compute = Compute::start(COMPUTE_QUEUE).map_err(no_thread)?;
        let explorers = Explorers::start(EXPLORERS, QUESTIONS).map_err(no_thread)?;
        Ok(Self(Arc::new(Parts {
            store,
            maps,
            jobs: Jobs::default(),
            compute,
            model,
            load,
            caches: Caches::default(),
            explorers,
            finishers: Finishers::default(),
            uploads: Uploads::default(),
            streams: Arc::new(Semaphore::new(settings.streams)),
            settings,
            processes: Arc::new(Semaphore::new(1)),
            decoders: Arc::new(Semaphore::new(DECODERS)),
            going_down: watch::Sender::new(false),
        })))
    }

    /// The model's thread.
    ///
    /// # Errors
    /// [`Problem::NotHere`] with the reason why there is no model.
    pub fn model(&self) -> Result<&ModelThread, Problem> {
        let model = self.model.get_or_init(self.load);
        model.as_ref().map_err(|why| Problem::NotHere(why.clone()))
    }

    /// The job of that name.
    ///
    /// # Errors
    /// [`Problem::Unknown`] when none is known, or not any more.
    pub fn known_job(&self, id: &str) -> Result<Arc<JobHandle>, Problem> {
        self.jobs.get(id).ok_or_else(|| missing::no_job(id))
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
