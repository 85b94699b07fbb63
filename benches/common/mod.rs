//! What the bench programs share.

use std::error::Error;

/// Anything that stops a bench, with its sentence.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What follows an option of that name.
pub fn value<'a>(options: &'a [String], name: &str) -> Option<&'a String> {
    options.iter().skip_while(|option| *option != name).nth(1)
}

/// The middle of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The most memory that this process has had, in MiB, where the system tells.
pub fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
