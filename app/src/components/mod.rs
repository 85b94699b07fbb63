//! What pages are made of, one component a file.

pub mod top_bar;
