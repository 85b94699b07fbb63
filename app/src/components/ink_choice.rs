//! A colour of letters or border: let it be chosen, white, black, or one of the parents' colours.

use gatefold::finishing::Ink;
use leptos::prelude::*;

/// A row of swatches, one of which is chosen.
#[component]
pub fn InkChoice(
    /// What the colour is of.
    legend: &'static str,
    /// The group's name, unlike any other on the page.
    name: &'static str,
    /// The parents' colours.
    #[prop(into)]
    palette: Signal<Vec<[u8; 3]>>,
    /// The colour chosen.
    #[prop(into)]
    ink: Signal<Ink>,
    /// Told the new one.
    on_choice: impl Fn(Ink) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let swatch = move |choice: Ink, label: String, colour: Option<String>| {
        let style = colour.map(|colour| format!("--swatch:{colour}"));
        let title = label.clone();
        view! {
            <label class="swatch" class:is-auto=choice == Ink::Auto style=style title=title>
                <input
                    class="unseen"
                    type="radio"
                    name=name
                    aria-label=label
                    prop:checked=move || ink.get() == choice
                    on:change=move |_| on_choice(choice)
                />
                <span aria-hidden="true">{(choice == Ink::Auto).then_some("Auto")}</span>
            </label>
        }
    };
    let of_parents = move || {
        let colours = palette.get().into_iter().enumerate();
        let swatches = colours.map(|(i, [r, g, b])| {
            let label = format!("Colour {} of the albums, #{r:02x}{g:02x}{b:02x}", i + 1);
            swatch(Ink::Palette(i as u8), label, Some(format!("rgb({r} {g} {b})")))
        });
        swatches.collect_view()
    };
    view! {
        <fieldset class="swatches">
            <legend class="field-label">{legend}</legend>
            <div>
                {swatch(Ink::Auto, "Whichever can be read best".to_owned(), None)}
                {swatch(Ink::White, "White".to_owned(), Some("#fff".to_owned()))}
                {swatch(Ink::Black, "Black".to_owned(), Some("#000".to_owned()))} {of_parents}
            </div>
        </fieldset>
    }
}
