//! The HTTP interface, in process: requests go straight into the router.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

#[path = "../common/mod.rs"]
mod common;

mod access;
mod albums;
mod catalogue;
mod damage;
mod evaluations;
mod explore;
mod finishing;
mod generate;
mod gone;
mod guard;
mod import;
mod jobs;
mod map;
mod markup;
mod openapi;
mod pages;
mod server;
mod serving;
mod sets;
mod studio;
mod training;
mod walk;
