//! The command line, by running the program.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

#[path = "../common/mod.rs"]
mod common;

mod albums;
mod beside;
mod catalogue;
mod doctor;
mod durable;
mod evaluate;
mod every_page;
mod explore;
mod generate;
mod import;
mod judge;
mod program;
mod serve;
mod sets;
mod train;
mod usage;
mod weights;
mod whole;
