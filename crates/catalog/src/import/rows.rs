//! A table's rows as bytes, one after the other, within limits.
//!
//! A quotation mark that somebody forgot to close would make one cell of all that follows. So a row ends where its
//! quotes do, but no later than some lines on; if they do not close by then, or close in front of something that
//! is no separator, only the first line is given up and the next one begins a new row.

use super::letters::Letters;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Bytes of one row, at most: a row of facts has a few hundred, with long lists some thousand.
const LONGEST_ROW: usize = 1 << 20;
/// Lines that one row may go over.
const MOST_LINES: usize = 200;

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// Its bytes, without the end of its last line.
    pub bytes: Vec<u8>,
    /// Counted as spreadsheets do, the first (the header) being 1.
    pub number: u64,
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Why it cannot be read as a row.
    pub fault: Option<Fault>,
    /// What follows the first line, should the row have to be given up.
    rest: Vec<Line>,
}

impl Row {
    /// The line of the file on which it ends.
    pub(super) fn last_line(&self) -> u64 {
        self.rest.last().map_or(self.line, |line| line.number)
    }
}

/// Why a row cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(
        "a quotation mark in this row is not closed: close it, or double it where it belongs to the text"
    )]
    Quote,
    #[error("this row is longer than a mebibyte: is the file a table of text?")]
    Long,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
    bytes: Vec<u8>,
    number: u64,
    cut: bool,
}

/// Reads rows.
pub(super) struct Rows<R> {
    input: R,
    delimiter: u8,
    /// What ends a line: LF (CR LF included), or CR alone, as old spreadsheets for the Macintosh wrote.
    end: u8,
    lines: u64,
    rows: u64,
    returned: VecDeque<Line>,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(mut input: R, delimiter: u8) -> io::Result<Self> {
        let begin = input.fill_buf()?;
        let end = if begin.contains(&b'\r') && !begin.contains(&b'\n') { b'\r' } else { b'\n' };
        Ok(Self { input, delimiter, end, lines: 0, rows: 0, returned: VecDeque::new() })
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let first = loop {
            let Some(line) = self.line()? else { return Ok(None) };
            self.rows += 1;
            if line.bytes.iter().any(|byte| !byte.is_ascii_whitespace()) {
                break line;
            }
        };
        let mut row = Row {
            bytes: first.bytes.clone(),
            number: self.rows,
            line: first.number,
            fault: first.cut.then_some(Fault::Long),
            rest: Vec::new(),
        };
        let mut quotes = Quotes::new(self.delimiter);
        quotes.read(&first.bytes);
        while row.fault.is_none() && quotes.open() {
            let next = if row.rest.len() < MOST_LINES { self.line()? } else { None };
            match next {
                Some(line) if !line.cut && row.bytes.len() + line.bytes.len() < LONGEST_ROW => {
                    quotes.read(&line.bytes);
                    row.bytes.push(b'\n');
                    row.bytes.extend_from_slice(&line.bytes);
                    row.rest.push(line);
                }
                over => {
                    row.rest.extend(over);
                    row.fault = Some(Fault::Quote);
                }
            }
        }
        if row.fault.is_none() && quotes.odd && !row.rest.is_empty() {
            row.fault = Some(Fault::Quote);
        }
        if row.fault.is_some() {
            row.bytes = first.bytes;
            self.give_up(&mut row);
        }
        Ok(Some(row))
    }

    /// Makes what follows the first line of a row rows of their own.
    pub(super) fn give_up(&mut self, row: &mut Row) {
        for line in row.rest.drain(..).rev() {
            self.returned.push_front(line);
        }
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let mut limited = io::Read::take(&mut self.input, LONGEST_ROW as u64);
        if limited.read_until(self.end, &mut bytes)? == 0 {
            return Ok(None);
        }
        self.lines += 1;
        let whole = bytes.last() == Some(&self.end);
        let cut = !whole && bytes.len() == LONGEST_ROW;
        if cut {
            self.skip_line()?;
        }
        if whole {
            bytes.pop();
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        // Files that were joined have their byte order marks within.
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        // No text has one; a disk that failed has thousands.
        if bytes.contains(&0) {
            bytes.retain(|byte| *byte != 0);
        }
        Ok(Some(Line { bytes, number: self.lines, cut }))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.input.fill_buf()?;
            let (length, found) = match chunk.iter().position(|&byte| byte == self.end) {
                Some(place) => (place + 1, true),
                None => (chunk.len(), chunk.is_empty()),
            };
            self.input.consume(length);
            if found {
                return Ok(());
            }
        }
    }
}

/// The cells of one row.
pub(super) fn cells(row: &[u8], separator: u8, letters: &Letters) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(row.len().clamp(64, 1 << 16))
        .from_reader(row);
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|cell| letters.text(cell)).collect(),
        // A slice of memory can always be read, and a flexible reader refuses no row.
        Ok(false) | Err(_) => Vec::new(),
    }
}

/// Follows the quotes of a row. They count only where a cell begins with one, as in RFC 4180.
struct Quotes {
    delimiter: u8,
    state: State,
    /// A closing quote stood before something that is no separator.
    odd: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellBegins,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or the first of a doubled one.
    Closing,
}

impl Quotes {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, state: State::CellBegins, odd: false }
    }

    fn open(&self) -> bool {
        self.state == State::Quoted
    }

    fn read(&mut self, line: &[u8]) {
        for &byte in line {
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::Closing,
                (State::Quoted, _) => State::Quoted,
                (State::Closing, b'"') => State::Quoted,
                (State::CellBegins, b'"') => State::Quoted,
                (_, byte) if byte == self.delimiter => State::CellBegins,
                (State::Closing, byte) => {
                    self.odd |= byte != b' ' && byte != b'\r';
                    State::Plain
                }
                _ => State::Plain,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let mut rows = Rows::new(text.as_bytes(), b',').unwrap();
        std::iter::from_fn(|| rows.next().unwrap()).collect()
    }

    fn texts(input: &str) -> Vec<(u64, u64, String, bool)> {
        let text =
            |row: Row| (row.number, row.line, String::from_utf8(row.bytes).unwrap(), row.fault.is_some());
        rows(input).into_iter().map(text).collect()
    }

    fn row(number: u64, line: u64, text: &str) -> (u64, u64, String, bool) {
        (number, line, text.to_owned(), false)
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        for text in ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d"] {
            assert_eq!(texts(text), [row(1, 1, "a,b"), row(2, 2, "c,d")], "{text:?}");
        }
    }

    #[test]
    fn blank_lines_are_no_rows_but_count_as_spreadsheets_count() {
        assert_eq!(texts("a\n\n  \nb\n"), [row(1, 1, "a"), row(4, 4, "b")]);
        assert_eq!(texts(""), []);
    }

    #[test]
    fn bytes_that_no_text_has_are_left_out() {
        assert_eq!(texts("a\0b,c\n\0\0\0\n\0d\0\n"), [row(1, 1, "ab,c"), row(3, 3, "d")]);
        assert_eq!(texts("a,b\n\u{feff}c,d\n"), [row(1, 1, "a,b"), row(2, 2, "c,d")]);
    }

    #[test]
    fn quoted_line_ends_are_part_of_a_row() {
        assert_eq!(texts("a,\"b\r\nc\"\"d\",e\nf\n"), [row(1, 1, "a,\"b\nc\"\"d\",e"), row(2, 3, "f")]);
        // A quote within a cell is a letter.
        assert_eq!(texts("12\" mix,b\nc\n"), [row(1, 1, "12\" mix,b"), row(2, 2, "c")]);
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        let broken = |number, line, text: &str| (number, line, text.to_owned(), true);
        assert_eq!(
            texts("a\nb,\"c\nd\ne\n"),
            [row(1, 1, "a"), broken(2, 2, "b,\"c"), row(3, 3, "d"), row(4, 4, "e")]
        );
        assert_eq!(texts("b,\"c\nx,\"y\",z\n"), [broken(1, 1, "b,\"c"), row(2, 2, "x,\"y\",z")]);
        let long = format!("a,\"b\n{}", "c,d\n".repeat(1000));
        let rows = texts(&long);
        assert_eq!(rows.len(), 1001);
        assert_eq!(rows.iter().filter(|row| row.3).count(), 1);
    }

    #[test]
    fn a_row_without_end_is_cut_off() {
        let text = format!("a\n{}\nb\n", "x".repeat(3 * LONGEST_ROW));
        let rows = rows(&text);
        assert_eq!(rows.len(), 3);
        assert_eq!((rows[1].fault, rows[1].bytes.len()), (Some(Fault::Long), LONGEST_ROW));
        assert_eq!(rows[2].bytes, b"b");
    }
}
