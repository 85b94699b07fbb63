//! What becomes one album and what does not.

use super::*;
use crate::album::Genre;
use crate::catalog::testing::{named, png, put, put_from};
use crate::catalog::{Access, CoverFile};

fn catalog() -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(dir.path(), Access::Write).unwrap();
    (dir, catalog)
}

fn genre(name: &str) -> Facts {
    Facts { genre: Genre::new(name), key: name.to_owned(), ..Facts::default() }
}

#[test]
fn the_same_names_from_another_source_are_the_same_album() {
    let (_dir, mut catalog) = catalog();
    let first = put_from(&mut catalog, "one", "k", &named("Beyoncé", "Lemonade"), Some(&png(1)));
    let mut facts = named("BEYONCE", "lemonade");
    facts.plays = Some(9);
    let second = put_from(&mut catalog, "two", "k", &facts, None);
    assert_eq!(first, second);
    let album = catalog.album(first).unwrap().unwrap();
    assert_eq!((album.artist.as_deref(), album.plays), (Some("Beyoncé"), Some(9)));
    assert!(album.cover.is_some());
}

#[test]
fn two_records_of_one_source_are_two_albums() {
    let (_dir, mut catalog) = catalog();
    let facts = named("Ice Cube", "Lethal Injection");
    let first = put(&mut catalog, "a", &facts, Some(&png(1)));
    let second = put(&mut catalog, "b", &facts, Some(&png(2)));
    assert_ne!(first, second);
    // Another source's two rows are one of each, in order.
    assert_eq!(put_from(&mut catalog, "two", "x", &facts, None), first);
    assert_eq!(put_from(&mut catalog, "two", "y", &facts, None), second);
    assert_eq!(catalog.len().unwrap(), 2);
}

#[test]
fn the_same_picture_from_another_source_is_the_same_album_unless_something_contradicts() {
    let (_dir, mut catalog) = catalog();
    let first = put_from(&mut catalog, "one", "k", &genre("rock"), Some(&png(1)));
    assert_eq!(put_from(&mut catalog, "two", "k", &genre(""), Some(&png(1))), first);
    assert_ne!(put_from(&mut catalog, "three", "k", &genre("pop"), Some(&png(1))), first);
    assert_ne!(put_from(&mut catalog, "four", "k", &genre("rock"), Some(&png(2))), first);
}

#[test]
fn an_id_depends_on_source_and_key_alone() {
    let ids = [["a", "b"], ["b", "a"]].map(|order| {
        let (_dir, mut catalog) = catalog();
        let mut ids = order.map(|key| (key, put(&mut catalog, key, &named("X", key), None)));
        ids.sort_unstable();
        ids
    });
    assert_eq!(ids[0], ids[1]);
    let (_dir, mut catalog) = catalog();
    let elsewhere = put_from(&mut catalog, "other", "a", &named("X", "a"), None);
    assert_ne!(elsewhere, ids[0][0].1);
}

#[test]
fn a_changed_record_changes_its_album_and_keeps_its_id() {
    let (_dir, mut catalog) = catalog();
    let id = put(&mut catalog, "a", &named("X", "Old"), None);
    assert_eq!(put(&mut catalog, "a", &named("X", "New"), Some(&png(1))), id);
    let album = catalog.album(id).unwrap().unwrap();
    assert_eq!(album.title.as_deref(), Some("New"));
    assert_eq!(album.cover.as_ref(), Some(&crate::catalog::hash_of(&png(1))));
    assert_eq!(catalog.len().unwrap(), 1);
}

#[test]
fn a_record_that_no_longer_fits_its_album_gets_one_of_its_own() {
    let (_dir, mut catalog) = catalog();
    let id = put_from(&mut catalog, "one", "k", &named("A", "B"), None);
    assert_eq!(put_from(&mut catalog, "two", "k", &named("A", "B"), None), id);
    let own = put_from(&mut catalog, "two", "k", &named("A", "C"), None);
    assert_ne!(own, id);
    let titles: Vec<_> = catalog.albums().unwrap().into_iter().filter_map(|a| a.title).collect();
    assert_eq!(titles.len(), 2);
    assert!(titles.contains(&"B".to_owned()) && titles.contains(&"C".to_owned()));
}

#[test]
fn a_copy_has_no_album_until_it_stops_being_one() {
    let (_dir, mut catalog) = catalog();
    let id = put(&mut catalog, "a", &genre("rock"), Some(&png(1)));
    let other = put(&mut catalog, "b", &genre("rock"), Some(&png(2)));
    let source = catalog.source("folder", "test").unwrap();
    let cover = CoverFile::write(catalog.dir(), &png(1)).unwrap();
    let facts = genre("rock");
    let copy = NewRecord { key: "b", facts: &facts, fingerprint: [0; 32], stamp: None, cover: Some(&cover) };
    let batch = catalog.batch().unwrap();
    batch.put_duplicate(&source, &copy, id).unwrap();
    batch.commit().unwrap();
    assert_eq!(catalog.len().unwrap(), 1);
    assert!(catalog.known(&source).unwrap()["b"].duplicate);
    assert_eq!(put(&mut catalog, "b", &genre("rock"), Some(&png(2))), other);
    assert_eq!(catalog.len().unwrap(), 2);
}

#[test]
fn a_renamed_file_keeps_its_album() {
    let (_dir, mut catalog) = catalog();
    let id = put(&mut catalog, "old.png", &genre("rock"), Some(&png(1)));
    let source = catalog.source("folder", "test").unwrap();
    let hash = crate::catalog::hash_of(&png(1));
    let batch = catalog.batch().unwrap();
    assert!(!batch.rename(&source, &hash, "new.png", &|_| false).unwrap());
    assert!(batch.rename(&source, &hash, "new.png", &|key| key == "old.png").unwrap());
    batch.commit().unwrap();
    assert_eq!(put(&mut catalog, "new.png", &genre("pop"), Some(&png(1))), id);
    assert_eq!(catalog.len().unwrap(), 1);
}

#[test]
fn removing_a_kind_leaves_what_others_know() {
    let (_dir, mut catalog) = catalog();
    let kept = put_from(&mut catalog, "one", "k", &named("A", "B"), None);
    let source = catalog.source("demo", "1").unwrap();
    let batch = catalog.batch().unwrap();
    let (both, alone) = (named("A", "B"), named("C", "D"));
    for (key, facts) in [("x", &both), ("y", &alone)] {
        let record = NewRecord { key, facts, fingerprint: [0; 32], stamp: None, cover: None };
        batch.put(&source, &record, true).unwrap();
    }
    batch.remove_kind_but("demo", None).unwrap();
    batch.commit().unwrap();
    let ids: Vec<_> = catalog.albums().unwrap().into_iter().map(|a| a.id).collect();
    assert_eq!(ids, [kept]);
}

#[test]
fn what_was_not_committed_is_not_there() {
    let (_dir, mut catalog) = catalog();
    let source = catalog.source("folder", "test").unwrap();
    let batch = catalog.batch().unwrap();
    let facts = named("A", "B");
    let record = NewRecord { key: "k", facts: &facts, fingerprint: [0; 32], stamp: None, cover: None };
    batch.put(&source, &record, true).unwrap();
    drop(batch);
    assert!(catalog.is_empty().unwrap());
    assert!(catalog.known(&source).unwrap().is_empty());
}

fn edition(year: impl Into<Option<i32>>, plays: u64) -> Facts {
    Facts { year: year.into(), plays: Some(plays), ..named("Hale Mirror", "Night Garden") }
}

/// Year and plays of each album, in order.
fn years_and_plays(catalog: &Catalog) -> Vec<(Option<i32>, Option<u64>)> {
    let mut found: Vec<_> =
        catalog.albums().unwrap().into_iter().map(|album| (album.year, album.plays)).collect();
    found.sort_unstable();
    found
}

/// All orders of three.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn editions_stay_apart_and_each_row_of_another_source_joins_its_own() {
    for order in [[0, 1], [1, 0]] {
        let (_dir, mut catalog) = catalog();
        let covers = [png(1), png(2)];
        let albums: Vec<AlbumId> = [1979, 2011]
            .iter()
            .zip(&covers)
            .map(|(year, cover)| {
                let facts = Facts { year: Some(*year), ..named("Hale Mirror", "Night Garden") };
                put_from(&mut catalog, "one", &year.to_string(), &facts, Some(cover))
            })
            .collect();
        assert_ne!(albums[0], albums[1]);
        for place in order {
            let (year, plays) = [(1979, 79), (2011, 11)][place];
            let key = format!("row {place}");
            assert_eq!(put_from(&mut catalog, "two", &key, &edition(year, plays), None), albums[place]);
        }
        assert_eq!(years_and_plays(&catalog), [(Some(1979), Some(79)), (Some(2011), Some(11))]);
    }
}

#[test]
fn what_says_no_year_joins_the_earliest_whatever_the_order() {
    let records = [("one", None), ("two", Some(2011)), ("two", Some(1979))];
    let mut ends = Vec::new();
    for order in ORDERS {
        let (_dir, mut catalog) = catalog();
        for place in order {
            let (source, year) = records[place];
            let facts = Facts { listeners: year.is_none().then_some(5), plays: None, ..edition(year, 0) };
            put_from(&mut catalog, source, &format!("k{place}"), &facts, None);
        }
        let mut told: Vec<_> =
            catalog.albums().unwrap().into_iter().map(|album| (album.year, album.listeners)).collect();
        told.sort_unstable();
        ends.push(told);
    }
    let wanted = vec![(Some(1979), Some(5)), (Some(2011), None)];
    assert_eq!(ends, vec![wanted; 6]);
}

#[test]
fn a_table_that_comes_again_in_another_order_changes_nothing() {
    let (_dir, mut catalog) = catalog();
    for year in [1979, 2011] {
        let facts = Facts { year: Some(year), ..named("Hale Mirror", "Night Garden") };
        put_from(&mut catalog, "one", &year.to_string(), &facts, None);
    }
    // Without ids, a table's keys follow the order of its rows.
    for rows in [[1979, 2011], [2011, 1979], [1979, 2011]] {
        for (number, year) in rows.into_iter().enumerate() {
            let key = format!("name#{number}");
            put_from(&mut catalog, "two", &key, &edition(year, year.unsigned_abs().into()), None);
        }
        assert_eq!(years_and_plays(&catalog), [(Some(1979), Some(1979)), (Some(2011), Some(2011))]);
    }
}

#[test]
fn covers_decide_between_albums_of_one_name_where_years_do_not() {
    let (_dir, mut catalog) = catalog();
    let facts = named("Ice Cube", "Lethal Injection");
    let first = put_from(&mut catalog, "one", "a", &facts, Some(&png(1)));
    let second = put_from(&mut catalog, "one", "b", &facts, Some(&png(2)));
    put_from(&mut catalog, "two", "x", &facts, Some(&png(2)));
    put_from(&mut catalog, "two", "y", &facts, Some(&png(1)));
    let source = catalog.source("folder", "two").unwrap();
    let known = catalog.known(&source).unwrap();
    assert_eq!((known["x"].album, known["y"].album), (second, first));
    assert_eq!(catalog.len().unwrap(), 2);
}

#[test]
fn another_picture_takes_over_an_album_with_all_that_was_made_of_it() {
    let (_dir, mut catalog) = catalog();
    let id = put(&mut catalog, "folder.jpg", &named("A", "B"), Some(&png(1)));
    let source = catalog.source("folder", "test").unwrap();
    let batch = catalog.batch().unwrap();
    batch.succeed(&source, "folder.jpg", "cover.jpg").unwrap();
    batch.commit().unwrap();
    assert_eq!(put(&mut catalog, "cover.jpg", &named("A", "B"), Some(&png(2))), id);
    assert_eq!(catalog.len().unwrap(), 1);
}
