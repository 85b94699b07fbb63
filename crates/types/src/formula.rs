//! Cells that a spreadsheet would compute.
//!
//! A spreadsheet takes a cell of a CSV file that begins with `=`, `+`, `-`, `@`, a tab or a line's end for a formula,
//! quoted or not. Whoever names an album could so have another person's spreadsheet fetch an address. Such a cell gets
//! an apostrophe in front of it, which spreadsheets understand as “text”; numbers do not. The importer takes that
//! apostrophe away again, and since one more is put in front of a cell that has them already, exactly that one.

use std::borrow::Cow;

/// A cell that no spreadsheet computes.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_like_one(cell.trim_start_matches('\'')) && !is_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A guarded cell as it was; `None` for one that was not guarded.
pub fn unguarded(cell: &str) -> Option<&str> {
    let bare = cell.strip_prefix('\'')?;
    begins_like_one(bare.trim_start_matches('\'')).then_some(bare)
}

/// The signs that OWASP's page on CSV injection lists, those of full width included.
fn begins_like_one(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn is_number(cell: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    cell.chars().all(digits) && cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        for cell in
            ["=1+1", "+A1", "-", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-5.2.1", "--5", "'=1", "-1+1"]
        {
            assert!(guarded(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["-5.2", "+7", "-1e-7", "12", "", "a=b", "'Til", "’=", " =1", "1-2"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn what_was_guarded_comes_back_as_it_was() {
        let pieces = ["", "'", "=", "-", "5", "a", "+", "@", "\t", " ", "＝", "\""];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let cell = [a, b, c, d].concat();
                        let written = guarded(&cell);
                        let harmless = !begins_like_one(&written) || is_number(&written);
                        assert!(harmless, "{written:?}");
                        assert_eq!(unguarded(&written).unwrap_or(&written), cell, "{written:?}");
                    }
                }
            }
        }
    }
}
