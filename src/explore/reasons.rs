//! Why two albums are neighbours, in words.

use crate::album::Genre;
use crate::cover::{colour_distance, colour_name};
use crate::graph::Parts;
use crate::mixture::{Mixture, Part};
use crate::wire::Reason;
use ndarray::ArrayView1;

/// Distance in OKLab below which two colours count as one.
const ONE_COLOUR: f32 = 0.12;
/// Colours that are named at most.
const COLOURS: usize = 3;

/// What is known of an album besides its vectors.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// Colours of its cover, the most common first.
    pub palette: &'a [[u8; 3]],
    /// Probability of each genre, if it has a cover.
    pub opinion: Option<ArrayView1<'a, f32>>,
    /// When it came out.
    pub year: Option<i32>,
}

/// How alike two albums (by number) are in a mixture, 0–1, and what makes them so: the part that adds most first, parts that
/// add nothing left out. `genres` names the columns of opinions.
pub fn reasons(
    parts: &Parts,
    mixture: &Mixture,
    (i, one): (usize, About<'_>),
    (j, other): (usize, About<'_>),
    genres: &[Genre],
) -> (f32, Vec<Reason>) {
    let (similarity, adds) = parts.explained(mixture, i, j);
    let whole: f32 = adds.iter().map(|(_, adds)| adds.max(0.0)).sum();
    let mut reasons: Vec<Reason> = adds
        .into_iter()
        .filter(|(_, adds)| *adds > 0.0)
        .map(|(part, adds)| {
            let alike = parts.similarity(part, i, j).unwrap_or(0.0).clamp(0.0, 1.0);
            let colours =
                if part == Part::Palette { shared_colours(one.palette, other.palette) } else { Vec::new() };
            let words = match part {
                Part::Look => look(alike).to_owned(),
                Part::Palette => palette(&colours),
                Part::Genre => genre(one.opinion, other.opinion, genres),
                Part::Listeners => listeners(parts, i, j),
                Part::Year => year(one.year, other.year),
            };
            let hex = |[r, g, b]: &[u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
            Reason {
                part,
                share: adds / whole,
                similarity: alike,
                words,
                colours: colours.iter().map(hex).collect(),
            }
        })
        .collect();
    reasons.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.part.cmp(&b.part)));
    (similarity, reasons)
}

fn look(alike: f32) -> &'static str {
    match alike {
        0.75.. => "the covers look very much alike",
        0.45.. => "the covers look alike",
        _ => "the covers look a little alike",
    }
}

/// Colours of one palette that the other has too, as means of the two.
fn shared_colours(one: &[[u8; 3]], other: &[[u8; 3]]) -> Vec<[u8; 3]> {
    let mut shared: Vec<[u8; 3]> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for &own in one {
        let nearest = other.iter().map(|&their| (colour_distance(own, their), their));
        let Some((apart, their)) = nearest.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
        let mean = [0, 1, 2].map(|c| own[c].midpoint(their[c]));
        let name = colour_name(mean);
        if apart < ONE_COLOUR && !names.contains(&name) && shared.len() < COLOURS {
            shared.push(mean);
            names.push(name);
        }
    }
    shared
}

fn palette(shared: &[[u8; 3]]) -> String {
    let names: Vec<String> = shared.iter().map(|&rgb| colour_name(rgb)).collect();
    match names.split_last() {
        None => "the colours are spread alike".to_owned(),
        Some((only, [])) => format!("both have {only}"),
        Some((last, others)) => format!("both have {} and {last}", others.join(", ")),
    }
}

fn genre(one: Option<ArrayView1<'_, f32>>, other: Option<ArrayView1<'_, f32>>, genres: &[Genre]) -> String {
    let (Some(one), Some(other)) = (one, other) else { return "the covers suggest like genres".to_owned() };
    let both = one.iter().zip(other).map(|(a, b)| a * b);
    let most = both.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at);
    match most.and_then(|at| Some((genres.get(at)?, one[at], other[at]))) {
        // A guess of a few percent is not what anybody would say.
        Some((genre, a, b)) if a.min(b) >= 0.15 => {
            format!("both covers look like {genre} ({:.0} % and {:.0} %)", 100.0 * a, 100.0 * b)
        }
        _ => "the covers suggest like genres".to_owned(),
    }
}

fn listeners(parts: &Parts, i: usize, j: usize) -> String {
    let links = parts.links();
    if links.direct(i).binary_search(&(j as u32)).is_ok() {
        return "who listens to one listens to the other".to_owned();
    }
    let common = links.direct(i).iter().filter(|k| links.direct(j).binary_search(k).is_ok()).count();
    match common {
        1 => "one album is listened to beside either".to_owned(),
        n => format!("{n} albums are listened to beside either"),
    }
}

fn year(one: Option<i32>, other: Option<i32>) -> String {
    match (one, other) {
        (Some(a), Some(b)) if a == b => format!("both are from {a}"),
        (Some(a), Some(b)) => format!("{a} and {b}"),
        _ => "from about the same time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Known;
    use ndarray::{Array2, array};

    fn parts() -> Parts {
        let look = array![[1.0f32, 0.1], [0.9, 0.3], [-1.0, 0.2], [-0.2, -1.0]];
        let palette = array![[1.0f32, 0.0, 0.0], [0.9, 0.1, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
        let genre = Array2::zeros((4, 0));
        let years = [Some(1971), Some(1971), Some(1999), None];
        Parts::of(&Known {
            albums: 4,
            rows: &[0, 1, 2, 3],
            look: look.view(),
            palette: palette.view(),
            genre: genre.view(),
            years: &years,
            links: &[(0, 1), (0, 2), (1, 3), (2, 3)],
        })
    }

    const ALL: Mixture = Mixture { look: 1.0, palette: 1.0, genre: 1.0, listeners: 1.0, year: 1.0 };

    #[test]
    fn shares_sum_to_one_and_the_greatest_comes_first() {
        let about = About { palette: &[[200, 20, 20], [5, 5, 5]], year: Some(1971), ..About::default() };
        let (similarity, reasons) = reasons(&parts(), &ALL, (0, about), (1, about), &[]);
        assert!(similarity > 0.5);
        let sum: f32 = reasons.iter().map(|reason| reason.share).sum();
        assert!((sum - 1.0).abs() < 1e-5);
        assert!(reasons.windows(2).all(|two| two[0].share >= two[1].share));
        let words: Vec<&str> = reasons.iter().map(|reason| reason.words.as_str()).collect();
        for sentence in
            ["both are from 1971", "both have red and black", "who listens to one listens to the other"]
        {
            assert!(words.contains(&sentence), "{words:?}");
        }
    }

    #[test]
    fn what_speaks_against_is_no_reason() {
        let (_, reasons) = reasons(&parts(), &ALL, (0, About::default()), (2, About::default()), &[]);
        assert!(reasons.iter().all(|reason| reason.part != Part::Look), "they look opposite");
        let (_, through) = super::reasons(&parts(), &ALL, (0, About::default()), (3, About::default()), &[]);
        assert!(through.iter().any(|reason| reason.words == "2 albums are listened to beside either"));
    }

    #[test]
    fn a_genre_is_named_when_both_are_taken_for_it() {
        let genres = ["jazz", "rock"].map(|name| Genre::new(name).unwrap());
        let (one, other, unsure) = (array![0.7f32, 0.3], array![0.6f32, 0.4], array![0.1f32, 0.9]);
        assert_eq!(
            genre(Some(one.view()), Some(other.view()), &genres),
            "both covers look like jazz (70 % and 60 %)"
        );
        assert_eq!(
            genre(Some(one.view()), Some(unsure.view()), &genres),
            "both covers look like rock (30 % and 90 %)"
        );
        assert_eq!(genre(Some(one.view()), None, &genres), "the covers suggest like genres");
    }

    #[test]
    fn colours_in_common_are_those_that_both_have() {
        let shared =
            shared_colours(&[[200, 20, 20], [0, 0, 0], [30, 40, 200]], &[[10, 10, 10], [210, 30, 30]]);
        assert_eq!(palette(&shared), "both have red and black");
        assert_eq!(palette(&[]), "the colours are spread alike");
    }
}
