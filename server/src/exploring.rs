//! What can be asked of a map beyond what stands in it: reasons, journeys, neighbourhoods, more like these, what is near a
//! picture. The command line, HTTP and the pages ask the same.

use crate::http::uploads::Picture;
use crate::problem::Problem;
use crate::queries;
use crate::state::AppState;
use gatefold::album::{Album, AlbumId};
use gatefold::catalog::Catalog;
use gatefold::cover::Derived;
use gatefold::explore::Atlas;
use gatefold::export::{self, Graph, Node};
use gatefold::graph::MOST_STOPS;
use gatefold::map::DOUBTFUL;
use gatefold::mixture::Mixture;
use gatefold::pipeline::{BuildError, Built, Judge, vector_of};
use gatefold::report::AlbumLine;
use gatefold::wire::{
    BridgeLine, Explained, JourneyLine, Journeys, NearPicture, Neighbour, Neighbourhood, Neighbourhoods, Stop,
};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Albums of one answer at most.
pub const MOST: u32 = 500;
/// Journeys of one answer at most.
pub const MOST_JOURNEYS: u32 = 20;
/// Bridges of one answer.
const BRIDGES: usize = 40;

/// The present build, ready to be explored; read when first asked for.
#[derive(Default)]
pub struct Atlases {
    newest_first: Mutex<Vec<Arc<Atlas>>>,
}

impl Atlases {
    /// Opens a build, or finds it open already. Takes a second or so for ten thousand albums: not for tokio's workers.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn get(&self, catalog: &Catalog, built: &Arc<Built>) -> Result<Arc<Atlas>, Problem> {
        // Held meanwhile, so that two who ask at once do not read the same twice.
        let mut open = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(atlas) = open.iter().find(|atlas| atlas.built().hash == built.hash) {
            return Ok(atlas.clone());
        }
        let atlas = Arc::new(Atlas::of(built.clone(), &catalog.albums()?)?);
        open.insert(0, atlas.clone());
        // One page may still walk the build before.
        open.truncate(2);
        Ok(atlas)
    }
}

/// Asks the present build, or the one of that hash, on a thread that may block and computes apart from the model.
///
/// # Errors
/// When nothing was built yet, the build is gone, too many ask, and `ask`'s own.
pub async fn explore<T: Send + 'static>(
    state: &AppState,
    build: Option<&str>,
    ask: impl FnOnce(&Catalog, &Atlas) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let built = match build {
        Some(hash) => state.maps.build(hash)?,
        None => state.maps.present()?,
    };
    let shared = state.clone();
    let question =
        move || shared.store.read_here(|catalog| ask(catalog, &*shared.atlases.get(catalog, &built)?));
    state.explorers.ask(question).await
}

/// The mixture that a text asks for; the usual one for none.
///
/// # Errors
/// [`Problem::Malformed`] with a sentence.
pub fn mixture(text: Option<&str>) -> Result<Mixture, Problem> {
    let mixture = match text {
        None | Some("") => Mixture::USUAL,
        Some(text) => Mixture::parse(text).map_err(|e| Problem::Malformed(e.to_string()))?,
    };
    checked(&mixture)
}

/// A mixture whose weights sum to 1.
///
/// # Errors
/// [`Problem::Malformed`] with a sentence.
pub fn checked(mixture: &Mixture) -> Result<Mixture, Problem> {
    mixture.checked().map_err(|e| Problem::Malformed(e.to_string()))
}

/// Number of an album on the map.
fn number(atlas: &Atlas, id: AlbumId) -> Result<u32, Problem> {
    atlas.built().index(id).ok_or_else(|| {
        Problem::NotFound(format!("album {id} is not on the map; `gatefold albums` lists those that are"))
    })
}

fn id(atlas: &Atlas, number: u32) -> AlbumId {
    AlbumId(atlas.built().columns.id[number as usize])
}

/// What people read of an album; of one that was removed since the build, its id.
fn line(catalog: &Catalog, atlas: &Atlas, number: u32) -> Result<(AlbumLine, Vec<[u8; 3]>), Problem> {
    let id = id(atlas, number);
    let Some(album) = catalog.album(id)? else {
        return Err(Problem::Gone(format!(
            "album {id} was removed since the map was made: run `gatefold build`"
        )));
    };
    let palette = album.cover.as_ref().map_or_else(|| Ok(Vec::new()), |cover| catalog.palette(cover))?;
    Ok((AlbumLine::from(&album), palette))
}

/// Why two albums are neighbours.
///
/// # Errors
/// [`Problem::NotFound`] for an album that is not on the map, and the catalogue's.
pub fn why(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    (a, b): (AlbumId, AlbumId),
) -> Result<Explained, Problem> {
    let (i, j) = (number(atlas, a)?, number(atlas, b)?);
    let ((a, of_a), (b, of_b)) = (line(catalog, atlas, i)?, line(catalog, atlas, j)?);
    let (similarity, reasons) = atlas.reasons(mixture, (i, j), [&of_a, &of_b]);
    Ok(Explained { a, b, similarity, reasons, doubtful: doubtful(atlas, i, j) })
}

fn doubtful(atlas: &Atlas, i: u32, j: u32) -> bool {
    let columns = &atlas.built().columns;
    let doubt = |i: u32| columns.doubt[i as usize] >= DOUBTFUL;
    columns.genre[i as usize] != columns.genre[j as usize] && (doubt(i) || doubt(j))
}

/// The `n` nearest of an album in a mixture, nearest first, with reasons.
///
/// # Errors
/// [`Problem::NotFound`] for an album that is not on the map, and the catalogue's.
pub fn neighbours(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    album: AlbumId,
) -> Result<Vec<Neighbour>, Problem> {
    let i = number(atlas, album)?;
    let (_, own) = line(catalog, atlas, i)?;
    let near: Vec<u32> = match mixture.is_usual() {
        // These stand in the build; those of other mixtures have to be found first.
        true => atlas.built().neighbours(i).iter().map(|near| near.0).collect(),
        false => atlas.mixed(mixture).near(i).map(|near| near.0).collect(),
    };
    let mut found = Vec::with_capacity(near.len());
    for j in near {
        // One that was removed since the build is left out.
        let Ok((album, palette)) = line(catalog, atlas, j) else { continue };
        let (similarity, reasons) = atlas.reasons(mixture, (i, j), [&own, &palette]);
        found.push(Neighbour { album, similarity, reasons });
    }
    Ok(found)
}

/// What is asked of journeys.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where from.
    pub from: AlbumId,
    /// Where to.
    pub to: AlbumId,
    /// How many different ones.
    pub count: u32,
    /// Albums on the way, both ends included, if that matters.
    pub stops: Option<u32>,
    /// Albums that were played already.
    pub avoid: Vec<AlbumId>,
}

/// Different journeys from one album to another, or the reason why there is none.
///
/// # Errors
/// [`Problem::NotFound`] for an end that is not on the map, [`Problem::Unacceptable`] for too many, and the catalogue's.
pub fn journeys(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    wanted: &Wanted,
) -> Result<Journeys, Problem> {
    if !(1..=MOST_JOURNEYS).contains(&wanted.count) {
        return Err(Problem::Unacceptable(format!(
            "{} journeys are asked for: ask for 1 to {MOST_JOURNEYS}",
            wanted.count
        )));
    }
    if let Some(stops) = wanted.stops.filter(|stops| !(2..=MOST_STOPS as u32).contains(stops)) {
        return Err(Problem::Unacceptable(format!("a journey has 2 to {MOST_STOPS} albums, not {stops}")));
    }
    let ends = (number(atlas, wanted.from)?, number(atlas, wanted.to)?);
    let avoid: Vec<u32> = wanted.avoid.iter().filter_map(|&id| atlas.built().index(id)).collect();
    let stops = wanted.stops.map(|stops| stops as usize);
    let found = match atlas.journeys(mixture, ends, wanted.count as usize, stops, &avoid) {
        Ok(found) => found,
        Err(reason) => return Ok(Journeys { journeys: Vec::new(), reason: Some(reason.to_string()) }),
    };
    let mut journeys = Vec::with_capacity(found.len());
    for journey in found {
        let mut stops: Vec<Stop> = Vec::with_capacity(journey.albums.len());
        let mut before: Option<(u32, Vec<[u8; 3]>)> = None;
        for i in journey.albums {
            let (album, palette) = line(catalog, atlas, i)?;
            let step = before.map(|(j, theirs)| atlas.reasons(mixture, (j, i), [&theirs, &palette]));
            let (similarity, reasons) = step.map_or((None, Vec::new()), |(s, reasons)| (Some(s), reasons));
            stops.push(Stop { album, similarity, reasons });
            before = Some((i, palette));
        }
        journeys.push(JourneyLine { stops, cost: journey.cost });
    }
    Ok(Journeys { journeys, reason: None })
}

/// The `n` albums most like some and unlike others (weights below 0).
///
/// # Errors
/// [`Problem::NotFound`] for an album that is not on the map, [`Problem::Unacceptable`] for a bad question, and the
/// catalogue's.
pub fn more_like(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    albums: &[(AlbumId, f32)],
    n: u32,
) -> Result<Vec<Neighbour>, Problem> {
    if !albums.iter().any(|(_, weight)| *weight > 0.0) {
        let sentence = "name at least one album that others should be like".to_owned();
        return Err(Problem::Unacceptable(sentence));
    }
    if !(1..=MOST).contains(&n) {
        return Err(Problem::Unacceptable(format!("`n` is a number from 1 to {MOST}, not {n}")));
    }
    let seeds = albums
        .iter()
        .map(|&(id, weight)| Ok((number(atlas, id)?, weight)))
        .collect::<Result<Vec<_>, Problem>>()?;
    let found = atlas.more_like(mixture, &seeds, n as usize);
    let named = |(i, similarity)| {
        Ok(Neighbour { album: line(catalog, atlas, i)?.0, similarity, reasons: Vec::new() })
    };
    found.into_iter().map(named).collect()
}

/// The neighbourhoods of a map, and where they meet. Albums that were removed since the build are left out.
///
/// # Errors
/// The catalogue's.
pub fn neighbourhoods(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
) -> Result<Neighbourhoods, Problem> {
    let explored = atlas.mixed(mixture);
    let communities = atlas.communities(&explored);
    let mut counts = vec![0; communities.names.len()];
    for &community in &communities.of {
        counts[community as usize] += 1;
    }
    let all = (0..).zip(&communities.names).zip(counts.iter().zip(&communities.central));
    let mut found = Neighbourhoods::default();
    for ((number, name), (&albums, central)) in all.filter(|(_, (albums, _))| **albums > 1) {
        let central = central.iter().filter_map(|&i| Some(line(catalog, atlas, i).ok()?.0)).collect();
        found.neighbourhoods.push(Neighbourhood { number, name: name.clone(), albums, central });
    }
    for bridge in communities.bridges.iter().take(BRIDGES) {
        let crossing = |crossing: &gatefold::graph::Crossing| {
            let (a, b) = crossing.albums;
            Some((line(catalog, atlas, a).ok()?.0, line(catalog, atlas, b).ok()?.0, crossing.similarity))
        };
        let crossings = bridge.crossings.iter().filter_map(crossing).collect();
        found.bridges.push(BridgeLine { between: bridge.communities, lines: bridge.lines as u32, crossings });
    }
    Ok(found)
}

/// Groups of albums with the same picture, the largest first.
///
/// # Errors
/// The catalogue's.
pub fn duplicates(catalog: &Catalog, atlas: &Atlas) -> Result<Vec<Vec<AlbumLine>>, Problem> {
    let lines = |group: Vec<u32>| {
        let found = group.into_iter().map(|i| Ok(catalog.album(id(atlas, i))?.as_ref().map(AlbumLine::from)));
        let found = found.collect::<Result<Vec<Option<AlbumLine>>, Problem>>()?;
        Ok(found.into_iter().flatten().collect::<Vec<AlbumLine>>())
    };
    let groups: Vec<Vec<AlbumLine>> =
        atlas.duplicates().into_iter().map(lines).collect::<Result<_, Problem>>()?;
    // Of some groups one album is left since the build.
    Ok(groups.into_iter().filter(|group| group.len() > 1).collect())
}

/// The albums of one neighbourhood.
///
/// # Errors
/// [`Problem::NotFound`] for a number that none has.
pub fn members(atlas: &Atlas, mixture: &Mixture, number: u32) -> Result<Vec<AlbumId>, Problem> {
    let explored = atlas.mixed(mixture);
    let communities = atlas.communities(&explored);
    if number as usize >= communities.names.len() {
        let what = format!("no neighbourhood has the number {number}");
        return Err(Problem::unknown(what, "`/api/v1/neighbourhoods` lists them"));
    }
    let own = (0..).zip(&communities.of).filter(|(_, community)| **community == number);
    Ok(own.map(|(i, _)| id(atlas, i)).collect())
}

/// `POST near`: what is near a picture's file.
///
/// # Errors
/// See [`queries::looked_at`] and [`near_picture`].
pub async fn near(state: &AppState, picture: Picture, n: u32) -> Result<NearPicture, Problem> {
    // Read first, so that a large picture keeps nobody else from exploring.
    let picture = queries::looked_at(state, picture).await?;
    explore(state, None, move |catalog, atlas| near_picture(catalog, atlas, &picture, n)).await
}

/// What is near a picture.
///
/// # Errors
/// [`Problem::Unacceptable`] for a bad number, and the build's.
pub fn near_picture(
    catalog: &Catalog,
    atlas: &Atlas,
    picture: &Derived,
    n: u32,
) -> Result<NearPicture, Problem> {
    if !(1..=MOST).contains(&n) {
        return Err(Problem::Unacceptable(format!("`n` is a number from 1 to {MOST}, not {n}")));
    }
    let vector = vector_of(catalog, atlas.built(), picture)?;
    let (near, at) = atlas.near_vector(&vector, n as usize);
    let named = |(i, similarity)| {
        Ok(Neighbour { album: line(catalog, atlas, i)?.0, similarity, reasons: Vec::new() })
    };
    let opinion = match Judge::of(atlas.built()) {
        Ok(judge) => judge.judge(picture)?,
        Err(BuildError::NoForest) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(NearPicture { albums: near.into_iter().map(named).collect::<Result<_, Problem>>()?, at, opinion })
}

/// A map as a file for other programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapFile {
    /// For Gephi.
    Gexf,
    /// For most others.
    Graphml,
    /// The albums alone, as a table.
    Csv,
}

impl MapFile {
    /// The one that files of that ending are.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "gexf" => Some(Self::Gexf),
            "graphml" => Some(Self::Graphml),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// The map as a file: of these albums and the lines between them, or of all.
///
/// # Errors
/// [`Problem::NotFound`] for an album that is not on the map, and the catalogue's.
pub fn exported(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    only: Option<&[AlbumId]>,
    file: MapFile,
) -> Result<String, Problem> {
    let (built, explored) = (atlas.built(), atlas.mixed(mixture));
    let communities = atlas.communities(&explored);
    let wanted: Option<HashSet<u32>> =
        only.map(|ids| ids.iter().map(|&id| number(atlas, id)).collect::<Result<_, _>>()).transpose()?;
    let known: HashMap<AlbumId, Album> =
        catalog.albums()?.into_iter().map(|album| (album.id, album)).collect();
    let mut place = vec![u32::MAX; built.columns.id.len()];
    let mut nodes = Vec::new();
    for (i, own) in (0..).zip(&mut place) {
        let Some(album) = known.get(&id(atlas, i)) else { continue };
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&i)) {
            continue;
        }
        *own = nodes.len() as u32;
        let at = i as usize;
        nodes.push(Node {
            album,
            at: [built.columns.x[at], built.columns.y[at]],
            colour: built.columns.colour[at],
            neighbourhood: communities.names.get(communities.of[at] as usize).map_or("", String::as_str),
        });
    }
    let both = |&(a, b, similarity): &(u32, u32, f32)| (place[a as usize], place[b as usize], similarity);
    let edges =
        explored.edges.iter().map(both).filter(|edge| edge.0 != u32::MAX && edge.1 != u32::MAX).collect();
    let graph = Graph { nodes: &nodes, edges: &edges };
    let written = match file {
        MapFile::Gexf => export::gexf(&graph),
        MapFile::Graphml => export::graphml(&graph),
        MapFile::Csv => Ok(export::albums_csv(&graph)),
    };
    written.map_err(|error| Problem::Internal(format!("the map cannot be written: {error}")))
}

/// Reads `ID,ID,-ID`: albums that others should be like, and those that they should not be like.
///
/// # Errors
/// [`Problem::Malformed`] for a word that is no id.
pub fn seeds(text: &str) -> Result<Vec<(AlbumId, f32)>, Problem> {
    let one = |word: &str| {
        let (id, weight) = word.strip_prefix('-').map_or((word, 1.0), |id| (id, -1.0));
        let id = id.parse().map_err(|e: gatefold::album::NotAnAlbumId| Problem::Malformed(e.to_string()))?;
        Ok((id, weight))
    };
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(one).collect()
}

/// An open atlas of a catalogue at hand, for the command line.
///
/// # Errors
/// When nothing was built yet, or files are missing.
pub fn atlas_of(catalog: &Catalog) -> Result<Atlas, Problem> {
    let built = Built::open(catalog)?;
    let built =
        built.ok_or_else(|| Problem::NotFound("there is no map yet: run `gatefold build`".to_owned()))?;
    let albums: Vec<Album> = catalog.albums()?;
    Ok(Atlas::of(Arc::new(built), &albums)?)
}

/// `GET albums/{id}/neighbours`
///
/// # Errors
/// See [`neighbours`].
pub async fn neighbours_of(
    state: &AppState,
    id: AlbumId,
    mixture: Mixture,
) -> Result<Vec<Neighbour>, Problem> {
    // Whether there is such an album at all is said in the usual words.
    state.store.read(move |catalog| Ok::<_, Problem>(catalog.album(id)?.is_some())).await.and_then(
        |known| {
            if known { Ok(()) } else { Err(queries::no_album(id)) }
        },
    )?;
    explore(state, None, move |catalog, atlas| neighbours(catalog, atlas, &mixture, id)).await
}
