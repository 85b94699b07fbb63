//! How a cover is finished, as fields: title, artist, type, colours, grain, border.

use super::ink_choice::InkChoice;
use gatefold::finishing::{Backing, Face, Finish, Place, Size, WIDEST_BORDER};
use leptos::prelude::*;

fn place_name(place: Place) -> &'static str {
    match place {
        Place::TopLeft => "Top left",
        Place::Top => "Top",
        Place::TopRight => "Top right",
        Place::Left => "Left",
        Place::Centre => "Centre",
        Place::Right => "Right",
        Place::BottomLeft => "Bottom left",
        Place::Bottom => "Bottom",
        Place::BottomRight => "Bottom right",
        Place::Apart => "Title above, artist below",
    }
}

fn size_name(size: Size) -> &'static str {
    match size {
        Size::Small => "Small",
        Size::Medium => "Medium",
        Size::Large => "Large",
    }
}

fn backing_name(backing: Backing) -> &'static str {
    match backing {
        Backing::Auto => "A shade where it is needed",
        Backing::None => "Nothing",
        Backing::Band => "A band",
        Backing::Shade => "A shade",
    }
}

/// The fields; each change goes into `finish` at once.
#[component]
pub fn FinishFields(
    /// What is set.
    finish: RwSignal<Finish>,
    /// The parents' colours.
    #[prop(into)]
    palette: Signal<Vec<[u8; 3]>>,
) -> impl IntoView {
    let text = move |label, name, value: fn(&Finish) -> &String, put: fn(&mut Finish, String)| {
        view! {
            <label class="field">
                <span class="field-label">{label}</span>
                <textarea
                    rows="1"
                    name=name
                    autocomplete="off"
                    prop:value=move || finish.with(|finish| value(finish).clone())
                    on:input=move |event| finish.update(|finish| put(finish, event_target_value(&event)))
                ></textarea>
            </label>
        }
    };
    let faces = Face::ALL.map(|face| (face, face.name()));
    let places = Place::ALL.map(|place| (place, place_name(place)));
    let sizes = Size::ALL.map(|size| (size, size_name(size)));
    let backings = Backing::ALL.map(|backing| (backing, backing_name(backing)));
    let lettered =
        Memo::new(move |_| finish.with(|f| !(f.title.trim().is_empty() && f.artist.trim().is_empty())));
    let bordered = Memo::new(move |_| finish.with(|f| f.border > 0.0));
    view! {
        <div class="finish-fields">
            {text("Title", "title", |f| &f.title, |f, to| f.title = to)}
            {text("Artist", "artist", |f| &f.artist, |f, to| f.artist = to)}
            <Show when=move || lettered.get()>
                <Select label="Typeface" options=faces.to_vec() chosen=Signal::derive(move || finish.with(|f| f.face))
                    on_choice=move |to| finish.update(|f| f.face = to) />
                <Select label="Place" options=places.to_vec() chosen=Signal::derive(move || finish.with(|f| f.place))
                    on_choice=move |to| finish.update(|f| f.place = to) />
                <Select label="Size" options=sizes.to_vec() chosen=Signal::derive(move || finish.with(|f| f.size))
                    on_choice=move |to| finish.update(|f| f.size = to) />
                <Select label="Beneath the letters" options=backings.to_vec()
                    chosen=Signal::derive(move || finish.with(|f| f.backing))
                    on_choice=move |to| finish.update(|f| f.backing = to) />
                <InkChoice legend="Letters" name="ink" palette ink=Signal::derive(move || finish.with(|f| f.ink))
                    on_choice=move |to| finish.update(|f| f.ink = to) />
            </Show>
            <Range label="Grain" most=1.0 value=Signal::derive(move || finish.with(|f| f.grain))
                on_move=move |to| finish.update(|f| f.grain = to) />
            <Range label="Border" most=WIDEST_BORDER value=Signal::derive(move || finish.with(|f| f.border))
                on_move=move |to| finish.update(|f| f.border = to) />
            <Show when=move || bordered.get()>
                <InkChoice legend="Border's colour" name="border-ink" palette
                    ink=Signal::derive(move || finish.with(|f| f.border_ink))
                    on_choice=move |to| finish.update(|f| f.border_ink = to) />
            </Show>
        </div>
    }
}

/// One of a list.
#[component]
fn Select<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    options: Vec<(T, &'static str)>,
    chosen: Signal<T>,
    on_choice: impl Fn(T) + Send + 'static,
) -> impl IntoView {
    let values: Vec<T> = options.iter().map(|(value, _)| *value).collect();
    let entries = options.into_iter().enumerate().map(|(i, (value, name))| {
        view! {
            <option value=i.to_string() selected=move || chosen.get() == value>
                {name}
            </option>
        }
    });
    let changed = move |event| {
        let number = event_target_value(&event).parse::<usize>();
        if let Some(value) = number.ok().and_then(|i| values.get(i)) {
            on_choice(*value);
        }
    };
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <select on:change=changed>{entries.collect_view()}</select>
        </label>
    }
}

/// A share from 0 to `most`, shown as how much of that.
#[component]
fn Range(
    label: &'static str,
    most: f32,
    value: Signal<f32>,
    on_move: impl Fn(f32) + Send + 'static,
) -> impl IntoView {
    let said = move || match value.get() {
        0.0 => "none".to_owned(),
        value => format!("{:.0} %", 100.0 * value / most),
    };
    let moved = move |event| {
        if let Ok(part) = event_target_value(&event).parse::<f32>() {
            on_move(part / 100.0 * most);
        }
    };
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <span class="slider">
                <input
                    type="range"
                    min="0"
                    max="100"
                    step="5"
                    aria-valuetext=said
                    prop:value=move || (100.0 * value.get() / most).round().to_string()
                    on:input=moved
                />
                <output>{said}</output>
            </span>
        </label>
    }
}
