//! Pages, one route a file.

pub mod album;
pub mod catalogue;
pub mod compare;
pub mod duplicates;
pub mod evaluate;
pub mod evaluation;
pub mod generated;
pub mod home;
pub mod import;
pub mod neighbourhoods;
pub mod not_found;
pub mod studio;
pub mod training;
pub mod training_run;
