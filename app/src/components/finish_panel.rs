//! From a kept picture to a cover for use: title, type, grain and border, seen at once, then files to download.

use super::finish_fields::FinishFields;
use super::live_picture::LivePicture;
use super::resemblance::ResemblanceCard;
use crate::api;
use crate::text;
use gatefold::finishing::Finish;
use gatefold::operations::{ReadFinishedNotes, ReadResemblance};
use gatefold::wire::{FinishedNotes, Resemblance};
use leptos::prelude::*;

/// Files that are offered: format, what it is for, what it is.
const FILES: [(&str, &str, &str); 3] = [
    ("distributor", "For distributors", "JPEG, 3000 × 3000"),
    ("playlist", "For playlists", "JPEG, 640 × 640, under 190 kB"),
    ("png", "Without loss", "PNG, 3000 × 3000"),
];

/// Where a finished cover lies.
fn address(id: &str, finish: &Finish, format: &str) -> String {
    // A finish is plain data: it always becomes JSON.
    let json = text::encoded(&serde_json::to_string(finish).unwrap_or_default());
    format!("/api/v1/generated/{id}/finished?format={format}&finish={json}")
}

/// The panel.
#[component]
pub fn FinishPanel(
    /// The generated cover, of one picture.
    id: String,
) -> impl IntoView {
    let finish = RwSignal::new(Finish::default());
    let (behind, failed) = (RwSignal::new(false), RwSignal::new(false));
    let id = StoredValue::new(id);
    let at = move |finish: &Finish, format: &str| id.with_value(|id| address(id, finish, format));
    let wrong = Memo::new(move |_| finish.with(|finish| finish.check().err()));
    let wanted = Signal::derive(move || {
        wrong.with(Option::is_none).then(|| finish.with(|finish| at(finish, "playlist")))
    });
    // What is to be known of it is asked when the picture has come: not at every letter.
    let settled = Memo::new(move |before: Option<&Finish>| match (behind.get(), before) {
        (true, Some(before)) => before.clone(),
        _ => finish.get(),
    });
    let notes = Resource::new(
        move || settled.get(),
        move |finish| api::ask(ReadFinishedNotes::of(id.get_value(), finish)),
    );
    let known = RwSignal::new(FinishedNotes::default());
    Effect::new(move |_| {
        if let Some(Ok(notes)) = notes.get() {
            known.set(notes);
        }
    });
    let palette = Memo::new(move |_| known.with(|known| known.palette.clone()));
    let resembles = Resource::new(|| (), move |()| api::ask(ReadResemblance { id: id.get_value() }));
    let looked = RwSignal::new(false);
    let too_near =
        move || matches!(resembles.get(), Some(Ok(Resemblance { resembles: Some(found) })) if found.too_near);
    let said = move || {
        let refused = wrong.get().map(|error| format!("{error}."));
        let lost =
            failed.get().then(|| "The picture did not come: change something to ask again.".to_owned());
        refused.into_iter().chain(lost).chain(known.with(|known| known.notes.clone())).collect::<Vec<_>>()
    };
    let files = move || {
        let links = FILES.map(|(format, purpose, what)| {
            let ending = if format == "png" { "png" } else { "jpg" };
            let name = id.with_value(|id| format!("gatefold-{id}-{format}.{ending}"));
            view! {
                <li>
                    <a
                        class="button"
                        href=move || finish.with(|finish| at(finish, format))
                        download=name
                        data-format=format
                    >
                        {purpose}
                    </a>
                    <span class="note">{what}</span>
                </li>
            }
        });
        view! { <ul class="finish-files">{links.into_iter().collect_view()}</ul> }
    };
    let warning = move || {
        let found = resembles.get()?.ok()?.resembles?;
        let agree = found.too_near.then(|| {
            view! {
                <label class="field is-check">
                    <input
                        type="checkbox"
                        data-role="looked"
                        prop:checked=looked
                        on:change=move |event| looked.set(event_target_checked(&event))
                    />
                    <span>"I have looked at both"</span>
                </label>
            }
        });
        Some(view! { <ResemblanceCard resembles=found>{agree}</ResemblanceCard> })
    };
    view! {
        <section class="finish" aria-labelledby="finish-title" data-role="finish">
            <h2 id="finish-title">"Finish it"</h2>
            <div class="finish-picture">
                <figure class="picture" aria-busy=move || behind.get().to_string()>
                    <LivePicture wanted alt=Signal::stored("The finished cover".to_owned()) behind failed />
                </figure>
                <ul class="finish-notes" role="status">
                    {move || said().into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
                </ul>
            </div>
            <FinishFields finish palette />
            <div class="finish-export">
                <Suspense>
                    {warning}
                </Suspense>
                <Show
                    when=move || wrong.with(Option::is_none) && (looked.get() || !too_near())
                    fallback=|| view! { <p class="note">"The files are offered once that is done."</p> }
                >
                    {files()}
                </Show>
            </div>
        </section>
    }
}
