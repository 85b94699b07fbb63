//! API operations: every request as plain data, with its route, access, summary, command and answer in one place.
//!
//! The HTTP router, the page's calls, the command line, OpenAPI and the documentation are made from this list. A request's fields
//! travel by one rule: those that the route's template names stand in the path; of `GET` and `DELETE` the others follow the `?`; of
//! the other methods they are the JSON body, or one of them is the whole body ([`Body::Field`]).

mod address;
mod albums;
mod catalogue;
mod evaluations;
pub mod example;
mod explore;
mod jobs;
mod raw;
mod sets;
mod studio;
mod text_form;
mod training;

pub use address::{Call, call};
pub use albums::{FindNearest, FindNeighbours, ListAlbums, ListSurprises, ReadAlbum, ReadInfo};
pub use catalogue::{
    Build, DeleteAlbum, Demo, EditAlbum, Import, ReadCatalogue, RemoveSource, RestoreAlbum, ShowSource,
    UndoEdits,
};
pub use evaluations::{
    Evaluate, EvaluateGraph, EvaluateModel, ListEvaluations, ReadEvaluation, ReadPairScores,
};
pub use explore::{
    Explain, FindJourneys, ListDuplicates, ListNeighbourhoods, MoreLike, NEAR_MOST, NEAR_USUAL,
    ReadNeighbourhood, Seed,
};
pub use jobs::{CancelJob, ListJobs, ReadJob};
pub use raw::{RAW, Raw, Takes};
pub use sets::{DeleteSet, ListSets, ReadSet, RenameSet, SaveSet};
pub use studio::{
    Generate, ListAttributes, ListGenerated, ListRatings, RateGenerated, ReadFinishedNotes, ReadGenerated,
    ReadResemblance,
};
pub use training::{ListTrainings, ReadTraining, Train};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request that is answered with JSON.
pub trait Operation: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What answers it.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
    /// What it is called, where it is, and who may ask.
    const ABOUT: About;

    /// What can never work, whatever is in the data directory.
    ///
    /// # Errors
    /// A sentence that says what to ask instead.
    fn check(&self) -> Result<(), Unacceptable> {
        Ok(())
    }

    /// A request that the demo catalogue can answer, see [`example`].
    fn example() -> Self;
}

/// A request that can be read and can never work; the sentence says what to ask instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unacceptable(pub String);

/// What is known of an operation besides its fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct About {
    /// The request's type, which is the operation's name everywhere.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with names of fields in braces: `/api/v1/albums/{id}`.
    pub route: &'static str,
    /// What it does to the server.
    pub access: Access,
    /// Where its fields travel.
    pub body: Body,
    /// What it belongs to, a word.
    pub group: &'static str,
    /// What it does, a sentence.
    pub summary: &'static str,
    /// The command that does the same, without `gatefold` before it.
    pub command: &'static str,
}

impl About {
    /// The fields that the path names, in its order.
    pub fn in_path(&self) -> impl Iterator<Item = &'static str> {
        in_path(self.route)
    }
}

/// The names in braces of a route's template.
pub fn in_path(route: &'static str) -> impl Iterator<Item = &'static str> {
    route.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// Whether a path is one that a template describes.
pub fn fits(route: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(text)) if part.starts_with('{') && !text.is_empty() => {}
            (Some(part), Some(text)) if part == text => {}
            _ => return false,
        }
    }
}

/// The HTTP methods in use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs)] // the methods' own names
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is written in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What an operation does to the server. One that only reads is always allowed; a read-only server refuses the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// It changes nothing.
    Read,
    /// It changes the catalogue or what was kept.
    Write,
    /// It starts work in the background, or has the model or a decoder work at once.
    Job,
}

/// Where the fields of a request travel that are not in its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Body {
    /// After the `?`.
    None,
    /// Together, as one JSON object.
    Fields,
    /// The same; an empty body stands for an empty object.
    Optional,
    /// One field is the whole body, the others stand after the `?`.
    Field(&'static str),
}

impl Body {
    /// The usual one of a method.
    const fn of(method: Method) -> Self {
        match method {
            Method::Get | Method::Delete => Self::None,
            Method::Post | Method::Put | Method::Patch => Self::Fields,
        }
    }
}

/// Describes an operation; the module says its `GROUP`.
macro_rules! operation {
    ($request:ident -> $answer:ty: $access:ident $method:ident $route:literal, $command:literal, $summary:literal) => {
        operation!($request -> $answer: $access $method $route, $command, $summary, $crate::operations::Body::of($crate::operations::Method::$method), |_| Ok(()));
    };
    ($request:ident -> $answer:ty: $access:ident $method:ident $route:literal, $command:literal, $summary:literal, check $check:expr) => {
        operation!($request -> $answer: $access $method $route, $command, $summary, $crate::operations::Body::of($crate::operations::Method::$method), $check);
    };
    ($request:ident -> $answer:ty: $access:ident $method:ident $route:literal, $command:literal, $summary:literal, $body:expr, $check:expr) => {
        impl $crate::operations::Operation for $request {
            type Answer = $answer;
            const ABOUT: $crate::operations::About = $crate::operations::About {
                name: stringify!($request),
                method: $crate::operations::Method::$method,
                route: concat!("/api/v1", $route),
                access: $crate::operations::Access::$access,
                body: $body,
                group: GROUP,
                summary: $summary,
                command: $command,
            };

            fn check(&self) -> Result<(), $crate::operations::Unacceptable> {
                let check: fn(&Self) -> Result<(), String> = $check;
                check(self).map_err($crate::operations::Unacceptable)
            }

            fn example() -> Self {
                $crate::operations::example::Example::example()
            }
        }
    };
}
use operation;

/// Calls a macro with the requests of all operations: the one list of them.
#[macro_export]
macro_rules! each_operation {
    ($do:ident) => {
        $do! {
            ReadInfo, ListAlbums, ReadAlbum, FindNearest, FindNeighbours, ListSurprises,
            EditAlbum, UndoEdits, DeleteAlbum, RestoreAlbum, ReadCatalogue, RemoveSource, ShowSource,
            Import, Build, Demo,
            Explain, FindJourneys, MoreLike, ListNeighbourhoods, ReadNeighbourhood, ListDuplicates,
            ListSets, ReadSet, SaveSet, RenameSet, DeleteSet,
            Generate, ListGenerated, ReadGenerated, RateGenerated, ReadResemblance, ReadFinishedNotes,
            ListAttributes, ListRatings,
            Evaluate, ListEvaluations, ReadEvaluation, ReadPairScores, EvaluateModel, EvaluateGraph,
            ListTrainings, ReadTraining, Train,
            ListJobs, ReadJob, CancelJob,
        }
    };
}

macro_rules! abouts {
    ($($request:ident,)*) => { &[$($request::ABOUT,)*] };
}

const ALL: &[About] = each_operation!(abouts);

/// All operations that are answered with JSON, in the order in which people read them.
pub fn all() -> &'static [About] {
    ALL
}

/// What a request with this method to this path does; `None` where nothing is there.
pub fn access(method: &str, path: &str) -> Option<Access> {
    let method = if method == "HEAD" { "GET" } else { method };
    let asked = all().iter().find(|about| about.method.name() == method && fits(about.route, path));
    let raw = || RAW.iter().find(|raw| raw.method.name() == method && fits(raw.route, path));
    asked.map(|about| about.access).or_else(|| raw().map(|raw| raw.access))
}

#[cfg(test)]
mod tests;
