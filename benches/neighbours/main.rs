//! The nearest neighbours of each of many vectors: exact up to [`gatefold::graph::EXACT`] of them, by an index beyond.
//!
//! `cargo bench -p gatefold --bench neighbours [-- --json] [--vectors FILE] [--rows N] [--dims N] [--k N] [--threads N]`
//! prints the median in milliseconds. FILE holds `f32`s, little-endian, one vector behind the other; without it vectors point
//! anywhere.
//! With `--serve` it stays and measures on command, so that `benches/peers/neighbours.py` can alternate it with others: the
//! line `find REPEATS` of standard input is answered by a line with the milliseconds of each repeat, the line `save FILE`
//! writes what was found last, `u32`s, little-endian, `k` for each vector.

#[path = "../common/mod.rs"]
mod common;

use common::{Failure, median, peak_mib, value};
use gatefold::graph::{EXACT, Neighbours, neighbours};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

/// Vectors, numbers of each, neighbours and threads, unless options say otherwise.
const ROWS: usize = 24_000;
const DIMS: usize = 64;
const K: usize = 10;
const THREADS: usize = 2;
/// Repeats before the first that counts, and repeats that count, when measuring alone.
const WARM_UP: usize = 1;
const REPEATS: usize = 5;

fn main() -> Result<(), Failure> {
    let options: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, usual: usize| value(&options, name).map_or(Ok(usual), |n| n.parse());
    let wants = |name: &str| options.iter().any(|option| option == name);
    rayon::ThreadPoolBuilder::new().num_threads(number("--threads", THREADS)?).build_global()?;
    let (dims, k) = (number("--dims", DIMS)?, number("--k", K)?);
    let vectors = match value(&options, "--vectors") {
        Some(file) => read(Path::new(file), dims)?,
        None => anywhere(number("--rows", ROWS)?, dims),
    };
    if wants("--serve") {
        return serve(&vectors, k);
    }
    find(&vectors, k, WARM_UP);
    let ms = median(find(&vectors, k, REPEATS).0);
    let (rows, exact) = (vectors.nrows(), vectors.nrows() <= EXACT);
    if wants("--json") {
        let report = json!({
            "rows": rows, "dims": dims, "k": k, "exact": exact, "ms": ms, "peak_memory_mib": peak_mib()
        });
        println!("{report}");
    } else {
        let how = if exact { "exact" } else { "by an index" };
        println!("{k} neighbours of {rows} × {dims}, {how}: {ms:.1} ms");
    }
    Ok(())
}

fn serve(vectors: &Array2<f32>, k: usize) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", json!({ "rows": vectors.nrows(), "exact": vectors.nrows() <= EXACT }))?;
    let mut last = Neighbours::default();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("find", repeats)) => {
                let (ms, found) = find(vectors, k, repeats.parse()?);
                last = found;
                writeln!(out, "{}", json!({ "ms": ms, "peak_memory_mib": peak_mib() }))?;
            }
            Some(("save", file)) => {
                std::fs::write(file, last.index.iter().flat_map(|j| j.to_le_bytes()).collect::<Vec<u8>>())?;
                writeln!(out, "{}", json!({ "k": last.k }))?;
            }
            _ => return Err(format!("{line:?} is neither “find REPEATS” nor “save FILE”").into()),
        }
        out.flush()?;
    }
    Ok(())
}

/// Milliseconds of each of some repeats, and what was found.
fn find(vectors: &Array2<f32>, k: usize, repeats: usize) -> (Vec<f64>, Neighbours) {
    let (mut times, mut found) = (Vec::new(), Neighbours::default());
    for _ in 0..repeats {
        let began = Instant::now();
        found = neighbours(vectors.view(), k);
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    (times, found)
}

fn read(file: &Path, dims: usize) -> Result<Array2<f32>, Failure> {
    let bytes = std::fs::read(file)?;
    let numbers: Vec<f32> =
        bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
    if dims == 0 || bytes.len() % (4 * dims) != 0 {
        return Err(format!("{} does not hold vectors of {dims} numbers", file.display()).into());
    }
    Ok(Array2::from_shape_vec((numbers.len() / dims, dims), numbers)?)
}

fn anywhere(rows: usize, dims: usize) -> Array2<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    Array2::from_shape_fn((rows, dims), |_| rng.gen_range(-1.0..1.0))
}
