//! Builds: what is made again and what is not, what an interruption leaves behind, and what the map holds.

mod damage;

use gatefold::album::{AlbumId, AlbumName, Genre};
use gatefold::catalog::{Access, Catalog, CoverFile, Facts, NewRecord};
use gatefold::map::NO_SLOT;
use gatefold::pipeline::{self, BuildError, Built};
use gatefold::progress::{Progress, Silent};
use image::{ImageFormat, Rgb, RgbImage};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Mutex;

/// A drawn cover: group says how it looks, number makes it its own.
fn cover(group: u32, number: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(96, 96, |x, y| {
        let wave = (x * (group + 2) + y * (group * group + 1) + number * 3) % 192;
        let inside = (x / 8 * 7 + y / 8 * 13) % 31 == number % 31;
        let shade = if inside { 255 - wave } else { wave };
        Rgb([(shade * (group % 3 + 1) / 3) as u8, (shade / (group % 2 + 1)) as u8, (40 * group % 200) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn put(catalog: &mut Catalog, key: &str, facts: Facts, cover: Option<&[u8]>) -> AlbumId {
    let dir = catalog.dir().to_owned();
    let source = catalog.source("folder", "test").unwrap();
    let file = cover.map(|bytes| CoverFile::write(&dir, bytes).unwrap());
    let facts = Facts { key: key.to_owned(), ..facts };
    let batch = catalog.batch().unwrap();
    let record = NewRecord { key, facts: &facts, fingerprint: [0; 32], stamp: None, cover: file.as_ref() };
    let id = batch.put(&source, &record, true).unwrap().album;
    batch.commit().unwrap();
    id
}

fn facts(artist: &str, title: &str, genre: &str) -> Facts {
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    Facts { artist: text(artist), title: text(title), genre: Genre::new(genre), ..Facts::default() }
}

fn open(dir: &Path) -> Catalog {
    Catalog::open(dir, Access::Write).unwrap()
}

/// 60 albums of three genres in a new directory.
fn filled() -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = open(dir.path());
    for i in 0..60u32 {
        let genre = ["jazz", "rock", "folk"][i as usize % 3];
        let about = facts(&format!("Artist {i}"), &format!("Title {i}"), genre);
        put(&mut catalog, &format!("k{i}"), about, Some(&cover(i % 3, i)));
    }
    (dir, catalog)
}

/// All files of the current build and their bytes.
fn files(catalog: &Catalog) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, dir: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, into);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                into.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let root = catalog.dir().join("builds").join(catalog.meta("current_build").unwrap().unwrap());
    let mut found = BTreeMap::new();
    walk(&root, &root, &mut found);
    found
}

fn builds(catalog: &Catalog) -> usize {
    std::fs::read_dir(catalog.dir().join("builds")).unwrap().count()
}

/// Cancels when a stage begins.
struct StopAt(&'static str, Mutex<bool>);

impl Progress for StopAt {
    fn stage(&self, name: &str, _: u64) {
        *self.1.lock().unwrap() |= name == self.0;
    }
    fn advance(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        *self.1.lock().unwrap()
    }
}

#[test]
fn a_second_build_has_nothing_to_do() {
    let (_dir, mut catalog) = filled();
    let first = pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!((first.albums, first.decoded), (60, 60));
    assert!(first.edges >= 30, "{}", first.edges);
    let second = pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!((second.hash, second.decoded), (first.hash, 0));
}

#[test]
fn covers_are_compared_by_the_encoder_unless_pixels_are_chosen() {
    let (_dir, mut catalog) = filled();
    let usual = pipeline::run(&mut catalog, &Silent).unwrap().features;
    assert_eq!((usual.name.as_str(), usual.dims), ("learned", 76));
    pipeline::choose_look(&mut catalog, "pixels").unwrap();
    let chosen = pipeline::run(&mut catalog, &Silent).unwrap().features;
    assert_eq!((chosen.name.as_str(), chosen.dims), ("pixels", 15));
}

#[test]
fn opinions_come_from_no_encoder_that_was_told_genres() {
    let (_dir, mut catalog) = filled();
    let opinions = |catalog: &Catalog| -> Vec<_> {
        let built = Built::open(catalog).unwrap().unwrap();
        catalog.albums().unwrap().iter().map(|album| built.opinion(album.id)).collect()
    };
    // Twenty covers of a genre are too few for an opinion.
    for i in 60..120_u32 {
        let about =
            facts(&format!("Artist {i}"), &format!("Title {i}"), ["jazz", "rock", "folk"][i as usize % 3]);
        put(&mut catalog, &format!("k{i}"), about, Some(&cover(i % 3, i)));
    }
    pipeline::run(&mut catalog, &Silent).unwrap();
    let learned = opinions(&catalog);
    assert!(learned.iter().all(|opinion| opinion.len() == 3));
    pipeline::choose_look(&mut catalog, "pixels").unwrap();
    pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!(opinions(&catalog), learned);
}

#[test]
fn the_same_catalogue_gives_the_same_bytes() {
    let (_a, mut first) = filled();
    let (_b, mut second) = filled();
    pipeline::run(&mut first, &Silent).unwrap();
    pipeline::run(&mut second, &Silent).unwrap();
    assert_eq!(files(&first), files(&second));
}

#[test]
fn one_changed_cover_is_decoded_alone_and_the_others_stay_where_they_were() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let before = Built::open(&catalog).unwrap().unwrap();
    let id = put(&mut catalog, "k7", facts("Artist 7", "Title 7", "rock"), Some(&cover(2, 99)));
    let report = pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!((report.decoded, report.albums), (1, 60));
    let after = Built::open(&catalog).unwrap().unwrap();
    assert_ne!(before.hash, after.hash);
    let (a, b) = (&before.columns, &after.columns);
    assert_eq!((&a.id, &a.slot), (&b.id, &b.slot));
    let mut moved: Vec<f32> =
        (0..60).filter(|&i| b.id[i] != id.0).map(|i| (a.x[i] - b.x[i]).hypot(a.y[i] - b.y[i])).collect();
    moved.sort_by(f32::total_cmp);
    assert!(moved[45] < 0.2, "most stay: {moved:?}");
    assert!(moved[58] < 1.5, "none goes far: {moved:?}");
}

#[test]
fn changed_facts_leave_pictures_alone() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let before = files(&catalog);
    put(&mut catalog, "k7", facts("Artist 7", "Another title", "rock"), Some(&cover(1, 7)));
    let report = pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!(report.decoded, 0);
    let after = files(&catalog);
    for name in
        ["features.bin", "neighbours.bin", "layout.bin", "sheets/0/0.jpg", "sheets/1/0.jpg", "sheets/2/0.jpg"]
    {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_ne!(before["labels.json"], after["labels.json"]);
}

#[test]
fn an_interrupted_build_leaves_the_former_one_in_use() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let before = files(&catalog);
    put(&mut catalog, "new", facts("Someone", "New", "jazz"), Some(&cover(0, 77)));
    for stage in ["Covers", "Features", "Neighbours", "Layout", "Sheets"] {
        let stop = StopAt(stage, Mutex::new(false));
        assert!(matches!(pipeline::run(&mut catalog, &stop), Err(BuildError::Cancelled)), "{stage}");
        assert_eq!(files(&catalog), before, "{stage}");
        assert_eq!(builds(&catalog), 1, "{stage} left something behind");
    }
    assert_eq!(pipeline::run(&mut catalog, &Silent).unwrap().albums, 61);
}

#[test]
fn what_a_killed_build_left_is_neither_used_nor_kept() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let before = files(&catalog);
    let half = catalog.dir().join("builds/.tmp-1");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join("manifest.json"), b"{").unwrap();
    assert_eq!(files(&catalog), before);
    put(&mut catalog, "new", facts("Someone", "New", "jazz"), Some(&cover(0, 77)));
    pipeline::run(&mut catalog, &Silent).unwrap();
    assert!(!half.exists());
}

#[test]
fn the_former_build_is_kept_and_older_ones_are_not() {
    let (_dir, mut catalog) = filled();
    let mut hashes = Vec::new();
    for i in 0..4u32 {
        put(&mut catalog, "new", facts("Someone", &format!("New {i}"), "jazz"), Some(&cover(0, 77 + i)));
        hashes.push(pipeline::run(&mut catalog, &Silent).unwrap().hash);
    }
    assert_eq!(builds(&catalog), 2);
    assert!(hashes[2..].iter().all(|hash| catalog.dir().join("builds").join(hash).is_dir()));
}

#[test]
fn a_damaged_build_is_said_to_be_so_and_made_again() {
    let (_dir, mut catalog) = filled();
    let report = pipeline::run(&mut catalog, &Silent).unwrap();
    let columns = Built::open(&catalog).unwrap().unwrap().columns_file();
    std::fs::write(&columns, b"GFMC").unwrap();
    assert!(matches!(Built::open(&catalog), Err(BuildError::Damaged(path)) if path == columns));
    assert_eq!(pipeline::run(&mut catalog, &Silent).unwrap().hash, report.hash);
    assert!(Built::open(&catalog).unwrap().is_some());
}

#[test]
fn the_map_holds_every_album_once_with_room_between() {
    let (_dir, mut catalog) = filled();
    assert!(Built::open(&catalog).unwrap().is_none());
    pipeline::run(&mut catalog, &Silent).unwrap();
    let built = Built::open(&catalog).unwrap().unwrap();
    let columns = &built.columns;
    let ids: Vec<u64> = catalog.albums().unwrap().iter().map(|a| a.id.0).collect();
    assert_eq!(columns.id, ids);
    let mut slots = columns.slot.clone();
    slots.sort_unstable();
    assert_eq!(slots, (0..60).collect::<Vec<u32>>());
    assert!((0.7..1.3).contains(&built.manifest.spacing), "{}", built.manifest.spacing);
    let [x0, y0, x1, y1] = built.manifest.bounds;
    assert!(
        columns.x.iter().all(|x| (x0..=x1).contains(x)) && columns.y.iter().all(|y| (y0..=y1).contains(y))
    );
    assert_eq!(built.manifest.genre_counts, [20, 20, 20]);
    let labels: Vec<[String; 2]> =
        serde_json::from_slice(&std::fs::read(built.labels_file()).unwrap()).unwrap();
    let album = catalog.album(AlbumId(columns.id[0])).unwrap().unwrap();
    assert_eq!(labels[0], [album.display_title(), album.display_artist().to_owned()]);
    for (level, of) in built.manifest.levels.iter().enumerate() {
        for sheet in 0..of.sheets {
            let picture = image::open(built.sheet(level, sheet).unwrap()).unwrap();
            assert_eq!(picture.width(), of.size * of.columns);
        }
        assert_eq!(built.sheet(level, of.sheets), None);
    }
}

#[test]
fn a_slot_shows_the_cover_of_its_album() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let built = Built::open(&catalog).unwrap().unwrap();
    for (level, of) in built.manifest.levels.iter().enumerate() {
        let sheet = image::open(built.sheet(level, 0).unwrap()).unwrap().into_rgb8();
        for i in 0..60 {
            let slot = built.columns.slot[i];
            let (x, y) = (slot % of.columns * of.size, slot / of.columns * of.size);
            let tile = image::imageops::crop_imm(&sheet, x, y, of.size, of.size).to_image();
            let mean = gatefold::cover::mean_colour(&tile);
            let [_, r, g, b] = built.columns.colour[i].to_be_bytes();
            let far = mean.iter().zip([r, g, b]).map(|(a, b)| a.abs_diff(b)).max().unwrap();
            assert!(far < 12, "level {level}, album {i}: {mean:?} {:?}", [r, g, b]);
        }
    }
}

#[test]
fn nearest_begins_with_the_album_and_its_neighbours() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let built = Built::open(&catalog).unwrap().unwrap();
    let (albums, edges) = built.nearest(5, 11);
    let mut expected = vec![5];
    expected.extend(built.neighbours(5).iter().map(|n| n.0));
    assert_eq!(albums, expected);
    assert!(edges.iter().all(|(a, b, s)| a < b && (0.0..=1.0).contains(s)));
    assert!(edges.iter().all(|(a, b, _)| albums.contains(a) && albums.contains(b)));
    let similar: Vec<f32> = built.neighbours(5).iter().map(|n| n.1).collect();
    assert!(similar.windows(2).all(|w| w[0] >= w[1]));
    assert_eq!(built.nearest(5, 500).0.len().min(60), built.nearest(5, 500).0.len());
}

#[test]
fn albums_without_a_cover_stand_beside_their_artist_or_on_the_rim() {
    let (_dir, mut catalog) = filled();
    let mate = put(&mut catalog, "mate", facts("Artist 3", "Lost", "jazz"), None);
    let similar = AlbumName { artist: "Artist 4".into(), album: "Title 4".into() };
    let like = Facts { similar: vec![similar], ..facts("Nobody", "Alike", "jazz") };
    let like = put(&mut catalog, "like", like, None);
    let lonely = put(&mut catalog, "lonely", facts("", "", ""), None);
    pipeline::run(&mut catalog, &Silent).unwrap();
    let built = Built::open(&catalog).unwrap().unwrap();
    let columns = &built.columns;
    let at = |i: u32| [columns.x[i as usize], columns.y[i as usize]];
    let far = |a: u32, b: u32| (at(a)[0] - at(b)[0]).hypot(at(a)[1] - at(b)[1]);
    let find = |title: &str| {
        let album =
            catalog.albums().unwrap().into_iter().find(|a| a.title.as_deref() == Some(title)).unwrap();
        built.index(album.id).unwrap()
    };
    let [mate, like, lonely] = [mate, like, lonely].map(|id| built.index(id).unwrap());
    assert!(far(mate, find("Title 3")) < 2.0);
    assert!(far(like, find("Title 4")) < 2.0);
    assert_eq!([mate, like, lonely].map(|i| columns.slot[i as usize]), [NO_SLOT; 3]);
    assert_eq!(built.neighbours(mate), [(find("Title 3"), 0.0)]);
    assert_eq!(built.neighbours(find("Title 3")).last(), Some(&(mate, 0.0)));
    assert!(built.neighbours(lonely).is_empty());
    let middle = [0, 1].map(|c| (0..63u32).map(|i| at(i)[c]).sum::<f32>() / 63.0);
    let out = |i: u32| (at(i)[0] - middle[0]).hypot(at(i)[1] - middle[1]);
    let farther = (0..63).filter(|&i| out(i) > out(lonely)).count();
    assert!(farther < 6, "{farther} stand farther out");
}

#[test]
fn small_catalogues_and_such_without_covers_have_a_map_too() {
    for (with, without) in [(0, 0), (1, 0), (2, 0), (3, 1), (0, 30), (1, 2)] {
        let dir = tempfile::tempdir().unwrap();
        let mut catalog = open(dir.path());
        for i in 0..with {
            put(&mut catalog, &format!("c{i}"), facts("", "", "jazz"), Some(&cover(i, i)));
        }
        for i in 0..without {
            put(&mut catalog, &format!("n{i}"), facts("", &format!("Title {i}"), "rock"), None);
        }
        let report = pipeline::run(&mut catalog, &Silent).unwrap();
        assert_eq!(report.albums, u64::from(with + without), "{with} + {without}");
        let built = Built::open(&catalog).unwrap().unwrap();
        assert!(built.columns.x.iter().chain(&built.columns.y).all(|v| v.is_finite()), "{with} + {without}");
        assert!(built.manifest.spacing > 0.0);
    }
}

#[test]
fn copies_of_a_picture_are_one_cluster() {
    let (_dir, mut catalog) = filled();
    let again = image::load_from_memory(&cover(1, 4)).unwrap().into_rgb8();
    let mut jpeg = Cursor::new(Vec::new());
    again.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let copy = put(&mut catalog, "copy", facts("Other", "Copy", "rock"), Some(jpeg.get_ref()));
    pipeline::run(&mut catalog, &Silent).unwrap();
    let built = Built::open(&catalog).unwrap().unwrap();
    let original =
        catalog.albums().unwrap().into_iter().find(|a| a.title.as_deref() == Some("Title 4")).unwrap();
    let [a, b] = [copy, original.id].map(|id| built.clusters[built.index(id).unwrap() as usize]);
    assert_eq!(a, b);
    assert_eq!(built.clusters.iter().filter(|&&c| c == a).count(), 2);
}

#[test]
fn a_reader_cannot_build() {
    let (dir, catalog) = filled();
    drop(catalog);
    let mut reader = Catalog::open(dir.path(), Access::Read).unwrap();
    assert!(pipeline::run(&mut reader, &Silent).is_err());
}

/// Ways in which a file comes to harm: cut, emptied, filled with zeros, one bit flipped, removed.
const HARMS: [&str; 5] = ["cut", "emptied", "zeroed", "flipped", "removed"];

fn harm(path: &Path, how: &str) {
    let mut bytes = std::fs::read(path).unwrap();
    // Builds share files by hard links: the harm is to this name alone.
    std::fs::remove_file(path).unwrap();
    match how {
        "cut" => bytes.truncate(bytes.len() / 2),
        "emptied" => bytes.clear(),
        "zeroed" => bytes.fill(0),
        "flipped" => {
            let middle = bytes.len() * 2 / 3;
            bytes[middle] ^= 0x10;
        }
        _ => return,
    }
    std::fs::write(path, bytes).unwrap();
}

fn folder_of(catalog: &Catalog) -> std::path::PathBuf {
    catalog.dir().join("builds").join(catalog.meta("current_build").unwrap().unwrap())
}

/// Sixty tagged covers of two genres more, so that there is a forest.
fn with_a_forest() -> (tempfile::TempDir, Catalog) {
    let (dir, mut catalog) = filled();
    for i in 60..120_u32 {
        let genre = ["jazz", "rock", "folk"][i as usize % 3];
        let about = facts(&format!("Artist {i}"), &format!("Title {i}"), genre);
        put(&mut catalog, &format!("k{i}"), about, Some(&cover(i % 3, i)));
    }
    (dir, catalog)
}

#[test]
fn whatever_happens_to_a_file_of_a_build_the_next_build_makes_it_as_it_was() {
    let (_dir, mut catalog) = with_a_forest();
    pipeline::run(&mut catalog, &Silent).unwrap();
    // A map that has grown: its places follow from the one before.
    put(&mut catalog, "new", facts("Someone", "New", "jazz"), Some(&cover(0, 577)));
    let hash = pipeline::run(&mut catalog, &Silent).unwrap().hash;
    let before = files(&catalog);
    assert!(before.contains_key("forest.bin") && before.contains_key("files.json"));
    for (number, name) in before.keys().enumerate() {
        // What says how everything was made is made anew with everything.
        if name == "build.json" {
            continue;
        }
        let how = HARMS[number % HARMS.len()];
        harm(&folder_of(&catalog).join(name), how);
        assert_ne!(files(&catalog), before, "{name} {how}");
        assert!(!pipeline::examine(&catalog).unwrap().is_current, "{name} {how}");
        let report = pipeline::run(&mut catalog, &Silent).unwrap();
        assert_eq!(report.hash, hash, "{name} {how}");
        // Without a list nobody knows that one was lost: the build is like one of an earlier version.
        let known = u64::from((name.as_str(), how) != ("files.json", "removed"));
        assert_eq!(report.damaged, known, "{name} {how}");
        assert!(files(&catalog) == before, "{name} {how} is not as it was");
    }
    assert_eq!(pipeline::run(&mut catalog, &Silent).unwrap().damaged, 0);
}

#[test]
fn every_harm_to_a_file_is_seen_by_who_reads_it() {
    let (_dir, mut catalog) = with_a_forest();
    pipeline::run(&mut catalog, &Silent).unwrap();
    let before = files(&catalog);
    let built = Built::open(&catalog).unwrap().unwrap();
    for name in ["labels.json", "columns.bin", "sheets/0/0.jpg", "sheets/2/1.jpg"] {
        for how in HARMS {
            let path = folder_of(&catalog).join(name);
            assert_eq!(built.read_file(&path).unwrap(), before[name]);
            harm(&path, how);
            let refusal = built.read_file(&path).unwrap_err();
            assert!(matches!(&refusal, BuildError::Damaged(at) if *at == path), "{name} {how}: {refusal}");
            assert!(refusal.to_string().contains("gatefold build"), "{refusal}");
            pipeline::run(&mut catalog, &Silent).unwrap();
        }
    }
    for name in ["features.bin", "palettes.bin", "standard.json", "opinions.bin", "near.bin", "clusters.json"]
    {
        for how in HARMS {
            harm(&folder_of(&catalog).join(name), how);
            let read = Built::open(&catalog).and_then(|built| {
                let albums = catalog.albums()?;
                pipeline::Facts::of(&built.unwrap(), &albums).map(drop)
            });
            assert!(matches!(read, Err(BuildError::Damaged(_))), "{name} {how}");
            pipeline::run(&mut catalog, &Silent).unwrap();
        }
    }
    for how in HARMS {
        harm(&folder_of(&catalog).join("forest.bin"), how);
        let judge = pipeline::Judge::of(&Built::open(&catalog).unwrap().unwrap());
        assert!(matches!(judge, Err(BuildError::Damaged(_))), "{how}");
        pipeline::run(&mut catalog, &Silent).unwrap();
    }
    std::fs::remove_dir_all(catalog.dir().join("builds")).unwrap();
    assert!(matches!(built.read_file(&built.labels_file()), Err(BuildError::Gone)));
    assert!(matches!(Built::open(&catalog), Err(BuildError::Damaged(_))));
    pipeline::run(&mut catalog, &Silent).unwrap();
    assert_eq!(files(&catalog), before);
}

#[test]
fn a_build_whose_record_is_lost_is_made_anew() {
    let (_dir, mut catalog) = filled();
    pipeline::run(&mut catalog, &Silent).unwrap();
    for how in HARMS {
        harm(&folder_of(&catalog).join("build.json"), how);
        assert!(Built::open(&catalog).is_err(), "{how}");
        pipeline::run(&mut catalog, &Silent).unwrap();
        assert!(pipeline::examine(&catalog).unwrap().is_current, "{how}");
    }
}
