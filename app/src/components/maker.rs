//! The panel in which a new cover comes to be.

use super::parents::Parents;
use super::picture::{Picture, name};
use super::progress::Progress;
use crate::browser;
use crate::explore::Explore;
use crate::follow::{Follow, Standing};
use crate::panels::{Panel, later};
use crate::text;
use gatefold::recipe::Kind;
use gatefold::wire::{Generated, Outcome};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::components::A;

const TITLE: &str = "maker-title";

/// Progress, then the child beside its parents. Does not cover the map; Escape closes it.
#[component]
pub fn Maker() -> impl IntoView {
    let explore = Explore::here();
    let value = explore.generate.value();
    let pending = explore.generate.pending();
    let follow = Follow::new(Signal::derive(move || value.get()), pending.into());
    let title = Memo::new(move |_| {
        explore.making.with(|recipe| recipe.as_ref().map(|recipe| name(recipe.kind, recipe.parents.len())))
    });
    Effect::new(move |_| {
        if explore.making.with(Option::is_some) {
            browser::focus(TITLE);
        }
    });
    let close = move || explore.making.set(None);
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    view! {
        <Show when=move || title.with(Option::is_some)>
            <aside class="maker" role="dialog" aria-labelledby=TITLE on:keydown=pressed>
                <header>
                    <h2 id=TITLE tabindex="-1">{title}</h2>
                    <button class="icon-button" type="button" aria-label="Close" on:click=move |_| close()>
                        "×"
                    </button>
                </header>
                {later(|| true, Panel::Making(follow))}
            </aside>
        </Show>
    }
}

/// What is in the panel.
#[component]
pub fn Making(
    /// The job that makes it.
    follow: Follow,
) -> impl IntoView {
    let made = move || match follow.standing.get() {
        Standing::Done(Outcome::Generated(generated)) => Some(view! { <Made generated /> }),
        _ => None,
    };
    view! {
        <Progress follow />
        {made}
    }
}

#[component]
fn Made(generated: Generated) -> impl IntoView {
    let explore = Explore::here();
    let page = format!("/generated/{}", generated.id);
    let file = match generated.frames {
        1 => text::frame(&generated.id, 0),
        _ => format!("/api/v1/generated/{}/frames/strip.png", generated.id),
    };
    let download = format!("gatefold-{}.png", generated.id);
    let another = (generated.recipe.kind == Kind::Sample).then(|| {
        let press = move |_| explore.make(explore.recipe(Kind::Sample, browser::random_seed()));
        view! { <button type="button" data-action="another" on:click=press>"Another"</button> }
    });
    view! {
        <Picture generated=generated.clone() />
        <Parents generated />
        <div class="maker-actions">
            <a class="button primary" href=file download=download>"Download PNG"</a>
            {another}
            <A href=page attr:class="button">"Recipe and details"</A>
        </div>
    }
}
