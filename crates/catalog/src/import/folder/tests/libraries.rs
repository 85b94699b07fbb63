//! Libraries with albums of many artists, and with albums without a picture.

use super::*;

#[test]
fn albums_with_music_and_no_picture_are_named() {
    let library =
        Library::of(&["Low/Trust (2002)/01.flac", "Low/Drums (2007)/01.flac", "Low/Drums (2007)/cover.jpg"]);
    let found = entries(&library.root()).unwrap();
    assert_eq!(found.coverless, ["Low/Trust (2002)"]);
    let note = crate::import::coverless::folders(&found.coverless).unwrap();
    assert!(note.contains("one album has music and no cover picture: Low/Trust (2002)"), "{note}");
}

#[test]
fn many_artists_are_one_whatever_their_folder_is_called() {
    let folders = [
        "VA/Deep (2012)",
        "Various/Soundtracks/Iron Night (2001)",
        "Various Artists/Hits (1999)",
        "Compilations/Noise (1994)",
    ];
    let others =
        ["Low/Trust (2002)", "Can/Tago (1971)", "Neu/Zwei (1973)", "Orb/Fort (1995)", "Air/Moon (1998)"];
    let others =
        others.into_iter().chain(["Ash/Nu (2001)", "Ida/Ten (1994)", "Pan/Two (2003)", "Zao/Six (2005)"]);
    let files: Vec<String> = folders
        .into_iter()
        .chain(others)
        .flat_map(|album| ["01.flac", "cover.jpg"].map(|file| format!("{album}/{file}")))
        .collect();
    let told = told(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let of = |album: &[String; 5]| folders.iter().any(|folder| album[0].starts_with(folder));
    let artists: Vec<&str> = told.iter().filter(|album| of(album)).map(|album| album[1].as_str()).collect();
    assert_eq!(artists, ["Various"; 4]);
}
