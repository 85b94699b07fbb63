//! Forward and backward of three layers and the full training steps, batch 32, f32, two threads.
//!
//! `cargo bench -p gatefold --bench training [-- --json] [--only NAME] [--threads N]` measures all of them, or those
//! whose name contains NAME, and prints medians in milliseconds.
//! With `--serve` it stays and measures on command, so that `benches/peers/training.py` can alternate it with PyTorch:
//! a line of standard input `name repeats` is answered by a line with the milliseconds of each repeat.

#[path = "../common/mod.rs"]
mod common;
mod layers;
mod steps;

use common::{Failure, median, peak_mib, value};
use serde_json::json;
use std::io::{BufRead, Write};
use std::sync::Arc;

/// Covers per step.
pub const BATCH: usize = 32;
/// Threads, unless `--threads N` says otherwise.
const THREADS: usize = 2;
/// Repeats before the first that counts, and repeats that count, when measuring alone.
const WARM_UP: usize = 2;
const REPEATS: usize = 9;

/// Work that can be repeated: milliseconds of each of some repeats.
pub type Work = Box<dyn FnMut(usize) -> Result<Vec<f64>, Failure>>;

fn main() -> Result<(), Failure> {
    // As `gatefold train` does.
    gatefold::train::keep_memory();
    let options: Vec<String> = std::env::args().skip(1).collect();
    let threads = value(&options, "--threads").map_or(Ok(THREADS), |n| n.parse())?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let wants = |name: &str| options.iter().any(|option| option == name);
    let covers = [Arc::new(steps::covers(steps::SIZES[0])?), Arc::new(steps::covers(steps::SIZES[1])?)];
    let loader = steps::loader_ms(&covers[0], REPEATS);
    let mut works = layers::all()?;
    works.extend(steps::all(&covers));
    if let Some(only) = value(&options, "--only") {
        works.retain(|(name, _)| name.contains(only.as_str()));
    }
    if wants("--serve") {
        return serve(&mut works, loader);
    }
    let mut rows = Vec::new();
    for (name, work) in &mut works {
        work(WARM_UP)?;
        let ms = median(work(REPEATS)?);
        let mut row = json!({ "name": name, "ms": ms });
        if name.ends_with("step") {
            row["loader_share"] = json!(loader / ms);
        }
        rows.push(row);
        if !wants("--json") {
            println!("{name:40} {ms:9.2} ms");
        }
    }
    if wants("--json") {
        println!("{}", json!({ "rows": rows, "loader_ms": loader, "peak_memory_mib": peak_mib() }));
    } else {
        println!("{:40} {loader:9.2} ms", "loader: one batch, augmented");
    }
    Ok(())
}

fn serve(works: &mut [(&'static str, Work)], loader: f64) -> Result<(), Failure> {
    let names: Vec<&str> = works.iter().map(|(name, _)| *name).collect();
    let mut out = std::io::stdout();
    writeln!(out, "{}", json!({ "names": names, "loader_ms": loader }))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let Some((name, repeats)) = line.rsplit_once(' ') else { break };
        let work = works.iter_mut().find(|(known, _)| *known == name);
        let (_, work) = work.ok_or_else(|| format!("nothing here is called {name}"))?;
        writeln!(out, "{}", json!({ "ms": work(repeats.parse()?)?, "peak_memory_mib": peak_mib() }))?;
        out.flush()?;
    }
    Ok(())
}
