//! From a catalogue to a map: decode, features, neighbours, layout, sheets; incremental.
//!
//! A build is a folder `builds/{hash}` in the data directory, written under another name and renamed when it is whole;
//! `meta.current_build` names the one in use and is switched last. Each stage knows the hash of what it was made
//! from (see [`record`]) and is taken over from the former build when that is the same. The build before the
//! current one is kept, because a page may still be fetching from it.
//!
//! Everything is computed in the order of album ids and from fixed seeds: the same catalogue built from nothing gives
//! the same bytes. A build on top of a former one starts its layout there, so that a new album does not
//! shuffle a map that people know.
//!
//! Size and hash of every file stand in the build's `files.json`. Whoever reads a file sees whether it is what was
//! written, and a build begins by looking at all of them: what is damaged is made anew, from the same things and under the
//! same name. Builds of earlier versions have no such list: they are read as they are, and the next build makes them anew.

mod assemble;
mod built;
mod covers;
mod facts;
mod files;
mod folder;
mod former;
mod judge;
mod look;
mod place;
mod record;
mod sheets;
mod stored;

pub use built::Built;
pub use covers::derive_missing;
pub use facts::{Facts, pixel_components, vector_of};
pub use folder::{clear_unfinished, unfinished};
pub use judge::Judge;
pub use look::{LOOKS, choose_look};

use crate::album::Album;
use crate::catalog::{Access, Catalog, CatalogError};
use crate::features::{self, PcaError};
use crate::genre::opinion::{Opinions, Tagged, opinions};
use crate::graph;
use crate::mixture::Mixture;
use crate::progress::Progress;
use crate::report::{BuildReport, BuildSeconds, FeatureInfo};
use covers::Covers;
use files::{LayoutFile, LooksFile, OpinionsFile, VectorsFile};
use folder::Folder;
use former::Former;
use look::{Look, Seen};
use ndarray::{Array2, s};
use record::{Key, Record};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

/// Why a build gave up.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file of the build.
    #[error("{} could not be {what}: {source}", .path.display())]
    File {
        /// `read`, `written`, …
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of a build that is not what was written.
    #[error(
        "{} is missing or damaged: run `gatefold build`, which makes it anew; a server does so when it is started again",
        .0.display()
    )]
    Damaged(PathBuf),
    /// A build that is not kept any more.
    #[error("the map was built anew since this page was opened: reload the page")]
    Gone,
    /// The catalogue went on.
    #[error("albums came or went since the map was made: run `gatefold build`, and ask again")]
    Outdated,
    /// Somebody asked.
    #[error("the build was cancelled; the former map stays in use")]
    Cancelled,
    /// No features.
    #[error(transparent)]
    Features(#[from] PcaError),
    /// The store.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// No such features.
    #[error("a map cannot be made of “{0}”: choose {choices}", choices = LOOKS.join(" or "))]
    UnknownLook(String),
    /// The encoder of the learned features.
    #[error("the covers cannot be looked at by the encoder: {0}")]
    Encoder(String),
    /// There is no opinion to be had.
    #[error("the catalogue has too few tagged covers to tell genres apart by")]
    NoForest,
    /// The forest could not be grown.
    #[error("the covers' genres could not be learned: {0}")]
    Opinions(String),
    /// A sheet could not be encoded.
    #[error("a sheet of covers could not be made: {0}")]
    Sheet(String),
}

/// Version of the files of a build; a change makes builds anew.
const VERSION: u32 = 6;
/// Key in the catalogue's meta data that names the build in use.
pub const CURRENT: &str = "current_build";

/// Brings everything derived up to date; does nothing where nothing changed.
///
/// # Errors
/// When the catalogue cannot be read or written, or the build was cancelled. The former build then stays in use.
pub fn run(catalog: &mut Catalog, progress: &dyn Progress) -> Result<BuildReport, BuildError> {
    let begun = Instant::now();
    if catalog.access() == Access::Read {
        return Err(CatalogError::ReadOnly.into());
    }
    folder::clear_unfinished(catalog.dir());
    let former = Former::of(catalog)?;
    let look = Look::of(catalog)?;
    let inputs = Key::of_inputs(&catalog.content_hash()?, catalog.is_demo()?, &look);
    if former.as_ref().is_some_and(|former| former.serves(&inputs))
        && let Ok(Some(built)) = Built::open(catalog)
    {
        let seconds = BuildSeconds { total: begun.elapsed().as_secs_f64(), ..BuildSeconds::default() };
        return Ok(report(&built, seconds, (0, 0)));
    }
    let damaged = former.as_ref().map_or(0, |former| former.damaged.len() as u64);

    let mut seconds = BuildSeconds::default();
    let decoded = timed(&mut seconds.decode, || covers::derive_missing(catalog, progress))?;
    let (albums, content) = settled(catalog)?;
    let inputs = Key::of_inputs(&content, catalog.is_demo()?, &look);
    let covers = Covers::of(catalog, &albums)?;
    let links = facts::links(&albums.iter().map(Some).collect::<Vec<_>>());
    let folder = Folder::begin(catalog.dir(), former.as_ref())?;
    let maker = Maker {
        catalog,
        progress,
        former: former.as_ref(),
        folder,
        albums: &albums,
        covers: &covers,
        links: &links,
        look: &look,
        measured: RefCell::default(),
    };

    let keys = Keys::of(&albums, &covers, &look, &links);
    let (vectors, looks) = timed(&mut seconds.features, || maker.features(&keys))?;
    let opinions = timed(&mut seconds.opinions, || maker.opinions(&keys, &looks))?;
    let near = timed(&mut seconds.neighbours, || maker.neighbours(&keys, &vectors, &opinions))?;
    let places = timed(&mut seconds.layout, || maker.layout(&keys, &vectors, &near))?;
    let sheets = timed(&mut seconds.sheets, || {
        sheets::make(catalog, progress, &maker.folder, maker.former, &covers, &places)
    })?;
    let demo = catalog.is_demo()?;
    let record = Record {
        version: VERSION,
        inputs,
        features: keys.features,
        neighbours: keys.neighbours,
        layout: keys.layout,
        opinions: keys.opinions,
        opinion_genres: opinions.genres.clone(),
        sheets,
        info: FeatureInfo { name: look.name().to_owned(), dims: vectors.dims() },
    };
    let hash =
        assemble::write(&maker.folder, &albums, &covers, &looks, &near, &places, &opinions, &record, demo)?;
    if progress.cancelled() {
        return Err(BuildError::Cancelled);
    }
    let before = catalog.meta(CURRENT)?;
    let folder = maker.folder;
    // On the disk before it is pointed to, and pointed to before the one before the former is put away.
    folder.finish(&hash)?;
    catalog.set_meta(CURRENT, &hash)?;
    // A build that was mended in its place is no newer one: the one before it stays too.
    if before.as_ref() != Some(&hash) {
        folder::prune(catalog.dir(), &[Some(&hash), before.as_ref()]);
    }
    let built =
        Built::open(catalog)?.ok_or_else(|| BuildError::Damaged(catalog.dir().join("builds").join(&hash)))?;
    seconds.total = begun.elapsed().as_secs_f64();
    Ok(report(&built, seconds, (decoded, damaged)))
}

/// Where the build of that name lies.
fn place_of(dir: &Path, hash: &str) -> PathBuf {
    // A name that no build gave leads nowhere, and to no other folder.
    let plain = !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_hexdigit());
    dir.join("builds").join(if plain { hash } else { "unknown" })
}

/// What is wrong with the files of the present build; changes nothing.
///
/// # Errors
/// The catalogue's.
pub fn examine(catalog: &Catalog) -> Result<Examined, BuildError> {
    let Some(former) = Former::of(catalog)? else { return Ok(Examined::default()) };
    let inputs = Key::of_inputs(&catalog.content_hash()?, catalog.is_demo()?, &Look::of(catalog)?);
    Ok(Examined {
        exists: true,
        files: former.whole.names().count() as u64,
        damaged: former.damaged.iter().map(|name| former.dir.join(name)).collect(),
        is_sealed: former.is_sealed,
        is_current: former.serves(&inputs),
    })
}

/// What [`examine`] found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Examined {
    /// Whether there is one at all.
    pub exists: bool,
    /// Files that are what was written.
    pub files: u64,
    /// Files that are not.
    pub damaged: Vec<PathBuf>,
    /// Whether it says what its files held; those of earlier versions do not.
    pub is_sealed: bool,
    /// Whether it is whole and of the albums as they are now.
    pub is_current: bool,
}

/// All albums and their content's hash, of one and the same moment: a person may edit some meanwhile.
fn settled(catalog: &Catalog) -> Result<(Vec<Album>, String), CatalogError> {
    loop {
        let content = catalog.content_hash()?;
        let albums = catalog.albums()?;
        if catalog.content_hash()? == content {
            return Ok((albums, content));
        }
    }
}

fn report(built: &Built, seconds: BuildSeconds, (decoded, damaged): (u64, u64)) -> BuildReport {
    BuildReport {
        albums: u64::from(built.manifest.albums),
        edges: u64::from(built.manifest.edges),
        features: built.features.clone(),
        seconds,
        hash: built.hash.clone(),
        decoded,
        damaged,
    }
}

fn timed<T>(seconds: &mut f64, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    *seconds = begun.elapsed().as_secs_f64();
    done
}

/// What each stage is made from.
struct Keys {
    features: Key,
    neighbours: Key,
    layout: Key,
    opinions: Key,
}

impl Keys {
    fn of(albums: &[Album], covers: &Covers, look: &Look, links: &[(u32, u32)]) -> Self {
        let features = Key::of_features(albums, covers, look);
        let opinions = Key::of_opinions(&features, albums, covers);
        let neighbours = Key::of_neighbours(&features, &opinions, albums, links);
        let layout = Key::of_layout(&neighbours, albums, covers);
        Self { features, neighbours, layout, opinions }
    }
}

/// What the stages share.
struct Maker<'a> {
    catalog: &'a Catalog,
    progress: &'a dyn Progress,
    former: Option<&'a Former>,
    folder: Folder,
    albums: &'a [Album],
    covers: &'a Covers,
    links: &'a [(u32, u32)],
    look: &'a Look,
    /// See [`Maker::measured`].
    measured: RefCell<Option<Rc<Array2<f32>>>>,
}

impl Maker<'_> {
    fn stage(&self, name: &str) -> Result<(), BuildError> {
        self.progress.stage(name, 0);
        if self.progress.cancelled() { Err(BuildError::Cancelled) } else { Ok(()) }
    }

    /// The former build's record, if it has these files whole and made from the same.
    fn offered(&self, files: &[&str], same: impl FnOnce(&Record) -> bool) -> Option<&Record> {
        self.former?.offers(files, same)
    }

    /// What is measured on each cover: once for all stages.
    fn measured(&self) -> Result<Rc<Array2<f32>>, BuildError> {
        if let Some(measured) = self.measured.borrow().as_ref() {
            return Ok(measured.clone());
        }
        let measured = Rc::new(self.covers.measured(self.catalog, self.progress)?);
        *self.measured.borrow_mut() = Some(measured.clone());
        Ok(measured)
    }

    /// Vectors, and near-duplicates by the pixels.
    fn features(&self, keys: &Keys) -> Result<(VectorsFile, LooksFile), BuildError> {
        self.stage("Features")?;
        let kept = [files::VECTORS, files::STANDARD, files::PALETTES, files::LOOKS];
        if self.offered(&kept, |record| record.features == keys.features).is_some() {
            kept.iter().try_for_each(|file| self.folder.take_over(file))?;
            return Ok((VectorsFile::read(&self.folder, files::VECTORS)?, LooksFile::read(&self.folder)?));
        }
        let pixels = self.covers.pixels(self.catalog, self.progress)?;
        let seen = Seen { pixels: &pixels.bytes, measured: &|| self.measured() };
        let (vectors, standard) = self.look.vectors(&seen)?;
        if self.progress.cancelled() {
            return Err(BuildError::Cancelled);
        }
        let looks: Vec<gatefold_covers::Look<'_>> = pixels.looks().collect();
        let looks = LooksFile { mean: pixels.mean.clone(), cluster: gatefold_covers::clusters(&looks) };
        let vectors = VectorsFile { ids: self.covers.ids(self.albums), vectors };
        let palettes = self.measured()?.slice(s![.., ..features::palette::HISTOGRAM]).to_owned();
        let palettes = VectorsFile { ids: vectors.ids.clone(), vectors: palettes };
        vectors.write(&self.folder, files::VECTORS)?;
        palettes.write(&self.folder, files::PALETTES)?;
        let standard = serde_json::to_vec(&standard).map_err(|e| BuildError::Encoder(e.to_string()))?;
        self.folder.write(files::STANDARD, &standard)?;
        looks.write(&self.folder)?;
        Ok((vectors, looks))
    }

    /// What the forest makes of each cover by its measures. Not by `learned` vectors: the encoder may have been told the
    /// genre of this very cover.
    fn opinions(&self, keys: &Keys, looks: &LooksFile) -> Result<Opinions, BuildError> {
        self.stage("Genres")?;
        let same = |record: &Record| record.opinions == keys.opinions;
        let without = |record: &&Record| record.opinion_genres.is_empty();
        let offered = self.offered(&[files::OPINIONS, files::FOREST], same);
        if let Some(record) = offered.or_else(|| self.offered(&[files::OPINIONS], same).filter(without)) {
            self.folder.take_over(files::OPINIONS)?;
            let genres = record.opinion_genres.clone();
            if !genres.is_empty() {
                self.folder.take_over(files::FOREST)?;
            }
            return Ok(Opinions { genres, rows: OpinionsFile::read(&self.folder)?.rows, forest: None });
        }
        let tagged: Vec<Tagged> = self
            .covers
            .rows()
            .zip(&looks.cluster)
            .map(|((row, _), &cluster)| {
                let album = &self.albums[row as usize];
                Tagged { genre: album.genre.clone(), artist: album.artist.clone(), cluster }
            })
            .collect();
        let formed = opinions(self.measured()?.view(), &tagged)
            .map_err(|error| BuildError::Opinions(error.to_string()))?;
        OpinionsFile { ids: self.covers.ids(self.albums), rows: formed.rows.clone() }.write(&self.folder)?;
        if let Some(forest) = &formed.forest {
            self.folder.write(files::FOREST, &forest.to_bytes())?;
        }
        Ok(formed)
    }

    /// Neighbours of all albums by the usual mixture.
    fn neighbours(
        &self,
        keys: &Keys,
        vectors: &VectorsFile,
        opinions: &Opinions,
    ) -> Result<graph::Neighbours, BuildError> {
        self.stage("Neighbours")?;
        if self.offered(&[files::NEIGHBOURS], |record| record.neighbours == keys.neighbours).is_some() {
            self.folder.take_over(files::NEIGHBOURS)?;
            return files::read_neighbours(&self.folder);
        }
        let palettes = VectorsFile::read(&self.folder, files::PALETTES)?;
        let years: Vec<Option<i32>> = self.albums.iter().map(|album| album.year).collect();
        let known = graph::Known {
            albums: self.albums.len(),
            rows: &self.covers.album,
            look: vectors.vectors.view(),
            palette: palettes.vectors.view(),
            genre: opinions.rows.view(),
            years: &years,
            links: self.links,
        };
        let near = graph::Parts::of(&known).neighbours(&Mixture::USUAL, graph::NEIGHBOURS);
        files::write_neighbours(&self.folder, &near)?;
        Ok(near)
    }

    fn layout(
        &self,
        keys: &Keys,
        vectors: &VectorsFile,
        near: &graph::Neighbours,
    ) -> Result<LayoutFile, BuildError> {
        self.stage("Layout")?;
        if self.offered(&[files::LAYOUT], |record| record.layout == keys.layout).is_some() {
            self.folder.take_over(files::LAYOUT)?;
            return LayoutFile::read(&self.folder);
        }
        // The map's columns say where albums stand, too.
        let columns = self.offered(&[assemble::COLUMNS], |record| record.layout == keys.layout);
        if let Some(columns) = columns.and_then(|_| self.former?.columns()) {
            let places = place::again(self.covers, &columns);
            places.write(&self.folder)?;
            return Ok(places);
        }
        let places = place::place(
            self.albums,
            self.covers,
            vectors,
            near,
            self.former.and_then(|f| f.layout.as_ref()),
        );
        places.write(&self.folder)?;
        Ok(places)
    }
}
