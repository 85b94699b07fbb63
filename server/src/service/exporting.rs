//! The map as a file for other programs.

use super::exploring::{id, number};
use crate::problem::Problem;
use gatefold::album::{Album, AlbumId};
use gatefold::catalog::Catalog;
use gatefold::explore::Atlas;
use gatefold::export::{self, Graph, Node};
use gatefold::mixture::Mixture;
use std::collections::{HashMap, HashSet};

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
