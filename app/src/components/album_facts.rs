//! What the catalogue knows of an album, as a list of facts.

use super::genre_tag::GenreTag;
use crate::text;
use gatefold::album::{Album, AudioFeatures};
use leptos::prelude::*;

/// Facts that are known; those that are not are left out.
#[component]
pub fn AlbumFacts(
    /// The album.
    album: Album,
) -> impl IntoView {
    let genre = album.genre.clone().map(|genre| {
        view! { <div><dt>"Genre"</dt><dd><GenreTag name=genre.to_string() /></dd></div> }
    });
    let others: Vec<String> = album
        .genres
        .iter()
        .filter(|other| Some(*other) != album.genre.as_ref())
        .map(ToString::to_string)
        .collect();
    let rows = [
        ("Year", album.year.map(|year| year.to_string())),
        ("Track", album.track.filter(|_| album.title.is_some())),
        ("Also", (!others.is_empty()).then(|| others.join(", "))),
        ("Plays", album.plays.map(text::count)),
        ("Listeners", album.listeners.map(text::count)),
        ("Popularity", album.popularity.map(|p| format!("{p:.0} of 100"))),
        ("Collection", album.collection),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(name, value)| Some(view! { <div><dt>{name}</dt><dd>{value?}</dd></div> }));
    let rows = rows.collect_view();
    let audio = album.audio.map(|audio| view! { <Sound audio /> });
    view! {
        <dl class="facts">{genre} {rows}</dl>
        {audio}
        <p class="album-id">"Id " <code>{album.id.to_string()}</code></p>
    }
}

#[component]
fn Sound(audio: AudioFeatures) -> impl IntoView {
    let shares = [
        ("Danceable", audio.danceability),
        ("Energy", audio.energy),
        ("Acoustic", audio.acousticness),
        ("Instrumental", audio.instrumentalness),
        ("Speech", audio.speechiness),
        ("Live", audio.liveness),
        ("Cheerful", audio.valence),
    ];
    let bars = shares.into_iter().filter_map(|(name, value)| {
        let percent = (value?.clamp(0.0, 1.0) * 100.0).round();
        Some(view! {
            <div>
                <dt>{name}</dt>
                <dd class="share" style=format!("--share:{percent}%")>{format!("{percent} %")}</dd>
            </div>
        })
    });
    let bars = bars.collect_view();
    let tempo =
        audio.tempo.map(|tempo| view! { <div><dt>"Tempo"</dt><dd>{format!("{tempo:.0} BPM")}</dd></div> });
    let loudness =
        audio.loudness.map(|db| view! { <div><dt>"Loudness"</dt><dd>{format!("{db:.1} dB")}</dd></div> });
    let whose = if audio.of_artist { "Sound, mean of the artist" } else { "Sound" };
    view! {
        <h2 class="small-title">{whose}</h2>
        <dl class="facts">{bars} {tempo} {loudness}</dl>
    }
}
