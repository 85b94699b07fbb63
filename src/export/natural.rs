//! The order in which people count: `2 Song` before `10 Song`, capitals beside small letters.

use std::cmp::Ordering;

/// Compares texts, numbers in them by their value.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (lower_a, lower_b) = (a.to_lowercase(), b.to_lowercase());
    let (mut left, mut right) = (lower_a.as_str(), lower_b.as_str());
    loop {
        let (number_left, after_left) = number(left);
        let (number_right, after_right) = number(right);
        let order = if number_left.is_empty() || number_right.is_empty() {
            let (Some(l), Some(r)) = (left.chars().next(), right.chars().next()) else {
                // Equal but for capitals and zeros in front, or one is the beginning of the other.
                return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
            };
            (left, right) = (&left[l.len_utf8()..], &right[r.len_utf8()..]);
            l.cmp(&r)
        } else {
            (left, right) = (after_left, after_right);
            let plain = |digits: &'_ str| digits.trim_start_matches('0').len();
            plain(number_left)
                .cmp(&plain(number_right))
                .then_with(|| number_left.trim_start_matches('0').cmp(number_right.trim_start_matches('0')))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits that a text begins with, and the rest.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_and_capitals_are_letters() {
        let mut names = ["10 Ten", "b", "9 Nine", "A", "01 One", "track 12", "Track 2", "a2", "a"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["01 One", "9 Nine", "10 Ten", "A", "a", "a2", "b", "Track 2", "track 12"]);
        assert_eq!(compare("1-02 b", "1-10 a"), Ordering::Less);
        assert_eq!(compare("99999999999999999999999 a", "100000000000000000000000 a"), Ordering::Less);
        assert_eq!(compare("01", "1"), compare("1", "01").reverse());
        assert_eq!(compare("", "a"), Ordering::Less);
    }
}
