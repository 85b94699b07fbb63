//! `/generated/{id}`: a cover that was made here, and how.

use crate::api;
use crate::browser;
use crate::components::finish_panel::FinishPanel;
use crate::components::missing::Missing;
use crate::components::page_title::PageTitle;
use crate::components::parents::Parents;
use crate::components::picture::{Picture, name};
use crate::components::recipe_box::RecipeBox;
use crate::components::resemblance::Resemblance;
use crate::components::stars::Stars;
use crate::components::strip_files::StripFiles;
use crate::components::trouble::Waiting;
use crate::explore::Explore;
use crate::studio::in_address;
use crate::text;
use gatefold::operations::{ListGenerated, ReadGenerated};
use gatefold::recipe::{Kind, Recipe};
use gatefold::wire::Generated;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// Others shown at most.
const OTHERS: usize = 12;

/// The cover that the address names, then others that were made here.
#[component]
pub fn GeneratedPage() -> impl IntoView {
    let params = use_params_map();
    let generated = Resource::new(
        move || params.with(|params| params.get("id").unwrap_or_default()),
        |id| api::subject(ReadGenerated { id }),
    );
    view! {
        <main class="page" id="content">
            <Transition fallback=Waiting>
                {move || {
                    generated
                        .get()
                        .map(|answer| match answer {
                            Ok(generated) => view! { <Detail generated /> }.into_any(),
                            Err(error) => view! {
                                <Missing
                                    error
                                    what="No such cover"
                                    instead="Its address is mistyped, or it was made in another catalogue. The latest that were made here follow."
                                    href="/"
                                    label="To the map"
                                />
                            }
                            .into_any(),
                        })
                }}
            </Transition>
            <Others />
        </main>
    }
}

#[component]
fn Detail(generated: Generated) -> impl IntoView {
    let title = name(generated.recipe.kind, generated.recipe.parents.len());
    let file = format!("gatefold-{}", generated.id);
    let studio = format!("/studio?recipe={}", in_address(&generated.recipe));
    let size = match generated.frames {
        1 => format!("{} × {} pixels", generated.width, generated.height),
        n => format!("{n} pictures of {} × {} pixels", generated.width, generated.height),
    };
    let single = generated.frames == 1;
    let downloads = if single {
        let link = text::frame(&generated.id, 0);
        view! { <a class="button" href=link download=format!("{file}.png")>"Download as it is"</a> }
            .into_any()
    } else {
        view! { <StripFiles id=generated.id.clone() /> }.into_any()
    };
    let finish = single.then(|| view! { <FinishPanel id=generated.id.clone() /> });
    let resemblance = (!single).then(|| view! { <Resemblance id=generated.id.clone() /> });
    view! {
        <PageTitle text=title.clone() />
        <article class="generated">
            <div class="generated-picture"><Picture generated=generated.clone() /></div>
            <div class="generated-words">
                <h1>{title}</h1>
                <p class="note">{format!("{size}, made in {}", text::seconds(generated.seconds))}</p>
                <div class="actions">
                    {downloads} <A href=studio attr:class="button">"Open in the studio"</A>
                    <Again recipe=generated.recipe.clone() />
                </div>
                <Stars generated=generated.clone() />
                <Parents generated=generated.clone() />
                {resemblance}
                <RecipeBox name=file recipe=generated.recipe />
            </div>
        </article>
        {finish}
    }
}

/// Once more from the same recipe; for a cover from nothing also with another seed.
#[component]
fn Again(recipe: Recipe) -> impl IntoView {
    let explore = Explore::here();
    let another = (recipe.kind == Kind::Sample).then(|| {
        let press = move |_| explore.make(explore.recipe(Kind::Sample, browser::random_seed()));
        view! { <button type="button" data-action="another" on:click=press>"Another"</button> }
    });
    view! {
        <button type="button" data-action="again" on:click=move |_| explore.make(recipe.clone())>
            "Make it again"
        </button>
        {another}
    }
}

#[component]
fn Others() -> impl IntoView {
    let others = Resource::new(|| (), |()| api::ask(ListGenerated {}));
    let cards = move || {
        let list = others.get()?.ok()?.generated;
        let cards = list.into_iter().take(OTHERS).map(|generated| {
            let title = name(generated.recipe.kind, generated.recipe.parents.len());
            view! {
                <li>
                    <A href=format!("/generated/{}", generated.id) attr:class="album-card">
                        <img class="cover" src=text::frame(&generated.id, 0) alt="" loading="lazy" />
                        <span class="album-card-title">{title}</span>
                    </A>
                </li>
            }
        });
        Some(cards.collect_view())
    };
    view! {
        <section aria-labelledby="others-title">
            <h2 id="others-title">"Made here before"</h2>
            <Suspense>
                <ul class="album-cards">{cards}</ul>
            </Suspense>
        </section>
    }
}
