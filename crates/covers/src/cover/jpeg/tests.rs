//! Every structure that T.81 allows is the right picture or refused, and never another picture.

use super::writer::{Plan, Scan};
use super::*;

/// Sizes that fill their last MCU and that do not, and the smallest there are.
const SIZES: [(usize, usize); 5] = [(149, 131), (64, 64), (17, 3), (3, 40), (1, 1)];
/// Usual subsamplings, and those that hardly anybody uses.
const SAMPLINGS: [[(u8, u8); 3]; 18] = [
    [(1, 1), (1, 1), (1, 1)],
    [(2, 1), (1, 1), (1, 1)],
    [(1, 2), (1, 1), (1, 1)],
    [(2, 2), (1, 1), (1, 1)],
    [(4, 1), (1, 1), (1, 1)],
    [(1, 4), (1, 1), (1, 1)],
    [(4, 2), (1, 1), (1, 1)],
    [(2, 4), (1, 1), (1, 1)],
    [(3, 1), (1, 1), (1, 1)],
    [(2, 2), (2, 1), (2, 1)],
    [(2, 2), (1, 2), (1, 2)],
    [(2, 2), (2, 1), (1, 2)],
    [(2, 1), (1, 2), (1, 1)],
    [(1, 1), (2, 2), (2, 2)],
    [(1, 1), (1, 1), (2, 1)],
    [(2, 1), (1, 1), (2, 1)],
    [(1, 2), (1, 2), (1, 2)],
    [(3, 1), (2, 1), (1, 1)],
];
const JFIF: &[u8] = b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0";

/// Three planes of red, green and blue that change slowly, so that halving one of them costs little.
fn painting(width: usize, height: usize) -> Vec<Vec<u8>> {
    let wave = |of: fn(f32, f32) -> f32| {
        (0..width * height)
            .map(|i| (128.0 + 100.0 * of((i % width) as f32 / 40.0, (i / width) as f32 / 40.0)) as u8)
            .collect()
    };
    vec![wave(|x, y| (x + y).sin()), wave(|x, y| (x - 0.7 * y).cos()), wave(|x, y| (0.5 * x * y).sin())]
}

fn to_ycc(rgb: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let plane = |of: fn([f32; 3]) -> f32| {
        (0..rgb[0].len()).map(|i| of([0, 1, 2].map(|c| f32::from(rgb[c][i]))).round() as u8).collect()
    };
    vec![
        plane(|[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b),
        plane(|[r, g, b]| 128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b),
        plane(|[r, g, b]| 128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b),
    ]
}

fn inverted(planes: &[Vec<u8>]) -> Vec<Vec<u8>> {
    planes.iter().map(|plane| plane.iter().map(|v| 255 - v).collect()).collect()
}

fn rows(jpeg: &[u8]) -> Result<Vec<u8>, CoverError> {
    open(jpeg, Wish::LASTS).map(|opened| match opened.pixels {
        Pixels::Rgb(rows) | Pixels::Grey(rows) | Pixels::Ink(rows) => rows,
    })
}

/// Mean difference from the planes that a file was made of.
fn apart(rows: &[u8], planes: &[Vec<u8>]) -> f32 {
    let n = planes.len();
    assert_eq!(rows.len(), n * planes[0].len());
    let sum: u64 = (0..rows.len()).map(|i| u64::from(rows[i].abs_diff(planes[i % n][i / n]))).sum();
    sum as f32 / rows.len() as f32
}

/// A few ways to lay out the same coefficients.
fn layouts(sampling: &[(u8, u8)]) -> Vec<(&'static str, Plan)> {
    let (apart, progressive) = (Plan::apart(sampling), Plan::progressive(sampling));
    let mut backwards = apart.clone();
    backwards.scans.reverse();
    let mut bare = progressive.clone();
    let first = bare.scans.remove(0);
    for c in (0..sampling.len()).rev() {
        bare.scans.insert(0, Scan { colours: vec![c], ..first.clone() });
    }
    let mut plans = vec![
        ("together", Plan::together(sampling)),
        ("extended", Plan { frame: 0xc1, ..Plan::together(sampling) }),
        ("apart", apart),
        ("backwards", backwards),
        ("progressive", progressive),
        ("progressive, first values apart", bare),
    ];
    if sampling.len() > 2 {
        let mut two = Plan::apart(sampling);
        two.scans.truncate(1);
        two.scans.push(Scan { colours: (1..sampling.len()).collect(), ..two.scans[0].clone() });
        plans.push(("the first alone", two));
    }
    plans
}

#[test]
fn one_picture_is_the_same_in_every_structure_or_refused() {
    let mut read = 0;
    for (width, height) in SIZES {
        let rgb = painting(width, height);
        let ycc = to_ycc(&rgb);
        for sampling in SAMPLINGS {
            for (name, plan) in layouts(&sampling) {
                for restart in [0, 1, 7] {
                    let what = format!("{width} × {height}, {sampling:?}, {name}, restart {restart}");
                    let jpeg = plan.clone().restarting(restart).write(width, height, &ycc);
                    match rows(&jpeg) {
                        Ok(rows) => {
                            let difference = apart(&rows, &rgb);
                            assert!(difference < 8.0, "{what}: {difference}");
                            read += 1;
                        }
                        // Fractions of a sample, and MCUs that are larger than T.81 allows.
                        Err(CoverError::Broken(_)) if sampling[0].0 == 3 || sampling[1] == (2, 2) => {}
                        Err(e) => panic!("{what}: {e}"),
                    }
                }
            }
        }
    }
    assert!(read > 1_600, "{read}");
}

#[test]
fn layouts_of_the_same_coefficients_give_the_same_bytes() {
    let ycc = to_ycc(&painting(149, 131));
    for sampling in [[(2, 2), (1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1)], [(4, 1), (1, 1), (1, 1)]] {
        let reference = carefully(&Plan::together(&sampling).write(149, 131, &ycc), Coding::Ycc).unwrap();
        for (name, plan) in layouts(&sampling) {
            for restart in [0, 7] {
                let jpeg = plan.clone().restarting(restart).write(149, 131, &ycc);
                assert!(carefully(&jpeg, Coding::Ycc) == Ok(reference.clone()), "{sampling:?} {name}");
                // The quick decoder rounds otherwise, and enlarges a little otherwise.
                let given = rows(&jpeg).unwrap();
                let most = given.iter().zip(&reference).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(most <= Some(4), "{sampling:?} {name}: {most:?}");
            }
        }
    }
}

#[test]
fn colours_are_what_markers_say_then_what_their_names_say() {
    let rgb = painting(60, 50);
    let ycc = to_ycc(&rgb);
    let ones = [(1, 1); 3];
    for (_, plan) in layouts(&ones) {
        let jfif = plan.clone().behind(0xe0, JFIF);
        for (name, jpeg) in [
            ("Adobe without transform", plan.clone().adobe(0).write(60, 50, &rgb)),
            ("that with letters", plan.clone().adobe(0).called(b"RGB").write(60, 50, &rgb)),
            ("letters", plan.clone().called(b"RGB").write(60, 50, &rgb)),
            ("Adobe with transform", plan.clone().adobe(1).write(60, 50, &ycc)),
            ("that with letters", plan.clone().adobe(1).called(b"RGB").write(60, 50, &ycc)),
            ("JFIF", jfif.write(60, 50, &ycc)),
            ("JFIF with letters", jfif.clone().called(b"RGB").write(60, 50, &ycc)),
            ("JFIF and Adobe without transform", jfif.clone().adobe(0).write(60, 50, &ycc)),
            ("names from 0", plan.clone().called(&[0, 1, 2]).write(60, 50, &ycc)),
            ("other names", plan.clone().called(&[1, 34, 35]).write(60, 50, &ycc)),
        ] {
            let difference = apart(&rows(&jpeg).unwrap(), &rgb);
            assert!(difference < 3.0, "{name}: {difference}");
        }
        let unknown = rows(&plan.adobe(7).write(60, 50, &ycc));
        assert!(matches!(unknown, Err(CoverError::Broken(_))));
    }
}

#[test]
fn four_inks_are_the_same_however_they_are_coded() {
    let light = painting(60, 50);
    let black: Vec<u8> = (0..3000).map(|i| (i % 60 * 2) as u8).collect();
    let inks = [&inverted(&light)[..], &[black]].concat();
    let stored = inverted(&inks);
    // YCCK: what would be red, green and blue is the stored ink turned round.
    let ycck = [&to_ycc(&inverted(&stored[..3]))[..], &stored[3..]].concat();
    for sampling in [[(1, 1); 4], [(2, 2), (1, 1), (1, 1), (2, 2)], [(1, 2), (1, 1), (1, 1), (1, 2)]] {
        for (name, plan) in layouts(&sampling) {
            for restart in [0, 7] {
                let plan = plan.clone().restarting(restart);
                for (coded, jpeg) in [
                    ("Adobe's CMYK", plan.clone().adobe(0).write(60, 50, &stored)),
                    ("Adobe's YCCK", plan.clone().adobe(2).write(60, 50, &ycck)),
                    ("CMYK", plan.clone().write(60, 50, &inks)),
                ] {
                    let difference = apart(&rows(&jpeg).unwrap(), &inks);
                    assert!(difference < 8.0, "{sampling:?} {name} {coded}: {difference}");
                }
            }
        }
    }
}

#[test]
fn grey_is_grey_whatever_sampling_and_markers_say() {
    let grey = &painting(60, 50)[..1];
    let thrice = [&grey[0][..]; 3].map(<[u8]>::to_vec);
    for sampling in [(1, 1), (2, 2), (1, 2), (4, 4), (3, 1)] {
        for (name, plan) in layouts(&[sampling]) {
            for plan in [plan.clone(), plan.clone().adobe(0), plan.restarting(7).behind(0xe0, JFIF)] {
                let difference = apart(&rows(&plan.write(60, 50, grey)).unwrap(), &thrice);
                assert!(difference < 3.0, "{sampling:?} {name}: {difference}");
            }
        }
    }
}

#[test]
fn processes_that_are_not_read_are_named() {
    let ycc = to_ycc(&painting(16, 16));
    for (frame, name) in
        [(0xc3, "lossless"), (0xc9, "arithmetic"), (0xca, "arithmetic"), (0xc5, "hierarchical")]
    {
        let jpeg = Plan { frame, ..Plan::together(&[(1, 1); 3]) }.write(16, 16, &ycc);
        let sentence = rows(&jpeg).unwrap_err().to_string();
        assert!(sentence.contains(name) && sentence.contains("save it again"), "{sentence}");
    }
    let mut deep = Plan::together(&[(1, 1); 3]).write(16, 16, &ycc);
    let frame = deep.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    deep[frame + 4] = 12;
    assert!(rows(&deep).unwrap_err().to_string().contains("more than 8 bits"));
}

#[test]
fn a_cut_is_found_in_every_structure() {
    let ycc = to_ycc(&painting(40, 40));
    for (name, plan) in layouts(&[(2, 2), (1, 1), (1, 1)]) {
        for restart in [0, 3] {
            let jpeg = plan.clone().restarting(restart).write(40, 40, &ycc);
            let begin = jpeg.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
            assert!(rows(&jpeg[..jpeg.len() - 2]).is_ok(), "{name}: the end marker alone is missing");
            for end in (begin..jpeg.len() - 2).step_by(5) {
                assert_eq!(rows(&jpeg[..end]).err(), Some(CoverError::Truncated), "{name}, {restart}: {end}");
            }
        }
    }
}

#[test]
fn scans_without_end_are_refused_before_they_are_computed() {
    let grey = vec![vec![90; 256 * 256]];
    let plain = Plan::progressive(&[(1, 1)]);
    let jpeg = plain.write(256, 256, &grey);
    // Each scan again and again: what it says was said before.
    let first = jpeg.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
    let repeated = [&jpeg[..first], &jpeg[first..jpeg.len() - 2].repeat(3_000), &[0xff, 0xd9]].concat();
    assert!(rows(&repeated).unwrap_err().to_string().contains("contradict"));
    // One scan for each bit of each coefficient says nothing twice, and is too much all the same.
    let mut scans = vec![Scan { colours: vec![0], band: (0, 0), high: 0, low: 0 }];
    for k in 1..64 {
        scans.push(Scan { colours: vec![0], band: (k, k), high: 0, low: 8 });
        scans.extend((0..8).rev().map(|low| Scan { colours: vec![0], band: (k, k), high: low + 1, low }));
    }
    let many = Plan { scans, ..plain.clone() }.write(64, 64, &[vec![90]]);
    assert!(rows(&many).unwrap_err().to_string().contains("too many times"));
    // Sixty scans of a large picture are as much work as thousands of a small one, and cost a few bytes each.
    let scans = (0..64).map(|k| Scan { colours: vec![0], band: (k, k), high: 0, low: 0 }).collect();
    let large = Plan { scans, ..plain }.write(6_400, 6_400, &[vec![128]]);
    assert!(large.len() < 500_000, "{}", large.len());
    assert!(rows(&large).unwrap_err().to_string().contains("too many times"));
}

#[test]
fn contradicting_scans_are_refused() {
    let ycc = to_ycc(&painting(24, 24));
    let plan = Plan::progressive(&[(1, 1); 3]);
    let with = |change: fn(&mut Plan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        rows(&plan.write(24, 24, &ycc))
    };
    assert!(with(|_| ()).is_ok());
    let wrong: [fn(&mut Plan); 4] = [
        // Finer values of what never came; the same twice; details before the coarsest; all colours twice.
        |plan| drop(plan.scans.remove(1)),
        |plan| plan.scans.insert(1, plan.scans[1].clone()),
        |plan| plan.scans.swap(0, 1),
        |plan| {
            *plan = Plan::together(&[(1, 1); 3]);
            plan.scans.push(plan.scans[0].clone());
        },
    ];
    for change in wrong {
        assert!(matches!(with(change), Err(CoverError::Broken(_))));
    }
    let mut shuffled = Plan::together(&[(1, 1); 3]);
    shuffled.scans[0].colours = vec![1, 0, 2];
    assert!(rows(&shuffled.write(24, 24, &ycc)).is_err());
}

#[test]
fn a_restart_marker_out_of_turn_means_lost_data() {
    let ycc = to_ycc(&painting(40, 40));
    let jpeg = Plan::together(&[(1, 1); 3]).restarting(1).write(40, 40, &ycc);
    let marker = |n: u8| jpeg.windows(2).position(|w| w == [0xff, 0xd0 + n]).unwrap();
    // Between the second and the fourth marker something is gone.
    let gap = [&jpeg[..marker(1)], &jpeg[marker(3)..]].concat();
    assert!(rows(&gap).is_err());
}

#[test]
fn work_ends_when_nobody_waits() {
    let ycc = to_ycc(&painting(149, 131));
    for (_, plan) in layouts(&[(2, 2), (1, 1), (1, 1)]) {
        let jpeg = plan.write(149, 131, &ycc);
        assert_eq!(open(&jpeg, Wish::until(&|| true)).err(), Some(CoverError::GivenUp));
    }
}

#[test]
fn the_size_that_the_error_recommends_is_read_in_every_structure_and_larger_ones_where_they_are_usual() {
    let fits = |sampling: &[(u8, u8)], plain, side: u16| {
        for progressive in [false, true] {
            let parts = (1..).zip(sampling).map(|(id, &(h, v))| (id, h, v)).collect();
            let frame = Frame { width: side, height: side, parts, progressive, apart: false };
            let needed = stored_pixels(&frame) * bytes_per_block(&frame, plain) / 64;
            assert!(needed <= budget::TOTAL, "{sampling:?}, {side}: {needed}");
        }
    };
    fits(&[(4, 4), (1, 1), (1, 1)], false, 3_400);
    fits(&[(1, 1); 4], false, 3_400);
    fits(&[(2, 2), (1, 1), (1, 1)], true, 6_500);
}
