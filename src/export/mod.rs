//! Evaluations and the map as files for other programs: tables, graphs, playlists, and curves as pictures.

mod graph;
mod natural;
mod playlist;
mod roc_svg;
mod tables;

pub use graph::{Graph, Node, albums_csv, gexf, graphml};
pub use playlist::{Playlist, m3u8, music_beside};
pub use roc_svg::roc_svg;
pub use tables::{pairs_csv, scores_csv};
