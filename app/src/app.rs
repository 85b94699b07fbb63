//! The page: what all routes share, and the routes.

use crate::browser;
use crate::catalogue::Catalogue;
use crate::components::keys_help::{KEYS, KeysHelp};
use crate::components::maker::Maker;
use crate::components::page_title::PageTitles;
use crate::components::search::SEARCH;
use crate::components::toasts::{ToastShelf, Toasts};
use crate::components::top_bar::TopBar;
use crate::explore::Explore;
use crate::modules;
use crate::panels::Panels;
use crate::rebuild::Rebuild;
use crate::routes::home::HomePage;
use crate::routes::not_found::NotFound;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

/// The page. Rendered whole on the server, then taken over by the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Catalogue::new());
    provide_context(Explore::new());
    provide_context(Toasts::new());
    provide_context(Panels::new());
    provide_context(Rebuild::new());
    listen_to_keys();
    view! {
        <PageTitles />
        <Router>
            <TopBar />
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/album/:id") view={Lazy::<modules::Album>::new()} ssr=SsrMode::Async />
                <Route path=path!("/generated/:id") view={Lazy::<modules::Generated>::new()} ssr=SsrMode::Async />
                <Route path=path!("/studio") view={Lazy::<modules::Studio>::new()} ssr=SsrMode::Async />
                <Route path=path!("/evaluate") view={Lazy::<modules::Evaluate>::new()} ssr=SsrMode::Async />
                <Route path=path!("/evaluate/compare") view={Lazy::<modules::Compare>::new()} ssr=SsrMode::Async />
                <Route path=path!("/evaluate/:run") view={Lazy::<modules::Evaluation>::new()} ssr=SsrMode::Async />
                <Route path=path!("/training") view={Lazy::<modules::Trainings>::new()} ssr=SsrMode::Async />
                <Route path=path!("/training/:run") view={Lazy::<modules::TrainingRun>::new()} ssr=SsrMode::Async />
                <Route path=path!("/catalogue") view={Lazy::<modules::Catalogue>::new()} ssr=SsrMode::Async />
                <Route path=path!("/duplicates") view={Lazy::<modules::Duplicates>::new()} ssr=SsrMode::Async />
                <Route path=path!("/neighbourhoods") view={Lazy::<modules::Neighbourhoods>::new()} ssr=SsrMode::Async />
                <Route path=path!("/import") view={Lazy::<modules::Import>::new()} ssr=SsrMode::Async />
            </FlatRoutes>
            <Maker />
            <KeysHelp />
            <ToastShelf />
        </Router>
    }
}

/// `/` searches, `?` lists the keys, wherever one is.
fn listen_to_keys() {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || browser::is_typing(&event) {
                return;
            }
            match event.key().as_str() {
                "/" => {
                    event.prevent_default();
                    browser::focus(SEARCH);
                }
                "?" => browser::open_dialog(KEYS),
                _ => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
}
