//! A curve over steps, drawn by hand: axes with round numbers, the line, its last value.

use crate::text;
use leptos::prelude::*;

/// The plot inside the picture, units of the view box.
const LEFT: f64 = 46.0;
const TOP: f64 = 8.0;
const WIDTH: f64 = 266.0;
const HEIGHT: f64 = 132.0;
/// About so many lines across the plot.
const TICKS: f64 = 4.0;
/// Share of the points on each side that may leave the picture, so that a spike does not flatten the rest.
const OUTLIERS: f64 = 0.01;

/// One quantity over the steps of a run.
#[component]
pub fn LineChart(
    /// What is drawn.
    title: String,
    /// Unit behind the last value, with its space, or nothing.
    #[prop(optional)]
    unit: &'static str,
    /// `(step, value)`, ascending; values that are not numbers are left out.
    points: Vec<(f64, f64)>,
) -> impl IntoView {
    let points: Vec<(f64, f64)> = points.into_iter().filter(|(_, value)| value.is_finite()).collect();
    let Some(&(last_step, last)) = points.last() else {
        return view! { <figure class="line-chart"><figcaption>{title}</figcaption><p class="note">"Nothing yet"</p></figure> }
            .into_any();
    };
    let frame = Frame::around(&points);
    let label = format!(
        "{title} over {} steps; last {}{unit}",
        text::count(last_step as u64),
        number(last, last / 100.0)
    );
    let across = ticks(frame.steps, TICKS).into_iter().map(|(at, words)| {
        let x = frame.x(at);
        view! {
            <line class="roc-grid" x1=x x2=x y1=TOP y2=TOP + HEIGHT />
            <text class="chart-tick" x=x y=TOP + HEIGHT + 14.0 text-anchor="middle">{words}</text>
        }
    });
    let down = ticks(frame.values, TICKS).into_iter().map(|(at, words)| {
        let y = frame.y(at);
        view! {
            <line class="roc-grid" x1=LEFT x2=LEFT + WIDTH y1=y y2=y />
            <text class="chart-tick" x=LEFT - 6.0 y=y + 4.0 text-anchor="end">{words}</text>
        }
    });
    view! {
        <figure class="line-chart">
            <figcaption>
                <span>{title}</span>
                <span class="chart-last">{format!("{}{unit}", number(last, last / 100.0))}</span>
            </figcaption>
            <svg viewBox="0 0 320 160" role="img" aria-label=label>
                {across.collect_view()}
                {down.collect_view()}
                <path class="chart-line" d=frame.path(&points) />
                <circle class="chart-end" cx=frame.x(last_step) cy=frame.y(last) r="3" />
            </svg>
        </figure>
    }
    .into_any()
}

/// What part of the plane is shown.
struct Frame {
    steps: (f64, f64),
    values: (f64, f64),
}

impl Frame {
    fn around(points: &[(f64, f64)]) -> Self {
        let mut values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        let out = (values.len() as f64 * OUTLIERS) as usize;
        let (low, high) = (values[out], values[values.len() - 1 - out]);
        // A flat line stands in the middle.
        let room = ((high - low) * 0.06).max(high.abs() * 1e-3).max(1e-9);
        let last = points.last().map_or(1.0, |(step, _)| *step);
        Self { steps: (0.0, last.max(1.0)), values: (low - room, high + room) }
    }

    fn x(&self, step: f64) -> f64 {
        LEFT + WIDTH * (step - self.steps.0) / (self.steps.1 - self.steps.0)
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.values.0) / (self.values.1 - self.values.0);
        TOP + HEIGHT * (1.0 - share.clamp(0.0, 1.0))
    }

    fn path(&self, points: &[(f64, f64)]) -> String {
        let mut out = String::with_capacity(points.len() * 12);
        for (i, (step, value)) in points.iter().enumerate() {
            out.push(if i == 0 { 'M' } else { 'L' });
            out.push_str(&format!("{:.1},{:.1}", self.x(*step), self.y(*value)));
        }
        out
    }
}

/// Round numbers within a range, about `wanted` of them, with their words.
fn ticks((low, high): (f64, f64), wanted: f64) -> Vec<(f64, String)> {
    let rough = (high - low) / wanted;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|i| (i as f64 * step, number(i as f64 * step, step))).collect()
}

/// A number with as many decimals as tell it from one that is `step` away.
fn number(value: f64, step: f64) -> String {
    let decimals = (-step.abs().max(1e-9).log10()).ceil().clamp(0.0, 6.0) as usize;
    if decimals == 0 && value.abs() >= 1_000.0 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", text::count(value.abs().round() as u64));
    }
    let words = format!("{value:.decimals$}");
    match words.strip_prefix('-') {
        Some(digits) if digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) => format!("−{digits}"),
        Some(digits) => digits.to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: (f64, f64)) -> Vec<String> {
        ticks(range, TICKS).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(words((0.0, 1000.0)), ["0", "500", "1\u{202f}000"]);
        assert_eq!(words((0.0, 900.0)), ["0", "500"]);
        assert_eq!(words((-0.31, 0.29)), ["−0.2", "0.0", "0.2"]);
        assert_eq!(words((19.7, 23.1)), ["20", "21", "22", "23"]);
    }

    #[test]
    fn one_spike_does_not_flatten_the_curve() {
        let mut points: Vec<(f64, f64)> = (0..200).map(|i| (f64::from(i), f64::from(i % 10))).collect();
        points[50].1 = 1e6;
        let frame = Frame::around(&points);
        assert!(frame.values.1 < 10.0);
        assert_eq!(frame.y(1e6), TOP);
    }

    #[test]
    fn a_flat_line_has_a_frame() {
        let frame = Frame::around(&[(1.0, 2.0), (2.0, 2.0)]);
        assert!((frame.y(2.0) - (TOP + HEIGHT / 2.0)).abs() < 1e-6);
    }
}
