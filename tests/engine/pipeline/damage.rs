//! Builds of earlier versions, and builds that were mended.

use super::*;

#[test]
fn a_build_of_an_earlier_version_is_read_as_it_is_and_made_anew_in_the_same_places() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    put(&mut catalog, "new", facts("Someone", "New", "jazz"), Some(&cover(0, 577)));
    let hash = pipeline::run(&mut catalog, &Silent).unwrap().hash;
    let before = files(&catalog);
    std::fs::remove_file(folder_of(&catalog).join("files.json")).unwrap();
    // Damaged before anybody noted what it held.
    harm(&folder_of(&catalog).join("palettes.bin"), "flipped");
    assert!(Built::open(&catalog).unwrap().is_some());
    let examined = pipeline::examine(&catalog).unwrap();
    assert!(examined.exists && !examined.is_sealed);
    assert_eq!(pipeline::run(&mut catalog, &Silent).unwrap().hash, hash);
    assert!(files(&catalog) == before);
}

#[test]
fn a_build_that_is_mended_leaves_nothing_behind_and_keeps_the_one_before() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    put(&mut catalog, "new", facts("Someone", "New", "jazz"), Some(&cover(0, 577)));
    pipeline::run(&mut catalog, &Silent).unwrap();
    harm(&folder_of(&catalog).join("layout.bin"), "removed");
    pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!(builds(&catalog), 2);
    assert!(pipeline::unfinished(catalog.dir()).is_empty());
}
