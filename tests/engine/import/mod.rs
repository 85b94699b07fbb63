//! Importing real files of every kind, good and bad, through the engine's front door.

mod sources;

use crate::helpers::{Place, counts, encoded, jpeg, painting, raw_png, reason};
use gatefold::album::{Album, Genre};
use gatefold::catalog::{Access, Catalog};
use gatefold::import::{self, ImportError};
use gatefold::progress::{Progress, Silent};
use gatefold::wire::AlbumQuery;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

fn by_key(catalog: &Catalog) -> BTreeMap<String, Album> {
    catalog.albums().unwrap().into_iter().map(|album| (album.key.clone(), album)).collect()
}

fn genre(name: &str) -> Option<Genre> {
    Genre::new(name)
}

#[test]
fn a_folder_of_genres_is_imported_and_the_second_time_nothing_is_to_do() {
    let place = Place::new();
    for (number, name) in
        ["rock/a.jpg", "rock/Low - Trust (2002).jpg", "Hip-Hop/deep/b.jpg", "c.jpg"].iter().enumerate()
    {
        place.write(name, jpeg(number as u32));
    }
    place.write("rock/notes.txt", "no picture");
    let report = place.import("");
    assert_eq!(counts(&report), [4, 0, 0, 0]);
    assert_eq!(report.albums, 4);
    let catalog = place.catalog();
    let albums = by_key(&catalog);
    assert_eq!(albums["a"].genre, genre("rock"));
    assert_eq!(albums["b"].genre, genre("rap"));
    assert_eq!(albums["c"].genre, None);
    let trust = &albums["Low - Trust (2002)"];
    assert_eq!(
        (trust.artist.as_deref(), trust.title.as_deref(), trust.year),
        (Some("Low"), Some("Trust"), Some(2002))
    );
    let cover = trust.cover.as_ref().unwrap();
    assert_eq!(catalog.cover(cover).unwrap(), jpeg(1));
    assert_eq!(catalog.derived(cover).unwrap().unwrap().pixels.len(), 64 * 64 * 3);
    let hash = catalog.content_hash().unwrap();
    drop(catalog);
    assert_eq!(counts(&place.import("")), [0, 4, 0, 0]);
    assert_eq!(place.catalog().content_hash().unwrap(), hash);
}

#[test]
fn what_is_unchanged_is_not_even_read() {
    let place = Place::new();
    let path = place.write("a.jpg", jpeg(1));
    place.import("");
    // The same size and time, other bytes: only who reads them can tell.
    let before = fs::metadata(&path).unwrap();
    fs::write(&path, vec![0; before.len() as usize]).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(before.modified().unwrap()).unwrap();
    assert_eq!(counts(&place.import("")), [0, 1, 0, 0]);
}

#[test]
fn a_file_that_was_only_touched_is_unchanged_and_one_that_changed_is_redone() {
    let place = Place::new();
    let names = ["a.jpg", "b.jpg", "c.jpg"];
    for (number, name) in names.iter().enumerate() {
        place.write(name, jpeg(number as u32));
    }
    place.import("");
    let before = by_key(&place.catalog());
    let path = place.input().join("a.jpg");
    let later = fs::metadata(&path).unwrap().modified().unwrap() + std::time::Duration::from_secs(5);
    fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    place.write("b.jpg", jpeg(9));
    assert_eq!(counts(&place.import("")), [1, 2, 0, 0]);
    let after = by_key(&place.catalog());
    assert_eq!(before["b"].id, after["b"].id);
    assert_ne!(before["b"].cover, after["b"].cover);
    assert_eq!(before["a"], after["a"]);
    assert_eq!(counts(&place.import("")), [0, 3, 0, 0]);
}

#[test]
fn a_copied_file_is_a_duplicate_and_a_copy_in_another_genre_is_not() {
    let place = Place::new();
    place.write("rock/a.jpg", jpeg(1));
    place.write("rock/copy of a.jpg", jpeg(1));
    place.write("pop/a.jpg", jpeg(1));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([2, 0, 1, 0], 2));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([0, 2, 1, 0], 2));
    // The copy becomes a cover of its own; later the original goes.
    place.write("rock/copy of a.jpg", jpeg(2));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([1, 2, 0, 0], 3));
}

#[test]
fn when_an_original_changes_its_copy_becomes_an_album() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    place.write("b.jpg", jpeg(1));
    assert_eq!(counts(&place.import("")), [1, 0, 1, 0]);
    place.write("a.jpg", jpeg(2));
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([2, 0, 0, 0], 2));
    let albums = by_key(&place.catalog());
    assert_ne!(albums["a"].cover, albums["b"].cover);
}

#[test]
fn a_renamed_file_keeps_its_album_and_a_deleted_one_stays() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    place.write("b.jpg", jpeg(2));
    place.import("");
    let id = by_key(&place.catalog())["a"].id;
    fs::rename(place.input().join("a.jpg"), place.input().join("Can - Ege Bamyasi.jpg")).unwrap();
    fs::remove_file(place.input().join("b.jpg")).unwrap();
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([1, 0, 0, 0], 2));
    let album = place.catalog().album(id).unwrap().unwrap();
    assert_eq!(album.artist.as_deref(), Some("Can"));
}

/// A JPEG with an orientation in its EXIF data: turned by 90 degrees.
fn turned_jpeg() -> Vec<u8> {
    let picture = DynamicImage::from(painting(3, 64)).crop_imm(0, 0, 64, 32);
    let jpeg = encoded(picture, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend((exif.len() as u16 + 2).to_be_bytes());
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out
}

/// 32×32, four inks, with Adobe's mark; written by Pillow, since no encoder here writes four inks.
fn cmyk_jpeg() -> Vec<u8> {
    include_bytes!("../../data/cmyk.jpg").to_vec()
}

fn animated_gif() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut out);
    for shade in [40, 200] {
        let frame = RgbaImage::from_pixel(16, 16, Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    out
}

/// Four colours, one of them clear, two bits a pixel.
fn palette_png() -> Vec<u8> {
    let colours = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
    let rows: Vec<u8> = (0..8).flat_map(|_| [0, 0b0001_1011, 0b0001_1011]).collect();
    raw_png(8, 8, 2, 3, &[(b"PLTE", &colours), (b"tRNS", &[0])], &rows)
}

#[test]
fn odd_pictures_are_read_and_bad_ones_reported_and_the_rest_is_imported() {
    let place = Place::new();
    let whole = encoded(painting(1, 200), ImageFormat::Jpeg);
    let sixteen =
        image::ImageBuffer::from_fn(20, 20, |x, y| image::Rgb([x as u16 * 3000, y as u16 * 3000, 9]));
    let good = [
        ("plain.jpg", jpeg(0)),
        ("one pixel.png", encoded(painting(1, 1), ImageFormat::Png)),
        ("cmyk.jpg", cmyk_jpeg()),
        ("sixteen bits.png", encoded(DynamicImage::ImageRgb16(sixteen), ImageFormat::Png)),
        ("grey.jpg", encoded(DynamicImage::from(painting(2, 30)).into_luma8(), ImageFormat::Jpeg)),
        ("palette.png", palette_png()),
        ("turned.jpg", turned_jpeg()),
        ("animated.gif", animated_gif()),
        ("png called.jpg", encoded(painting(4, 30), ImageFormat::Png)),
    ];
    let bad = [
        ("truncated.jpg", whole[..whole.len() / 2].to_vec(), "ends early"),
        ("text.jpg", b"this is a letter, not a picture".to_vec(), "not a picture"),
        ("empty.png", Vec::new(), "empty"),
        ("huge.png", raw_png(20_000, 20_000, 8, 2, &[], &vec![0; 100_000]), "20000"),
    ];
    for (name, bytes) in &good {
        place.write(name, bytes);
    }
    for (name, bytes, _) in &bad {
        place.write(name, bytes);
    }
    fs::create_dir(place.input().join("folder.jpg")).unwrap();
    let report = place.import("");
    for (name, _, words) in &bad {
        let reason = reason(&report, name);
        assert!(reason.contains(words), "{name}: {reason}");
    }
    assert_eq!(counts(&report), [good.len() as u64, 0, 0, bad.len() as u64], "{:?}", report.skipped);
    let catalog = place.catalog();
    let albums = by_key(&catalog);
    let derived = |key: &str| catalog.derived(albums[key].cover.as_ref().unwrap()).unwrap().unwrap();
    assert_eq!((derived("turned").width, derived("turned").height), (32, 64));
    assert_eq!(derived("animated").mean[0], 40);
    assert!(
        catalog.cover_path(albums["png called"].cover.as_ref().unwrap()).to_string_lossy().ends_with(".png")
    );
    drop(catalog);
    // Once repaired, a bad one is imported, and only that.
    place.write("truncated.jpg", &whole);
    assert_eq!(counts(&place.import("")), [1, good.len() as u64, 0, bad.len() as u64 - 1]);
}

const HEADER: &str =
    "file,genre,genres,artist,album,year,artist_plays,album_popularity,energy,audio_level,source\n";

#[test]
fn a_table_gives_every_fact_and_bad_figures_cost_nothing() {
    let place = Place::new();
    place.write("m/a.jpg", jpeg(1));
    place.write("m/b.jpg", jpeg(2));
    let rows = "m/a.jpg,,metal|rock,Sigur Rós,\"( ), live\",2002-10-28,\"1,234\",61.5,0.25,artist,c\n\
                ./m/b.jpg,RnB,,,,soon,many,NaN,7,,\n";
    place.write("t.csv", format!("\u{feff}{HEADER}{rows}").replace('\n', "\r\n"));
    assert_eq!(counts(&place.import("t.csv")), [2, 0, 0, 0]);
    let albums = by_key(&place.catalog());
    let a = &albums["a"];
    assert_eq!((a.artist.as_deref(), a.title.as_deref()), (Some("Sigur Rós"), Some("( ), live")));
    assert_eq!((a.year, a.plays, a.popularity), (Some(2002), Some(1234), Some(61.5)));
    assert_eq!((a.genre.clone(), a.genres.len(), a.collection.as_deref()), (None, 2, Some("c")));
    let audio = a.audio.unwrap();
    assert_eq!((audio.energy, audio.of_artist), (Some(0.25), true));
    let b = &albums["b"];
    assert_eq!(
        (b.genre.clone(), b.year, b.plays, b.popularity, b.audio),
        (genre("r&b"), None, None, None, None)
    );
    assert_eq!(counts(&place.import("t.csv")), [0, 2, 0, 0]);
}

#[test]
fn bad_rows_are_reported_by_number_and_file_and_the_rest_is_imported() {
    let place = Place::new();
    for number in 1..=3 {
        place.write(&format!("{number}.jpg"), jpeg(number));
    }
    fs::write(place.input().join("../outside.jpg"), jpeg(9)).unwrap();
    place.write("cut.jpg", &jpeg(4)[..400]);
    let rows = [
        "1.jpg,One",
        "too-few.jpg",
        "2.jpg,Two,three,four",
        "missing.jpg,Two",
        "../outside.jpg,Two",
        "/etc/passwd,Two",
        "cut.jpg,Two",
        ",",
        "\"2.jpg\",\"Two\nlines\"",
        "3.jpg,\"Three",
        "3.jpg,Caf\u{e9}",
    ];
    let mut text = String::from("file,artist\n").into_bytes();
    for row in rows {
        // Latin-1, as an old spreadsheet writes it.
        text.extend(row.chars().map(|c| c as u8));
        text.push(b'\n');
    }
    place.write("t.csv", text);
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [3, 0, 0, 8], "{:?}", report.skipped);
    for (source, words) in [
        ("t.csv row 3: too-few.jpg", "too few cells"),
        ("t.csv row 4: 2.jpg", "too many cells"),
        ("t.csv row 5: missing.jpg", "no such file"),
        ("t.csv row 6: ../outside.jpg", "climbs out"),
        ("t.csv row 7: /etc/passwd", "absolute"),
        ("t.csv row 8: cut.jpg", "ends early"),
        ("t.csv row 9", "empty"),
        ("t.csv row 11", "quotation mark"),
    ] {
        let reason = reason(&report, source);
        assert!(reason.contains(words), "{source}: {reason}");
    }
    let albums = by_key(&place.catalog());
    assert_eq!(albums["2"].artist.as_deref(), Some("Two lines"));
    assert_eq!(albums["3"].artist.as_deref(), Some("Café"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tables_folder_is_not_followed() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    let outside = place.input().join("../outside.jpg");
    fs::write(&outside, jpeg(2)).unwrap();
    std::os::unix::fs::symlink(&outside, place.input().join("link.jpg")).unwrap();
    place.write("t.csv", "file\na.jpg\nlink.jpg\n");
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert!(reason(&report, "link.jpg").contains("leads out"));
}

#[test]
fn rows_without_a_cover_are_albums_by_name_and_lists_of_python_are_read() {
    let place = Place::new();
    place.write(
        "t.csv",
        "AlbumName,Artist,PlayCount,Listeners,SimilarAlbums,ImageLink,FileLoc,Tags,\n\
         X,Kylie Minogue,3927054,401656,\"[('Madonna', 'Like a Prayer'), ('a-ha', \"\"She's\"\")]\",\
         https://example.org/x.png,album_images/X.png,\"['albums I own', 'dance pop', 'Pop']\"\n\
         Post,Björk,5,4,[],https://example.org/y.png,/tmp/y.png,[]\n\
         ,,5,4,[],https://example.org/z.png,,[]\n",
    );
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [1, 0, 0, 2], "{:?}", report.skipped);
    assert!(reason(&report, "row 3").contains("absolute"));
    assert!(reason(&report, "row 4").contains("neither"));
    let album = place.catalog().albums().unwrap().remove(0);
    assert_eq!((album.cover, album.plays, album.genre), (None, Some(3_927_054), genre("pop")));
    assert_eq!(album.similar[1].album, "She's");
    assert_eq!(counts(&place.import("t.csv")), [0, 1, 0, 2]);
}

#[test]
fn the_file_column_wins_over_other_paths_and_a_link_is_no_file() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    place.write("b.jpg", jpeg(2));
    place.write(
        "t.csv",
        "FileLoc,image,file,artist,album\nb.jpg,b.jpg,a.jpg,A,One\nb.jpg,b.jpg,gone.jpg,A,Two\n\
         ,https://example.org/x.jpg,,A,Three\n,b.jpg,,A,Four\n",
    );
    let report = place.import("t.csv");
    assert_eq!(counts(&report), [3, 0, 0, 1]);
    assert!(reason(&report, "gone.jpg").contains("no such file"));
    let catalog = place.catalog();
    let albums: BTreeMap<_, _> =
        catalog.albums().unwrap().into_iter().map(|a| (a.title.clone().unwrap(), a)).collect();
    assert_eq!(catalog.cover(albums["One"].cover.as_ref().unwrap()).unwrap(), jpeg(1));
    assert_eq!(albums["Three"].cover, None);
    assert_eq!(catalog.cover(albums["Four"].cover.as_ref().unwrap()).unwrap(), jpeg(2));
}

#[test]
fn one_file_in_two_rows_is_a_copy_or_two_albums_as_the_names_say() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    place.write("t.csv", "file,artist,album\na.jpg,A,One\na.jpg,A,One\na.jpg,A,Two\n");
    for expected in [[2, 0, 1, 0], [0, 2, 1, 0]] {
        let report = place.import("t.csv");
        assert_eq!((counts(&report), report.albums), (expected, 2));
    }
}

#[test]
fn the_same_pair_of_names_twice_in_a_table_is_two_albums_with_two_covers_and_a_copy_without_any() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    place.write("b.jpg", jpeg(2));
    place.write("t.csv", "file,artist,album\na.jpg,A,One\nb.jpg,A,One\n,B,Bare\n,B,Bare\n");
    for expected in [[3, 0, 1, 0], [0, 3, 1, 0]] {
        let report = place.import("t.csv");
        assert_eq!((counts(&report), report.albums), (expected, 3));
    }
}

#[test]
fn ids_do_not_depend_on_the_order_of_rows_and_changed_facts_keep_them() {
    let ids = |order: [&str; 3]| {
        let place = Place::new();
        for number in 1..=3 {
            place.write(&format!("{number}.jpg"), jpeg(number));
        }
        // Ids are made from the canonical path, so the same folder is needed twice.
        place.write("t.csv", format!("file,artist\n{}\n", order.join("\n")));
        place.import("t.csv");
        let before = by_key(&place.catalog());
        let mut turned = order;
        turned.reverse();
        place.write(
            "t.csv",
            format!(
                "artist,file\n{}\n",
                turned.map(|row| row.split(',').rev().collect::<Vec<_>>().join(",")).join("\n")
            ),
        );
        assert_eq!(counts(&place.import("t.csv")), [0, 3, 0, 0]);
        fs::remove_dir_all(place.data()).unwrap();
        place.import("t.csv");
        assert_eq!(by_key(&place.catalog()), before);
        place.write("t.csv", "file,artist\n1.jpg,Other\n2.jpg,B\n3.jpg,C\n");
        assert_eq!(counts(&place.import("t.csv")), [1, 2, 0, 0]);
        let after = by_key(&place.catalog());
        assert_eq!((after["1"].id, after["1"].artist.as_deref()), (before["1"].id, Some("Other")));
    };
    ids(["1.jpg,A", "2.jpg,B", "3.jpg,C"]);
}
