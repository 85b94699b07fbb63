//! The parts of the filter, each a group of fields.

use crate::explore::Explore;
use crate::filter::{Bars, DISTANCES, Facet, Facets, Found, NO_GENRE, Near, USUAL_DISTANCE, colour_of};
use crate::filtering::Filtering;
use crate::palette::genre_css;
use crate::text;
use leptos::prelude::*;

/// What something says of the facets once they are known; the default before.
fn of_facets<T>(filtering: Filtering, say: impl Fn(&Facets) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Default + Send + Sync + 'static,
{
    Memo::new(move |_| filtering.facets.with(|facets| facets.as_ref().map(|f| say(f)).unwrap_or_default()))
}

/// What something says of what passes, likewise.
fn of_found<T>(filtering: Filtering, say: impl Fn(&Found) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Default + Send + Sync + 'static,
{
    Memo::new(move |_| filtering.found.with(|found| found.as_ref().map(|f| say(f)).unwrap_or_default()))
}

/// Words of title and artist.
#[component]
pub fn WordsFacet(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let filter = Explore::here().filter;
    let named = of_facets(filtering, |facets| facets.data.is_named());
    let typed = move |event| filter.update(|filter| filter.words = event_target_value(&event));
    view! {
        <label class="field">
            <span class="field-label">"Words in title or artist"</span>
            <input
                type="text"
                name="filter-words"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || filter.with(|filter| filter.words.clone())
                on:input=typed
            />
            <Show when=move || !named.get()>
                <span class="field-hint">"Names are on their way; words count once they are here."</span>
            </Show>
        </label>
    }
}

/// A box for each genre, the largest first.
#[component]
pub fn GenreFacet(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let genres = of_facets(filtering, |facets| {
        let manifest = &facets.data.manifest;
        let counts = manifest.genre_counts.iter().copied().chain(std::iter::repeat(0));
        let mut genres: Vec<(usize, String, u32)> =
            manifest.genres.iter().cloned().zip(counts).enumerate().map(|(i, (g, n))| (i, g, n)).collect();
        genres.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(&b.1)));
        let mut listed: Vec<(usize, String)> = genres.into_iter().map(|(i, name, _)| (i, name)).collect();
        listed.push((manifest.genres.len(), NO_GENRE.to_owned()));
        listed
    });
    let counts = of_found(filtering, Found::genres);
    let rows = move || {
        let row = |(number, name)| view! { <GenreRow number name counts /> };
        genres.get().into_iter().map(row).collect_view()
    };
    view! {
        <fieldset>
            <legend>"Genre"</legend>
            <div class="filter-genres">{rows}</div>
        </fieldset>
    }
}

#[component]
fn GenreRow(number: usize, name: String, counts: Memo<Vec<u32>>) -> impl IntoView {
    let filter = Explore::here().filter;
    let count = Memo::new(move |_| counts.with(|counts| counts.get(number).copied().unwrap_or(0)));
    let without = name == NO_GENRE;
    let shown = if without { "without a genre".to_owned() } else { name.clone() };
    let dot = format!("--dot:{}", genre_css(if without { "" } else { &name }));
    let (value, asked) = (name.clone(), name.clone());
    let checked = move || filter.with(|filter| filter.genres.contains(&asked));
    view! {
        <label class="filter-row" class:is-none=move || count.get() == 0>
            <input
                type="checkbox"
                name="filter-genre"
                value=value
                prop:checked=checked
                on:change=move |_| filter.update(|filter| filter.toggle_genre(&name))
            />
            <span class="dot" style=dot aria-hidden="true"></span>
            <span class="legend-name">{shown}</span>
            <span class="legend-count">{move || text::count(u64::from(count.get()))}</span>
        </label>
    }
}

/// First and last year, with a picture of how many albums there are of each.
#[component]
pub fn YearFacet(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let filter = Explore::here().filter;
    let span = of_facets(filtering, Facets::span);
    let bars = Memo::new(move |_| {
        let span = span.get();
        filtering
            .found
            .with(|found| found.as_ref().zip(span).map(|(found, span)| found.bars(span)))
            .unwrap_or_default()
    });
    let undated = of_found(filtering, Found::undated);
    let stretch = move || {
        let years = filter.with(|filter| filter.years);
        years.map(|(from, to)| bars.with(|bars| bars.stretch(from, to)))
    };
    let least = move || span.get().map(|span| span.0.to_string());
    let most = move || span.get().map(|span| span.1.to_string());
    let year = |year: Option<i16>| year.map_or(String::new(), |year| year.to_string());
    let set_from = move |event| {
        let from = event_target_value(&event).trim().parse().ok();
        filter.update(|filter| filter.set_years(from, filter.to()));
    };
    let set_to = move |event| {
        let to = event_target_value(&event).trim().parse().ok();
        filter.update(|filter| filter.set_years(filter.from(), to));
    };
    view! {
        <fieldset>
            <legend>"Year"</legend>
            <svg
                class="filter-bars"
                viewBox=move || format!("0 0 {} 1", bars.with(|bars| bars.counts.len().max(1)))
                preserveAspectRatio="none"
                role="img"
                aria-label=move || bars.with(described)
            >
                <path class="filter-stretch" d=stretch />
                <path d=move || bars.with(Bars::path) />
            </svg>
            <div class="filter-years">
                <label>
                    <span>"from"</span>
                    <input
                        type="number"
                        name="filter-from"
                        inputmode="numeric"
                        min=least
                        max=most
                        placeholder=least
                        prop:value=move || filter.with(|filter| year(filter.from()))
                        on:change=set_from
                    />
                </label>
                <label>
                    <span>"to"</span>
                    <input
                        type="number"
                        name="filter-to"
                        inputmode="numeric"
                        min=least
                        max=most
                        placeholder=most
                        prop:value=move || filter.with(|filter| year(filter.to()))
                        on:change=set_to
                    />
                </label>
            </div>
            <label class="filter-row">
                <input
                    type="checkbox"
                    name="filter-undated"
                    prop:checked=move || filter.with(|filter| filter.undated)
                    on:change=move |event| {
                        let undated = event_target_checked(&event);
                        filter.update(|filter| filter.undated = undated);
                    }
                />
                <span class="legend-name">"without a year"</span>
                <span class="legend-count">{move || text::count(undated.get())}</span>
            </label>
        </fieldset>
    }
}

/// The picture of bars in a sentence.
fn described(bars: &Bars) -> String {
    let most = (0..).zip(&bars.counts).max_by_key(|(i, count)| (**count, std::cmp::Reverse(*i)));
    let Some((i, count)) = most.filter(|(_, count)| **count > 0) else {
        return "No album of a known year".to_owned();
    };
    let first = i32::from(bars.from) + i * i32::from(bars.step);
    let albums = text::counted(u64::from(*count), "album", "albums");
    match bars.step {
        1 => format!("Most are of {first}: {albums}"),
        step => format!("Most are of {first} to {}: {albums}", first + i32::from(step) - 1),
    }
}

/// How often an album was played at least; nothing where nobody knows plays.
#[component]
pub fn PlaysFacet(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let filter = Explore::here().filter;
    let known = of_facets(filtering, Facets::knows_plays);
    let share = Memo::new(move |_| {
        let plays = filter.with(|filter| filter.plays)?;
        filtering.facets.with(|facets| Some(facets.as_ref()?.share_below(plays)))
    });
    let slid = move |event| {
        let share: f32 = event_target_value(&event).parse().unwrap_or(0.0) / 100.0;
        let least = filtering.facets.with_untracked(|facets| facets.as_ref()?.plays_at(share));
        filter.update(|filter| filter.plays = least.filter(|_| share > 0.0));
    };
    let left = of_found(filtering, |found| found.left_by_others(Facet::Plays).count() as u64);
    let words = move || match filter.with(|filter| filter.plays) {
        Some(plays) => format!("at least {}", text::counted(plays.ceil() as u64, "play", "plays")),
        None => format!("any number, {}", text::counted(left.get(), "album", "albums")),
    };
    view! {
        <Show when=move || known.get()>
            <fieldset>
                <legend>"Plays"</legend>
                <label class="filter-slider">
                    <span>{words}</span>
                    <input
                        type="range"
                        name="filter-plays"
                        min="0"
                        max="100"
                        step="1"
                        aria-label="Played at least"
                        aria-valuetext=words
                        prop:value=move || format!("{:.0}", 100.0 * share.get().unwrap_or(0.0))
                        on:input=slid
                    />
                </label>
            </fieldset>
        </Show>
    }
}

/// A colour, and how near to it a cover's main colour must be.
#[component]
pub fn ColourFacet(
    /// What passes.
    filtering: Filtering,
) -> impl IntoView {
    let filter = Explore::here().filter;
    let near = Memo::new(move |_| filter.with(|filter| filter.near));
    let common = of_facets(filtering, Facets::common_colours);
    let pick = move |colour: u32| {
        filter.update(|filter| {
            let within = filter.near.map_or(USUAL_DISTANCE, |near| near.within);
            filter.near = Some(Near { colour, within });
        });
    };
    let picked = move |event| {
        if let Some(colour) = colour_of(&event_target_value(&event)) {
            pick(colour);
        }
    };
    let slid = move |event| {
        let within: f32 = event_target_value(&event).parse().unwrap_or(USUAL_DISTANCE);
        let within = within.clamp(DISTANCES.0, DISTANCES.1);
        filter.update(|filter| {
            if let Some(near) = &mut filter.near {
                near.within = within;
            }
        });
    };
    let swatch = move |colour: u32| {
        let css = format!("#{colour:06x}");
        let is_it = Memo::new(move |_| near.get().is_some_and(|near| near.colour == colour));
        view! {
            <button
                type="button"
                class="filter-swatch"
                style=format!("background:{css}")
                aria-label=format!("Near {css}")
                aria-pressed=move || is_it.get().to_string()
                on:click=move |_| pick(colour)
            ></button>
        }
    };
    let within = move || near.get().map_or(USUAL_DISTANCE, |near| near.within);
    view! {
        <fieldset>
            <legend>"Main colour of the cover"</legend>
            <div class="filter-colours">
                <input
                    type="color"
                    name="filter-colour"
                    aria-label="Near this colour"
                    prop:value=move || near.get().map_or_else(|| "#808080".to_owned(), |near| near.css())
                    on:input=picked
                />
                {move || common.get().into_iter().map(swatch).collect_view()}
                <button
                    type="button"
                    class="quiet"
                    disabled=move || near.get().is_none()
                    on:click=move |_| filter.update(|filter| filter.near = None)
                >
                    "Any"
                </button>
            </div>
            <label class="filter-slider">
                <span>
                    {move || match near.get() {
                        Some(near) => format!("{}, and what is up to {:.2} from it", near.css(), near.within),
                        None => "any colour".to_owned(),
                    }}
                </span>
                <input
                    type="range"
                    name="filter-within"
                    min=DISTANCES.0
                    max=DISTANCES.1
                    step="0.01"
                    aria-label="How far from the colour"
                    disabled=move || near.get().is_none()
                    prop:value=move || within().to_string()
                    on:input=slid
                />
            </label>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_described_by_the_highest() {
        let bars = Bars { from: 1950, step: 5, counts: vec![1, 7, 7, 0] };
        assert_eq!(described(&bars), "Most are of 1955 to 1959: 7 albums");
        let bars = Bars { from: 1977, step: 1, counts: vec![1] };
        assert_eq!(described(&bars), "Most are of 1977: 1 album");
        assert_eq!(described(&Bars::default()), "No album of a known year");
    }
}
