//! The map explored: reasons, journeys, neighbourhoods, more like these, duplicates, what is near a picture.

use super::Serve;
use crate::problem::Problem;
use crate::problem::missing::{no_neighbourhood, not_on_map};
use crate::state::AppState;
use gatefold::album::AlbumId;
use gatefold::catalog::Catalog;
use gatefold::cover::Derived;
use gatefold::explore::Atlas;
use gatefold::graph::MOST_STOPS;
use gatefold::map::DOUBTFUL;
use gatefold::mixture::Mixture;
use gatefold::operations::{
    Explain, FindJourneys, ListDuplicates, ListNeighbourhoods, MoreLike, NEAR_MOST, ReadNeighbourhood,
};
use gatefold::pipeline::{BuildError, Built, Judge, vector_of};
use gatefold::report::AlbumLine;
use gatefold::wire::{
    BridgeLine, Duplicates, Explained, JourneyLine, Journeys, Members, NearPicture, Neighbour, Neighbourhood,
    Neighbourhoods, Neighbours, Stop,
};
use std::sync::Arc;

/// Bridges of one answer.
const BRIDGES: usize = 40;

// Requests are checked against a number of their own, since they know no graph.
const _: () = assert!(FindJourneys::MOST_STOPS as usize == MOST_STOPS);

/// Opens a build, or finds it open already. Takes a second or so for ten thousand albums: not for tokio's workers.
///
/// # Errors
/// When its files cannot be read.
pub fn atlas(state: &AppState, catalog: &Catalog, built: &Arc<Built>) -> Result<Arc<Atlas>, Problem> {
    state.caches.atlases.get(&built.hash, || Ok(Atlas::of(built.clone(), &catalog.albums()?)?))
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
    let question = move || shared.store.read_here(|catalog| ask(catalog, &*atlas(&shared, catalog, &built)?));
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
pub(super) fn number(atlas: &Atlas, id: AlbumId) -> Result<u32, Problem> {
    atlas.built().index(id).ok_or_else(|| not_on_map(id))
}

pub(super) fn id(atlas: &Atlas, number: u32) -> AlbumId {
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

impl Serve<Explain> for AppState {
    async fn serve(&self, Explain { a, b, mix }: Explain) -> Result<Explained, Problem> {
        let mixture = checked(&mix)?;
        explore(self, None, move |catalog, atlas| why(catalog, atlas, &mixture, (a, b))).await
    }
}

fn why(
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

impl Serve<FindJourneys> for AppState {
    async fn serve(&self, asked: FindJourneys) -> Result<Journeys, Problem> {
        let mixture = checked(&asked.mix)?;
        explore(self, None, move |catalog, atlas| journeys(catalog, atlas, &mixture, &asked)).await
    }
}

/// Different journeys from one album to another, or the reason why there is none.
fn journeys(
    catalog: &Catalog,
    atlas: &Atlas,
    mixture: &Mixture,
    wanted: &FindJourneys,
) -> Result<Journeys, Problem> {
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

impl Serve<MoreLike> for AppState {
    async fn serve(&self, MoreLike { ids, n, mix }: MoreLike) -> Result<Neighbours, Problem> {
        let mixture = checked(&mix)?;
        let ask = move |catalog: &Catalog, atlas: &Atlas| -> Result<Vec<Neighbour>, Problem> {
            let weight = |unlike| if unlike { -1.0 } else { 1.0 };
            let seeds = ids.iter().map(|seed| Ok((number(atlas, seed.id)?, weight(seed.unlike))));
            let seeds = seeds.collect::<Result<Vec<_>, Problem>>()?;
            let found = atlas.more_like(&mixture, &seeds, n as usize);
            found.into_iter().map(|(i, similarity)| named(catalog, atlas, i, similarity)).collect()
        };
        Ok(Neighbours { albums: explore(self, None, ask).await? })
    }
}

/// An album with how alike it is.
fn named(catalog: &Catalog, atlas: &Atlas, i: u32, similarity: f32) -> Result<Neighbour, Problem> {
    Ok(Neighbour { album: line(catalog, atlas, i)?.0, similarity, reasons: Vec::new() })
}

impl Serve<ListNeighbourhoods> for AppState {
    async fn serve(&self, ListNeighbourhoods { mix }: ListNeighbourhoods) -> Result<Neighbourhoods, Problem> {
        let mixture = checked(&mix)?;
        explore(self, None, move |catalog, atlas| neighbourhoods(catalog, atlas, &mixture)).await
    }
}

/// The neighbourhoods of a map, and where they meet. Albums that were removed since the build are left out.
fn neighbourhoods(catalog: &Catalog, atlas: &Atlas, mixture: &Mixture) -> Result<Neighbourhoods, Problem> {
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

impl Serve<ReadNeighbourhood> for AppState {
    async fn serve(&self, asked: ReadNeighbourhood) -> Result<Members, Problem> {
        let mixture = checked(&asked.mix)?;
        let ask = move |_: &Catalog, atlas: &Atlas| -> Result<Vec<AlbumId>, Problem> {
            let explored = atlas.mixed(&mixture);
            let communities = atlas.communities(&explored);
            if asked.number as usize >= communities.names.len() {
                return Err(no_neighbourhood(asked.number));
            }
            let own = (0..).zip(&communities.of).filter(|(_, community)| **community == asked.number);
            Ok(own.map(|(i, _)| id(atlas, i)).collect())
        };
        Ok(Members { albums: explore(self, None, ask).await? })
    }
}

impl Serve<ListDuplicates> for AppState {
    async fn serve(&self, ListDuplicates { offset, limit }: ListDuplicates) -> Result<Duplicates, Problem> {
        let groups = explore(self, None, duplicates).await?;
        let total = groups.len() as u64;
        let most = limit.map_or(usize::MAX, |limit| limit as usize);
        let duplicates = groups.into_iter().skip(offset as usize).take(most).collect();
        Ok(Duplicates { duplicates, total })
    }
}

/// Groups of albums with the same picture, the largest first.
fn duplicates(catalog: &Catalog, atlas: &Atlas) -> Result<Vec<Vec<AlbumLine>>, Problem> {
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
    if !(1..=NEAR_MOST).contains(&n) {
        return Err(Problem::Unacceptable(format!("`n` is a number from 1 to {NEAR_MOST}, not {n}")));
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
