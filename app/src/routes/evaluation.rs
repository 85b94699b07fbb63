//! `/evaluate/{run}`: what an evaluation found.

use crate::api;
use crate::components::auc_grid::AucGrid;
use crate::components::exports::Exports;
use crate::components::missing::Missing;
use crate::components::page_title::PageTitle;
use crate::components::pair_card::PairCard;
use crate::components::pair_table::PairTable;
use crate::components::rules::Rules;
use crate::components::source_check::{SourceCheck, SourceWarning};
use crate::components::together::Together;
use crate::components::trouble::Waiting;
use crate::method::method;
use crate::text;
use gatefold::operations::ReadEvaluation;
use gatefold::report::{EvaluationReport, Question};
use gatefold::wire::EvaluationRun;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// The run that the address names.
#[component]
pub fn EvaluationPage() -> impl IntoView {
    let params = use_params_map();
    let run = Resource::new(
        move || params.with(|params| params.get("run").unwrap_or_default()),
        |run| api::subject(ReadEvaluation { run }),
    );
    view! {
        <main class="page" id="content">
            <p class="crumb"><A href="/evaluate">"Evaluate"</A></p>
            <Transition fallback=Waiting>
                {move || {
                    run.get()
                        .map(|answer| match answer {
                            Ok(run) => view! { <Found run /> }.into_any(),
                            Err(error) => view! {
                                <Missing
                                    error
                                    what="No such run"
                                    instead="The page Evaluate lists the runs that were kept."
                                    href="/evaluate"
                                    label="To the runs"
                                />
                            }
                            .into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Found(run: EvaluationRun) -> impl IntoView {
    let EvaluationRun { run, at, report } = run;
    let words = method(&report);
    let head = view! { <Head report=report.clone() at /> }.into_any();
    let grid = (report.settings.question == Question::Pairs && report.pairs.len() > 1)
        .then(|| view! { <AucGrid report=report.clone() /> }.into_any());
    let table =
        (!report.pairs.is_empty()).then(|| view! { <PairTable pairs=report.pairs.clone() /> }.into_any());
    let together = report.together.map(|report| view! { <Together run=run.clone() report /> }.into_any());
    let warning = report.source.clone().map(|check| view! { <SourceWarning check /> }.into_any());
    let source = report.source.map(|check| view! { <SourceCheck check /> }.into_any());
    let has_pairs = !report.pairs.is_empty();
    let pairs = has_pairs.then(|| {
        let cards =
            report.pairs.into_iter().map(|pair| view! { <PairCard run=run.clone() pair /> }.into_any());
        view! {
            <section aria-labelledby="pairs-title">
                <h2 id="pairs-title">"Each pair"</h2>
                <div class="pair-cards">{cards.collect_view()}</div>
            </section>
        }
        .into_any()
    });
    view! {
        {head}
        {warning}
        {grid}
        {table}
        {together}
        <section aria-labelledby="method-title" class="method">
            <h2 id="method-title">"Method"</h2>
            <p>{words}</p>
        </section>
        {pairs}
        {view! { <Rules rules=report.rules /> }.into_any()}
        {source}
        {view! { <Exports run=run.clone() pairs=has_pairs /> }.into_any()}
    }
}

/// The figure of the run, and what the same would be without anything to find.
#[component]
fn Head(report: EvaluationReport, at: i64) -> impl IntoView {
    let (what, figure, chance) = headline(&report);
    let mut facts = Vec::new();
    if !report.pairs.is_empty() {
        facts.push(text::counted(report.pairs.len() as u64, "pair", "pairs"));
    }
    facts.extend([format!("features: {}", report.features), text::moment(at), text::seconds(report.seconds)]);
    let seen = (report.seen > 0).then(|| {
        let covers = text::counted(u64::from(report.seen), "cover", "covers");
        view! {
            <p class="note">
                {format!("The features' encoder was trained on {covers} of these: the figures flatter it.")}
            </p>
        }
    });
    view! {
        <PageTitle text=format!("Evaluation, {what} {figure}") />
        <header class="page-head">
            <h1>{what.clone()} " " <span class="mean-auc">{figure.clone()}</span></h1>
            {chance.map(|chance| view! { <p class="chance">"shuffled labels: " <strong>{chance}</strong></p> })}
            <p class="note">{facts.join(" · ")}</p>
            {seen}
        </header>
    }
}

/// What the run is about, its figure, and the same with shuffled labels.
fn headline(report: &EvaluationReport) -> (String, String, Option<String>) {
    match &report.together {
        Some(together) if report.settings.question == Question::Together => (
            "Told right".to_owned(),
            text::percent(together.accuracy),
            Some(text::percent(together.shuffled_accuracy)),
        ),
        _ => (
            "Mean AUC".to_owned(),
            format!("{:.3}", report.mean_auc),
            report.shuffled_auc.map(|auc| format!("{auc:.2}")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::report::{EvaluationSettings, TogetherReport};

    #[test]
    fn the_headline_is_of_what_was_asked() {
        let mut report =
            EvaluationReport { mean_auc: 0.8126, shuffled_auc: Some(0.497), ..Default::default() };
        let (what, figure, chance) = headline(&report);
        assert_eq!((what.as_str(), figure.as_str(), chance.as_deref()), ("Mean AUC", "0.813", Some("0.50")));
        report.settings = EvaluationSettings { question: Question::Together, ..Default::default() };
        report.together =
            Some(TogetherReport { accuracy: 0.54, shuffled_accuracy: 0.1, ..Default::default() });
        let (what, figure, chance) = headline(&report);
        assert_eq!((what.as_str(), figure.as_str(), chance.as_deref()), ("Told right", "54 %", Some("10 %")));
    }
}
