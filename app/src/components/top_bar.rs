//! The bar on top of every page: name, pages, search, light or dark.

use super::search::Search;
use crate::browser;
use leptos::prelude::*;
use leptos_router::components::A;

/// Id of the list of pages, which a narrow window has behind a button.
const PAGES: &str = "pages";

/// Name, pages, search.
#[component]
pub fn TopBar() -> impl IntoView {
    view! {
        <header class="top-bar">
            <a class="skip" href="#content">"Skip to the content"</a>
            <A href="/" attr:class="brand" attr:aria-label="Gatefold, to the map">
                <Mark />
                <span class="brand-name">"Gatefold"</span>
            </A>
            <button class="icon-button pages-button" type="button" aria-label="Pages" popovertarget=PAGES>
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <path d="M3 5.5h14M3 10h14M3 14.5h14" fill="none" stroke="currentColor" stroke-width="1.6" />
                </svg>
            </button>
            <nav
                class="pages"
                id=PAGES
                aria-label="Pages"
                popover="auto"
                on:click=|_| browser::hide_popover(PAGES)
            >
                <A href="/" exact=true>"Map"</A>
                <A href="/studio">"Studio"</A>
                <A href="/evaluate">"Evaluate"</A>
                <A href="/training">"Training"</A>
                <A href="/import">"Import"</A>
                <A href="/catalogue">"Catalogue"</A>
            </nav>
            <Search />
            <button
                class="icon-button theme-button"
                type="button"
                aria-label="Switch between light and dark"
                title="Light or dark"
                on:click=|_| browser::switch_theme()
            >
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <circle cx="10" cy="10" r="6.5" fill="none" stroke="currentColor" stroke-width="1.6" />
                    <path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
                </svg>
            </button>
        </header>
    }
}

/// An opened gatefold sleeve, one half of it a record.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <path class="brand-left" d="M3 6.5 15 4v24L3 25.5z" />
            <path class="brand-right" d="M17 4l12 2.5v19L17 28z" />
            <circle class="brand-groove" cx="23" cy="16" r="4.4" />
            <circle class="brand-hole" cx="23" cy="16" r="1.1" />
        </svg>
    }
}
