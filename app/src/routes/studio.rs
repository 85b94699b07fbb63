//! `/studio`: covers made of chosen albums, tried out, varied and kept.

use crate::api;
use crate::browser;
use crate::components::needs_script::NeedsScript;
use crate::components::page_title::PageTitle;
use crate::components::studio_child::StudioChild;
use crate::components::studio_family::StudioFamily;
use crate::components::studio_parents::StudioParents;
use crate::components::studio_variations::StudioVariations;
use crate::components::studio_wishes::StudioWishes;
use crate::explore::Explore;
use crate::studio::{Studio, in_address, of_address, of_parents};
use gatefold::album::AlbumId;
use gatefold::operations::{Generate, ListAlbums};
use gatefold::recipe::{Kind, Parent, Recipe};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The recipe that the address names, else of the albums chosen on the map, else one of no album.
fn first_recipe(explore: Explore) -> Recipe {
    let query = use_query_map();
    let (recipe, albums) = query.with_untracked(|query| (query.get("recipe"), query.get("albums")));
    of_address(recipe.as_deref(), albums.as_deref()).unwrap_or_else(|| {
        let parents = explore.selected.get_untracked().into_iter();
        let parents = parents.map(|id| Parent { id, weight: explore.weight(id) }).collect();
        of_parents(Recipe::new(Kind::Average, parents))
    })
}

/// Parents and wishes on one side, the child in the middle, variations and family below it.
#[component]
pub fn StudioPage() -> impl IntoView {
    let explore = Explore::here();
    let studio = Studio::new(first_recipe(explore));
    provide_context(studio);
    let ids = Memo::new(move |_| {
        studio.recipe.with(|recipe| recipe.parents.iter().map(|parent| parent.id).collect::<Vec<AlbumId>>())
    });
    let lines = Resource::new(move || ids.get(), |ids| api::ask(ListAlbums::named(ids)));
    // The address always opens this very recipe again.
    Effect::new(move |before: Option<()>| {
        let address = studio.recipe.with(|recipe| format!("/studio?recipe={}", in_address(recipe)));
        if before.is_some() {
            browser::replace_address(&address);
        }
    });
    let generate = api::beginning::<Generate>();
    let pressed = move |event: KeyboardEvent| {
        let undo = (event.ctrl_key() || event.meta_key()) && event.key() == "z";
        if undo && !browser::is_typing(&event) {
            event.prevent_default();
            studio.undo();
        }
    };
    view! {
        <PageTitle text="Studio" />
        <main class="studio" id="content" tabindex="-1" on:keydown=pressed>
            <header class="studio-head">
                <h1>"Studio"</h1>
                <p class="note">{move || studio.recipe.with(sentence)}</p>
                <button
                    type="button"
                    data-action="undo"
                    disabled=move || !studio.can_undo()
                    on:click=move |_| studio.undo()
                >
                    "Undo"
                </button>
                <NeedsScript says="The studio needs JavaScript, which this browser does not run. “gatefold generate” makes the \
                                   same covers." />
            </header>
            <div class="studio-inputs">
                <Suspense>
                    {move || {
                        lines
                            .get()
                            .map(|known| {
                                explore.remember(known.iter().flat_map(|list| &list.albums));
                                view! { <StudioParents /> }
                            })
                    }}
                </Suspense>
                <StudioWishes />
            </div>
            <StudioChild generate />
            <div class="studio-ways">
                <StudioVariations />
                <StudioFamily />
            </div>
        </main>
    }
}

/// What the recipe is, in a sentence.
fn sentence(recipe: &Recipe) -> String {
    let evolved = match recipe.evolved.len() {
        0 => String::new(),
        1 => ", one variation on".to_owned(),
        n => format!(", {n} variations on"),
    };
    let what = match (recipe.kind, recipe.parents.len()) {
        (Kind::Sample, _) => "A cover of no album in particular".to_owned(),
        (Kind::Reconstruct, _) => "One album, as the model sees it".to_owned(),
        (Kind::Walk, _) => "A walk from one album".to_owned(),
        (Kind::Interpolate, _) => "From one album to another".to_owned(),
        (Kind::Average, n) => format!("A cover made of {n} albums"),
    };
    format!("{what}{evolved}.")
}
