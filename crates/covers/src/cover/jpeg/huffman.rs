//! Huffman codes and the bits they are read from.

use super::whole::{Fault, next_marker};

/// Codes up to this length are looked up at once.
const QUICK: u32 = 10;

/// A Huffman table (T.81 annex C).
pub(super) struct Table {
    /// For each prefix of [`QUICK`] bits: length of the code << 8 | symbol; 0 where the code is longer.
    quick: [u16; 1 << QUICK],
    /// For each length: one past the last code, left-aligned in 16 bits.
    limit: [u32; 17],
    /// For each length: what to add to a code to find its symbol.
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    pub(super) fn new(counts: &[u8], given: &[u8]) -> Result<Self, Fault> {
        let wrong = Fault::Damaged("a Huffman table is wrong");
        let mut symbols = [0; 256];
        symbols.get_mut(..given.len()).ok_or(wrong)?.copy_from_slice(given);
        let mut table = Self { quick: [0; 1 << QUICK], limit: [0; 17], offset: [0; 17], symbols };
        let (mut code, mut next) = (0u32, 0usize);
        for length in 1..=16u32 {
            table.offset[length as usize] = next as i32 - code as i32;
            for _ in 0..counts[length as usize - 1] {
                if code >= 1 << length {
                    return Err(wrong);
                }
                if length <= QUICK {
                    let from = (code << (QUICK - length)) as usize;
                    let entry = (length as u16) << 8 | u16::from(given[next]);
                    table.quick[from..from + (1 << (QUICK - length))].fill(entry);
                }
                code += 1;
                next += 1;
            }
            table.limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// Length and symbol of the code that the left-aligned 16 `bits` begin with.
    #[inline]
    fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let entry = self.quick[(bits >> (16 - QUICK)) as usize];
        if entry != 0 {
            return Some((u32::from(entry >> 8), entry as u8));
        }
        (QUICK + 1..=16).find(|&length| bits < self.limit[length as usize]).map(|length| {
            let place = (bits >> (16 - length)) as i32 + self.offset[length as usize];
            (length, self.symbols[(place & 255) as usize])
        })
    }
}

/// Reads coded bits: drops stuffing, stops at markers and at the end of the data.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// Left-aligned; zeros behind the last real bit.
    held: u64,
    /// Real bits in `held`.
    count: u32,
    /// Whether a marker or the end of the data was met.
    stopped: bool,
    /// Restart markers so far: they are numbered from 0 to 7, over and over.
    restarts: u8,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, held: 0, count: 0, stopped: false, restarts: 0 }
    }

    /// Holds at least 32 bits afterwards unless the data stop.
    #[inline]
    fn fill(&mut self) {
        if self.count >= 32 || self.stopped {
            return;
        }
        if let Some(&next) = self.data[self.at..].first_chunk::<4>() {
            let word = u32::from_be_bytes(next);
            // No byte is 0xff when none of the inverted bytes is 0.
            let inverted = !word;
            if inverted.wrapping_sub(0x0101_0101) & !inverted & 0x8080_8080 == 0 {
                self.held |= u64::from(word) << (32 - self.count);
                self.count += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_by_bytes();
    }

    #[cold]
    fn fill_by_bytes(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.data.get(self.at) else {
                self.stopped = true;
                return;
            };
            if byte == 0xff {
                match self.data.get(self.at + 1) {
                    Some(0) => self.at += 1,
                    // Fill bytes may stand before a marker.
                    Some(0xff) => {
                        self.at += 1;
                        continue;
                    }
                    _ => {
                        self.stopped = true;
                        return;
                    }
                }
            }
            self.at += 1;
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    pub(super) fn skip(&mut self, n: u32) -> Result<(), Fault> {
        self.fill();
        self.drop_held(n)
    }

    #[inline]
    fn drop_held(&mut self, n: u32) -> Result<(), Fault> {
        if n > self.count {
            return Err(self.ran_out());
        }
        self.held <<= n;
        self.count -= n;
        Ok(())
    }

    pub(super) fn skip_many(&mut self, mut n: u32) -> Result<(), Fault> {
        while n > 0 {
            let some = n.min(32);
            self.skip(some)?;
            n -= some;
        }
        Ok(())
    }

    pub(super) fn read(&mut self, n: u32) -> Result<u32, Fault> {
        self.fill();
        let value = if n == 0 { 0 } else { (self.held >> (64 - n)) as u32 };
        self.drop_held(n)?;
        Ok(value)
    }

    /// One code.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Result<u8, Fault> {
        self.fill();
        match table.find((self.held >> 48) as u32) {
            Some((length, symbol)) => self.drop_held(length).map(|()| symbol),
            None if self.count < 16 && self.stopped => Err(self.ran_out()),
            None => Err(Fault::Damaged("its coded data are damaged")),
        }
    }

    /// One code and the bits whose number its lower half gives.
    #[inline]
    pub(super) fn value(&mut self, table: &Table) -> Result<u8, Fault> {
        self.fill();
        match table.find((self.held >> 48) as u32) {
            // 16 + 15 bits at most: all held.
            Some((length, symbol)) => self.drop_held(length + u32::from(symbol & 15)).map(|()| symbol),
            None if self.count < 16 && self.stopped => Err(self.ran_out()),
            None => Err(Fault::Damaged("its coded data are damaged")),
        }
    }

    /// What it means that bits are lacking here.
    #[cold]
    fn ran_out(&self) -> Fault {
        match self.data.get(self.at + 1) {
            None | Some(0xd9) => Fault::CutOff,
            Some(_) => Fault::Damaged("its coded data are damaged"),
        }
    }

    /// Goes on behind the restart marker that must come now.
    pub(super) fn restart(&mut self) -> Result<(), Fault> {
        match next_marker(self.data, &mut self.at) {
            Some(code) if code == 0xd0 | self.restarts & 7 => {
                self.restarts = self.restarts.wrapping_add(1);
                (self.held, self.count, self.stopped) = (0, 0, false);
                Ok(())
            }
            None | Some(0xd9) => Err(Fault::CutOff),
            Some(_) => Err(Fault::Damaged("a restart marker is missing")),
        }
    }

    /// A place at or before the marker that follows the scan.
    pub(super) fn end_of_scan(&self) -> usize {
        // Bytes already held may be part of what follows only if they are stray, never a marker.
        self.at
    }
}
