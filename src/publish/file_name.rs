//! Names of files that hold one article each.

use super::{chars, time};
use crate::model::{EntryId, PublishedEntry};

/// Bytes of the part that is made from the title.
const SLUG: usize = 80;

/// A name for the file of an article: `2023-01-31-the-headline-1a2b3c4d5e6f.md`.
///
/// One path component of at most 120 bytes: letters and digits of any script
/// and `-`, never a separator, a dot in front or a control character. Date and
/// title can change with the entry; [`file_suffix`] can't.
pub fn file_name(entry: &PublishedEntry) -> String {
    let slug = slug(&entry.title);
    let dash = if slug.is_empty() { "" } else { "-" };
    format!("{}{dash}{slug}{}", time::date(entry.published), file_suffix(&entry.id))
}

/// The end of every name that [`file_name`] ever gives an entry: by it a file
/// written under an older title is found again.
pub fn file_suffix(id: &EntryId) -> String {
    let hex: String = id.as_bytes()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("-{hex}.md")
}

fn slug(title: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in title.chars().filter(|&c| chars::allowed(c)).flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            // An apostrophe is part of its word.
            gap |= !matches!(c, '\'' | '’');
            continue;
        }
        let needed = c.len_utf8() + usize::from(gap);
        if out.len() + needed > SLUG {
            break;
        }
        if gap && !out.is_empty() {
            out.push('-');
        }
        gap = false;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (title, expected) in [
            ("The Editor’s Choice: 10 Years", "the-editors-choice-10-years"),
            ("../../etc/passwd\0", "etc-passwd"),
            (".hidden\\C:\n\u{202e}x", "hidden-c-x"),
            ("新闻 سلام", "新闻-سلام"),
            ("🎉", ""),
            ("", ""),
        ] {
            assert_eq!(slug(title), expected);
        }
        assert!(slug(&"字".repeat(1000)).len() <= SLUG);
    }
}
