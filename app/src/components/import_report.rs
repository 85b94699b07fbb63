//! What an import did.

use crate::text;
use gatefold::report::{ImportReport, Skipped};
use leptos::prelude::*;
use leptos_router::components::A;

/// Reasons listed at most; the rest is counted.
const LISTED: usize = 200;

/// Counts, and why records were left out.
#[component]
pub fn ImportOutcome(
    /// The report.
    report: ImportReport,
) -> impl IntoView {
    let skipped = report.skipped.len() as u64;
    let counts = [
        ("imported", report.imported),
        ("unchanged", report.unchanged),
        ("duplicates", report.duplicates),
        ("left out", skipped),
    ];
    let counts = counts
        .map(|(name, n)| view! { <div><dt>{name}</dt><dd>{text::count(n)}</dd></div> })
        .into_iter()
        .collect_view();
    let summary = format!(
        "Done in {}: the catalogue holds {}.",
        text::seconds(report.seconds),
        text::counted(report.albums, "album", "albums")
    );
    let mut notes = report.notes;
    if !report.unused_columns.is_empty() {
        notes.push(format!("Columns that were not used: {}.", report.unused_columns.join(", ")));
    }
    let notes = notes.into_iter().map(|note| view! { <p class="note">{note}</p> }).collect_view();
    let reasons = (skipped > 0).then(|| view! { <Reasons skipped=report.skipped /> });
    view! {
        <div class="import-report" role="status">
            <p>{summary} " " <A href="/">"Show them on the map"</A></p>
            <dl class="figures">{counts}</dl>
            {notes}
        </div>
        {reasons}
    }
}

#[component]
fn Reasons(skipped: Vec<Skipped>) -> impl IntoView {
    let more = skipped.len().saturating_sub(LISTED) as u64;
    let rows = skipped.into_iter().take(LISTED).map(|skipped| {
        view! { <tr><td><code>{skipped.source}</code></td><td>{skipped.reason}</td></tr> }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <thead><tr><th scope="col">"Left out"</th><th scope="col">"Why"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="note">{format!("And {} more.", text::count(more))}</p> })}
    }
}
