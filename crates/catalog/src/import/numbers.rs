//! Numbers as spreadsheets of every country write them: `11,424,766`, `11.424.766`, `11 424 766`, `11’424’766`,
//! `1,14,24,766`, `61.5`, `61,5`, `1.2M`, `3 Tsd.`.
//!
//! Most say by themselves which mark parts thousands and which decimals. `12.345` does not: then the other numbers
//! of its column decide, or those of the whole table ([`Marks`]). What stays in doubt is unknown: a number a thousand
//! times too small is worse than none.

/// The mark in front of decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    Dot,
    Comma,
}

/// How often numbers showed which mark stands in front of decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Shown {
    dot: u64,
    comma: u64,
}

/// What decides over a number that does not say itself how it is meant: its column's numbers, then the table's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Marks {
    pub column: Shown,
    pub table: Shown,
}

enum Usual {
    Is(Mark),
    /// Both were seen.
    Mixed,
    Unknown,
}

impl Shown {
    /// Takes a cell into account.
    pub(super) fn see(&mut self, cell: &str) {
        if !cell.contains(['.', ',', '．', '，', '\u{66b}']) {
            return;
        }
        match parse(cell).map(|parsed| parsed.number) {
            Some(Number::Sure { mark: Some(Mark::Dot), .. }) => self.dot += 1,
            Some(Number::Sure { mark: Some(Mark::Comma), .. }) => self.comma += 1,
            _ => {}
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.dot += other.dot;
        self.comma += other.comma;
    }

    fn usual(self) -> Usual {
        match (self.dot, self.comma) {
            (0, 0) => Usual::Unknown,
            // A slip of the pen in one row is no reason to doubt all others.
            (dot, comma) if dot >= 3 * comma => Usual::Is(Mark::Dot),
            (dot, comma) if comma >= 3 * dot => Usual::Is(Mark::Comma),
            _ => Usual::Mixed,
        }
    }
}

impl Marks {
    fn usual(self) -> Usual {
        match self.column.usual() {
            Usual::Unknown | Usual::Mixed => self.table.usual(),
            known => known,
        }
    }
}

/// How often something happened. A count is whole: where nothing else is known, `12.345` are twelve thousand.
pub(super) fn count(cell: &str, marks: Marks) -> Option<u64> {
    let parsed = parse(cell)?;
    if parsed.negative || parsed.percent {
        return None;
    }
    let value = match parsed.number {
        Number::Sure { value, decimals, mark } => {
            let odd = matches!((marks.usual(), mark), (Usual::Is(usual), Some(own)) if usual != own);
            // `12.34` among numbers whose thousands are parted by dots: somebody has been there before.
            if decimals && odd {
                return None;
            }
            value
        }
        Number::Either { grouped, decimal, mark } => match (marks.usual(), parsed.factor) {
            (Usual::Is(usual), _) if usual != mark => Value::Whole(grouped),
            (Usual::Is(_), Some(_)) => Value::Parts(decimal),
            (Usual::Unknown, None) => Value::Whole(grouped),
            _ => return None,
        },
    };
    match (value, parsed.factor) {
        (Value::Whole(n), None) => Some(n),
        (Value::Whole(n), Some(factor)) => n.checked_mul(factor),
        (Value::Parts(n), factor) => whole(n * factor.unwrap_or(1) as f64),
    }
}

/// A measure within bounds, as one would have it of an audio analysis; `61,5 %` is 61.5.
pub(super) fn measure(cell: &str, low: f32, high: f32, marks: Marks) -> Option<f32> {
    let parsed = parse(cell)?;
    if parsed.factor.is_some() {
        return None;
    }
    let fitting = |number: f64| {
        let number = if parsed.negative { -number } else { number } as f32;
        (low..=high).contains(&number).then_some(number)
    };
    match parsed.number {
        Number::Sure { value: Value::Whole(n), .. } => fitting(n as f64),
        Number::Sure { value: Value::Parts(n), .. } => fitting(n),
        // One of the two readings is out of bounds, as a rule.
        Number::Either { grouped, decimal, mark } => match (fitting(decimal), fitting(grouped as f64)) {
            (Some(decimal), Some(grouped)) => match marks.usual() {
                Usual::Is(usual) => Some(if usual == mark { decimal } else { grouped }),
                Usual::Mixed | Usual::Unknown => None,
            },
            (one, other) => one.or(other),
        },
    }
}

/// A whole number, but for what floating point loses.
fn whole(number: f64) -> Option<u64> {
    let near = number.round();
    // 2^53: above it, not every whole number can be told from its neighbours.
    let fits = (0.0..=9_007_199_254_740_992.0).contains(&near);
    (fits && (number - near).abs() <= 1e-6 * near.clamp(1.0, 1000.0)).then_some(near as u64)
}

struct Parsed {
    number: Number,
    negative: bool,
    percent: bool,
    /// What an abbreviation multiplies by.
    factor: Option<u64>,
}

enum Number {
    /// It can be read in one way only.
    Sure {
        value: Value,
        /// It has decimals.
        decimals: bool,
        /// The mark for decimals that it has, or must have as its thousands are parted by the other one.
        mark: Option<Mark>,
    },
    /// One mark with three digits behind it.
    Either {
        grouped: u64,
        decimal: f64,
        /// The mark.
        mark: Mark,
    },
}

#[derive(Clone, Copy)]
enum Value {
    Whole(u64),
    Parts(f64),
}

fn parse(cell: &str) -> Option<Parsed> {
    let plain: String = cell.trim().chars().map(ascii_digit).map(usual_mark).collect();
    let (negative, plain) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if plain.len() > 64 || !plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    let end = plain.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | ' ' | '\''));
    let (digits, rest) = plain.split_at(end.unwrap_or(plain.len()));
    let (mut percent, mut factor) = (false, None);
    let number = match rest {
        "" => mantissa(digits.trim_end())?,
        "%" => {
            percent = true;
            mantissa(digits.trim_end())?
        }
        _ => match exponent(rest) {
            Some(exponent) => with_exponent(digits, exponent)?,
            None => {
                factor = Some(abbreviation(rest)?);
                mantissa(digits.trim_end())?
            }
        },
    };
    Some(Parsed { number, negative, percent, factor })
}

/// Decimal digits of other scripts as those of ASCII.
pub(super) fn ascii_digit(c: char) -> char {
    // First digits of their tens: Arabic, Persian, Devanagari, Bengali, Thai, full width.
    let zeros = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    let digit = zeros.into_iter().map(|zero| (c as u32).wrapping_sub(zero as u32)).find(|digit| *digit < 10);
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

/// Marks and blanks in the spelling that [`mantissa`] knows.
fn usual_mark(c: char) -> char {
    match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '’' | '‘' | 'ʼ' | '´' | '`' | '′' | '_' => '\'',
        '\u{66b}' | '，' => ',',
        '\u{66c}' => '\'',
        '．' => '.',
        '−' | '‐' | '‑' | '–' => '-',
        c => c,
    }
}

/// Digits, parted by dots, commas, blanks and apostrophes.
fn mantissa(digits: &str) -> Option<Number> {
    let count = |mark: char| digits.matches(mark).count();
    let (dots, commas) = (count('.'), count(','));
    let quiet = digits.contains([' ', '\'']);
    let sure = |value, decimals, mark| Some(Number::Sure { value, decimals, mark });
    let mark_of = |mark: char| if mark == '.' { Mark::Dot } else { Mark::Comma };
    match (dots, commas) {
        (0, 0) => sure(Value::Whole(grouped(digits, &[' ', '\''])?), false, None),
        (1, 0) | (0, 1) => {
            let mark = if dots == 1 { '.' } else { ',' };
            let (before, behind) = digits.split_once(mark)?;
            let three = behind.len() == 3 && (1..=3).contains(&before.len()) && before != "0";
            let decimal = decimal(before, behind)?;
            if three && !quiet {
                return Some(Number::Either {
                    grouped: grouped(digits, &[mark])?,
                    decimal,
                    mark: mark_of(mark),
                });
            }
            sure(Value::Parts(decimal), true, Some(mark_of(mark)))
        }
        (_, 0) => sure(Value::Whole(grouped(digits, &['.'])?), false, Some(Mark::Comma)),
        (0, _) => sure(Value::Whole(grouped(digits, &[','])?), false, Some(Mark::Dot)),
        _ => {
            let last = digits.rfind(['.', ','])?;
            let (before, behind) = (&digits[..last], &digits[last + 1..]);
            let mark = if digits.as_bytes()[last] == b'.' { '.' } else { ',' };
            let other = if mark == '.' { ',' } else { '.' };
            let whole = grouped(before, &[other])?;
            sure(Value::Parts(decimal(&whole.to_string(), behind)?), true, Some(mark_of(mark)))
        }
    }
}

/// A whole number whose thousands may be parted by one of `marks`: groups of three, or as in India of two before the
/// last three.
fn grouped(digits: &str, marks: &[char]) -> Option<u64> {
    let Some(mark) = digits.chars().find(|c| marks.contains(c)) else { return digits.parse().ok() };
    let groups: Vec<&str> = digits.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return None };
    let all = |length: usize| middle.iter().all(|group| group.len() == length);
    let thousands = (1..=3).contains(&first.len()) && all(3);
    let indian = mark != '.' && (1..=2).contains(&first.len()) && !middle.is_empty() && all(2);
    if last.len() != 3 || !(thousands || indian) {
        return None;
    }
    groups.concat().parse().ok()
}

fn decimal(before: &str, behind: &str) -> Option<f64> {
    if !behind.bytes().all(|byte| byte.is_ascii_digit()) || (before.is_empty() && behind.is_empty()) {
        return None;
    }
    let before = if before.is_empty() { 0 } else { grouped(before, &[' ', '\''])? };
    format!("{before}.{behind}0").parse().ok()
}

/// `e6`, `E+07`
fn exponent(rest: &str) -> Option<i32> {
    let power = rest.strip_prefix(['e', 'E'])?;
    power.parse().ok().filter(|power: &i32| power.abs() <= 30)
}

fn with_exponent(digits: &str, exponent: i32) -> Option<Number> {
    let mark = match (digits.matches('.').count(), digits.matches(',').count()) {
        (0, 0) => None,
        (1, 0) => Some(Mark::Dot),
        (0, 1) => Some(Mark::Comma),
        _ => return None,
    };
    let value = format!("{}e{exponent}", digits.replace(',', ".")).parse().ok()?;
    Some(Number::Sure { value: Value::Parts(value), decimals: mark.is_some(), mark })
}

/// What `k`, `Mio.`, `lakh` multiply by.
fn abbreviation(word: &str) -> Option<u64> {
    let factor = match word.trim().trim_end_matches('.').to_lowercase().as_str() {
        "k" | "tsd" | "thousand" | "тыс" | "千" => 1_000,
        "万" | "萬" | "만" => 10_000,
        "lakh" | "lakhs" => 100_000,
        "m" | "mio" | "mln" | "mill" | "million" | "millions" | "millionen" | "млн" => 1_000_000,
        "cr" | "crore" | "crores" => 10_000_000,
        "億" | "亿" | "억" => 100_000_000,
        "b" | "bn" | "billion" | "mrd" | "mld" | "md" | "млрд" => 1_000_000_000,
        _ => return None,
    };
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(cells: &[&str]) -> Marks {
        let mut column = Shown::default();
        cells.iter().for_each(|cell| column.see(cell));
        Marks { column, table: column }
    }

    fn alone(cell: &str) -> Option<u64> {
        count(cell, Marks::default())
    }

    #[test]
    fn counts_are_read_as_people_and_programs_of_every_country_write_them() {
        let one = "11424766|11,424,766|11.424.766|11 424 766|11\u{a0}424\u{a0}766|11\u{202f}424\u{202f}766|\
                   11\u{2009}424\u{2009}766|11'424'766|11’424’766|1,14,24,766|11_424_766|11424766.0|11424766,00|\
                   11,424,766.0|11.424.766,0|1.1424766e7|1,1424766E+07| +11424766 |１１４２４７６６|١١٤٢٤٧٦٦|११४२४७६६|\
                   11.424766M|11,424766 Mio.";
        for cell in one.split('|') {
            assert_eq!(alone(cell), Some(11_424_766), "{cell}");
        }
        for (cell, n) in [("0", 0), ("007", 7), ("1e6", 1_000_000), ("3k", 3_000), ("1,2M", 1_200_000)] {
            assert_eq!(alone(cell), Some(n), "{cell}");
        }
        for (cell, n) in
            [("2 Tsd.", 2_000), ("1.5 bn", 1_500_000_000), ("3万", 30_000), ("1,5 lakh", 150_000)]
        {
            assert_eq!(alone(cell), Some(n), "{cell}");
        }
        assert_eq!(alone(&u64::MAX.to_string()), Some(u64::MAX));
    }

    #[test]
    fn what_is_no_count_is_unknown_and_never_cut_short() {
        let none = "|many|-3|NaN|inf|1e300|12.34|12,5|0.345|1.2.3|1,23|12 34|1 2345|1.234.56|1,234,56.7|\
                    1.234,567,890|1 234 plays|12 x 3|10+|>100|61 %|1.234M|12:30|01.02.2003|2003-01-02|1..2|.|,|\
                    99999999999999999999999|1/2";
        for cell in none.split('|') {
            assert_eq!(alone(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_number_in_doubt_is_read_as_its_column_is() {
        assert_eq!(alone("12.345"), Some(12_345));
        assert_eq!(alone("12,345"), Some(12_345));
        let german = marks(&["11.424.766", "61,5"]);
        assert_eq!((count("12.345", german), count("987", german)), (Some(12_345), Some(987)));
        // Written by a program that took thousands for decimals, and dropped the last nought.
        assert_eq!((count("12.34", german), count("12.3", german)), (None, None));
        let english = marks(&["0.25", "7.5"]);
        assert_eq!((count("12,345", english), count("12.345", english)), (Some(12_345), None));
        let slip = marks(&["11.424.766", "371.916.000", "1.234.567", "12.34"]);
        assert_eq!((count("12.345", slip), count("12.34", slip)), (Some(12_345), None));
        let mixed = marks(&["61,5", "61.5"]);
        assert_eq!((count("12.345", mixed), count("1.234.567", mixed)), (None, Some(1_234_567)));
        assert_eq!(count("1.234M", english), Some(1_234_000));
        let column_first = Marks { column: german.column, table: english.column };
        assert_eq!(count("12.345", column_first), Some(12_345));
    }

    #[test]
    fn measures_are_read_with_dots_and_commas_and_kept_within_bounds() {
        let none = Marks::default();
        for (cell, value) in [
            ("0.5", Some(0.5)),
            ("0,5", Some(0.5)),
            (".5", Some(0.5)),
            ("0.125", Some(0.125)),
            ("1.01e-06", Some(1.01e-6)),
            ("1", Some(1.0)),
            ("1.5", None),
            ("nan", None),
            ("1k", None),
        ] {
            assert_eq!(measure(cell, 0.0, 1.0, none), value, "{cell}");
        }
        assert_eq!(measure("-6,746", -100.0, 20.0, none), Some(-6.746));
        assert_eq!(measure("−17.235", -100.0, 20.0, none), Some(-17.235));
        assert_eq!(measure("87,917", 1.0, 1000.0, none), Some(87.917));
        assert_eq!(measure("61,5 %", 0.0, 100.0, none), Some(61.5));
        assert_eq!(measure("61.500", 0.0, 100.0, none), Some(61.5));
    }

    #[test]
    fn nothing_makes_the_reader_stumble() {
        let pieces =
            ["1", "12", "345", ".", ",", " ", "'", "e", "-", "+", "%", "k", "９", "\u{202f}", "é", ""];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let cell = [a, b, c, d].concat();
                        let _ = count(&cell, Marks::default());
                        let _ = measure(&cell, 0.0, 100.0, Marks::default());
                    }
                }
            }
        }
    }
}
