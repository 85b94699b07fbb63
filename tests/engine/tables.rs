//! Tables as other programs write them, imported; and this program's own tables, imported again.

use crate::helpers::{Place, counts, jpeg, reason};
use gatefold::album::{Album, Genre};
use gatefold::export::{Graph, Node, albums_csv};
use gatefold::report::ImportReport;
use std::collections::BTreeMap;

/// A table imported into a catalogue of its own.
fn imported(name: &str, bytes: impl AsRef<[u8]>) -> (ImportReport, BTreeMap<String, Album>) {
    let place = Place::new();
    place.write(name, bytes);
    let report = place.import(name);
    (report, by_title(&place))
}

fn by_title(place: &Place) -> BTreeMap<String, Album> {
    let albums = place.catalog().albums().unwrap();
    albums.into_iter().map(|album| (album.title.clone().unwrap_or_default(), album)).collect()
}

fn genres(album: &Album) -> Vec<&str> {
    album.genres.iter().map(Genre::as_str).collect()
}

fn said(report: &ImportReport, words: &str) -> bool {
    report.notes.iter().any(|note| note.contains(words))
}

#[test]
fn a_count_is_never_a_thousand_times_too_small() {
    let german = "artist;album;plays;listeners;popularity\r\nA;One;11.424.766;371.916;61,5\r\n\
                  A;Two;12.345;1.234;7,25\r\nA;Three;987;12;80\r\nA;Four;12.34;?;\r\n";
    let (report, albums) = imported("german.csv", german);
    let figures = |title: &str| {
        let album = &albums[title];
        (album.plays, album.listeners, album.popularity)
    };
    assert_eq!(figures("One"), (Some(11_424_766), Some(371_916), Some(61.5)));
    assert_eq!(figures("Two"), (Some(12_345), Some(1_234), Some(7.25)));
    assert_eq!(figures("Three"), (Some(987), Some(12), Some(80.0)));
    assert_eq!(figures("Four"), (None, None, None));
    assert!(
        said(&report, "column plays was not understood and stays unknown: “12.34”"),
        "{:?}",
        report.notes
    );
    let (_, swiss) = imported("swiss.tsv", "artist\talbum\tplays\tenergy\nA\tOne\t1’234’567\t0.25\n");
    assert_eq!((swiss["One"].plays, swiss["One"].audio.unwrap().energy), (Some(1_234_567), Some(0.25)));
    let (_, mixed) =
        imported("mixed.csv", "artist,album,plays,energy\nA,One,12.345,0.25\nA,Two,\"12,345\",0.5\n");
    assert_eq!((mixed["One"].plays, mixed["Two"].plays), (None, Some(12_345)));
}

#[test]
fn the_year_of_a_date_is_taken_and_a_day_number_is_none() {
    let (report, albums) = imported(
        "t.csv",
        "artist,album,release date\nA,One,04/03/2011\nA,Two,March 1967\nA,Three,36526\nA,Four,4-Mar-11\n",
    );
    let years = ["One", "Two", "Three", "Four"].map(|title| albums[title].year);
    assert_eq!(years, [Some(2011), Some(1967), None, Some(2011)]);
    assert!(said(&report, "36526"), "{:?}", report.notes);
}

#[test]
fn a_genres_commas_part_nothing_and_its_spellings_are_one() {
    let (_, albums) = imported(
        "t.csv",
        "artist,album,genre\nA,One,\"Folk, World, & Country\"\nA,Two,Hip-Hop/Rap\nA,Three,\"Rock, Pop\"\n\
         A,Four,R’n’B\n",
    );
    let of = |title: &str| genres(&albums[title]);
    assert_eq!(of("One"), ["folk, world, & country"]);
    assert_eq!((of("Two"), of("Three"), of("Four")), (vec!["rap"], vec!["rock", "pop"], vec!["r&b"]));
    assert_eq!(albums["Three"].genre, Genre::new("rock"));
    let (_, albums) =
        imported("t.csv", "artist,album,genres\nA,One,\"Electronic, Folk, World, & Country\"\n");
    assert_eq!(genres(&albums["One"]), ["electronic", "folk, world, & country"]);
}

#[test]
fn tables_of_tracks_give_albums_and_columns_that_are_not_used_are_named() {
    let (report, albums) = imported(
        "spotify.csv",
        "track_id,track_name,track_artist,track_album_id,track_album_name,track_album_release_date,playlist_genre,\
         playlist_subgenre,energy,mode\n1,Bus,Ivo,a1,Glass,2019-06-14,pop,dance pop,0.916,1\n\
         2,Rain,Ivo,a1,Glass,2019-06-14,pop,dance pop,0.8,1\n3,Fog,Nora,a2,Line,1998,rock,album rock,0.5,0\n",
    );
    assert_eq!((counts(&report), report.albums), ([2, 0, 1, 0], 2));
    let glass = &albums["Glass"];
    assert_eq!(
        (glass.artist.as_deref(), glass.year, genres(glass)),
        (Some("Ivo"), Some(2019), vec!["pop", "dance pop"])
    );
    assert_eq!(report.unused_columns, ["track_id", "mode"]);
    // The same without ids, three times over.
    let place = Place::new();
    place.write(
        "t.csv",
        ",artists,album_name,track_name,track_genre\n0,A;B,One,x,folk\n1,A;B,One,y,folk\n2,C,Two,x,pop\n",
    );
    for expected in [[2, 0, 1, 0], [0, 2, 1, 0]] {
        assert_eq!(counts(&place.import("t.csv")), expected);
    }
    assert_eq!(by_title(&place)["One"].artist.as_deref(), Some("A, B"));
}

#[test]
fn lists_of_releases_and_of_an_itunes_library_are_understood() {
    let (_, albums) = imported(
        "rym.csv",
        "position,release_name,artist_name,release_date,primary_genres,rating_count\n\
         1,Slow,Ana,1997-06-16,\"Alternative Rock, Art Rock\",\"70,382\"\n",
    );
    let slow = &albums["Slow"];
    assert_eq!((slow.year, slow.genre.clone()), (Some(1997), Genre::new("alternative rock")));
    let itunes = "Name\tArtist\tAlbum Artist\tAlbum\tGenre\tYear\tPlays\tLocation\r\
                  Song\tAda\tAda & Co\tFirst\tHip-Hop/Rap\t2003\t7\tDisk:Music:song.mp3\r";
    let utf16: Vec<u8> =
        [0xfeff].into_iter().chain(itunes.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (report, albums) = imported("itunes.txt", utf16);
    let first = &albums["First"];
    assert_eq!(
        (first.artist.as_deref(), first.plays, first.genre.clone()),
        (Some("Ada & Co"), Some(7), Genre::new("rap"))
    );
    assert!(report.unused_columns.is_empty() && report.no_cover == 1, "{report:?}");
    assert!(report.notes.len() == 1 && said(&report, "one album has no cover"), "{report:?}");
}

#[test]
fn what_spreadsheets_put_around_a_table_is_no_album() {
    let table = "sep=;\r\nArtist;Album;Year;;\r\nA;\"One\r\nand more\";1999;;\r\nArtist;Album;Year;;\r\nB;Two;2001;;\r\n";
    let (report, albums) = imported("excel.csv", format!("\u{feff}{table}{}", ";;;;\r\n".repeat(1000)));
    assert_eq!(counts(&report), [2, 0, 0, 1], "{:?}", report.skipped);
    assert!(reason(&report, "row 4").contains("header again"), "{:?}", report.skipped);
    assert_eq!(albums["One and more"].year, Some(1999));
}

#[test]
fn names_of_columns_in_two_lines_are_read_together_and_a_second_column_fills_gaps() {
    let (_, albums) = imported(
        "fma.csv",
        ",album,album,artist,artist,track\n,date_released,title,name,location,genre_top\ntrack_id,,,,,\n\
         2,2009-01-05,Brick,Orla,Cork,Hip-Hop\n3,2009-01-05,Brick,Orla,Cork,Hip-Hop\n",
    );
    assert_eq!(albums.keys().collect::<Vec<_>>(), ["Brick"]);
    let brick = &albums["Brick"];
    assert_eq!(
        (brick.artist.as_deref(), brick.year, brick.genre.clone()),
        (Some("Orla"), Some(2009), Genre::new("rap"))
    );
    let (_, albums) =
        imported("twice.csv", "artist,genre,album,genre,album\nA,pop,One,x,Two\nA,,Three,rock,\n");
    assert_eq!(albums.keys().collect::<Vec<_>>(), ["One", "Three"]);
    assert_eq!(albums["Three"].genre, Genre::new("rock"));
}

#[test]
fn old_code_pages_are_read_and_it_is_said() {
    let (bytes, _, _) =
        encoding_rs::WINDOWS_1251.encode("artist,album\nКино,Группа крови\nАквариум,Радио Африка\n");
    let (report, albums) = imported("t.csv", bytes);
    assert_eq!(albums["Группа крови"].artist.as_deref(), Some("Кино"));
    assert!(said(&report, "not UTF-8: 2 lines of it read as windows-1251"), "{:?}", report.notes);
}

#[test]
fn nul_bytes_cost_no_table() {
    let mut table = b"artist,al\0bum\nA,One\nB\0,Two\n".to_vec();
    table.extend([0; 5000]);
    let (report, albums) = imported("t.csv", table);
    assert_eq!((counts(&report), albums["Two"].artist.as_deref()), ([2, 0, 0, 0], Some("B")));
    assert!(said(&report, "NUL bytes"), "{:?}", report.notes);
}

#[test]
fn a_cover_is_found_though_its_name_is_written_in_another_case() {
    let place = Place::new();
    place.write("Covers/Ágætis.JPG", jpeg(1));
    place.write("t.csv", "file,artist,album\ncovers\\a\u{301}gætis.jpg,A,One\ncovers/gone.jpg,A,Two\n");
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert!(reason(&report, "gone").contains("no such file"));
    assert!(by_title(&place)["One"].cover.is_some());
}

#[test]
fn a_column_called_cover_that_holds_no_files_costs_no_row() {
    let (report, albums) =
        imported("t.csv", "artist,album,cover,image\nA,One,yes,https://example.org/a.jpg\n");
    assert_eq!((counts(&report), albums["One"].cover.clone()), ([1, 0, 0, 0], None));
    assert_eq!(report.unused_columns, ["cover"]);
}

#[test]
fn what_is_exported_as_a_table_comes_back_just_so() {
    let odd = [
        "=HYPERLINK(\"http://example.org\")",
        "-5.2",
        "'=1",
        "''",
        "+",
        "@a",
        "a,b;c|d",
        "\"q\"",
        "NA",
        "None",
        "’=",
        "[x]",
        "A; B",
        "Simon &amp; Garfunkel",
        "＝1",
        "音",
        "\u{202e}x",
        "https://example.org/",
        "1999",
        "covers/a.jpg",
    ];
    let place = Place::new();
    place.write(
        "t.csv",
        "artist,album,genre,year,plays,listeners,popularity\nA,B,rock,1999,12345,7,33.333332\n",
    );
    place.import("t.csv");
    let album = place.catalog().albums().unwrap().remove(0);
    let albums: Vec<Album> = odd
        .iter()
        .zip(1..)
        .map(|(name, id)| Album {
            id: gatefold::album::AlbumId(id),
            artist: Some((*name).to_owned()),
            title: Some((*name).to_owned()),
            genre: Genre::new(&format!("{name} rock, & such")),
            ..album.clone()
        })
        .collect();
    let nodes: Vec<Node<'_>> =
        albums.iter().map(|album| Node { album, at: [-1.5, 2.0], colour: 0, neighbourhood: "-a" }).collect();
    let table = albums_csv(&Graph { nodes: &nodes, edges: &Vec::new() });
    let again = Place::new();
    again.write("map.csv", &table);
    let report = again.import("map.csv");
    assert_eq!(counts(&report), [odd.len() as u64, 0, 0, 0], "{:?}", report.skipped);
    assert_eq!(report.unused_columns, ["neighbourhood", "cover", "x", "y"]);
    let found = by_title(&again);
    for album in &albums {
        let back = &found[album.title.as_ref().unwrap()];
        assert_eq!((&back.artist, &back.genre, back.year), (&album.artist, &album.genre, album.year));
        assert_eq!(
            (back.plays, back.listeners, back.popularity),
            (album.plays, album.listeners, album.popularity)
        );
    }
}
