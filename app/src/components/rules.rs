//! What a shallow tree says about the genres.

use super::genre_tag::GenreTag;
use crate::text;
use gatefold::report::Rule;
use leptos::prelude::*;

/// A list of sentences; nothing where there are none.
#[component]
pub fn Rules(
    /// The rules.
    rules: Vec<Rule>,
) -> impl IntoView {
    if rules.is_empty() {
        return ().into_any();
    }
    let items = rules.into_iter().map(|rule| {
        let covers = text::counted(u64::from(rule.covers), "cover", "covers");
        view! {
            <li>
                <GenreTag name=rule.genre.to_string() />
                <span class="rule-sentence">{rule.sentence}</span>
                <span class="count">{covers}</span>
            </li>
        }
    });
    view! {
        <section aria-labelledby="rules-title">
            <h2 id="rules-title">"Rules of thumb"</h2>
            <p class="note">"Found by a shallow tree on measures that have a name; the share is of the covers under a rule."</p>
            <ul class="rules">{items.collect_view()}</ul>
        </section>
    }
    .into_any()
}
