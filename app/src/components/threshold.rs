//! The slider that moves a pair's threshold.

use crate::scored::Scored;
use crate::text;
use gatefold::threshold::Confusion;
use leptos::prelude::*;

/// A range from 0 to 1, and what follows from where it stands.
#[component]
pub fn Threshold(
    /// The pair.
    scored: Scored,
) -> impl IntoView {
    let (a, b) = (scored.name(false), scored.name(true));
    let slide = move |event| {
        if let Ok(value) = event_target_value(&event).parse::<f64>() {
            scored.threshold.set(value);
            scored.want();
        }
    };
    let now = move || format!("{:.2}", scored.threshold.get());
    let label = format!("Threshold: above it, a cover is called {b}");
    let words = move || scored.counts.with(|counts| sentence(counts, &a, &b));
    view! {
        <div class="threshold">
            <label class="threshold-label">
                <span class="field-label">"Threshold"</span>
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    value="0.5"
                    aria-label=label
                    aria-valuetext=now
                    prop:value=move || scored.threshold.get().to_string()
                    on:input=slide
                    on:focus=move |_| scored.want()
                />
                <span class="threshold-value">{now}</span>
            </label>
            <p class="note" role="status" aria-live="polite">{words}</p>
        </div>
    }
}

/// What a matrix says, in words.
fn sentence(counts: &Confusion, a: &str, b: &str) -> String {
    let [[tn, fp], [fneg, tp]] = counts.map(|row| row.map(u64::from));
    format!(
        "{} of {} {b} found, {} of {} {a} taken for it.",
        text::count(tp),
        text::count(fneg + tp),
        text::count(fp),
        text::count(tn + fp)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_said_in_words() {
        assert_eq!(
            sentence(&[[40, 10], [5, 25]], "rock", "pop"),
            "25 of 30 pop found, 10 of 50 rock taken for it."
        );
    }
}
