//! Which few of many things have a place: texture layers for sheets, cells for the names on plain sleeves.

use std::collections::HashMap;

/// A fixed number of places; a newcomer takes a free one, else that of whoever was longest not wanted.
#[derive(Debug)]
pub struct Lru {
    place_of: HashMap<u32, u32>,
    holders: Vec<Option<u32>>,
    used: Vec<u64>,
    clock: u64,
}

/// A place for a newcomer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Which place.
    pub place: u32,
    /// Who had it before.
    pub evicted: Option<u32>,
}

impl Lru {
    /// So many empty places.
    pub fn new(places: usize) -> Self {
        Self { place_of: HashMap::new(), holders: vec![None; places], used: vec![0; places], clock: 0 }
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.holders.len()
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.place_of.len()
    }

    /// Where `thing` is.
    pub fn place(&self, thing: u32) -> Option<u32> {
        self.place_of.get(&thing).copied()
    }

    /// Says that all of these are wanted now.
    pub fn touch(&mut self, wanted: &[u32]) {
        self.clock += 1;
        for thing in wanted {
            if let Some(place) = self.place_of.get(thing) {
                self.used[*place as usize] = self.clock;
            }
        }
    }

    /// Gives `thing` a place: the one it has, a free one, or the one that was longest not wanted. `None` when every
    /// holder was wanted at the last [`Lru::touch`] or came since.
    pub fn claim(&mut self, thing: u32) -> Option<Claim> {
        if let Some(place) = self.place(thing) {
            return Some(Claim { place, evicted: None });
        }
        let place = match self.holders.iter().position(Option::is_none) {
            Some(free) => free,
            None => (0..self.holders.len())
                .filter(|place| self.used[*place] < self.clock)
                .min_by_key(|place| self.used[*place])?,
        };
        let evicted = self.holders[place].replace(thing);
        if let Some(evicted) = evicted {
            self.place_of.remove(&evicted);
        }
        self.place_of.insert(thing, place as u32);
        self.used[place] = self.clock;
        Some(Claim { place: place as u32, evicted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newcomers_take_free_places_first() {
        let mut lru = Lru::new(2);
        assert_eq!(lru.claim(7), Some(Claim { place: 0, evicted: None }));
        assert_eq!(lru.claim(8), Some(Claim { place: 1, evicted: None }));
        assert_eq!(lru.claim(7), Some(Claim { place: 0, evicted: None }));
        assert_eq!((lru.place(8), lru.place(9)), (Some(1), None));
        assert_eq!(lru.taken(), 2);
    }

    #[test]
    fn whoever_was_longest_not_wanted_goes() {
        let mut lru = Lru::new(3);
        for thing in [1, 2, 3] {
            lru.claim(thing);
        }
        lru.touch(&[1, 2, 3]);
        lru.touch(&[1, 3]);
        lru.touch(&[1]);
        assert_eq!(lru.claim(4), Some(Claim { place: 1, evicted: Some(2) }));
        assert_eq!(lru.claim(5), Some(Claim { place: 2, evicted: Some(3) }));
        assert_eq!(lru.place(2), None);
        assert_eq!(lru.place(1), Some(0));
    }

    #[test]
    fn what_is_wanted_now_is_never_thrown_out() {
        let mut lru = Lru::new(2);
        lru.claim(1);
        lru.claim(2);
        lru.touch(&[1, 2]);
        assert_eq!(lru.claim(3), None);
        lru.touch(&[2, 3]);
        assert_eq!(lru.claim(3), Some(Claim { place: 0, evicted: Some(1) }));
        assert_eq!(lru.claim(4), None);
    }

    #[test]
    fn no_places_hold_nothing() {
        assert_eq!(Lru::new(0).claim(1), None);
    }
}
