//! A run as files.

use leptos::prelude::*;

/// Links to what other programs read.
#[component]
pub fn Exports(
    /// The run's id.
    run: String,
    /// Whether it has pairs, and so curves and scores.
    pairs: bool,
) -> impl IntoView {
    let at = format!("/api/v1/evaluations/{run}");
    let tables = pairs.then(|| {
        view! {
            <a class="button" href=format!("{at}/pairs.csv") download>"Pairs as CSV"</a>
            <a class="button" href=format!("{at}/scores.csv") download>"Scores as CSV"</a>
        }
    });
    let note = match pairs {
        true => {
            "This page's address stays. Each curve is to be had as SVG, and each pair's scores as JSON, beside the pair."
        }
        false => "This page's address stays.",
    };
    view! {
        <section aria-labelledby="exports-title">
            <h2 id="exports-title">"Take it along"</h2>
            <div class="actions">
                {tables}
                <a class="button" href=at download=format!("{run}.json")>"Report as JSON"</a>
            </div>
            <p class="note">{note}</p>
        </section>
    }
}
