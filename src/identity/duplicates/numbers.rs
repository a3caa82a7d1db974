//! Numbers, however they are written: `1,200`, `1.200`, `1 200`, `twelve hundred` is not.

use super::letters::push_folded;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Small numbers in words, a line a number. Words that mean something else as often
/// (`one`, `un`, `sei`) are left out.
const WORDS: &str = include_str!("numbers.txt");

static BY_WORD: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(value) = words.next().and_then(|digits| digits.parse().ok()) else { continue };
        for word in words {
            let mut folded = String::new();
            word.chars().for_each(|c| push_folded(c, &mut folded));
            map.insert(folded, value);
        }
    }
    map
});

/// The number that a normalised word names.
pub(super) fn named(word: &str) -> Option<u64> {
    // The longest in the table has ten letters.
    if word.len() > 24 { None } else { BY_WORD.get(word).copied().map(significant) }
}

/// What two ways of writing a number have in common: its digits without zeros at the
/// end, so that `1.5` (million) is `1,500,000`.
pub(super) fn significant(mut value: u64) -> u64 {
    while value != 0 && value.is_multiple_of(10) {
        value /= 10;
    }
    value
}

/// Groups of digits with signs between them as numbers: thousands and decimals are
/// parts of one number, the parts of a date are numbers of their own.
pub(super) fn read(groups: &[String], mut found: impl FnMut(u64)) {
    let thousands = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[1..groups.len() - 1].iter().all(|group| group.len() == 3);
    if groups.len() <= 2 || (thousands && groups.last().is_some_and(|last| last.len() != 4)) {
        found(value(&groups.concat()));
    } else {
        groups.iter().filter(|group| !group.is_empty()).for_each(|group| found(value(group)));
    }
}

fn value(digits: &str) -> u64 {
    let digits = digits.trim_matches('0');
    // Longer ones are serial numbers: their beginning tells them apart.
    digits.get(..18).unwrap_or(digits).parse().unwrap_or(0)
}

/// Whether the same digits stand in both, differently divided: `21.400`, `21 thousand 400`.
pub(super) fn same_digits(a: &[u64], b: &[u64]) -> bool {
    let digits = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<String>();
    digits(a) == digits(b)
}

/// Whether two numbers may be one: times of day are written with 12 and 24 hours.
pub(super) fn agree(a: u64, b: u64) -> bool {
    let (low, high) = (a.min(b), a.max(b));
    low == high || (low < 12 && high == low + 12) || (low < 1260 && [120, 1200].contains(&(high - low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(groups: &[&str]) -> Vec<u64> {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        let mut found = Vec::new();
        read(&groups, |number| found.push(number));
        found
    }

    #[test]
    fn ways_of_writing() {
        assert_eq!(numbers(&["1", "200"]), numbers(&["1200"]));
        assert_eq!(numbers(&["1", "5"]), numbers(&["1", "500", "000"]));
        assert_eq!(numbers(&["1", "234", "567", "89"]), [123456789]);
        assert_eq!(numbers(&["04", "03", "2026"]), [4, 3, 2026]);
        assert_eq!(named("zwei"), named("dos"));
        assert_eq!(named("twenty"), Some(2));
        assert_eq!(named("the"), None);
        assert_eq!(numbers(&["1", "7", ""]), [1, 7]);
        assert!(same_digits(&[214], &[21, 4]) && !same_digits(&[214], &[21, 5]));
        assert!(agree(3, 15) && agree(33, 153) && !agree(12, 15));
    }
}
