//! A confusion matrix: rows are the truth, columns what the forest says. Each cell leads to its covers.

use crate::scored::Scored;
use crate::text;
use leptos::prelude::*;

/// Counts, each with its share of the row.
#[component]
pub fn Confusion(
    /// The pair.
    scored: Scored,
    /// Id of the element in which a cell's covers are listed.
    panel: String,
) -> impl IntoView {
    let names = [scored.name(false), scored.name(true)];
    let head = names.clone().map(|name| view! { <th scope="col">{name}</th> });
    let rows = [false, true].map(|truth| {
        let name = names[usize::from(truth)].clone();
        let cells = [false, true].map(|said| {
            let panel = panel.clone();
            view! { <Cell scored truth said panel /> }
        });
        view! { <tr><th scope="row">{name}</th>{cells.into_iter().collect_view()}</tr> }
    });
    view! {
        <table class="confusion">
            <caption>"Truth in rows, prediction in columns. A cell lists its covers."</caption>
            <thead><tr><td></td>{head.into_iter().collect_view()}</tr></thead>
            <tbody>{rows.into_iter().collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Cell(scored: Scored, truth: bool, said: bool, panel: String) -> impl IntoView {
    let class = if truth == said { "right" } else { "wrong" };
    let key = format!("{}{}", u8::from(truth), u8::from(said));
    let count = move || scored.counts.with(|counts| counts[usize::from(truth)][usize::from(said)]);
    let share = move || {
        let [not, yes] = scored.counts.with(|counts| counts[usize::from(truth)]);
        if not + yes == 0 { 0.0 } else { f64::from(count()) / f64::from(not + yes) }
    };
    let names = [truth, said].map(|positive| scored.name(positive));
    let label = move || {
        let covers = text::counted(u64::from(count()), "cover", "covers");
        format!("{covers} of {} called {}, {}", names[0], names[1], text::percent(share()))
    };
    let open = move || scored.cell.get() == Some((truth, said));
    let press = move |_| {
        scored.want();
        scored
            .cell
            .update(|cell| *cell = if *cell == Some((truth, said)) { None } else { Some((truth, said)) });
    };
    view! {
        <td class=class style=move || format!("--share:{:.0}%", share() * 100.0)>
            <button
                type="button"
                class="confusion-cell"
                data-cell=key
                aria-label=label
                aria-expanded=move || open().to_string()
                aria-controls=panel
                on:click=press
            >
                <span class="confusion-count">{move || text::count(u64::from(count()))}</span>
                <span class="confusion-rate">{move || text::percent(share())}</span>
            </button>
        </td>
    }
}
