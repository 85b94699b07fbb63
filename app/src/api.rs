//! How pages ask: one way for every operation. While a page is rendered on the server it asks the server's
//! [`Door`](crate::door::Door); in the browser it fetches the operation's route, as any program does.

pub use crate::error::Answer;

use crate::PageError;
use gatefold::operations::Operation;
use gatefold::wire::{Job, JobId};
use leptos::prelude::*;

/// Asks for something that begins a job when it is told to, and knows the job.
pub type Beginning<O> = Action<O, Answer<JobId>>;
/// Asks for something when it is told to, and knows the answer.
pub type Asking<O> = Action<O, Answer<<O as Operation>::Answer>>;

#[cfg(feature = "ssr")]
mod ssr {
    use super::Answer;
    use crate::PageError;
    use crate::door::{Denied, Door};
    use axum::http::StatusCode;
    use gatefold::operations::Operation;
    use leptos::prelude::use_context;
    use std::sync::Arc;

    pub fn door() -> Answer<Arc<dyn Door>> {
        use_context()
            .ok_or_else(|| PageError::Refused("This page was opened without its catalogue.".to_owned()))
    }

    /// The operation's answer from behind the door.
    pub async fn answered<O: Operation>(door: Arc<dyn Door>, request: O) -> Result<O::Answer, Denied> {
        let answer = door.ask(O::ABOUT.name, Box::new(request)).await?;
        let other = |_| Denied {
            refusal: gatefold::wire::Refusal {
                error: format!("“{}” is answered with something else", O::ABOUT.name),
                hint: None,
            },
            status: StatusCode::INTERNAL_SERVER_ERROR,
        };
        answer.downcast::<O::Answer>().map(|answer| *answer).map_err(other)
    }

    /// Gives the answer that is being made another status than 200.
    pub fn answer_with(status: StatusCode) {
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
            response.set_status(status);
        }
    }
}

#[cfg(not(feature = "ssr"))]
mod browsers {
    use super::Answer;
    use crate::{PageError, browser};
    use gatefold::operations::{Operation, call};
    use send_wrapper::SendWrapper;
    use serde::de::DeserializeOwned;

    /// Fetches the operation's route; of the answer only what `T` wants is read.
    pub fn fetched<O: Operation, T: DeserializeOwned>(
        request: &O,
    ) -> impl Future<Output = Answer<T>> + Send + use<O, T> {
        let call = call(request).map_err(|error| PageError::Garbled(error.to_string()));
        // A browser's page has one thread.
        SendWrapper::new(async move { browser::send(call?).await })
    }
}

/// Asks for an operation.
pub fn ask<O: Operation>(request: O) -> impl Future<Output = Answer<O::Answer>> + Send {
    #[cfg(feature = "ssr")]
    {
        let door = ssr::door();
        async move { Ok(ssr::answered(door?, request).await?) }
    }
    #[cfg(not(feature = "ssr"))]
    {
        browsers::fetched(&request)
    }
}

/// Asks for what a page is about: where it cannot be had the page says so, and where a server renders it so does its status.
pub async fn subject<O: Operation>(request: O) -> Answer<O::Answer> {
    #[cfg(feature = "ssr")]
    {
        let answer = ssr::answered(ssr::door()?, request).await;
        answer.map_err(|denied| {
            ssr::answer_with(denied.status);
            denied.into()
        })
    }
    #[cfg(not(feature = "ssr"))]
    {
        ask(request).await
    }
}

/// A job's name is all that a page reads of the answer that tells of it: what a job can end with is read by the module that follows
/// jobs.
#[cfg(not(feature = "ssr"))]
#[derive(serde::Deserialize)]
struct Begun {
    id: JobId,
}

/// Asks for something that begins, or ends, a job.
pub fn begin<O: Operation<Answer = Job>>(request: O) -> impl Future<Output = Answer<JobId>> + Send {
    #[cfg(feature = "ssr")]
    {
        let asked = ask(request);
        async move { Ok(asked.await?.id) }
    }
    #[cfg(not(feature = "ssr"))]
    {
        let begun = browsers::fetched::<O, Begun>(&request);
        async move { Ok(begun.await?.id) }
    }
}

/// An action that asks for an operation.
pub fn asking<O: Operation>() -> Asking<O>
where
    O::Answer: Send + Sync,
{
    Action::new(|request: &O| ask(request.clone()))
}

/// An action that begins a job.
pub fn beginning<O: Operation<Answer = Job>>() -> Beginning<O> {
    Action::new(|request: &O| begin(request.clone()))
}

/// A page's address names what cannot be there: it says so, and where a server renders it so does its status.
pub fn nothing_there<T>(sentence: String) -> Answer<T> {
    #[cfg(feature = "ssr")]
    ssr::answer_with(axum::http::StatusCode::NOT_FOUND);
    Err(PageError::Refused(sentence))
}
