//! What stands around the engine: the command line, HTTP, jobs and the model thread.
//!
//! Nothing here computes. A request or a command is checked, handed to the engine on a thread that may
//! take its time ([`compute`], [`model_thread`]), and its answer is put into the shape that
//! [`gatefold::report`] and [`gatefold::wire`] give. No heavy work runs on a tokio worker.

// The types of whole pages are deep.
#![recursion_limit = "256"]

pub mod asker;
pub mod backend;
pub mod cli;
pub mod compass;
pub mod compute;
pub mod editing;
pub mod explorers;
pub mod exploring;
pub mod finishing;
pub mod generating;
pub mod http;
pub mod identity;
pub mod import_roots;
pub mod jobs;
pub mod line;
pub mod long_work;
pub mod maps;
pub mod model_thread;
pub mod pictures;
pub mod pools;
pub mod problem;
pub mod queries;
pub mod sets;
pub mod state;
pub mod store;
pub mod studio;
pub mod weights;
