//! Whether a JPEG is all there.
//!
//! Decoders paint grey (or repeat what they have) where a JPEG's data ends early and say nothing. The only sure
//! sign is the coded data themselves: this module walks every Huffman code of every scan without computing a
//! pixel, and sees whether codes run out before blocks do. A missing end marker alone is harmless and is not
//! reported. The walk costs a small part of a decode. References: ITU-T T.81, annexes B, F and G.

/// Why a file is not a whole JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The data end before the picture does.
    CutOff,
    /// Something that T.81 does not allow, or a process that nobody uses for covers.
    Damaged(&'static str),
}

/// What the frame header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub width: u16,
    pub height: u16,
    pub components: u8,
    pub progressive: bool,
}

/// What a whole file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Survey {
    /// Whether an Adobe marker stands in it: its CMYK values are then inverted.
    pub adobe: bool,
    /// Whether the end marker is there.
    pub end_marker: bool,
}

/// Bytes of zeros at the end of a file without end marker that a broken download leaves behind.
const ZERO_TAIL: usize = 64;

/// Finds the frame header, so that limits can be checked before anything is allocated.
pub(super) fn frame(data: &[u8]) -> Result<Frame, Fault> {
    let mut at = 2;
    loop {
        match next_marker(data, &mut at) {
            Some(code) if is_frame(code) => return read_frame(code, segment(data, &mut at)?).map(|f| f.0),
            None | Some(0xd9) => return Err(Fault::CutOff),
            Some(0xda) => return Err(Fault::Damaged("a scan comes before the frame header")),
            Some(code) if stands_alone(code) => {}
            Some(_) => {
                segment(data, &mut at)?;
            }
        }
    }
}

/// Walks the whole file.
pub(super) fn survey(data: &[u8]) -> Result<Survey, Fault> {
    let mut walk = Walk::default();
    let mut adobe = false;
    let mut at = 2;
    loop {
        let Some(code) = next_marker(data, &mut at) else {
            return match walk.finished() && !has_zero_tail(data) {
                true => Ok(Survey { adobe, end_marker: false }),
                false => Err(Fault::CutOff),
            };
        };
        match code {
            0xd9 => {
                return match walk.started() {
                    true => Ok(Survey { adobe, end_marker: true }),
                    false => Err(Fault::CutOff),
                };
            }
            0xc4 => walk.read_tables(segment(data, &mut at)?)?,
            0xdd => {
                let body = segment(data, &mut at)?;
                walk.interval =
                    u16_at(body, 0).ok_or(Fault::Damaged("a restart interval is too short"))?.into();
            }
            0xda => {
                let header = segment(data, &mut at)?;
                at = walk.scan(header, data, at)?;
            }
            0xee => adobe |= segment(data, &mut at)?.starts_with(b"Adobe"),
            code if is_frame(code) => {
                let (frame, parts) = read_frame(code, segment(data, &mut at)?)?;
                walk.begin(frame, parts)?;
            }
            code if stands_alone(code) => {}
            _ => {
                segment(data, &mut at)?;
            }
        }
    }
}

fn has_zero_tail(data: &[u8]) -> bool {
    data.len() > ZERO_TAIL && data[data.len() - ZERO_TAIL..].iter().all(|&b| b == 0)
}

/// Restart markers, TEM and the start marker carry no length.
fn stands_alone(code: u8) -> bool {
    matches!(code, 0x01 | 0xd0..=0xd8)
}

fn is_frame(code: u8) -> bool {
    matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc)
}

/// Moves `at` behind the next marker and gives its code; stray bytes and stuffing are passed over.
fn next_marker(data: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let found = data.get(*at..)?.iter().position(|&b| b == 0xff)?;
        *at += found;
        while *data.get(*at)? == 0xff {
            *at += 1;
        }
        let code = data[*at];
        *at += 1;
        if code != 0 {
            return Some(code);
        }
    }
}

/// The body of the segment whose length stands at `at`; moves `at` behind it.
fn segment<'a>(data: &'a [u8], at: &mut usize) -> Result<&'a [u8], Fault> {
    let length = usize::from(u16_at(data, *at).ok_or(Fault::CutOff)?);
    if length < 2 {
        return Err(Fault::Damaged("a segment's length is wrong"));
    }
    let body = data.get(*at + 2..*at + length).ok_or(Fault::CutOff)?;
    *at += length;
    Ok(body)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

/// One colour component as the frame header describes it: identifier, sampling across and down.
type Part = (u8, u8, u8);

fn read_frame(code: u8, body: &[u8]) -> Result<(Frame, Vec<Part>), Fault> {
    let short = Fault::Damaged("the frame header is too short");
    match code {
        0xc0..=0xc2 => {}
        0xc3 | 0xc7 | 0xcb | 0xcf => return Err(Fault::Damaged("it is a lossless JPEG")),
        0xc9.. => return Err(Fault::Damaged("it is an arithmetic-coded JPEG")),
        _ => return Err(Fault::Damaged("it is a hierarchical JPEG")),
    }
    let &[precision, _, _, _, _, components, ref parts @ ..] = body else { return Err(short) };
    if precision != 8 {
        return Err(Fault::Damaged("it is a JPEG of more than 8 bits a colour"));
    }
    let (height, width) = (u16_at(body, 1).ok_or(short)?, u16_at(body, 3).ok_or(short)?);
    if width == 0 || height == 0 {
        return Err(Fault::Damaged("its width or height is 0"));
    }
    if !(1..=4).contains(&components) || parts.len() < 3 * usize::from(components) {
        return Err(Fault::Damaged("its number of colours is wrong"));
    }
    let parts: Vec<Part> = parts
        .chunks_exact(3)
        .take(components.into())
        .map(|part| (part[0], part[1] >> 4, part[1] & 15))
        .collect();
    if parts.iter().any(|&(_, h, v)| !(1..=4).contains(&h) || !(1..=4).contains(&v)) {
        return Err(Fault::Damaged("its subsampling is wrong"));
    }
    Ok((Frame { width, height, components, progressive: code == 0xc2 }, parts))
}

/// One colour component on the walk.
struct Component {
    id: u8,
    across: usize,
    down: usize,
    /// Blocks that carry the picture.
    blocks: (usize, usize),
    /// Blocks in a row as stored, whole MCUs.
    stride: usize,
    /// Progressive only: which coefficients of each block are not zero so far (bit = place in zigzag order).
    known: Vec<u64>,
    /// Lowest bit still to come for each coefficient; `None` where nothing came.
    low: [Option<u8>; 64],
}

#[derive(Default)]
struct Walk {
    progressive: bool,
    components: Vec<Component>,
    /// MCUs across and down in interleaved scans.
    mcus: (usize, usize),
    dc: [Option<Box<Table>>; 4],
    ac: [Option<Box<Table>>; 4],
    /// MCUs between restart markers; 0 for none.
    interval: usize,
}

/// Which coefficients a scan codes, and of which of their bits.
#[derive(Clone, Copy)]
struct Band {
    start: usize,
    end: usize,
    /// 0 in a first pass, else the bit that was reached before.
    high: u8,
    low: u8,
}

const NO_TABLE: Fault = Fault::Damaged("a Huffman table is missing");

impl Walk {
    fn begin(&mut self, frame: Frame, parts: Vec<Part>) -> Result<(), Fault> {
        if !self.components.is_empty() {
            return Err(Fault::Damaged("it has two frame headers"));
        }
        let most = |of: fn(&Part) -> u8| parts.iter().map(of).max().map_or(1, usize::from);
        let (h_max, v_max) = (most(|p| p.1), most(|p| p.2));
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        self.mcus = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
        self.progressive = frame.progressive;
        for (id, across, down) in parts {
            let (across, down) = (usize::from(across), usize::from(down));
            let stride = self.mcus.0 * across;
            let stored = if frame.progressive { stride * self.mcus.1 * down } else { 0 };
            self.components.push(Component {
                id,
                across,
                down,
                blocks: ((width * across).div_ceil(8 * h_max), (height * down).div_ceil(8 * v_max)),
                stride,
                known: vec![0; stored],
                low: [None; 64],
            });
        }
        Ok(())
    }

    /// Whether every component has at least its coarsest form.
    fn started(&self) -> bool {
        !self.components.is_empty() && self.components.iter().all(|c| c.low[0].is_some())
    }

    /// Whether every coefficient of every component has come to its last bit.
    fn finished(&self) -> bool {
        self.started() && self.components.iter().all(|c| c.low.iter().all(|&low| low == Some(0)))
    }

    fn read_tables(&mut self, mut body: &[u8]) -> Result<(), Fault> {
        while let [kind, rest @ ..] = body {
            let (counts, rest) = rest.split_at_checked(16).ok_or(NO_TABLE)?;
            let n = counts.iter().map(|&n| usize::from(n)).sum();
            let (symbols, rest) = rest.split_at_checked(n).ok_or(NO_TABLE)?;
            let tables = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let place = tables.get_mut(usize::from(kind & 15)).ok_or(NO_TABLE)?;
            *place = Some(Box::new(Table::new(counts, symbols)?));
            body = rest;
        }
        Ok(())
    }

    /// Walks one scan whose coded data begin at `at`; gives the place behind them.
    fn scan(&mut self, header: &[u8], data: &[u8], at: usize) -> Result<usize, Fault> {
        let wrong = Fault::Damaged("a scan header is wrong");
        let (&n, rest) = header.split_first().ok_or(wrong)?;
        let (selectors, rest) = rest.split_at_checked(2 * usize::from(n)).ok_or(wrong)?;
        let &[start, end, bits, ..] = rest else { return Err(wrong) };
        let band = match self.progressive {
            true => Band { start: start.into(), end: end.into(), high: bits >> 4, low: bits & 15 },
            false => Band { start: 0, end: 63, high: 0, low: 0 },
        };
        if band.start > band.end || band.end > 63 || n == 0 || n > 4 {
            return Err(wrong);
        }
        // Component, DC table, AC table.
        let mut chosen = Vec::with_capacity(n.into());
        for selector in selectors.chunks_exact(2) {
            let c = self.components.iter().position(|c| c.id == selector[0]).ok_or(wrong)?;
            chosen.push((c, usize::from(selector[1] >> 4) & 3, usize::from(selector[1] & 3)));
        }
        if self.progressive && band.start > 0 && n > 1 {
            return Err(wrong);
        }
        for &(c, _, _) in &chosen {
            self.components[c].low[band.start..=band.end].fill(Some(band.low));
        }

        let mut bits = Bits::new(data, at);
        let mut eob_run = 0;
        // A scan of one component counts that component's own blocks; of several, whole MCUs.
        let (across, down) = match chosen[..] {
            [(c, _, _)] => self.components[c].blocks,
            _ => self.mcus,
        };
        let mut until_restart = self.interval;
        for row in 0..down {
            for column in 0..across {
                if self.interval > 0 && until_restart == 0 {
                    bits.restart()?;
                    until_restart = self.interval;
                    eob_run = 0;
                }
                until_restart = until_restart.wrapping_sub(1);
                for &(c, dc, ac) in &chosen {
                    let component = &mut self.components[c];
                    let (dc, ac) = (self.dc[dc].as_deref(), self.ac[ac].as_deref());
                    let (h, v) = if n == 1 { (1, 1) } else { (component.across, component.down) };
                    for y in 0..v {
                        for x in 0..h {
                            if self.progressive {
                                let block = (row * v + y) * component.stride + column * h + x;
                                let known = &mut component.known[block];
                                progressive_block(&mut bits, band, dc, ac, known, &mut eob_run)?;
                            } else {
                                baseline_block(&mut bits, dc.ok_or(NO_TABLE)?, ac.ok_or(NO_TABLE)?)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(bits.end_of_scan())
    }
}

fn baseline_block(bits: &mut Bits<'_>, dc: &Table, ac: &Table) -> Result<(), Fault> {
    bits.value(dc)?;
    let mut k = 1;
    while k < 64 {
        let symbol = bits.value(ac)?;
        match (symbol >> 4, symbol & 15) {
            (15, 0) => k += 16,
            (_, 0) => break,
            (run, _) => k += usize::from(run) + 1,
        }
    }
    Ok(())
}

fn progressive_block(
    bits: &mut Bits<'_>,
    band: Band,
    dc: Option<&Table>,
    ac: Option<&Table>,
    known: &mut u64,
    eob_run: &mut u32,
) -> Result<(), Fault> {
    if band.start == 0 {
        return match band.high {
            0 => bits.value(dc.ok_or(NO_TABLE)?).map(drop),
            _ => bits.skip(1),
        };
    }
    let ac = ac.ok_or(NO_TABLE)?;
    match band.high {
        0 => first_pass(bits, band, ac, known, eob_run),
        _ => refinement(bits, band, ac, known, eob_run),
    }
}

/// T.81 G.1.2.2: new coefficients.
fn first_pass(
    bits: &mut Bits<'_>,
    band: Band,
    ac: &Table,
    known: &mut u64,
    eob_run: &mut u32,
) -> Result<(), Fault> {
    if *eob_run > 0 {
        *eob_run -= 1;
        return Ok(());
    }
    let mut k = band.start;
    while k <= band.end {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (symbol >> 4, symbol & 15);
        match (run, size) {
            (15, 0) => k += 16,
            (_, 0) => {
                *eob_run = (1 << run) - 1 + bits.read(run.into())?;
                return Ok(());
            }
            _ => {
                bits.skip(size.into())?;
                k += usize::from(run);
                if k < 64 {
                    *known |= 1 << k;
                }
                k += 1;
            }
        }
    }
    Ok(())
}

/// T.81 G.1.2.3: one more bit of the known coefficients, with new ones among them.
fn refinement(
    bits: &mut Bits<'_>,
    band: Band,
    ac: &Table,
    known: &mut u64,
    eob_run: &mut u32,
) -> Result<(), Fault> {
    let mut k = band.start;
    if *eob_run == 0 {
        while k <= band.end {
            let symbol = bits.symbol(ac)?;
            let (mut run, size) = (symbol >> 4, symbol & 15);
            if size > 0 {
                bits.skip(1)?;
            } else if run < 15 {
                *eob_run = (1 << run) + bits.read(run.into())?;
                break;
            }
            while k <= band.end {
                if *known >> k & 1 == 1 {
                    bits.skip(1)?;
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                k += 1;
            }
            if size > 0 && k <= band.end {
                *known |= 1 << k;
            }
            k += 1;
        }
    }
    if *eob_run > 0 {
        *eob_run -= 1;
        if k <= band.end {
            let rest = *known >> k & (u64::MAX >> (63 - (band.end - k)));
            bits.skip_many(rest.count_ones())?;
        }
    }
    Ok(())
}

/// Codes up to this length are looked up at once.
const QUICK: u32 = 10;

/// A Huffman table (T.81 annex C).
struct Table {
    /// For each prefix of [`QUICK`] bits: length of the code << 8 | symbol; 0 where the code is longer.
    quick: [u16; 1 << QUICK],
    /// For each length: one past the last code, left-aligned in 16 bits.
    limit: [u32; 17],
    /// For each length: what to add to a code to find its symbol.
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    fn new(counts: &[u8], given: &[u8]) -> Result<Self, Fault> {
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
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// Left-aligned; zeros behind the last real bit.
    held: u64,
    /// Real bits in `held`.
    count: u32,
    /// Whether a marker or the end of the data was met.
    stopped: bool,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, held: 0, count: 0, stopped: false }
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
    fn skip(&mut self, n: u32) -> Result<(), Fault> {
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

    fn skip_many(&mut self, mut n: u32) -> Result<(), Fault> {
        while n > 0 {
            let some = n.min(32);
            self.skip(some)?;
            n -= some;
        }
        Ok(())
    }

    fn read(&mut self, n: u32) -> Result<u32, Fault> {
        self.fill();
        let value = if n == 0 { 0 } else { (self.held >> (64 - n)) as u32 };
        self.drop_held(n)?;
        Ok(value)
    }

    /// One code.
    #[inline]
    fn symbol(&mut self, table: &Table) -> Result<u8, Fault> {
        self.fill();
        match table.find((self.held >> 48) as u32) {
            Some((length, symbol)) => self.drop_held(length).map(|()| symbol),
            None if self.count < 16 && self.stopped => Err(self.ran_out()),
            None => Err(Fault::Damaged("its coded data are damaged")),
        }
    }

    /// One code and the bits whose number its lower half gives.
    #[inline]
    fn value(&mut self, table: &Table) -> Result<u8, Fault> {
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
    fn restart(&mut self) -> Result<(), Fault> {
        match next_marker(self.data, &mut self.at) {
            Some(0xd0..=0xd7) => {
                (self.held, self.count, self.stopped) = (0, 0, false);
                Ok(())
            }
            None | Some(0xd9) => Err(Fault::CutOff),
            Some(_) => Err(Fault::Damaged("a restart marker is missing")),
        }
    }

    /// A place at or before the marker that follows the scan.
    fn end_of_scan(&self) -> usize {
        // Bytes already held may be part of what follows only if they are stray, never a marker.
        self.at
    }
}
