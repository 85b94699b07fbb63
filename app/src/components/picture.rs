//! A generated cover: one picture, or the steps of an interpolation.

use crate::text;
use gatefold::recipe::Kind;
use gatefold::wire::Generated;
use leptos::prelude::*;

/// What kind of picture it is, in a few words.
pub fn name(kind: Kind, parents: usize) -> String {
    match kind {
        Kind::Average => format!("Average of {parents} albums"),
        Kind::Interpolate => "From one album to another".to_owned(),
        Kind::Sample => "A cover of no album in particular".to_owned(),
        Kind::Reconstruct => "Through the model and back".to_owned(),
        Kind::Walk => "A walk from one album".to_owned(),
    }
}

/// A sentence for those who do not see it.
fn alt(generated: &Generated) -> String {
    let titles: Vec<&str> = generated.parents.iter().map(|line| line.title.as_str()).collect();
    match generated.recipe.kind {
        Kind::Sample => "Generated cover".to_owned(),
        _ => format!("Generated cover, made from {}", text::listed(&titles)),
    }
}

/// The picture, large.
#[component]
pub fn Picture(
    /// What to show.
    generated: Generated,
) -> impl IntoView {
    let alt = alt(&generated);
    let (width, height) = (generated.width, generated.height);
    if generated.frames <= 1 {
        return view! {
            <figure class="picture" data-role="child">
                <img src=text::frame(&generated.id, 0) alt=alt width=width height=height />
            </figure>
        }
        .into_any();
    }
    view! { <Strip generated alt /> }.into_any()
}

#[component]
fn Strip(generated: Generated, alt: String) -> impl IntoView {
    let last = generated.frames - 1;
    let shown = RwSignal::new(last / 2);
    let id = StoredValue::new(generated.id);
    let source = move |k: u32| id.with_value(|id| text::frame(id, k));
    let slid = move |event| shown.set(event_target_value(&event).parse().unwrap_or(0).min(last));
    let step = move |k: u32| {
        view! {
            <li>
                <button
                    type="button"
                    aria-label=format!("Step {} of {}", k + 1, last + 1)
                    aria-pressed=move || (shown.get() == k).to_string()
                    on:click=move |_| shown.set(k)
                >
                    <img src=source(k) alt="" />
                </button>
            </li>
        }
    };
    view! {
        <figure class="picture is-strip" data-role="child">
            <img src=move || source(shown.get()) alt=alt width=generated.width height=generated.height />
            <input
                type="range"
                min="0"
                max=last
                step="1"
                aria-label="Step"
                aria-valuetext=move || format!("step {} of {}", shown.get() + 1, last + 1)
                prop:value=move || shown.get().to_string()
                on:input=slid
            />
            <ol class="strip">{(0..=last).map(step).collect_view()}</ol>
        </figure>
    }
}
