//! Where a table's header is, and what parts its cells.
//!
//! The header is the first row, as a rule. Spreadsheets put `sep=;` in front of it, people a title, and pandas
//! writes one line of names for groups of columns and another for the columns themselves.

use super::columns::{Columns, is_nameless};
use super::letters::{Input, Letters};
use super::rows::{Row, Rows};
use std::io;
use std::path::Path;

/// Separators that programs write, the usual one first.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Rows among which the header is.
const FIRST: usize = 12;
/// Column names that are quoted in a refusal.
const LISTED: usize = 200;

/// What stands at the top of a table.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub separator: u8,
    pub columns: Columns,
    /// Rows up to the header and with it.
    pub rows: usize,
    /// The last line of names as it stands there: joined tables have it again in their midst.
    pub line: Vec<String>,
}

/// Why a table has no header that is understood.
#[derive(Debug, thiserror::Error)]
pub(super) enum HeaderError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("has no column for a cover's file (`file`) or an album's title (`album`); its columns are: {0}")]
    Strange(String),
    #[error(
        "has several lines of column names, “{0}” above “{1}”, which make no sense together: keep one header line"
    )]
    Stacked(String, String),
}

/// Finds the header.
pub(super) fn read(letters: &Letters, path: &Path) -> Result<Header, HeaderError> {
    let mut separators = SEPARATORS.to_vec();
    let mut skip = 0;
    if let Some(separator) = said(&first_rows(letters, path, b',')?) {
        separators = vec![separator];
        skip = 1;
    }
    let mut best: Option<Header> = None;
    let mut refusal = None;
    for separator in separators {
        let rows = first_rows(letters, path, separator)?;
        let cells: Vec<Vec<String>> =
            rows.iter().skip(skip).map(|row| super::rows::cells(&row.bytes, separator, letters)).collect();
        match find(&cells) {
            Ok((columns, rows)) => {
                if best.as_ref().is_none_or(|best| columns.understood() > best.columns.understood()) {
                    let line = cells.get(rows - 1).cloned().unwrap_or_default();
                    best = Some(Header { separator, columns, rows: skip + rows, line });
                }
            }
            // The separator that parts most cells makes the clearest sentence.
            Err((parts, e)) => {
                if refusal.as_ref().is_none_or(|(most, _)| parts > *most) {
                    refusal = Some((parts, e));
                }
            }
        }
    }
    match (best, refusal) {
        (Some(header), _) => Ok(header),
        (None, Some((_, e))) => Err(e),
        (None, None) => Err(HeaderError::Strange(String::new())),
    }
}

/// Opens a table's rows at the first one.
pub(super) fn rows(letters: &Letters, path: &Path, separator: u8) -> io::Result<Rows<Input>> {
    Rows::new(letters.open(path)?, separator)
}

fn first_rows(letters: &Letters, path: &Path, separator: u8) -> io::Result<Vec<Row>> {
    let mut rows = rows(letters, path, separator)?;
    let mut first = Vec::new();
    while first.len() < FIRST
        && let Some(row) = rows.next()?
    {
        first.push(row);
    }
    Ok(first)
}

/// The separator that `sep=;` in the first row names.
fn said(rows: &[Row]) -> Option<u8> {
    let line = rows.first()?.bytes.as_slice();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    match rest {
        [b'\\', b't', ..] => Some(b'\t'),
        [b'"', ..] => None,
        [separator, ..] if separator.is_ascii() && !separator.is_ascii_alphanumeric() => Some(*separator),
        _ => None,
    }
}

/// The header among the first rows, and how many rows it ends after; else why not, and how many cells there are.
fn find(rows: &[Vec<String>]) -> Result<(Columns, usize), (usize, HeaderError)> {
    for (at, row) in rows.iter().enumerate() {
        match stacked(&rows[at..]) {
            Some(Ok((columns, rows))) => return Ok((columns, at + rows)),
            Some(Err(e)) => return Err((row.len(), e)),
            None => {}
        }
        let columns = Columns::of(row);
        if columns.suffice() {
            return Ok((columns, at + 1));
        }
        if !is_preamble(row) {
            break;
        }
    }
    let names = rows.first().map_or(&[][..], Vec::as_slice);
    Err((names.len(), HeaderError::Strange(listed(names))))
}

/// A title or a remark above the header.
fn is_preamble(row: &[String]) -> bool {
    let mut cells = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    cells.next().is_none_or(|first| first.starts_with('#')) || cells.next().is_none()
}

/// Two lines of names, the upper one for groups of columns; a third one may name the numbers of rows.
fn stacked(rows: &[Vec<String>]) -> Option<Result<(Columns, usize), HeaderError>> {
    let [upper, lower, below @ ..] = rows else { return None };
    if let Some(joined) = aggregated(upper, lower) {
        let height = if below.first().is_some_and(|third| is_index(third, &joined)) { 3 } else { 2 };
        let columns = Columns::of(&joined);
        if columns.suffice() {
            return Some(Ok((columns, height)));
        }
    }
    let groups = groups(upper, lower)?;
    // A row of an album does not hold two names of columns.
    let names: Vec<&String> = lower.iter().filter(|name| !is_nameless(name)).collect();
    if names.iter().filter(|name| Columns::means(name)).count() < 2 {
        return None;
    }
    let mut joined: Vec<String> =
        groups.iter().zip(lower).map(|(group, name)| together(group, name)).collect();
    let mut height = 2;
    if let Some(third) = below.first()
        && is_index(third, &joined)
    {
        height = 3;
        for (name, index) in joined.iter_mut().zip(third).filter(|(_, index)| !index.trim().is_empty()) {
            name.clone_from(index);
        }
    }
    let columns = Columns::of(&joined);
    if columns.suffice() {
        return Some(Ok((columns, height)));
    }
    Some(Err(HeaderError::Stacked(listed(upper), listed(lower))))
}

/// What pandas calls the ways to sum up a group that leave a value of the same kind, the best first.
const KEPT: [&str; 8] = ["sum", "first", "max", "last", "mean", "median", "min", "mode"];
/// And those that do not.
const COUNTED: [&str; 6] = ["count", "size", "nunique", "std", "var", "sem"];

/// The names of columns above a line that says how each was summed up (`sum`, `first`), as pandas writes it.
fn aggregated(upper: &[String], lower: &[String]) -> Option<Vec<String>> {
    let plain = |cell: &String| if is_nameless(cell) { String::new() } else { cell.trim().to_lowercase() };
    let ways: Vec<String> = lower.iter().map(plain).collect();
    let is_way = |way: &String| KEPT.contains(&way.as_str()) || COUNTED.contains(&way.as_str());
    let known = ways.iter().all(|way| way.is_empty() || is_way(way));
    let some = ways.iter().zip(upper).any(|(way, name)| !way.is_empty() && !is_nameless(name));
    // An album called `First` by `Max` has its name in both columns, and none twice above it.
    let names: Vec<String> = upper.iter().map(plain).collect();
    let twice = names.windows(2).any(|pair| pair[0] == pair[1] && !pair[0].is_empty());
    let keys = ways.iter().zip(&names).any(|(way, name)| way.is_empty() && !name.is_empty());
    if !known || !some || !Columns::of(upper).suffice() || !(twice || keys && is_of_no_album(upper, &ways)) {
        return None;
    }
    let best = |at: usize| {
        let rank = |at: usize| KEPT.iter().position(|way| *way == ways[at]);
        let same = (0..ways.len().min(names.len())).filter(|other| names[*other] == names[at]);
        same.filter_map(|other| Some((rank(other)?, other))).min().is_some_and(|(_, best)| best == at)
    };
    let name = |(at, name): (usize, &String)| match ways.get(at).map(String::as_str) {
        None | Some("") => {
            if is_nameless(name) {
                String::new()
            } else {
                name.trim().to_owned()
            }
        }
        Some(_) if best(at) => name.trim().to_owned(),
        Some(way) => format!("{} {way}", name.trim()),
    };
    Some(upper.iter().enumerate().map(name).collect())
}

/// Whether a line says nothing in some column for an artist or a title.
fn is_of_no_album(upper: &[String], lower: &[String]) -> bool {
    let columns = Columns::of(upper);
    columns.artist.iter().chain(&columns.title).any(|column| lower.get(*column).is_none_or(String::is_empty))
}

/// The group of each column, if the upper line names groups: then a name is repeated side by side, or stands once above
/// several columns.
fn groups(upper: &[String], lower: &[String]) -> Option<Vec<String>> {
    let mut groups: Vec<String> = Vec::new();
    let mut grouped = false;
    for (at, name) in lower.iter().enumerate() {
        let group = upper.get(at).map_or("", |group| if is_nameless(group) { "" } else { group.trim() });
        let before = groups.last().map_or("", String::as_str);
        if !group.is_empty() {
            grouped |= group == before;
            groups.push(group.to_owned());
        } else {
            // Merged cells of a spreadsheet.
            grouped |= !before.is_empty() && !is_nameless(name);
            groups.push(before.to_owned());
        }
    }
    grouped.then_some(groups)
}

/// The name of a column in a group.
fn together(group: &str, name: &str) -> String {
    let name = if is_nameless(name) { "" } else { name.trim() };
    let joined = format!("{group} {name}").trim().to_owned();
    // An artist's location is no cover's, but what a service says of an album is said of the album.
    let things =
        ["album", "artist", "track", "song", "release", "recording", "label", "playlist", "user", "set"];
    let of_a_thing = things.iter().any(|thing| group.eq_ignore_ascii_case(thing));
    if !of_a_thing && !Columns::means(&joined) && Columns::means(name) { name.to_owned() } else { joined }
}

/// A line with names for those columns alone that have none so far.
fn is_index(row: &[String], names: &[String]) -> bool {
    let named = |(at, _): &(usize, &String)| names.get(*at).is_some_and(|name| !name.is_empty());
    let mut filled = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).peekable();
    filled.peek().is_some() && !filled.any(|cell| named(&cell))
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| name.trim()).collect::<Vec<_>>().join(", ").chars().take(LISTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, HeaderError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(&Letters::of(file.path()).unwrap(), file.path())
    }

    fn found(text: &str) -> (u8, usize, Vec<String>) {
        let header = header(text).unwrap();
        (header.separator, header.rows, header.columns.names)
    }

    #[test]
    fn the_separator_is_the_one_that_makes_sense_or_the_one_that_is_said() {
        assert_eq!(found("artist;album;year, or so\n").0, b';');
        assert_eq!(found("sep=|\nartist|album\na|b\n"), (b'|', 2, vec!["artist".into(), "album".into()]));
        assert_eq!(found("\"sep=;\"\r\nartist;album\r\n").0, b';');
        assert_eq!(found("SEP=\t\nartist\talbum\n").0, b'\t');
        assert_eq!(found("sep=^\nartist^album\n").0, b'^');
    }

    #[test]
    fn a_title_and_remarks_may_stand_above_the_header() {
        let table = "My records;;\n;;\n# exported, 2024; by me;\nartist;album;year\nA;B;1999\n";
        assert_eq!(found(table).1, 4);
        assert!(header("My records\nstreet,town\na,b\n").is_err());
    }

    #[test]
    fn lines_of_names_above_each_other_are_read_together() {
        let pandas = ",album,album,artist,artist,track\n,date_released,title,name,location,genre_top\n\
                      track_id,,,,,\n2,2009,Brick,Orla,Cork,Jazz\n";
        let header = header(pandas).unwrap();
        assert_eq!(header.rows, 3);
        let names = [
            "track_id",
            "album date_released",
            "album title",
            "artist name",
            "artist location",
            "track genre_top",
        ];
        assert_eq!(header.columns.names, names);
        assert_eq!((header.columns.place, header.columns.genre), (vec![], vec![5]));
        let merged = "Album,,Artist,\nTitle,Year,Name,Town\nBrick,2009,Orla,Cork\n";
        assert_eq!(found(merged).2, ["Album Title", "Album Year", "Artist Name", "Artist Town"]);
        let levels =
            "Unnamed: 0_level_0,album,album,Spotify\nUnnamed: 0_level_1,title,artist,Popularity\n0,A,B,3\n";
        assert_eq!(found(levels).2[1..], ["album title", "album artist", "Popularity"]);
    }

    #[test]
    fn a_line_that_says_how_columns_were_summed_up_belongs_to_the_header() {
        let table = ",artist,album,year,plays,plays,cover\n,,,,mean,sum,first\n0,A,B,1999,2.5,5,a.jpg\n";
        let header = header(table).unwrap();
        assert_eq!(header.rows, 2);
        assert_eq!(header.columns.names, ["", "artist", "album", "year", "plays mean", "plays", "cover"]);
        assert_eq!((header.columns.plays, header.columns.file), (vec![5], vec![6]));
        assert_eq!(found("artist,album,year\nMax,First,\n").1, 1);
    }

    #[test]
    fn lines_of_names_that_make_no_sense_are_refused_as_such() {
        let sentence = header("set,set,set\nartist,year,town\n1,2,3\n").unwrap_err().to_string();
        assert!(sentence.contains("several lines of column names"), "{sentence}");
    }

    #[test]
    fn a_plain_table_is_not_taken_for_a_stacked_one() {
        assert_eq!(found("artist,genre,album,genre,album\nIke,pop,First,,\n").1, 1);
        assert_eq!(found("artist,album,album,\nTitle Fight,Shed,,x\n").1, 1);
    }
}
