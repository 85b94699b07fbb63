//! An evaluation as a whole, on made-up covers whose truth is known.

use gatefold::album::{AlbumId, Genre};
use gatefold::catalog::{Access, Catalog, CoverFile, Facts, NewRecord};
use gatefold::genre::{EvaluationError, Networks, Records, check, evaluate, evaluate_subjects};
use gatefold::genre::{Material, Subject};
use gatefold::progress::{Progress, Silent};
use gatefold::report::{EvaluationReport, EvaluationSettings};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const PIXELS: usize = 16 * 16 * 3;

fn genre(name: &str) -> Genre {
    Genre::new(name).unwrap()
}

fn settings(genres: &[&str]) -> EvaluationSettings {
    EvaluationSettings {
        genres: genres.iter().map(|name| genre(name)).collect(),
        folds: 5,
        trees: 40,
        components: 12,
        ..Default::default()
    }
}

/// A cover of one colour with grain.
fn cover(colour: [f64; 3], rng: &mut ChaCha8Rng) -> Vec<u8> {
    (0..PIXELS).map(|i| (colour[i % 3] + rng.gen_range(-40.0..40.0)).clamp(0.0, 255.0) as u8).collect()
}

/// `per_genre` covers of each genre; `colour` says what colour a genre's `i`th is, `artist` whose it is.
fn material(
    genres: &[&str],
    per_genre: usize,
    colour: impl Fn(&str, usize, &mut ChaCha8Rng) -> [f64; 3],
    artist: impl Fn(&str, usize) -> Option<String>,
) -> Material {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut subjects, mut pixels) = (Vec::new(), Vec::new());
    for name in genres {
        for i in 0..per_genre {
            let number = subjects.len();
            subjects.push(Subject {
                id: AlbumId(number as u64),
                genre: genre(name),
                artist: artist(name, i),
                cluster: number as u32,
                source: None,
                seen: false,
            });
            let colour = colour(name, i, &mut rng);
            pixels.push(cover(colour, &mut rng));
        }
    }
    Material { subjects, records: Records::Pixels(pixels), named: None }
}

fn report_of(material: &Material, settings: &EvaluationSettings) -> EvaluationReport {
    evaluate_subjects(material, settings, &Silent).unwrap().0
}

fn pixels(material: &mut Material) -> &mut Vec<Vec<u8>> {
    let Records::Pixels(pixels) = &mut material.records else { panic!("made of pixels") };
    pixels
}

/// Metal is dark, country is light, and jazz is like neither in particular.
fn shelves(per_genre: usize) -> Material {
    let colour = |name: &str, _, rng: &mut ChaCha8Rng| {
        let brightness = match name {
            "metal" => 90.0,
            "country" => 160.0,
            _ => 125.0,
        };
        [brightness + rng.gen_range(-50.0..50.0); 3]
    };
    material(&["metal", "country", "jazz"], per_genre, colour, |_, _| None)
}

fn without_seconds(mut report: EvaluationReport) -> EvaluationReport {
    report.seconds = 0.0;
    report
}

#[test]
fn genres_that_differ_are_told_apart_and_reported_in_order() {
    let report = report_of(&shelves(80), &settings(&["metal", "country", "jazz"]));
    let names: Vec<_> = report.pairs.iter().map(|pair| (pair.a.as_str(), pair.b.as_str())).collect();
    assert_eq!(names, [("metal", "country"), ("metal", "jazz"), ("country", "jazz")]);
    assert!(report.pairs[0].auc > 0.85, "{}", report.pairs[0].auc);
    assert!(report.pairs[0].auc > report.pairs[1].auc);
    for pair in &report.pairs {
        assert_eq!((pair.n_a, pair.n_b), (80, 80));
        let [a, b] = pair.confusion;
        assert_eq!((a[0] + a[1], b[0] + b[1]), (80, 80));
        assert_eq!((pair.roc[0], pair.roc[pair.roc.len() - 1]), ((0.0, 0.0), (1.0, 1.0)));
        assert!(pair.roc.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 <= w[1].1));
        assert!(pair.auc_sd > 0.0);
    }
    let mean = report.pairs.iter().map(|pair| pair.auc).sum::<f64>() / 3.0;
    assert!((report.mean_auc - mean).abs() < 1e-12);
}

#[test]
fn shuffled_labels_leave_nothing_to_learn() {
    let settings = EvaluationSettings { shuffle: true, ..settings(&["metal", "country", "jazz"]) };
    let report = report_of(&shelves(120), &settings);
    assert!((report.mean_auc - 0.5).abs() < 0.08, "{}", report.mean_auc);
}

#[test]
fn an_artists_own_look_says_nothing_about_genre() {
    // Each artist has a colour by chance, and a genre that has nothing to do with it.
    let colours = |name: &str, i: usize, _: &mut ChaCha8Rng| {
        let mut rng = ChaCha8Rng::seed_from_u64((i / 8) as u64 + 1000 * name.len() as u64);
        [0, 1, 2].map(|_| rng.gen_range(40.0..215.0))
    };
    let artist = |name: &str, i: usize| Some(format!("{name} artist {}", i / 8));
    let genres = ["rock", "reggae"];
    let known = material(&genres, 160, colours, artist);
    let report = report_of(&known, &settings(&genres));
    assert!((report.mean_auc - 0.5).abs() < 0.2, "artists leaked: {}", report.mean_auc);
    // Were the artists unknown, the same covers would be told apart by recognising them.
    let unknown = material(&genres, 160, colours, |_, _| None);
    let report = report_of(&unknown, &settings(&genres));
    assert!(report.mean_auc > 0.9, "the test's artists are not recognisable: {}", report.mean_auc);
}

#[test]
fn a_copied_cover_says_nothing_about_genre() {
    let colours = |_: &str, _, rng: &mut ChaCha8Rng| [0, 1, 2].map(|_| rng.gen_range(40.0..215.0));
    let genres = ["rock", "pop"];
    let copies = |joined: bool| {
        let mut material = material(&genres, 160, colours, |_, _| None);
        for i in 0..material.subjects.len() {
            let first = i - i % 8;
            let same = pixels(&mut material)[first].clone();
            pixels(&mut material)[i] = same;
            if joined {
                material.subjects[i].cluster = first as u32;
            }
        }
        report_of(&material, &settings(&genres)).mean_auc
    };
    assert!((copies(true) - 0.5).abs() < 0.2, "copies leaked: {}", copies(true));
    assert!(copies(false) > 0.95);
}

#[test]
fn one_thread_and_several_report_the_same() {
    let material = shelves(40);
    let settings = settings(&["metal", "country"]);
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        without_seconds(pool.install(|| report_of(&material, &settings)))
    };
    assert_eq!(with_threads(1), with_threads(3));
}

#[test]
fn a_pair_does_not_depend_on_which_others_are_evaluated() {
    let material = shelves(40);
    let alone = report_of(&material, &settings(&["metal", "country"]));
    let among = report_of(&material, &settings(&["jazz", "metal", "country"]));
    assert_eq!(alone.pairs[0], among.pairs[2]);
}

#[test]
fn covers_that_are_all_equal_score_even() {
    let mut material = shelves(20);
    pixels(&mut material).iter_mut().for_each(|pixels| *pixels = vec![9; PIXELS]);
    let report = report_of(&material, &settings(&["metal", "country"]));
    assert_eq!((report.mean_auc, report.pairs[0].auc_sd), (0.5, 0.0));
}

/// Counts steps, and cancels after some.
#[derive(Default)]
struct Counting {
    stages: Mutex<Vec<(String, u64)>>,
    steps: AtomicU64,
    patience: Option<u64>,
}

impl Progress for Counting {
    fn stage(&self, name: &str, steps: u64) {
        self.stages.lock().unwrap().push((name.to_owned(), steps));
    }
    fn advance(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::SeqCst);
    }
    fn cancelled(&self) -> bool {
        self.patience.is_some_and(|patience| self.steps.load(Ordering::SeqCst) >= patience)
    }
}

#[test]
fn every_announced_step_is_made() {
    let progress = Counting::default();
    evaluate_subjects(&shelves(20), &settings(&["metal", "country", "jazz"]), &progress).unwrap();
    let announced: u64 = progress.stages.lock().unwrap().iter().map(|(_, steps)| steps).sum();
    assert_eq!(progress.steps.into_inner(), announced);
    assert_eq!(announced, 1 + 3 * 5);
}

#[test]
fn it_stops_when_told() {
    let progress = Counting { patience: Some(4), ..Default::default() };
    let settings = settings(&["metal", "country", "jazz"]);
    let error = evaluate_subjects(&shelves(20), &settings, &progress).unwrap_err();
    assert!(matches!(error, EvaluationError::Cancelled), "{error}");
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_a_sentence() {
    let known: BTreeMap<String, u64> =
        [("rock", 90), ("jazz", 40), ("pop", 60)].map(|(name, n)| (name.to_owned(), n)).into();
    let base = settings(&["rock", "pop"]);
    check(&base, &known).unwrap();
    let cases = [
        (settings(&["rock"]), "two genres at least"),
        (
            settings(&["rock", "polka"]),
            "no album is tagged “polka”; the catalogue's genres are: rock, pop, jazz",
        ),
        (settings(&["rock", "pop", "rock"]), "rock is named twice"),
        (EvaluationSettings { folds: 1, ..base.clone() }, "1 folds cannot be made"),
        (EvaluationSettings { folds: 51, ..base.clone() }, "51 folds cannot be made"),
        (EvaluationSettings { features: "smell".into(), ..base.clone() }, "no features called “smell”"),
        (EvaluationSettings { trees: 0, ..base.clone() }, "0 trees"),
        (EvaluationSettings { components: 0, ..base.clone() }, "0 components"),
        (EvaluationSettings { per_genre: Some(3), ..base.clone() }, "3 covers per genre cannot fill 5 folds"),
    ];
    for (settings, sentence) in cases {
        let error = check(&settings, &known).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
}

#[test]
fn too_few_covers_are_said_so() {
    let error = evaluate_subjects(&shelves(4), &settings(&["metal", "jazz"]), &Silent).unwrap_err();
    assert_eq!(error.to_string(), "metal has only 4 covers; 5 folds need at least 5");
}

#[test]
fn too_few_artists_are_said_so() {
    let one = |name: &str, i: usize| (name == "metal").then(|| format!("artist {}", i % 3));
    let few = material(&["metal", "jazz"], 30, |_, _, _| [99.0; 3], one);
    let error = evaluate_subjects(&few, &settings(&["metal", "jazz"]), &Silent).unwrap_err().to_string();
    assert!(error.starts_with("metal has only 3 groups; 5 folds need at least 5"), "{error}");
}

/// A catalogue of drawn covers: light and dark ones, an artist's twice, one album untagged and one without a cover.
fn catalog(dir: &std::path::Path) -> Catalog {
    let mut catalog = Catalog::open(dir, Access::Write).unwrap();
    let source = catalog.source("folder", "test").unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for i in 0..62_u32 {
        let shade = if i % 2 == 0 { 60.0 } else { 190.0 };
        let picture = image::RgbImage::from_fn(80, 80, |_, _| {
            image::Rgb([0, 1, 2].map(|_| (shade + rng.gen_range(-50.0..50.0)) as u8))
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let bytes = bytes.into_inner();
        let cover = CoverFile::write(dir, &bytes).unwrap();
        let facts = Facts {
            artist: Some(format!("Artist {}", i / 4)),
            title: Some(format!("Album {i}")),
            genre: (i != 60).then(|| genre(if i % 2 == 0 { "metal" } else { "country" })),
            key: i.to_string(),
            ..Facts::default()
        };
        let cover = (i != 61).then_some(&cover);
        let record = NewRecord { key: &facts.key, facts: &facts, fingerprint: [0; 32], stamp: None, cover };
        let batch = catalog.batch().unwrap();
        batch.put(&source, &record, false).unwrap();
        if let Some(cover) = cover {
            batch.put_derived(&cover.hash, &gatefold::cover::derive(&bytes).unwrap()).unwrap();
        }
        batch.commit().unwrap();
    }
    catalog
}

#[test]
fn a_catalogue_is_evaluated_before_and_without_a_build() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let report =
        evaluate(&catalog, &settings(&["metal", "country"]), Networks::default(), &Silent).unwrap().0;
    let pair = &report.pairs[0];
    assert_eq!((pair.n_a, pair.n_b), (30, 30));
    assert!(pair.auc > 0.99, "{}", pair.auc);
    assert!(report.seconds > 0.0);
    let few = EvaluationSettings { per_genre: Some(20), ..settings(&["metal", "country"]) };
    let report = evaluate(&catalog, &few, Networks::default(), &Silent).unwrap().0;
    assert_eq!((report.pairs[0].n_a, report.pairs[0].n_b), (20, 20));
}

#[test]
fn a_genre_that_the_catalogue_lacks_is_named_beside_those_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let error = evaluate(&catalog(dir.path()), &settings(&["metal", "polka"]), Networks::default(), &Silent)
        .unwrap_err();
    assert!(error.to_string().contains("“polka”; the catalogue's genres are: "), "{error}");
}
