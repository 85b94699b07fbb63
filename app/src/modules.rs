//! Which pages are modules of their own. The page's program comes in parts: the map with all that every page needs, and a module
//! for each group of the other pages, fetched when somebody goes there. `cargo xtask site` cuts them apart where this file says so.

use crate::components::page_title::PageTitle;
use crate::components::trouble::Trouble;
use crate::error::PageError;
use crate::routes::album::AlbumPage;
use crate::routes::catalogue::CataloguePage;
use crate::routes::compare::ComparePage;
use crate::routes::duplicates::DuplicatesPage;
use crate::routes::evaluate::EvaluatePage;
use crate::routes::evaluation::EvaluationPage;
use crate::routes::generated::GeneratedPage;
use crate::routes::import::ImportPage;
use crate::routes::neighbourhoods::NeighbourhoodsPage;
use crate::routes::studio::StudioPage;
use crate::routes::training::TrainingPage;
use crate::routes::training_run::TrainingRunPage;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::LazyRoute;

/// A module: its pages, each with the first part of its addresses and the component that draws it. One function leads into the
/// module, so that once `fetch` has been through it every page of it is there at once.
macro_rules! module {
    ($module:ident, $pages:ident, $fetch:ident: $($page:ident at $first:literal draws $component:ident,)*) => {
        #[derive(Clone, Copy)]
        enum $pages {
            $($page,)*
        }

        #[wasm_split($module, wasm_split_path = ::leptos::wasm_split, preload($fetch), fallible)]
        fn $module(page: $pages) -> Result<AnyView, SplitLoaderError> {
            Ok(match page {
                $($pages::$page => $component().into_any(),)*
            })
        }

        $(
            #[doc = concat!("The pages below `/", $first, "`: [`", stringify!($component), "`].")]
            pub struct $page;

            impl LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    $module($pages::$page).await.unwrap_or_else(|_| NotFetched().into_any())
                }
            }
        )*
    };
}

module! { album_pages, AlbumPages, fetch_album_pages:
    Album at "album" draws AlbumPage,
    Catalogue at "catalogue" draws CataloguePage,
    Duplicates at "duplicates" draws DuplicatesPage,
    Neighbourhoods at "neighbourhoods" draws NeighbourhoodsPage,
    Import at "import" draws ImportPage,
}
module! { studio_pages, StudioPages, fetch_studio_pages:
    Studio at "studio" draws StudioPage,
    Generated at "generated" draws GeneratedPage,
}
module! { evaluation_pages, EvaluationPages, fetch_evaluation_pages:
    Evaluate at "evaluate" draws EvaluatePage,
    Compare at "evaluate/compare" draws ComparePage,
    Evaluation at "evaluate" draws EvaluationPage,
}
module! { training_pages, TrainingPages, fetch_training_pages:
    Trainings at "training" draws TrainingPage,
    TrainingRun at "training" draws TrainingRunPage,
}

/// Fetches the module of the page at `path`, which the browser must have before it takes the page over.
#[cfg(feature = "hydrate")]
pub async fn fetch(path: &str) -> Result<(), SplitLoaderError> {
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "album" | "catalogue" | "duplicates" | "neighbourhoods" | "import" => fetch_album_pages().await,
        "studio" | "generated" => fetch_studio_pages().await,
        "evaluate" => fetch_evaluation_pages().await,
        "training" => fetch_training_pages().await,
        _ => Ok(()),
    }
}

/// What stands in place of a page whose module cannot be fetched.
#[component]
fn NotFetched() -> impl IntoView {
    view! {
        <PageTitle text="No connection" />
        <main class="page" id="content">
            <h1>"This page cannot be fetched"</h1>
            <Trouble error=PageError::Unreachable />
        </main>
    }
}
