//! Exploring a map: what is known of albums besides their covers, and what stays where it was.

use gatefold::album::{AlbumName, Genre};
use gatefold::catalog::{Access, Catalog, CoverFile, Facts, NewRecord};
use gatefold::demo;
use gatefold::explore::Atlas;
use gatefold::map::Layout;
use gatefold::mixture::{Mixture, Part};
use gatefold::pipeline::{self, Built};
use gatefold::progress::Silent;
use std::collections::HashMap;
use std::sync::Arc;

/// Puts albums of the demo label into a catalogue; every `coverless`th without its cover.
fn put(catalog: &mut Catalog, albums: &[demo::DemoAlbum], coverless: usize, links: &[(usize, usize)]) {
    let dir = catalog.dir().to_owned();
    let source = catalog.source("folder", "test").unwrap();
    let batch = catalog.batch().unwrap();
    for (i, album) in albums.iter().enumerate() {
        let key = album.catalogue_number();
        let name = |j: usize| AlbumName { artist: albums[j].artist.clone(), album: albums[j].title.clone() };
        let similar = links.iter().filter(|link| link.0 == i).map(|link| name(link.1)).collect();
        let facts = Facts {
            key: key.clone(),
            artist: Some(album.artist.clone()),
            title: Some(album.title.clone()),
            genre: Genre::new(album.genre.as_str()),
            similar,
            ..Facts::default()
        };
        let shown = coverless == 0 || i % coverless != 0;
        let file = shown.then(|| {
            let png = crate::helpers::encoded(album.draw(96), image::ImageFormat::Png);
            CoverFile::write(&dir, &png).unwrap()
        });
        let record =
            NewRecord { key: &key, facts: &facts, fingerprint: [0; 32], stamp: None, cover: file.as_ref() };
        batch.put(&source, &record, true).unwrap();
    }
    batch.commit().unwrap();
}

fn built(catalog: &mut Catalog) -> Arc<Built> {
    pipeline::run(catalog, &Silent).unwrap();
    Arc::new(Built::open(catalog).unwrap().unwrap())
}

fn places(built: &Built) -> HashMap<u64, [f32; 2]> {
    let columns = &built.columns;
    columns.id.iter().zip(columns.x.iter().zip(&columns.y)).map(|(&id, (&x, &y))| (id, [x, y])).collect()
}

fn diameter(places: &HashMap<u64, [f32; 2]>) -> f32 {
    let span = |c: usize| {
        let all = || places.values().map(|p| p[c]);
        all().fold(f32::MIN, f32::max) - all().fold(f32::MAX, f32::min)
    };
    span(0).hypot(span(1))
}

#[test]
fn a_hundredth_more_albums_move_the_others_by_less_than_a_fiftieth_of_the_map() {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
    let albums = demo::label(3, 303);
    put(&mut catalog, &albums[..300], 0, &[]);
    let before = places(&built(&mut catalog));
    put(&mut catalog, &albums, 0, &[]);
    let after = places(&built(&mut catalog));
    assert_eq!((before.len(), after.len()), (300, 303));
    let mut moves: Vec<f32> =
        before.iter().map(|(id, p)| (p[0] - after[id][0]).hypot(p[1] - after[id][1])).collect();
    moves.sort_by(f32::total_cmp);
    let median = moves[moves.len() / 2];
    assert!(median <= 0.02 * diameter(&before), "{median} of {}", diameter(&before));
}

#[test]
fn albums_without_a_cover_take_part_by_who_listens_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
    let albums = demo::label(4, 60);
    // Album 0 has no cover, and is listened to beside 7 and 13, which have.
    put(&mut catalog, &albums, 6, &[(0, 7), (13, 0)]);
    let built = built(&mut catalog);
    let atlas = Atlas::of(built.clone(), &catalog.albums().unwrap()).unwrap();
    let number = |i: usize| {
        let all = catalog.albums().unwrap();
        let id = all.iter().find(|album| album.key == albums[i].catalogue_number()).unwrap().id;
        built.index(id).unwrap()
    };
    let (own, one, other) = (number(0), number(7), number(13));
    let near: Vec<u32> = built.neighbours(own).iter().map(|near| near.0).collect();
    assert!(near.contains(&one) && near.contains(&other), "{near:?}");
    assert!(atlas.parts().knows(Part::Listeners, own as usize));
    assert!(!atlas.parts().knows(Part::Look, own as usize));
    let (similarity, reasons) = atlas.reasons(&Mixture::USUAL, (own, one), [&[], &[]]);
    assert!(similarity > 0.2 && reasons[0].part == Part::Listeners, "{similarity} {reasons:?}");
    let journeys = atlas.journeys(&Mixture::USUAL, (one, other), 2, None, &[]).unwrap();
    assert!(!journeys.is_empty());
}

#[test]
fn the_usual_mixture_is_the_builds_own_and_others_bend_the_map() {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = Catalog::open(dir.path(), Access::Write).unwrap();
    put(&mut catalog, &demo::label(5, 120), 0, &[]);
    let built = built(&mut catalog);
    let atlas = Atlas::of(built.clone(), &catalog.albums().unwrap()).unwrap();
    let usual = atlas.mixed(&Mixture::USUAL.checked().unwrap());
    for i in 0..120 {
        let near: Vec<u32> = usual.near(i).map(|near| near.0).collect();
        let of_build: Vec<u32> = built.neighbours(i).iter().map(|near| near.0).collect();
        assert_eq!(near, of_build, "{i}");
    }
    let colours = atlas.mixed(&Mixture::only(Part::Palette).checked().unwrap());
    assert_ne!(usual.edges, colours.edges);
    let same = atlas.arranged(&usual, Layout::Similarity);
    assert!(same.at.iter().zip(&built.columns.x).all(|(p, x)| p[0] == *x));
    let bent = atlas.arranged(&colours, Layout::Similarity);
    assert!(bent.at != same.at && bent.at.iter().flatten().all(|x| x.is_finite()));
    // Neighbours by colour stand nearer to each other than on the map of looks.
    let mean = |at: &[[f32; 2]]| {
        let lengths = colours.edges.iter().map(|&(a, b, _)| {
            let (a, b) = (at[a as usize], at[b as usize]);
            (a[0] - b[0]).hypot(a[1] - b[1])
        });
        lengths.sum::<f32>() / colours.edges.len() as f32
    };
    assert!(mean(&bent.at) < 0.8 * mean(&same.at), "{} {}", mean(&bent.at), mean(&same.at));
}
