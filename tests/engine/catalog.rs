//! The store as processes meet it: killed in the middle, two at once.

use crate::helpers::{Place, counts, jpeg};
use gatefold::catalog::{Access, Catalog, CatalogError, hash_of};
use gatefold::import;
use gatefold::progress::Silent;
use std::env;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Tells the test program that it is the child, and what to import into what.
const CHILD: &str = "GATEFOLD_TEST_CHILD";

/// This program again, doing nothing but `child_process`.
fn child(input: &Path, data: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "catalog::child_process"])
        .env(CHILD, env::join_paths([input, data]).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what the other process does.
#[test]
#[ignore = "the other tests of this file start it, as a process of its own"]
fn child_process() {
    let paths = env::var_os(CHILD).expect("the other tests of this file start it");
    let paths: Vec<_> = env::split_paths(&paths).collect();
    let mut catalog = Catalog::open(&paths[1], Access::Write).unwrap();
    import::run(&mut catalog, &paths[0], &Silent).unwrap();
}

fn check_whole(data: &Path) -> u64 {
    let catalog = Catalog::open(data, Access::Read).unwrap();
    let albums = catalog.albums().unwrap();
    for album in &albums {
        let cover = album.cover.as_ref().unwrap();
        assert_eq!(hash_of(&catalog.cover(cover).unwrap()), *cover);
        assert!(catalog.derived(cover).unwrap().is_some(), "{}", album.key);
    }
    albums.len() as u64
}

#[test]
fn a_killed_import_leaves_whole_records_and_the_next_one_goes_on() {
    let place = Place::new();
    const ALL: u64 = 1500;
    for number in 0..ALL {
        place.write(&format!("{number:04}.jpg"), jpeg(number as u32));
    }
    let mut child = child(&place.input(), &place.data());
    // As soon as something is there, in the middle of the rest. Should the child be faster, nothing is lost but the
    // interest of the case.
    while child.try_wait().unwrap().is_none() {
        if let Ok(catalog) = Catalog::open(&place.data(), Access::Read)
            && !catalog.is_empty().unwrap()
        {
            assert!(matches!(Catalog::open(&place.data(), Access::Write), Err(CatalogError::InUse { .. })));
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = check_whole(&place.data());
    assert!(kept > 0);
    let report = place.import("");
    assert_eq!((counts(&report), report.albums), ([ALL - kept, kept, 0, 0], ALL));
    assert_eq!(check_whole(&place.data()), ALL);
}

#[test]
fn readers_see_a_whole_state_while_another_process_writes() {
    let place = Place::new();
    for number in 0..600 {
        place.write(&format!("{number:04}.jpg"), jpeg(number));
    }
    drop(place.catalog());
    let mut child = child(&place.input(), &place.data());
    let reader = Catalog::open(&place.data(), Access::Read).unwrap();
    let mut seen = 0;
    while child.try_wait().unwrap().is_none() {
        let albums = reader.albums().unwrap();
        assert!(albums.len() >= seen);
        seen = albums.len();
        // Each album that is seen is there with its cover.
        if let Some(album) = albums.last() {
            reader.cover(album.cover.as_ref().unwrap()).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(reader.len().unwrap(), 600);
}
