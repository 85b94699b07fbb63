//! A form that changes what an album is called, its genre and its year.

use super::trouble::Trouble;
use crate::api;
use crate::catalogue::Catalogue;
use crate::error::PageError;
use crate::rebuild::Rebuild;
use crate::text;
use gatefold::album::Album;
use gatefold::edit::{Edit, WrongEdit};
use gatefold::operations::{EditAlbum, UndoEdits};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Id of the list of genres to choose from.
const GENRES: &str = "known-genres";

/// What is written in the form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Written {
    artist: String,
    title: String,
    genre: String,
    year: String,
}

impl Written {
    fn of(album: &Album) -> Self {
        Self {
            artist: album.artist.clone().unwrap_or_default(),
            title: album.title.clone().unwrap_or_default(),
            genre: album.genre.as_ref().map(ToString::to_string).unwrap_or_default(),
            year: album.year.map(|year| year.to_string()).unwrap_or_default(),
        }
    }

    /// The fields that are not what they were, as an edit that can be made.
    fn edit(&self, before: &Self) -> Result<Edit, WrongEdit> {
        let other = |own: &String, before: &String| (own != before).then(|| Some(own.clone()));
        let year = if self.year == before.year { None } else { Some(Edit::year_of(&self.year)?) };
        Edit {
            artist: other(&self.artist, &before.artist),
            title: other(&self.title, &before.title),
            genre: other(&self.genre, &before.genre),
            year,
        }
        .checked()
    }
}

/// The form, folded away until somebody wants it, and a way back to what the sources say.
#[component]
pub fn AlbumEdit(
    /// The album as it is shown.
    album: Album,
    /// What was changed of it.
    edit: Edit,
    /// Called when something was kept.
    on_changed: Callback<()>,
) -> impl IntoView {
    let rebuild = Rebuild::here();
    let id = album.id;
    let before = StoredValue::new(Written::of(&album));
    let written = RwSignal::new(Written::of(&album));
    let wrong = RwSignal::new(None::<String>);
    let (send, undo) = (api::asking::<EditAlbum>(), api::asking::<UndoEdits>());
    let kept = move |answer| {
        if let Some(Ok(changed)) = answer {
            rebuild.after(changed);
            on_changed.run(());
        }
    };
    Effect::new(move |_| kept(send.value().get()));
    Effect::new(move |_| kept(undo.value().get()));
    let refused =
        move || [send.value().get(), undo.value().get()].into_iter().flatten().find_map(Result::err);
    let busy = Signal::derive(move || send.pending().get() || undo.pending().get());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match before.with_value(|before| written.with_untracked(|written| written.edit(before))) {
            Err(error) => wrong.set(Some(error.to_string())),
            Ok(edit) if edit.is_empty() => wrong.set(Some("Nothing was changed yet.".to_owned())),
            Ok(edit) => {
                wrong.set(None);
                send.dispatch(EditAlbum { id, edit, build: true });
            }
        }
    };
    let failed = move || {
        let error = wrong.get().map(PageError::Refused).or_else(refused)?;
        Some(view! { <Trouble error /> })
    };
    let changed = changed(&edit);
    let undone = (!changed.is_empty()).then(|| {
        let words = format!("You changed {} here.", text::listed(&changed));
        view! {
            <p class="note">{words}</p>
            <button
                type="button"
                data-action="undo-edits"
                disabled=busy
                on:click=move |_| {
                    undo.dispatch(UndoEdits { id, build: true });
                }
            >
                "Undo my changes"
            </button>
        }
    });
    view! {
        <details class="album-edit">
            <summary>"Edit"</summary>
            <form on:submit=submit>
                <Field label="Artist" name="artist" list="" get=|w: &mut Written| &mut w.artist written />
                <Field label="Title" name="title" list="" get=|w: &mut Written| &mut w.title written />
                <Field label="Genre" name="genre" list=GENRES get=|w: &mut Written| &mut w.genre written />
                <Field label="Year" name="year" list="" get=|w: &mut Written| &mut w.year written />
                <Genres />
                <p class="note">
                    "Your changes stay when its source is imported again; an empty field says that nobody knows."
                </p>
                <div class="actions">
                    <button type="submit" class="primary" data-action="save-edit" disabled=busy>"Save"</button>
                </div>
                {failed}
            </form>
            {undone}
        </details>
    }
}

/// Names of the fields that an edit changes.
fn changed(edit: &Edit) -> Vec<&'static str> {
    let fields = [
        ("the artist", edit.artist.is_some()),
        ("the title", edit.title.is_some()),
        ("the genre", edit.genre.is_some()),
        ("the year", edit.year.is_some()),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

#[component]
fn Field(
    label: &'static str,
    name: &'static str,
    /// Id of a list to choose from; empty for none.
    list: &'static str,
    get: fn(&mut Written) -> &mut String,
    written: RwSignal<Written>,
) -> impl IntoView {
    let value = move || written.with(|written| get(&mut written.clone()).clone());
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="text"
                name=name
                list=(!list.is_empty()).then_some(list)
                inputmode=(name == "year").then_some("numeric")
                autocomplete="off"
                prop:value=value
                on:input=move |event| written.update(|written| *get(written) = event_target_value(&event))
            />
        </label>
    }
}

/// The catalogue's genres, to choose from.
#[component]
fn Genres() -> impl IntoView {
    let catalogue = Catalogue::here();
    let options = move || {
        let info = catalogue.info.get().and_then(Result::ok).unwrap_or_default();
        info.genres.into_keys().map(|genre| view! { <option value=genre></option> }).collect_view()
    };
    view! {
        <datalist id=GENRES>
            <Suspense>{options}</Suspense>
        </datalist>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        Written { artist: "Björk".into(), genre: "pop".into(), year: "1997".into(), ..Written::default() }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let before = written();
        assert!(before.edit(&before).unwrap().is_empty());
        let now = Written { title: " Homogenic ".into(), year: String::new(), ..written() };
        let edit = now.edit(&before).unwrap();
        let expected = Edit { title: Some(Some("Homogenic".into())), year: Some(None), ..Edit::default() };
        assert_eq!(edit, expected);
        assert_eq!(changed(&edit), ["the title", "the year"]);
    }

    #[test]
    fn what_cannot_be_is_said_before_it_is_sent() {
        let now = Written { year: "late".into(), ..written() };
        assert!(now.edit(&written()).unwrap_err().to_string().contains("late"));
    }
}
