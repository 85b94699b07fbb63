//! The walk over one scan after the other: which codes come next, and whether they are there.

use super::huffman::{Bits, Table};
use super::whole::{Fault, Frame, Part};
use crate::cover::Wish;

/// Most scans: a progressive file has about ten, one for each bit of each coefficient would be of no use.
const MOST_SCANS: usize = 100;
/// Most blocks in all scans together. The largest picture that is read has 2.2 million, and eighteen scans of all of
/// them are more than any program writes; a hundred scans of it would be computed for minutes.
const MOST_BLOCKS: usize = 40_000_000;

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

/// What the file has said so far.
pub(super) struct Walk<'w> {
    wish: Wish<'w>,
    scans: usize,
    /// Blocks of all scans so far.
    visited: usize,
    progressive: bool,
    components: Vec<Component>,
    /// MCUs across and down in interleaved scans.
    mcus: (usize, usize),
    dc: [Option<Box<Table>>; 4],
    ac: [Option<Box<Table>>; 4],
    /// MCUs between restart markers; 0 for none.
    pub(super) interval: usize,
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

impl<'w> Walk<'w> {
    pub(super) fn new(wish: Wish<'w>) -> Self {
        Self {
            wish,
            scans: 0,
            visited: 0,
            progressive: false,
            components: Vec::new(),
            mcus: (0, 0),
            dc: Default::default(),
            ac: Default::default(),
            interval: 0,
        }
    }

    pub(super) fn begin(&mut self, frame: &Frame) -> Result<(), Fault> {
        if !self.components.is_empty() {
            return Err(Fault::Damaged("it has two frame headers"));
        }
        let parts = &frame.parts;
        let most = |of: fn(&Part) -> u8| parts.iter().map(of).max().map_or(1, usize::from);
        let (h_max, v_max) = (most(|p| p.1), most(|p| p.2));
        let (width, height) = (usize::from(frame.width), usize::from(frame.height));
        self.mcus = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
        self.progressive = frame.progressive;
        for &(id, across, down) in parts {
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
    pub(super) fn started(&self) -> bool {
        !self.components.is_empty() && self.components.iter().all(|c| c.low[0].is_some())
    }

    /// Whether every coefficient of every component has come to its last bit.
    pub(super) fn finished(&self) -> bool {
        self.started() && self.components.iter().all(|c| c.low.iter().all(|&low| low == Some(0)))
    }

    pub(super) fn read_tables(&mut self, mut body: &[u8]) -> Result<(), Fault> {
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
    pub(super) fn scan(&mut self, header: &[u8], data: &[u8], at: usize) -> Result<usize, Fault> {
        let wrong = Fault::Damaged("a scan header is wrong");
        let (&n, rest) = header.split_first().ok_or(wrong)?;
        let (selectors, rest) = rest.split_at_checked(2 * usize::from(n)).ok_or(wrong)?;
        let &[start, end, bits, ..] = rest else { return Err(wrong) };
        let band = match self.progressive {
            true => Band { start: start.into(), end: end.into(), high: bits >> 4, low: bits & 15 },
            false => Band { start: 0, end: 63, high: 0, low: 0 },
        };
        let one_kind = band.start > 0 || band.end == 0 || !self.progressive;
        if band.start > band.end || band.end > 63 || n == 0 || n > 4 || !one_kind || band.low > 13 {
            return Err(wrong);
        }
        // Component, DC table, AC table.
        let mut chosen = Vec::with_capacity(n.into());
        for selector in selectors.chunks_exact(2) {
            let c = self.components.iter().position(|c| c.id == selector[0]).ok_or(wrong)?;
            if chosen.iter().any(|&(other, _, _)| other >= c) {
                return Err(Fault::Damaged("its colours come in the wrong order"));
            }
            chosen.push((c, usize::from(selector[1] >> 4) & 3, usize::from(selector[1] & 3)));
        }
        if self.progressive && band.start > 0 && n > 1 {
            return Err(wrong);
        }
        self.note(band, &chosen)?;
        let mut bits = Bits::new(data, at);
        let mut eob_run = 0;
        // A scan of one component counts that component's own blocks; of several, whole MCUs.
        let (across, down) = match chosen[..] {
            [(c, _, _)] => self.components[c].blocks,
            _ => self.mcus,
        };
        let blocks = match chosen[..] {
            [_] => 1,
            _ => chosen.iter().map(|&(c, _, _)| self.components[c].across * self.components[c].down).sum(),
        };
        self.scans += 1;
        self.visited += across * down * blocks;
        if self.scans > MOST_SCANS || self.visited > MOST_BLOCKS {
            return Err(Fault::Damaged("it goes over its picture too many times"));
        }
        let mut until_restart = self.interval;
        for row in 0..down {
            if self.wish.is_over() {
                return Err(Fault::GivenUp);
            }
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

    /// Notes what a scan brings, and refuses one that contradicts what came before (T.81 G.1.1.1): decoders differ in
    /// what they make of such a file.
    fn note(&mut self, band: Band, chosen: &[(usize, usize, usize)]) -> Result<(), Fault> {
        for &(c, _, _) in chosen {
            let low = &mut self.components[c].low;
            if band.start > 0 && low[0].is_none() {
                return Err(Fault::Damaged("its scans come in the wrong order"));
            }
            for reached in &mut low[band.start..=band.end] {
                let follows = match *reached {
                    None => band.high == 0,
                    Some(reached) => band.high == reached && band.low + 1 == reached,
                };
                if !follows {
                    return Err(Fault::Damaged("its scans contradict each other"));
                }
                *reached = Some(band.low);
            }
        }
        Ok(())
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
