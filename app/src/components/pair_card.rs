//! Two genres told apart: curve, figure, matrix.

use super::confusion::Confusion;
use super::genre_tag::GenreTag;
use super::roc::Roc;
use crate::text;
use gatefold::report::PairReport;
use leptos::prelude::*;

/// Anchor of a pair's card.
pub fn anchor(pair: &PairReport) -> String {
    let name = format!("{}-{}", pair.a, pair.b);
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// Everything about one pair.
#[component]
pub fn PairCard(
    /// The pair.
    pair: PairReport,
) -> impl IntoView {
    let id = anchor(&pair);
    let title = format!("{} against {}", pair.a, pair.b);
    let n = format!(
        "{} of {}, {} of {}",
        text::counted(u64::from(pair.n_a), "cover", "covers"),
        pair.a,
        text::count(u64::from(pair.n_b)),
        pair.b
    );
    view! {
        <article class="pair-card" id=id aria-label=title>
            <header>
                <h3><GenreTag name=pair.a.to_string() /> " against " <GenreTag name=pair.b.to_string() /></h3>
                <p class="auc">
                    <span class="auc-figure">{format!("{:.3}", pair.auc)}</span>
                    <span class="auc-spread">{format!("± {:.3}", pair.auc_sd)}</span>
                </p>
            </header>
            <Roc pair=pair.clone() />
            <Confusion pair />
            <p class="note">{n}</p>
        </article>
    }
}
