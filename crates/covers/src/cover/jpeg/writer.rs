//! Writes JPEGs of any structure for tests: any subsampling, sequential with one scan or one for each colour,
//! progressive, with and without restart markers. Slow and plain (ITU-T T.81, annexes F and G); one quantizer for all.

/// Divides every coefficient: fine enough that a decoded picture is within a few levels of the original.
const QUANTIZER: u8 = 3;

/// How a file is laid out.
#[derive(Clone, Debug)]
pub(in crate::cover) struct Plan {
    /// Marker of the frame header: 0xc0 baseline, 0xc1 extended, 0xc2 progressive, others as decoys.
    pub frame: u8,
    /// Each colour's identifier and its sampling across and down.
    pub colours: Vec<(u8, u8, u8)>,
    /// Scans one after the other.
    pub scans: Vec<Scan>,
    /// MCUs between restart markers; 0 for none.
    pub restart: usize,
    /// Segments in front: marker and body.
    pub front: Vec<(u8, Vec<u8>)>,
}

/// One scan: which colours by number, which coefficients, and of which of their bits.
#[derive(Clone, Debug)]
pub(in crate::cover) struct Scan {
    pub colours: Vec<usize>,
    pub band: (usize, usize),
    pub high: u8,
    pub low: u8,
}

impl Plan {
    /// One scan of all colours.
    pub(in crate::cover) fn together(sampling: &[(u8, u8)]) -> Self {
        let colours: Vec<_> = (1..).zip(sampling).map(|(id, &(h, v))| (id, h, v)).collect();
        let scans = vec![Scan { colours: (0..colours.len()).collect(), band: (0, 63), high: 0, low: 0 }];
        Self { frame: 0xc0, colours, scans, restart: 0, front: Vec::new() }
    }

    /// One scan for each colour.
    pub(in crate::cover) fn apart(sampling: &[(u8, u8)]) -> Self {
        let scan = |c| Scan { colours: vec![c], band: (0, 63), high: 0, low: 0 };
        Self { scans: (0..sampling.len()).map(scan).collect(), ..Self::together(sampling) }
    }

    /// Ten scans or so, coarse to fine.
    pub(in crate::cover) fn progressive(sampling: &[(u8, u8)]) -> Self {
        let n = sampling.len();
        let all: Vec<usize> = (0..n).collect();
        let mut scans = vec![Scan { colours: all.clone(), band: (0, 0), high: 0, low: 1 }];
        for (band, high, low) in [((1, 5), 0, 2), ((6, 63), 0, 2), ((1, 63), 2, 1), ((1, 63), 1, 0)] {
            scans.extend((0..n).map(|c| Scan { colours: vec![c], band, high, low }));
        }
        scans.push(Scan { colours: all, band: (0, 0), high: 1, low: 0 });
        Self { frame: 0xc2, scans, ..Self::together(sampling) }
    }

    /// With a restart marker after every `n` MCUs.
    pub(in crate::cover) fn restarting(self, n: usize) -> Self {
        Self { restart: n, ..self }
    }

    /// With other identifiers for the colours.
    pub(in crate::cover) fn called(mut self, ids: &[u8]) -> Self {
        for (colour, &id) in self.colours.iter_mut().zip(ids) {
            colour.0 = id;
        }
        self
    }

    /// With a segment in front.
    pub(in crate::cover) fn behind(mut self, marker: u8, body: &[u8]) -> Self {
        self.front.push((marker, body.to_vec()));
        self
    }

    /// With the marker in front by which Adobe's programs say how colours are coded.
    pub(in crate::cover) fn adobe(self, transform: u8) -> Self {
        self.behind(0xee, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform])
    }

    /// The file of a picture whose colours are given as whole planes, each `width` × `height` bytes, or one byte for a
    /// plane that is the same all over.
    pub(in crate::cover) fn write(&self, width: usize, height: usize, planes: &[Vec<u8>]) -> Vec<u8> {
        assert_eq!(planes.len(), self.colours.len());
        let most = |of: fn(&(u8, u8, u8)) -> u8| usize::from(self.colours.iter().map(of).max().unwrap());
        let (across, down) = (most(|c| c.1), most(|c| c.2));
        let mcus = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        let colours: Vec<Colour> = self
            .colours
            .iter()
            .zip(planes)
            .map(|(&(_, h, v), plane)| {
                let (h, v) = (usize::from(h), usize::from(v));
                Colour::new(plane, (width, height), (h, v), (across, down), mcus)
            })
            .collect();

        let mut out = vec![0xff, 0xd8];
        for (marker, body) in &self.front {
            segment(&mut out, *marker, body);
        }
        segment(&mut out, 0xdb, &[&[0][..], &[QUANTIZER; 64]].concat());
        let mut header = vec![8];
        header.extend((height as u16).to_be_bytes());
        header.extend((width as u16).to_be_bytes());
        header.push(self.colours.len() as u8);
        for (id, h, v) in &self.colours {
            header.extend([*id, h << 4 | v, 0]);
        }
        segment(&mut out, self.frame, &header);
        segment(&mut out, 0xc4, &[&[0, 0, 0, 0, 12][..], &[0; 12], &(0..12).collect::<Vec<u8>>()].concat());
        let all: Vec<u8> = (0..192).map(|i| ((i / 12) << 4) | (i % 12)).collect();
        segment(&mut out, 0xc4, &[&[0x10, 0, 0, 0, 0, 0, 0, 0, 192][..], &[0; 8], &all].concat());
        if self.restart > 0 {
            segment(&mut out, 0xdd, &(self.restart as u16).to_be_bytes());
        }
        for scan in &self.scans {
            let mut header = vec![scan.colours.len() as u8];
            header.extend(scan.colours.iter().flat_map(|&c| [self.colours[c].0, 0]));
            header.extend([scan.band.0 as u8, scan.band.1 as u8, scan.high << 4 | scan.low]);
            segment(&mut out, 0xda, &header);
            let mut coder = Coder { out, scan, progressive: self.frame == 0xc2, ..Coder::new(scan) };
            coder.scan(&colours, mcus, self.restart);
            out = coder.out;
        }
        out.extend([0xff, 0xd9]);
        out
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

/// One colour as quantized coefficients in zigzag order.
struct Colour {
    sampling: (usize, usize),
    /// Blocks that carry the picture.
    blocks: (usize, usize),
    stride: usize,
    stored: Vec<[i32; 64]>,
}

impl Colour {
    fn new(
        plane: &[u8],
        (width, height): (usize, usize),
        (h, v): (usize, usize),
        (across, down): (usize, usize),
        mcus: (usize, usize),
    ) -> Self {
        if let [flat] = plane {
            let stored = vec![transformed(&|_, _| f64::from(*flat))];
            let blocks = ((width * h).div_ceil(8 * across), (height * v).div_ceil(8 * down));
            return Self { sampling: (h, v), blocks, stride: mcus.0 * h, stored };
        }
        let own = ((width * h).div_ceil(across), (height * v).div_ceil(down));
        let small = shrink(plane, (width, height), own, (across as f64 / h as f64, down as f64 / v as f64));
        let (stride, rows) = (mcus.0 * h, mcus.1 * v);
        let block = |i: usize| {
            let (bx, by) = (i % stride * 8, i / stride * 8);
            transformed(&|x, y| small[(by + y).min(own.1 - 1) * own.0 + (bx + x).min(own.0 - 1)])
        };
        Self {
            sampling: (h, v),
            blocks: (own.0.div_ceil(8), own.1.div_ceil(8)),
            stride,
            stored: (0..stride * rows).map(block).collect(),
        }
    }
}

/// Means of the pixels that each sample stands for.
fn shrink(plane: &[u8], (w, h): (usize, usize), own: (usize, usize), by: (f64, f64)) -> Vec<f64> {
    let span = |i: usize, by: f64, end: usize| {
        let from = ((i as f64 * by) as usize).min(end - 1);
        from..(((i + 1) as f64 * by).ceil() as usize).clamp(from + 1, end)
    };
    let sample = |i: usize| {
        let (xs, ys) = (span(i % own.0, by.0, w), span(i / own.0, by.1, h));
        let n = (xs.len() * ys.len()) as f64;
        let sum: f64 = ys.flat_map(|y| xs.clone().map(move |x| f64::from(plane[y * w + x]))).sum();
        sum / n
    };
    (0..own.0 * own.1).map(sample).collect()
}

/// The quantized cosine transform of a block, in zigzag order.
fn transformed(at: &dyn Fn(usize, usize) -> f64) -> [i32; 64] {
    let scale = |u: usize| if u == 0 { 0.5_f64.sqrt() } else { 1.0 } / 2.0;
    let wave = |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos();
    let mut rows = [[0.0; 8]; 8];
    for (y, row) in rows.iter_mut().enumerate() {
        for (u, out) in row.iter_mut().enumerate() {
            *out = scale(u) * (0..8).map(|x| (at(x, y) - 128.0) * wave(x, u)).sum::<f64>();
        }
    }
    std::array::from_fn(|k| {
        let (u, v) = ZIGZAG[k];
        let sum: f64 = (0..8).map(|y| rows[y][u] * wave(y, v)).sum();
        (scale(v) * sum / f64::from(QUANTIZER)).round() as i32
    })
}

/// Column and row of each place in zigzag order.
const ZIGZAG: [(usize, usize); 64] = {
    let mut all = [(0, 0); 64];
    let (mut x, mut y, mut k) = (0, 0, 0);
    while k < 64 {
        all[k] = (x, y);
        let up = (x + y) % 2 == 0;
        match (up, x, y) {
            (true, 7, _) => y += 1,
            (true, _, 0) => x += 1,
            (true, _, _) => (x, y) = (x + 1, y - 1),
            (false, _, 7) => x += 1,
            (false, 0, _) => y += 1,
            (false, _, _) => (x, y) = (x - 1, y + 1),
        }
        k += 1;
    }
    all
};

/// Codes one scan.
struct Coder<'s> {
    out: Vec<u8>,
    scan: &'s Scan,
    progressive: bool,
    /// Bits that do not fill a byte yet.
    bits: (u32, u32),
    before: [i32; 4],
    /// Blocks that end together, and the bits that correct what they know already.
    ended: u32,
    corrections: Vec<u32>,
}

impl<'s> Coder<'s> {
    fn new(scan: &'s Scan) -> Self {
        Self {
            out: Vec::new(),
            scan,
            progressive: false,
            bits: (0, 0),
            before: [0; 4],
            ended: 0,
            corrections: Vec::new(),
        }
    }

    fn scan(&mut self, colours: &[Colour], mcus: (usize, usize), restart: usize) {
        let (across, down) = match self.scan.colours[..] {
            [c] => colours[c].blocks,
            _ => mcus,
        };
        for unit in 0..across * down {
            if restart > 0 && unit > 0 && unit % restart == 0 {
                self.flush();
                self.out.extend([0xff, 0xd0 + ((unit / restart - 1) % 8) as u8]);
                self.before = [0; 4];
            }
            let (x, y) = (unit % across, unit / across);
            for &c in &self.scan.colours {
                let colour = &colours[c];
                let (h, v) = if self.scan.colours.len() == 1 { (1, 1) } else { colour.sampling };
                for by in 0..v {
                    for bx in 0..h {
                        let place = (y * v + by) * colour.stride + x * h + bx;
                        self.block(c, &colour.stored[place % colour.stored.len()]);
                    }
                }
            }
        }
        self.flush();
    }

    fn block(&mut self, c: usize, block: &[i32; 64]) {
        let (low, high) = (self.scan.low, self.scan.high);
        match (self.progressive, self.scan.band.0, high) {
            (false, _, _) => {
                self.difference(c, block[0]);
                self.coefficients(block, 1, 63, false);
            }
            (true, 0, 0) => self.difference(c, block[0] >> low),
            (true, 0, _) => self.put((block[0] >> low & 1) as u32, 1),
            (true, from, 0) => self.coefficients(block, from, self.scan.band.1, true),
            (true, from, _) => self.refine(block, from, self.scan.band.1),
        }
    }

    fn difference(&mut self, c: usize, value: i32) {
        let difference = value - self.before[c];
        self.before[c] = value;
        let size = length(difference.unsigned_abs());
        self.put(size, 4);
        self.signed(difference, size);
    }

    fn coefficients(&mut self, block: &[i32; 64], from: usize, to: usize, runs: bool) {
        let mut zeros = 0;
        for &value in &block[from..=to] {
            let size = length(value.unsigned_abs() >> self.scan.low);
            if size == 0 {
                zeros += 1;
                continue;
            }
            self.end_blocks();
            while zeros > 15 {
                self.symbol(15, 0);
                zeros -= 16;
            }
            self.symbol(zeros, size);
            let shifted = (value.unsigned_abs() >> self.scan.low) as i32 * value.signum();
            self.signed(shifted, size);
            zeros = 0;
        }
        if zeros > 0 {
            self.ended += 1;
            if !runs || self.ended == 0x7fff {
                self.end_blocks();
            }
        }
    }

    fn refine(&mut self, block: &[i32; 64], from: usize, to: usize) {
        let known = |k: usize| block[k].unsigned_abs() >> self.scan.low;
        let values: Vec<u32> = (0..64).map(known).collect();
        let last_new = (from..=to).rev().find(|&k| values[k] == 1).unwrap_or(0);
        let (mut zeros, mut corrections) = (0, Vec::new());
        for k in from..=to {
            if values[k] == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 && k <= last_new {
                self.end_blocks();
                self.symbol(15, 0);
                zeros -= 16;
                self.put_all(&mut corrections);
            }
            if values[k] > 1 {
                corrections.push(values[k] & 1);
                continue;
            }
            self.end_blocks();
            self.symbol(zeros, 1);
            self.put(u32::from(block[k] > 0), 1);
            self.put_all(&mut corrections);
            zeros = 0;
        }
        if zeros > 0 || !corrections.is_empty() {
            self.ended += 1;
            self.corrections.append(&mut corrections);
            if self.ended == 0x7fff || self.corrections.len() > 900 {
                self.end_blocks();
            }
        }
    }

    fn end_blocks(&mut self) {
        if self.ended == 0 {
            return;
        }
        let size = length(self.ended) - 1;
        self.symbol(size, 0);
        self.put(self.ended - (1 << size), size);
        self.ended = 0;
        let mut corrections = std::mem::take(&mut self.corrections);
        self.put_all(&mut corrections);
    }

    fn symbol(&mut self, zeros: u32, size: u32) {
        self.put(zeros * 12 + size, 8);
    }

    fn signed(&mut self, value: i32, size: u32) {
        let value = if value < 0 { value - 1 } else { value };
        self.put(value as u32 & ((1 << size) - 1), size);
    }

    fn put_all(&mut self, bits: &mut Vec<u32>) {
        for bit in bits.drain(..) {
            self.put(bit, 1);
        }
    }

    fn put(&mut self, value: u32, size: u32) {
        self.bits = (self.bits.0 << size | value, self.bits.1 + size);
        while self.bits.1 >= 8 {
            let byte = (self.bits.0 >> (self.bits.1 - 8)) as u8;
            self.out.push(byte);
            if byte == 0xff {
                self.out.push(0);
            }
            self.bits.1 -= 8;
        }
        self.bits.0 &= (1 << self.bits.1) - 1;
    }

    fn flush(&mut self) {
        self.end_blocks();
        if self.bits.1 > 0 {
            self.put((1 << (8 - self.bits.1)) - 1, 8 - self.bits.1);
        }
    }
}

/// Bits of a number.
fn length(value: u32) -> u32 {
    32 - value.leading_zeros()
}
