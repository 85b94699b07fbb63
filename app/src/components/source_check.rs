//! Whether the features tell where a cover's file came from.

use crate::text;
use gatefold::report::SourceCheck as Check;
use leptos::prelude::*;

/// The warning, where the check gives one.
#[component]
pub fn SourceWarning(
    /// The check.
    check: Check,
) -> impl IntoView {
    check.warning.map(|warning| {
        view! {
            <div class="trouble" role="note">
                <strong>"Mind the sources"</strong>
                <p>{warning} " " <a href="#source-title">"The figures"</a></p>
            </div>
        }
    })
}

/// The figures.
#[component]
pub fn SourceCheck(
    /// The check.
    check: Check,
) -> impl IntoView {
    let mean = format!("Mean AUC {:.3}; chance is 0.5.", check.mean_auc);
    let none = check.lines.is_empty();
    let rows = check.lines.into_iter().map(|line| {
        view! {
            <tr>
                <td>{line.genre.to_string()}</td>
                <td>{format!("{} against {}", line.a, line.b)}</td>
                <td class="figure">
                    {text::count(u64::from(line.covers.0))} " + " {text::count(u64::from(line.covers.1))}
                </td>
                <td class="figure">{format!("{:.3}", line.auc)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let body = match none {
        true => view! { <p class="note">"No genre has covers enough of two sources to compare."</p> }.into_any(),
        false => view! {
            <p>
                "The same features, asked where a cover's file came from within one genre. What is told here is told "
                "without looking at the music. " {mean}
            </p>
            <div class="scroll">
                <table class="lines">
                    <thead>
                        <tr>
                            <th scope="col">"Genre"</th>
                            <th scope="col">"Sources"</th>
                            <th scope="col" class="figure">"Covers"</th>
                            <th scope="col" class="figure">"AUC"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="source-title">
            <h2 id="source-title">"Source check"</h2>
            {body}
        </section>
    }
}
