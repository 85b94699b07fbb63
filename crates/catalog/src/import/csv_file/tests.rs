//! What rows of tables say, and what an import says of tables.

use super::*;

#[test]
fn no_table_makes_the_reader_stumble() {
    let pieces: [&[u8]; 16] = [
        b"artist",
        b"album",
        b",",
        b";",
        b"\n",
        b"\r\n",
        b"\"",
        b"\0",
        b"\xe9",
        "\u{e9}".as_bytes(),
        b"sep=;\n",
        b"1.234",
        b"file,artist\n",
        b"['a",
        b"\xff\xfe",
        b"12/3",
    ];
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("t.csv");
    let (mut seed, mut read) = (7_u64, 0);
    for _ in 0..500 {
        let mut table = Vec::new();
        for _ in 0..24 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            table.extend_from_slice(pieces[(seed >> 60) as usize]);
        }
        std::fs::write(&path, &table).unwrap();
        match Table::open(&path, &|| false) {
            Ok(table) => {
                read += 1;
                assert!(table.entries().unwrap().count() < 100);
                table.tell(&mut ImportReport::default());
            }
            // A refusal is an answer too.
            Err(e) => assert!(e.to_string().len() > 20, "{e}"),
        }
    }
    assert!(read > 25, "most tables were refused");
}

/// Artist and plays of each row, and what is noted.
fn told(table: &str) -> (Vec<(String, Option<u64>)>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("t.csv");
    std::fs::write(&path, table).unwrap();
    let table = Table::open(&path, &|| false).unwrap();
    let facts = |entry| match entry {
        Entry::Record(record) => (record.facts.artist.unwrap_or_default(), record.facts.plays),
        Entry::Album(..) | Entry::Skipped(_) => panic!("a row was left out"),
    };
    let rows = table.entries().unwrap().map(facts).collect();
    let mut report = ImportReport::default();
    table.tell(&mut report);
    (rows, report.notes)
}

#[test]
fn an_album_is_played_as_often_as_its_tracks_together() {
    let plays = |table: &str| told(table).0.into_iter().map(|(_, plays)| plays).collect::<Vec<_>>();
    let table = "Artist,Album,Track,Plays\nA,B,t1,3\nA,B,t2,17\nA,B,t3,5\nA,B,t3,5\nC,D,x,1\nC,E,y,\n";
    assert_eq!(plays(table), [Some(25), Some(25), Some(25), Some(25), Some(1), None]);
    let table = "Artist,Album,Track,Album Plays\nA,B,t1,9\nA,B,t2,9\n";
    assert_eq!(plays(table), [Some(9), Some(9)]);
}

#[test]
fn an_album_again_with_other_numbers_is_named() {
    let (_, notes) = told("Artist,Album,Plays\nA,B,3\na,b,17\nC,D,1\nC,D,1\n");
    assert!(notes.len() == 1 && notes[0].contains("one row") && notes[0].contains("row 3"), "{notes:?}");
    assert_eq!(told("Artist,Album,Plays\nA,B,3\nA,B,3\n").1, [""; 0]);
}

#[test]
fn an_album_with_guests_is_the_first_artists() {
    let artists = |table: &str| told(table).0.into_iter().map(|(artist, _)| artist).collect::<Vec<_>>();
    let header = "Track Name,Album Name,Artist Name(s),Release Date";
    let fox = "x,Foxfire,Neon Fox;Guest Bee,2019\ny,Foxfire,Neon Fox,2019\n";
    assert_eq!(artists(&format!("{header}\n{fox}")), ["Neon Fox", "Neon Fox"]);
    let guests = "x,Foxfire,Neon Fox;Bee,2019\ny,Foxfire,Neon Fox;Ant,2019\n";
    assert_eq!(artists(&format!("{header}\n{guests}")), ["Neon Fox", "Neon Fox"]);
    let duo = "x,Duo,Neon Fox;Bee,2019\ny,Duo,Neon Fox;Bee,2019\nz,Solo,Neon Fox,2020\n";
    assert_eq!(artists(&format!("{header}\n{duo}")), ["Neon Fox, Bee", "Neon Fox, Bee", "Neon Fox"]);
    let comma = "x,Igor,\"Tyler, The Maker\",2019\ny,Igor,\"Tyler, The Maker, Bee\",2019\n";
    assert_eq!(artists(&format!("{header}\n{comma}")), ["Tyler, The Maker", "Tyler, The Maker"]);
}

/// What an import of this table says of its covers; the catalogue has the cover `there`.
fn of_covers(table: &str, there: &str) -> (u64, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("t.csv");
    std::fs::write(dir.path().join("a.jpg"), b"x").unwrap();
    std::fs::write(&path, table).unwrap();
    let table = Table::open(&path, &|| false).unwrap();
    table.entries().unwrap().for_each(drop);
    let mut report = ImportReport::default();
    table.tell_of_covers(&|hash| hash.0 == there, &mut report);
    (report.no_cover, report.notes)
}

#[test]
fn albums_without_a_cover_are_counted_and_the_reason_is_said() {
    for (table, count, words) in [
        (
            "artist,album,Image URL\nA,B,https://e.org/a.jpg\nA,C,https://e.org/b.jpg\n",
            2,
            "column “Image URL” holds",
        ),
        ("artist,album,image\nA,B,https://e.org/a.jpg\n", 1, "one album has no cover: its column “image”"),
        ("artist,album,Foto\nA,B,a.jpg\nA,C,c.png\nA,D,\n", 3, "is it “Foto”?"),
        ("artist,album,Note\nA,B,a.jpg\nA,C,x\nA,D,y\n", 3, "3 albums have no cover: this table names none"),
        ("artist,album\nA,B\nA,B\n", 1, "one album has no cover"),
        ("artist,album,file\nA,B,a.jpg\nA,C,\n", 1, "one album has no cover"),
    ] {
        let (found, notes) = of_covers(table, "");
        assert_eq!(found, count, "{table}");
        assert!(notes.len() == 1 && notes[0].contains(words), "{table}: {notes:?}");
    }
    assert_eq!(of_covers("artist,album,file\nA,B,a.jpg\n", ""), (0, vec![]));
}

#[test]
fn an_exported_table_says_where_its_covers_lie_unless_they_are_here() {
    let (hash, other) = ("ab".repeat(32), "cd".repeat(32));
    let header = gatefold_types::album_table::COLUMNS.join(",");
    let table = format!("{header}\n01,A,B,,,,,,n,{hash},0,0\n02,A,C,,,,,,n,{other},0,0\n");
    let (found, notes) = of_covers(&table, &hash);
    assert!(found == 1 && notes[0].contains("exported from another catalogue"), "{notes:?}");
    let here = format!("{header}\n01,A,B,,,,,,n,{hash},0,0\n");
    assert_eq!(of_covers(&here, &hash), (0, vec![]));
}

#[test]
fn keys_do_not_depend_on_how_often_names_come_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("t.csv");
    std::fs::write(&path, format!("artist,album,track\n{}", "A,B,x\nA,B,y\n".repeat(3))).unwrap();
    let table = Table::open(&path, &|| false).unwrap();
    let key = |entry| match entry {
        Entry::Record(record) => record.key,
        Entry::Album(..) => panic!("a table has no folders"),
        Entry::Skipped(skipped) => panic!("{skipped:?}"),
    };
    let keys: Vec<String> = table.entries().unwrap().map(key).collect();
    let names = ["", "#a b y", "#a b x", "#a b y#3", "#a b x#3", "#a b y#4"];
    assert_eq!(keys, names.map(|end| format!("name:a b{end}")));
}
