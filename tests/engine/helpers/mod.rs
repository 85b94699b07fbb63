//! What the engine's tests share: small pictures made on the spot, and folders to import.

pub mod device;

use gatefold::catalog::{Access, Catalog};
use gatefold::import::{self, ImportError};
use gatefold::progress::Silent;
use gatefold::report::ImportReport;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// A folder to import from and a data directory beside it, both gone with it.
pub struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("in")).unwrap();
        Self { dir }
    }

    pub fn input(&self) -> PathBuf {
        self.dir.path().join("in")
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn catalog(&self) -> Catalog {
        Catalog::open(&self.data(), Access::Write).unwrap()
    }

    /// Writes a file below the folder to import.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.input().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn try_import(&self, name: &str) -> Result<ImportReport, ImportError> {
        import::run(&mut self.catalog(), &self.input().join(name), &Silent)
    }

    pub fn import(&self, name: &str) -> ImportReport {
        self.try_import(name).unwrap()
    }
}

/// Imported, unchanged, duplicates, skipped.
pub fn counts(report: &ImportReport) -> [u64; 4] {
    [report.imported, report.unchanged, report.duplicates, report.skipped.len() as u64]
}

/// The reason for which the record whose source contains `name` was left out.
pub fn reason<'r>(report: &'r ImportReport, name: &str) -> &'r str {
    let found = report.skipped.iter().find(|skipped| skipped.source.contains(name));
    &found.unwrap_or_else(|| panic!("{name} was not left out: {:?}", report.skipped)).reason
}

/// A picture that no other number gives.
pub fn painting(number: u32, side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let wave = ((x * (number % 7 + 1) + y * (number % 5 + 1)) * 255 / (side * 8)) as u8;
        Rgb([wave, (number * 37 % 256) as u8, ((x ^ y) as u8).wrapping_add(number as u8)])
    })
}

pub fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A small JPEG that no other number gives.
pub fn jpeg(number: u32) -> Vec<u8> {
    encoded(painting(number, 48), ImageFormat::Jpeg)
}

/// A PNG made by hand, for what no encoder here writes. `data` is not compressed.
pub fn raw_png(
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
    extra: &[(&[u8; 4], &[u8])],
    data: &[u8],
) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, colour, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], body: &[u8]| {
        png.extend((body.len() as u32).to_be_bytes());
        let begin = png.len();
        png.extend(kind);
        png.extend(body);
        let sum = crc32(&png[begin..]);
        png.extend(sum.to_be_bytes());
    };
    chunk(b"IHDR", &header);
    for (kind, body) in extra {
        chunk(kind, body);
    }
    chunk(b"IDAT", &stored(data));
    chunk(b"IEND", &[]);
    png
}

/// A zlib stream of stored blocks (RFC 1950 and 1951).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for &byte in data {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, &byte| {
        (0..8).fold(
            sum ^ u32::from(byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}

/// The folder of real covers and tables that lies beside a checkout for development, or where `GATEFOLD_SHARED` says. Whoever
/// asks is a test that runs only when it is asked for: `cargo xtask test` does where the folder is there.
pub fn shared(name: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let path = std::env::var_os("GATEFOLD_SHARED").map_or_else(beside, PathBuf::from).join(name);
    assert!(path.exists(), "{} is absent", path.display());
    path
}
