//! A file's bytes as decoders read them: no more often than a sound file needs, and no longer than somebody waits.
//!
//! A table of contents may name the same part of a file thousands of times (a TIFF's strips); without a limit on what
//! is read in all, a small file would be unpacked for hours.

use super::Wish;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

/// Bytes after which the wish is looked at again.
const STRIDE: usize = 64 << 10;
/// How many times over a file may be read.
const TIMES: u64 = 8;

/// A reader that stops with an error.
pub(super) struct Watched<'a> {
    data: Cursor<&'a [u8]>,
    wish: Wish<'a>,
    /// Bytes that may still be read.
    left: u64,
    /// Bytes until the wish is looked at.
    until_look: usize,
}

impl<'a> Watched<'a> {
    pub(super) fn new(data: &'a [u8], wish: Wish<'a>) -> Self {
        let left = TIMES * data.len() as u64 + (1 << 20);
        Self { data: Cursor::new(data), wish, left, until_look: STRIDE }
    }

    /// Fails when enough was read, or when nobody waits any more.
    fn check(&mut self) -> io::Result<()> {
        if self.left == 0 {
            return Err(io::Error::other("it names the same data over and over"));
        }
        if self.until_look == 0 {
            if self.wish.is_over() {
                return Err(io::Error::other("nobody waits for it"));
            }
            self.until_look = STRIDE;
        }
        Ok(())
    }

    fn spend(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes as u64);
        self.until_look = self.until_look.saturating_sub(bytes);
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let n = self.data.read(buffer)?;
        self.spend(n);
        Ok(n)
    }
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        let rest = self.data.fill_buf()?;
        Ok(&rest[..rest.len().min(STRIDE)])
    }

    fn consume(&mut self, amount: usize) {
        self.data.consume(amount);
        self.spend(amount);
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.data.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_not_read_without_end() {
        let data = [7; 4096];
        let mut reader = Watched::new(&data, Wish::LASTS);
        let mut buffer = [0; 4096];
        let rounds = (0..10_000).take_while(|_| {
            reader.seek(SeekFrom::Start(0)).unwrap();
            reader.read_exact(&mut buffer).is_ok()
        });
        assert!((8..1_000).contains(&rounds.count()));
    }

    #[test]
    fn reading_stops_soon_after_nobody_waits() {
        let data = vec![7; 1 << 20];
        let mut reader = Watched::new(&data, Wish::until(&|| true));
        let mut read = Vec::new();
        assert!(reader.read_to_end(&mut read).is_err());
        assert!(read.len() <= 2 * STRIDE, "{}", read.len());
    }
}
