//! How well a cover predicts its genre, by evidence that leaks nothing.
//!
//! Samples are handed in ([`Material`]), [`groups`] says which of them may not be parted, [`folds`] deals them; a deal is
//! the covers of a pair of genres, or of all of them, and its contests are the questions asked of them. For every fold
//! [`gram_pca`] and [`forest`] are fitted on the other folds and asked about this one; [`roc`] and [`measures`] count
//! what they answered. [`gram`] holds the one costly thing, inner products of all covers, which every fold shares
//! without any fold's fit reading a product of its test covers.
//!
//! ```
//! use gatefold_genre::roc::Roc;
//!
//! // Scores with their truth: one pair out of four stands the wrong way round.
//! let curve = Roc::of(&[(0.9, true), (0.8, false), (0.7, true), (0.1, false)]).expect("both kinds are there");
//! assert_eq!(curve.auc(), 0.75);
//! assert_eq!(Roc::of(&[(0.9, true)]), None, "without negatives there is no curve");
//! ```

mod contest;
mod deal;
pub mod evaluate;
pub mod folds;
pub mod forest;
pub mod gram;
pub mod gram_pca;
pub mod groups;
pub mod measures;
pub mod opinion;
mod records;
pub mod roc;
pub mod rules;
pub mod seeds;
mod source;
mod subject;
#[cfg(test)]
mod testing;

pub use evaluate::{EFFICIENTNET, FEATURES, LEARNED, PIXELS, check, evaluate_subjects};
pub use records::Records;
pub use subject::{Material, Subject};

use forest::ForestError;

/// Why an evaluation cannot be made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the sentences say it
pub enum EvaluationError {
    #[error("two genres at least are needed to tell them apart; {0} given")]
    TooFewGenres(usize),
    #[error("no album is tagged “{genre}”; the catalogue's genres are: {known}")]
    UnknownGenre { genre: String, known: String },
    #[error("{0} is named twice")]
    Twice(String),
    #[error("{0} folds cannot be made: choose between 2 and 50")]
    Folds(u32),
    #[error("there are no features called “{0}”; there are: {known}", known = FEATURES.join(", "))]
    UnknownFeatures(String),
    #[error("“{0}” cannot be used together: pixels stand alone, and no features count twice")]
    Joined(String),
    #[error("this build of Gatefold contains no encoder: name one with --encoder FILE")]
    NoEncoder,
    /// See the sentence.
    #[error("the efficientnet features need the network's weights: name them with --teacher FILE")]
    NoTeacher,
    #[error("the covers could not be embedded: {0}")]
    Embedding(String),
    #[error("{0} repeats cannot be made: choose between 1 and 20")]
    Repeats(u32),
    #[error("the encoder cannot be used: {0}")]
    Encoder(String),
    #[error("{0} trees cannot be grown: choose between 1 and 10,000")]
    Trees(u32),
    #[error("{0} components cannot be kept: choose between 1 and 512")]
    Components(u32),
    #[error("{per_genre} covers per genre cannot fill {folds} folds: take more covers or fewer folds")]
    PerGenre { per_genre: u32, folds: u32 },
    #[error("{genre} has only {covers} covers; {folds} folds need at least {folds}")]
    TooFewCovers { genre: String, covers: usize, folds: u32 },
    #[error(
        "{genres} have {covers} covers together and at most {most} can be compared by their pixels: limit the number per genre"
    )]
    TooManyCovers { genres: String, covers: usize, most: usize },
    #[error(
        "{genre} has only {groups} groups; {folds} folds need at least {folds} (covers of one artist, and near-duplicates, stay together)"
    )]
    TooFewGroups { genre: String, groups: u32, folds: u32 },
    #[error(
        "{genres} share too many artists or pictures to fill {folds} folds with each: choose fewer folds"
    )]
    UnevenGroups { genres: String, folds: u32 },
    #[error("the evaluation was cancelled")]
    Cancelled,
    #[error(transparent)]
    Forest(#[from] ForestError),
}
