//! The HTTP interface, in process: requests go straight into the router.

#[path = "../common/mod.rs"]
mod common;

mod albums;
mod evaluations;
mod generate;
mod guard;
mod import;
mod jobs;
mod map;
mod pages;
mod server;
