//! What a query finds, and in which order.

use super::*;
use crate::catalog::testing::{named, put};
use crate::catalog::{Access, Facts};

struct Shelf {
    _dir: tempfile::TempDir,
    catalog: Catalog,
}

fn shelf() -> Shelf {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
    let with = |artist, title, genre, year, plays| Facts {
        genre: Genre::new(genre),
        year: Some(year),
        plays: Some(plays),
        ..named(artist, title)
    };
    let albums = [
        with("Metallica", "Master of Puppets", "metal", 1986, 900),
        with("Metallica", "Metallica", "metal", 1991, 500),
        with("Beyoncé", "Lemonade", "r&b", 2016, 700),
        with("AC/DC", "Back in Black", "rock", 1980, 800),
        with("Blackpink", "The Album", "pop", 2020, 100),
        with("Amy Winehouse", "Back to Black", "rnb", 2006, 600),
        with("Sigur Rós", "Ágætis byrjun", "post-rock", 1999, 50),
        with("Black", "Wonderful Life", "pop", 1987, 10),
        Facts { track: Some("Vaka".into()), key: "7f3a".into(), ..Facts::default() },
        Facts { genre: Genre::new("jazz"), key: "0a1b2c".into(), ..Facts::default() },
    ];
    for (number, facts) in albums.iter().enumerate() {
        put(&mut catalog, &number.to_string(), facts, None);
    }
    Shelf { _dir: dir, catalog }
}

impl Shelf {
    fn find(&self, query: &str) -> Vec<String> {
        let query = AlbumQuery { query: query.to_owned(), ..AlbumQuery::default() };
        let list = self.catalog.find(&query).unwrap();
        assert_eq!(list.total, list.albums.len() as u64);
        list.albums.into_iter().map(|line| line.title).collect()
    }
}

#[test]
fn accents_and_case_do_not_matter() {
    let shelf = shelf();
    assert_eq!(shelf.find("beyonce"), ["Lemonade"]);
    assert_eq!(shelf.find("BEYONCÉ lemonade"), ["Lemonade"]);
    assert_eq!(shelf.find("agaetis"), ["Ágætis byrjun"]);
}

#[test]
fn every_word_must_match_somewhere() {
    let shelf = shelf();
    assert_eq!(shelf.find("metallica 1986"), ["Master of Puppets"]);
    assert_eq!(shelf.find("metal puppets"), ["Master of Puppets"]);
    assert_eq!(shelf.find("winehouse puppets zzzz"), [""; 0]);
    assert_eq!(shelf.find("vaka"), ["Vaka"]);
    assert_eq!(shelf.find("0a1b"), ["jazz · 0a1b2c"]);
}

#[test]
fn exact_names_come_first_then_beginnings_then_what_was_played_most() {
    let shelf = shelf();
    assert_eq!(shelf.find("metallica"), ["Master of Puppets", "Metallica"]);
    assert_eq!(shelf.find("metallica metallica"), ["Metallica", "Master of Puppets"]);
    assert_eq!(shelf.find("black"), ["Wonderful Life", "The Album", "Back in Black", "Back to Black"]);
}

#[test]
fn misspelt_words_find_what_was_meant() {
    let shelf = shelf();
    assert_eq!(shelf.find("metalica pupets"), ["Master of Puppets"]);
    assert_eq!(shelf.find("sigor ros"), ["Ágætis byrjun"]);
    assert_eq!(shelf.find("acdc"), ["Back in Black"]);
    assert_eq!(shelf.find("black pinck"), ["The Album"]);
    assert_eq!(shelf.find("beyonec"), ["Lemonade"]);
    assert_eq!(shelf.find("xylophone quartet"), [""; 0]);
}

#[test]
fn spelling_is_forgiven_only_where_nothing_matches() {
    let shelf = shelf();
    // `back` is one letter from `black`, but it is there itself.
    assert_eq!(shelf.find("back"), ["Back in Black", "Back to Black"]);
}

#[test]
fn a_genre_narrows_and_its_spellings_are_one() {
    let shelf = shelf();
    let find = |genre: &str, query: &str| {
        let query = AlbumQuery { genre: Some(genre.into()), query: query.into(), ..Default::default() };
        let list = shelf.catalog.find(&query).unwrap();
        list.albums.into_iter().map(|line| line.title).collect::<Vec<_>>()
    };
    assert_eq!(find("RnB", ""), ["Back to Black", "Lemonade"]);
    assert_eq!(find("r&b", "black"), ["Back to Black"]);
    assert_eq!(find("polka", ""), [""; 0]);
    assert_eq!(find("none", ""), ["Vaka"]);
    assert_eq!(find("", "").len(), 10);
}

#[test]
fn pages_do_not_overlap_and_the_total_is_of_all() {
    let shelf = shelf();
    let page = |query: &str, offset| {
        let query = AlbumQuery { query: query.into(), limit: Some(3), offset, ..Default::default() };
        shelf.catalog.find(&query).unwrap()
    };
    let mut seen = Vec::new();
    for offset in [0, 3, 6, 9] {
        let list = page("", offset);
        assert_eq!(list.total, 10);
        seen.extend(list.albums.into_iter().map(|line| line.id));
    }
    assert_eq!(seen.len(), 10);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 10);
    let (first, second) = (page("black", 0), page("black", 3));
    assert_eq!((first.total, first.albums.len(), second.albums.len()), (4, 3, 1));
}

#[test]
fn without_words_albums_stand_by_artist_and_year_and_the_nameless_last() {
    let shelf = shelf();
    let titles = shelf.find("");
    assert_eq!(titles[0], "Back in Black");
    assert_eq!(titles[titles.len() - 2..], ["jazz · 0a1b2c", "Vaka"]);
    let puppets = titles.iter().position(|title| title == "Master of Puppets").unwrap();
    assert_eq!(titles[puppets + 1], "Metallica");
}

#[test]
fn an_id_finds_its_album() {
    let shelf = shelf();
    let id = shelf.catalog.albums().unwrap()[3].id;
    let query = AlbumQuery { query: id.to_string(), ..Default::default() };
    assert_eq!(shelf.catalog.find(&query).unwrap().albums[0].id, id);
}

#[test]
fn signs_of_sql_are_letters_like_any_other() {
    let shelf = shelf();
    for query in ["%", "_", "' OR 1=1 --", "\"", "\\", "\u{0}"] {
        shelf.find(query);
    }
    assert_eq!(shelf.find("%"), [""; 0]);
}
