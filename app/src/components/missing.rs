//! What stands in place of what an address names and the server does not give.

use super::page_title::PageTitle;
use super::trouble::Trouble;
use crate::error::PageError;
use leptos::prelude::*;
use leptos_router::components::A;

/// That there is no such thing, why, and where there are others.
#[component]
pub fn Missing(
    /// Why.
    error: PageError,
    /// “No such album”.
    what: &'static str,
    /// Where to look instead.
    instead: &'static str,
    /// The address of that place.
    href: &'static str,
    /// What the way there is called.
    label: &'static str,
) -> impl IntoView {
    // Where nobody answers it may well be there.
    let refused = matches!(error, PageError::Refused(_));
    let heading = if refused { what } else { "This page cannot be shown" };
    view! {
        <PageTitle text=heading />
        <h1>{heading}</h1>
        <Trouble error />
        {refused.then(|| view! { <p>{instead}</p> })}
        <p><A href=href attr:class="button">{label}</A></p>
    }
}
