//! A recipe to read, copy and keep: with it the same picture can be made again.

use super::snippet::Snippet;
use crate::text;
use gatefold::recipe::Recipe;
use leptos::prelude::*;

/// The recipe as JSON, with a download.
#[component]
pub fn RecipeBox(
    /// Name of the file without its extension.
    name: String,
    /// The recipe.
    recipe: Recipe,
) -> impl IntoView {
    // A recipe is plain data: it always becomes JSON.
    let json = serde_json::to_string_pretty(&recipe).unwrap_or_default();
    let link = format!("data:application/json;charset=utf-8,{}", text::encoded(&json));
    view! {
        <section class="recipe" aria-labelledby="recipe-title">
            <h2 id="recipe-title">"Recipe"</h2>
            <p>"The same recipe gives the same picture, byte for byte on one machine."</p>
            <details>
                <summary>"Read it"</summary>
                <Snippet text=json />
            </details>
            <a class="button" href=link download=format!("{name}.json")>"Download recipe"</a>
        </section>
    }
}
