//! How much a cover looks written on. A row through letters goes up and down in quick, equally strong steps, and the
//! rows between lines of text do not. What this finds is strokes: a fence or a crowd has some too.

use super::super::planes::Plane;
use super::numbered;

/// Change of luma over two pixels that can be a letter's side.
const SIDE_OF_LETTER: f32 = 0.16;
/// Most pixels between two sides: letters up to an eighth of the cover high.
const GAP: usize = 10;
/// Sides that make a run: three letters or so.
const SIDES: usize = 6;
/// Sides of one run are as strong as each other, to this factor.
const UNEVEN: f32 = 2.5;
/// Bands in which strokes are counted, from the top.
const BANDS: usize = 8;
/// A row with strokes over this share is a row of writing.
const WRITTEN: f32 = 0.15;

pub(super) const DIMS: usize = BANDS + 9;

pub(super) fn names() -> Vec<String> {
    let mut names: Vec<String> = numbered("strokes in band", BANDS).collect();
    names.extend(
        [
            "strokes in all rows",
            "strokes in the fullest rows",
            "rows of writing",
            "lines of writing",
            "strokes come and go",
            "strokes in the columns",
            "strokes in rows beyond columns",
            "strength of strokes",
            "light strokes",
        ]
        .map(str::to_owned),
    );
    names
}

/// What the rows, or columns, of a cover have of strokes.
pub(in crate::features) struct Strokes {
    /// Share of each row that lies in runs of strokes.
    rows: Vec<f32>,
    /// Mean change of luma at a stroke's side.
    strength: f32,
    /// Share of runs' pixels that are lighter than the run's middle value.
    light: f32,
}

/// Shares of area, except for the number of lines.
pub(super) fn features(full: &Plane, out: &mut Vec<f32>) {
    let (across, down) = (strokes(full), strokes(&full.transpose()));
    let rows = &across.rows;
    out.extend(rows.chunks_exact(rows.len() / BANDS).map(mean));
    let (in_rows, in_columns) = (mean(rows), mean(&down.rows));
    out.extend([
        in_rows,
        fullest(rows),
        rows.iter().filter(|&&share| share > WRITTEN).count() as f32 / rows.len() as f32,
        lines(rows) as f32,
        come_and_go(rows),
        in_columns,
        in_rows - in_columns,
        across.strength,
        across.light,
    ]);
}

/// Share of the cover that looks written on, 0–1: strokes in rows, as far as they come and go from row to row as
/// lines of text do.
pub(in crate::features) fn text_share(strokes: &Strokes) -> f32 {
    let rows = &strokes.rows;
    let written = rows.iter().filter(|&&share| share > WRITTEN).count() as f32 / rows.len() as f32;
    // Texture fills everything; writing leaves rows free.
    written.min(1.0 - written) + fullest(rows) * (1.0 - written) * 0.5
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// The highest mean of six rows one below another.
fn fullest(rows: &[f32]) -> f32 {
    rows.windows(6).map(mean).fold(0.0, f32::max)
}

/// How often rows of writing begin.
fn lines(rows: &[f32]) -> usize {
    let written = |i: usize| rows[i] > WRITTEN;
    (0..rows.len()).filter(|&i| written(i) && (i == 0 || !written(i - 1))).count()
}

/// Mean change of the share of strokes over four rows.
fn come_and_go(rows: &[f32]) -> f32 {
    let changes = rows.windows(5).map(|w| (w[4] - w[0]).abs());
    changes.sum::<f32>() / rows.len() as f32
}

/// A place in a row where luma rises or falls.
struct Step {
    at: usize,
    rise: f32,
}

/// Strokes of all rows.
pub(in crate::features) fn strokes(plane: &Plane) -> Strokes {
    let (mut strength, mut sides, mut light, mut covered) = (0.0, 0_usize, 0_usize, 0_usize);
    let mut steps = Vec::new();
    let rows = (0..plane.side)
        .map(|y| {
            let row = plane.row(y);
            steps_of(row, &mut steps);
            let mut in_runs = 0;
            for run in runs(&steps) {
                let (first, last) = (run[0].at, run[run.len() - 1].at);
                let part = &row[first..=last];
                let (low, high) = part.iter().fold((1.0_f32, 0.0_f32), |(l, h), &v| (l.min(v), h.max(v)));
                let middle = 0.5 * (low + high);
                in_runs += part.len();
                light += part.iter().filter(|&&v| v > middle).count();
                strength += run.iter().map(|step| step.rise.abs()).sum::<f32>();
                sides += run.len();
            }
            covered += in_runs;
            in_runs as f32 / row.len() as f32
        })
        .collect();
    Strokes {
        rows,
        strength: strength / sides.max(1) as f32,
        light: if covered == 0 { 0.5 } else { light as f32 / covered as f32 },
    }
}

/// The steepest places of `row`, one for each rise or fall.
fn steps_of(row: &[f32], steps: &mut Vec<Step>) {
    steps.clear();
    for x in 1..row.len() - 1 {
        let rise = row[x + 1] - row[x - 1];
        if rise.abs() < SIDE_OF_LETTER {
            continue;
        }
        match steps.last_mut() {
            // The same rise or fall, still going on.
            Some(last) if x - last.at <= 2 && (last.rise > 0.0) == (rise > 0.0) => {
                if rise.abs() > last.rise.abs() {
                    *last = Step { at: x, rise };
                }
            }
            _ => steps.push(Step { at: x, rise }),
        }
    }
}

/// Runs of steps that alternate, follow soon and are about as strong as each other, of at least [`SIDES`].
fn runs(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    let follows = |a: &Step, b: &Step| {
        let (weak, strong) = (a.rise.abs().min(b.rise.abs()), a.rise.abs().max(b.rise.abs()));
        (a.rise > 0.0) != (b.rise > 0.0) && b.at - a.at <= GAP && strong <= UNEVEN * weak
    };
    steps.chunk_by(follows).filter(|run| run.len() >= SIDES)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of strokes 8 pixels high with 8 between them, in the middle of a row.
    fn page() -> Plane {
        Plane::from_fn(128, |x, y| {
            let letter = (24..104).contains(&x) && y / 8 % 2 == 1 && (x * 5 / 16) % 2 == 0;
            if letter { 0.9 } else { 0.1 }
        })
    }

    fn blurred() -> Plane {
        Plane::from_fn(128, |x, y| 0.5 + 0.4 * (x as f32 / 20.0).sin() * (y as f32 / 25.0).cos())
    }

    #[test]
    fn a_page_is_more_text_like_than_a_blurred_field() {
        let (page, field) = (text_share(&strokes(&page())), text_share(&strokes(&blurred())));
        assert!(page > 0.3 && field == 0.0, "{page} and {field}");
    }

    #[test]
    fn a_page_is_more_text_like_than_a_fence() {
        let fence = Plane::from_fn(128, |x, _| f32::from(x / 4 % 2 == 0));
        let (page, fence) = (text_share(&strokes(&page())), text_share(&strokes(&fence)));
        assert!(page > 2.0 * fence, "{page} and {fence}");
    }

    #[test]
    fn lines_are_counted() {
        assert_eq!(lines(&strokes(&page()).rows), 8);
        assert_eq!(lines(&strokes(&blurred()).rows), 0);
    }

    #[test]
    fn columns_of_a_page_have_fewer_strokes_than_rows_of_strokes() {
        let line = Plane::from_fn(128, |x, y| f32::from((60..68).contains(&y) && (x / 3) % 2 == 0));
        let (across, down) = (strokes(&line), strokes(&line.transpose()));
        assert!(mean(&across.rows) > 0.05);
        assert_eq!(mean(&down.rows), 0.0);
    }

    #[test]
    fn a_step_that_takes_several_pixels_is_one() {
        let mut steps = Vec::new();
        steps_of(&[0.0, 0.0, 0.3, 0.6, 0.9, 0.9, 0.9, 0.5, 0.1, 0.1], &mut steps);
        assert_eq!(steps.len(), 2);
        assert!(steps[0].rise > 0.5 && steps[1].rise < -0.5);
    }
}
