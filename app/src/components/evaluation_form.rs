//! What to evaluate, and how: the choices that matter in sight, the others folded away.

use super::check_field::CheckField;
use super::choice::Choice;
use super::genre_box::GenreBox;
use super::number_field::NumberField;
use crate::api::Beginning;
use crate::evaluation_fields::{FEWEST, Fields, QUESTIONS};
use crate::features::choices;
use gatefold::operations::Evaluate;
use gatefold::report::Info;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Genres that are ticked at first.
const TICKED: usize = 4;

/// The form.
#[component]
pub fn EvaluationForm(
    /// The catalogue.
    info: Info,
    /// Sends it.
    action: Beginning<Evaluate>,
    /// Whether one is under way.
    busy: Signal<bool>,
) -> impl IntoView {
    let offered = choices(&info.features);
    let mut genres: Vec<(String, u64)> = info.genres.into_iter().filter(|(_, n)| *n >= FEWEST).collect();
    genres.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let fields = Fields::new(genres.iter().take(TICKED).map(|(name, _)| name.clone()).collect());
    let complaint = RwSignal::new(None::<String>);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        match fields.settings() {
            Ok(settings) => {
                complaint.set(None);
                action.dispatch(Evaluate::from(settings));
            }
            Err(sentence) => complaint.set(Some(sentence)),
        }
    };
    let none = genres.len() < 2;
    view! {
        <form class="evaluation-form" on:submit=send>
            <fieldset>
                <legend>"Genres"</legend>
                {none
                    .then(|| view! { <p class="note">"The catalogue has fewer than two genres with ten covers."</p> })}
                <div class="genre-boxes">
                    {genres
                        .into_iter()
                        .map(|(name, count)| view! { <GenreBox name count chosen=fields.chosen /> })
                        .collect_view()}
                </div>
            </fieldset>
            <Choice legend="Features" name="features" options=offered value=fields.features />
            <Show when=move || fields.features.with(|features| features == "learned")>
                <CheckField
                    label="Only unseen covers"
                    hint="Leave out covers that the encoder was trained on: it knows them too well"
                    value=fields.unseen
                />
            </Show>
            <Choice legend="Question" name="question" options=QUESTIONS.to_vec() value=fields.question />
            {view! { <Advanced fields /> }.into_any()}
            <div class="form-end">
                <button class="primary" type="submit" data-action="evaluate" disabled=busy>
                    {move || format!("Evaluate {}", fields.amount())}
                </button>
                <p class="complaint" role="alert">{complaint}</p>
            </div>
        </form>
    }
}

/// What is good as it stands.
#[component]
fn Advanced(fields: Fields) -> impl IntoView {
    view! {
        <details>
            <summary>"Covers, folds and forest"</summary>
            <div class="fields">
                <NumberField
                    label="Covers per genre"
                    hint="At most; empty for all"
                    value=fields.per_genre
                    min=FEWEST
                    max=1_000_000
                />
                <NumberField label="Folds" hint="2 to 50, stratified" value=fields.folds min=2 max=50 />
                <NumberField
                    label="Repeats"
                    hint="1 to 20; folds are dealt anew for each"
                    value=fields.repeats
                    min=1
                    max=20
                />
                <NumberField label="Seed" hint="The same seed, the same figures" value=fields.seed min=0 max=u64::MAX />
                <NumberField label="Trees" hint="Of the forest" value=fields.trees min=1 max=5000 />
                <NumberField
                    label="Components"
                    hint="Kept by a PCA, where there is one"
                    value=fields.components
                    min=1
                    max=512
                />
                <CheckField
                    label="Balanced classes"
                    hint="As many covers of the larger class as the smaller one has; else their natural sizes"
                    value=fields.balanced
                />
                <CheckField
                    label="What counts"
                    hint="Measure how much the area falls without each feature; takes longer"
                    value=fields.importance
                />
                <CheckField
                    label="Shuffle the genres first"
                    hint="A check: the figure must then be chance, 0.5"
                    value=fields.shuffle
                />
            </div>
        </details>
    }
}
