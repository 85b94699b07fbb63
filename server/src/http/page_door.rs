//! The page's door on the server: while a page is rendered it asks the service in process, what the browser asks over HTTP later.

use crate::problem::Problem;
use crate::service::{Serve, ask};
use crate::state::AppState;
use async_trait::async_trait;
use futures::future::BoxFuture;
use gatefold::each_operation;
use gatefold::operations::*;
use gatefold_app::door::{Denied, Door, Sealed};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Answers pages while they are rendered.
pub struct PageDoor(pub AppState);

type Answer = BoxFuture<'static, Result<Sealed, Problem>>;

/// How each operation is answered, by its name.
static ANSWERS: LazyLock<HashMap<&'static str, fn(AppState, Sealed) -> Answer>> = LazyLock::new(|| {
    let mut answers = HashMap::new();
    macro_rules! each {
        ($($request:ident,)*) => {
            $(answers.insert($request::ABOUT.name, answer::<$request> as fn(AppState, Sealed) -> Answer);)*
        };
    }
    each_operation!(each);
    answers
});

fn answer<O: Operation>(state: AppState, request: Sealed) -> Answer
where
    AppState: Serve<O>,
{
    Box::pin(async move {
        let request = request.downcast::<O>().map_err(|_| unknown(O::ABOUT.name))?;
        let answer = ask(&state, *request).await?;
        Ok(Box::new(answer) as Sealed)
    })
}

fn unknown(name: &str) -> Problem {
    Problem::Internal(format!("a page asks for “{name}”, which nobody answers"))
}

#[async_trait]
impl Door for PageDoor {
    async fn ask(&self, name: &'static str, request: Sealed) -> Result<Sealed, Denied> {
        let answered = match ANSWERS.get(name) {
            Some(answer) => answer(self.0.clone(), request).await,
            None => Err(unknown(name)),
        };
        answered.map_err(|problem| {
            problem.log();
            Denied { refusal: problem.over_http(), status: problem.status() }
        })
    }
}
