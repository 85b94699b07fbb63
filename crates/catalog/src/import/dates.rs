//! The year in a date, as people, spreadsheets and programs write dates.

/// Years of two digits up to this one are of this century, as spreadsheets have it.
const PIVOT: i32 = 29;

/// The year of a date: `1999`, `2011-03-04T10:00:00Z`, `03/04/2011`, `March 2011`, `20110304`, `’99`, `4-Mar-11`; of a
/// range the first. `None` where it is not said beyond doubt: `03/04/05`, `1990s`, and a spreadsheet's day number.
pub(super) fn year(cell: &str) -> Option<i32> {
    let cell: String = cell.trim().chars().map(super::numbers::ascii_digit).collect();
    if let Some(year) = era(&cell) {
        return within(year);
    }
    let groups = groups(&cell);
    let mut four = groups.iter().filter(|group| group.digits.len() == 4 && !group.decade);
    let four = four.find_map(|group| within(group.digits.parse().ok()?));
    four.or_else(|| compact(&groups)).or_else(|| two_digits(&cell, &groups))
}

/// Japan's eras, and the years before their first.
const ERAS: [(&str, i32); 5] =
    [("明治", 1867), ("大正", 1911), ("昭和", 1925), ("平成", 1988), ("令和", 2018)];

/// `昭和60年`, `平成元年`.
fn era(cell: &str) -> Option<i32> {
    let (rest, before) = ERAS.iter().find_map(|(name, before)| Some((cell.split_once(name)?.1, before)))?;
    let rest = rest.trim_start();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    let year = if rest.starts_with('元') {
        1
    } else {
        digits.parse().ok().filter(|year| (1..=64).contains(year))?
    };
    Some(before + year)
}

fn within(year: i32) -> Option<i32> {
    (1000..=2100).contains(&year).then_some(year)
}

struct Group<'a> {
    digits: &'a str,
    /// An apostrophe stands before it.
    short: bool,
    /// `1990s`, `90er`: a decade is no year.
    decade: bool,
}

fn groups(cell: &str) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let mut begin = 0;
    while let Some(at) = cell[begin..].find(|c: char| c.is_ascii_digit()).map(|at| begin + at) {
        let end = cell[at..].find(|c: char| !c.is_ascii_digit()).map_or(cell.len(), |length| at + length);
        let after = cell[end..].trim_start_matches(['\'', '’']);
        let word: String = after.chars().take_while(|c| c.is_alphabetic()).collect();
        groups.push(Group {
            digits: &cell[at..end],
            short: cell[..at].ends_with(['\'', '’', '‘', '`']),
            decade: matches!(word.as_str(), "s" | "S" | "er" | "ies"),
        });
        begin = end;
    }
    groups
}

/// `20110304`, and the same with a time behind it.
fn compact(groups: &[Group<'_>]) -> Option<i32> {
    let first = groups.first().filter(|group| group.digits.len() == 8)?;
    let part = |range: std::ops::Range<usize>| first.digits[range].parse::<i32>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    within(year).filter(|_| (0..=12).contains(&month) && (0..=31).contains(&day))
}

/// A year of two digits, where it can be nothing else.
fn two_digits(cell: &str, groups: &[Group<'_>]) -> Option<i32> {
    let century = |digits: &str| {
        let year: i32 = digits.parse().ok()?;
        Some(if year <= PIVOT { 2000 + year } else { 1900 + year })
    };
    if groups.iter().any(|group| group.decade || group.digits.len() > 2) {
        return None;
    }
    if let Some(short) = groups.iter().find(|group| group.short && group.digits.len() == 2) {
        return century(short.digits);
    }
    let last = groups.last().filter(|group| group.digits.len() == 2)?;
    let named = cell.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    // A day is at most 31.
    let beyond = last.digits.parse::<i32>().is_ok_and(|number| number > 31);
    match groups.len() {
        // `4-Mar-11`, as spreadsheets write it.
        2 if named && !cell.contains(':') => century(last.digits),
        // `Mar-67`, `03/04/67`
        1 if named && beyond => century(last.digits),
        3 if beyond && !cell.contains(':') => century(last.digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_found_in_every_usual_date() {
        for (cell, found) in [
            ("1999", 1999),
            (" 1999. ", 1999),
            ("1999?", 1999),
            ("[1999]", 1999),
            ("c1999", 1999),
            ("℗ 1999", 1999),
            ("1997.0", 1997),
            ("1999-03-01", 1999),
            ("2011-03-04T10:15:30+1000", 2011),
            ("2011-03-04 10:15:30.000", 2011),
            ("12/31/1985", 1985),
            ("4.3.2011", 2011),
            ("3/4/2011 12:00:00 AM", 2011),
            ("March 2011", 2011),
            ("4 March, 2011", 2011),
            ("Fri, 04 Mar 2011 10:15:30 +0100", 2011),
            ("1999–2003", 1999),
            ("1999/00", 1999),
            ("20110304", 2011),
            ("2011年3月4日", 2011),
            ("２０１１", 2011),
            ("昭和60年", 1985),
            ("昭和 ６０ 年 3月", 1985),
            ("平成元年", 1989),
            ("令和2年4月1日", 2020),
            ("大正10", 1921),
            ("明治40年", 1907),
            ("1985年（昭和60年）", 1985),
            ("'99", 1999),
            ("’05", 2005),
            ("4-Mar-11", 2011),
            ("14-Jun-67", 1967),
            ("Jun-67", 1967),
            ("03/04/67", 1967),
        ] {
            assert_eq!(year(cell), Some(found), "{cell}");
        }
    }

    #[test]
    fn what_may_be_another_year_is_none() {
        for cell in [
            "",
            "0000",
            "0",
            "19995",
            "soon",
            "36526",
            "40606.5",
            "1583280000",
            "1990s",
            "1990’s",
            "90s",
            "90er",
            "99",
            "11",
            "03/04/05",
            "11-03-04",
            "Mar-11",
            "12:34:56",
            "199?",
            "19??",
            "19991301",
            "3000",
            "-",
            "1.999e3",
        ] {
            assert_eq!(year(cell), None, "{cell}");
        }
    }
}
