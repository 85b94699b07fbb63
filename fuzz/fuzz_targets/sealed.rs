//! A build's folder: the list of its files, and files that are what it says or not.
#![no_main]

use gatefold_files::Seal;
use std::fs;

libfuzzer_sys::fuzz_target!(|files: (Vec<u8>, Vec<u8>)| {
    let (seal, columns) = files;
    let folder = tempfile::tempdir().expect("a folder for the files");
    fs::write(folder.path().join(Seal::NAME), &seal).expect("a seal");
    fs::write(folder.path().join("columns.bin"), &columns).expect("a file");
    if let Ok(Some(read)) = Seal::read(folder.path()) {
        // What is read is what would be written.
        let again = tempfile::tempdir().expect("a folder");
        fs::write(again.path().join(Seal::NAME), read.json()).expect("a seal");
        assert!(matches!(Seal::read(again.path()), Ok(Some(_))));
        let (whole, damaged) = read.checked(folder.path());
        assert!(whole.names().all(|name| !damaged.iter().any(|other| other == name)));
    }
});
