//! The child: seen at once while sliders move, and made to be kept.

use super::finish_panel::FinishPanel;
use super::live_picture::LivePicture;
use super::picture::Picture;
use super::progress::Progress;
use super::resemblance::Resemblance;
use super::stars::Stars;
use super::strip_files::StripFiles;
use crate::api::Beginning;
use crate::browser;
use crate::follow::{Follow, Standing};
use crate::studio::{Studio, in_address, preview};
use gatefold::operations::Generate;
use gatefold::recipe::{Kind, RecipeError};
use gatefold::wire::{Generated, Outcome};
use leptos::ev::Event;
use leptos::prelude::*;
use leptos_router::components::A;

/// The picture, and what can be done with it.
#[component]
pub fn StudioChild(
    /// Makes what is to be kept.
    generate: Beginning<Generate>,
) -> impl IntoView {
    let studio: Studio = expect_context();
    let wanted = Signal::derive(move || studio.recipe.with(preview));
    let (behind, failed) = (RwSignal::new(false), RwSignal::new(false));
    let why = move || studio.recipe.with(|recipe| recipe.check().err()).map(|error| refusal(&error));
    let value = generate.value();
    let follow = Follow::new(Signal::derive(move || value.get()), generate.pending().into());
    let kept = move || match follow.standing.get() {
        Standing::Done(Outcome::Generated(generated)) => Some(view! { <Kept generated /> }),
        _ => None,
    };
    let keep = move |_| {
        generate.dispatch(Generate { recipe: studio.recipe.get_untracked() });
    };
    view! {
        <section class="studio-child" aria-labelledby="studio-child-title">
            <h2 id="studio-child-title" class="unseen">"The new cover"</h2>
            <figure class="picture" data-role="preview" aria-busy=move || behind.get().to_string()>
                <LivePicture wanted alt=Signal::derive(|| "The new cover, as it would be".to_owned()) behind failed />
            </figure>
            <p class="trouble" role="status">
                {move || {
                    why().or_else(|| {
                        failed
                            .get()
                            .then(|| "The picture did not come: the model may be busy. Move a slider to ask again.".to_owned())
                    })
                }}
            </p>
            <div class="studio-actions">
                <button
                    class="primary"
                    type="button"
                    data-action="keep"
                    disabled=move || why().is_some() || follow.standing.get().is_busy()
                    on:click=keep
                >
                    "Keep it"
                </button>
                <KindSwitch />
                <RecipeFile />
            </div>
            <Progress follow />
            {kept}
        </section>
    }
}

/// What stands in the way, where sliders alone can put it there.
fn refusal(error: &RecipeError) -> String {
    match error {
        RecipeError::AllZero => "All weights are zero: move one of the sliders.".to_owned(),
        error => format!("{error}."),
    }
}

/// For two parents or one: one cover, or a row of them.
#[component]
fn KindSwitch() -> impl IntoView {
    let studio: Studio = expect_context();
    let other = Memo::new(move |_| {
        studio.recipe.with(|recipe| match (recipe.parents.len(), recipe.kind) {
            (2, Kind::Interpolate) => Some((Kind::Average, "One cover of both")),
            (2, _) => Some((Kind::Interpolate, "Nine steps from one to the other")),
            (1, Kind::Walk) => Some((Kind::Reconstruct, "One cover")),
            (1, _) => Some((Kind::Walk, "A walk away from it")),
            _ => None,
        })
    });
    move || {
        other.get().map(|(kind, label)| {
            view! {
                <button type="button" data-action="kind" on:click=move |_| studio.change(None, |r| r.kind = kind)>
                    {label}
                </button>
            }
        })
    }
}

/// The recipe as a file: to keep, to share, and to open again.
#[component]
fn RecipeFile() -> impl IntoView {
    let studio: Studio = expect_context();
    let wrong = RwSignal::new(None::<&'static str>);
    let link =
        move || studio.recipe.with(|r| format!("data:application/json;charset=utf-8,{}", in_address(r)));
    let chosen = move |event: Event| {
        browser::read_chosen_file(&event, move |text| match serde_json::from_str(&text) {
            Ok(recipe) => {
                wrong.set(None);
                studio.open(recipe);
            }
            Err(_) => wrong.set(Some("That file is no recipe: choose one that was saved here.")),
        });
    };
    view! {
        <a class="button" href=link download="gatefold-recipe.json">"Save recipe"</a>
        <label class="button file-button">
            "Open recipe"
            <input class="unseen" type="file" accept="application/json,.json" on:change=chosen />
        </label>
        <p class="trouble" role="status">{wrong}</p>
    }
}

/// What was kept: where it is, what it resembles, and what one thinks of it.
#[component]
fn Kept(generated: Generated) -> impl IntoView {
    let page = format!("/generated/{}", generated.id);
    let below = if generated.frames == 1 {
        view! { <FinishPanel id=generated.id.clone() /> }.into_any()
    } else {
        let id = generated.id.clone();
        view! {
            <Picture generated=generated.clone() />
            <div class="studio-actions"><StripFiles id=id.clone() /></div>
            <Resemblance id />
        }
        .into_any()
    };
    view! {
        <div class="studio-kept" data-role="kept">
            <p>"Kept. " <A href=page>"Its page"</A> " has the file, and its recipe."</p>
            <Stars generated />
        </div>
        {below}
    }
}
