//! How a command asks: it makes an operation's request and has the same service answer it that HTTP asks, in this process.

use crate::cli::{Common, Failure};
use crate::model_thread::{Limits, ModelThread};
use crate::service::{Serve, ask};
use crate::state::{AppState, MaybeModel};
use crate::store::Store;
use crate::weights;
use gatefold::catalog::{Access, Catalog};
use gatefold::models::DeviceChoice;
use gatefold::operations::Operation;

impl Common {
    /// The catalogue, to be read. It works beside a server.
    pub(super) fn reading(&self) -> Result<AppState, Failure> {
        Ok(AppState::of_command(Store::reading(&self.data()?)?, load_model)?)
    }

    /// The catalogue, to be changed: one that is there, for opening it would make an empty one.
    pub(super) fn writing(&self) -> Result<AppState, Failure> {
        let dir = self.data()?;
        Catalog::expect(&dir)?;
        Ok(AppState::of_command(Store::new(Catalog::open(&dir, Access::Write)?)?, load_model)?)
    }

    /// The answer to a request that only reads.
    pub(super) fn ask<O: Operation>(&self, request: O) -> Result<O::Answer, Failure>
    where
        AppState: Serve<O>,
    {
        check(&request)?;
        answered(&self.reading()?, request)
    }

    /// The answer to a request that changes something.
    pub(super) fn change<O: Operation>(&self, request: O) -> Result<O::Answer, Failure>
    where
        AppState: Serve<O>,
    {
        check(&request)?;
        answered(&self.writing()?, request)
    }
}

/// A request that can never work is wrong usage.
pub(super) fn check<O: Operation>(request: &O) -> Result<(), Failure> {
    request.check().map_err(|unacceptable| Failure::Usage(unacceptable.0))
}

/// Has a request answered.
pub(super) fn answered<O: Operation>(state: &AppState, request: O) -> Result<O::Answer, Failure>
where
    AppState: Serve<O>,
{
    wait_for(async { Ok(ask(state, request).await?) })
}

/// Runs what the service does to its end.
pub(super) fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// The model inside this program, or why there is none.
pub(super) fn load_model() -> MaybeModel {
    let load = || weights::load_with_enlarger(None, DeviceChoice::Auto);
    ModelThread::start(load, Limits::default()).map_err(|e| e.to_string())
}
