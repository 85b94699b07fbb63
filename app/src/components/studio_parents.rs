//! The parents of what is being made, each with its weight.

use super::cover::Cover;
use crate::explore::Explore;
use crate::studio::Studio;
use gatefold::album::AlbumId;
use gatefold::recipe::Kind;
use leptos::prelude::*;
use leptos_router::components::A;

/// A row per parent: cover, title, slider, a button that takes it out.
#[component]
pub fn StudioParents() -> impl IntoView {
    let studio: Studio = expect_context();
    let ids = Memo::new(move |_| {
        studio.recipe.with(|recipe| recipe.parents.iter().map(|p| p.id).collect::<Vec<AlbumId>>())
    });
    view! {
        <section class="studio-parents" aria-labelledby="studio-parents-title">
            <h2 id="studio-parents-title">"Made of"</h2>
            <Show
                when=move || ids.with(|ids| !ids.is_empty())
                fallback=|| {
                    view! {
                        <p class="note">
                            "No album: a cover as the model imagines covers. "
                            <A href="/">"Choose some on the map"</A> ", and open the studio from there."
                        </p>
                    }
                }
            >
                <ul class="studio-parent-list">
                    <For each=move || ids.get() key=|id| *id let:id>
                        <ParentRow id />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn ParentRow(id: AlbumId) -> impl IntoView {
    let studio: Studio = expect_context();
    let explore = Explore::here();
    let line = explore.line(id);
    let title = line.as_ref().map_or_else(|| id.to_string(), |line| line.title.clone());
    let artist = line.as_ref().and_then(|line| line.artist.clone());
    let has_cover = line.is_none_or(|line| line.has_cover);
    let weight = Memo::new(move |_| studio.weight(id));
    let weighed = Memo::new(move |_| studio.recipe.with(|recipe| recipe.kind == Kind::Average));
    let share = Memo::new(move |_| {
        studio.recipe.with(|recipe| {
            let whole: f32 = recipe.parents.iter().map(|parent| parent.weight.abs()).sum();
            if whole > 0.0 { 100.0 * weight.get() / whole } else { 0.0 }
        })
    });
    let moved = move |event| {
        if let Ok(weight) = event_target_value(&event).parse::<f32>() {
            studio.weigh(id, weight);
        }
    };
    let (label, out) = (format!("Weight of {title}"), format!("Take {title} out"));
    let sleeve = title.clone();
    view! {
        <li class="studio-parent" data-album=id.to_string()>
            <A href=format!("/album/{id}") attr:class="studio-parent-cover" attr:tabindex="-1" attr:aria-hidden="true">
                <Cover id title=sleeve.clone() has_cover />
            </A>
            <div class="studio-parent-words">
                <span class="parent-title">{title}</span>
                <span class="parent-artist">{artist}</span>
                <Show when=move || weighed.get()>
                    <label class="slider">
                        <span class="unseen">{label.clone()}</span>
                        <input
                            type="range"
                            min="-1"
                            max="2"
                            step="0.05"
                            aria-valuetext=move || format!("{:.2}, {:.0} percent", weight.get(), share.get())
                            prop:value=move || weight.get().to_string()
                            on:input=moved
                        />
                        <output>{move || format!("{:.0} %", share.get())}</output>
                    </label>
                </Show>
            </div>
            <button class="icon-button" type="button" aria-label=out on:click=move |_| studio.remove(id)>
                "×"
            </button>
        </li>
    }
}
