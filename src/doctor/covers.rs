//! Covers and what was derived from each.

use super::{DoctorError, Found};
use crate::album::CoverHash;
use crate::catalog::{Catalog, CoverUse, hash_of};
use crate::pipeline::{self, BuildError};
use crate::report::{AlbumLine, Finding, FindingState};
use rayon::prelude::*;
use std::collections::HashSet;

/// Covers that are read between two looks at whether to stop.
const AT_ONCE: usize = 256;

/// Looks at every cover's file, and at every thumbnail.
pub(super) fn look(catalog: &mut Catalog, found: &mut Found<'_>) -> Result<(), DoctorError> {
    let uses = match catalog.cover_uses() {
        Ok(uses) => uses,
        Err(error) => {
            found.failed("covers", &error);
            return Ok(());
        }
    };
    found.progress.stage("Covers", uses.len() as u64);
    found.looked_at("covers", uses.len() as u64);
    let mut damaged: Vec<&CoverUse> = Vec::new();
    for some in uses.chunks(AT_ONCE) {
        found.go_on()?;
        damaged.extend(some.par_iter().filter(|used| !is_whole(used)).collect::<Vec<_>>());
        found.progress.advance(some.len() as u64);
    }
    for used in &damaged {
        name(catalog, used, found);
    }
    match catalog.unused_covers() {
        Ok(unused) if !unused.is_empty() => {
            let what = format!("{} covers lie in covers/ that no album shows", unused.len());
            found.note(
                "covers",
                what,
                "an import that was broken off left them; the next one finds them there",
            );
        }
        Ok(_) => {}
        Err(error) => found.failed("covers", &error),
    }
    let damaged: HashSet<CoverHash> = damaged.iter().map(|used| used.hash.clone()).collect();
    derived(catalog, &damaged, found)
}

fn is_whole(used: &CoverUse) -> bool {
    std::fs::read(&used.path).is_ok_and(|bytes| hash_of(&bytes) == used.hash)
}

/// Says of which albums a damaged cover is, and where it came from.
fn name(catalog: &Catalog, used: &CoverUse, found: &mut Found<'_>) {
    let state = if used.path.exists() { "damaged" } else { "missing" };
    let known = used.albums.iter().filter_map(|&id| catalog.album(id).ok().flatten());
    let albums: Vec<AlbumLine> = known.map(|album| AlbumLine::from(&album)).collect();
    let of = match &albums[..] {
        [] => "of an album that is not shown".to_owned(),
        [one] => format!("of “{}” ({})", one.title, one.id),
        [one, rest @ ..] => format!("of “{}” ({}) and {} more", one.title, one.id, rest.len()),
    };
    let advice = match used.sources.first() {
        Some(source) => format!("import its album again: it came from {source}"),
        None => "import its album again".to_owned(),
    };
    let finding = Finding::new("covers", FindingState::Remains, format!("the cover {of} is {state}"));
    found.add(Finding { albums, ..finding.advice(advice).file(&used.path) });
}

/// What was derived from covers is derived again where it is not whole and the cover is.
fn derived(
    catalog: &mut Catalog,
    damaged: &HashSet<CoverHash>,
    found: &mut Found<'_>,
) -> Result<(), DoctorError> {
    found.go_on()?;
    found.progress.stage("Thumbnails", 0);
    let broken = match catalog.broken_derived() {
        Ok(broken) => broken,
        Err(error) => {
            found.failed("derived", &error);
            return Ok(());
        }
    };
    let missing = catalog.underived().map_or(0, |missing| missing.len());
    found.looked_at("derived", catalog.derived_covers().map_or(0, |all| all.len() as u64));
    let (lost, curable): (Vec<_>, Vec<_>) = broken.into_iter().partition(|hash| damaged.contains(hash));
    if !lost.is_empty() {
        let what = format!("{} thumbnails are damaged, and so are their covers", lost.len());
        found.remains("derived", what, "import their albums again");
    }
    if curable.is_empty() && missing == 0 {
        if lost.is_empty()
            && found.may_mend()
            && let Err(error) = catalog.seal_derived()
        {
            found.failed("derived", &error);
        }
        return Ok(());
    }
    if !found.may_mend() {
        if !curable.is_empty() {
            let what = format!("{} thumbnails are damaged", curable.len());
            found.remains("derived", what, "run `gatefold doctor` again when nothing else writes here");
        }
        return Ok(());
    }
    let made = catalog.forget_derived(&curable).map_err(BuildError::from);
    match made.and_then(|()| pipeline::derive_missing(catalog, found.progress)) {
        Ok(0) => {}
        Ok(n) => {
            found.mended("derived", format!("{n} thumbnails were missing or damaged; they are made anew"))
        }
        Err(BuildError::Cancelled) => return Err(DoctorError::Cancelled),
        Err(error) => found.failed("derived", &error),
    }
    let left = catalog.underived().map_or(0, |missing| missing.len());
    let without = left.saturating_sub(damaged.len());
    if without > 0 {
        let what = format!("{without} albums have covers that cannot be decoded, and are shown without");
        found.note("derived", what, "their import said why");
    }
    Ok(())
}
