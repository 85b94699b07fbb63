//! The catalogue in numbers, asked for once and shared by all that show some of it.

use crate::api::{self, Answer};
use gatefold::operations::ReadInfo;
use gatefold::report::Info;
use leptos::prelude::*;

/// What the catalogue holds. Copies are the same.
#[derive(Clone, Copy)]
pub struct Catalogue {
    /// The numbers; asked for again after an import.
    pub info: Resource<Answer<Info>>,
}

impl Catalogue {
    /// Asks the server.
    pub fn new() -> Self {
        Self { info: Resource::new(|| (), |()| api::ask(ReadInfo {})) }
    }

    /// The one of this page.
    pub fn here() -> Self {
        expect_context()
    }
}
