//! Examples of every request, as the documentation shows them. They name albums of `gatefold demo` with its usual seed.

use super::*;
use crate::album::AlbumId;
use crate::edit::Edit;
use crate::finishing::Finish;
use crate::mixture::Mixture;
use crate::recipe::{Kind, Parent, Recipe};
use std::collections::BTreeMap;

/// An album of the demo.
pub const ALBUM: AlbumId = AlbumId(0x07f8_dfea_6617_0d51);
/// Another one.
pub const OTHER: AlbumId = AlbumId(0x10c3_533b_78f8_525a);
/// Stands for a generated cover's id.
pub const GENERATED: &str = "0123456789abcdef";
/// Stands for an evaluation's run.
pub const RUN: &str = "123456789abcdef0";
/// Stands for a run of training.
pub const TRAINING: &str = "23456789abcdef01";
/// Stands for a job.
pub const JOB: &str = "3456789abcdef012";
/// A set of albums.
pub const SET: &str = "Late nights";

/// A request as the documentation shows it.
pub trait Example {
    /// It.
    fn example() -> Self;
}

macro_rules! examples {
    ($($request:ident $fields:tt)*) => {
        $(impl Example for $request {
            fn example() -> Self {
                examples!(@ $request $fields)
            }
        })*
    };
    (@ $request:ident { $($fields:tt)* }) => { $request { $($fields)* } };
    (@ $request:ident ( $value:expr )) => { $value };
}

examples! {
    ReadInfo {}
    ListAlbums { query: "night".to_owned(), limit: Some(3), ..ListAlbums::default() }
    ReadAlbum { id: ALBUM }
    FindNearest { id: ALBUM, n: 5 }
    FindNeighbours { id: ALBUM, mix: Mixture { look: 1.0, year: 0.5, ..Mixture::default() } }
    ListSurprises { limit: 5 }
    EditAlbum { id: ALBUM, edit: Edit { year: Some(Some(1997)), ..Edit::default() }, build: true }
    UndoEdits { id: ALBUM, build: true }
    DeleteAlbum { id: ALBUM, build: true }
    RestoreAlbum { id: ALBUM, build: true }
    ReadCatalogue {}
    RemoveSource { id: 1 }
    ShowSource { id: 1, shown: true }
    Import { path: "/srv/music/covers".to_owned() }
    Build {}
    Demo { albums: 24, seed: 2 }
    Explain { a: ALBUM, b: OTHER, mix: Mixture::USUAL }
    FindJourneys (FindJourneys { count: 2, ..FindJourneys::between(ALBUM, OTHER) })
    MoreLike { ids: vec![Seed::from(ALBUM), Seed { id: OTHER, unlike: true }], n: 5, mix: Mixture::USUAL }
    ListNeighbourhoods { mix: Mixture::USUAL }
    ReadNeighbourhood { number: 0, mix: Mixture::USUAL }
    ListDuplicates { offset: 0, limit: Some(5) }
    ListSets {}
    ReadSet { name: SET.to_owned() }
    SaveSet { name: SET.to_owned(), albums: vec![ALBUM, OTHER] }
    RenameSet { name: SET.to_owned(), to: "Later nights".to_owned() }
    DeleteSet { name: SET.to_owned() }
    Generate { recipe: recipe() }
    ListGenerated {}
    ReadGenerated { id: GENERATED.to_owned() }
    RateGenerated { id: GENERATED.to_owned(), stars: Some(4) }
    ReadResemblance { id: GENERATED.to_owned() }
    ReadFinishedNotes (ReadFinishedNotes::of(GENERATED.to_owned(), finish()))
    ListAttributes {}
    ListRatings {}
    Evaluate (Evaluate { genres: vec!["rock".to_owned(), "jazz".to_owned()], ..Evaluate::from(settings()) })
    ListEvaluations {}
    ReadEvaluation { run: RUN.to_owned() }
    ReadPairScores { run: RUN.to_owned(), a: "jazz".to_owned(), b: "rock".to_owned() }
    EvaluateModel { sets: 2, samples: 2, pairs: 2 }
    EvaluateGraph { mixtures: vec!["look=1,palette=0.5".to_owned()] }
    ListTrainings {}
    ReadTraining { id: TRAINING.to_owned() }
    Train { model: "dcgan".to_owned(), run: "first".to_owned(), options: BTreeMap::from([("steps".to_owned(), 1000.into())]) }
    ListJobs {}
    ReadJob { id: JOB.to_owned() }
    CancelJob { id: JOB.to_owned() }
}

fn recipe() -> Recipe {
    let parents = [ALBUM, OTHER].map(|id| Parent { id, weight: 1.0 });
    Recipe { seed: 7, ..Recipe::new(Kind::Average, parents.to_vec()) }
}

fn finish() -> Finish {
    Finish { title: "Night Drive".to_owned(), ..Finish::default() }
}

fn settings() -> crate::report::EvaluationSettings {
    crate::report::EvaluationSettings { folds: 3, trees: 20, components: 8, ..Default::default() }
}
