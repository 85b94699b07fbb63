//! The engine through its front door: the parts together, on real files, folders and processes. One program, because each
//! links all of them.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod agreement;
mod agreement_vae;
mod bad_covers;
mod catalog;
mod demo;
mod explore;
mod genre;
mod gradients;
mod helpers;
mod import;
mod libraries;
mod metrics;
mod optimisers;
mod pipeline;
mod tables;
mod training;
