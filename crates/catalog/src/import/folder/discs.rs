//! Discs of one album that lie side by side: `Double (Disc 1)` and `Double (Disc 2)`.

use super::scan::Folder;
use crate::catalog::text::fold;
use crate::import::names;
use std::collections::{BTreeMap, HashSet};

/// Puts albums that are discs of one into a folder of that album's name, here and in all folders below.
pub(super) fn join(folder: &mut Folder) {
    folder.folders.iter_mut().for_each(join);
    let mut albums: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
    for (place, below) in folder.folders.iter().enumerate() {
        if let Some((title, disc)) = names::titled_disc(&below.name).filter(|_| below.is_album()) {
            albums.entry(fold(&title)).or_default().push((place, disc));
        }
    }
    // Two of one number are two editions, and one alone may be all that there is of it.
    let several = |discs: &Vec<(usize, u32)>| {
        let numbers: HashSet<u32> = discs.iter().map(|(_, disc)| *disc).collect();
        discs.len() > 1 && numbers.len() == discs.len()
    };
    let of: BTreeMap<usize, u32> = albums.into_values().filter(several).flatten().collect();
    if of.is_empty() {
        return;
    }
    let mut joined: Vec<Folder> = Vec::new();
    for (place, mut below) in std::mem::take(&mut folder.folders).into_iter().enumerate() {
        let disc = of.get(&place).and_then(|disc| Some((names::titled_disc(&below.name)?.0, *disc)));
        let Some((title, disc)) = disc else {
            joined.push(below);
            continue;
        };
        below.name = format!("Disc {disc}");
        match joined.iter_mut().find(|album| album.is_joined && fold(&album.name) == fold(&title)) {
            Some(album) => album.folders.push(below),
            None => joined.push(Folder {
                name: title,
                folders: vec![below],
                is_joined: true,
                ..Folder::default()
            }),
        }
    }
    folder.folders = joined;
}
