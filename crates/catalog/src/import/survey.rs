//! What has to be known of all of a table's rows before the first one is read: which mark stands in front of its
//! decimals, whether columns hold what they are called after, and where it ends.

use super::columns::Columns;
use super::header::{self, Header};
use super::letters::Letters;
use super::numbers::{Marks, Shown};
use super::rows;
use std::io;
use std::path::Path;

/// Endings of pictures' files, readable or not.
const PICTURES: [&str; 17] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl",
    "jp2", "svg", "tga",
];

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    /// Rows below the header.
    pub rows: u64,
    /// The line on which the last row ends that holds anything; spreadsheets put empty ones below it.
    pub last_line: u64,
    /// A column that is not used, most of whose cells are called like pictures.
    pub pictures: Option<usize>,
    /// What each column's numbers show.
    columns: Vec<Shown>,
    /// What the table's numbers show.
    table: Shown,
}

impl Survey {
    /// Goes over a table, `None` when `stopped` says so on the way. A column that may be one of covers and holds none is no
    /// longer one.
    pub(super) fn of(
        letters: &Letters,
        path: &Path,
        header: &mut Header,
        stopped: &dyn Fn() -> bool,
    ) -> io::Result<Option<Self>> {
        let mut rows = header::rows(letters, path, header.separator)?;
        for _ in 0..header.rows {
            rows.next()?;
        }
        let columns = &mut header.columns;
        let numbers = columns.may_be_numbers();
        let mut loose: Vec<Loose> = columns.loose().into_iter().map(Loose::new).collect();
        let mut survey = Self { columns: vec![Shown::default(); columns.width], ..Self::default() };
        let mut called = vec![(0_u64, 0_u64); columns.width];
        let mut trailing = 0;
        while let Some(row) = rows.next()? {
            if stopped() {
                return Ok(None);
            }
            let cells = match row.fault {
                None => rows::cells(&row.bytes, header.separator, letters),
                Some(_) => Vec::new(),
            };
            if row.fault.is_none() && cells.iter().all(|cell| cell.trim().is_empty()) {
                trailing += 1;
                continue;
            }
            survey.rows += 1 + trailing;
            trailing = 0;
            survey.last_line = row.last_line();
            for ((cell, shown), _) in
                cells.iter().zip(&mut survey.columns).zip(&numbers).filter(|(_, number)| **number)
            {
                shown.see(cell);
            }
            for (cell, (pictures, filled)) in cells.iter().zip(&mut called) {
                *filled += u64::from(!cell.trim().is_empty());
                *pictures += u64::from(is_picture(cell) && !is_link(cell.trim()));
            }
            for column in &mut loose {
                column.see(cells.get(column.column).map_or("", String::as_str));
            }
        }
        for shown in &survey.columns {
            survey.table.add(*shown);
        }
        drop_others(columns, &loose);
        let used = columns.used();
        survey.pictures = called
            .iter()
            .enumerate()
            .position(|(column, (pictures, filled))| 2 * pictures > *filled && !used.contains(&column));
        Ok(Some(survey))
    }

    /// What decides over a number of a column that is in doubt.
    pub(super) fn marks(&self, column: usize) -> Marks {
        Marks { column: self.columns.get(column).copied().unwrap_or_default(), table: self.table }
    }
}

/// A column that may be one of covers.
struct Loose {
    column: usize,
    files: bool,
    links: bool,
}

impl Loose {
    fn new(column: usize) -> Self {
        Self { column, files: false, links: false }
    }

    fn see(&mut self, cell: &str) {
        let cell = cell.trim();
        if is_link(cell) {
            self.links = true;
        } else if is_picture(cell) || cell.contains(['/', '\\']) {
            self.files = true;
        }
    }
}

/// Takes columns without any cover's file from those that have them, if something is left to make records of.
fn drop_others(columns: &mut Columns, loose: &[Loose]) {
    let mut without = columns.clone();
    for column in loose.iter().filter(|column| !column.files) {
        without.file.retain(|other| *other != column.column);
        if column.links {
            without.link.push(column.column);
        }
    }
    if without.suffice() {
        *columns = without;
    }
}

/// Whether a cell ends like a picture's name.
fn is_picture(cell: &str) -> bool {
    let ending = cell.trim().rsplit_once('.').map_or("", |(_, ending)| ending);
    PICTURES.iter().any(|picture| picture.eq_ignore_ascii_case(ending))
}

/// Whether a cell is an address on the web.
pub(super) fn is_link(cell: &str) -> bool {
    let begin = cell.get(..8).unwrap_or(cell).to_ascii_lowercase();
    begin.starts_with("http://") || begin.starts_with("https://") || begin.starts_with("//")
}
