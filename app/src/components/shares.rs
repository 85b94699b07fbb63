//! The selection's genres beside those of the whole catalogue.

use crate::explore::Explore;
use crate::genre_shares::{self, Share};
use crate::palette::genre_css;
use crate::text;
use leptos::prelude::*;

/// A row per genre: a bar for its share of the selection, a mark where its share of the catalogue is.
#[component]
pub fn Shares() -> impl IntoView {
    let explore = Explore::here();
    let shares = Memo::new(move |_| {
        let selected = explore.selected.get();
        explore.data.with(|data| data.as_ref().map(|data| genre_shares::shares(data, &selected)))
    });
    let rows = move || shares.get().map(|shares| shares.into_iter().map(row).collect_view());
    view! {
        <section class="shares" aria-label="Genres of the selection">
            <table>
                <caption>"Genres of the selection; the mark is their share of the whole catalogue."</caption>
                <thead>
                    <tr>
                        <th scope="col">"Genre"</th>
                        <td></td>
                        <th scope="col" class="figure">"Selection"</th>
                        <th scope="col" class="figure">"Catalogue"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

fn row(share: Share) -> impl IntoView {
    let colour = if share.name == genre_shares::UNTAGGED { genre_css("") } else { genre_css(&share.name) };
    let bar = format!(
        "--dot:{colour};--share:{:.1}%;--whole:{:.1}%",
        100.0 * share.of_selection,
        100.0 * share.of_catalogue
    );
    let figure = |part: f64, n: u32| format!("{} ({})", text::percent(part), text::count(n.into()));
    view! {
        <tr>
            <th scope="row">{share.name}</th>
            <td class="shares-bar" aria-hidden="true"><span style=bar></span></td>
            <td class="figure">{figure(share.of_selection, share.chosen)}</td>
            <td class="figure">{figure(share.of_catalogue, share.all)}</td>
        </tr>
    }
}
