//! How each album stands just now (chosen, pointed at, lit) and what follows for drawing: which covers lie on top,
//! which edges are emphasised.

use super::data::MapData;
use gatefold::album::AlbumId;

/// Chosen.
pub const SELECTED: u8 = 1;
/// Under the pointer.
pub const HOVERED: u8 = 2;
/// Has the keyboard's focus.
pub const FOCUSED: u8 = 4;
/// Belongs to the highlight, when there is one.
pub const LIT: u8 = 8;
/// Drawn again on top of the others.
pub const RAISED: u8 = 16;
/// Joined by an edge to the one that is pointed at or focused.
pub const NEIGHBOUR: u8 = 32;

/// With more albums chosen than this their edges say nothing any more.
const MOST_WITH_EDGES: usize = 24;

/// What the page has marked.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    /// Chosen albums.
    pub selected: &'a [AlbumId],
    /// Under the pointer.
    pub hovered: Option<u32>,
    /// Focused, where the focus is to be seen.
    pub focused: Option<u32>,
    /// Everything else fades.
    pub highlight: Option<&'a [AlbumId]>,
}

/// What follows from it. Keeps its memory from one change to the next.
#[derive(Debug, Default)]
pub struct Marks {
    /// One byte of marks per album.
    pub flags: Vec<u8>,
    /// Albums to draw on top, the topmost last.
    pub raised: Vec<u32>,
    /// Edges to emphasise.
    pub edges: Vec<(u32, u32)>,
}

impl Marks {
    /// Works out everything anew.
    pub fn update(&mut self, data: &MapData, marked: Marked<'_>) {
        self.flags.clear();
        self.flags.resize(data.len(), 0);
        self.raised.clear();
        self.edges.clear();
        let known = |ids: &[AlbumId]| ids.iter().filter_map(|id| data.index(*id)).collect::<Vec<u32>>();
        let selected = known(marked.selected);
        let lit = marked.highlight.map(known).unwrap_or_default();
        let within = |index: &u32| (*index as usize) < data.len();
        let hovered = marked.hovered.filter(within);
        let focused = marked.focused.filter(within);

        for album in &lit {
            self.flags[*album as usize] |= LIT;
        }
        for album in &selected {
            self.flags[*album as usize] |= SELECTED;
        }
        let centres = hovered.into_iter().chain(focused);
        let several = selected.iter().copied().filter(|_| selected.len() <= MOST_WITH_EDGES);
        for album in centres.chain(several) {
            // An album may be pointed at and chosen: its edges count once.
            let emphasised =
                self.flags[album as usize] & NEIGHBOUR != 0 && self.edges.iter().any(|(a, _)| *a == album);
            if emphasised {
                continue;
            }
            for neighbour in data.neighbours(album) {
                self.flags[*neighbour as usize] |= NEIGHBOUR;
                self.edges.push((album, *neighbour));
            }
            self.flags[album as usize] |= NEIGHBOUR;
        }
        for i in 0..self.edges.len() {
            self.raise(self.edges[i].1);
        }
        for album in lit {
            self.raise(album);
        }
        for album in &selected {
            self.raise(*album);
        }
        for (album, mark) in [(focused, FOCUSED), (hovered, HOVERED)] {
            if let Some(album) = album {
                self.flags[album as usize] |= mark;
                self.raise(album);
            }
        }
        self.settle();
    }

    fn raise(&mut self, album: u32) {
        self.flags[album as usize] |= RAISED;
        self.raised.push(album);
    }

    /// Leaves each album in its topmost place only.
    fn settle(&mut self) {
        let flags = &mut self.flags;
        self.raised.reverse();
        self.raised.retain(|album| {
            let flag = &mut flags[*album as usize];
            let first = *flag & RAISED != 0;
            *flag &= !RAISED;
            first
        });
        self.raised.reverse();
        for album in &self.raised {
            flags[*album as usize] |= RAISED;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold::map::{Columns, Manifest};

    /// A chain 0–1–2–3–4–5; ids are 100 + number.
    fn chain() -> MapData {
        let n = 6;
        let columns = Columns {
            id: (100..106).collect(),
            x: vec![0.0; n],
            y: vec![0.0; n],
            slot: vec![0; n],
            plays: vec![0.0; n],
            degree: vec![2; n],
            colour: vec![0; n],
            a: (0..5).collect(),
            b: (1..6).collect(),
            similarity: vec![0.5; 5],
            year: vec![0; n],
            genre: vec![0; n],
            said: vec![0; n],
            doubt: vec![0; n],
        };
        MapData::new(Manifest::default(), columns)
    }

    const NOTHING: Marked<'static> = Marked { selected: &[], hovered: None, focused: None, highlight: None };

    fn marks(marked: Marked<'_>) -> Marks {
        let mut marks = Marks::default();
        marks.update(&chain(), marked);
        marks
    }

    #[test]
    fn nothing_marked_raises_nothing() {
        let marks = marks(NOTHING);
        assert_eq!(marks.flags, [0; 6]);
        assert!(marks.raised.is_empty() && marks.edges.is_empty());
    }

    #[test]
    fn what_is_pointed_at_lies_on_top_of_its_neighbours() {
        let marks = marks(Marked { hovered: Some(2), ..NOTHING });
        assert_eq!(marks.raised.last(), Some(&2));
        assert_eq!(marks.raised.len(), 3);
        assert_eq!(marks.edges, [(2, 1), (2, 3)]);
        assert_eq!(marks.flags[2] & HOVERED, HOVERED);
        assert_eq!(marks.flags[1], NEIGHBOUR | RAISED);
        assert_eq!(marks.flags[0], 0);
    }

    #[test]
    fn each_album_is_raised_once_where_it_matters_most() {
        let ids = [AlbumId(101), AlbumId(102), AlbumId(999)];
        let marks =
            marks(Marked { selected: &ids, hovered: Some(1), focused: Some(1), highlight: Some(&ids) });
        let mut sorted = marks.raised.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), marks.raised.len());
        assert_eq!(marks.raised.last(), Some(&1));
        assert!(marks.raised.iter().all(|album| marks.flags[*album as usize] & RAISED != 0));
        assert_eq!(marks.flags[1], SELECTED | HOVERED | FOCUSED | LIT | RAISED | NEIGHBOUR);
    }

    #[test]
    fn an_album_pointed_at_and_chosen_has_its_edges_once() {
        let marks = marks(Marked { selected: &[AlbumId(102)], hovered: Some(2), ..NOTHING });
        assert_eq!(marks.edges, [(2, 1), (2, 3)]);
    }

    #[test]
    fn a_highlight_raises_what_it_lights() {
        let marks = marks(Marked { highlight: Some(&[AlbumId(100), AlbumId(105)]), ..NOTHING });
        assert_eq!(marks.raised, [0, 5]);
        assert_eq!(marks.flags, [LIT | RAISED, 0, 0, 0, 0, LIT | RAISED]);
        assert!(marks.edges.is_empty());
    }

    #[test]
    fn numbers_beyond_the_albums_are_ignored() {
        let marks = marks(Marked { hovered: Some(77), focused: Some(6), ..NOTHING });
        assert!(marks.raised.is_empty());
    }
}
