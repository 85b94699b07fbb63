//! How much of the disk a catalogue takes, part by part.

use crate::text;
use gatefold::report::DiskUse;
use leptos::prelude::*;

/// What a part is called, and what it is.
fn described(part: &str) -> (&'static str, &'static str) {
    match part {
        "covers" => ("Covers", "as they were imported"),
        "derived" => ("Derived", "thumbnails, colours and what else is made of each cover"),
        "facts" => ("Facts", "what is known of albums"),
        "free" => ("Free", "room in the catalogue's file that later imports use"),
        "builds" => ("Map", "the present build and the one before"),
        "generated" => ("Generated", "covers that were made here"),
        "training" => ("Training", "runs of training, wherever their folders are"),
        _ => ("Other", ""),
    }
}

/// A line for each part, with a bar for its share.
#[component]
pub fn DiskUseTable(
    /// What was measured.
    disk: DiskUse,
) -> impl IntoView {
    let total = disk.total;
    let rows = disk.parts.into_iter().map(|part| {
        let (name, about) = described(&part.part);
        let share = 100.0 * part.bytes as f64 / total.max(1) as f64;
        view! {
            <div data-part=part.part>
                <dt>{name} <span class="note">{about}</span></dt>
                <dd class="share" style=format!("--share:{share:.1}%")>{text::bytes(part.bytes)}</dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby="disk-title">
            <h2 id="disk-title">"On disk"</h2>
            <p class="figure" data-role="disk-total">{text::bytes(total)}</p>
            <dl class="disk">{rows}</dl>
        </section>
    }
}
