//! The map's albums as the page holds them: columns, names, and who is whose neighbour.

use super::arrangement::{Lines, Places};
use gatefold::album::AlbumId;
use gatefold::map::{Columns, DOUBTFUL, Manifest, NO_GENRE, NO_SLOT, NO_YEAR};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Everything that was fetched for one build, numbered by the albums' place in the columns.
#[derive(Debug, Default)]
pub struct MapData {
    /// What the columns belong to.
    pub manifest: Manifest,
    /// Positions, sheets' slots, edges.
    pub columns: Columns,
    /// Title and artist of each album; they come after the rest.
    labels: OnceLock<Vec<(String, String)>>,
    by_id: HashMap<u64, u32>,
    /// Number of each album's neighbourhood, the largest 0; once somebody has asked.
    neighbourhoods: OnceLock<Vec<u32>>,
    /// Radius of each cover in map units, where the layout says how large they are; else empty.
    pub radius: Vec<f32>,
    /// Neighbours of album `i` stand in `neighbours[first[i]..first[i + 1]]`.
    first: Vec<u32>,
    neighbours: Vec<u32>,
}

impl MapData {
    /// Puts together what belongs together. Edges that name an album beyond the columns are left out.
    pub fn new(manifest: Manifest, mut columns: Columns) -> Self {
        let n = columns.id.len();
        drop_dangling_edges(&mut columns, n as u32);
        let by_id = columns.id.iter().enumerate().map(|(i, id)| (*id, i as u32)).collect();
        let (first, neighbours) = adjacency(n, &columns.a, &columns.b);
        Self { manifest, columns, by_id, first, neighbours, ..Self::default() }
    }

    /// The same albums at other places, and joined by other lines if there are any.
    pub fn arranged(&self, places: Places, lines: Option<Lines>) -> Self {
        let manifest = Manifest { bounds: places.bounds(), ..self.manifest.clone() };
        let mut columns = Columns { x: places.x, y: places.y, ..self.columns.clone() };
        let same_lines = lines.is_none();
        if let Some(lines) = lines {
            (columns.a, columns.b, columns.similarity) = (lines.a, lines.b, lines.similarity);
        }
        let mut data = Self::new(manifest, columns);
        data.radius = places.radius;
        data.labels = self.labels.clone();
        if same_lines {
            data.neighbourhoods = self.neighbourhoods.clone();
        }
        data
    }

    /// Adds titles and artists, in the columns' order; only the first time counts.
    pub fn name(&self, labels: Vec<(String, String)>) {
        let _ = self.labels.set(labels);
    }

    /// Adds the number of each album's neighbourhood, in the columns' order; only the first time counts.
    pub fn put_neighbourhoods(&self, of: Vec<u32>) {
        let _ = self.neighbourhoods.set(of);
    }

    /// The number of each album's neighbourhood, `None` until somebody has asked.
    pub fn neighbourhoods(&self) -> Option<&[u32]> {
        self.neighbourhoods.get().map(Vec::as_slice)
    }

    /// Whether titles and artists have come.
    pub fn is_named(&self) -> bool {
        self.labels.get().is_some()
    }

    fn label(&self, index: u32) -> Option<&(String, String)> {
        self.labels.get()?.get(index as usize)
    }

    /// Number of albums.
    pub fn len(&self) -> usize {
        self.columns.id.len()
    }

    /// Whether the catalogue is empty.
    pub fn is_empty(&self) -> bool {
        self.columns.id.is_empty()
    }

    /// An album's number in the columns.
    pub fn index(&self, id: AlbumId) -> Option<u32> {
        self.by_id.get(&id.0).copied()
    }

    /// The album of that number.
    pub fn id(&self, index: u32) -> Option<AlbumId> {
        self.columns.id.get(index as usize).map(|id| AlbumId(*id))
    }

    /// Title, `None` until the names have come.
    pub fn title(&self, index: u32) -> Option<&str> {
        self.label(index).map(|label| label.0.as_str())
    }

    /// Artist, `None` until the names have come or where nobody knows it.
    pub fn artist(&self, index: u32) -> Option<&str> {
        self.label(index).map(|label| label.1.as_str()).filter(|artist| !artist.is_empty())
    }

    /// Genre's number in the manifest.
    pub fn genre(&self, index: u32) -> Option<u8> {
        self.columns.genre.get(index as usize).copied().filter(|genre| *genre != NO_GENRE)
    }

    /// Genre's name.
    pub fn genre_name(&self, index: u32) -> Option<&str> {
        let genre = self.genre(index)?;
        self.manifest.genres.get(usize::from(genre)).map(String::as_str)
    }

    /// Name of the genre that the forest finds likelier than the album's own, with the difference of the probabilities;
    /// `None` where it agrees or nobody could be asked.
    pub fn doubt(&self, index: u32) -> Option<(&str, f64)> {
        let i = index as usize;
        let (said, doubt) = (self.columns.said.get(i)?, self.columns.doubt.get(i)?);
        let name = self.manifest.genres.get(usize::from(*said)).filter(|_| *doubt > 0)?;
        Some((name, f64::from(*doubt) / 255.0))
    }

    /// Whether an edge joins two genres and the forest doubts that either album belongs to its own.
    pub fn doubtful_edge(&self, a: u32, b: u32) -> bool {
        let doubted = |i: u32| self.columns.doubt.get(i as usize).is_some_and(|doubt| *doubt >= DOUBTFUL);
        self.genre(a) != self.genre(b) && (doubted(a) || doubted(b))
    }

    /// Year of release.
    pub fn year(&self, index: u32) -> Option<i16> {
        self.columns.year.get(index as usize).copied().filter(|year| *year != NO_YEAR)
    }

    /// Place in the sheets; `None` for an album without a cover.
    pub fn slot(&self, index: u32) -> Option<u32> {
        self.columns.slot.get(index as usize).copied().filter(|slot| *slot != NO_SLOT)
    }

    /// Albums joined to this one by an edge.
    pub fn neighbours(&self, index: u32) -> &[u32] {
        let i = index as usize;
        match (self.first.get(i), self.first.get(i + 1)) {
            (Some(from), Some(to)) => &self.neighbours[*from as usize..*to as usize],
            _ => &[],
        }
    }
}

fn drop_dangling_edges(columns: &mut Columns, n: u32) {
    if columns.a.iter().chain(&columns.b).all(|end| *end < n) {
        return;
    }
    let keep: Vec<bool> = columns.a.iter().zip(&columns.b).map(|(a, b)| *a < n && *b < n).collect();
    let mut kept = keep.iter().copied();
    columns.a.retain(|_| kept.next().unwrap_or(false));
    let mut kept = keep.iter().copied();
    columns.b.retain(|_| kept.next().unwrap_or(false));
    let mut kept = keep.iter().copied();
    columns.similarity.retain(|_| kept.next().unwrap_or(false));
}

/// Neighbour lists of an undirected graph, one after the other, and where each begins.
fn adjacency(n: usize, a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; n + 1];
    for end in a.iter().chain(b) {
        first[*end as usize + 1] += 1;
    }
    for i in 0..n {
        first[i + 1] += first[i];
    }
    let mut next = first.clone();
    let mut neighbours = vec![0; a.len() + b.len()];
    for (a, b) in a.iter().zip(b) {
        for (from, to) in [(*a, *b), (*b, *a)] {
            let place = &mut next[from as usize];
            neighbours[*place as usize] = to;
            *place += 1;
        }
    }
    (first, neighbours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(a: Vec<u32>, b: Vec<u32>) -> MapData {
        let n = 4;
        let columns = Columns {
            id: vec![10, 11, 12, 13],
            x: vec![0.0; n],
            y: vec![0.0; n],
            slot: vec![0, 1, NO_SLOT, 2],
            plays: vec![0.0; n],
            degree: vec![0; n],
            colour: vec![0; n],
            similarity: vec![0.5; a.len()],
            a,
            b,
            year: vec![NO_YEAR; n],
            genre: vec![0, NO_GENRE, 7, 0],
            said: vec![0, 0, 0, NO_GENRE],
            doubt: vec![0, 0, 200, 0],
        };
        let manifest = Manifest { genres: vec!["rock".into()], ..Manifest::default() };
        MapData::new(manifest, columns)
    }

    #[test]
    fn both_ends_of_an_edge_are_neighbours() {
        let data = data(vec![0, 2], vec![1, 0]);
        assert_eq!(data.neighbours(0), [1, 2]);
        assert_eq!(data.neighbours(1), [0]);
        assert_eq!(data.neighbours(2), [0]);
        assert_eq!(data.neighbours(3), [0_u32; 0]);
        assert_eq!(data.neighbours(99), [0_u32; 0]);
    }

    #[test]
    fn an_edge_to_nowhere_is_left_out() {
        let data = data(vec![0, 1], vec![9, 2]);
        assert_eq!(data.columns.a, [1]);
        assert_eq!(data.columns.b, [2]);
        assert_eq!(data.columns.similarity.len(), 1);
        assert_eq!(data.neighbours(0), [0_u32; 0]);
    }

    #[test]
    fn the_same_albums_elsewhere_keep_their_names_and_get_their_lines() {
        let before = data(vec![0], vec![1]);
        before.name(vec![("Title".into(), "Artist".into())]);
        let places = Places { x: vec![1.0, 2.0, 3.0, 9.0], y: vec![0.0; 4], radius: vec![0.5; 4] };
        let lines = Lines { a: vec![2], b: vec![3], similarity: vec![0.7] };
        let after = before.arranged(places.clone(), Some(lines));
        assert_eq!(after.manifest.bounds, [1.0, 0.0, 9.0, 0.0]);
        assert_eq!(
            (after.title(0), after.neighbours(2), after.neighbours(0)),
            (Some("Title"), &[3][..], &[][..])
        );
        before.put_neighbourhoods(vec![0, 0, 1, 1]);
        let moved = before.arranged(places.clone(), None);
        assert_eq!((moved.neighbours(0), moved.neighbourhoods()), (&[1][..], Some(&[0, 0, 1, 1][..])));
        let rejoined = before.arranged(places, Some(Lines::default()));
        assert_eq!(rejoined.neighbourhoods(), None, "other lines make other neighbourhoods");
    }

    #[test]
    fn what_is_not_known_is_none() {
        let data = data(vec![], vec![]);
        assert_eq!(data.title(0), None);
        data.name(vec![("Title".into(), String::new())]);
        assert_eq!(data.index(AlbumId(12)), Some(2));
        assert_eq!(data.index(AlbumId(1)), None);
        assert_eq!(data.id(4), None);
        assert_eq!(data.genre_name(0), Some("rock"));
        assert_eq!(data.genre_name(1), None);
        assert_eq!(data.genre_name(2), None);
        assert_eq!(data.slot(2), None);
        assert_eq!(data.title(0), Some("Title"));
        assert_eq!(data.artist(0), None);
        assert_eq!(data.title(1), None);
        assert_eq!(data.year(0), None);
    }

    #[test]
    fn an_edge_is_doubtful_across_genres_where_the_forest_doubts_an_end() {
        let data = data(vec![], vec![]);
        assert_eq!(data.doubt(2), Some(("rock", 200.0 / 255.0)));
        assert_eq!((data.doubt(0), data.doubt(3), data.doubt(99)), (None, None, None));
        assert!(data.doubtful_edge(0, 2) && data.doubtful_edge(2, 1));
        assert!(!data.doubtful_edge(0, 3) && !data.doubtful_edge(0, 1));
    }
}
