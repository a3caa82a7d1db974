//! Whether the pages of a source still give their articles.

use crate::model::PageResult::{self, Failed, NoGain, Repeated, SelectorMissed, Thin, Used};
use crate::model::{FullTextState, SourceState};

/// So many of the last pages are looked at.
pub(super) const LOOKED_AT: usize = 10;
/// So many good ones in a row end a breakdown.
const RECOVERED: usize = 3;
/// Fewer pages than this say nothing.
pub(super) const TOO_FEW: usize = 4;

/// How the extraction of a source's articles does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extraction {
    /// Well, or there is not enough to say.
    Works,
    /// So many of the last pages were given up.
    Failing(usize, usize),
    /// The configured selector found nothing on so many of the last pages.
    Missing(usize, usize),
    /// So many of the last pages had a text that is much too short.
    Collapsed(usize, usize),
    /// So many of the last pages had one and the same text.
    Repeating(usize, usize),
}

/// Judges by the last pages, oldest first.
pub(super) fn judge(recent: &[PageResult]) -> Extraction {
    let last = last(recent, LOOKED_AT);
    let count = |kind: PageResult| last.iter().filter(|result| **result == kind).count();
    let (failed, missed, all) = (count(Failed), count(SelectorMissed), last.len());
    let (thin, repeated) = (count(Thin), count(Repeated));
    if all < TOO_FEW || (failed + missed + thin + repeated) * 2 < all || recovered(recent) {
        return Extraction::Works;
    }
    match failed.max(missed).max(thin).max(repeated) {
        most if most == failed => Extraction::Failing(failed, all),
        most if most == missed => Extraction::Missing(missed, all),
        most if most == repeated => Extraction::Repeating(repeated, all),
        _ => Extraction::Collapsed(thin, all),
    }
}

/// Share of the last pages (20 at most) that gave their articles, in whole percents:
/// what is thin or repeated is none, what the general way found in the selector's place
/// is one. `None` if there are too few to say.
pub fn full_text_percent(recent: &[PageResult]) -> Option<usize> {
    let read = recent.iter().filter(|result| matches!(result, Used | NoGain | SelectorMissed)).count();
    let all = recent.len();
    (all >= TOO_FEW).then(|| (read * 200 + all) / (all * 2))
}

/// How the pages of a source do, in a word: `off`, `own text`, `98 %`, `–`.
pub fn full_text(source: &SourceState) -> String {
    match (source.full_text, full_text_percent(&source.recent_pages)) {
        (FullTextState::Never, _) => "off".to_owned(),
        (FullTextState::OwnText, _) => "own text".to_owned(),
        (FullTextState::Always | FullTextState::Auto, Some(percent)) => format!("{percent} %"),
        (FullTextState::Always | FullTextState::Auto, None) => "–".to_owned(),
    }
}

/// None of the last ten pages gave its article as it should: worth a notice, if it
/// ever worked.
pub(super) fn broken(recent: &[PageResult]) -> bool {
    let last = last(recent, LOOKED_AT);
    last.len() == LOOKED_AT && !last.iter().any(|result| matches!(result, Used | NoGain))
}

/// The last few pages gave their articles again.
pub(super) fn recovered(recent: &[PageResult]) -> bool {
    let last = last(recent, RECOVERED);
    last.len() == RECOVERED && last.iter().all(|result| matches!(result, Used | NoGain))
}

pub(super) fn last(recent: &[PageResult], count: usize) -> &[PageResult] {
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
                't' => Thin,
                'r' => Repeated,
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
            ("uuuuutttttt", Extraction::Collapsed(6, 10)),
            ("uurrrrrrrr", Extraction::Repeating(8, 10)),
        ] {
            assert_eq!(judge(&results(letters)), found, "{letters}");
        }
    }

    #[test]
    fn what_counts_as_full_text() {
        for (letters, percent) in [
            ("", None),
            ("uuu", None),
            ("uuut", Some(75)),
            ("unsftr", Some(50)),
            ("tttr", Some(0)),
            ("uunfuuf", Some(71)),
            ("uuuuuuuuuuuuuuuuuuuf", Some(95)),
        ] {
            assert_eq!(full_text_percent(&results(letters)), percent, "{letters}");
        }
    }

    #[test]
    fn broken_and_recovered() {
        assert!(broken(&results("uuffffffffff")) && broken(&results("srtfssssss")));
        assert!(!broken(&results("fffffffff")) && !broken(&results("nfffffffff")));
        assert!(recovered(&results("ffunu")) && !recovered(&results("uu")) && !recovered(&results("uuus")));
    }
}
