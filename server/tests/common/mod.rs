//! A small collection, made here: four looks that nobody could take for each other.

#![allow(dead_code)] // each test binary uses its part

mod copy;

pub use copy::copy_folder;
use gatefold::catalog::{Access, Catalog};
use gatefold::progress::Silent;
use image::{Rgb, RgbImage};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Covers of each genre in [`collection`].
pub const PER_GENRE: usize = 12;
/// All albums of [`collection`]; one of them has no cover.
pub const ALBUMS: u64 = 2 * PER_GENRE as u64 + 1;

/// A cover that depends on `seed` alone: two colours, stripes of a width and an angle.
pub fn cover(seed: u32, warm: bool) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(97);
    let mut next = |n: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % n
    };
    let (a, b) = ([next(120) as u8, next(120) as u8, next(120) as u8], next(90) as u8);
    let (dx, dy, width) = (1 + next(5), next(6), 4 + next(18));
    RgbImage::from_fn(96, 96, |x, y| {
        let band = ((x * dx + y * dy) / width) % 2 == 0;
        match (band, warm) {
            (true, true) => Rgb([130 + a[0], a[1] / 2, a[2] / 3]),
            (false, true) => Rgb([200, 120 + b, 60]),
            (true, false) => Rgb([a[0] / 3, a[1] / 2, 130 + a[2]]),
            (false, false) => Rgb([60, 120 + b, 210]),
        }
    })
}

/// Writes a collection into `dir`: covers, and a table that names them. Returns the table.
pub fn collection(dir: &Path) -> PathBuf {
    let covers = dir.join("covers");
    std::fs::create_dir_all(&covers).unwrap();
    let mut table = String::from("file,artist,album,genre,year\n");
    for (genre, warm) in [("rock", true), ("pop", false)] {
        for i in 0..PER_GENRE {
            let name = format!("covers/{genre}{i:02}.png");
            cover(i as u32 + if warm { 0 } else { 1000 }, warm).save(dir.join(&name)).unwrap();
            table += &format!("{name},Artist {genre} {i},Title {genre} {i},{genre},{}\n", 1970 + i);
        }
    }
    table += ",The Sleeveless,Nothing to See,rock,1999\n";
    let path = dir.join("albums.csv");
    std::fs::write(&path, table).unwrap();
    path
}

/// A data directory with the collection, imported and built. Made once, copied for each test.
pub fn catalogue() -> TempDir {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let made = tempfile::tempdir().unwrap();
        let source = tempfile::tempdir().unwrap();
        let table = collection(source.path());
        let mut catalog = Catalog::open(made.path(), Access::Write).unwrap();
        let report = gatefold::import::run(&mut catalog, &table, &Silent).unwrap();
        assert_eq!(report.skipped, [], "the collection is good");
        assert_eq!(report.albums, ALBUMS);
        gatefold::pipeline::run(&mut catalog, &Silent).unwrap();
        made
    });
    let copy = tempfile::tempdir().unwrap();
    copy_folder(made.path(), copy.path());
    copy
}
