//! Albums as lines for people.

use gatefold::report::AlbumLine;
use gatefold::wire::Neighbour;
use std::fmt::Write;

/// An album in a line: id, artist, title, genre, year.
pub fn full(line: &AlbumLine) -> String {
    let genre = line.genre.as_ref().map_or("–", |genre| genre.as_str());
    let year = line.year.map_or_else(|| "–".to_owned(), |year| year.to_string());
    format!("{}  ({genre}, {year})", short(line))
}

/// An album in a line: id, artist, title.
pub fn short(line: &AlbumLine) -> String {
    format!("{}  {} · {}", line.id, line.artist.as_deref().unwrap_or("–"), line.title)
}

/// Albums with how alike they are, a line each.
pub fn alike(albums: &[Neighbour]) -> String {
    let mut text = String::new();
    for Neighbour { album, similarity, .. } in albums {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:>5.1} %  {}", 100.0 * similarity, short(album));
    }
    text
}
