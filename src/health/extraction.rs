//! Whether the pages of a source still give their articles.

use crate::model::PageResult::{self, Failed, NoGain, SelectorMissed, Used};

/// So many of the last pages are looked at.
pub(super) const LOOKED_AT: usize = 10;
/// So many good ones in a row end a breakdown.
const RECOVERED: usize = 3;
/// Fewer pages than this say nothing.
const TOO_FEW: usize = 4;

/// How the extraction of a source's articles does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extraction {
    /// Well, or there is not enough to say.
    Works,
    /// So many of the last pages were given up.
    Failing(usize, usize),
    /// The configured selector found nothing on so many of the last pages.
    Missing(usize, usize),
}

/// Judges by the last pages, oldest first.
pub(super) fn judge(recent: &[PageResult]) -> Extraction {
    let last = last(recent, LOOKED_AT);
    let count = |kind: PageResult| last.iter().filter(|result| **result == kind).count();
    let (failed, missed, all) = (count(Failed), count(SelectorMissed), last.len());
    if all < TOO_FEW || (failed + missed) * 2 < all || recovered(recent) {
        Extraction::Works
    } else if missed > failed {
        Extraction::Missing(missed, all)
    } else {
        Extraction::Failing(failed, all)
    }
}

/// None of the last ten pages gave its article as it should: worth a notice, if it
/// ever worked.
pub(super) fn broken(recent: &[PageResult]) -> bool {
    let last = last(recent, LOOKED_AT);
    last.len() == LOOKED_AT && last.iter().all(|result| matches!(result, Failed | SelectorMissed))
}

/// The last few pages gave their articles again.
pub(super) fn recovered(recent: &[PageResult]) -> bool {
    let last = last(recent, RECOVERED);
    last.len() == RECOVERED && last.iter().all(|result| matches!(result, Used | NoGain))
}

fn last(recent: &[PageResult], count: usize) -> &[PageResult] {
    recent.get(recent.len().saturating_sub(count)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(letters: &str) -> Vec<PageResult> {
        letters
            .chars()
            .map(|letter| match letter {
                'u' => Used,
                'n' => NoGain,
                's' => SelectorMissed,
                _ => Failed,
            })
            .collect()
    }

    #[test]
    fn judged_by_the_last_ten() {
        for (letters, found) in [
            ("", Extraction::Works),
            ("fff", Extraction::Works),
            ("ffff", Extraction::Failing(4, 4)),
            ("uuuuuuuuuuffffffffff", Extraction::Failing(10, 10)),
            ("ffffffffffuuuuuuuuuu", Extraction::Works),
            ("fffffffuuu", Extraction::Works),
            ("uuuuuuffff", Extraction::Works),
            ("uuuuusssss", Extraction::Missing(5, 10)),
            ("sssssssssf", Extraction::Missing(9, 10)),
        ] {
            assert_eq!(judge(&results(letters)), found, "{letters}");
        }
    }

    #[test]
    fn broken_and_recovered() {
        assert!(broken(&results("uuffffffffff")) && broken(&results("ssssssssss")));
        assert!(!broken(&results("fffffffff")) && !broken(&results("nfffffffff")));
        assert!(recovered(&results("ffunu")) && !recovered(&results("uu")) && !recovered(&results("uuus")));
    }
}
