//! Changes to the list of chosen albums: each album once, in the order of choosing.

use gatefold::album::AlbumId;

/// Adds an album, or takes it away when it is there.
pub fn toggle(selected: &mut Vec<AlbumId>, id: AlbumId) {
    match selected.iter().position(|other| *other == id) {
        Some(place) => {
            selected.remove(place);
        }
        None => selected.push(id),
    }
}

/// Adds those that are not there yet.
pub fn add(selected: &mut Vec<AlbumId>, ids: &[AlbumId]) {
    let there: std::collections::HashSet<AlbumId> = selected.iter().copied().collect();
    selected.extend(ids.iter().filter(|id| !there.contains(id)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_twice_is_not_choosing() {
        let mut selected = vec![AlbumId(1)];
        toggle(&mut selected, AlbumId(2));
        assert_eq!(selected, [AlbumId(1), AlbumId(2)]);
        toggle(&mut selected, AlbumId(1));
        assert_eq!(selected, [AlbumId(2)]);
    }

    #[test]
    fn adding_keeps_order_and_repeats_nothing() {
        let mut selected = vec![AlbumId(3), AlbumId(1)];
        add(&mut selected, &[AlbumId(1), AlbumId(2), AlbumId(3), AlbumId(4)]);
        assert_eq!(selected, [AlbumId(3), AlbumId(1), AlbumId(2), AlbumId(4)]);
    }
}
