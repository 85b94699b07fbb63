//! A number that a person sets.

use leptos::prelude::*;

/// A labelled field; what it holds stays text until the form is sent.
#[component]
pub fn NumberField(
    /// What stands above it.
    label: &'static str,
    /// What stands below it.
    hint: &'static str,
    /// Its text.
    value: RwSignal<String>,
    /// Least.
    min: u64,
    /// Most.
    max: u64,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="number"
                min=min
                max=max
                value=value.get_untracked()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <span class="field-hint">{hint}</span>
        </label>
    }
}

/// The number in a field, or a sentence.
pub fn number(label: &str, text: &str, min: u64, max: u64) -> Result<u64, String> {
    match text.trim().parse::<u64>() {
        Ok(n) if (min..=max).contains(&n) => Ok(n),
        _ => Err(format!("{label} must be a whole number from {min} to {max}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_outside_its_range_is_refused_with_the_range() {
        assert_eq!(number("Folds", " 10 ", 2, 50), Ok(10));
        for text in ["1", "51", "", "ten", "2.5", "-3"] {
            let refused = number("Folds", text, 2, 50);
            assert_eq!(refused, Err("Folds must be a whole number from 2 to 50.".to_owned()), "{text}");
        }
    }
}
