//! The embedded typefaces, read once into cases of sorts: outlines, widths, and how open each letter's sides are.

use ab_glyph::{Font, FontRef, OutlineCurve};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The faces that are embedded; see `assets/fonts/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is a typeface's own name
pub enum Face {
    Anton,
    Archivo,
    Bagel,
    Cormorant,
    CormorantItalic,
    Gotisch,
    JostLight,
    Jost,
    League,
    Marker,
    Shrikhand,
    Mono,
    Typewriter,
    Syne,
    Ultra,
    Unbounded,
    Yellowtail,
    Amatic,
    RubikMono,
}

/// All faces, in the order of their declaration.
pub const FACES: [Face; 19] = [
    Face::Anton,
    Face::Archivo,
    Face::Bagel,
    Face::Cormorant,
    Face::CormorantItalic,
    Face::Gotisch,
    Face::JostLight,
    Face::Jost,
    Face::League,
    Face::Marker,
    Face::Shrikhand,
    Face::Mono,
    Face::Typewriter,
    Face::Syne,
    Face::Ultra,
    Face::Unbounded,
    Face::Yellowtail,
    Face::Amatic,
    Face::RubikMono,
];

impl Face {
    fn bytes(self) -> &'static [u8] {
        macro_rules! font {
            ($name:literal) => {
                include_bytes!(concat!("../../../../assets/fonts/", $name, ".ttf"))
            };
        }
        match self {
            Self::Anton => font!("anton-400"),
            Self::Archivo => font!("archivo-black-400"),
            Self::Bagel => font!("bagel-fat-one-400"),
            Self::Cormorant => font!("cormorant-garamond-500"),
            Self::CormorantItalic => font!("cormorant-garamond-500i"),
            Self::Gotisch => font!("grenze-gotisch-800"),
            Self::JostLight => font!("jost-300"),
            Self::Jost => font!("jost-500"),
            Self::League => font!("league-gothic-400"),
            Self::Marker => font!("permanent-marker-400"),
            Self::Shrikhand => font!("shrikhand-400"),
            Self::Mono => font!("space-mono-700"),
            Self::Typewriter => font!("special-elite-400"),
            Self::Syne => font!("syne-800"),
            Self::Ultra => font!("ultra-400"),
            Self::Unbounded => font!("unbounded-300"),
            Self::Yellowtail => font!("yellowtail-400"),
            Self::Amatic => font!("amatic-sc-700"),
            Self::RubikMono => font!("rubik-mono-one-400"),
        }
    }

    pub(super) fn case(self) -> &'static Case {
        static CASES: OnceLock<Vec<Case>> = OnceLock::new();
        &CASES.get_or_init(|| FACES.iter().map(|face| Case::read(face.bytes())).collect())[self as usize]
    }
}

const BANDS: usize = 14;

/// One glyph at a size of one unit per em, baseline at 0, y down.
pub(super) struct Sort {
    pub(super) curves: Vec<OutlineCurve>,
    pub(super) advance: f32,
    /// Free space on each side, band by band from above the capitals to below the baseline.
    left: [f32; BANDS],
    right: [f32; BANDS],
}

/// A type case: the sorts of one face.
pub(super) struct Case {
    pub(super) sorts: HashMap<char, Sort>,
    snug: f32,
}

impl Case {
    fn read(bytes: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(bytes).expect("the embedded fonts are valid; a test reads each");
        let em = font.units_per_em().unwrap_or(1000.0);
        let mut sorts = HashMap::new();
        for c in (' '..='~').chain('\u{a1}'..='\u{ff}').chain(['–', '—', '‘', '’', '“', '”', '•', '…'])
        {
            let id = font.glyph_id(c);
            if id.0 == 0 {
                continue;
            }
            let advance = font.h_advance_unscaled(id) / em;
            let flip = |p: ab_glyph::Point| ab_glyph::point(p.x / em, -p.y / em);
            let curves: Vec<OutlineCurve> = font.outline(id).map_or_else(Vec::new, |outline| {
                let turn = |curve: &OutlineCurve| match curve {
                    OutlineCurve::Line(a, b) => OutlineCurve::Line(flip(*a), flip(*b)),
                    OutlineCurve::Quad(a, b, c) => OutlineCurve::Quad(flip(*a), flip(*b), flip(*c)),
                    OutlineCurve::Cubic(a, b, c, d) => {
                        OutlineCurve::Cubic(flip(*a), flip(*b), flip(*c), flip(*d))
                    }
                };
                outline.curves.iter().map(turn).collect()
            });
            let (left, right) = sides(&curves, advance);
            sorts.insert(c, Sort { curves, advance, left, right });
        }
        let mut case = Self { sorts, snug: 0.0 };
        case.snug = case.gap('n', 'n').min(case.gap('H', 'H')).clamp(0.0, 0.16);
        case
    }

    fn gap(&self, a: char, b: char) -> f32 {
        let (Some(a), Some(b)) = (self.sorts.get(&a), self.sorts.get(&b)) else { return 0.0 };
        (0..BANDS).map(|i| a.right[i] + b.left[i]).fold(f32::MAX, f32::min)
    }

    /// How much closer two letters stand than their widths say: half of what is open between them.
    pub(super) fn kern(&self, a: char, b: char) -> f32 {
        if a == ' ' || b == ' ' || !a.is_alphabetic() || !b.is_alphabetic() {
            return 0.0;
        }
        -((self.gap(a, b) - self.snug) * 0.55).clamp(0.0, 0.14)
    }
}

fn sides(curves: &[OutlineCurve], advance: f32) -> ([f32; BANDS], [f32; BANDS]) {
    let (mut left, mut right) = ([0.6f32; BANDS], [0.6f32; BANDS]);
    let mut see = |x: f32, y: f32| {
        let band = ((y + 0.85) / 1.1 * BANDS as f32) as isize;
        for near in band - 1..=band + 1 {
            if (0..BANDS as isize).contains(&near) {
                let near = near as usize;
                left[near] = left[near].min(x);
                right[near] = right[near].min(advance - x);
            }
        }
    };
    for curve in curves {
        for i in 0..=8 {
            let t = i as f32 / 8.0;
            let p = match curve {
                OutlineCurve::Line(a, b) => (a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t),
                OutlineCurve::Quad(a, b, c) => {
                    let u = 1.0 - t;
                    let k = [u * u, 2.0 * u * t, t * t];
                    (k[0] * a.x + k[1] * b.x + k[2] * c.x, k[0] * a.y + k[1] * b.y + k[2] * c.y)
                }
                OutlineCurve::Cubic(a, _, _, d) => (a.x + (d.x - a.x) * t, a.y + (d.y - a.y) * t),
            };
            see(p.0, p.1);
        }
    }
    (left, right)
}
