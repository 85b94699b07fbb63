//! What the page and the map tell each other: signals, nothing else.

use super::camera::{Point, View};
use super::data::MapData;
use super::size::Size;
use super::tint::Tint;
use gatefold::album::AlbumId;
use gatefold::map::{Layout, Manifest};
use gatefold::mixture::Mixture;
use gatefold::wire::MapLabel;
use leptos::prelude::*;
use std::sync::Arc;

/// The album under the pointer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hover {
    /// Which album.
    pub id: AlbumId,
    /// Its number in the columns.
    pub index: u32,
    /// Centre of its cover, CSS pixels from the left edge of the window.
    pub x: f64,
    /// Centre of its cover, CSS pixels from the top edge of the window.
    pub y: f64,
}

/// A place on the map that is no album's.
#[derive(Clone, PartialEq, Debug)]
pub struct Marker {
    /// Where it is in the build's own layout, map units.
    pub at: [f32; 2],
    /// What is written beside it.
    pub text: String,
}

/// What the map shows just now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Seen {
    /// Where one looks and how close.
    pub view: View,
    /// The canvas, CSS pixels across and down.
    pub size: Point,
    /// Whether everything is shown just so.
    pub fitting: bool,
}

/// A view as a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// The canvas as it is drawn, with what is written on it (PNG).
    Pixels,
    /// Lines, covers and letters to go on working with (SVG).
    Drawing,
}

/// How the map is doing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MapStatus {
    /// The albums are on their way.
    #[default]
    Loading,
    /// Drawn, and listens. The catalogue may still be empty: see [`Manifest::albums`].
    Ready,
    /// The browser has no WebGL2, so that the page shows a list instead.
    NoWebGl,
    /// It gave up; the sentence says why and what to do.
    Failed(String),
}

/// The map's shared state. Copies are the same state.
#[derive(Clone, Copy)]
pub struct MapState {
    /// What is shown; set by the map once it has been fetched.
    pub manifest: RwSignal<Option<Manifest>>,
    /// Positions, edges and names; set by the map once they have been fetched.
    pub data: RwSignal<Option<Arc<MapData>>>,
    /// Chosen albums, in the order in which they were chosen. Both sides may write.
    pub selected: RwSignal<Vec<AlbumId>>,
    /// The album under the pointer; set by the map.
    pub hovered: RwSignal<Option<Hover>>,
    /// The album that has the keyboard's focus; set by the map, read out by the page.
    pub focused: RwSignal<Option<AlbumId>>,
    /// When set, every other album fades.
    pub highlight: RwSignal<Option<Vec<AlbumId>>>,
    /// What frames around covers show; set by the page.
    pub tint: RwSignal<Tint>,
    /// What covers are sized by; set by the page.
    pub size: RwSignal<Size>,
    /// A place to mark while albums stand where the build has them; set by the page.
    pub marker: RwSignal<Option<Marker>>,
    /// How albums are laid out; set by the page.
    pub layout: RwSignal<Layout>,
    /// What neighbours are made of; set by the page.
    pub mixture: RwSignal<Mixture>,
    /// Whether another layout is on its way; set by the map.
    pub arranging: RwSignal<bool>,
    /// Why the last layout, or what frames show, did not come; set by the map.
    pub trouble: RwSignal<Option<String>>,
    /// What is written on the map in this layout; set by the map.
    pub labels: RwSignal<Vec<MapLabel>>,
    /// Set by the page: the map flies there, then sets it back to `None`.
    pub fly_to: RwSignal<Option<AlbumId>>,
    /// What is seen; set by the map.
    pub seen: RwSignal<Option<Seen>>,
    /// Whether a pointer holds the map; set by the map.
    pub held: RwSignal<bool>,
    /// Set by the page: the map looks there as soon as its albums stand, then sets it back to `None`.
    pub look_at: RwSignal<Option<View>>,
    /// Whether a drag draws a lasso; set by the page.
    pub lasso: RwSignal<bool>,
    /// Set by the page: the map saves the view as such a file, then sets it back to `None`.
    pub picture: RwSignal<Option<Picture>>,
    /// Why the last picture could not be made; set by the map.
    pub unpictured: RwSignal<Option<String>>,
    /// Notified by the page: the map shows everything.
    pub fit: Trigger,
    /// Notified by the page after an import: the map fetches the present build.
    pub reload: Trigger,
    /// How the map is doing; set by the map.
    pub status: RwSignal<MapStatus>,
}

impl MapState {
    /// Nothing fetched, nothing chosen.
    pub fn new() -> Self {
        Self {
            manifest: RwSignal::new(None),
            data: RwSignal::new(None),
            selected: RwSignal::new(Vec::new()),
            hovered: RwSignal::new(None),
            focused: RwSignal::new(None),
            highlight: RwSignal::new(None),
            tint: RwSignal::new(Tint::Plain),
            size: RwSignal::new(Size::Layout),
            marker: RwSignal::new(None),
            layout: RwSignal::new(Layout::Similarity),
            mixture: RwSignal::new(Mixture::USUAL),
            arranging: RwSignal::new(false),
            trouble: RwSignal::new(None),
            labels: RwSignal::new(Vec::new()),
            fly_to: RwSignal::new(None),
            seen: RwSignal::new(None),
            held: RwSignal::new(false),
            look_at: RwSignal::new(None),
            lasso: RwSignal::new(false),
            picture: RwSignal::new(None),
            unpictured: RwSignal::new(None),
            fit: Trigger::new(),
            reload: Trigger::new(),
            status: RwSignal::new(MapStatus::Loading),
        }
    }
}

impl Default for MapState {
    fn default() -> Self {
        Self::new()
    }
}
