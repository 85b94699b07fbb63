//! Music libraries as people have them: imported, imported again, changed in between.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod helpers;

use gatefold::album::Album;
use gatefold::catalog::Catalog;
use gatefold::edit::Edit;
use gatefold::export;
use gatefold::report::FirstLevel;
use helpers::{Place, counts, jpeg, reason};
use std::fs;

fn called(catalog: &Catalog, title: &str) -> Vec<Album> {
    catalog.albums().unwrap().into_iter().filter(|album| album.title.as_deref() == Some(title)).collect()
}

fn years_and_plays(catalog: &Catalog) -> Vec<(String, Option<i32>, Option<u64>)> {
    let all = catalog.albums().unwrap().into_iter();
    let mut found: Vec<_> =
        all.map(|album| (album.title.unwrap_or_default(), album.year, album.plays)).collect();
    found.sort_unstable();
    found
}

#[test]
fn a_music_library_of_artists_gives_artist_album_and_year_and_no_genre() {
    let place = Place::new();
    for (number, album) in
        ["Low/Trust (2002)", "Low/2021 - Hey What", "Can/Tago Mago (1971) [FLAC]"].iter().enumerate()
    {
        place.write(&format!("{album}/cover.jpg"), jpeg(number as u32));
        place.write(&format!("{album}/back.jpg"), jpeg(100 + number as u32));
        place.write(&format!("{album}/01 Song.flac"), "no music");
    }
    let report = place.import("");
    assert_eq!((counts(&report), report.first_level), ([3, 0, 0, 3], Some(FirstLevel::Artists)));
    assert!(report.skipped.iter().all(|one| one.is_beside()), "{:?}", report.skipped);
    let catalog = place.catalog();
    assert!(catalog.genres().unwrap().is_empty());
    for (title, artist, year) in
        [("Trust", "Low", 2002), ("Hey What", "Low", 2021), ("Tago Mago", "Can", 1971)]
    {
        let found = called(&catalog, title);
        assert_eq!((found.len(), found[0].artist.as_deref(), found[0].year), (1, Some(artist), Some(year)));
    }
    drop(catalog);
    assert_eq!(counts(&place.import("")), [0, 3, 0, 3]);
}

#[test]
fn a_better_cover_takes_over_its_album_and_what_is_no_album_any_more_goes() {
    let place = Place::new();
    place.write("rock/Low/Trust (2002)/folder.jpg", jpeg(1));
    place.write("rock/Low/Things/9377915b7f645b79.jpg", jpeg(2));
    place.import("");
    let mut catalog = place.catalog();
    let id = called(&catalog, "Trust")[0].id;
    catalog.edit_album(id, Edit { year: Some(Some(2003)), ..Edit::default() }).unwrap();
    assert_eq!(catalog.len().unwrap(), 2);
    drop(catalog);
    place.write("rock/Low/Trust (2002)/cover.jpg", jpeg(3));
    place.write("rock/Low/Things/cover.jpg", jpeg(4));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([2, 0, 0, 2], 2));
    let catalog = place.catalog();
    let album = catalog.album(id).unwrap().unwrap();
    assert_eq!((album.year, catalog.cover(&album.cover.unwrap()).unwrap()), (Some(2003), jpeg(3)));
    assert_eq!(called(&catalog, "Things").len(), 1);
    drop(catalog);
    // The copy on a disc was the album while it was the only one; the album's own file takes its place.
    fs::remove_file(place.input().join("rock/Low/Trust (2002)/cover.jpg")).unwrap();
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([1, 1, 0, 1], 2));
}

#[test]
fn where_a_cover_cannot_be_read_the_next_best_picture_of_its_folder_counts_until_it_can() {
    let place = Place::new();
    place.write("rock/Low/Trust (2002)/cover.jpg", "no picture at all");
    place.write("rock/Low/Trust (2002)/folder.jpg", jpeg(1));
    place.write("rock/Low/Trust (2002)/01 Song.flac", "no music");
    let report = place.import("");
    assert_eq!((report.imported, report.albums), (1, 1), "{:?}", report.skipped);
    let said = reason(&report, "cover.jpg");
    assert!(said.contains("folder.jpg is the album's cover instead"), "{said}");
    let shown = || called(&place.catalog(), "Trust")[0].cover.clone().unwrap();
    let first = shown();
    let again = place.import("");
    assert_eq!((again.unchanged, again.albums), (1, 1), "{:?}", again.skipped);
    place.write("rock/Low/Trust (2002)/cover.jpg", jpeg(2));
    assert_eq!(place.import("").albums, 1);
    assert_ne!(shown(), first, "the cover is whole now");
}

#[test]
fn a_copy_whose_original_is_no_album_any_more_becomes_the_album() {
    let place = Place::new();
    // At first these are but a picture and its copy.
    place.write("rock/a/x.jpg", jpeg(1));
    place.write("rock/b/x.jpg", jpeg(1));
    assert_eq!(counts(&place.import("")), [1, 0, 1, 0]);
    let id = place.catalog().albums().unwrap()[0].id;
    // Then the first becomes part of an album.
    place.write("rock/a/cover.jpg", jpeg(2));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([2, 0, 0, 1], 2));
    let catalog = place.catalog();
    assert!(catalog.album(id).unwrap().is_some());
    let covers: Vec<_> = catalog.albums().unwrap().into_iter().map(|album| album.cover.unwrap()).collect();
    assert_ne!(covers[0], covers[1]);
}

#[test]
fn editions_and_records_called_like_the_band_stay_apart_and_a_table_joins_each_to_its_own() {
    let albums =
        [("Night Garden", 1979), ("Night Garden", 2011), ("Hale Mirror", 1977), ("Hale Mirror", 1994)];
    let wanted = |plays: bool| {
        let mut all: Vec<_> = albums
            .iter()
            .map(|(title, year)| ((*title).to_owned(), Some(*year), plays.then_some(*year as u64)))
            .collect();
        all.sort_unstable();
        all
    };
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let place = Place::new();
        for (number, (title, year)) in albums.iter().enumerate() {
            // The editions' covers are the same, byte for byte.
            place.write(&format!("lib/rock/Hale Mirror/{title} ({year})/cover.jpg"), jpeg(number as u32 / 2));
        }
        let rows: Vec<String> = order
            .iter()
            .map(|&at| format!("Hale Mirror,{},{},{}\n", albums[at].0, albums[at].1, albums[at].1))
            .collect();
        place.write("charts.csv", format!("artist,album,year,plays\n{}", rows.concat()));
        let report = place.import("lib");
        assert_eq!((counts(&report), report.albums), ([4, 0, 0, 0], 4));
        assert_eq!(years_and_plays(&place.catalog()), wanted(false));
        let report = place.import("charts.csv");
        assert_eq!((counts(&report), report.albums), ([4, 0, 0, 0], 4), "{order:?}");
        assert_eq!(years_and_plays(&place.catalog()), wanted(true), "{order:?}");
        // The rows come again in another order.
        let turned: Vec<String> = rows.into_iter().rev().collect();
        place.write("charts.csv", format!("artist,album,year,plays\n{}", turned.concat()));
        assert_eq!(place.import("charts.csv").albums, 4);
        assert_eq!(years_and_plays(&place.catalog()), wanted(true), "{order:?}, turned");
        // And by itself.
        fs::remove_dir_all(place.data()).unwrap();
        let report = place.import("charts.csv");
        assert_eq!((counts(&report), report.albums), ([4, 0, 0, 0], 4));
    }
}

#[test]
fn a_data_directory_within_the_library_is_never_imported() {
    let place = Place::new();
    place.write("folk/Reed - One.jpg", jpeg(1));
    place.write("folk/Reed - Two.jpg", jpeg(2));
    let data = place.input().join("gatefold-data");
    for round in 0..3 {
        let mut catalog = Catalog::open(&data, gatefold::catalog::Access::Write).unwrap();
        let report =
            gatefold::import::run(&mut catalog, &place.input(), &gatefold::progress::Silent).unwrap();
        let new = if round == 0 { 2 } else { 0 };
        assert_eq!((report.imported, report.unchanged, report.albums), (new, 2 - new, 2));
        assert!(reason(&report, "gatefold-data").contains("data directory"), "{:?}", report.skipped);
    }
    // Nor by another catalogue, or by its own name, or by rows of a table, or through a link.
    for path in ["gatefold-data", "gatefold-data/covers"] {
        let refusal = place.try_import(path).unwrap_err().to_string();
        assert!(refusal.contains("data directory of Gatefold"), "{refusal}");
    }
    let covers = data.join("covers");
    let below = fs::read_dir(&covers).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_dir(&below).unwrap().next().unwrap().unwrap().path();
    let name = file.strip_prefix(place.input()).unwrap().display().to_string();
    place.write("t.csv", format!("file\nfolk/Reed - One.jpg\n{name}\n"));
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert!(reason(&report, &name).contains("data directory of Gatefold"), "{:?}", report.skipped);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&file, place.input().join("folk/link.jpg")).unwrap();
        std::os::unix::fs::symlink(&data, place.input().join("folk/linked")).unwrap();
        let report = place.import("");
        assert!(
            reason(&report, "folk/link.jpg").contains("data directory of Gatefold"),
            "{:?}",
            report.skipped
        );
        assert!(reason(&report, "folk/linked").contains("link to a folder"), "{:?}", report.skipped);
    }
    // What a person keeps in a data directory beside Gatefold's own is theirs.
    fs::create_dir(data.join("mine")).unwrap();
    fs::write(data.join("mine/a.jpg"), jpeg(7)).unwrap();
    assert_eq!(counts(&place.import("gatefold-data/mine")), [1, 0, 0, 0]);
}

#[test]
fn a_damaged_cover_is_mended_by_importing_its_album_again() {
    let place = Place::new();
    for number in 0..5 {
        place.write(&format!("rock/{number}.jpg"), jpeg(number));
    }
    place.import("");
    // The import after the next one reads no cover that nobody touched.
    place.import("");
    let catalog = place.catalog();
    let albums = catalog.albums().unwrap();
    let file = |at: usize| catalog.cover_path(albums[at].cover.as_ref().unwrap());
    let size = fs::metadata(file(2)).unwrap().len();
    fs::write(file(0), b"").unwrap();
    fs::File::options().write(true).open(file(1)).unwrap().set_len(100).unwrap();
    fs::write(file(2), vec![7; size as usize]).unwrap();
    fs::remove_file(file(3)).unwrap();
    for at in 0..4 {
        let refusal = catalog.cover(albums[at].cover.as_ref().unwrap()).unwrap_err().to_string();
        assert!(refusal.contains("import its album again"), "{refusal}");
    }
    drop(catalog);
    assert_eq!(counts(&place.import("")), [4, 1, 0, 0]);
    let catalog = place.catalog();
    for album in &albums {
        assert!(catalog.cover(album.cover.as_ref().unwrap()).is_ok());
    }
    assert_eq!(catalog.albums().unwrap(), albums);
    drop(catalog);
    assert_eq!(counts(&place.import("")), [0, 5, 0, 0]);
}

#[cfg(unix)]
#[test]
fn what_might_never_end_is_not_opened() {
    let place = Place::new();
    place.write("rock/a.jpg", jpeg(1));
    let pipe = |name: &str| {
        let path = place.input().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    };
    pipe("pipe");
    pipe("table.csv");
    pipe("rock/pipe.jpg");
    pipe("rock/no-ending");
    let _socket = std::os::unix::net::UnixListener::bind(place.input().join("rock/socket.jpg")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place.input().join("rock/zero.jpg")).unwrap();
    for path in ["pipe", "table.csv", "rock/socket.jpg"] {
        let refusal = place.try_import(path).unwrap_err().to_string();
        assert!(refusal.contains("neither a file nor a folder"), "{refusal}");
    }
    place.write("t.csv", "file\nrock/a.jpg\nrock/pipe.jpg\nrock/socket.jpg\nrock/zero.jpg\npipe\n");
    for name in ["", "t.csv"] {
        let report = place.import(name);
        assert_eq!(report.imported, 1, "{:?}", report.skipped);
        for (source, words) in
            [("pipe.jpg", "not a file"), ("socket.jpg", "not a file"), ("zero.jpg", "leads out")]
        {
            assert!(reason(&report, source).contains(words), "{:?}", report.skipped);
        }
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_utf_8_are_imported_and_found_again() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    let folder = place.input().join(std::ffi::OsStr::from_bytes(b"pop/Nils Bj\xf6rn/K\xfcste (2001)"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("folder.jpg"), jpeg(1)).unwrap();
    for name in [&b"01 Sj\xf6.mp3"[..], b"02 Plain.mp3"] {
        fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), b"x").unwrap();
    }
    assert_eq!(counts(&place.import("")), [1, 0, 0, 0]);
    assert_eq!(counts(&place.import("")), [0, 1, 0, 0]);
    let catalog = place.catalog();
    let album = catalog.albums().unwrap().remove(0);
    assert_eq!(
        (album.artist.as_deref(), album.title.as_deref(), album.year),
        (Some("Nils Bj\u{f6}rn"), Some("K\u{fc}ste"), Some(2001))
    );
    let pictures = catalog.folder_pictures(album.id).unwrap();
    let files = export::music_beside(&pictures[0].0, &pictures[0].1);
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| file.is_file()));
    assert_eq!(export::m3u8(&[(album, files)]).left_out.len(), 2, "its folder's name cannot be listed");
}

#[cfg(unix)]
#[test]
fn odd_names_are_imported_and_names_in_another_unicode_form_are_names_of_their_own() {
    let place = Place::new();
    let long = format!("{} - {}", "L".repeat(100), "M".repeat(100));
    let names = [
        "-rf - --data",
        "A\u{202e}gnp.cov - Turned",
        "Back\\slash - Path",
        "Bell\u{7} - Esc\u{1b}[31mred",
        "CON - NUL",
        "New\nLine - Break\tTab",
        "Percent%20 - 100%",
        "Quote's \"Band\" - <b>Bold & Co",
        "Star * - What?",
        "Zero\u{200b}Width - \u{feff}Bom",
        "שיר הים - גלים (2003)",
        "音楽 - 夜明け (1988)",
        "🎺🎺 - 💿",
        "Bj\u{f6}rk - Post",
        "Bjo\u{308}rk - Post",
        "\u{85}\u{9b}31m - C1",
        &long,
    ];
    for (number, name) in names.iter().enumerate() {
        place.write(&format!("world/{name}.jpg"), jpeg(number as u32));
    }
    let report = place.import("");
    assert_eq!(counts(&report), [names.len() as u64, 0, 0, 0], "{:?}", report.skipped);
    assert_eq!(counts(&place.import("")), [0, names.len() as u64, 0, 0]);
    for album in place.catalog().albums().unwrap() {
        assert!(!album.display_title().contains(char::is_control), "{:?}", album.display_title());
        assert!(!album.display_artist().contains(char::is_control), "{:?}", album.display_artist());
    }
}
