//! How folders are read: collections of covers, and music libraries as people and programs make them.

mod libraries;

use super::*;
use crate::import::record::Record;
use crate::report::Skipped;

/// A folder with these files; what is music or a picture follows from the names.
struct Library {
    dir: tempfile::TempDir,
    files: u8,
}

impl Library {
    fn of(files: &[&str]) -> Self {
        let mut library = Self { dir: tempfile::tempdir().unwrap(), files: 0 };
        files.iter().for_each(|file| library.add(file));
        library
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    fn add(&mut self, file: &str) {
        let path = self.dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.files += 1;
        fs::write(path, crate::catalog::testing::png(self.files)).unwrap();
    }

    fn read(&self) -> (Vec<Record>, Vec<Skipped>) {
        let (mut records, mut skipped) = (Vec::new(), Vec::new());
        for entry in entries(&self.root()).unwrap().entries {
            match entry {
                Entry::Record(record) | Entry::Album(record, _) => records.push(*record),
                Entry::Skipped(one) => skipped.push(one),
            }
        }
        (records, skipped)
    }

    fn records(&self) -> Vec<Record> {
        self.read().0
    }
}

/// Key, artist, title, year and genre of each album, in order.
fn told(files: &[&str]) -> Vec<[String; 5]> {
    let text = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let mut told: Vec<[String; 5]> = Library::of(files)
        .records()
        .into_iter()
        .map(|record| {
            let Facts { artist, title, year, genre, .. } = record.facts;
            let (year, genre) = (year.map(|year| year.to_string()), genre.map(|genre| genre.to_string()));
            [record.key, text(artist), text(title), text(year), text(genre)]
        })
        .collect();
    told.sort();
    told
}

fn genre(file: &str) -> Option<Genre> {
    Library::of(&[file]).records().remove(0).facts.genre
}

#[test]
fn the_first_folder_of_covers_is_the_genre() {
    assert_eq!(genre("Hip-Hop/x.jpg"), Genre::new("rap"));
    assert_eq!(genre("jazz/Blue Note/1960/x.jpg"), Genre::new("jazz"));
    assert_eq!(genre("Schlager/x.jpg"), Genre::new("schlager"));
    assert_eq!(genre("Anything at All/x.jpg"), Genre::new("anything at all"));
    assert_eq!(genre("unlabelled/x.jpg"), None);
    assert_eq!(genre("x.jpg"), None);
    assert_eq!(genre("1990s/Low/Trust/cover.jpg"), None, "a decade is no genre");
}

#[test]
fn splits_are_no_genres() {
    let facts = Library::of(&["Train/reggae/TRAAA__b1a2__c3d4.jpg"]).records().remove(0).facts;
    assert_eq!(facts.genre, Genre::new("reggae"));
    assert_eq!(facts.collection.as_deref(), Some("train"));
    assert_eq!((facts.key.as_str(), facts.artist), ("TRAAA__b1a2__c3d4", None));
    assert_eq!(genre("test/x.jpg"), None);
}

#[test]
fn a_plain_name_is_explained_by_its_folder() {
    let of = |file| Library::of(&[file]).records().remove(0).facts;
    let facts = of("rock/Low - Trust (2002)/cover.jpg");
    assert_eq!((facts.artist.as_deref(), facts.title.as_deref()), (Some("Low"), Some("Trust")));
    assert_eq!((facts.year, facts.key.as_str()), (Some(2002), "Low - Trust (2002)"));
    let facts = of("rock/Low/Trust/Folder.jpg");
    assert_eq!((facts.artist.as_deref(), facts.title.as_deref()), (Some("Low"), Some("Trust")));
    assert_eq!(of("rock/cover.jpg").artist, None);
}

#[test]
fn artists_at_the_first_level_are_artists_and_their_albums_have_no_genre() {
    for files in [
        // Music beside the covers.
        &["Low/Trust/cover.jpg", "Low/Trust/01.mp3", "Can/Tago Mago/cover.jpg"][..],
        // Years in the names.
        &["Low/Trust (2002)/cover.jpg", "Can/(1971) Tago Mago/folder.jpg"],
        // Many of them, and none is a genre.
        &["Low/Trust/cover.jpg", "Can/Tago Mago/cover.jpg", "Abba/Arrival/cover.jpg", "Low/artist.jpg"],
        // A genre or two may stand among artists.
        &[
            "Low/Trust (2002)/cover.jpg",
            "Can/Tago Mago (1971)/cover.jpg",
            "A1/B/cover.jpg",
            "A2/B/cover.jpg",
            "A3/B/cover.jpg",
            "A4/B/cover.jpg",
            "Jazz/Miles/Kind (1959)/cover.jpg",
        ],
    ] {
        let library = Library::of(files);
        assert_eq!(entries(&library.root()).unwrap().first_level, Some(FirstLevel::Artists), "{files:?}");
        let mut records = library.records();
        let trust = records
            .remove(records.iter().position(|record| record.key.starts_with("Low/Trust")).unwrap())
            .facts;
        assert_eq!(
            (trust.artist.as_deref(), trust.title.as_deref(), trust.genre),
            (Some("Low"), Some("Trust"), None)
        );
        let can = records.iter().find(|record| record.key.starts_with("Can/")).unwrap();
        assert_eq!(
            (can.facts.artist.as_deref(), can.facts.title.as_deref()),
            (Some("Can"), Some("Tago Mago"))
        );
        if let Some(jazz) = records.iter().find(|record| record.key.starts_with("Jazz/")) {
            assert_eq!(
                (jazz.facts.artist.as_deref(), jazz.facts.genre.as_ref().map(Genre::as_str)),
                (Some("Miles"), Some("jazz"))
            );
        }
    }
}

#[test]
fn genres_at_the_first_level_stay_genres() {
    for files in [
        &["rock/Low/Trust (2002)/cover.jpg", "rock/Low/Trust (2002)/01.flac", "jazz/Miles/Kind/cover.jpg"][..],
        &["Krautrock/Can/Tago Mago (1971)/cover.jpg", "Krautrock/Can/Tago Mago (1971)/01.mp3"],
        &["Something/Low - Trust (2002)/cover.jpg", "Something/Can - Tago Mago/cover.jpg"],
        &["Something/a.jpg", "Something/b.jpg", "Else/c.jpg"],
        &["rock/cover.jpg", "rock/a.jpg"],
    ] {
        let library = Library::of(files);
        assert_eq!(entries(&library.root()).unwrap().first_level, Some(FirstLevel::Genres), "{files:?}");
        assert!(library.records().iter().all(|record| record.facts.genre.is_some()), "{files:?}");
    }
}

#[test]
fn shelves_between_artist_and_album_are_passed() {
    assert_eq!(
        told(&[
            "rock/Low/Albums/2002 - Trust/cover.jpg",
            "rock/L/Low/Hey What (2021)/cover.jpg",
            "rock/2001/Low - Things/cover.jpg",
            "rock/Live/Throwing (1994)/cover.jpg",
        ]),
        [
            ["rock/2001/Low - Things/cover.jpg", "Low", "Things", "–", "rock"],
            ["rock/L/Low/Hey What (2021)/cover.jpg", "Low", "Hey What", "2021", "rock"],
            ["rock/Live/Throwing (1994)/cover.jpg", "Live", "Throwing", "1994", "rock"],
            ["rock/Low/Albums/2002 - Trust/cover.jpg", "Low", "Trust", "2002", "rock"],
        ]
    );
}

#[test]
fn a_year_before_the_title_is_the_year_where_all_albums_of_an_artist_have_one() {
    assert_eq!(
        told(&[
            "rock/Gate/2010 Third Bells/cover.jpg",
            "rock/Gate/1999 Degrees/cover.jpg",
            "rock/Low/1999 Degrees/cover.jpg",
            "rock/Low/Trust/cover.jpg",
        ]),
        [
            ["rock/Gate/1999 Degrees/cover.jpg", "Gate", "Degrees", "1999", "rock"],
            ["rock/Gate/2010 Third Bells/cover.jpg", "Gate", "Third Bells", "2010", "rock"],
            ["rock/Low/1999 Degrees/cover.jpg", "Low", "1999 Degrees", "–", "rock"],
            ["rock/Low/Trust/cover.jpg", "Low", "Trust", "–", "rock"],
        ]
    );
}

#[test]
fn albums_at_the_first_level_are_no_genres() {
    assert_eq!(
        told(&[
            "Low - Trust (2002)/cover.jpg",
            "Tago Mago (1971)/folder.jpg",
            "Loose/cover.jpg",
            "Loose/01.mp3"
        ]),
        [
            ["Loose/cover.jpg", "–", "Loose", "–", "–"],
            ["Low - Trust (2002)/cover.jpg", "Low", "Trust", "2002", "–"],
            ["Tago Mago (1971)/folder.jpg", "–", "Tago Mago", "1971", "–"],
        ]
    );
}

#[test]
fn a_folder_that_is_an_album_itself_is_one() {
    let library =
        Library::of(&["Trust (2002)/cover.jpg", "Trust (2002)/CD1/01.mp3", "Trust (2002)/CD1/cover.jpg"]);
    let found = entries(&library.root().join("Trust (2002)")).unwrap();
    let records: Vec<_> = found.entries.iter().filter(|entry| matches!(entry, Entry::Album(..))).collect();
    let [Entry::Album(record, others)] = records.as_slice() else { panic!("{} records", records.len()) };
    assert_eq!((record.facts.title.as_deref(), record.facts.year), (Some("Trust"), Some(2002)));
    assert_eq!(others, &["CD1/cover.jpg"]);
}

#[test]
fn discs_belong_to_their_album() {
    let files = [
        "rock/Vale/Road (2011)/cover.jpg",
        "rock/Vale/Road (2011)/CD1/01.flac",
        "rock/Vale/Road (2011)/CD1/cover.jpg",
        "rock/Vale/Road (2011)/CD2 - The Rest/01.flac",
        "rock/Vale/Road (2011)/CD2 - The Rest/Scans/back.jpg",
        "rock/Vale/Light (2015)/Disc One/01.flac",
        "rock/Vale/Light (2015)/Disc One/folder.jpg",
        "rock/Vale/Light (2015)/Disc Two/folder.jpg",
        "rock/Vale/Double (Disc 1)/cover.jpg",
        "rock/Vale/Double (Disc 2)/cover.jpg",
    ];
    assert_eq!(
        told(&files),
        [
            ["rock/Vale/Double (Disc 1)/cover.jpg", "Vale", "Double", "–", "rock"],
            ["rock/Vale/Light (2015)/Disc One/folder.jpg", "Vale", "Light", "2015", "rock"],
            ["rock/Vale/Road (2011)/cover.jpg", "Vale", "Road", "2011", "rock"],
        ]
    );
    let (_, skipped) = Library::of(&files).read();
    assert_eq!(skipped.len(), 4, "{skipped:?}");
    assert!(skipped.iter().all(Skipped::is_beside), "{skipped:?}");
    let disc = skipped.iter().find(|one| one.source.contains("Disc Two")).unwrap();
    assert!(disc.reason.contains("beside Disc One/folder.jpg"), "{disc:?}");
}

#[test]
fn an_album_has_one_cover_and_its_other_pictures_are_left_out() {
    for (cover, others) in [
        (
            "Folder.jpg",
            &["AlbumArtSmall.jpg", "AlbumArt_{5FA05D35-A682-4AF6-96F7-0773E42D4D16}_Large.jpg"][..],
        ),
        (
            "cover.jpg",
            &[
                "back.jpg",
                "cd.jpg",
                "artist.jpg",
                "Scans/booklet 01.jpg",
                "Artwork/front.jpg",
                "folder.jpg",
                "IMG_1.jpg",
            ],
        ),
        ("front.png", &["inlay.png", "disc 2.png", "extrafanart/a.jpg", "front.heic"]),
        // Without music, names of other albums are albums; with music, none is.
        ("AlbumArt_{5FA05D35-A682-4AF6-96F7-0773E42D4D16}_Large.jpg", &["AlbumArtSmall.jpg", "01.mp3"]),
        ("Low - Trust - Front.jpg", &["Low - Trust - Back.jpg", "Low - Trust - CD.jpg", "01.mp3"]),
        ("Low - Trust - Front.jpg", &["Low - Trust - Back.jpg", "Low - Trust - Inlay 2.jpg"]),
        ("Trust.jpg", &["aaa.jpg", "01.mp3"]),
        ("only.jpg", &["01.mp3"]),
        ("Scans/front.jpg", &["Scans/back.jpg", "01.mp3"]),
        ("cover 1.jpg", &["cover 2.jpg", "01.mp3"]),
    ] {
        let paths: Vec<String> =
            others.iter().chain([&cover]).map(|name| format!("rock/Low/Trust (2002)/{name}")).collect();
        let library = Library::of(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        let (records, skipped) = library.read();
        let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
        assert_eq!(keys, [format!("rock/Low/Trust (2002)/{cover}")], "{others:?}");
        let facts = &records[0].facts;
        assert_eq!(
            (facts.artist.as_deref(), facts.title.as_deref(), facts.year),
            (Some("Low"), Some("Trust"), Some(2002))
        );
        let pictures = others.iter().filter(|name| !name.ends_with("mp3")).count();
        assert_eq!(skipped.len(), pictures, "{skipped:?}");
        let name = cover.rsplit('/').next().unwrap();
        assert!(skipped.iter().all(|one| one.is_beside() && one.reason.contains(name)), "{skipped:?}");
    }
}

#[test]
fn covers_of_other_albums_are_albums_though_a_cover_lies_beside_them() {
    let files =
        ["rock/a.jpg", "rock/set/cover.jpg", "rock/set/Can - Ege Bamyasi.jpg", "rock/set/Low - Trust.jpg"];
    let keys: Vec<String> = told(&files).into_iter().map(|[key, ..]| key).collect();
    let mut wanted = files;
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
}

#[test]
fn pictures_called_like_tracks_are_of_their_own() {
    let files =
        ["rock/singles/one.jpg", "rock/singles/one.mp3", "rock/singles/two.jpg", "rock/singles/two.mp3"];
    let keys: Vec<String> = told(&files).into_iter().map(|[key, ..]| key).collect();
    assert_eq!(keys, ["rock/singles/one.jpg", "rock/singles/two.jpg"]);
}

#[test]
fn an_artist_s_picture_and_a_back_without_a_front_are_no_albums() {
    let (records, skipped) = Library::of(&[
        "rock/Low/folder.jpg",
        "rock/Low/Low.jpg",
        "rock/Low/Trust/cover.jpg",
        "rock/Low/Curtain/back.jpg",
        "rock/Low/Curtain/01.mp3",
    ])
    .read();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].key, "rock/Low/Trust/cover.jpg");
    let said = |name: &str| skipped.iter().find(|one| one.source.ends_with(name)).unwrap().reason.clone();
    assert!(said("Low/folder.jpg").contains("above folders of albums"));
    assert!(said("Low.jpg").contains("above folders of albums"));
    assert!(said("back.jpg").contains("no cover lies beside it"));
    assert_eq!(skipped.len(), 3);
}

#[test]
fn names_may_begin_with_dots_and_what_a_dot_hides_is_said() {
    let files = [
        "rock/...Until Noon - Slow Kettle (1998).jpg",
        "rock/.44 Lanterns/Wet Powder (1984)/cover.jpg",
        "rock/Fen Marrow/..Hits/folder.jpg",
        "rock/Ends here./Peat E.P/cover.jpg",
        "rock/.folder.jpg",
        "rock/.O.rang/Herd/cover.jpg",
        // Of the system.
        "rock/._Plain Band - Plain Record.jpg",
        "rock/.cache/thumb.jpg",
        "rock/.Trash-1000/files/a.jpg",
        "rock/.nothing/notes.txt",
    ];
    assert_eq!(
        told(&files),
        [
            ["rock/...Until Noon - Slow Kettle (1998).jpg", "...Until Noon", "Slow Kettle", "1998", "rock"],
            ["rock/.44 Lanterns/Wet Powder (1984)/cover.jpg", ".44 Lanterns", "Wet Powder", "1984", "rock"],
            ["rock/Ends here./Peat E.P/cover.jpg", "Ends here.", "Peat E.P", "–", "rock"],
            ["rock/Fen Marrow/..Hits/folder.jpg", "Fen Marrow", "..Hits", "–", "rock"],
        ]
    );
    let (_, skipped) = Library::of(&files).read();
    let sources: Vec<&str> = skipped.iter().map(|one| one.source.as_str()).collect();
    assert_eq!(sources, ["rock/.O.rang", "rock/.folder.jpg"]);
    assert!(skipped.iter().all(|one| one.reason.contains("dot")), "{skipped:?}");
}

#[test]
fn what_a_system_or_a_server_made_is_passed_over() {
    let files = [
        "@eaDir/jazz/SYNOPHOTO_THUMB_S.jpg",
        "#recycle/jazz/Deleted - Cover.jpg",
        "$RECYCLE.BIN/S-1-5-21-1/$RAB12CD.jpg",
        "@Recycle/Gone - Album.jpg",
        "System Volume Information/x.jpg",
        "lost+found/12345.jpg",
        ".Trashes/501/a.jpg",
        "__MACOSX/jazz/._a.jpg",
        "jazz/Oda/Water (1961)/.AppleDouble/folder.jpg",
        "jazz/Oda/Water (1961)/@eaDir/folder.jpg/SYNOPHOTO_THUMB_XL.jpg",
        "jazz/Oda/Water (1961)/folder.jpg",
        "jazz/Thumbs.db",
        "jazz/desktop.ini",
    ];
    assert_eq!(told(&files), [["jazz/Oda/Water (1961)/folder.jpg", "Oda", "Water", "1961", "jazz"]]);
    assert_eq!(Library::of(&files).read().1, []);
}

#[test]
fn data_directories_are_passed_over_and_said() {
    let mut library =
        Library::of(&["folk/Reed - One.jpg", "folk/Reed - Two.jpg", "deep/er/data/covers/ab/abcd.png"]);
    library.add("deep/er/data/generated/1.png");
    library.add("deep/er/data/catalog.sqlite");
    let (records, skipped) = library.read();
    assert_eq!(records.len(), 2);
    assert_eq!(skipped.len(), 1, "{skipped:?}");
    assert!(
        skipped[0].source == "deep/er/data" && skipped[0].reason.contains("data directory"),
        "{skipped:?}"
    );
}

#[test]
fn hidden_and_other_files_are_passed_over_and_pictures_found_whatever_their_name() {
    let dir = tempfile::tempdir().unwrap();
    let png = crate::catalog::testing::png(1);
    fs::create_dir_all(dir.path().join("rock/.git")).unwrap();
    for name in ["rock/.git/a.jpg", ".directory", "notes.txt", "rock/data.npy", "odd.bin", "rock/song.opus"] {
        fs::write(dir.path().join(name), b"no picture").unwrap();
    }
    for name in ["rock/text.JPG", "rock/b.heic"] {
        fs::write(dir.path().join(name), b"no picture").unwrap();
    }
    fs::write(dir.path().join("rock/without-ending"), &png).unwrap();
    fs::write(dir.path().join("a.part"), &png).unwrap();
    let found = entries(&dir.path().canonicalize().unwrap()).unwrap();
    let keys: Vec<String> = found
        .entries
        .into_iter()
        .map(|entry| match entry {
            Entry::Record(record) | Entry::Album(record, _) => record.key,
            Entry::Skipped(skipped) => panic!("{skipped:?}"),
        })
        .collect();
    assert_eq!(keys, ["a.part", "rock/b.heic", "rock/text.JPG", "rock/without-ending"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_left_out_with_a_reason() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap().join("in");
    fs::create_dir(&root).unwrap();
    fs::write(dir.path().join("out.jpg"), b"x").unwrap();
    symlink(dir.path().join("out.jpg"), root.join("a.jpg")).unwrap();
    symlink(dir.path(), root.join("b")).unwrap();
    symlink(root.join("nowhere"), root.join("c.jpg")).unwrap();
    let found = entries(&root).unwrap();
    let reasons: Vec<(&str, &str)> = found
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Skipped(skipped) => (skipped.source.as_str(), skipped.reason.as_str()),
            Entry::Record(record) | Entry::Album(record, _) => panic!("{}", record.key),
        })
        .collect();
    for (source, words) in [("a.jpg", "leads out"), ("b", "link to a folder"), ("c.jpg", "no such file")] {
        let (_, reason) = reasons.iter().find(|(found, _)| *found == source).unwrap();
        assert!(reason.contains(words), "{reasons:?}");
    }
    assert_eq!(reasons.len(), 3);
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes_are_albums_of_their_own() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = tempfile::tempdir().unwrap();
    for (shade, name) in [&b"Sj\xf6 - Kust.png"[..], b"Sj\xf7 - Kust.png", "Sj\u{f6} - Kust.png".as_bytes()]
        .into_iter()
        .enumerate()
    {
        let path = dir.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, crate::catalog::testing::png(shade as u8)).unwrap();
    }
    let found = entries(&dir.path().canonicalize().unwrap()).unwrap();
    let mut keys = Vec::new();
    for entry in found.entries {
        let Entry::Record(record) = entry else { panic!() };
        assert!(record.facts.artist.unwrap().starts_with("Sj"));
        assert_eq!(record.facts.title.as_deref(), Some("Kust"));
        let Cover::File(path) = record.cover else { panic!() };
        assert!(path.is_file());
        keys.push(record.key);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
}
