//! Generated covers: a recipe in the catalogue, and pictures that follow from it.

use super::{DoctorError, Found, Remake};
use crate::catalog::Catalog;
use crate::report::{Finding, FindingState};
use crate::wire::Generated;
use image::ImageFormat;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Generated covers that are read between two looks at whether to stop.
const AT_ONCE: usize = 64;

/// Looks at every picture of every generated cover; those that are not whole are made again.
pub(super) fn look(
    catalog: &mut Catalog,
    remake: Remake<'_>,
    found: &mut Found<'_>,
) -> Result<(), DoctorError> {
    let all = match catalog.generated_list(u32::MAX) {
        Ok(all) => all,
        Err(error) => {
            found.failed("generated", &error);
            return Ok(());
        }
    };
    found.progress.stage("Generated covers", all.len() as u64);
    found.looked_at("generated", all.len() as u64);
    for some in all.chunks(AT_ONCE) {
        found.go_on()?;
        let files: Vec<Vec<PathBuf>> =
            some.iter().map(|made| catalog.generated_files(&made.id, made.frames)).collect();
        // The first of its pictures that is not whole.
        let broken = |files: &Vec<PathBuf>| files.iter().find(|path| !is_picture(path)).cloned();
        let damaged: Vec<(&Generated, PathBuf)> =
            some.par_iter().zip(&files).filter_map(|(made, files)| Some((made, broken(files)?))).collect();
        for (made, file) in damaged {
            mend(catalog, made, &file, remake, found);
        }
        found.progress.advance(some.len() as u64);
    }
    match catalog.unknown_generated() {
        Ok(unknown) if !unknown.is_empty() => {
            let what = format!("{} folders in generated/ belong to no generated cover", unknown.len());
            found.note("generated", what, "a run that was killed left them; remove them if you like");
        }
        Ok(_) => {}
        Err(error) => found.failed("generated", &error),
    }
    Ok(())
}

fn is_picture(path: &Path) -> bool {
    let bytes = std::fs::read(path);
    bytes.is_ok_and(|bytes| image::load_from_memory_with_format(&bytes, ImageFormat::Png).is_ok())
}

fn mend(catalog: &mut Catalog, made: &Generated, file: &Path, remake: Remake<'_>, found: &mut Found<'_>) {
    let what = format!("a picture of the generated cover {} is missing or damaged", made.id);
    if !found.may_mend() {
        let advice = "run `gatefold doctor` again when nothing else writes here: its recipe gives it again";
        let finding = Finding::new("generated", FindingState::Remains, what).advice(advice);
        return found.add(finding.file(file));
    }
    let again = remake(catalog, made);
    let kept = again.and_then(|pngs| catalog.put_pictures(made, &pngs).map_err(|error| error.to_string()));
    let finding = match kept {
        Ok(()) => {
            Finding::new("generated", FindingState::Mended, format!("{what}; its recipe gave it again"))
        }
        Err(why) => Finding::new("generated", FindingState::Remains, what)
            .advice(format!("its recipe is kept, and does not give it again here: {why}")),
    };
    found.add(finding.file(file));
}
