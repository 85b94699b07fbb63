//! Server, command line, jobs and model thread around the engine.
//!
//! Nothing here computes. A request ([`gatefold::operations`]) is checked and answered by [`service`], which hands it to the engine
//! on a thread that may take its time ([`compute`], [`model_thread`]). HTTP ([`http`]), the command line ([`cli`]) and the page ask
//! the same service. No heavy work runs on a tokio worker.

// The types of whole pages are deep.
#![recursion_limit = "256"]

pub mod access;
pub mod asker;
pub mod caches;
pub mod cli;
pub mod compute;
pub mod explorers;
pub mod finishers;
pub mod http;
pub mod identity;
pub mod import_roots;
pub mod jobs;
pub mod line;
pub mod maps;
pub mod model_thread;
pub mod pace;
pub mod pictures;
pub mod pools;
pub mod problem;
pub mod resembling;
pub mod service;
pub mod state;
pub mod store;
pub mod uploads;
pub mod weights;
