//! Several sources, cancelled imports, the demo, and real collections.

use super::*;

#[test]
fn albums_of_several_sources_are_merged_by_name_and_by_picture() {
    let place = Place::new();
    place.write("rock/a.jpg", jpeg(1));
    place.write("b.jpg", jpeg(2));
    place.write("names.csv", "artist,album,plays\nCan,Tago Mago,7\nLow,Trust,8\n");
    place.write("t/a.jpg", jpeg(1));
    place.write("t/t.csv", "file,artist,album\na.jpg,CAN,Tago Mago\n");
    assert_eq!(counts(&place.import("rock")), [1, 0, 0, 0]);
    assert_eq!(counts(&place.import("names.csv")), [2, 0, 0, 0]);
    // By its names this row is the second source's album; the first source's picture stays an album of its own.
    let report = place.import("t/t.csv");
    assert_eq!((counts(&report), report.albums), ([1, 0, 0, 0], 3));
    let catalog = place.catalog();
    let found = catalog.find(&AlbumQuery { query: "tago".into(), ..Default::default() }).unwrap();
    let album = catalog.album(found.albums[0].id).unwrap().unwrap();
    assert_eq!((album.artist.as_deref(), album.plays, album.cover.is_some()), (Some("Can"), Some(7), true));
}

#[test]
fn separators_and_line_ends_of_other_programs_are_understood() {
    for (name, text) in [
        ("semicolons.csv", "file;artist;album\na.jpg;\"A; B\";One, two\n"),
        ("tabs.tsv", "file\tartist\talbum\na.jpg\tA; B\tOne, two\n"),
        ("mac.csv", "file,artist,album\ra.jpg,A; B,\"One, two\"\r"),
    ] {
        let place = Place::new();
        place.write("a.jpg", jpeg(1));
        place.write(name, text);
        assert_eq!(counts(&place.import(name)), [1, 0, 0, 0], "{name}");
        let album = place.catalog().albums().unwrap().remove(0);
        assert_eq!(
            (album.artist.as_deref(), album.title.as_deref()),
            (Some("A; B"), Some("One, two")),
            "{name}"
        );
    }
}

#[test]
fn what_gives_nothing_is_an_error_that_says_why() {
    let place = Place::new();
    place.write("empty.csv", "");
    place.write("header.csv", "file,artist\n");
    place.write("other.csv", "street,town\na,b\n");
    place.write("bad.csv", "file\nx.jpg\ny.jpg\n");
    place.write("utf32.csv", b"\xff\xfe\0\0f\0\0\0");
    place.write("picture.jpg", jpeg(1));
    place.write("void/readme.txt", "nothing here");
    for (name, words) in [
        ("empty.csv", "is empty"),
        ("header.csv", "no rows"),
        ("other.csv", "its columns are: street, town"),
        ("bad.csv", "all 2 records were left out"),
        ("utf32.csv", "UTF-32"),
        ("picture.jpg", "is a picture"),
        ("void", "no pictures were found"),
        ("nowhere", "does not exist"),
    ] {
        let sentence = place.try_import(name).unwrap_err().to_string();
        assert!(sentence.contains(words), "{name}: {sentence}");
    }
    let Err(ImportError::Nothing { skipped, .. }) = place.try_import("bad.csv") else { panic!() };
    assert_eq!(skipped.len(), 2);
    assert!(place.catalog().is_empty().unwrap());
}

/// Counts, and asks to stop after some steps.
struct Stop {
    after: u64,
    steps: AtomicU64,
}

impl Progress for Stop {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.steps.load(Ordering::Relaxed) >= self.after
    }
}

#[test]
fn a_cancelled_import_keeps_what_was_stored_and_goes_on_later() {
    let place = Place::new();
    for number in 0..600 {
        place.write(&format!("{number:03}.jpg"), jpeg(number));
    }
    let stop = Stop { after: 300, steps: AtomicU64::new(0) };
    let mut catalog = place.catalog();
    let outcome = import::run(&mut catalog, &place.input(), &stop);
    let Err(ImportError::Cancelled(stored)) = outcome else { panic!("{outcome:?}") };
    let kept = catalog.len().unwrap();
    assert_eq!(stored, kept);
    assert!(kept < 600);
    drop(catalog);
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([600 - kept, kept, 0, 0], 600));
}

#[test]
fn a_table_is_given_up_while_it_is_gone_over_for_the_first_time() {
    let place = Place::new();
    let rows: String = (0..1000).map(|n| format!("{n}.jpg,jazz\n")).collect();
    place.write("long.csv", format!("file,genre\n{rows}"));
    let stop = Stop { after: 0, steps: AtomicU64::new(0) };
    let outcome = import::run(&mut place.catalog(), &place.input().join("long.csv"), &stop);
    // Had it read the rows, it would have said that none of the thousand files is there.
    assert!(matches!(outcome, Err(ImportError::Cancelled(0))), "{outcome:?}");
}

#[test]
fn the_demo_fills_an_empty_catalogue_and_makes_room_for_ones_own() {
    let place = Place::new();
    let mut catalog = place.catalog();
    let report = import::demo(&mut catalog, 12, 7, &Silent).unwrap();
    assert_eq!((counts(&report), report.albums), ([12, 0, 0, 0], 12));
    assert!(catalog.is_demo().unwrap());
    let first = catalog.albums().unwrap();
    assert!(
        first.iter().all(|album| album.cover.is_some() && album.artist.is_some() && album.genre.is_some())
    );
    assert_eq!(counts(&import::demo(&mut catalog, 12, 7, &Silent).unwrap()), [0, 12, 0, 0]);
    assert_eq!(catalog.albums().unwrap(), first);
    // Fewer, then another label.
    assert_eq!(import::demo(&mut catalog, 8, 7, &Silent).unwrap().albums, 8);
    assert_eq!(import::demo(&mut catalog, 12, 8, &Silent).unwrap().albums, 12);
    assert!(catalog.albums().unwrap().iter().all(|album| !first.iter().any(|old| old.id == album.id)));
    drop(catalog);
    // What cannot be imported does not cost the demo.
    place.write("bad/x.jpg", "no picture");
    assert!(place.try_import("bad").is_err());
    assert!(place.catalog().is_demo().unwrap());
    place.write("good/x.jpg", jpeg(1));
    let report = place.import("good");
    assert_eq!((counts(&report), report.albums), ([1, 0, 0, 0], 1));
    let mut catalog = place.catalog();
    assert!(!catalog.is_demo().unwrap());
    let refusal = import::demo(&mut catalog, 12, 7, &Silent).unwrap_err();
    assert!(matches!(refusal, ImportError::NotEmpty(1)));
}

#[test]
fn a_catalogue_that_is_only_read_takes_no_import() {
    let place = Place::new();
    place.write("a.jpg", jpeg(1));
    drop(place.catalog());
    let mut reader = Catalog::open(&place.data(), Access::Read).unwrap();
    let refusal = import::run(&mut reader, &place.input(), &Silent).unwrap_err().to_string();
    assert!(refusal.contains("reading only"), "{refusal}");
}

mod real {
    use super::*;
    use crate::helpers::shared;

    #[test]
    #[ignore = "needs the real covers beside the checkout; `cargo xtask test` runs it where they are"]
    fn a_sample_of_real_covers_is_imported_with_its_facts() {
        let shared = shared("covers");
        let place = Place::new();
        let table = fs::read_to_string(shared.join("covers.csv")).unwrap();
        let mut sample = String::new();
        let mut rows = 0;
        // Every 100th row, and the header.
        for line in table.lines().step_by(100) {
            sample.push_str(line);
            sample.push('\n');
            if rows > 0 {
                let file = line.split(',').next().unwrap();
                place.write(file, fs::read(shared.join(file)).unwrap());
            }
            rows += 1;
        }
        place.write("covers.csv", sample);
        let report = place.import("covers.csv");
        assert_eq!(counts(&report), [rows - 1, 0, 0, 0], "{:?}", report.skipped);
        let catalog = place.catalog();
        assert!(catalog.underived().unwrap().is_empty());
        let unlabelled =
            catalog.albums().unwrap().iter().filter(|album| album.genre.is_none()).count() as u64;
        assert_eq!(catalog.genres().unwrap().values().sum::<u64>() + unlabelled, rows - 1);
    }

    #[test]
    #[ignore = "needs the real covers beside the checkout; `cargo xtask test` runs it where they are"]
    fn a_real_and_messy_table_without_covers_is_imported_whole() {
        let table = shared("lastfm/albums_data.csv");
        let mut catalog = Place::new().catalog();
        let report = import::run(&mut catalog, &table, &Silent).unwrap();
        let [imported, unchanged, duplicates, skipped] = counts(&report);
        assert_eq!(imported + unchanged + duplicates + skipped, 2692);
        assert_eq!(report.skipped, []);
        assert_eq!((imported, report.albums), (2692 - duplicates, 2692 - duplicates));
        let thriller =
            catalog.find(&AlbumQuery { query: "thriler jackson".into(), ..Default::default() }).unwrap();
        let album = catalog.album(thriller.albums[0].id).unwrap().unwrap();
        assert_eq!((album.plays, album.genre), (Some(11_424_766), genre("pop")));
        assert_eq!(album.similar.len(), 12);
    }
}
