//! Looks at all of a data directory: says what is wrong, and mends what was derived from something that is whole.
//!
//! Nothing that a person made or imported is ever removed or changed. A cover whose file is damaged is named, for only its
//! source has it; thumbnails, the index of search, the map and generated covers are made again. Beside a process that
//! writes the directory it only looks.

mod covers;
mod made;
mod store;

use crate::catalog::{self, Access, Catalog, CatalogError, Gone};
use crate::pipeline::{self, BuildError};
use crate::progress::Progress;
use crate::report::{DoctorReport, Finding, FindingState};
use crate::train::runs;
use crate::whole;
use crate::wire::Generated;
use std::path::{Path, PathBuf};

/// Free bytes below which there is a word about the disk.
const LITTLE: u64 = 256 << 20;
/// Files that are named one by one; of more there is a number.
const NAMED: usize = 20;

/// Why nothing could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// There is no data directory, or it is of another version.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Somebody asked.
    #[error("the look at the data directory was broken off; what was mended until then stays mended")]
    Cancelled,
}

/// Makes the pictures of a generated cover again, as PNG in the order in which they are kept, or says why not.
pub type Remake<'a> = &'a dyn Fn(&Catalog, &Generated) -> Result<Vec<Vec<u8>>, String>;

/// Looks at the data directory `dir` and mends what can be mended.
///
/// # Errors
/// When there is nothing to look at, or it was cancelled.
pub fn examine(dir: &Path, remake: Remake<'_>, progress: &dyn Progress) -> Result<DoctorReport, DoctorError> {
    let mut found = Found {
        report: DoctorReport { data: dir.display().to_string(), ..DoctorReport::default() },
        progress,
    };
    let left = catalog::unfinished(dir);
    match opened(dir)? {
        Opened::Broken(error) => store::without(dir, &error, &mut found),
        Opened::Whole(mut catalog, why) => {
            found.report.mends = why.is_none();
            found.report.why = why;
            found.leftovers(&catalog, &left);
            store::look(&mut catalog, &mut found)?;
            covers::look(&mut catalog, &mut found)?;
            found.build(&mut catalog)?;
            made::look(&mut catalog, remake, &mut found)?;
            found.nowhere(&catalog);
            found.report.disk = catalog.disk_use().ok();
        }
    }
    found.disk(dir);
    let mut report = found.report;
    report.well = report.findings.iter().all(|finding| finding.state != FindingState::Remains);
    Ok(report)
}

enum Opened {
    /// With the reason why nothing may be changed.
    Whole(Box<Catalog>, Option<String>),
    Broken(CatalogError),
}

fn opened(dir: &Path) -> Result<Opened, CatalogError> {
    let is_broken = |e: &CatalogError| matches!(e, CatalogError::Broken(..) | CatalogError::Emptied { .. });
    match Catalog::expect(dir) {
        Err(e) if is_broken(&e) => return Ok(Opened::Broken(e)),
        there => there?,
    }
    let refusal = match Catalog::open(dir, Access::Write) {
        Ok(catalog) => return Ok(Opened::Whole(Box::new(catalog), None)),
        Err(e) if is_broken(&e) => return Ok(Opened::Broken(e)),
        Err(e) => e,
    };
    match Catalog::open(dir, Access::Read) {
        Ok(catalog) => Ok(Opened::Whole(Box::new(catalog), Some(refusal.to_string()))),
        Err(e) if is_broken(&e) => Ok(Opened::Broken(e)),
        Err(_) => Err(refusal),
    }
}

/// What was found so far.
struct Found<'a> {
    report: DoctorReport,
    progress: &'a dyn Progress,
}

impl Found<'_> {
    fn may_mend(&self) -> bool {
        self.report.mends
    }

    fn looked_at(&mut self, what: &str, count: u64) {
        self.report.looked_at.insert(what.to_owned(), count);
    }

    fn add(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    fn mended(&mut self, part: &str, what: impl Into<String>) {
        self.add(Finding::new(part, FindingState::Mended, what));
    }

    fn remains(&mut self, part: &str, what: impl Into<String>, advice: impl Into<String>) {
        self.add(Finding::new(part, FindingState::Remains, what).advice(advice));
    }

    fn note(&mut self, part: &str, what: impl Into<String>, advice: impl Into<String>) {
        self.add(Finding::new(part, FindingState::Note, what).advice(advice));
    }

    /// What could not even be looked at.
    fn failed(&mut self, part: &str, error: &dyn std::fmt::Display) {
        self.remains(part, format!("this could not be looked at: {error}"), store::ADVICE);
    }

    fn go_on(&self) -> Result<(), DoctorError> {
        if self.progress.cancelled() { Err(DoctorError::Cancelled) } else { Ok(()) }
    }

    /// What runs that were killed left half-written: gone since the catalogue was opened for writing.
    fn leftovers(&mut self, catalog: &Catalog, left: &[PathBuf]) {
        // Beside a writer they may be what it is writing.
        if !self.may_mend() {
            return;
        }
        let swept = whole::sweep(&catalog.dir().join(runs::FOLDER));
        if swept > 0 {
            let what = format!(
                "runs that were killed left {swept} half-written files in training/; they are removed"
            );
            self.mended("leftovers", what);
        }
        let builds = pipeline::unfinished(catalog.dir());
        pipeline::clear_unfinished(catalog.dir());
        for path in left.iter().chain(&builds) {
            if path.exists() {
                let advice = "remove it by hand, or give this user the right to";
                let what = "a run that was killed left this, and it cannot be removed";
                self.add(Finding::new("leftovers", FindingState::Remains, what).advice(advice).file(path));
            } else {
                let what = "a run that was killed left this half-written; it is removed";
                self.add(Finding::new("leftovers", FindingState::Mended, what).file(path));
            }
        }
    }

    fn build(&mut self, catalog: &mut Catalog) -> Result<(), DoctorError> {
        self.go_on()?;
        self.progress.stage("Files of the map", 0);
        let examined = match pipeline::examine(catalog) {
            Ok(examined) => examined,
            Err(error) => {
                self.failed("build", &error);
                return Ok(());
            }
        };
        self.looked_at("build_files", examined.files);
        let what = match (examined.exists, examined.is_sealed, examined.damaged.len()) {
            (false, ..) if catalog.is_empty().unwrap_or(true) => return Ok(()),
            (false, ..) => "the albums have no map".to_owned(),
            (true, true, 0) => {
                if !examined.is_current {
                    let what = "the map shows the albums as they were before the last changes";
                    self.note("build", what, "`gatefold build` brings it up to date");
                }
                return Ok(());
            }
            (true, _, 0) => {
                "the map was made by an earlier version, which did not note what its files held".to_owned()
            }
            (true, _, 1) => "a file of the map is missing or damaged".to_owned(),
            (true, _, n) => format!("{n} files of the map are missing or damaged"),
        };
        let mended = if self.may_mend() { Some(pipeline::run(catalog, self.progress)) } else { None };
        let (state, advice) = match mended {
            None => {
                // An earlier version's map can be used as it is.
                let is_fit = examined.exists && examined.damaged.is_empty();
                let state = if is_fit { FindingState::Note } else { FindingState::Remains };
                (state, Some("run `gatefold build` when nothing else writes here".to_owned()))
            }
            Some(Ok(_)) => (FindingState::Mended, None),
            Some(Err(BuildError::Cancelled)) => return Err(DoctorError::Cancelled),
            Some(Err(error)) => (FindingState::Remains, Some(error.to_string())),
        };
        let what = if state == FindingState::Mended { format!("{what}; it is made anew") } else { what };
        let file = examined.damaged.first().filter(|_| examined.damaged.len() == 1);
        let finding = Finding { advice, ..Finding::new("build", state, what) };
        self.add(match file {
            Some(file) => finding.file(file),
            None => finding,
        });
        Ok(())
    }

    /// What people keep of albums that are not there: theirs, and right again when the albums come back.
    fn nowhere(&mut self, catalog: &Catalog) {
        self.looked_at("sets", catalog.sets().map_or(0, |sets| sets.len() as u64));
        let gone = match catalog.pointing_nowhere() {
            Ok(gone) => gone,
            Err(error) => return self.failed("sets", &error),
        };
        for gone in gone {
            match gone {
                Gone::Set(name, albums) => {
                    let what =
                        format!("the set “{name}” holds {albums} albums that are not in the catalogue");
                    let advice =
                        "they are shown again when they are imported again; save the set anew to forget them";
                    self.note("sets", what, advice);
                }
                Gone::Edit(id) => {
                    let what = format!("there is an edit of the album {id}, which no source tells of");
                    self.note("edits", what, "it counts again when the album is imported again");
                }
            }
        }
    }

    fn disk(&mut self, dir: &Path) {
        self.report.free = free(dir);
        if let Some(free) = self.report.free.filter(|free| *free < LITTLE) {
            let what = format!("the disk has {} MB left", free >> 20);
            self.note("disk", what, "make room before the next import: it writes every cover once");
        }
    }
}

/// Bytes that are free for this user where `dir` lies.
fn free(dir: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let of = rustix::fs::statvfs(dir).ok()?;
        Some(of.f_bavail.saturating_mul(of.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        None
    }
}
