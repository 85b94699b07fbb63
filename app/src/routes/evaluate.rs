//! `/evaluate`: how well a cover tells its genre.

use crate::api;
use crate::catalogue::Catalogue;
use crate::components::evaluation_form::EvaluationForm;
use crate::components::page_title::PageTitle;
use crate::components::progress::Progress;
use crate::components::runs::Runs;
use crate::components::surprises::Surprises;
use crate::components::trouble::{Trouble, Waiting};
use crate::follow::{Follow, Standing};
use gatefold::operations::Evaluate;
use gatefold::wire::Outcome;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// The form, how far it is, and past runs. A run that ends opens its page; one that is under way stands in the address
/// (`?job=ID`), so that the page finds it again when it is loaded anew.
#[component]
pub fn EvaluatePage() -> impl IntoView {
    let catalogue = Catalogue::here();
    let action = api::beginning::<Evaluate>();
    let value = action.value();
    let query = use_query_map();
    let named = Memo::new(move |_| query.with(|query| query.get_str("job").map(str::to_owned)));
    let job = Signal::derive(move || value.get().or_else(|| named.get().map(Ok)));
    let follow = Follow::new(job, action.pending().into());
    let busy = Signal::derive(move || follow.standing.with(Standing::is_busy));
    let navigate = use_navigate();
    let stay = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    let (remember, instead) = (navigate.clone(), stay.clone());
    Effect::new(move |_| {
        if let Some(Ok(id)) = value.get() {
            remember(&format!("/evaluate?job={id}"), instead.clone());
        }
    });
    Effect::new(move |_| {
        if let Standing::Done(Outcome::Evaluation { run }) = follow.standing.get() {
            navigate(&format!("/evaluate/{run}"), NavigateOptions { scroll: true, ..stay.clone() });
        }
    });
    view! {
        <PageTitle text="Evaluate" />
        <main class="page" id="content">
            <header class="page-head">
                <h1>"Does a cover tell its genre?"</h1>
                <p class="lead">
                    "A random forest sees covers it was not trained on and says which genre they are. The area under the "
                    "ROC curve says how well it does: 0.5 is chance, 1 is never wrong. Every run is checked against the "
                    "same with shuffled labels."
                </p>
            </header>
            <Suspense fallback=Waiting>
                {move || {
                    catalogue
                        .info
                        .get()
                        .map(|answer| match answer {
                            Ok(info) => view! { <EvaluationForm info action busy /> }.into_any(),
                            Err(error) => view! { <Trouble error /> }.into_any(),
                        })
                }}
            </Suspense>
            <Progress follow />
            <Runs />
            <Surprises />
        </main>
    }
}
