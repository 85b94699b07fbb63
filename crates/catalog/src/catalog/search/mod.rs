//! Finding albums by words: what is contained first, what is nearly spelt so otherwise.
//!
//! The table `search` holds each album's text folded (see [`text::fold`]) in the order in which lists show it. A
//! query reads it from end to end, which for 50,000 albums takes some tens of milliseconds, and ranks in memory.

mod exact;
mod near;

use super::{Catalog, Result, albums, text};
use crate::album::{Album, AlbumId, CoverHash, Genre};
use crate::report::{AlbumLine, AlbumList};
use crate::wire::AlbumQuery;
use rusqlite::{Connection, Row, params};

/// Albums listed where a query does not say how many.
const USUAL_LIMIT: u32 = 50;

/// An album's folded text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Text {
    artist: String,
    title: String,
    /// Track, genres, key and year.
    rest: String,
}

/// An album that answers a query.
struct Hit {
    id: String,
    /// Smaller is better.
    rank: u32,
    /// How often it was played, or listened to; more is better.
    weight: i64,
}

/// Which genre is asked for.
enum Filter {
    All,
    None,
    Only(Genre),
}

impl Filter {
    fn of(query: &AlbumQuery) -> Self {
        match query.genre.as_deref().map(str::trim) {
            None | Some("") => Self::All,
            Some(name) => Genre::new(name).map_or(Self::None, Self::Only),
        }
    }

    /// A condition on `genre`, with `?1` for [`Filter::name`].
    fn condition(&self) -> &'static str {
        match self {
            Self::All => "?1 IS NULL",
            Self::None => "genre IS NULL AND ?1 IS NULL",
            Self::Only(_) => "genre = ?1",
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Only(genre) => Some(genre.as_str()),
            _ => None,
        }
    }
}

impl Catalog {
    /// Albums that answer a query, and how many there are in all.
    ///
    /// Every word must be contained in artist, title, track, genre, key or year, whatever its accents and case;
    /// whole words and beginnings come first, then what was played most. Where nothing matches, words that are
    /// spelt nearly so are taken instead. An album's id finds that album. Without words all albums are listed by
    /// artist, year and title. A genre that means none (`none`, `unlabelled`) asks for albums without one.
    pub fn find(&self, query: &AlbumQuery) -> Result<AlbumList> {
        let filter = Filter::of(query);
        let words = text::fold(&query.query);
        if words.is_empty() {
            return self.page(query, &filter);
        }
        let mut hits = self.scan(&filter, |text| exact::rank(text, &words))?;
        if hits.is_empty()
            && let Ok(id) = query.query.trim().to_lowercase().parse::<AlbumId>()
            && let Some(album) = self.album(id)?
        {
            return Ok(AlbumList { albums: vec![AlbumLine::from(&album)], total: 1 });
        }
        if hits.is_empty() {
            let mut speller = near::Speller::new(&words);
            hits = self.scan(&filter, |text| speller.rank(text))?;
            near::keep_best(&mut hits);
        }
        // Stable: what is equal stays in the order of lists.
        hits.sort_by_key(|hit| (hit.rank, std::cmp::Reverse(hit.weight)));
        let page = hits.iter().skip(query.offset as usize).take(limit(query));
        let albums = page.map(|hit| self.line(&hit.id)).collect::<Result<_>>()?;
        Ok(AlbumList { albums, total: hits.len() as u64 })
    }

    fn page(&self, query: &AlbumQuery, filter: &Filter) -> Result<AlbumList> {
        let condition = filter.condition();
        let sql = format!("SELECT count(*) FROM albums WHERE {condition}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let total: i64 = statement.query_row([filter.name()], |row| row.get(0))?;
        let sql =
            format!("SELECT album FROM search WHERE {condition} ORDER BY sort, album LIMIT ?2 OFFSET ?3");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let limit = i64::try_from(limit(query)).unwrap_or(i64::MAX);
        let ids = statement
            .query_map(params![filter.name(), limit, query.offset], |row| row.get::<_, String>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let albums = ids.iter().map(|id| self.line(id)).collect::<Result<_>>()?;
        Ok(AlbumList { albums, total: total.cast_unsigned() })
    }

    /// Every album of a genre that `rank` gives a rank, in the order of lists.
    fn scan(&self, filter: &Filter, mut rank: impl FnMut(&Text) -> Option<u32>) -> Result<Vec<Hit>> {
        let condition = filter.condition();
        let sql = format!(
            "SELECT album, artist, title, rest, weight FROM search WHERE {condition} ORDER BY sort, album"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([filter.name()])?;
        let mut hits = Vec::new();
        let mut text = Text::default();
        while let Some(row) = rows.next()? {
            copy(row, 1, &mut text.artist)?;
            copy(row, 2, &mut text.title)?;
            copy(row, 3, &mut text.rest)?;
            if let Some(rank) = rank(&text) {
                hits.push(Hit { id: row.get(0)?, rank, weight: row.get(4)? });
            }
        }
        Ok(hits)
    }

    fn line(&self, id: &str) -> Result<AlbumLine> {
        let sql = "SELECT artist, title, track, genre, year, cover, key FROM albums WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let id_number = albums::id_from(id)?;
        let album = statement.query_row([id], |row| {
            Ok(Album {
                id: id_number,
                artist: row.get(0)?,
                title: row.get(1)?,
                track: row.get(2)?,
                genre: row.get::<_, Option<String>>(3)?.and_then(|genre| Genre::new(&genre)),
                genres: Vec::new(),
                year: row.get(4)?,
                plays: None,
                listeners: None,
                popularity: None,
                audio: None,
                similar: Vec::new(),
                cover: row.get::<_, Option<String>>(5)?.map(CoverHash),
                key: row.get(6)?,
                collection: None,
            })
        })?;
        Ok(AlbumLine::from(&album))
    }
}

fn limit(query: &AlbumQuery) -> usize {
    query.limit.unwrap_or(USUAL_LIMIT) as usize
}

fn copy(row: &Row<'_>, column: usize, into: &mut String) -> rusqlite::Result<()> {
    into.clear();
    into.push_str(row.get_ref(column)?.as_str()?);
    Ok(())
}

/// Writes what search needs of an album.
pub(super) fn put(connection: &Connection, album: &Album) -> Result<()> {
    let id = album.id.to_string();
    let fold = |text: &Option<String>| text.as_deref().map(text::fold).unwrap_or_default();
    let (artist, title) = (fold(&album.artist), fold(&album.title));
    let mut rest = vec![fold(&album.track)];
    rest.extend(album.genre.iter().map(|genre| text::fold(genre.as_str())));
    rest.extend(album.genres.iter().map(|genre| text::fold(genre.as_str())));
    rest.push(text::fold(&album.key));
    rest.extend(album.year.map(|year| year.to_string()));
    rest.retain(|text| !text.is_empty());
    let weight = album.plays.or(album.listeners).map_or(0, albums::number);
    // Albums whose artist is not known come last, by what they are called instead. A \u{1} parts words from what
    // follows, so that `abba` comes before `abba gold`'s other artists.
    let (unknown, name) = match (artist.as_str(), title.as_str()) {
        ("", "") => ('2', text::fold(&album.display_title())),
        ("", _) => ('1', String::new()),
        (artist, _) => ('0', artist.to_owned()),
    };
    let sort =
        format!("{unknown}{name}\u{1}{:05}\u{1}{title}", album.year.unwrap_or(99_999).clamp(0, 99_999));
    connection.prepare_cached("DELETE FROM search WHERE album = ?1")?.execute([&id])?;
    let sql = "INSERT INTO search (sort, album, artist, title, rest, genre, weight)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let genre = album.genre.as_ref().map(Genre::as_str);
    let values = params![sort, id, artist, title, rest.join(" "), genre, weight];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

#[cfg(test)]
mod tests;
