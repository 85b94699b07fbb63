//! The builds that can be looked at: the present one, and earlier ones while their files are there, so that a
//! page opened before a build goes on working. Parts of different builds never mix: every address names its
//! build.

use crate::problem::Problem;
use gatefold::catalog::{Access, Catalog};
use gatefold::pipeline::{BuildError, Built};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Earlier builds that are remembered.
const EARLIER: usize = 2;

/// The present build and a few before it.
#[derive(Default)]
pub struct Maps {
    newest_first: RwLock<Vec<Arc<Built>>>,
    /// A data directory whose present build is opened when it is first asked for.
    on_demand: Option<PathBuf>,
}

impl Maps {
    /// Those of a data directory, opened when they are first asked for.
    pub fn on_demand(dir: &Path) -> Self {
        Self { newest_first: RwLock::default(), on_demand: Some(dir.to_owned()) }
    }

    /// Opens the catalogue's present build and makes it ours.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn refresh(&self, catalog: &Catalog) -> Result<(), BuildError> {
        let Some(built) = Built::open(catalog)? else { return Ok(()) };
        let mut builds = self.newest_first.write().unwrap_or_else(PoisonError::into_inner);
        builds.retain(|earlier| earlier.hash != built.hash);
        builds.insert(0, Arc::new(built));
        builds.truncate(1 + EARLIER);
        Ok(())
    }

    /// The present build.
    ///
    /// # Errors
    /// [`Problem::NotFound`] before the first, and those of opening it where that was left until now.
    pub fn present(&self) -> Result<Arc<Built>, Problem> {
        if let Some(dir) = &self.on_demand
            && self.newest_first.read().unwrap_or_else(PoisonError::into_inner).is_empty()
        {
            self.refresh(&Catalog::open(dir, Access::Read)?)?;
        }
        let builds = self.newest_first.read().unwrap_or_else(PoisonError::into_inner);
        builds.first().cloned().ok_or_else(|| {
            Problem::NotFound(
                "there is no map yet: import covers, or run `gatefold build`, and ask again".to_owned(),
            )
        })
    }

    /// The build of that hash.
    ///
    /// # Errors
    /// [`Problem::Gone`] when it is not known any more, or never was.
    pub fn build(&self, hash: &str) -> Result<Arc<Built>, Problem> {
        let builds = self.newest_first.read().unwrap_or_else(PoisonError::into_inner);
        builds.iter().find(|built| built.hash == hash).cloned().ok_or_else(|| {
            Problem::Gone("the map was built anew since this page was opened: reload the page".to_owned())
        })
    }
}
