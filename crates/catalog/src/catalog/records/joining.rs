//! Which records tell of one album.
//!
//! Records of different sources that name artist and title alike tell of one album, unless they say different years:
//! those are editions. Where several albums are called the same, records find theirs by year, then by cover, and those
//! without a year go to the earliest that is left. All records of such a name are looked at together, so that the order in
//! which they came does not matter.

use super::{Batch, CALLED, Facts, Kept, NewRecord, SourceId, edits, of};
use crate::album::{AlbumId, CoverHash};
use crate::catalog::{Result, albums};
use rusqlite::params;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Albums of one name that are looked at together; whoever calls more of them the same gives no names at all.
const MOST: usize = 64;

impl Batch<'_> {
    /// The album of other sources that a new record tells of.
    pub(super) fn joins(&self, source: &SourceId, record: &NewRecord<'_>) -> Result<Option<AlbumId>> {
        const STRANGE: &str = "NOT EXISTS (SELECT 1 FROM records AS own WHERE own.album = records.album
                               AND own.source = ?2 AND own.duplicate = 0)";
        if let Some(names) = record.facts.both_names() {
            let sql = format!(
                "SELECT album FROM records WHERE {CALLED} AND duplicate = 0 AND {STRANGE}
                 GROUP BY album ORDER BY min(seq) LIMIT {MOST}"
            );
            let mut statement = self.transaction.prepare_cached(&sql)?;
            let rows = statement.query_map(params![names, source.id], |row| row.get::<_, String>(0))?;
            let mut fitting = Vec::new();
            for album in rows.collect::<rusqlite::Result<Vec<_>>>()? {
                let album = albums::id_from(&album)?;
                let years = self.years(album)?;
                // `None` before any year; the very year before none.
                let known = years.first().copied();
                match record.facts.year {
                    Some(year) if years.contains(&year) => fitting.push((0, None, album)),
                    Some(_) if years.is_empty() => fitting.push((1, None, album)),
                    Some(_) => {}
                    None => fitting.push((0, known, album)),
                }
            }
            // The first of equals.
            if let Some((_, _, album)) = fitting.into_iter().min_by_key(|(rank, year, _)| (*rank, *year)) {
                return Ok(Some(album));
            }
        }
        let Some(cover) = record.cover else { return Ok(None) };
        let sql = format!(
            "SELECT records.album FROM records WHERE cover = ?1 AND duplicate = 0 AND {STRANGE} ORDER BY seq"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let rows = statement.query_map(params![cover.hash.0, source.id], |row| row.get::<_, String>(0))?;
        for album in rows.collect::<rusqlite::Result<Vec<_>>>()? {
            let album = albums::id_from(&album)?;
            if self.agrees(record.facts, album)? {
                return Ok(Some(album));
            }
        }
        Ok(None)
    }

    /// The year that an album's sources say, and the one that a person does.
    fn years(&self, album: AlbumId) -> Result<Vec<i32>> {
        let records = of(&self.transaction, album)?;
        let mut years: Vec<i32> = records.iter().find_map(|record| record.facts.year).into_iter().collect();
        if let Some(kept) = edits::of(&self.transaction, album)? {
            years.extend(kept.edit.year.flatten());
        }
        Ok(years)
    }

    /// Writes an album anew from its records and what a person changed. Records that contradict the first one get an
    /// album of their own; an album without records is forgotten.
    pub(in crate::catalog) fn settle(&self, album: AlbumId) -> Result<()> {
        let records = of(&self.transaction, album)?;
        let Some(first) = records.first() else {
            edits::forget_unrecorded(&self.transaction, album)?;
            return albums::remove(&self.transaction, &album.to_string());
        };
        let mut wanted = first.facts.clone();
        if let Some(kept) = edits::of(&self.transaction, album)? {
            kept.lay_over(&mut wanted);
        }
        let (mut facts, mut cover) = (first.facts.clone(), first.cover.clone());
        for record in &records[1..] {
            let same_cover = record.cover.is_some() && record.cover == cover;
            let same_names = record.facts.same_names(&facts) || record.facts.same_names(&wanted);
            let same_year = record.facts.same_year(&facts) || record.facts.same_year(&wanted);
            if same_names && same_year || (record.facts.agrees(&facts) && same_cover) {
                facts.fill_from(&record.facts);
                cover = cover.or_else(|| record.cover.clone());
                continue;
            }
            let own = self.fresh_id(&record.source, &record.key)?;
            self.give(record.seq, own)?;
            self.write_album(&record.facts, own, record.cover.clone())?;
        }
        self.write_album(&facts, album, cover)
    }

    /// Puts the records of all albums that are called as `facts` say into the albums where they belong. Whether any
    /// changed its album.
    pub(super) fn regroup(&self, facts: &Facts) -> Result<bool> {
        let Some(names) = facts.both_names() else { return Ok(false) };
        let called = {
            let sql = format!("SELECT id FROM albums WHERE names = ?1 LIMIT {}", MOST + 1);
            let mut statement = self.transaction.prepare_cached(&sql)?;
            let rows = statement.query_map([&names], |row| row.get::<_, String>(0))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?
        };
        if called.len() < 2 || called.len() > MOST {
            return Ok(false);
        }
        // One source's records are albums of their own, whatever they are called.
        let sources = {
            let sql = format!("SELECT count(DISTINCT source) FROM records WHERE {CALLED} AND duplicate = 0");
            let mut statement = self.transaction.prepare_cached(&sql)?;
            statement.query_row([&names], |row| row.get::<_, i64>(0))?
        };
        if sources < 2 {
            return Ok(false);
        }
        let mut members = Vec::new();
        for album in called {
            let album = albums::id_from(&album)?;
            // What a person decided stays as it is.
            if edits::of(&self.transaction, album)?.is_some() {
                continue;
            }
            let records = of(&self.transaction, album)?.into_iter();
            let named = records.filter(|record| record.facts.both_names().as_ref() == Some(&names));
            members.extend(named.map(|record| Member { album, record }));
        }
        let groups = grouped(&members);
        let mut taken = HashSet::new();
        let mut changed = Vec::new();
        for group in groups {
            // The album that the first of them told of, unless others keep it.
            let kept = group.iter().map(|member| member.album).find(|album| !taken.contains(album));
            let album = match (kept, group.first()) {
                (Some(album), _) => album,
                (None, Some(first)) => self.fresh_id(&first.record.source, &first.record.key)?,
                (None, None) => continue,
            };
            taken.insert(album);
            for member in group.iter().filter(|member| member.album != album) {
                self.give(member.record.seq, album)?;
                changed.extend([member.album, album]);
            }
        }
        changed.sort_unstable();
        changed.dedup();
        changed.iter().try_for_each(|&album| self.settle(album))?;
        Ok(!changed.is_empty())
    }

    fn give(&self, seq: i64, album: AlbumId) -> Result<()> {
        let sql = "UPDATE records SET album = ?2 WHERE seq = ?1";
        self.transaction.prepare_cached(sql)?.execute(params![seq, album.to_string()])?;
        Ok(())
    }
}

/// A record, and the album that it is kept under.
struct Member {
    album: AlbumId,
    record: Kept,
}

impl Member {
    fn source(&self) -> i64 {
        self.record.source.id
    }
}

/// Records of one name, in groups of those that tell of the same album; each group in the order in which it was told, and
/// the group that was told first coming first.
fn grouped(members: &[Member]) -> Vec<Vec<&Member>> {
    let mut by_year: BTreeMap<i32, Vec<&Member>> = BTreeMap::new();
    let mut without = Vec::new();
    for member in members {
        match member.record.facts.year {
            Some(year) => by_year.entry(year).or_default().push(member),
            None => without.push(member),
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (_, same_year) in by_year {
        let mut of_year = Vec::new();
        share_out(same_year, &mut of_year);
        groups.extend(of_year);
    }
    share_out(without, &mut groups);
    let mut groups: Vec<Vec<&Member>> = groups.into_iter().map(|group| group.members).collect();
    for group in &mut groups {
        group.sort_by_key(|member| member.record.seq);
    }
    groups.sort_by_key(|group| group.first().map(|member| member.record.seq));
    groups
}

#[derive(Default)]
struct Group<'m> {
    members: Vec<&'m Member>,
    sources: HashSet<i64>,
    covers: HashSet<CoverHash>,
}

impl<'m> Group<'m> {
    fn take(&mut self, member: &'m Member) {
        self.members.push(member);
        self.sources.insert(member.source());
        self.covers.extend(member.record.cover.clone());
    }
}

/// Gives each record to a group in which its source does not tell of anything yet: by cover, else the first, else a new
/// one. Sources come in the order of their first import, a source's records in that of their keys.
fn share_out<'m>(mut members: Vec<&'m Member>, groups: &mut Vec<Group<'m>>) {
    members.sort_by(|a, b| (a.source(), &a.record.key).cmp(&(b.source(), &b.record.key)));
    let mut sources: Vec<(i64, Vec<&Member>)> = Vec::new();
    for member in members {
        match sources.last_mut() {
            Some((source, list)) if *source == member.source() => list.push(member),
            _ => sources.push((member.source(), vec![member])),
        }
    }
    for (source, list) in sources {
        let mut placed: HashMap<i64, usize> = HashMap::new();
        for member in &list {
            let Some(cover) = &member.record.cover else { continue };
            let fits = |group: &Group<'_>| !group.sources.contains(&source) && group.covers.contains(cover);
            if let Some(place) = groups.iter().position(fits) {
                groups[place].take(member);
                placed.insert(member.record.seq, place);
            }
        }
        for member in list.into_iter().filter(|member| !placed.contains_key(&member.record.seq)) {
            match groups.iter().position(|group| !group.sources.contains(&source)) {
                Some(place) => groups[place].take(member),
                None => {
                    groups.push(Group::default());
                    if let Some(group) = groups.last_mut() {
                        group.take(member);
                    }
                }
            }
        }
    }
}
