//! `/evaluate/{run}`: what an evaluation found.

use crate::api;
use crate::components::auc_grid::AucGrid;
use crate::components::pair_card::{PairCard, anchor};
use crate::components::trouble::{Trouble, Waiting};
use crate::error::PageError;
use crate::text;
use gatefold::report::EvaluationReport;
use gatefold::wire::EvaluationRun;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

/// The run that the address names.
#[component]
pub fn EvaluationPage() -> impl IntoView {
    let params = use_params_map();
    let run = Resource::new(
        move || params.with(|params| params.get("run").unwrap_or_default()),
        api::read_evaluation,
    );
    view! {
        <main class="page" id="content">
            <p class="crumb"><A href="/evaluate">"Evaluate"</A></p>
            <Transition fallback=Waiting>
                {move || {
                    run.get()
                        .map(|answer| match answer {
                            Ok(run) => view! { <Found run /> }.into_any(),
                            Err(error) => view! { <Missing error /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
}

#[component]
fn Missing(error: PageError) -> impl IntoView {
    view! {
        <Title text="No such run" />
        <h1>"No such run"</h1>
        <Trouble error />
    }
}

#[component]
fn Found(run: EvaluationRun) -> impl IntoView {
    let report = run.report;
    let pairs = text::counted(report.pairs.len() as u64, "pair", "pairs");
    let cards = report.pairs.iter().cloned().map(|pair| view! { <PairCard pair /> }).collect_view();
    view! {
        <Title text=format!("Evaluation, mean AUC {:.3}", report.mean_auc) />
        <header class="page-head">
            <h1>
                "Mean AUC " <span class="mean-auc">{format!("{:.3}", report.mean_auc)}</span>
            </h1>
            <p class="note">
                {format!("{pairs} · {} · {}", text::moment(run.at), text::seconds(report.seconds))}
            </p>
        </header>
        <AucGrid report=report.clone() />
        <Lines report=report.clone() />
        <section aria-labelledby="method-title" class="method">
            <h2 id="method-title">"Method"</h2>
            <p>{method(&report)}</p>
        </section>
        <section aria-labelledby="pairs-title">
            <h2 id="pairs-title">"Each pair"</h2>
            <div class="pair-cards">{cards}</div>
        </section>
    }
}

#[component]
fn Lines(report: EvaluationReport) -> impl IntoView {
    let mut pairs = report.pairs;
    pairs.sort_by(|a, b| b.auc.total_cmp(&a.auc));
    let rows = pairs.into_iter().map(|pair| {
        let [[tn, fp], [fneg, tp]] = pair.confusion;
        let all = tn + fp + fneg + tp;
        let right = if all == 0 { 0.0 } else { f64::from(tn + tp) / f64::from(all) };
        view! {
            <tr>
                <td><a href=format!("#{}", anchor(&pair))>{format!("{} against {}", pair.a, pair.b)}</a></td>
                <td class="figure">{text::count(u64::from(pair.n_a))} " + " {text::count(u64::from(pair.n_b))}</td>
                <td class="figure">{format!("{:.3} ± {:.3}", pair.auc, pair.auc_sd)}</td>
                <td class="figure">{format!("{:.0} %", right * 100.0)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll">
            <table class="lines">
                <caption class="unseen">"Pairs, the easiest to tell apart first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Pair"</th>
                        <th scope="col" class="figure">"Covers"</th>
                        <th scope="col" class="figure">"AUC ± sd over folds"</th>
                        <th scope="col" class="figure">"Right at 0.5"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The settings as a paragraph that could stand in a paper.
fn method(report: &EvaluationReport) -> String {
    let settings = &report.settings;
    let genres: Vec<String> = settings.genres.iter().map(ToString::to_string).collect();
    let limit = match settings.per_genre {
        Some(n) => {
            format!("at most {} covers of each, drawn with seed {}", text::count(n.into()), report.seed)
        }
        None => "all their covers".to_owned(),
    };
    let shuffled = match settings.shuffle {
        true => " The genres were shuffled beforehand, so that any figure far from 0.5 would be a leak.",
        false => "",
    };
    format!(
        "Every pair of {} was told apart, with {limit}. Features: {}, reduced to {} principal components that \
         were fitted on the training side of each of {} stratified folds only. Classifier: a random forest of {} \
         trees, seed {}. The same cover, near-duplicates of it and other albums by its artist always stood on the \
         same side of a fold. AUC is the mean over folds with its standard deviation; curves pool the out-of-fold \
         scores; matrices count predictions at 0.5. The second genre of a pair is the positive class.{shuffled}",
        text::listed(&genres),
        report.features,
        settings.components,
        report.folds,
        settings.trees,
        report.seed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::album::Genre;
    use gatefold::report::EvaluationSettings;

    #[test]
    fn the_method_names_every_setting() {
        let genres = ["rock", "pop"].iter().filter_map(|name| Genre::new(name)).collect();
        let settings =
            EvaluationSettings { genres, per_genre: Some(600), seed: 7, ..EvaluationSettings::default() };
        let report = EvaluationReport {
            features: "pixels".into(),
            folds: 10,
            seed: 7,
            settings,
            ..Default::default()
        };
        let words = method(&report);
        for part in ["rock and pop", "600", "pixels", "64", "10 stratified", "200", "seed 7"] {
            assert!(words.contains(part), "{part} is missing in: {words}");
        }
        assert!(!words.contains("shuffled"));
    }
}
