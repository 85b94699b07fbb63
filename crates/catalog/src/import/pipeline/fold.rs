//! The sequential half: what is new, the same, or a copy; one transaction per chunk.

use super::Job;
use super::prepare::{Loaded, Prepared, Preparer, Ready, State};
use crate::album::{AlbumId, CoverHash};
use crate::catalog::{Batch, Catalog, CatalogError, CoverFile, Known, NewRecord, SourceId, make_durable};
use crate::import::ImportError;
use crate::report::ImportReport;
use std::collections::{HashMap, HashSet};

/// Folds prepared records into the catalogue.
pub(super) struct Folder<'a> {
    catalog: &'a mut Catalog,
    job: &'a Job,
    source: SourceId,
    preparer: &'a Preparer<'a>,
    run: Run,
    report: ImportReport,
    /// Whether the demo label, and with it all that must go when something else comes, is there.
    demo: bool,
}

/// What this run has seen.
#[derive(Default)]
struct Run {
    /// Albums of each cover met so far.
    albums: HashMap<CoverHash, Vec<AlbumId>>,
    /// Records met so far.
    keys: HashSet<String>,
    /// Records of earlier imports by cover, copies left out.
    originals: HashMap<CoverHash, Vec<String>>,
    /// Keys of albums of earlier imports whose pictures are albums no more, by their folders.
    former: HashMap<String, Vec<String>>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(
        catalog: &'a mut Catalog,
        job: &'a Job,
        source: SourceId,
        preparer: &'a Preparer<'a>,
    ) -> Self {
        let mut run = Run::default();
        for (key, known) in preparer.known {
            if known.duplicate {
                continue;
            }
            if job.keys.as_ref().is_some_and(|keys| !keys.contains(key)) {
                run.former.entry(folder_of(key).to_owned()).or_default().push(key.clone());
            } else if let Some(cover) = &known.cover {
                run.originals.entry(cover.hash.clone()).or_default().push(key.clone());
            }
        }
        run.former.values_mut().for_each(|keys| keys.sort_unstable());
        let demo = !job.is_demo() || preparer.known.is_empty();
        Self { catalog, job, source, preparer, run, report: ImportReport::default(), demo }
    }

    /// Records stored or recognised so far.
    pub(super) fn stored(&self) -> u64 {
        self.report.imported + self.report.unchanged + self.report.duplicates
    }

    /// Stores a chunk in one transaction.
    pub(super) fn fold(&mut self, chunk: Vec<Prepared<'a>>) -> Result<(), ImportError> {
        let Self { catalog, job, source, preparer, run, report, demo } = self;
        // A record never names a cover that a power cut could still undo.
        make_durable(preparer.dir, chunk.iter().filter_map(Prepared::written))?;
        let batch = catalog.batch()?;
        for prepared in chunk {
            let mut ready = match prepared {
                Prepared::Ready(ready) => *ready,
                Prepared::Skipped(skipped) => {
                    report.skipped.push(skipped);
                    continue;
                }
            };
            report.skipped.extend(ready.passed_over.take());
            let known = preparer.known.get(&ready.record.key);
            if let State::Same(known) = ready.state
                && known.duplicate
                && !run.has_original(known)
            {
                let again = preparer.read_again(ready)?;
                make_durable(preparer.dir, again.written().into_iter())?;
                ready = match again {
                    Prepared::Ready(ready) => *ready,
                    Prepared::Skipped(skipped) => {
                        report.skipped.push(skipped);
                        continue;
                    }
                };
            }
            // Another picture told of this album before.
            if known.is_none_or(|known| known.duplicate)
                && matches!(ready.state, State::Read(_))
                && let Some(former) =
                    ready.others.as_deref().and_then(|others| run.former(&ready.record.key, others))
            {
                batch.succeed(source, &former, &ready.record.key)?;
            }
            // The first record to be stored makes room.
            if *demo && matches!(ready.state, State::Read(_)) {
                batch.remove_kind_but("demo", job.is_demo().then_some(&*source))?;
                batch.set_meta("demo", job.is_demo().then_some("true"))?;
                *demo = false;
            }
            let stored = Store { batch: &batch, job, source, run };
            match stored.record(&ready, known)? {
                Outcome::Imported => report.imported += 1,
                Outcome::Unchanged => report.unchanged += 1,
                Outcome::Duplicate => report.duplicates += 1,
            }
            run.keys.insert(ready.record.key);
        }
        Ok(batch.commit()?)
    }

    /// Ends the run; the report.
    pub(super) fn finish(self) -> Result<ImportReport, ImportError> {
        if self.job.is_demo() {
            // A smaller label has no more albums than were asked for.
            let batch = self.catalog.batch()?;
            for key in self.preparer.known.keys().filter(|key| !self.run.keys.contains(*key)) {
                batch.forget(&self.source, key)?;
            }
            batch.commit()?;
        }
        if let Some(keys) = &self.job.keys {
            // What is gone stays; what is there, and no longer taken for an album, does not.
            let there = |key: &String| {
                let file = self.job.file(key);
                file.is_some_and(|file| file.symlink_metadata().is_ok_and(|found| found.is_file()))
            };
            let known = self.preparer.known.keys();
            let judged: Vec<&String> = known.filter(|key| !keys.contains(*key) && there(key)).collect();
            let batch = self.catalog.batch()?;
            for key in judged {
                batch.forget(&self.source, key)?;
            }
            batch.commit()?;
        }
        let albums = self.catalog.len()?;
        Ok(ImportReport { albums, ..self.report })
    }
}

enum Outcome {
    Imported,
    Unchanged,
    Duplicate,
}

struct Store<'s, 'b> {
    batch: &'s Batch<'b>,
    job: &'s Job,
    source: &'s SourceId,
    run: &'s mut Run,
}

impl Store<'_, '_> {
    fn record(self, ready: &Ready<'_>, known: Option<&Known>) -> Result<Outcome, CatalogError> {
        match &ready.state {
            State::Same(known) => Ok(self.same(known)),
            State::Read(loaded) => self.read(ready, loaded.as_ref(), known),
        }
    }

    fn same(self, known: &Known) -> Outcome {
        if known.duplicate {
            return Outcome::Duplicate;
        }
        self.run.met(known.cover.as_ref(), known.album);
        Outcome::Unchanged
    }

    fn read(
        self,
        ready: &Ready<'_>,
        loaded: Option<&Loaded>,
        known: Option<&Known>,
    ) -> Result<Outcome, CatalogError> {
        let cover = loaded.map(|loaded| &loaded.file);
        let key = ready.record.key.as_str();
        let record = NewRecord {
            key,
            facts: &ready.record.facts,
            fingerprint: ready.fingerprint,
            stamp: ready.stamp,
            cover,
        };
        if let Some(Loaded { file, derived: Some(derived), .. }) = loaded {
            self.batch.put_derived(&file.hash, derived)?;
        }
        if let Some(original) = self.original(&record, ready.record.repeats)? {
            self.batch.put_duplicate(self.source, &record, original)?;
            return Ok(Outcome::Duplicate);
        }
        // The file was written anew with the same bytes.
        if let Some(known) = known
            && !known.duplicate
            && known.fingerprint == ready.fingerprint
            && known.cover.as_ref() == cover
        {
            self.batch.touch(self.source, key, ready.stamp)?;
            self.run.met(cover, known.album);
            let mended = loaded.is_some_and(|loaded| loaded.mended);
            return Ok(if mended { Outcome::Imported } else { Outcome::Unchanged });
        }
        if let (None, Some(cover)) = (known, cover) {
            let file = |key: &str| self.job.file(key);
            let gone =
                |key: &str| !self.run.keys.contains(key) && file(key).is_some_and(|file| !file.exists());
            self.batch.rename(self.source, &cover.hash, key, &gone)?;
        }
        let stored = self.batch.put(self.source, &record, !self.job.is_demo())?;
        self.run.met(cover, stored.album);
        Ok(Outcome::Imported)
    }

    /// The album of which this record is but a copy.
    fn original(&self, record: &NewRecord<'_>, repeats: bool) -> Result<Option<AlbumId>, CatalogError> {
        let Some(cover) = record.cover else {
            // Without a cover, only the same row again is a copy.
            return if repeats { self.batch.album_called(self.source, record.facts) } else { Ok(None) };
        };
        let albums = self.run.albums.get(&cover.hash).map(Vec::as_slice).unwrap_or_default();
        for &album in albums {
            if self.batch.agrees(record.facts, album)? {
                return Ok(Some(album));
            }
        }
        Ok(None)
    }
}

/// The folder in which a key's file lies.
fn folder_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Run {
    /// The key under which an album was known whose cover is another picture now, `key`: one of `others`, or one that is
    /// gone from its folder.
    fn former(&mut self, key: &str, others: &[String]) -> Option<String> {
        let folders = std::iter::once(folder_of(key)).chain(others.iter().map(|other| folder_of(other)));
        for folder in folders.map(str::to_owned).collect::<Vec<_>>() {
            let Some(keys) = self.former.get_mut(&folder) else { continue };
            let fits = |former: &String| folder == folder_of(key) || others.contains(former);
            if let Some(place) = keys.iter().position(fits) {
                return Some(keys.remove(place));
            }
        }
        None
    }

    fn met(&mut self, cover: Option<&CoverFile>, album: AlbumId) {
        if let Some(cover) = cover {
            let albums = self.albums.entry(cover.hash.clone()).or_default();
            if !albums.contains(&album) {
                albums.push(album);
            }
        }
    }

    /// Whether a copy's original was met in this run, or is still to come.
    fn has_original(&self, copy: &Known) -> bool {
        let Some(cover) = &copy.cover else { return true };
        self.albums.get(&cover.hash).is_some_and(|albums| albums.contains(&copy.album))
            || self
                .originals
                .get(&cover.hash)
                .is_some_and(|keys| keys.iter().any(|key| !self.keys.contains(key)))
    }
}
