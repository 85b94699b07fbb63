//! What to evaluate, and how.

use super::genre_box::GenreBox;
use super::number_field::{NumberField, number};
use crate::api::Evaluate;
use crate::text;
use gatefold::album::Genre;
use gatefold::report::{EvaluationSettings, Info};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Genres with fewer covers are not offered: no fold would have enough of them.
const FEWEST: u64 = 10;
/// Genres that are ticked at first.
const TICKED: usize = 4;

/// Text of the fields until the form is sent.
#[derive(Clone, Copy)]
struct Fields {
    chosen: RwSignal<BTreeSet<String>>,
    per_genre: RwSignal<String>,
    folds: RwSignal<String>,
    seed: RwSignal<String>,
    trees: RwSignal<String>,
    components: RwSignal<String>,
    shuffle: RwSignal<bool>,
}

impl Fields {
    fn new(chosen: BTreeSet<String>) -> Self {
        let usual = EvaluationSettings::default();
        Self {
            chosen: RwSignal::new(chosen),
            per_genre: RwSignal::new("600".to_owned()),
            folds: RwSignal::new(usual.folds.to_string()),
            seed: RwSignal::new(usual.seed.to_string()),
            trees: RwSignal::new(usual.trees.to_string()),
            components: RwSignal::new(usual.components.to_string()),
            shuffle: RwSignal::new(false),
        }
    }

    /// The settings, or what has to be mended first.
    fn settings(&self) -> Result<EvaluationSettings, String> {
        let genres: Vec<Genre> =
            self.chosen.with_untracked(|chosen| chosen.iter().filter_map(|name| Genre::new(name)).collect());
        if genres.len() < 2 {
            return Err("Choose at least two genres to tell apart.".to_owned());
        }
        let read = |label: &str, field: RwSignal<String>, min: u64, max: u64| {
            field.with_untracked(|text| number(label, text, min, max))
        };
        let all = self.per_genre.with_untracked(|text| text.trim().is_empty());
        let per_genre = match all {
            true => None,
            false => Some(read("Covers per genre", self.per_genre, FEWEST, 1_000_000)? as u32),
        };
        Ok(EvaluationSettings {
            genres,
            per_genre,
            folds: read("Folds", self.folds, 2, 50)? as u32,
            seed: read("The seed", self.seed, 0, u64::MAX)?,
            trees: read("Trees", self.trees, 1, 5000)? as u32,
            components: read("Components", self.components, 1, 4096)? as u32,
            shuffle: self.shuffle.get_untracked(),
            ..Default::default()
        })
    }
}

/// The form.
#[component]
pub fn EvaluationForm(
    /// The catalogue.
    info: Info,
    /// Sends it.
    action: ServerAction<Evaluate>,
    /// Whether one is under way.
    busy: Signal<bool>,
) -> impl IntoView {
    let mut genres: Vec<(String, u64)> = info.genres.into_iter().filter(|(_, n)| *n >= FEWEST).collect();
    genres.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let fields = Fields::new(genres.iter().take(TICKED).map(|(name, _)| name.clone()).collect());
    let complaint = RwSignal::new(None::<String>);
    let pairs = move || {
        let n = fields.chosen.with(BTreeSet::len) as u64;
        text::counted(n * n.saturating_sub(1) / 2, "pair", "pairs")
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        match fields.settings() {
            Ok(settings) => {
                complaint.set(None);
                action.dispatch(Evaluate { settings });
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
            <div class="fields">
                <NumberField
                    label="Covers per genre"
                    hint="At most; empty for all"
                    value=fields.per_genre
                    min=FEWEST
                    max=1_000_000
                />
                <NumberField label="Folds" hint="2 to 50, stratified" value=fields.folds min=2 max=50 />
                <label class="field">
                    <span class="field-label">"Features"</span>
                    <select>
                        <option value="pixels" selected>"pixels"</option>
                    </select>
                    <span class="field-hint">"64 × 64 pixels, then PCA"</span>
                </label>
                <NumberField label="Seed" hint="The same seed, the same figures" value=fields.seed min=0 max=u64::MAX />
            </div>
            <details>
                <summary>"Forest and checks"</summary>
                <div class="fields">
                    <NumberField label="Trees" hint="Of the forest" value=fields.trees min=1 max=5000 />
                    <NumberField
                        label="Components"
                        hint="Kept by the PCA"
                        value=fields.components
                        min=1
                        max=4096
                    />
                    <label class="field is-check">
                        <input
                            type="checkbox"
                            prop:checked=fields.shuffle
                            on:change=move |event| fields.shuffle.set(event_target_checked(&event))
                        />
                        <span class="field-label">"Shuffle the genres first"</span>
                        <span class="field-hint">"A check: the figure must then be chance, 0.5"</span>
                    </label>
                </div>
            </details>
            <div class="form-end">
                <button class="primary" type="submit" data-action="evaluate" disabled=busy>
                    {move || format!("Evaluate {}", pairs())}
                </button>
                <p class="complaint" role="alert">{complaint}</p>
            </div>
        </form>
    }
}
