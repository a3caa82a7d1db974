//! What changed between two texts: paragraph by paragraph, and in a paragraph that was
//! rewritten word by word. For `offprint diff` and the page of an article.

mod words;

pub use words::words;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Paragraphs of a text that are compared; what follows counts as one.
const PARAGRAPHS: usize = 4_000;

/// A piece of a text that was changed in places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// In both.
    Same(String),
    /// In the old text only.
    Gone(String),
    /// In the new text only.
    New(String),
}

/// What became of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// So many in a row are as they were.
    Same(usize),
    /// It was changed in places.
    Edited(Vec<Part>),
    /// It was taken out.
    Gone(String),
    /// It was added.
    New(String),
}

/// From the old text to the new one. Paragraphs are separated by a blank line.
///
/// Bounded: a text of more than 4,000 paragraphs is compared up to there, a paragraph
/// of thousands of words as a whole.
pub fn paragraphs(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (split(old), split(new));
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match op {
            DiffOp::Equal { len, .. } => changes.push(Change::Same(len)),
            DiffOp::Delete { old_index, old_len, .. } => {
                changes.extend(
                    old[old_index..old_index + old_len].iter().map(|text| Change::Gone((*text).to_owned())),
                );
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                changes.extend(
                    new[new_index..new_index + new_len].iter().map(|text| Change::New((*text).to_owned())),
                );
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                rewritten(
                    &old[old_index..old_index + old_len],
                    &new[new_index..new_index + new_len],
                    &mut changes,
                );
            }
        }
    }
    changes
}

fn split(text: &str) -> Vec<&str> {
    text.splitn(PARAGRAPHS, "\n\n").map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// Paragraphs in place of others: in their order, each beside the one that it resembles.
fn rewritten(old: &[&str], new: &[&str], changes: &mut Vec<Change>) {
    let mut rest = old;
    for text in new {
        let found =
            rest.iter().take(20).enumerate().find_map(|(at, before)| Some((at, words(before, text)?)));
        let Some((at, parts)) = found else {
            changes.push(Change::New((*text).to_owned()));
            continue;
        };
        changes.extend(rest[..at].iter().map(|text| Change::Gone((*text).to_owned())));
        changes.push(Change::Edited(parts));
        rest = &rest[at + 1..];
    }
    changes.extend(rest.iter().map(|text| Change::Gone((*text).to_owned())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(text: &str) -> Part {
        Part::Same(text.to_owned())
    }

    fn gone(text: &str) -> Part {
        Part::Gone(text.to_owned())
    }

    fn added(text: &str) -> Part {
        Part::New(text.to_owned())
    }

    #[test]
    fn what_became_of_each_paragraph() {
        let old =
            "The bridge was closed.\n\nThree people were hurt, said the mayor.\n\nIt rained.\n\nThe end.";
        let new = "The bridge was closed.\n\nFive people were hurt, said the mayor.\n\nThe end.\n\nCorrected at noon.";
        assert_eq!(
            paragraphs(old, new),
            [
                Change::Same(1),
                Change::Edited(vec![
                    gone("Three"),
                    added("Five"),
                    same(" people were hurt, said the mayor.")
                ]),
                Change::Gone("It rained.".to_owned()),
                Change::Same(1),
                Change::New("Corrected at noon.".to_owned()),
            ]
        );
        assert_eq!(paragraphs("", "a"), [Change::New("a".to_owned())]);
        assert_eq!(paragraphs("a\n\nb", "a\n\nb"), [Change::Same(2)]);
        assert_eq!(paragraphs("", ""), []);
    }

    #[test]
    fn words_and_scripts_without_blanks() {
        assert_eq!(
            words("the old red bridge is open", "the new green bridge is open"),
            Some(vec![same("the "), gone("old red"), added("new green"), same(" bridge is open")])
        );
        assert_eq!(
            words("港の橋が再開しました", "港の橋が閉鎖しました"),
            Some(vec![same("港の橋が"), gone("再開"), added("閉鎖"), same("しました")])
        );
        assert_eq!(words("nothing of this", "remains at all"), None, "another paragraph");
    }

    /// One of both texts, out of the changes.
    fn side(changes: &[Change], old: &[&str], new: bool) -> Vec<String> {
        let mut out = Vec::new();
        let mut at = 0;
        for change in changes {
            match change {
                Change::Same(count) => {
                    out.extend(old[at..at + count].iter().map(|text| (*text).to_owned()));
                    at += count;
                }
                Change::Edited(parts) => {
                    at += 1;
                    let text = |part: &Part| match part {
                        Part::Same(text) => text.clone(),
                        Part::Gone(text) if !new => text.clone(),
                        Part::New(text) if new => text.clone(),
                        _ => String::new(),
                    };
                    out.push(parts.iter().map(text).collect());
                }
                Change::Gone(text) => {
                    at += 1;
                    out.extend((!new).then(|| text.clone()));
                }
                Change::New(text) => out.extend(new.then(|| text.clone())),
            }
        }
        out
    }

    proptest! {
        #[test]
        fn both_texts_are_in_it(
            old in prop::collection::vec("[ab橋 .]{0,12}[ab]", 0..8), new in prop::collection::vec("[ab橋 .]{0,12}[ab]", 0..8)
        ) {
            let (old, new) = (old.join("\n\n"), new.join("\n\n"));
            let changes = paragraphs(&old, &new);
            prop_assert_eq!(side(&changes, &split(&old), false), split(&old));
            prop_assert_eq!(side(&changes, &split(&old), true), split(&new));
        }
    }
}
