//! Do two headlines speak of the same article?

use std::collections::BTreeSet;

/// Whether two titles agree: half of the words that occur in either occur in
/// both. Scripts without spaces are compared by pairs of characters.
///
/// Asked before two entries become one because their pages were redirected to
/// the same address, which happens at consent walls and log-in pages as well.
pub fn titles_agree(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    let common = a.intersection(&b).count();
    common > 0 && common * 2 >= a.union(&b).count()
}

fn words(title: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in title.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.chars().all(|c| (c as u32) < 0x2e80) {
            words.insert(word.to_owned());
            continue;
        }
        let chars: Vec<char> = word.chars().collect();
        for pair in chars.windows(2.min(chars.len())) {
            words.insert(pair.iter().collect());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::titles_agree;

    #[test]
    fn agreement() {
        assert!(titles_agree("Harbour bridge reopens", "Harbour Bridge Reopens - The Courier"));
        assert!(titles_agree("港の橋が再開", "港の橋が再開した"));
        assert!(!titles_agree("Harbour bridge reopens", "Before you continue"));
        assert!(!titles_agree("", ""));
    }
}
