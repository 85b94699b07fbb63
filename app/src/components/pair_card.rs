//! Two genres told apart: curve, threshold, matrix, covers, calibration.

use super::calibration::Calibration;
use super::cell_covers::CellCovers;
use super::confusion::Confusion;
use super::genre_tag::GenreTag;
use super::importance::ImportanceBars;
use super::roc::Roc;
use super::threshold::Threshold;
use crate::scored::Scored;
use crate::text;
use gatefold::report::PairReport;
use leptos::prelude::*;

/// Anchor of a pair's card: no other's, whatever letters its genres are of.
pub fn anchor(pair: &PairReport) -> String {
    let plain = |name: &str| text::segment(name).replace('%', "_");
    format!("pair-{}:{}", plain(pair.a.as_str()), plain(pair.b.as_str()))
}

/// Address of what a run kept of a pair.
fn address(run: &str, pair: &PairReport) -> String {
    let (a, b) = (text::segment(pair.a.as_str()), text::segment(pair.b.as_str()));
    format!("/api/v1/evaluations/{run}/pairs/{a}/{b}")
}

/// Everything about one pair.
#[component]
pub fn PairCard(
    /// The run that told it apart.
    run: String,
    /// The pair.
    pair: PairReport,
) -> impl IntoView {
    let id = anchor(&pair);
    let panel = format!("{id}-covers");
    let scored = Scored::new(run.clone(), &pair);
    let title = text::pair(&pair);
    let n = format!(
        "{} of {}, {} of {}",
        text::counted(u64::from(pair.n_a), "cover", "covers"),
        scored.name(false),
        text::count(u64::from(pair.n_b)),
        pair.b
    );
    let names = match text::is_rest(&pair) {
        true => view! { <GenreTag name=pair.b.to_string() /> " against the rest" }.into_any(),
        false => {
            view! { <GenreTag name=pair.a.to_string() /> " against " <GenreTag name=pair.b.to_string() /> }
                .into_any()
        }
    };
    let spread = match pair.auc_interval {
        Some(interval) => text::interval(interval),
        None => format!("± {:.3}", pair.auc_sd),
    };
    let address = address(&run, &pair);
    view! {
        <article class="pair-card" id=id aria-label=title>
            <header>
                <h3>{names}</h3>
                <p class="auc">
                    <span class="auc-figure">{format!("{:.3}", pair.auc)}</span>
                    <span class="auc-spread">{spread}</span>
                </p>
            </header>
            {view! { <Roc pair=pair.clone() scored /> }.into_any()}
            {view! { <Threshold scored /> }.into_any()}
            {view! { <Confusion scored panel=panel.clone() /> }.into_any()}
            {view! { <CellCovers scored id=panel /> }.into_any()}
            <p class="note">
                {n} " · " <a href=format!("{address}/roc.svg") download>"curve as SVG"</a> " · "
                <a href=address.clone() download>"scores as JSON"</a>
            </p>
            {view! { <ImportanceBars importance=pair.importance /> }.into_any()}
            {view! { <Calibration bins=pair.calibration positive=pair.b.to_string() /> }.into_any()}
        </article>
    }
}
