//! Which letters a table's bytes stand for.
//!
//! UTF-8 where it is UTF-8, cell by cell. Cells that are not are in the code page of some spreadsheet, which
//! `chardetng` recognises by the rows that are no UTF-8, all of them together; how they were read is said in the
//! report, since nobody but the owner can tell whether it is right. UTF-16 is turned into UTF-8 while it is read.

use super::ImportError;
use super::columns::Columns;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, ISO_8859_4, ISO_8859_10, ISO_8859_13, ISO_8859_15, ISO_8859_16, MACINTOSH,
    UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258,
};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// What a table is read from.
pub(super) type Input = Box<dyn BufRead + Send>;

/// Bytes that are looked at in one go.
const BUFFER: usize = 1 << 16;
/// Bytes of a line that are looked at together.
const LINE: u64 = 1 << 20;
/// With fewer letters beyond ASCII than this in the whole file, western Europe's code page is likelier than one that
/// shares most letters with it, whatever the statistics of so few letters say.
const THIN: u64 = 3;

/// How a table's bytes are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    /// The whole file is in this, two bytes a letter.
    wide: Option<&'static Encoding>,
    /// What cells that are no UTF-8 are in.
    old: &'static Encoding,
    /// Lines with such cells.
    odd: u64,
    /// Lines with NUL bytes, which stand for nothing.
    nul: u64,
}

impl Letters {
    /// Looks through a file; an error says what it is if it is no table.
    pub(super) fn of(path: &Path) -> Result<Self, ImportError> {
        let fault = |why: &str| ImportError::NotATable { path: path.to_owned(), why: why.to_owned() };
        let unreadable = |source| ImportError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(fault("is neither a file nor a folder"));
        }
        let mut input = BufReader::with_capacity(BUFFER, file);
        let begin = input.fill_buf().map_err(unreadable)?;
        if let Some(why) = no_table(begin) {
            return Err(fault(why));
        }
        let wide = wide(begin);
        if wide.is_none() && is_binary(begin) {
            return Err(fault("is not a text file: name a folder of covers or a CSV file"));
        }
        let mut letters = Self { wide, old: WINDOWS_1252, odd: 0, nul: 0 };
        if wide.is_none() {
            letters.look_through(&mut input).map_err(unreadable)?;
        }
        Ok(letters)
    }

    fn look_through(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let mut seen = Seen::default();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            if Read::take(&mut *input, LINE).read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            for line in bytes.split(|&byte| byte == b'\r' || byte == b'\n') {
                self.nul += u64::from(line.contains(&0));
                // A long line may be cut within a letter.
                let odd = std::str::from_utf8(line)
                    .is_err_and(|e| e.error_len().is_some() || bytes.len() < LINE as usize);
                if odd {
                    self.odd += 1;
                    detector.feed(line, false);
                    detector.feed(b"\n", false);
                    seen.line(line);
                    seen.header |= self.odd == 1 && is_central_header(line);
                }
            }
        }
        detector.feed(b"", true);
        self.old = seen.judged(detector.guess(None, Utf8Detection::Deny));
        Ok(())
    }

    /// Opens a file that was looked through: UTF-8 and what is no UTF-8, without a byte order mark.
    pub(super) fn open(&self, path: &Path) -> io::Result<Input> {
        let file = File::open(path)?;
        let mut input: Input = match self.wide {
            Some(_) => {
                let utf8 = DecodeReaderBytesBuilder::new().encoding(self.wide).bom_override(true).build(file);
                Box::new(BufReader::with_capacity(BUFFER, utf8))
            }
            None => Box::new(BufReader::with_capacity(BUFFER, file)),
        };
        if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            input.read_exact(&mut [0; 3])?;
        }
        Ok(input)
    }

    /// A cell's text.
    pub(super) fn text(&self, cell: &[u8]) -> String {
        match std::str::from_utf8(cell) {
            Ok(text) => text.to_owned(),
            Err(_) => self.old.decode_without_bom_handling(cell).0.into_owned(),
        }
    }

    /// What the owner has to know of how the letters were read.
    pub(super) fn notes(&self, name: &str) -> Vec<String> {
        let mut notes = Vec::new();
        if self.odd > 0 {
            let lines = if self.odd == 1 { "one line".to_owned() } else { format!("{} lines", self.odd) };
            notes.push(format!(
                "{name} is not UTF-8: {lines} of it read as {}; if letters came out wrong, save the table as “CSV \
                 UTF-8” and import it again",
                self.old.name()
            ));
        }
        if self.nul > 0 {
            let (lines, hold) = match self.nul {
                1 => ("one line".to_owned(), "holds"),
                n => (format!("{n} lines"), "hold"),
            };
            notes.push(format!(
                "{lines} of {name} {hold} NUL bytes, which were left out: is the file damaged?"
            ));
        }
        notes
    }
}

/// What was seen of lines that are no UTF-8.
#[derive(Default)]
struct Seen {
    /// Bytes beyond ASCII.
    high: u64,
    /// Bytes between two letters of ASCII that are letters on the Macintosh, and signs on Windows as a rule.
    macs: u64,
    /// Bytes that are letters on Windows, and signs on the Macintosh as a rule.
    windows: u64,
    /// Bytes between two letters of ASCII that are letters in central Europe's code page, and signs in the western one.
    central: u64,
    /// Whether the first of the lines names columns in central Europe's code page.
    header: bool,
}

impl Seen {
    fn line(&mut self, line: &[u8]) {
        self.high += line.iter().filter(|byte| !byte.is_ascii()).count() as u64;
        self.windows += line.iter().filter(|byte| matches!(byte, 0xc0..=0xc6 | 0xd6..=0xff)).count() as u64;
        for around in line.windows(3) {
            if let [before, byte, after] = *around
                && before.is_ascii_alphabetic()
                && after.is_ascii_alphabetic()
            {
                // Windows' apostrophe and œ stand between letters too.
                self.macs += u64::from(matches!(byte, 0x80..=0x9f) && !matches!(byte, 0x92 | 0x9c));
                // `Okładka`, which would be `Ok³adka`.
                self.central += u64::from(matches!(byte, 0xa3 | 0xa5 | 0xaf | 0xb3 | 0xb9 | 0xbf));
            }
        }
    }

    /// The detector's guess, but where so much speaks against it.
    fn judged(&self, guess: &'static Encoding) -> &'static Encoding {
        let latin = [
            WINDOWS_1250,
            WINDOWS_1254,
            WINDOWS_1257,
            WINDOWS_1258,
            ISO_8859_2,
            ISO_8859_4,
            ISO_8859_10,
            ISO_8859_13,
            ISO_8859_15,
            ISO_8859_16,
        ];
        // Old spreadsheets for the Macintosh, which the web's detector does not know, have accented letters where
        // Windows has dashes and quotes, and DOS in Russia capitals.
        if self.macs >= 2 && self.macs > 2 * self.windows && (guess == WINDOWS_1252 || guess == IBM866) {
            return MACINTOSH;
        }
        if (self.high < THIN || guess == WINDOWS_1252) && (self.header || self.central > 0) {
            return WINDOWS_1250;
        }
        if self.high < THIN && latin.contains(&guess) { WINDOWS_1252 } else { guess }
    }
}

/// Whether a line names more columns in central Europe's code page than in the western one.
fn is_central_header(line: &[u8]) -> bool {
    let names = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling(line).0;
        let cells = text.split([',', ';', '\t', '|']);
        cells.filter(|cell| Columns::means(cell.trim().trim_matches('"'))).count()
    };
    names(WINDOWS_1250) > names(WINDOWS_1252)
}

/// What a file is, if it is known to be no table.
fn no_table(begin: &[u8]) -> Option<&'static str> {
    if begin.is_empty() {
        return Some("is empty: a CSV file needs a header and rows below it");
    }
    let readable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    if image::guess_format(begin).is_ok() && !begin.iter().take(32).all(readable) {
        return Some("is a picture: name the folder that it lies in, or a CSV file");
    }
    let known: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "is a spreadsheet or a zip file: open it, and save the table as “CSV UTF-8”"),
        (b"\xd0\xcf\x11\xe0", "is an old spreadsheet: open it, and save the table as “CSV UTF-8”"),
        (b"\x1f\x8b", "is compressed: unpack it, and import what is in it"),
        (b"%PDF-", "is a PDF: name a folder of covers or a CSV file"),
        (b"SQLite format 3\0", "is a database: export its table of albums as CSV, and import that"),
        (b"\xff\xfe\0\0", "is UTF-32: save it as “CSV UTF-8” and import that"),
        (b"\0\0\xfe\xff", "is UTF-32: save it as “CSV UTF-8” and import that"),
    ];
    known.into_iter().find(|(mark, _)| begin.starts_with(mark)).map(|(_, why)| why)
}

/// UTF-16, by its byte order mark or by the NUL in every other byte of a header.
fn wide(begin: &[u8]) -> Option<&'static Encoding> {
    if begin.starts_with(&[0xff, 0xfe]) {
        return Some(UTF_16LE);
    }
    if begin.starts_with(&[0xfe, 0xff]) {
        return Some(UTF_16BE);
    }
    let (mut even, mut odd, mut pairs) = (0, 0, 0);
    for pair in begin.chunks_exact(2).take(128) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
        pairs += 1;
    }
    match (even, odd) {
        (0, odd) if pairs > 1 && 4 * odd > pairs => Some(UTF_16LE),
        (even, 0) if pairs > 1 && 4 * even > pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether more than a tenth of the first line are control characters. NUL bytes do not count: a disk that failed puts
/// them anywhere.
fn is_binary(begin: &[u8]) -> bool {
    let first = begin.iter().take(512).skip_while(|byte| matches!(byte, 0 | b'\n' | b'\r'));
    let line = first.take_while(|byte| !matches!(byte, b'\n' | b'\r')).filter(|byte| **byte != 0);
    let (mut all, mut control) = (0, 0);
    for byte in line {
        all += 1;
        control += usize::from(matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127));
    }
    10 * control > all || all == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1253};

    fn letters(bytes: &[u8]) -> (tempfile::NamedTempFile, Result<Letters, ImportError>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let letters = Letters::of(file.path());
        (file, letters)
    }

    fn read(bytes: &[u8]) -> String {
        let (file, letters) = letters(bytes);
        let letters = letters.unwrap();
        let mut all = Vec::new();
        letters.open(file.path()).unwrap().read_to_end(&mut all).unwrap();
        all.split(|&byte| byte == b'\n').map(|line| letters.text(line)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn code_pages_are_recognised_by_a_few_names() {
        for (encoding, text) in [
            (WINDOWS_1251, "Земфира;Прости меня, моя любовь"),
            (WINDOWS_1250, "Marek Grechuta;Żyj tą nadzieją\nCzesław Niemen;Dziwny jest ten świat"),
            (WINDOWS_1252, "Björk;Vespertine\nSigur Rós;Ágætis byrjun"),
            (WINDOWS_1252, "René Dubœuf;L’été – “live”\nCœur de Pirate;Sœurs"),
            (WINDOWS_1253, "Μάνος Χατζιδάκις;Ο Μεγάλος Ερωτικός"),
            (WINDOWS_1254, "Barış Manço;Yeni Bir Gün\nSezen Aksu;Işık Doğudan Yükselir"),
            (SHIFT_JIS, "荒井由実;ひこうき雲"),
            (GBK, "王菲;寓言"),
            (BIG5, "鄧麗君;淡淡幽情"),
            (EUC_KR, "산울림;아니 벌써"),
            (MACINTOSH, "Motörhead;Ace\nBlue Öyster Cult;Agents\nZoë Keating;Snowmelt\nJosé;Señor"),
        ] {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{text}");
            assert_eq!(read(&bytes), text, "{}", encoding.name());
        }
    }

    #[test]
    fn one_accent_alone_is_western() {
        for name in ["Mylène Farmer", "naïve", "Maxïmo Park", "Café", "Beyoncé"] {
            assert_eq!(read(&WINDOWS_1252.encode(name).0), name);
        }
    }

    #[test]
    fn a_few_letters_of_central_europe_are_recognised_by_their_words() {
        for text in [
            "Wykonawca;Tytuł;Rok;Gatunek;Okładka\nA;B;2003;Rock;a.jpg",
            "Wykonawca;Tytuł\nA;B",
            "Interpret;Název;Žánr\nA;B;rock",
            "artist;album\nMuniek;Złoto",
        ] {
            assert_eq!(read(&WINDOWS_1250.encode(text).0), text);
        }
        for text in ["artist;album\nA;100 m³", "artist;album\nÁlvaro;¿Qué?"] {
            assert_eq!(read(&WINDOWS_1252.encode(text).0), text);
        }
    }

    #[test]
    fn each_line_is_read_by_itself() {
        assert_eq!(read(b"Zo\xc3\xab;\xe2\x80\x9cA\xe2\x80\x9d\nZo\xeb;Sp\xe4t\n"), "Zoë;“A”\nZoë;Spät\n");
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let text = "artist;album\nMüm;Wétter 音\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((read(&little), read(&big)), (text.to_owned(), text.to_owned()));
        assert_eq!(read(&[&b"\xff\xfe"[..], &little].concat()), text);
        assert_eq!(read(&[&b"\xfe\xff"[..], &big].concat()), text);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), text);
        // Cut within a letter.
        assert!(read(&little[..little.len() - 3]).starts_with("artist;album\nMüm"));
    }

    #[test]
    fn how_letters_were_read_is_said_once_and_only_if_there_is_doubt() {
        let notes = |bytes: &[u8]| letters(bytes).1.unwrap().notes("t.csv");
        assert!(notes("Zoë".as_bytes()).is_empty());
        let said = notes(b"artist\nZo\xeb\nSp\xe4t\n");
        assert!(said.len() == 1 && said[0].contains("2 lines of it read as windows-1252"), "{said:?}");
        let said = notes(b"artist,album\nZo\0e,x\n");
        assert!(said.len() == 1 && said[0].contains("one line of t.csv holds NUL bytes"), "{said:?}");
    }

    #[test]
    fn what_is_no_table_is_called_by_its_name() {
        for (bytes, words) in [
            (&b""[..], "is empty"),
            (b"PK\x03\x04\x14\0\x06\0", "spreadsheet"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old spreadsheet"),
            (b"\x1f\x8b\x08\0\0", "compressed"),
            (b"%PDF-1.7\n", "PDF"),
            (b"SQLite format 3\0\x10\0", "database"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0", "not a text file"),
        ] {
            let sentence = letters(bytes).1.unwrap_err().to_string();
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}
