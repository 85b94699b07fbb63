//! What the new cover shall have more of, or less.

use crate::api;
use crate::studio::Studio;
use gatefold::operations::ListAttributes;
use leptos::prelude::*;

/// Wishes with a word for either end: the one that is sent, its opposite, and what the slider's ends say.
const PAIRS: [(&str, &str, &str); 3] = [
    ("dark", "light", "Light to dark"),
    ("old", "new", "New to old"),
    ("colourful", "grey", "Grey to colourful"),
];

/// Sliders for pairs of opposites, and for each genre of the catalogue. Nothing where the model understands no wishes.
#[component]
pub fn StudioWishes() -> impl IntoView {
    let wishes = Resource::new(|| (), |()| api::ask(ListAttributes {}));
    view! {
        <Suspense>
            {move || {
                let known = wishes.get()?.ok().map(|known| known.attributes).filter(|known| !known.is_empty())?;
                Some(view! { <Sliders known /> })
            }}
        </Suspense>
    }
}

#[component]
fn Sliders(known: Vec<String>) -> impl IntoView {
    let has = |name: &str| known.iter().any(|known| known == name);
    let pairs = PAIRS.into_iter().filter(|(most, least, _)| has(most) && has(least));
    let pairs = pairs
        .map(|(most, _, label)| view! { <Slider what=most.to_owned() label=label.to_owned() both=true /> });
    let qualities = |name: &&String| PAIRS.iter().all(|(most, least, _)| name != most && name != least);
    let genres = known.iter().filter(qualities);
    let genres = genres.map(|name| view! { <Slider what=name.clone() label=name.clone() both=false /> });
    view! {
        <section class="studio-wishes" aria-labelledby="studio-wishes-title">
            <h2 id="studio-wishes-title">"Rather"</h2>
            <ul>{pairs.collect_view()}</ul>
            <details>
                <summary>"More of a genre, or less"</summary>
                <ul>{genres.collect_view()}</ul>
            </details>
        </section>
    }
}

#[component]
fn Slider(
    /// The wish.
    what: String,
    /// What stands beside it.
    label: String,
    /// Whether the label names both ends.
    both: bool,
) -> impl IntoView {
    let studio: Studio = expect_context();
    let what = StoredValue::new(what);
    let amount = Memo::new(move |_| what.with_value(|what| studio.wish(what)));
    let moved = move |event| {
        if let Ok(amount) = event_target_value(&event).parse::<f32>() {
            what.with_value(|what| studio.wish_for(what, amount));
        }
    };
    let said = move || match amount.get() {
        0.0 => "as it is".to_owned(),
        amount if both => format!("{amount:+.1}"),
        amount if amount > 0.0 => format!("{amount:.1} more"),
        amount => format!("{:.1} less", -amount),
    };
    view! {
        <li>
            <label class="slider">
                <span class="slider-label">{label}</span>
                <input
                    type="range"
                    min="-3"
                    max="3"
                    step="0.25"
                    aria-valuetext=said
                    prop:value=move || amount.get().to_string()
                    on:input=moved
                />
            </label>
        </li>
    }
}
