//! The HTTP interface, in process: requests go straight into the router.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

#[path = "../common/mod.rs"]
mod common;

mod albums;
mod catalogue;
mod evaluations;
mod explore;
mod finishing;
mod generate;
mod guard;
mod import;
mod jobs;
mod map;
mod pages;
mod server;
mod sets;
mod studio;
mod training;
