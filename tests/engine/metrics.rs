//! Our measures agree with scikit-image, pytorch-msssim and PyTorch on the same pictures. The reference figures in
//! `tests/data/metrics.json` come from `benches/peers/reference_metrics.py`.

use gatefold::models::efficientnet::EfficientNetLite0;
use gatefold::train::metrics::{Embeddings, kid::kid, ms_ssim::ms_ssim, similarity};
use image::RgbImage;
use serde_json::Value;
use std::path::Path;

fn reference() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/metrics.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The same picture as the script's `picture`.
fn picture(seed: u32, side: u32) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut out = RgbImage::new(side, side);
    for y in 0..side {
        for x in 0..side {
            for c in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let wave = (x * (seed + c + 1) + y * (seed + 2 * c + 3)) % 256;
                let block = ((x / 16 + y / 16 + seed + c) % 2) * 64;
                out.get_pixel_mut(x, y).0[c as usize] = ((wave * 5 + block * 2 + (state >> 24)) / 8) as u8;
            }
        }
    }
    out
}

fn mixed(a: &RgbImage, b: &RgbImage) -> RgbImage {
    let mix = |(&x, &y): (&u8, &u8)| ((u32::from(x) * 3 + u32::from(y)) / 4) as u8;
    let values = a.as_raw().iter().zip(b.as_raw()).map(mix).collect();
    RgbImage::from_raw(a.width(), a.height(), values).unwrap()
}

#[test]
fn psnr_ssim_and_ms_ssim_agree_with_the_published_implementations() {
    let mut compared = 0;
    for row in reference()["pairs"].as_array().unwrap() {
        let seed = |key: &str| row[key].as_u64().unwrap() as u32;
        let a = picture(seed("a"), seed("side"));
        let b = if seed("a") == seed("b") { a.clone() } else { mixed(&a, &picture(seed("b"), seed("side"))) };
        let mut check = |name: &str, ours: f64, tolerance: f64| {
            if let Some(theirs) = row[name].as_f64() {
                assert!((ours - theirs).abs() < tolerance, "{name} of {row}: ours is {ours}");
                compared += 1;
            }
        };
        check("psnr", similarity::psnr(&a, &b).unwrap(), 1e-9);
        check("ssim", similarity::ssim(&a, &b).unwrap(), 1e-9);
        check("ms_ssim", ms_ssim(&a, &b).unwrap(), 1e-6);
    }
    assert_eq!(compared, 12);
}

mod real {
    use super::*;
    use crate::helpers::shared;

    #[test]
    #[ignore = "needs the real covers beside the checkout; `cargo xtask test` runs it where they are"]
    fn efficientnet_and_kid_agree_with_pytorch() {
        let weights = shared("models/efficientnet-lite0.safetensors");
        let network = EfficientNetLite0::load(&weights, &candle_core::Device::Cpu).unwrap();
        let pictures: Vec<_> = (1..=12).map(|seed| picture(seed, 224)).collect();
        let ours = network.embed(&pictures).unwrap();
        let reference = reference();
        for (i, row) in reference["embeddings"].as_array().unwrap().iter().enumerate() {
            for (j, theirs) in row.as_array().unwrap().iter().enumerate() {
                let (ours, theirs) = (f64::from(ours.row(i)[j]), theirs.as_f64().unwrap());
                assert!((ours - theirs).abs() < 1e-3, "picture {i}, number {j}: {ours} and {theirs}");
            }
        }
        for (i, theirs) in reference["embedding_norms"].as_array().unwrap().iter().enumerate() {
            let ours = ours.row(i).iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
            assert!((ours / theirs.as_f64().unwrap() - 1.0).abs() < 1e-3, "picture {i}");
        }
        let half = |rows: std::ops::Range<usize>| ours.select(&rows.collect::<Vec<_>>());
        let (real, made): (Embeddings, Embeddings) = (half(0..6), half(6..12));
        let ours = kid(&real, &made).unwrap().value;
        let theirs = reference["kid"].as_f64().unwrap();
        assert!((ours - theirs).abs() < 1e-3 * theirs.abs().max(1e-3), "{ours} and {theirs}");
    }
}
