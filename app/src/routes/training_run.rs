//! `/training/{run}`: the curves of a run, and what it drew on the way.

use crate::api::{self, Answer};
use crate::components::line_chart::LineChart;
use crate::components::missing::Missing;
use crate::components::page_title::PageTitle;
use crate::components::trouble::Waiting;
use crate::routes::training::{State, refetched};
use crate::text;
use gatefold::operations::ReadTraining;
use gatefold::wire::{Training, TrainingLine, TrainingReport, TrainingState};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use serde_json::Value;
use std::collections::BTreeSet;

/// The run that the address names; it keeps itself up to date while it goes on.
#[component]
pub fn TrainingRunPage() -> impl IntoView {
    let params = use_params_map();
    let run = Resource::new(
        move || params.with(|params| params.get("run").unwrap_or_default()),
        |id| api::subject(ReadTraining { id }),
    );
    refetched(run, |answer: &Answer<Training>| {
        answer.as_ref().is_ok_and(|run| run.line.state == TrainingState::Running)
    });
    // Outlives what is drawn anew: which sheet one looks at; `None` follows the latest.
    let chosen = RwSignal::new(None::<usize>);
    view! {
        <main class="page" id="content">
            <p class="crumb"><A href="/training">"Training"</A></p>
            <Transition fallback=Waiting>
                {move || {
                    run.get()
                        .map(|answer| match answer {
                            Ok(run) => view! { <Found run chosen /> }.into_any(),
                            Err(error) => view! {
                                <Missing
                                    error
                                    what="No such run"
                                    instead="The page Training lists the runs there are."
                                    href="/training"
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
fn Found(run: Training, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let Training { line, settings, metrics, sheets, log } = run;
    let parts: BTreeSet<String> = log.iter().flat_map(|report| report.loss.keys().cloned()).collect();
    let charts = parts.into_iter().map(|part| {
        let points = log.iter().filter_map(|report| Some((report.step as f64, *report.loss.get(&part)?)));
        view! { <LineChart title=part.clone() points=points.collect() /> }
    });
    let charts = charts.collect_view();
    let pace = log.iter().map(|report| (report.step as f64, report.images_per_s)).collect::<Vec<_>>();
    let metrics =
        metrics.map(|metrics| view! { <Facts id="metrics" title="Measured at the end" value=metrics /> });
    view! {
        <PageTitle text=format!("{}, step {}", line.model, line.step) />
        <header class="page-head">
            <h1>{line.model.clone()} " " <State state=line.state /></h1>
            <progress class="run-progress" max=line.steps.to_string() value=line.step.to_string() aria-label="Steps" />
            <p class="note">{standing(&line, log.last())}</p>
            <p class="note path">{line.out.clone()}</p>
        </header>
        <section aria-labelledby="curves-title">
            <h2 id="curves-title">"Curves"</h2>
            <div class="line-charts">{charts} <LineChart title="images per second".to_owned() points=pace /></div>
        </section>
        <Sheets id=line.id.clone() sheets chosen />
        {metrics}
        <Facts id="settings" title="Settings" value=settings />
    }
}

/// Where a run stands, in a sentence.
fn standing(line: &TrainingLine, last: Option<&TrainingReport>) -> String {
    let steps = format!("Step {} of {}", text::count(line.step), text::count(line.steps));
    let images = text::counted(line.images, "cover shown", "covers shown");
    let began = format!("begun {}", text::moment(line.started));
    let mut parts = vec![steps, images];
    if let Some(report) = last
        && line.state == TrainingState::Running
    {
        parts.push(format!("{:.1} images per second", report.images_per_s));
        let batch = report.images as f64 / report.step.max(1) as f64;
        let left = line.steps.saturating_sub(report.step) as f64 * batch / report.images_per_s;
        parts.push(format!("about {} left", text::seconds(left)));
    }
    if line.state == TrainingState::Stopped && line.resumable {
        parts.push("--resume goes on from its last checkpoint".to_owned());
    }
    parts.push(began);
    parts.join(" · ")
}

/// What the run drew, always from the same noise; a slider goes through time.
#[component]
fn Sheets(id: String, sheets: Vec<u64>, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    if sheets.is_empty() {
        return view! { <p class="note">"No contact sheet yet."</p> }.into_any();
    }
    let last = sheets.len() - 1;
    let at = move || chosen.get().unwrap_or(last).min(last);
    let steps = StoredValue::new(sheets);
    let step = move || steps.with_value(|steps| steps[at()]);
    let src = {
        let id = id.clone();
        move || format!("/api/v1/training/{id}/sheets/{}.png", step())
    };
    let slide = move |event| {
        let index = event_target_value(&event).parse().unwrap_or(last);
        // Who looks at the latest goes on looking at the latest.
        chosen.set((index < last).then_some(index));
    };
    view! {
        <section aria-labelledby="sheets-title">
            <h2 id="sheets-title">"What it drew"</h2>
            <figure class="sheet">
                <img src=src alt=move || format!("Contact sheet after step {}", step()) />
                <figcaption>
                    <label for="sheet-step">{move || format!("Step {}", text::count(step()))}</label>
                    <input
                        id="sheet-step"
                        type="range"
                        min="0"
                        max=last.to_string()
                        prop:value=move || at().to_string()
                        on:input=slide
                    />
                </figcaption>
            </figure>
        </section>
    }
    .into_any()
}

/// Settings or measures, each with its name.
#[component]
fn Facts(id: &'static str, title: &'static str, value: Value) -> impl IntoView {
    let mut rows = Vec::new();
    flatten("", &value, &mut rows);
    let rows =
        rows.into_iter().map(|(name, words)| view! { <tr><th scope="row">{name}</th><td>{words}</td></tr> });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <table class="facts"><tbody>{rows}</tbody></table>
        </section>
    }
}

fn flatten(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(&name, value, rows);
            }
        }
        Value::Number(number) if number.is_f64() => {
            let words = number.as_f64().map_or_else(String::new, |x| format!("{}", (x * 1e6).round() / 1e6));
            rows.push((name.to_owned(), words));
        }
        Value::Number(number) => {
            rows.push((name.to_owned(), number.as_u64().map_or_else(|| number.to_string(), text::count)));
        }
        Value::String(words) => rows.push((name.to_owned(), words.clone())),
        Value::Array(values) => {
            let words: Vec<String> = values.iter().map(ToString::to_string).collect();
            rows.push((name.to_owned(), words.join(", ")));
        }
        Value::Bool(_) | Value::Null => rows.push((name.to_owned(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(state: TrainingState) -> TrainingLine {
        TrainingLine {
            id: "0".repeat(16),
            model: "vae".into(),
            out: "runs/vae".into(),
            state,
            step: 400,
            steps: 1_000,
            images: 6_400,
            images_per_s: 32.0,
            started: 0,
            resumable: true,
        }
    }

    #[test]
    fn a_run_that_goes_on_says_how_long_it_takes() {
        let report =
            TrainingReport { step: 400, images: 6_400, images_per_s: 32.0, loss: Default::default() };
        // 600 steps of 16 covers at 32 a second.
        assert!(standing(&line(TrainingState::Running), Some(&report)).contains("about 5 min 0 s left"));
        assert!(standing(&line(TrainingState::Stopped), Some(&report)).contains("--resume"));
        assert!(!standing(&line(TrainingState::Done), Some(&report)).contains("left"));
    }

    #[test]
    fn nested_settings_have_their_path_as_name() {
        let mut rows = Vec::new();
        flatten(
            "",
            &json!({ "batch": 16, "config": { "size": 64, "rate": 0.1, "channels": [48, 96] } }),
            &mut rows,
        );
        let row = |name: &str| rows.iter().find(|row| row.0 == name).map(|row| row.1.clone());
        assert_eq!(row("config.size").as_deref(), Some("64"));
        assert_eq!(row("config.channels").as_deref(), Some("48, 96"));
        assert_eq!(row("config.rate").as_deref(), Some("0.1"));
    }
}
