//! The invented label as the importer and the page meet it: its facts, and that its covers differ by genre and by
//! album but never from themselves.

use gatefold::demo::{DemoAlbum, LABEL, Style, label};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

const SEED: u64 = 1;
/// Large enough for type and grain, small enough for a debug build.
const SIZE: u32 = 96;

fn covers(albums: &[DemoAlbum]) -> Vec<RgbImage> {
    albums.par_iter().map(|album| album.draw(SIZE)).collect()
}

/// 64 signs of brightness falling from left to right (difference hash).
fn dhash(image: &RgbImage) -> u64 {
    let small = image::imageops::grayscale(&resize(image, 9, 8, FilterType::Triangle));
    let mut bits = 0u64;
    for y in 0..8 {
        for x in 0..8 {
            bits = bits << 1 | u64::from(small.get_pixel(x, y)[0] < small.get_pixel(x + 1, y)[0]);
        }
    }
    bits
}

fn thumbnail(image: &RgbImage) -> Vec<f32> {
    resize(image, 16, 16, FilterType::Triangle).as_raw().iter().map(|v| f32::from(*v)).collect()
}

#[test]
fn the_label_has_a_name_and_its_facts_hold_together() {
    assert!(!LABEL.is_empty());
    let albums = label(SEED, 400);
    assert_eq!(albums.len(), 400);
    let genres: HashSet<_> = albums.iter().map(|a| a.genre.as_str().to_owned()).collect();
    assert!(genres.len() >= 10, "{genres:?}");
    let names: HashSet<_> = albums.iter().map(|a| (&a.artist, &a.title)).collect();
    assert_eq!(names.len(), 400, "two albums share artist and title");
    for (i, album) in albums.iter().enumerate() {
        assert_eq!(album.number as usize, i + 1);
        assert!((1958..=2026).contains(&album.year), "{album:?}");
        assert!(album.listeners >= 1 && album.listeners <= album.plays, "{album:?}");
    }
    for style in Style::ALL {
        let n = albums.iter().filter(|a| a.style == style).count();
        assert!(n >= 15, "only {n} albums are {style:?}");
    }
}

#[test]
fn an_artist_stays_in_one_or_two_genres_and_makes_several_albums() {
    let albums = label(SEED, 2000);
    let mut by_artist: HashMap<&str, Vec<&DemoAlbum>> = HashMap::new();
    for album in &albums {
        by_artist.entry(&album.artist).or_default().push(album);
    }
    assert!(by_artist.values().all(|a| a.iter().map(|a| a.style).collect::<HashSet<_>>().len() <= 2));
    let several = by_artist.values().filter(|a| a.len() > 1).count();
    assert!(several * 2 > by_artist.len(), "{several} of {} artists made more than one", by_artist.len());
    for albums in by_artist.values() {
        assert!(albums.windows(2).all(|pair| pair[0].year <= pair[1].year));
    }
}

#[test]
fn plays_have_a_long_tail() {
    let mut plays: Vec<u64> = label(SEED, 2000).iter().map(|a| a.plays).collect();
    plays.sort_unstable();
    let total: u64 = plays.iter().sum();
    let top: u64 = plays.iter().rev().take(200).sum();
    assert!(top * 2 > total, "the top tenth has {top} of {total}");
    assert!(plays[1999] > plays[1000] * 50);
}

#[test]
fn a_longer_catalogue_begins_with_the_shorter_one() {
    let long = label(7, 120);
    assert_eq!(label(7, 45)[..], long[..45]);
    assert_ne!(label(8, 45)[..], long[..45]);
}

#[test]
fn the_same_album_gives_the_same_bytes_on_any_thread() {
    let albums = label(SEED, 30);
    let (once, again) = (covers(&albums), covers(&label(SEED, 30)));
    for ((a, b), album) in once.iter().zip(&again).zip(&albums) {
        assert_eq!(a.as_raw(), b.as_raw(), "{} – {}", album.artist, album.title);
    }
}

#[test]
fn a_cover_keeps_its_design_at_another_size() {
    let apart: Vec<f32> = label(SEED, 60)
        .par_iter()
        .map(|album| {
            let (small, large) = (thumbnail(&album.draw(160)), thumbnail(&album.draw(320)));
            small.iter().zip(&large).map(|(a, b)| (a - b).abs()).sum::<f32>() / small.len() as f32
        })
        .collect();
    // Hairlines gain weight on a coarse raster; a form that moved would count far more.
    assert!(apart.iter().all(|d| *d < 20.0), "{apart:?}");
    assert!(apart.iter().sum::<f32>() / 60.0 < 4.0, "{apart:?}");
}

#[test]
fn no_two_of_four_hundred_covers_are_alike() {
    let albums = label(SEED, 400);
    let covers = covers(&albums);
    let small: Vec<Vec<f32>> = covers.iter().map(thumbnail).collect();
    let hashes: Vec<u64> = covers.iter().map(dhash).collect();
    let mut close = 0;
    for i in 0..albums.len() {
        for j in 0..i {
            let apart = small[i].iter().zip(&small[j]).map(|(a, b)| (a - b).abs()).sum::<f32>() / 768.0;
            assert!(
                apart > 2.5,
                "{} – {} and {} – {} look alike: {apart}",
                albums[i].artist,
                albums[i].title,
                albums[j].artist,
                albums[j].title
            );
            close += usize::from((hashes[i] ^ hashes[j]).count_ones() <= 2);
        }
    }
    // Skies over horizons share their difference hash; more than a handful would mean a layout that cannot vary.
    assert!(close < 40, "{close} pairs share their structure");
}

#[test]
fn a_genre_can_be_told_from_colours_and_contrast_alone() {
    let albums = label(SEED, 600);
    let features: Vec<Vec<f32>> = covers(&albums)
        .iter()
        .map(|cover| {
            let n = (SIZE * SIZE) as f32;
            let mean: Vec<f32> =
                (0..3).map(|c| cover.pixels().map(|p| f32::from(p[c])).sum::<f32>() / n).collect();
            let spread: Vec<f32> = (0..3)
                .map(|c| {
                    (cover.pixels().map(|p| (f32::from(p[c]) - mean[c]).powi(2)).sum::<f32>() / n).sqrt()
                })
                .collect();
            let vivid = cover
                .pixels()
                .map(|p| f32::from(p.0.iter().max().unwrap() - p.0.iter().min().unwrap()))
                .sum::<f32>()
                / n;
            mean.into_iter().chain(spread).chain([vivid]).collect()
        })
        .collect();
    // Nearest neighbour among albums of other artists.
    let mut right = 0;
    for i in 0..albums.len() {
        let near = (0..albums.len())
            .filter(|&j| albums[j].artist != albums[i].artist)
            .min_by(|&a, &b| {
                let d = |j: usize| {
                    features[i].iter().zip(&features[j]).map(|(x, y)| (x - y).powi(2)).sum::<f32>()
                };
                d(a).total_cmp(&d(b))
            })
            .unwrap();
        right += usize::from(albums[near].style == albums[i].style);
    }
    let share = right as f32 / albums.len() as f32;
    assert!(share > 0.25, "chance is 0.10, these seven numbers reach {share}");
    println!("seven numbers tell the genre of {:.0} % of the covers", share * 100.0);
}
