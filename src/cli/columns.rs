//! Text in columns of a terminal, also where characters are two of them wide or none.

use unicode_width::UnicodeWidthStr;

/// Without a terminal, and at least.
const NARROW: usize = 80;
/// Longer lines are hard to follow.
const WIDE: usize = 120;

/// Columns of a line: those of the terminal within reason, 80 without one.
pub(super) fn available() -> usize {
    use std::io::IsTerminal;
    if !std::io::stdout().is_terminal() {
        return NARROW;
    }
    terminal_size::terminal_size().map_or(NARROW, |(width, _)| usize::from(width.0).clamp(NARROW, WIDE))
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text that takes no more than so many columns, `…` where it was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if text.get(..next).map_or(usize::MAX, width) > columns.saturating_sub(1) {
            break;
        }
        end = next;
    }
    let head = text.get(..end).unwrap_or_default().trim_end_matches(['\u{200d}', ' ']);
    format!("{head}…")
}

/// Cut or filled with blanks to exactly so many columns.
pub(super) fn left(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let blanks = columns.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(blanks))
}

/// The same with the blanks first.
pub(super) fn right(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let blanks = columns.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(blanks))
}

/// Lines of at most so many columns: the first begins with `first`, the others with
/// as many blanks. Words longer than a line are broken.
pub(super) fn wrapped(text: &str, first: &str, columns: usize) -> Vec<String> {
    let indent = " ".repeat(width(first));
    let room = columns.saturating_sub(indent.len()).max(10);
    let mut lines = vec![first.to_owned()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let blank = usize::from(used > 0);
            let whole = width(rest);
            if used + blank + whole <= room {
                push(&mut lines, blank, rest);
                used += blank + whole;
                break;
            }
            if used > 0 {
                lines.push(indent.clone());
                used = 0;
                continue;
            }
            let (head, tail) = rest.split_at(fitting(rest, room));
            push(&mut lines, 0, head);
            used = room;
            rest = tail;
        }
    }
    lines
}

fn push(lines: &mut [String], blank: usize, text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(&" "[..blank]);
        line.push_str(text);
    }
}

/// Bytes of the longest beginning that fits; one character at least.
pub(super) fn fitting(text: &str, room: usize) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut best = text.chars().next().map_or(0, char::len_utf8);
    for end in ends.take_while(|end| *end <= room * 8) {
        if text.get(..end).is_some_and(|head| width(head) <= room) {
            best = best.max(end);
        }
    }
    best
}

/// A title that is written from right to left stays in its place: what stands
/// after it on the line does not change sides.
pub(super) fn isolated(title: &str, columns: usize) -> String {
    let leftward =
        |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    let filled = left(title, columns);
    if title.chars().any(leftward) {
        let text = filled.trim_end_matches(' ');
        let blanks = filled.get(text.len()..).unwrap_or_default();
        return format!("\u{200e}\u{2068}{text}\u{2069}{blanks}");
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_and_narrow_characters() {
        for text in ["plain", "日本経済新聞", "🗞️ Extra 👩‍🔬", "שלום עולם", "العربية", "e\u{301}te\u{301}", ""]
        {
            for columns in [1, 5, 6, 7, 12, 30] {
                assert_eq!(width(&left(text, columns)), columns, "{text:?} {columns}");
                assert_eq!(width(&right(text, columns)), columns, "{text:?} {columns}");
                assert_eq!(width(&isolated(text, columns)), columns, "{text:?} {columns}");
            }
        }
        assert_eq!(cut("日本経済新聞", 7), "日本経…");
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abc def", 5), "abc…");
    }

    #[test]
    fn lines_are_wrapped() {
        assert_eq!(
            wrapped("one two  three https://site.example/a/long/address", "  > ", 24),
            ["  > one two three", "    https://site.example", "    /a/long/address"]
        );
        assert_eq!(wrapped("", "x: ", 20), ["x: "]);
    }

    proptest! {
        #[test]
        fn never_too_wide(text in "\\PC{0,80}", columns in 24usize..90) {
            for line in wrapped(&text, "  > ", columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
        }
    }
}
